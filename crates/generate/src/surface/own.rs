//! What a type, an operation or the root of an API says by itself, as far as generated code depends on it: bytes that are the same in
//! two versions exactly if they say the same. Other types go by their names, and what people read is left out.

use std::io::Write;

use methodical_model::{
    Additional, Content, Discriminator, Kind, LinkSource, Name, Object, Operation, OperationId, Parameter, Response,
    Schema, Shape, TypeDef, TypeId,
};

use crate::rust_type::Known;
use crate::types::Recursion;

/// What a type says.
#[derive(PartialEq)]
pub(super) struct OfType {
    text: Vec<u8>,
    /// How much of the text depends on what others see of the type.
    seen: usize,
    /// What an object cannot lack.
    required: Vec<String>,
}

impl OfType {
    /// What others that name the type are written by. Of an object that is its name: what it holds is its own affair.
    pub(super) fn seen(&self) -> &[u8] {
        &self.text[..self.seen]
    }

    /// The members that are always there: by them a tag is told to be written or not.
    pub(super) fn required(&self) -> &[String] {
        &self.required
    }
}

/// Of a type.
pub(super) fn of_type(known: &Known<'_>, recursion: &Recursion, id: TypeId, def: &TypeDef) -> OfType {
    let mut own = Own { known, text: Vec::new() };
    let counterpart = def.counterpart.map(|id| &known.api.type_def(id).name.pascal);
    own.put(&(&def.name, def.deprecated, def.direction, counterpart, known.names.schema(id)));
    own.features(known.features.of_type(id));
    let head = own.text.len();
    own.put(&recursion.boxed(id, def));
    match &def.shape {
        Shape::Object(object) => own.object(object),
        Shape::Enumeration(variants) => own.put(variants),
        Shape::Union(union) => {
            own.put(&union.exclusive);
            for (name, schema) in &union.variants {
                own.put(name);
                own.schema(schema);
            }
            if let Some(Discriminator { property, mapping, default }) = &union.discriminator {
                own.put(&(property, mapping, default));
            }
        }
        Shape::Alias(schema) => {
            own.put(&"alias");
            own.schema(schema);
        }
    }
    let Own { text, .. } = own;
    match &def.shape {
        Shape::Object(object) => {
            let required = object.properties.iter().filter(|property| property.required);
            OfType { text, seen: head, required: required.map(|property| property.name.wire.clone()).collect() }
        }
        Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => {
            OfType { seen: text.len(), text, required: Vec::new() }
        }
    }
}

/// Of an operation.
pub(super) fn of_operation(known: &Known<'_>, id: OperationId, operation: &Operation) -> Vec<u8> {
    let mut own = Own { known, text: Vec::new() };
    let names = known.names.operation(id);
    own.put(&(
        names,
        &operation.name,
        operation.method,
        &operation.path.text,
        &operation.receiver,
        operation.deprecated,
    ));
    own.put(&(known.names.handlers(operation.tag), known.names.tag_module(operation.tag)));
    own.put(&(operation.effect, operation.outcome, &operation.idempotency, &operation.paging, &operation.monitor));
    own.features(&known.features.of_tag(operation.tag));
    for server in &operation.servers {
        own.put(&server.template);
    }
    for parameter in &operation.parameters {
        own.parameter(parameter);
    }
    if let Some(body) = &operation.body {
        own.put(&("body", body.required));
        own.contents(&body.contents);
    }
    for response in &operation.responses {
        own.response(response);
    }
    for location in &operation.locations {
        let target = &known.api.operation(location.target).name;
        own.put(&(target, &location.parameters, &location.of_request));
    }
    own.text
}

/// Of what is in the crates beside types and operations.
pub(super) fn root(known: &Known<'_>) -> Vec<u8> {
    let mut own = Own { known, text: Vec::new() };
    for server in &known.api.servers {
        own.put(&(&server.name, &server.template, &server.variables));
    }
    let alternatives = known.api.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let used: std::collections::BTreeSet<usize> = alternatives.map(|requirement| requirement.scheme).collect();
    for scheme in used.into_iter().filter_map(|index| known.api.security_schemes.get(index)) {
        own.put(&(&scheme.name, &scheme.kind));
        for flow in &scheme.flows {
            let scopes: Vec<&String> = flow.scopes.iter().map(|(scope, _)| scope).collect();
            own.put(&(flow.kind, &flow.token_url, &flow.refresh_url, scopes));
        }
    }
    own.put(&known.features.names());
    own.text
}

struct Own<'a> {
    known: &'a Known<'a>,
    text: Vec<u8>,
}

impl Own<'_> {
    fn put(&mut self, value: &impl std::fmt::Debug) {
        // A list of bytes takes everything.
        let _ = write!(self.text, "{value:?};");
    }

    /// A text as it is, with its length, so that where it ends cannot be mistaken.
    fn text(&mut self, text: &str) {
        self.text.extend_from_slice(&text.len().to_ne_bytes());
        self.text.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: &Name) {
        [&name.wire, &name.snake, &name.pascal].into_iter().for_each(|text| self.text(text));
    }

    fn flags<const N: usize>(&mut self, flags: [bool; N]) {
        self.text.extend(flags.map(u8::from));
    }

    fn features(&mut self, condition: &crate::features::Condition) {
        let names = condition.as_ref().map(|features| self.known.features.names_of(features));
        self.put(&names);
    }

    fn object(&mut self, object: &Object) {
        for property in &object.properties {
            self.name(&property.name);
            self.flags([property.required, property.deprecated]);
            self.text.push(property.access as u8);
            self.schema(&property.schema);
        }
        self.put(&(&object.required, &object.read_only, object.on_read_only));
        match &object.additional {
            Additional::Unspecified | Additional::Denied => self.put(&"named"),
            Additional::Typed(schema) => self.schema(schema),
        }
    }

    /// Bounds are for the validator: no type depends on them that has a format.
    fn schema(&mut self, schema: &Schema) {
        self.flags([schema.nullable, schema.default.is_some()]);
        schema.default.iter().for_each(|default| self.put(default));
        match &schema.kind {
            Kind::Any => self.text("any"),
            Kind::Nothing => self.text("nothing"),
            Kind::Boolean => self.text("boolean"),
            Kind::Integer { format, .. } => self.format("integer", format),
            Kind::Number { format, .. } => self.format("number", format),
            Kind::String { format, .. } => self.format("string", format),
            Kind::Constant(value) => self.format("constant", value),
            Kind::Array { items, .. } => {
                self.text("array");
                self.schema(items);
            }
            Kind::Tuple { items, required, rest, .. } => {
                self.put(&("tuple", items.len(), required, rest.is_some()));
                items.iter().chain(rest.as_deref()).for_each(|item| self.schema(item));
            }
            Kind::Map { values, .. } => {
                self.text("map");
                self.schema(values);
            }
            Kind::Named(id) => {
                let name = &self.known.api.type_def(*id).name.pascal;
                self.text("named");
                self.text(name);
            }
        }
    }

    fn format(&mut self, kind: &str, format: &impl std::fmt::Debug) {
        self.text(kind);
        self.put(format);
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let Parameter { name, location, style, explode, required, role, deprecated, .. } = parameter;
        self.put(&(name, location, style, explode, required, role, deprecated));
        self.schema(&parameter.schema);
    }

    fn contents(&mut self, contents: &[Content]) {
        for content in contents {
            self.put(&(&content.media_type, content.kind, &content.encodings));
            self.schema(&content.schema);
        }
    }

    fn response(&mut self, response: &Response) {
        self.put(&("response", response.status));
        self.contents(&response.contents);
        for header in &response.headers {
            self.put(&(&header.name, header.role, header.required, header.style, header.explode));
            self.schema(&header.schema);
        }
        for link in &response.links {
            let target = &self.known.api.operation(link.target).name;
            self.put(&(&link.name, target, &link.wait));
            for (name, source) in &link.parameters {
                match source {
                    LinkSource::ResponseBody(from) => self.put(&(name, "response", from)),
                    LinkSource::ResponseHeader(from) => self.put(&(name, "header", from)),
                    LinkSource::Request(place, from) => self.put(&(name, place, from)),
                    LinkSource::RequestBody(from) => self.put(&(name, "request", from)),
                    LinkSource::Constant(value) => self.put(&(name, "constant", value)),
                }
            }
        }
    }
}
