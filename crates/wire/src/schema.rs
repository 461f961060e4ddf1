//! Schemas as data. Everything is `'static` and can stand in a `static`, so a generated crate's schemas cost no code
//! and no start-up time, and a recursive schema is a plain reference to another `static`.

use std::fmt;

/// Which JSON values are accepted.
#[derive(Clone, Copy)]
pub enum Schema {
    /// Every value.
    Any,
    /// No value: the schema `false`.
    Nothing,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction. Bounds are inclusive.
    Integer {
        /// The least value.
        minimum: Option<i128>,
        /// The greatest value.
        maximum: Option<i128>,
        /// What it has to be a multiple of.
        multiple_of: Option<i128>,
    },
    /// A number.
    Number {
        /// The lower bound.
        minimum: Option<Bound>,
        /// The upper bound.
        maximum: Option<Bound>,
        /// What it has to be a multiple of.
        multiple_of: Option<f64>,
    },
    /// Text. Lengths count Unicode scalar values, as JSON Schema counts characters.
    String {
        /// What the text has to look like.
        format: Format,
        /// The least length.
        min_length: Option<u64>,
        /// The greatest length.
        max_length: Option<u64>,
        /// An ECMA-262 regular expression that has to match somewhere.
        pattern: Option<&'static str>,
    },
    /// One of these values; `const` is one of one.
    Enumeration(&'static [Literal]),
    /// A list.
    Array {
        /// What each item has to be.
        items: &'static Schema,
        /// The least number of items.
        min_items: Option<u64>,
        /// The greatest number of items.
        max_items: Option<u64>,
        /// Whether no two items may be equal.
        unique: bool,
    },
    /// An object.
    Object {
        /// The members with names.
        properties: &'static [Property],
        /// All other members.
        additional: Additional,
        /// The least number of members.
        min_properties: Option<u64>,
        /// The greatest number of members.
        max_properties: Option<u64>,
    },
    /// `oneOf` or `anyOf`.
    Union {
        /// The alternatives.
        variants: &'static [&'static Schema],
        /// Whether exactly one has to accept the value (`oneOf`), or at least one.
        exclusive: bool,
        /// The member that tells the alternatives apart.
        discriminator: Option<Discriminator>,
    },
    /// `null`, or what the other schema accepts.
    Nullable(&'static Schema),
    /// Another `static`. Recursion is legal.
    Ref(&'static Schema),
}

/// A bound of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The bound.
    pub value: f64,
    /// Whether the bound itself is out of range.
    pub exclusive: bool,
}

/// What text has to look like, as far as it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Anything.
    Plain,
    /// RFC 3339 `date-time`.
    DateTime,
    /// RFC 3339 `full-date`.
    Date,
    /// RFC 9562, with hyphens.
    Uuid,
    /// Bytes as they are: not checked.
    Binary,
    /// RFC 4648 base64 with padding.
    Base64,
    /// An address in the plain `local@domain` form.
    Email,
    /// A URI with a scheme.
    Uri,
    /// A dotted quad.
    Ipv4,
    /// RFC 4291 text.
    Ipv6,
    /// RFC 1123 labels.
    Hostname,
    /// Not checked; kept out of `Debug` by the types.
    Password,
    /// A format unknown to us: not checked.
    Other,
}

/// A member of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number without a fraction.
    Integer(i128),
    /// A number.
    Number(f64),
    /// A string.
    Text(&'static str),
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its wire name.
    pub name: &'static str,
    /// What its value has to be.
    pub schema: &'static Schema,
    /// Whether it has to be present.
    pub required: bool,
    /// Whether a request may set it.
    pub access: Access,
}

/// Whether a request may set a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It may.
    ReadWrite,
    /// It may not; only the schemas of requests list a member this way.
    ReadOnly(OnReadOnly),
}

/// What becomes of a `readOnly` member that a client sends all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnReadOnly {
    /// It has no effect ([`normalise`](crate::normalise) drops it).
    Ignore,
    /// The request is refused ([`validate`](crate::validate()) reports it).
    Refuse,
    /// The request is refused unless it equals the present value ([`check_read_only`](crate::check_read_only) compares).
    Match,
}

/// Members that have no name in the schema.
#[derive(Debug, Clone, Copy)]
pub enum Additional {
    /// Accepted.
    Allowed,
    /// Refused.
    Denied,
    /// Accepted where this schema accepts their values.
    Typed(&'static Schema),
}

/// What tells the alternatives of a union apart.
#[derive(Debug, Clone, Copy)]
pub struct Discriminator {
    /// The member that carries the tag.
    pub property: &'static str,
    /// Each tag with its position among the variants.
    pub mapping: &'static [(&'static str, usize)],
}

impl Schema {
    /// The schema behind references. Gives [`Schema::Any`] for a chain that never ends.
    pub fn resolved(&'static self) -> &'static Schema {
        let mut schema = self;
        for _ in 0..64 {
            let Schema::Ref(target) = schema else {
                return schema;
            };
            schema = target;
        }
        &Schema::Any
    }

    fn kind(&self) -> &'static str {
        match self {
            Schema::Any => "Any",
            Schema::Nothing => "Nothing",
            Schema::Boolean => "Boolean",
            Schema::Integer { .. } => "Integer",
            Schema::Number { .. } => "Number",
            Schema::String { .. } => "String",
            Schema::Enumeration(_) => "Enumeration",
            Schema::Array { .. } => "Array",
            Schema::Object { .. } => "Object",
            Schema::Union { .. } => "Union",
            Schema::Nullable(_) => "Nullable",
            Schema::Ref(_) => "Ref",
        }
    }
}

/// The kind alone: a schema may contain itself, and a derived `Debug` would not come back.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema::{}", self.kind())
    }
}
