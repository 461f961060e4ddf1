//! How a value is written into a message: two styles are the same where they write the same.

use methodical_model::{Api, Kind, Object, ParameterLocation, ParameterStyle, Schema, Shape};

/// What kind of value is written, as far as styles tell kinds apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Plain,
    List,
    Object,
    /// One or the other.
    Any,
}

/// What values of a schema are.
pub(super) fn kind_of(api: &Api, schema: &Schema) -> Written {
    let schema = api.unaliased(schema);
    match &schema.kind {
        Kind::Boolean | Kind::Integer { .. } | Kind::Number { .. } | Kind::String { .. } | Kind::Constant(_) => {
            Written::Plain
        }
        Kind::Array { .. } | Kind::Tuple { .. } => Written::List,
        Kind::Map { .. } => Written::Object,
        Kind::Any | Kind::Nothing => Written::Any,
        Kind::Named(id) => match &api.type_def(*id).shape {
            Shape::Object(_) => Written::Object,
            Shape::Enumeration(_) => Written::Plain,
            Shape::Union(_) | Shape::Alias(_) => Written::Any,
        },
    }
}

/// The object that values of a schema are.
pub(super) fn object<'a>(api: &'a Api, schema: &Schema) -> Option<&'a Object> {
    match &api.type_def(api.unaliased(schema).type_id()?).shape {
        Shape::Object(object) => Some(object),
        Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// How values are written: equal where two styles write the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Writing {
    style: ParameterStyle,
    explode: bool,
}

pub(super) fn writing(location: ParameterLocation, style: ParameterStyle, explode: bool, kind: Written) -> Writing {
    use ParameterStyle::{Cookie, DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
    let plain = Writing { style: if location == ParameterLocation::Query { Form } else { style }, explode: false };
    match (kind, style) {
        // Its text is JSON, whatever it is.
        (_, Json) => Writing { style: Json, explode: false },
        (Written::Plain, Form | SpaceDelimited | PipeDelimited | DeepObject) => plain,
        (Written::Plain, Simple | Label | Matrix | Cookie) => Writing { style, explode: false },
        // One `name=value` for each item, whatever would stand between them.
        (Written::List, Form | SpaceDelimited | PipeDelimited) if explode => Writing { style: Form, explode: true },
        (Written::List, Simple | Label) => Writing { style, explode: explode && style == Label },
        (Written::Object, DeepObject) => Writing { style, explode: false },
        (Written::List | Written::Object | Written::Any, _) => Writing { style, explode },
    }
}

/// As OpenAPI names it: `form, explode`.
pub(super) fn text(style: ParameterStyle, explode: bool) -> String {
    let name = match style {
        ParameterStyle::Simple => "simple",
        ParameterStyle::Label => "label",
        ParameterStyle::Matrix => "matrix",
        ParameterStyle::Form => "form",
        ParameterStyle::SpaceDelimited => "spaceDelimited",
        ParameterStyle::PipeDelimited => "pipeDelimited",
        ParameterStyle::DeepObject => "deepObject",
        ParameterStyle::Cookie => "cookie",
        ParameterStyle::Json => "JSON",
    };
    if explode { format!("{name}, explode") } else { name.to_owned() }
}
