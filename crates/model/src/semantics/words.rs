//! The words of the vocabulary: which places have which, and which values each takes.
//!
//! `spec/x-semantics.schema.json` is the same table for everybody else's tools; a test compares the two.

use super::{
    Atomicity, Children, Consistency, Effect, Hidden, IdReuse, KeyScope, ListGuarantee, OnExisting, OnMissing,
    OnReadOnly,
};
use crate::Replays;

/// A member of `x-semantics`.
pub(super) struct Word {
    pub(super) name: &'static str,
    /// Whether it is a default for the whole description.
    pub(super) root: bool,
    pub(super) path_item: bool,
    pub(super) operation: bool,
    pub(super) property: bool,
}

const fn word(name: &'static str, places: [bool; 4]) -> Word {
    let [root, path_item, operation, property] = places;
    Word { name, root, path_item, operation, property }
}

const ANYWHERE: [bool; 4] = [true, true, true, false];
const ONE_OPERATION: [bool; 4] = [false, false, true, false];

/// All words, with the places that take them: root, path item, operation, property.
pub(super) const WORDS: &[Word] = &[
    word("atomicity", ANYWHERE),
    word("children", ONE_OPERATION),
    word("consistency", ANYWHERE),
    word("effect", ONE_OPERATION),
    word("hidden", ANYWHERE),
    word("idReuse", ANYWHERE),
    word("idempotencyKey", ANYWHERE),
    word("immutable", [false, false, false, true]),
    word("list", ANYWHERE),
    word("monitor", ONE_OPERATION),
    word("onExisting", ANYWHERE),
    word("onMissing", ANYWHERE),
    word("onReadOnly", [true, true, true, true]),
    word("order", [false, true, true, false]),
    word("resource", [false, true, false, false]),
    word("volatile", [false, false, false, true]),
    word("within", ANYWHERE),
];

/// A closed set of values.
pub(super) trait Choice: Copy + 'static {
    /// Each value with the text for it.
    const VALUES: &'static [(&'static str, Self)];
}

macro_rules! choices {
    ($($type:ty { $($text:literal => $value:ident),+ $(,)? })+) => {
        $(impl Choice for $type {
            const VALUES: &'static [(&'static str, Self)] = &[$(($text, <$type>::$value)),+];
        })+

        $(impl $type {
            /// The word for it in a description.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        })+
    };
}

choices! {
    Effect { "safe" => Safe, "idempotent" => Idempotent, "unsafe" => Unsafe }
    OnMissing { "notFound" => NotFound, "silent" => Silent }
    OnExisting { "replace" => Replace, "merge" => Merge, "refuse" => Refuse }
    OnReadOnly { "ignore" => Ignore, "refuse" => Refuse, "match" => Match }
    Atomicity { "all" => All, "each" => Each }
    Consistency { "linearizable" => Linearizable, "readYourWrites" => ReadYourWrites, "eventual" => Eventual }
    IdReuse { "never" => Never, "allowed" => Allowed }
    Children { "refuse" => Refuse, "cascade" => Cascade, "orphan" => Orphan }
    Hidden { "notFound" => NotFound, "forbidden" => Forbidden }
    ListGuarantee { "snapshot" => Snapshot }
    KeyScope { "principal" => Principal, "global" => Global }
    Replays { "success" => Success, "all" => All }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use methodical_diagnostic::Diagnostics;
    use methodical_document::{Documents, Value};

    use super::*;

    fn values<T: Choice>() -> BTreeSet<String> {
        T::VALUES.iter().map(|(text, _)| (*text).to_owned()).collect()
    }

    fn keys(value: Option<&Value>) -> BTreeSet<String> {
        value
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|members| members.keys().map(ToString::to_string))
            .collect()
    }

    fn texts(value: Option<&Value>) -> BTreeSet<String> {
        let items = value.and_then(Value::as_array).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The published schema and this table are the same vocabulary.
    #[test]
    fn the_published_schema_names_the_same_words_at_the_same_places() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/x-semantics.schema.json");
        if !path.exists() {
            eprintln!("SKIPPED: this is no checkout of the repository, there is no {}", path.display());
            return;
        }
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::read(&path, &mut diagnostics);
        let schema = documents.value(documents.entry()).expect("the schema is JSON");
        let definitions = schema.get("$defs").expect("it has definitions");

        type Has = fn(&Word) -> bool;
        let places: [(&str, Has); 4] = [
            ("root", |word| word.root),
            ("pathItem", |word| word.path_item),
            ("operation", |word| word.operation),
            ("property", |word| word.property),
        ];
        for (place, has) in places {
            let published = keys(definitions.get(place).and_then(|place| place.get("properties")));
            let known = WORDS.iter().filter(|word| has(word)).map(|word| word.name.to_owned());
            assert_eq!(published, known.collect(), "the words of {place}");
        }

        let choices = BTreeMap::from([
            ("effect", values::<Effect>()),
            ("onMissing", values::<OnMissing>()),
            ("onExisting", values::<OnExisting>()),
            ("onReadOnly", values::<OnReadOnly>()),
            ("atomicity", values::<Atomicity>()),
            ("consistency", values::<Consistency>()),
            ("idReuse", values::<IdReuse>()),
            ("children", values::<Children>()),
            ("hidden", values::<Hidden>()),
        ]);
        for (word, values) in choices {
            assert_eq!(texts(definitions.get(word).and_then(|word| word.get("enum"))), values, "the values of {word}");
        }
        let key = definitions.get("idempotencyKey").and_then(|key| key.get("properties"));
        let of_key = |member: &str| texts(key.and_then(|key| key.get(member)).and_then(|member| member.get("enum")));
        assert_eq!(of_key("replays"), values::<Replays>());
        assert_eq!(of_key("scope"), values::<KeyScope>());
    }
}
