//! Forms with files: what their parts hold.

use methodical_diagnostic::{Diagnostic, Diagnostics, Place};

use crate::{Api, Content, FieldEncoding, Kind, MediaType, Property, Schema, Shape, StringFormat, essence};

/// A field of a form with files.
#[derive(Debug, Clone)]
pub struct FormField<'a> {
    /// The member of the form's schema.
    pub property: &'a Property,
    /// What its parts hold.
    pub kind: FieldKind,
    /// Whether there is a part for each item.
    pub many: bool,
    /// What the description says that its parts are.
    pub media_type: Option<&'a str>,
    /// The header fields that a part has to have, if it is a file.
    pub required_headers: Vec<&'a str>,
}

/// What the parts of a field hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A value as plain text.
    Text,
    /// A value as JSON.
    Json,
    /// A file.
    File,
}

/// The fields of a form with files (`multipart/form-data`); `None` where the content is none, or has no members with names.
pub fn form_fields<'a>(api: &'a Api, content: &'a Content) -> Option<Vec<FormField<'a>>> {
    let is_form = content.kind == MediaType::Multipart && essence(&content.media_type) == "multipart/form-data";
    let Shape::Object(object) = &api.resolved(&content.schema).filter(|_| is_form)?.shape else { return None };
    let fields = object.properties.iter().map(|property| {
        let encoding = content.encodings.iter().find(|encoding| encoding.name == property.name.wire);
        let media_type = encoding.and_then(|encoding| encoding.media_type.as_deref());
        // A style leaves the media type no say (OpenAPI 3.1, "Encoding Object").
        if encoding.is_some_and(|encoding| encoding.style.is_some()) {
            let required_headers = Vec::new();
            return FormField { property, kind: FieldKind::Text, many: false, media_type: None, required_headers };
        }
        let (item, many) = match &api.unaliased(&property.schema).kind {
            Kind::Array { items, .. } => (&**items, true),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Tuple { .. }
            | Kind::Map { .. }
            | Kind::Named(_) => (&property.schema, false),
        };
        let kind = field_kind(api, item, media_type);
        // A list of lists is one value.
        let is_nested = many && matches!(api.unaliased(item).kind, Kind::Array { .. });
        let (kind, many) = if is_nested { (FieldKind::Json, false) } else { (kind, many) };
        let headers = encoding.iter().filter(|_| kind == FieldKind::File).flat_map(|encoding| &encoding.headers);
        let required_headers = headers.filter(|header| header.required).map(|header| header.name.as_str()).collect();
        FormField { property, kind, many, media_type, required_headers }
    });
    let fields: Vec<_> = fields.collect();
    (!fields.is_empty()).then_some(fields)
}

/// OpenAPI 3.2, section 4.15.1: scalars are text, objects JSON, and bytes a file, unless something else is said.
fn field_kind(api: &Api, schema: &Schema, media_type: Option<&str>) -> FieldKind {
    let essence = media_type.map(essence);
    let says_json = essence.as_deref().is_some_and(|essence| essence.ends_with("json"));
    let says_file = essence.as_deref().is_some_and(|essence| !says_json && !essence.starts_with("text/"));
    match &api.unaliased(schema).kind {
        Kind::String { format: StringFormat::Binary, .. } => FieldKind::File,
        Kind::Any | Kind::String { format: StringFormat::Plain, .. } if says_file => FieldKind::File,
        _ if says_json => FieldKind::Json,
        Kind::Map { .. } | Kind::Array { .. } | Kind::Tuple { .. } => FieldKind::Json,
        Kind::Named(id) => match &api.type_def(*id).shape {
            Shape::Object(_) => FieldKind::Json,
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => FieldKind::Text,
        },
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::String { .. }
        | Kind::Constant(_) => FieldKind::Text,
    }
}

/// Warns of header fields of parts that are no files: nothing carries them.
pub(crate) fn check_part_headers(api: &Api, diagnostics: &mut Diagnostics) {
    let bodies = api.operations.iter().chain(&api.webhooks).filter_map(|operation| operation.body.as_ref());
    for content in bodies.flat_map(|body| &body.contents) {
        let fields = form_fields(api, content).unwrap_or_default();
        let is_lost = |encoding: &&FieldEncoding| {
            let field = fields.iter().find(|field| field.property.name.wire == encoding.name);
            !encoding.headers.is_empty() && field.is_some_and(|field| field.kind != FieldKind::File)
        };
        for encoding in content.encodings.iter().filter(is_lost) {
            let name = &encoding.name;
            let message =
                format!("only a file carries header fields: those of the part `{name}` are neither sent nor read");
            let place = Place::Value(encoding.origin.clone());
            let diagnostic = Diagnostic::warning("model/not-in-types", message, place);
            diagnostics.push(diagnostic.help("put what they say into members of the form"));
        }
    }
}
