//! Parameters. progenitor writes them by `Display` in paths and headers, and in the form style in queries; whatever else
//! they are becomes text that the caller writes.

use std::collections::{BTreeMap, BTreeSet};

use methodical_model::{
    Kind, Operation, OperationId, Parameter as Model, ParameterLocation, ParameterRole, ParameterStyle, PathSegment,
    Schema as ModelSchema, Shape, StringFormat, VariantValue,
};
use openapiv3::{Parameter, ParameterData, ParameterSchemaOrContent, ReferenceOr, Schema};

use super::Lowering;
use super::schema::{docs, string};
use crate::loss::Subject;
use crate::names::{Case, RESERVED_ARGUMENTS, Room, identifier};

/// The arguments of a method, and how they are told apart.
pub(crate) struct Arguments {
    pub(crate) parameters: Vec<Parameter>,
    /// progenitor's name of each path parameter.
    pub(crate) path_names: BTreeMap<String, String>,
    room: Room,
    /// Names as written: progenitor keeps one parameter of each, wherever it travels.
    written: BTreeSet<String>,
}

impl Arguments {
    /// Adds an argument, unless its name is taken.
    pub(crate) fn add(&mut self, location: ParameterLocation, data: ParameterData) -> bool {
        let snake = identifier(&data.name, Case::Snake);
        if self.written.contains(&data.name) || !self.room.take(&snake) {
            return false;
        }
        self.written.insert(data.name.clone());
        self.parameters.push(match location {
            ParameterLocation::Path => Parameter::Path { parameter_data: data, style: Default::default() },
            ParameterLocation::Query => Parameter::Query {
                parameter_data: data,
                allow_reserved: false,
                style: Default::default(),
                allow_empty_value: None,
            },
            ParameterLocation::Header | ParameterLocation::Cookie => {
                Parameter::Header { parameter_data: data, style: Default::default() }
            }
        });
        true
    }
}

impl<'a> Lowering<'a> {
    pub(crate) fn arguments(&mut self, id: OperationId, operation: &'a Operation) -> Result<Arguments, String> {
        let has_body = operation.body.as_ref().is_some_and(|body| !body.contents.is_empty());
        let mut room = Room::new(Case::Snake, "parameter", RESERVED_ARGUMENTS);
        if has_body {
            room.take("body");
        }
        let (parameters, path_names, written) = Default::default();
        let mut arguments = Arguments { parameters, path_names, room, written };
        self.path_arguments(id, operation, &mut arguments);
        let mut cookies = Vec::new();
        for parameter in &operation.parameters {
            match (parameter.location, parameter.role) {
                (_, ParameterRole::Ignored) | (ParameterLocation::Path, _) => {}
                (ParameterLocation::Query, _) => self.query_argument(id, parameter, &mut arguments)?,
                (ParameterLocation::Header, _) => self.header_argument(id, parameter, &mut arguments)?,
                (ParameterLocation::Cookie, _) => cookies.push(parameter),
            }
        }
        if let Some(first) = cookies.first() {
            let names: Vec<_> = cookies.iter().map(|cookie| format!("`{}`", cookie.name.wire)).collect();
            let text = format!("the cookies {} are written by the caller, as the header `Cookie`", names.join(", "));
            self.lose(Subject::Operation(id), &first.origin, text);
            let required = cookies.iter().any(|cookie| cookie.required);
            let data = data("Cookie", required, ReferenceOr::Item(string(None)), Some("The cookies.".to_owned()));
            arguments.add(ParameterLocation::Header, data);
        }
        Ok(arguments)
    }

    /// The names of the template: each has an argument, whether or not it is declared.
    fn path_arguments(&mut self, id: OperationId, operation: &Operation, arguments: &mut Arguments) {
        let parts = operation.path.segments.iter().flatten();
        for part in parts {
            let PathSegment::Parameter(wire) = part else { continue };
            if arguments.path_names.contains_key(wire) {
                continue;
            }
            let declared = operation
                .parameters
                .iter()
                .find(|parameter| parameter.location == ParameterLocation::Path && parameter.name.wire == *wire);
            let schema =
                declared.map_or_else(|| ReferenceOr::Item(string(None)), |parameter| self.displayed(id, parameter));
            let description = declared.and_then(|parameter| docs(&parameter.docs));
            let name = arguments.room.name(wire);
            arguments.path_names.insert(wire.clone(), name.clone());
            arguments.written.insert(name.clone());
            arguments.parameters.push(Parameter::Path {
                parameter_data: data(&name, true, schema, description),
                style: Default::default(),
            });
        }
    }

    fn header_argument(&mut self, id: OperationId, parameter: &Model, arguments: &mut Arguments) -> Result<(), String> {
        let wire = &parameter.name.wire;
        if !is_header_name(wire) {
            self.lose(Subject::Operation(id), &parameter.origin, format!("`{wire}` is no name that a header can have"));
            return Ok(());
        }
        let schema = self.displayed(id, parameter);
        let added = data(wire, parameter.required, schema, docs(&parameter.docs));
        let added = arguments.add(ParameterLocation::Header, added);
        if added { Ok(()) } else { self.not_added(id, parameter) }
    }

    /// A parameter whose name is another's already.
    ///
    /// # Errors
    ///
    /// It is required: without it the operation is not to be had.
    pub(crate) fn not_added(&mut self, id: OperationId, parameter: &Model) -> Result<(), String> {
        let wire = &parameter.name.wire;
        if parameter.required {
            return Err(format!("two of its arguments would be called `{}`", identifier(wire, Case::Snake)));
        }
        let text = format!("`{wire}` cannot be given: another argument has its name in Rust");
        self.lose(Subject::Operation(id), &parameter.origin, text);
        Ok(())
    }

    /// The schema of a parameter that is written by `Display`.
    fn displayed(&mut self, id: OperationId, parameter: &Model) -> ReferenceOr<Schema> {
        let schema = self.api.unaliased(&parameter.schema);
        let simple = parameter.style == ParameterStyle::Simple;
        // chrono displays an instant with a space in it.
        let instant = matches!(&schema.kind, Kind::String { format: StringFormat::DateTime, .. });
        if simple && !instant && self.is_scalar(schema) {
            return self.scalar(schema, Subject::Operation(id));
        }
        let text = format!("`{}` is text that the caller writes", parameter.name.wire);
        self.lose(Subject::Operation(id), &parameter.origin, text);
        ReferenceOr::Item(string(None))
    }

    /// A parameter's schema without `null`, which a parameter has no way to write.
    pub(crate) fn scalar(&mut self, schema: &ModelSchema, subject: Subject) -> ReferenceOr<Schema> {
        let schema = ModelSchema { nullable: false, ..schema.clone() };
        self.schema(&schema, subject)
    }

    /// Whether values are one text.
    pub(crate) fn is_scalar(&self, schema: &ModelSchema) -> bool {
        let schema = self.api.unaliased(schema);
        match &schema.kind {
            Kind::Boolean | Kind::Integer { .. } | Kind::Number { .. } | Kind::String { .. } => true,
            Kind::Constant(value) => value.as_str().is_some(),
            Kind::Named(id) => match &self.api.type_def(*id).shape {
                Shape::Enumeration(variants) => {
                    let all = |is: fn(&VariantValue) -> bool| variants.iter().all(|variant| is(&variant.value));
                    all(|value| matches!(value, VariantValue::Text(_)))
                        || all(|value| matches!(value, VariantValue::Integer(_)))
                }
                Shape::Object(_) | Shape::Union(_) | Shape::Alias(_) => false,
            },
            Kind::Any | Kind::Nothing | Kind::Array { .. } | Kind::Tuple { .. } | Kind::Map { .. } => false,
        }
    }
}

/// What parameters have in common.
pub(crate) fn data(
    name: &str,
    required: bool,
    schema: ReferenceOr<Schema>,
    description: Option<String>,
) -> ParameterData {
    ParameterData {
        name: name.to_owned(),
        description: description.map(|text| text.replace('\n', "\n  ")),
        required,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema),
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    }
}

/// RFC 9110, section 5.1: a token.
fn is_header_name(name: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_token)
}
