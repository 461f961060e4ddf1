//! Schemas as the generated code needs them: a kind with its constraints, and named types by direction.
//!
//! A component that is used in requests *and* responses, and that has `readOnly` or `writeOnly` members somewhere
//! below, becomes two types: `Stacklet` (what a server returns) and `StackletInput` (what a client may send).

use methodical_diagnostic::Origin;
use methodical_document::{Integer, Value};

use crate::{Canonical, Docs, Name, OnReadOnly, Stability};

/// An index into [`Api::types`](crate::Api::types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);

impl TypeId {
    /// The position in [`Api::types`](crate::Api::types).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A schema in place: of a property, an item, a parameter, a body.
#[derive(Debug, Clone)]
pub struct Schema {
    /// What values it accepts.
    pub kind: Kind,
    /// Whether `null` is accepted beside them.
    pub nullable: bool,
    /// `default`, if any.
    pub default: Option<Value>,
    /// Where it was written.
    pub origin: Origin,
}

impl Schema {
    /// The named type it stands for, if it stands for one.
    pub fn type_id(&self) -> Option<TypeId> {
        match &self.kind {
            Kind::Named(id) => Some(*id),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Array { .. }
            | Kind::Tuple { .. }
            | Kind::Map { .. } => None,
        }
    }

    /// The schemas that lie in it without a name between: of items, of values.
    pub fn inner(&self) -> Vec<&Schema> {
        match &self.kind {
            Kind::Array { items, .. } => vec![items],
            Kind::Tuple { items, rest, .. } => items.iter().chain(rest.as_deref()).collect(),
            Kind::Map { values, .. } => vec![values],
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Named(_) => Vec::new(),
        }
    }

    /// The schema, and all that lie in it without a name between.
    pub fn all_inner(&self) -> Vec<&Schema> {
        let (mut found, mut next) = (vec![self], 0);
        while let Some(schema) = found.get(next).copied() {
            found.extend(schema.inner());
            next += 1;
        }
        found
    }

    /// The named types that it mentions without going through another name.
    pub fn named(&self) -> Vec<TypeId> {
        self.all_inner().into_iter().filter_map(Schema::type_id).collect()
    }

    /// Whether generated code has one Rust type for two schemas.
    pub fn same_type(&self, other: &Schema) -> bool {
        self.nullable == other.nullable
            && match (&self.kind, &other.kind) {
                (Kind::Named(left), Kind::Named(right)) => left == right,
                (Kind::Array { items: left, .. }, Kind::Array { items: right, .. })
                | (Kind::Map { values: left, .. }, Kind::Map { values: right, .. }) => left.same_type(right),
                (Kind::Any, Kind::Any) | (Kind::Boolean, Kind::Boolean) => true,
                (Kind::Integer { format: left, .. }, Kind::Integer { format: right, .. }) => left == right,
                (Kind::Number { format: left, .. }, Kind::Number { format: right, .. }) => left == right,
                (Kind::String { format: left, .. }, Kind::String { format: right, .. }) => left == right,
                (
                    Kind::Any
                    | Kind::Nothing
                    | Kind::Boolean
                    | Kind::Integer { .. }
                    | Kind::Number { .. }
                    | Kind::String { .. }
                    | Kind::Constant(_)
                    | Kind::Array { .. }
                    | Kind::Tuple { .. }
                    | Kind::Map { .. }
                    | Kind::Named(_),
                    _,
                ) => false,
            }
    }
}

/// What values a schema accepts, with its constraints normalised (exclusive integer bounds made inclusive).
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields of the variants are JSON Schema's keywords")]
pub enum Kind {
    /// Any JSON value.
    Any,
    /// No value at all: the schema `false`.
    Nothing,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer { format: IntegerFormat, minimum: Option<Integer>, maximum: Option<Integer>, multiple_of: Option<Integer> },
    /// A number. Bounds are `(value, exclusive)`.
    Number {
        format: NumberFormat,
        minimum: Option<(f64, bool)>,
        maximum: Option<(f64, bool)>,
        multiple_of: Option<f64>,
    },
    /// A string. Lengths count Unicode scalar values.
    String { format: StringFormat, min_length: Option<u64>, max_length: Option<u64>, pattern: Option<String> },
    /// Exactly this value.
    Constant(Value),
    /// A list.
    Array { items: Box<Schema>, min_items: Option<u64>, max_items: Option<u64>, unique: bool },
    /// A list whose first positions have schemas of their own. Of these `required` have to be there. `rest` is what comes then: nothing
    /// without.
    Tuple {
        items: Vec<Schema>,
        required: usize,
        rest: Option<Box<Schema>>,
        min_items: Option<u64>,
        max_items: Option<u64>,
        unique: bool,
    },
    /// An object without named members.
    Map { values: Box<Schema>, min_properties: Option<u64>, max_properties: Option<u64> },
    /// A named type.
    Named(TypeId),
}

/// The width of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegerFormat {
    /// `int32`.
    I32,
    /// `int64`, and integers without a format.
    I64,
    /// Bounds or format say that it never is negative and fits 32 bits.
    U32,
    /// Bounds or format say that it never is negative.
    U64,
}

/// The width of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// `float`.
    F32,
    /// `double`, and numbers without a format.
    F64,
}

/// The format of a string, as far as it chooses a type or a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StringFormat {
    /// No format.
    Plain,
    /// `date-time`.
    DateTime,
    /// `date`.
    Date,
    /// `uuid`.
    Uuid,
    /// `binary`: bytes as they are.
    Binary,
    /// `byte`, or `contentEncoding: base64`.
    Base64,
    /// `email`: checked, kept as text.
    Email,
    /// `uri` or `url`: checked, kept as text.
    Uri,
    /// `ipv4`: checked, kept as text.
    Ipv4,
    /// `ipv6`: checked, kept as text.
    Ipv6,
    /// `hostname`: checked, kept as text.
    Hostname,
    /// `password`: kept out of `Debug`.
    Password,
    /// Any other: text, which is checked where the validator knows the format.
    Other(String),
}

/// A type with a name.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Wire name (the component's name, or the path that named an inline schema) and Rust name.
    pub name: Name,
    /// `title`, `description`.
    pub docs: Docs,
    /// Whether it is `deprecated`.
    pub deprecated: bool,
    /// What it is made of.
    pub shape: Shape,
    /// Which values it accepts, `null` included.
    pub canonical: Canonical,
    /// `default`, if any: what is meant where a value of it is left out.
    pub default: Option<Value>,
    /// Which way it travels.
    pub direction: Direction,
    /// For the request half of a split component: the response half.
    pub counterpart: Option<TypeId>,
    /// `example` (or the first of `examples`), if any.
    pub example: Option<Value>,
    /// Where it was written.
    pub origin: Origin,
}

/// Which way values of a type travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Only client to server.
    Request,
    /// Only server to client.
    Response,
    /// Both ways, in one shape.
    Both,
}

/// What a named type is made of.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object with named members.
    Object(Object),
    /// A closed set of values; unknown ones are kept on reading.
    Enumeration(Vec<Variant>),
    /// `oneOf` or `anyOf`.
    Union(Union),
    /// A name for another schema: a constrained string, a list, a map.
    Alias(Schema),
}

/// An object with named members, sorted by wire name.
#[derive(Debug, Clone)]
pub struct Object {
    /// The members that this direction has.
    pub properties: Vec<Property>,
    /// Where in `properties` those stand that have to be there, in the order in which `required` names them.
    pub required: Vec<usize>,
    /// `readOnly` members that this request type lacks, by wire name: refused, ignored or matched by the server.
    pub read_only: Vec<String>,
    /// What `readOnly` members sent by a client get.
    pub on_read_only: OnReadOnly,
    /// Members that are not named.
    pub additional: Additional,
    /// `minProperties`.
    pub min_properties: Option<u64>,
    /// `maxProperties`.
    pub max_properties: Option<u64>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Property {
    /// Wire name and field name.
    pub name: Name,
    /// `title`, `description`.
    pub docs: Docs,
    /// Its schema.
    pub schema: Schema,
    /// Whether it must be present.
    pub required: bool,
    /// Whether it is `deprecated`.
    pub deprecated: bool,
    /// `x-stability-level`.
    pub stability: Stability,
    /// `readOnly`, `writeOnly`.
    pub access: Access,
    /// `x-semantics.immutable`: set at creation, does not move afterwards.
    pub immutable: bool,
    /// `x-semantics.volatile`: may move without a write.
    pub volatile: bool,
}

impl Property {
    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.schema.origin
    }
}

/// Who may set a member, who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Sent and returned.
    ReadWrite,
    /// `readOnly`: returned, never sent.
    ReadOnly,
    /// `writeOnly`: sent, never returned.
    WriteOnly,
}

/// Members that are not named by `properties`.
#[derive(Debug, Clone)]
pub enum Additional {
    /// Nothing is said: accepted, and not kept.
    Unspecified,
    /// `additionalProperties: false`.
    Denied,
    /// `additionalProperties: true` or a schema: kept in a map.
    Typed(Box<Schema>),
}

/// One value of an enumeration.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Rust name of the variant; the wire name is the value as text.
    pub name: Name,
    /// The value on the wire.
    pub value: VariantValue,
}

/// The value of an enumeration's variant on the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum VariantValue {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i128),
    /// Any other value but null, which makes a schema nullable instead.
    Other(Value),
}

/// `oneOf` or `anyOf`.
#[derive(Debug, Clone)]
pub struct Union {
    /// The alternatives, each with a variant's name.
    pub variants: Vec<(Name, Schema)>,
    /// Whether exactly one must match (`oneOf`), or at least one (`anyOf`).
    pub exclusive: bool,
    /// What tells the alternatives apart, if the description says so.
    pub discriminator: Option<Discriminator>,
}

/// `discriminator`, the mapping made explicit.
#[derive(Debug, Clone)]
pub struct Discriminator {
    /// The member that carries the tag.
    pub property: String,
    /// Tag value to position in [`Union::variants`].
    pub mapping: Vec<(String, usize)>,
    /// The position of the alternative that has every other tag, or none: the parent itself among its children, or what
    /// `defaultMapping` (3.2) leads to.
    pub default: Option<usize>,
}
