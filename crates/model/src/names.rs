//! Names, chosen once: wire name and Rust names side by side.
//!
//! A wire name is cut into words, and the words are joined as Rust wants them. What the language or the prelude has
//! taken is avoided here, and names that fall together are told apart by numbers. The numbers follow from the wire names
//! alone and never from the order in which a description lists its members.

mod words;

use std::borrow::Cow;
use std::collections::HashSet;

pub(crate) use words::{pascal, singular, snake, words};

/// A name on the wire and in Rust.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// As it stands in the description and on the wire.
    pub wire: String,
    /// As a value: a field, a method, a module (`pet_id`). Keywords are raw (`r#type`) or suffixed (`self_`).
    pub snake: String,
    /// As a type or a variant (`PetId`).
    pub pascal: String,
}

/// What a name is for, and thereby which names it must avoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Types, which stand beside the prelude and what generated code imports.
    Types,
    /// Variants of an enumeration, which keeps unknown values in a variant of its own.
    Variants,
    /// Parameters, which stand beside `body` in the struct of a request.
    Parameters,
    /// Fields, methods, modules: whatever stands among its like only.
    Plain,
}

impl Scope {
    fn avoids(self, base: &Base<'_>) -> bool {
        match self {
            Scope::Types => TAKEN_TYPES.contains(&base.pascal.as_str()),
            Scope::Variants => base.pascal == "Unknown",
            Scope::Parameters => base.snake == "body",
            Scope::Plain => false,
        }
    }

    /// The word that a taken name gets at its end: `Option` becomes `OptionType`.
    fn suffix(self) -> &'static str {
        match self {
            Scope::Types => "type",
            Scope::Variants | Scope::Plain => "value",
            Scope::Parameters => "parameter",
        }
    }
}

/// The prelude's types and traits, and what generated types are made of.
const TAKEN_TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "Base64",
    "BTreeMap",
    "Box",
    "Bytes",
    "Clone",
    "Copy",
    "Date",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Secret",
    "Self",
    "Send",
    "Serialize",
    "Serializer",
    "Sized",
    "Some",
    "String",
    "Sync",
    "Timestamp",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Uuid",
    "Vec",
];

/// Keywords of all editions, strict and reserved, in alphabetical order: every name is looked for among them.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// How long a keyword may be: most names are told by that alone to be none.
const LONGEST_KEYWORD: usize = 8;

/// Keywords that cannot be raw (the Rust reference, "Raw identifiers").
const NEVER_RAW: &[&str] = &["self", "super", "crate", "Self", "_"];

impl Name {
    /// The name of something that stands alone.
    pub(crate) fn new(wire: &str) -> Name {
        Base::new(wire, &words(wire), Scope::Plain).name()
    }
}

/// Names for all things of one scope, in the order of `wires`, no two of them alike in Rust.
///
/// Of two that fall together the one that is written as Rust writes it keeps the plain name, then the one that sorts
/// first; the others are numbered from 2. Equal wire names are told apart by their position.
pub(crate) fn distinct<S: AsRef<str>>(wires: &[S], scope: Scope) -> Vec<Name> {
    let is_known = |name: &str| wires.iter().any(|wire| wire.as_ref() == name);
    let request = |wire| Request { wire, words: signed_words(wire, is_known) };
    let requests: Vec<_> = wires.iter().map(|wire| request(wire.as_ref())).collect();
    assign(&requests, scope, &mut Used::default())
}

/// The words of a wire name; its sign is one of them where that alone tells it from another: `-name` beside `name`.
fn signed_words(wire: &str, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let sign = [('-', "minus"), ('+', "plus")]
        .into_iter()
        // A sign before a digit is a word already.
        .find(|(sign, _)| {
            let rest = wire.strip_prefix(*sign).filter(|rest| rest.starts_with(char::is_alphabetic));
            rest.is_some_and(&is_known)
        });
    match sign {
        Some((sign, word)) => {
            let mut words = words(wire.trim_start_matches(sign));
            words.insert(0, word.to_owned());
            words
        }
        None => words(wire),
    }
}

/// A wire name and the words that its Rust name is to be made of.
pub(crate) struct Request<'w> {
    /// The wire name.
    pub(crate) wire: &'w str,
    /// The words.
    pub(crate) words: Vec<String>,
}

/// As [`distinct`], for words that do not follow from the wire name, beside names that are `used` already.
pub(crate) fn assign(requests: &[Request<'_>], scope: Scope, used: &mut Used) -> Vec<Name> {
    let mut bases: Vec<_> = requests.iter().map(|request| Base::new(request.wire, &request.words, scope)).collect();
    used.reserve(bases.len());
    let mut order: Vec<usize> = (0..bases.len()).collect();
    order.sort_by_key(|&index| (!bases[index].is_exact(), bases[index].wire, index));
    let mut names: Vec<Option<Name>> = vec![None; bases.len()];
    for index in order {
        names[index] = Some(free_name(std::mem::take(&mut bases[index]), used));
    }
    names.into_iter().flatten().collect()
}

/// Names that are taken. Fields and types live in namespaces of their own, so that a lower-case word may be equal in both (`名`).
#[derive(Debug, Default)]
pub(crate) struct Used {
    snake: HashSet<String, foldhash::fast::RandomState>,
    pascal: HashSet<String, foldhash::fast::RandomState>,
}

impl Used {
    fn reserve(&mut self, names: usize) {
        self.snake.reserve(names);
        self.pascal.reserve(names);
    }

    /// Takes a name, unless it is taken.
    fn take(&mut self, snake: &str, pascal: &str) -> bool {
        let is_free = !self.snake.contains(snake) && !self.pascal.contains(pascal);
        if is_free {
            self.snake.insert(snake.to_owned());
            self.pascal.insert(pascal.to_owned());
        }
        is_free
    }
}

/// The first numbered form of a base that nothing else has.
fn free_name(base: Base<'_>, used: &mut Used) -> Name {
    if used.take(&escape(&base.snake), &escape(&base.pascal)) {
        return base.name();
    }
    let mut number = 2;
    loop {
        let name = base.numbered(number);
        if used.take(&name.snake, &name.pascal) {
            return name;
        }
        number += 1;
    }
}

/// A name before keywords and numbers.
#[derive(Default)]
struct Base<'w> {
    wire: &'w str,
    snake: String,
    pascal: String,
}

impl<'w> Base<'w> {
    fn new(wire: &'w str, words: &[String], scope: Scope) -> Base<'w> {
        let mut base = Base { wire, snake: snake(words), pascal: pascal(words) };
        if scope.avoids(&base) {
            let mut words = words.to_vec();
            words.push(scope.suffix().to_owned());
            base.snake = snake(&words);
            base.pascal = pascal(&words);
        }
        base
    }

    /// Whether the wire name is already as Rust writes it.
    fn is_exact(&self) -> bool {
        self.wire == self.snake || self.wire == self.pascal
    }

    fn name(self) -> Name {
        Name { wire: self.wire.to_owned(), snake: escaped(self.snake), pascal: escaped(self.pascal) }
    }

    fn numbered(&self, number: usize) -> Name {
        // A digit at the end would run into the number.
        let between = if self.pascal.ends_with(|last: char| last.is_ascii_digit()) { "N" } else { "" };
        let (snake, pascal) = (format!("{}_{number}", self.snake), format!("{}{between}{number}", self.pascal));
        Name { wire: self.wire.to_owned(), snake: escaped(snake), pascal: escaped(pascal) }
    }
}

/// Whether a word is a keyword of any edition of Rust, and so no name by itself.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_RAW.contains(&word)
}

/// Makes an identifier of what may be a keyword.
fn escape(identifier: &str) -> Cow<'_, str> {
    if identifier.len() > LONGEST_KEYWORD {
        Cow::Borrowed(identifier)
    } else if NEVER_RAW.contains(&identifier) {
        Cow::Owned(format!("{identifier}_"))
    } else if KEYWORDS.binary_search(&identifier).is_ok() {
        Cow::Owned(format!("r#{identifier}"))
    } else {
        Cow::Borrowed(identifier)
    }
}

/// The same of a text that is mostly one already.
fn escaped(identifier: String) -> String {
    match escape(&identifier) {
        Cow::Owned(escaped) => escaped,
        Cow::Borrowed(_) => identifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(wires: &[&str], scope: Scope) -> String {
        let names = distinct(wires, scope);
        names.iter().map(|name| format!("{:?} {} {}\n", name.wire, name.snake, name.pascal)).collect()
    }

    #[test]
    fn names_are_joined_as_rust_wants_them() {
        let wires = ["ipV4Address", "HTTPServer", "foo-bar", "2fa", "+1", "-1", "type", "self", "größe", "", "<=", "*"];
        insta::assert_snapshot!(shown(&wires, Scope::Plain), @r##"
        "ipV4Address" ip_v4_address IpV4Address
        "HTTPServer" http_server HttpServer
        "foo-bar" foo_bar FooBar
        "2fa" n2fa N2fa
        "+1" plus_1 Plus1
        "-1" minus_1 Minus1
        "type" r#type Type
        "self" self_ Self_
        "größe" größe Größe
        "" empty Empty
        "<=" less_equal LessEqual
        "*" star Star
        "##);
    }

    #[test]
    fn keywords_are_in_order_and_none_is_longer_than_the_longest() {
        assert!(KEYWORDS.is_sorted());
        let longest = KEYWORDS.iter().chain(NEVER_RAW).map(|keyword| keyword.len()).max();
        assert_eq!(longest, Some(LONGEST_KEYWORD));
    }

    #[test]
    fn a_sign_tells_names_apart() {
        insta::assert_snapshot!(shown(&["name", "-name", "-1", "1", "-other"], Scope::Variants), @r##"
        "name" name Name
        "-name" minus_name MinusName
        "-1" minus_1 Minus1
        "1" n1 N1
        "-other" other Other
        "##);
    }

    #[test]
    fn what_is_taken_is_avoided() {
        insta::assert_snapshot!(shown(&["option", "Vec", "Tag", "Self", "self"], Scope::Types), @r##"
        "option" option_type OptionType
        "Vec" vec_type VecType
        "Tag" tag Tag
        "Self" self_type SelfType
        "self" self_type_2 SelfType2
        "##);
        insta::assert_snapshot!(shown(&["unknown", "Self"], Scope::Variants), @r##"
        "unknown" unknown_value UnknownValue
        "Self" self_ Self_
        "##);
        insta::assert_snapshot!(shown(&["body", "X-Body"], Scope::Parameters), @r##"
        "body" body_parameter BodyParameter
        "X-Body" x_body XBody
        "##);
    }

    #[test]
    fn names_that_fall_together_are_told_apart_whatever_their_order() {
        let mut wires = ["petId", "pet_id", "PetID", "pet_id_2", "a1", "a-1", "A1"];
        insta::assert_snapshot!(shown(&wires, Scope::Plain), @r##"
        "petId" pet_id_4 PetId4
        "pet_id" pet_id PetId
        "PetID" pet_id_3 PetId3
        "pet_id_2" pet_id_2 PetId2
        "a1" a1_2 A1N2
        "a-1" a_1_3 A1N3
        "A1" a1 A1
        "##);
        let mut forward = distinct(&wires, Scope::Plain);
        wires.reverse();
        let mut backward = distinct(&wires, Scope::Plain);
        forward.sort();
        backward.sort();
        assert_eq!(forward, backward);
    }
}
