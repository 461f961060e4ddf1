//! A schema as a generated crate carries it: the text of its canonical JSON Schema (2020-12, annotations left out), and the
//! statics that its references mean. Text costs a crate next to no time to compile, it can say all that JSON Schema can, and
//! a person can read it. It is compiled once, at first use, into the rules that the validator interprets.

use std::fmt;
use std::sync::OnceLock;

use crate::rules::Rules;

/// Which JSON values are accepted.
pub struct Schema {
    text: &'static str,
    references: &'static [(&'static str, &'static Schema)],
    rules: OnceLock<Rules>,
}

/// The schema that accepts every value.
pub static ANY: Schema = Schema::new("true", &[]);

impl Schema {
    /// A schema from its text. What a `$ref` in it names is looked up in `references`; recursion is legal.
    ///
    /// Beside JSON Schema's keywords the text may have `discriminator` (`mapping` leads to the name in a `$ref`, or to the
    /// position of an alternative) and `x-read-only` (`ignore`, `refuse` or `match`: a member that a request may not set).
    pub const fn new(text: &'static str, references: &'static [(&'static str, &'static Schema)]) -> Schema {
        Schema { text, references, rules: OnceLock::new() }
    }

    /// The JSON text.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// What `$ref`s in the text mean.
    pub const fn references(&self) -> &'static [(&'static str, &'static Schema)] {
        self.references
    }

    pub(crate) fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| Rules::compile(self.text, self.references))
    }
}

/// The text alone: a schema may contain itself, and a derived `Debug` would not come back.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.text).finish()
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
