//! Schemas: kinds and shapes of the model, without the constraints that a client need not check.
//!
//! Everything that typify would have to find a name for has one already, as a component of its own: the names that it
//! makes up itself may fall together.

use indexmap::IndexMap;
use methodical_diagnostic::Origin;
use methodical_document::{Number, Value};
use methodical_generate::style;
use methodical_model::{
    Additional, Docs, IntegerFormat, Kind, NumberFormat, Object, Property, Schema as Model, Shape, StringFormat,
    TypeId, Variant, VariantValue,
};
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaData, SchemaKind, StringType, Type, VariantOrUnknownOrEmpty,
};

use super::Lowering;
use crate::loss::Subject;
use crate::names::{Case, Room};

/// The member by which an alternative is known, and its value there.
#[derive(Clone, Copy)]
pub(crate) struct Tag<'t> {
    pub(crate) member: &'t str,
    pub(crate) value: &'t str,
    /// Where the union was written.
    pub(crate) origin: &'t Origin,
}

impl Lowering<'_> {
    /// Lowers every type that something refers to.
    pub(crate) fn lower_types(&mut self) {
        while let Some(id) = self.queue.pop() {
            let definition = self.api.type_def(id);
            let subject = Subject::Type(id);
            let mut schema = match &definition.shape {
                Shape::Object(object) => self.object(object, None, subject),
                Shape::Enumeration(variants) => self.enumeration(variants, id),
                Shape::Union(union) => self.union(union, id),
                Shape::Alias(schema) => wrapped(self.schema(schema, subject)),
            };
            schema.schema_data.description = docs(&definition.docs);
            self.schemas.insert(self.types[id.index()].clone(), (schema, subject, definition.origin.clone()));
        }
    }

    /// A reference to a type.
    pub(crate) fn reference(&mut self, id: TypeId) -> ReferenceOr<Schema> {
        if !self.queued[id.index()] {
            self.queued[id.index()] = true;
            self.queue.push(id);
        }
        reference_to(&self.types[id.index()])
    }

    /// A schema in place.
    pub(crate) fn schema(&mut self, schema: &Model, subject: Subject) -> ReferenceOr<Schema> {
        // What accepts anything accepts null.
        if matches!(schema.kind, Kind::Any | Kind::Nothing) {
            return ReferenceOr::Item(self.kind(schema, subject));
        }
        match (&schema.kind, schema.nullable) {
            (Kind::Named(id), false) => self.named(*id),
            (Kind::Named(id), true) => {
                let all_of = vec![self.named(*id)];
                let schema_data = SchemaData { nullable: true, ..SchemaData::default() };
                ReferenceOr::Item(Schema { schema_data, schema_kind: SchemaKind::AllOf { all_of } })
            }
            (_, nullable) => {
                let mut lowered = self.kind(schema, subject);
                lowered.schema_data.nullable = nullable;
                ReferenceOr::Item(lowered)
            }
        }
    }

    /// A name that only stands for another name is passed over.
    fn named(&mut self, id: TypeId) -> ReferenceOr<Schema> {
        let target = match &self.api.type_def(id).shape {
            Shape::Alias(schema) if !schema.nullable => self.api.unaliased(schema).type_id(),
            Shape::Alias(_) | Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_) => None,
        };
        self.reference(target.unwrap_or(id))
    }

    fn kind(&mut self, schema: &Model, subject: Subject) -> Schema {
        match &schema.kind {
            Kind::Any => any(),
            Kind::Nothing => {
                self.lose(subject, &schema.origin, "that no value is valid here is not known: any JSON is taken");
                any()
            }
            Kind::Boolean => typed(Type::Boolean(BooleanType::default())),
            Kind::Integer { format, .. } => integer(*format),
            Kind::Number { format, .. } => number(*format),
            Kind::String { format, .. } => string(string_format(format)),
            Kind::Constant(value) => self.constant(value, schema, subject),
            Kind::Array { items, .. } => {
                let items = Some(boxed(self.schema(items, subject)));
                typed(Type::Array(ArrayType { items, min_items: None, max_items: None, unique_items: false }))
            }
            Kind::Tuple { .. } => {
                self.lose(subject, &schema.origin, "what stands in which position is not known: items are any JSON");
                let items = Some(ReferenceOr::Item(Box::new(any())));
                typed(Type::Array(ArrayType { items, min_items: None, max_items: None, unique_items: false }))
            }
            Kind::Map { values, .. } => {
                let values = self.schema(values, subject);
                typed(Type::Object(ObjectType { additional_properties: Some(rest(values)), ..ObjectType::default() }))
            }
            Kind::Named(id) => wrapped(self.named(*id)),
        }
    }

    /// A constant text is an enumeration of one; other constants are what kind they are of.
    fn constant(&mut self, value: &Value, schema: &Model, subject: Subject) -> Schema {
        match value {
            Value::String(text) => wrapped(self.constant_text(text, subject, &schema.origin)),
            Value::Bool(_) => typed(Type::Boolean(BooleanType::default())),
            Value::Number(Number::Integer(_)) => integer(IntegerFormat::I64),
            Value::Number(Number::Float(_) | Number::Text(_)) => number(NumberFormat::F64),
            Value::Null | Value::Array(_) | Value::Object(_) => any(),
        }
    }

    /// An enumeration of one text, which is one component wherever it is said.
    pub(crate) fn constant_text(&mut self, text: &str, subject: Subject, origin: &Origin) -> ReferenceOr<Schema> {
        if let Some(name) = self.constants.get(text) {
            return reference_to(name);
        }
        let name = self.type_names.name(&format!("{text}_constant"));
        self.schemas.insert(name.clone(), (text_enumeration([text.to_owned()]), subject, origin.clone()));
        self.constants.insert(text.to_owned(), name.clone());
        reference_to(&name)
    }

    /// An object; with a `tag` that member is this constant, whatever else it is.
    pub(crate) fn object(&mut self, object: &Object, tag: Option<Tag<'_>>, subject: Subject) -> Schema {
        let mut fields = Room::new(Case::Snake, "", &[]);
        let mut properties = IndexMap::new();
        let mut required = Vec::new();
        let mut additional = match &object.additional {
            Additional::Unspecified => None,
            Additional::Denied => Some(AdditionalProperties::Any(false)),
            Additional::Typed(schema) => Some(rest(self.schema(schema, subject))),
        };
        // The field that typify keeps other members in.
        if matches!(additional, Some(AdditionalProperties::Schema(_))) {
            fields.take("extra");
        }
        for property in &object.properties {
            let wire = &property.name.wire;
            if !fields.take(wire) {
                let text = format!("the member `{wire}` has no field of its own, and is found among the other members");
                self.lose(subject, property.origin(), text);
                additional = Some(rest(ReferenceOr::Item(any())));
                continue;
            }
            let tag = tag.filter(|tag| tag.member == wire);
            let schema = match tag {
                Some(tag) => self.constant_text(tag.value, subject, property.origin()),
                None => self.property(property, subject),
            };
            properties.insert(wire.clone(), boxed(schema));
            if property.required || tag.is_some() {
                required.push(wire.clone());
            }
        }
        // A tag that the object does not declare is a member of it here, since nothing else would write it.
        let declares = |member: &str| object.properties.iter().any(|property| property.name.wire == member);
        if let Some(Tag { member, value, origin }) = tag.filter(|tag| !declares(tag.member)) {
            if fields.take(member) {
                properties.insert(member.to_owned(), boxed(self.constant_text(value, subject, origin)));
                required.push(member.to_owned());
            } else {
                self.lose(subject, origin, format!("the tag `{member}` has no field of its own, and is not written"));
            }
        }
        let object = ObjectType { properties, required, additional_properties: additional, ..ObjectType::default() };
        typed(Type::Object(object))
    }

    fn property(&mut self, property: &Property, subject: Subject) -> ReferenceOr<Schema> {
        let mut schema = wrapped(self.schema(&property.schema, subject));
        schema.schema_data.description = docs(&property.docs);
        ReferenceOr::Item(schema)
    }

    fn enumeration(&mut self, variants: &[Variant], id: TypeId) -> Schema {
        let texts: Option<Vec<&str>> = variants.iter().map(text_of).collect();
        let origin = &self.api.type_def(id).origin;
        match texts {
            Some(texts) if !texts.is_empty() => {
                let mut names = Room::new(Case::Pascal, "", &[]);
                let mut marked = Room::new(Case::Pascal, "", &[]);
                // typify says `X` for what an identifier cannot hold, where names fall together without it.
                let mark = |text: &str| text.replace(|c: char| c == '_' || !unicode_ident::is_xid_continue(c), "X");
                let are_distinct =
                    texts.iter().all(|text| names.take(text)) || texts.iter().all(|text| marked.take(&mark(text)));
                if are_distinct {
                    return text_enumeration(texts.into_iter().map(str::to_owned));
                }
                let text = "two of its values have one name in Rust, so that it is text";
                self.lose(Subject::Type(id), origin, text);
                string(None)
            }
            Some(_) => any(),
            None => {
                let whole = variants.iter().all(|variant| matches!(variant.value, VariantValue::Integer(_)));
                let kind = if whole { "an integer" } else { "any JSON" };
                self.lose(Subject::Type(id), origin, format!("which values it has is not known: it is {kind}"));
                if whole { integer(IntegerFormat::I64) } else { any() }
            }
        }
    }
}

fn text_of(variant: &Variant) -> Option<&str> {
    match &variant.value {
        VariantValue::Text(text) => Some(text),
        VariantValue::Integer(_) | VariantValue::Other(_) => None,
    }
}

/// What the author wrote, if anything.
pub(crate) fn docs(docs: &Docs) -> Option<String> {
    Some(style::docs(docs, "")).filter(|text| !text.is_empty())
}

/// The schema of any JSON value.
pub(crate) fn any() -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Any(AnySchema::default()) }
}

/// A string, of a format that typify has a type for.
pub(crate) fn string(format: Option<&str>) -> Schema {
    let format =
        format.map_or(VariantOrUnknownOrEmpty::Empty, |format| VariantOrUnknownOrEmpty::from(Some(format.to_owned())));
    typed(Type::String(StringType { format, ..StringType::default() }))
}

/// Bytes, as a body alone can be.
pub(crate) fn binary() -> Schema {
    string(Some("binary"))
}

fn string_format(format: &StringFormat) -> Option<&'static str> {
    match format {
        StringFormat::DateTime => Some("date-time"),
        StringFormat::Date => Some("date"),
        StringFormat::Uuid => Some("uuid"),
        StringFormat::Ipv4 => Some("ipv4"),
        StringFormat::Ipv6 => Some("ipv6"),
        StringFormat::Plain
        | StringFormat::Binary
        | StringFormat::Base64
        | StringFormat::Email
        | StringFormat::Uri
        | StringFormat::Hostname
        | StringFormat::Password
        | StringFormat::Other(_) => None,
    }
}

fn integer(format: IntegerFormat) -> Schema {
    let format = match format {
        IntegerFormat::I32 => "int32",
        IntegerFormat::I64 => "int64",
        IntegerFormat::U32 => "uint32",
        IntegerFormat::U64 => "uint64",
    };
    let format = VariantOrUnknownOrEmpty::from(Some(format.to_owned()));
    typed(Type::Integer(IntegerType { format, ..IntegerType::default() }))
}

fn number(format: NumberFormat) -> Schema {
    let format = match format {
        NumberFormat::F32 => "float",
        NumberFormat::F64 => "double",
    };
    let format = VariantOrUnknownOrEmpty::from(Some(format.to_owned()));
    typed(Type::Number(NumberType { format, ..NumberType::default() }))
}

/// An enumeration of texts.
pub(crate) fn text_enumeration(texts: impl IntoIterator<Item = String>) -> Schema {
    let enumeration = texts.into_iter().map(Some).collect();
    typed(Type::String(StringType { enumeration, ..StringType::default() }))
}

pub(crate) fn typed(schema: Type) -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Type(schema) }
}

/// One of several schemas. Of `anyOf` typify makes a struct of all alternatives at once, so it is never said.
pub(crate) fn one_of(mut one_of: Vec<ReferenceOr<Schema>>) -> Schema {
    match one_of.len() {
        0 => any(),
        1 => wrapped(one_of.remove(0)),
        _ => Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::OneOf { one_of } },
    }
}

pub(crate) fn reference_to(name: &str) -> ReferenceOr<Schema> {
    ReferenceOr::Reference { reference: format!("#/components/schemas/{name}") }
}

/// A schema that can be described and be null, also where it is a reference.
pub(crate) fn wrapped(schema: ReferenceOr<Schema>) -> Schema {
    match schema {
        ReferenceOr::Item(schema) => schema,
        reference @ ReferenceOr::Reference { .. } => {
            let schema_kind = SchemaKind::AllOf { all_of: vec![reference] };
            Schema { schema_data: SchemaData::default(), schema_kind }
        }
    }
}

pub(crate) fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
    }
}

fn rest(schema: ReferenceOr<Schema>) -> AdditionalProperties {
    AdditionalProperties::Schema(Box::new(schema))
}
