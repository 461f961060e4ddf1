//! A schema as a generated crate carries it: the text of its canonical JSON Schema (2020-12, annotations left out), and the
//! statics that its references mean. Text costs a crate next to no time to compile, it can say all that JSON Schema can, and
//! a person can read it. It is compiled once, at first use, into the rules that the validator interprets.

use std::fmt;
use std::sync::OnceLock;

use crate::rules::Rules;

/// Which JSON values are accepted.
pub struct Schema {
    text: &'static str,
    /// Which member of the text it is; `None`: all of it.
    member: Option<&'static str>,
    references: &'static [(&'static str, &'static Schema)],
    rules: OnceLock<Rules>,
}

/// The schema that accepts every value.
pub static ANY: Schema = Schema::new("true", &[]);
/// The schema that accepts every text.
pub static STRING: Schema = Schema::new(r#"{"type": "string"}"#, &[]);
/// The schema that accepts every integer.
pub static INTEGER: Schema = Schema::new(r#"{"type": "integer"}"#, &[]);
/// The schema that accepts every number.
pub static NUMBER: Schema = Schema::new(r#"{"type": "number"}"#, &[]);
/// The schema that accepts what is true or false.
pub static BOOLEAN: Schema = Schema::new(r#"{"type": "boolean"}"#, &[]);

impl Schema {
    /// A schema from its text. What a `$ref` in it names is looked up in `references`; recursion is legal.
    ///
    /// Beside JSON Schema's keywords the text may have `discriminator` (`mapping` leads to the name in a `$ref`, or to the
    /// position of an alternative) and `x-read-only` (`ignore`, `refuse` or `match`: a member that a request may not set).
    pub const fn new(text: &'static str, references: &'static [(&'static str, &'static Schema)]) -> Schema {
        Schema { text, member: None, references, rules: OnceLock::new() }
    }

    /// A schema from a file of several, of which it is the member of this name. Members of the file's object, and nothing else,
    /// stand in lines that are indented by two.
    pub const fn within(
        file: &'static str,
        name: &'static str,
        references: &'static [(&'static str, &'static Schema)],
    ) -> Schema {
        Schema { text: file, member: Some(name), references, rules: OnceLock::new() }
    }

    /// The JSON text.
    pub fn text(&self) -> &'static str {
        let Some(name) = self.member else { return self.text };
        let begin = format!("\n  \"{name}\": ");
        let member = self.text.find(&begin).map_or("false", |at| &self.text[at + begin.len()..]);
        let end = member.find("\n  \"").or_else(|| member.find("\n}")).unwrap_or(member.len());
        member[..end].trim_end_matches(',')
    }

    /// What `$ref`s in the text mean.
    pub const fn references(&self) -> &'static [(&'static str, &'static Schema)] {
        self.references
    }

    pub(crate) fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::compile(self.text(), self.references))
    }
}

/// The text alone: a schema may contain itself, and a derived `Debug` would not come back.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.text()).finish()
    }
}

/// A [`Schema`] in place: a reference to a static of its own.
///
/// ```
/// use methodical_wire::{ANY, Schema, schema};
/// static TEXTS: &Schema = schema!(r#"{"type": "array", "items": {"$ref": "Any"}}"#, "Any" => ANY);
/// assert!(methodical_wire::validate(TEXTS, &serde_json::json!([1])).is_empty());
/// ```
#[macro_export]
macro_rules! schema {
    ($text:expr $(, $name:literal => $of:path)* $(,)?) => {{
        static SCHEMA: $crate::Schema = $crate::Schema::new($text, &[$(($name, &$of)),*]);
        &SCHEMA
    }};
}

/// Declares modules, and brings all that is in them here: `#[cfg(feature = "tags")] tag;`. Each is private by itself.
#[macro_export]
macro_rules! modules {
    ($($(#[$on_module:meta])* $name:ident;)*) => {$(
        $(#[$on_module])*
        mod $name;
        $(#[$on_module])*
        pub use self::$name::*;
    )*};
}

/// Statics for the schemas in some files, each with its name in the file, which is its type's, and the statics that its
/// references mean: `"schemas/tag.json": TAG = Tag; TAG_LIST = TagList [Tag = TAG];`.
#[macro_export]
macro_rules! schemas {
    ($(
        $file:literal:
        $($(#[$on_static:meta])* $name:ident = $of:ident $([$($key:ident = $target:ident),* $(,)?])?;)*
    )*) => {
        $($crate::schemas! {
            @file $file
            $($(#[$on_static])* $name = $of [$($($key = $target),*)?];)*
        })*
    };
    (@file $file:literal $($(#[$on_static:meta])* $name:ident = $of:ident [$($key:ident = $target:ident),*];)*) => {
        $(
            #[doc = concat!("What a [`", stringify!($of), "`](crate::", stringify!($of), ") is.")]
            $(#[$on_static])*
            pub static $name: $crate::Schema = $crate::Schema::within(
                include_str!($file),
                stringify!($of),
                &[$((stringify!($key), &$target)),*],
            );
        )*
    };
}

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn a_schema_is_found_among_others() {
        let file = "{\n  \"$comment\": \"x\",\n  \"A\": {\n    \"type\": \"object\"\n  },\n  \"AB\": true,\n  \"B\": {\"C\": 1}\n}\n";
        let text = |name| Schema::within(file, name, &[]).text();
        assert_eq!(text("A"), "{\n    \"type\": \"object\"\n  }");
        assert_eq!(text("AB"), "true");
        assert_eq!(text("B"), "{\"C\": 1}");
        assert_eq!(text("C"), "false", "what is not there accepts nothing");
    }
}
