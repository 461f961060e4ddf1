//! Parameters: those of the path item and those of the operation, as one list.

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::{Diagnostic, Place};
use methodical_document::{Node, Value};

use super::Lowering;
use super::content::only_content;
use super::member::Object;
use super::reading::key_place;
use super::route::Route;
use crate::names::{Scope, distinct};
use crate::{
    Canonical, Direction, Docs, ExampleLevel, Kind, Method, Name, Parameter, ParameterLocation, ParameterRole,
    ParameterStyle, Schema, StringFormat,
};

/// A parameter is identified by its location and name (OpenAPI 3.1, section 4.8.12).
type Key<'b> = (ParameterLocation, &'b str);

/// The media type of a query that is a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters that were left out because they could not be read: their names, `None` where even that is unknown.
type Unread<'b> = BTreeSet<Option<&'b str>>;

impl<'b> Lowering<'b, '_> {
    /// The parameters, and whether one was left out because it could not be read.
    pub(super) fn parameters(&mut self, route: &Route<'b>) -> (Vec<Parameter>, bool) {
        let mut unread = Unread::new();
        let mut nodes = self.parameter_nodes(&route.item, &mut unread);
        // One of the operation replaces the one of the path item that it shares its key with.
        nodes.extend(self.parameter_nodes(&route.node, &mut unread));
        let mut parameters: Vec<_> =
            nodes.into_iter().map(|((location, _), node)| self.parameter(route, location, &node)).collect();
        self.check_template(route, &mut parameters, &unread);
        let in_template = |parameter: &Parameter| {
            route.path.parameters().position(|name| name == parameter.name.wire).unwrap_or(usize::MAX)
        };
        parameters.sort_by(|left, right| {
            let key = |parameter: &Parameter| (parameter.location, in_template(parameter));
            key(left).cmp(&key(right)).then_with(|| left.name.wire.cmp(&right.name.wire))
        });
        name_parameters(&mut parameters);
        (parameters, !unread.is_empty())
    }

    /// The parameters of one list, by key.
    fn parameter_nodes(&mut self, holder: &Node<'b>, unread: &mut Unread<'b>) -> BTreeMap<Key<'b>, Node<'b>> {
        let mut found: BTreeMap<Key<'b>, Node<'b>> = BTreeMap::new();
        for item in self.list(holder, "parameters") {
            let Some(node) = self.object(&item) else {
                unread.insert(None);
                continue;
            };
            self.check_members(&node, Object::Parameter);
            let Some(key) = self.parameter_key(&node) else {
                unread.insert(node.get("name").and_then(|name| name.as_str()));
                continue;
            };
            if let Some(first) = found.get(&key) {
                let message = format!("the parameter `{}` is declared twice", key.1);
                let diagnostic = Diagnostic::slip("model/duplicate-parameter", message, item.place())
                    .related(first.place(), "first declared here")
                    .help("remove one of the two");
                self.report(diagnostic);
                continue;
            }
            found.insert(key, node);
        }
        found
    }

    fn parameter_key(&mut self, node: &Node<'b>) -> Option<Key<'b>> {
        for member in ["name", "in"] {
            if node.get(member).is_none() {
                self.missing(node, member, "add it: a parameter is known by its name and where it travels");
            }
        }
        let name = self.text(node, "name")?;
        let location = match self.text(node, "in")? {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" => ParameterLocation::Cookie,
            // All of the query as one form: what an exploded object in the query is too.
            "querystring" if only_content(node).is_some_and(|(kind, _)| kind.starts_with(FORM)) => {
                ParameterLocation::Query
            }
            "querystring" => {
                let message = "a parameter `in: querystring` that is no form is not supported: it is left out";
                let diagnostic = Diagnostic::warning("model/not-supported", message, node.place());
                self.report(diagnostic.help("declare each query parameter by itself"));
                return None;
            }
            other => {
                let message = format!("a parameter cannot travel in `{other}`");
                let place = node.get("in").map_or_else(|| node.place(), |node| node.place());
                let diagnostic = Diagnostic::error("model/parameter-location", message, place);
                self.report(diagnostic.help("write `path`, `query`, `header` or `cookie`; a body is a `requestBody`"));
                return None;
            }
        };
        Some((location, name))
    }

    fn parameter(&mut self, route: &Route<'b>, location: ParameterLocation, node: &Node<'b>) -> Parameter {
        let wire = self.text(node, "name").unwrap_or_default();
        if location == ParameterLocation::Header {
            let place = node.get("name").map_or_else(|| node.place(), |name| name.place());
            self.report_all(check_header_name(wire, &place));
        }
        let value = schema_or_content(self, node, self.way(Direction::Request));
        self.note_examples(node, &value.schema, ExampleLevel::Message);
        let style = if value.is_content { ParameterStyle::Json } else { self.style(node, location) };
        let explode = self.choice(node, "explode").unwrap_or(explodes(style));
        let declared_required = self.truth(node, "required");
        if location == ParameterLocation::Path && !declared_required {
            self.report(optional_path_parameter(wire, node));
        }
        Parameter {
            name: Name::new(wire),
            location,
            style,
            explode,
            allow_reserved: self.truth(node, "allowReserved"),
            allow_empty: location == ParameterLocation::Query && self.truth(node, "allowEmptyValue"),
            required: declared_required || location == ParameterLocation::Path,
            role: role(route.method, location, wire),
            schema: value.schema,
            canonical: value.canonical,
            docs: self.description(node),
            deprecated: self.truth(node, "deprecated"),
            sunset: self.sunset(node),
            origin: node.origin(),
        }
    }

    fn style(&mut self, node: &Node<'b>, location: ParameterLocation) -> ParameterStyle {
        use ParameterLocation::{Cookie, Header, Path, Query};
        let default = match location {
            Path | Header => ParameterStyle::Simple,
            Query | Cookie => ParameterStyle::Form,
        };
        let Some(text) = self.text(node, "style") else {
            return default;
        };
        match (text, location) {
            ("simple", Path | Header) => ParameterStyle::Simple,
            ("label", Path) => ParameterStyle::Label,
            ("matrix", Path) => ParameterStyle::Matrix,
            ("form", Query | Cookie) => ParameterStyle::Form,
            ("cookie", Cookie) => ParameterStyle::Cookie,
            ("spaceDelimited", Query) => ParameterStyle::SpaceDelimited,
            ("pipeDelimited", Query) => ParameterStyle::PipeDelimited,
            ("deepObject", Query) => ParameterStyle::DeepObject,
            _ => {
                let message = format!("a parameter there cannot have the style `{text}`");
                let place = node.get("style").map_or_else(|| node.place(), |style| style.place());
                let diagnostic = Diagnostic::slip("model/parameter-style", message, place);
                self.report(
                    diagnostic.help("remove `style` to get the default, or choose one that OpenAPI allows there"),
                );
                default
            }
        }
    }

    /// Makes the path parameters those of the template. One that is absent may be one that was `unread`.
    fn check_template(&mut self, route: &Route<'b>, parameters: &mut Vec<Parameter>, unread: &Unread<'b>) {
        let mut names: Vec<&str> = Vec::new();
        for name in route.path.parameters() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        parameters.retain_mut(|parameter| {
            let is_known = parameter.location != ParameterLocation::Path || names.contains(&&*parameter.name.wire);
            if !is_known {
                self.diagnostics.push(not_in_template(route, parameter));
            }
            // One that stands in a query which was written into the path is a query parameter by another name.
            let is_in_query = !is_known && route.path.text.contains(&format!("{{{}}}", parameter.name.wire));
            if is_in_query {
                parameter.location = ParameterLocation::Query;
                parameter.style = ParameterStyle::Form;
                parameter.explode = true;
            }
            is_known || is_in_query
        });
        for name in names {
            let declared =
                |parameter: &Parameter| parameter.location == ParameterLocation::Path && parameter.name.wire == name;
            if !parameters.iter().any(declared) {
                if !unread.contains(&None) && !unread.contains(&Some(name)) {
                    self.report(undeclared(route, name));
                }
                parameters.push(undeclared_parameter(route, name));
            }
        }
    }
}

/// The schema of a parameter or header, and whether it was given by `content`.
pub(super) struct ValueSchema {
    pub(super) schema: Schema,
    pub(super) canonical: Canonical,
    pub(super) is_content: bool,
}

/// Reads `schema`, or the schema of the only media type of `content`.
pub(super) fn schema_or_content<'b>(lowering: &mut Lowering<'b, '_>, node: &Node<'b>, way: Direction) -> ValueSchema {
    if let Some(schema) = node.get("schema") {
        let canonical = lowering.canonical(&schema, way);
        return ValueSchema { schema: lowering.schema(&schema, way, 0), canonical, is_content: false };
    }
    if let Some((media_type, content)) = only_content(node) {
        let schema = content.get("schema").map(|schema| lowering.schema(&schema, way, 0));
        let is_content = media_type.contains("json");
        let canonical = content.get("schema").map(|schema| lowering.canonical(&schema, way));
        return ValueSchema {
            schema: schema.unwrap_or_else(|| any_text(&content)),
            canonical: canonical.unwrap_or_else(canonical_text),
            is_content,
        };
    }
    let message = "a parameter or header has neither `schema` nor `content`";
    let diagnostic = Diagnostic::slip("model/missing-member", message, key_place(node));
    lowering.report(diagnostic.help("add `schema: { type: string }`, or what it is"));
    ValueSchema { schema: any_text(node), canonical: canonical_text(), is_content: false }
}

/// What travels where only text can: any string.
pub(super) fn any_text(node: &Node<'_>) -> Schema {
    let kind = Kind::String { format: StringFormat::Plain, min_length: None, max_length: None, pattern: None };
    Schema { kind, nullable: false, default: None, origin: node.origin() }
}

/// [`any_text`], in canonical form.
pub(super) fn canonical_text() -> Canonical {
    let members = [("type".to_owned(), Value::String("string".to_owned()))];
    Canonical { value: Value::Object(members.into_iter().collect()), references: Vec::new() }
}

/// The default of `explode` (OpenAPI 3.2, section 4.12.2.2).
fn explodes(style: ParameterStyle) -> bool {
    match style {
        ParameterStyle::Form | ParameterStyle::Cookie => true,
        ParameterStyle::Simple
        | ParameterStyle::Label
        | ParameterStyle::Matrix
        | ParameterStyle::SpaceDelimited
        | ParameterStyle::PipeDelimited
        | ParameterStyle::DeepObject
        | ParameterStyle::Json => false,
    }
}

/// Gives each parameter a Rust name of its own.
fn name_parameters(parameters: &mut [Parameter]) {
    let wires: Vec<String> = parameters.iter().map(|parameter| parameter.name.wire.clone()).collect();
    let names = distinct(&wires, Scope::Parameters);
    for (parameter, name) in parameters.iter_mut().zip(names) {
        parameter.name = name;
    }
}

/// Reports a field name that HTTP does not allow (RFC 9110, section 5.6.2).
pub(super) fn check_header_name(name: &str, place: &Place) -> Option<Diagnostic> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_token) {
        return None;
    }
    let message = format!("`{name}` cannot be the name of a header");
    let diagnostic = Diagnostic::error("model/header-name", message, place.clone());
    Some(diagnostic.help("use letters, digits and `-` only"))
}

fn optional_path_parameter(name: &str, node: &Node<'_>) -> Diagnostic {
    let message = format!("the path parameter `{name}` is not `required`, but no path is without it");
    Diagnostic::warning("model/optional-path-parameter", message, node.place())
        .help("add `required: true`; it is treated as required")
}

fn not_in_template(route: &Route<'_>, parameter: &Parameter) -> Diagnostic {
    let wire = &parameter.name.wire;
    let message = format!("the path `{}` has no parameter `{wire}`", route.path.text);
    let near = methodical_document::nearest(wire, route.path.parameters());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put `{{{wire}}}` into the path, or make it a query parameter"),
    };
    Diagnostic::slip("model/unused-path-parameter", message, Place::Value(parameter.origin.clone()))
        .related(route.item.key_place(), "the path")
        .note_line("until then it is left out, unless it stands in a query there: then it is a query parameter")
        .help(help)
}

fn undeclared(route: &Route<'_>, name: &str) -> Diagnostic {
    let message = format!("the path parameter `{name}` is not declared");
    let fix = format!("add `{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}` to `parameters`");
    Diagnostic::slip("model/undeclared-path-parameter", message, key_place(&route.node))
        .note_line("until then it is taken for a string")
        .help(fix)
}

/// What an undeclared path parameter is taken for: a string.
fn undeclared_parameter(route: &Route<'_>, name: &str) -> Parameter {
    Parameter {
        name: Name::new(name),
        location: ParameterLocation::Path,
        style: ParameterStyle::Simple,
        explode: false,
        allow_reserved: false,
        allow_empty: false,
        required: true,
        role: ParameterRole::Plain,
        schema: any_text(&route.node),
        canonical: canonical_text(),
        docs: Docs::default(),
        deprecated: false,
        sunset: None,
        origin: route.node.origin(),
    }
}

/// What the runtimes do with a parameter, by its name.
fn role(method: Method, location: ParameterLocation, wire: &str) -> ParameterRole {
    match location {
        ParameterLocation::Header => header_role(wire),
        ParameterLocation::Query if method == Method::Get => query_role(wire),
        ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Cookie => ParameterRole::Plain,
    }
}

fn header_role(wire: &str) -> ParameterRole {
    match wire.to_ascii_lowercase().as_str() {
        "if-match" => ParameterRole::IfMatch,
        "if-none-match" => ParameterRole::IfNoneMatch,
        "if-modified-since" | "if-unmodified-since" => ParameterRole::IfModified,
        "idempotency-key" | "x-idempotency-key" | "repeatability-request-id" => ParameterRole::IdempotencyKey,
        "accept" | "content-type" | "authorization" => ParameterRole::Ignored,
        _ => ParameterRole::Plain,
    }
}

/// Whether a query parameter of a GET has the name of a page or of a page's size. Which one really moves a list is
/// decided when the body is known.
fn query_role(wire: &str) -> ParameterRole {
    match crate::names::snake(&crate::names::words(wire)).as_str() {
        "page" | "page_number" | "page_no" | "cursor" | "next_cursor" | "page_token" | "next_token"
        | "next_page_token" | "continuation_token" | "starting_after" | "start_after" | "after" | "marker"
        | "offset" => ParameterRole::Page,
        "per_page" | "page_size" | "limit" | "max_results" | "max_items" | "page_limit" | "page_count" => {
            ParameterRole::PageSize
        }
        _ => ParameterRole::Plain,
    }
}
