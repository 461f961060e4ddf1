//! Which node of the contract an item comes from, and what it means on the wire where its text does not say so.

use std::collections::HashMap;

use methodical_document::Value;
use methodical_model::surface::{Artefact, Items, Origin};
use methodical_model::{Operation, OperationId, Parameter, Shape, TypeDef, TypeId, VariantValue};

use crate::client;
use crate::names::plain;
use crate::rust_type::Known;

const DEFAULT: &str = "default ";

/// Completes items that were read from the files of one crate.
pub(super) fn tell(known: &Known<'_>, artefact: Artefact, library: &str, items: &mut Items) {
    let mut told = Told::default();
    told.roots(known, library);
    match artefact {
        Artefact::Types => {
            known.api.types_with_ids().for_each(|(id, def)| told.type_def(known, library, id, def));
            operations(known).for_each(|(id, operation)| told.data(known, library, id, operation));
        }
        Artefact::Client | Artefact::Sender => {
            operations(known).for_each(|(id, operation)| told.call(known, library, id, operation));
            known.api.types_with_ids().for_each(|(id, def)| {
                told.put(format!("{library}::{}", known.names.links(id)), &def.origin, String::new());
            });
            for server in &known.api.servers {
                told.put(format!("{library}::servers::{}", server.name.snake), &server.origin, String::new());
            }
        }
        Artefact::Server | Artefact::Receiver => {
            operations(known).for_each(|(id, operation)| told.handler(known, library, id, operation));
        }
    }
    for (path, item) in items.iter_mut().filter(|(_, item)| item.origin.is_none()) {
        if let Some((_, meaning)) = told.0.get(path.as_str()) {
            // A default stands beside the name on the wire; all else that is told says the name too.
            let read = if meaning.starts_with(DEFAULT) { item.meaning.as_str() } else { "" };
            if !meaning.is_empty() {
                let both = [read, meaning.as_str()];
                item.meaning = both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
            }
        }
        item.origin = told.nearest(path).cloned();
    }
}

/// The operations that are written: nothing comes of the others.
fn operations<'a>(known: &Known<'a>) -> impl Iterator<Item = (OperationId, &'a Operation)> {
    known.api.operations_with_ids().filter(|(id, _)| known.selection.has_operation(*id))
}

/// By path: where it was written, and what it means.
#[derive(Default)]
struct Told<'a>(HashMap<String, (&'a Origin, String)>);

impl<'a> Told<'a> {
    fn put(&mut self, path: String, origin: &'a Origin, meaning: String) {
        self.0.insert(path, (origin, meaning));
    }

    /// That of the item, or of what it belongs to.
    fn nearest(&self, path: &str) -> Option<&'a Origin> {
        let mut path = path.split(": ").next().unwrap_or(path);
        loop {
            if let Some((origin, _)) = self.0.get(path) {
                return Some(origin);
            }
            (path, _) = path.rsplit_once("::")?;
        }
    }

    /// What comes with a tag comes with its first operation; credentials and servers have places of their own.
    fn roots(&mut self, known: &Known<'a>, library: &str) {
        for operation in known.api.operations.iter().rev() {
            self.put(format!("{library}::{}", known.names.handlers(operation.tag)), &operation.origin, String::new());
            for feature in known.features.of_tag(operation.tag).iter().flat_map(|tags| known.features.names_of(tags)) {
                self.put(format!("feature {feature:?}"), &operation.origin, String::new());
            }
        }
        let used = known.api.operations.iter().flat_map(|operation| operation.security.iter().flatten()).next();
        if let Some(scheme) = used.and_then(|requirement| known.api.security_schemes.get(requirement.scheme)) {
            self.put(format!("{library}::Client::new"), &scheme.origin, String::new());
            self.put(format!("{library}::Schemes"), &scheme.origin, String::new());
        }
        if let Some(server) = known.api.servers.first() {
            self.put(format!("{library}::service"), &server.origin, String::new());
        }
    }

    fn type_def(&mut self, known: &Known<'_>, library: &str, id: TypeId, def: &'a TypeDef) {
        if !known.selection.has_type(id) {
            return;
        }
        let path = format!("{library}::{}", def.name.pascal);
        self.put(format!("{library}::schemas::{}", known.names.schema(id)), &def.origin, String::new());
        match &def.shape {
            Shape::Object(object) => {
                for property in &object.properties {
                    let meaning = default(property.schema.default.as_ref());
                    self.put(format!("{path}::{}", property.name.snake), property.origin(), meaning);
                }
            }
            Shape::Enumeration(variants) => {
                for variant in variants {
                    let meaning = match &variant.value {
                        // Those of text stand in the text.
                        VariantValue::Text(_) => String::new(),
                        VariantValue::Integer(integer) => integer.to_string(),
                        VariantValue::Other(value) => written(value),
                    };
                    self.put(format!("{path}::{}", variant.name.pascal), &def.origin, meaning);
                }
            }
            Shape::Union(union) => {
                for (position, (name, schema)) in union.variants.iter().enumerate() {
                    let mapping = union.discriminator.iter().flat_map(|discriminator| &discriminator.mapping);
                    let tags: Vec<&str> =
                        mapping.filter(|(_, at)| *at == position).map(|(tag, _)| tag.as_str()).collect();
                    self.put(format!("{path}::{}", name.pascal), &schema.origin, tags.join(", "));
                }
            }
            Shape::Alias(_) => {}
        }
        self.put(path, &def.origin, String::new());
    }

    fn data(&mut self, known: &Known<'_>, library: &str, id: OperationId, operation: &'a Operation) {
        let names = known.names.operation(id);
        let module = if operation.receiver.is_some() { "webhooks" } else { "operations" };
        let beside = names.bodies.beside().map(ToString::to_string);
        for name in [names.constant.to_string()].into_iter().chain(beside) {
            self.put(format!("{library}::{module}::{name}"), &operation.origin, String::new());
        }
    }

    fn call(&mut self, known: &Known<'_>, library: &str, id: OperationId, operation: &'a Operation) {
        let names = known.names.operation(id);
        for name in [&names.marker, &names.problem, &names.outcome, &names.query] {
            self.put(format!("{library}::{name}"), &operation.origin, String::new());
        }
        let arguments = client::arguments(operation).required.into_iter().map(style);
        let line = [request(operation)].into_iter().chain(arguments).collect::<Vec<_>>().join("; ");
        self.put(format!("{library}::Client::{}", names.method), &operation.origin, line);
        if let Some(wait) = &names.wait {
            self.put(format!("{library}::Client::{wait}"), &operation.origin, String::new());
        }
        self.parameters(&format!("{library}::{}", names.query), operation);
    }

    fn handler(&mut self, known: &Known<'_>, library: &str, id: OperationId, operation: &'a Operation) {
        let names = known.names.operation(id);
        let handlers = known.names.handlers(operation.tag);
        for name in
            [&names.marker, &names.request, &names.outcome, &names.problem].into_iter().chain(&names.bodies.accept)
        {
            self.put(format!("{library}::{name}"), &operation.origin, String::new());
        }
        self.put(format!("{library}::{handlers}::{}", names.method), &operation.origin, request(operation));
        self.parameters(&format!("{library}::{}", names.request), operation);
    }

    fn parameters(&mut self, owner: &str, operation: &'a Operation) {
        for parameter in &operation.parameters {
            self.put(format!("{owner}::{}", parameter.name.snake), &parameter.origin, style(parameter));
        }
        if let Some(body) = &operation.body {
            self.put(format!("{owner}::body"), &body.origin, String::new());
        }
    }
}

fn request(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path.text)
}

/// How a parameter travels.
fn style(parameter: &Parameter) -> String {
    let exploded = if parameter.explode { ", exploded" } else { "" };
    let default = match default(parameter.schema.default.as_ref()) {
        text if text.is_empty() => text,
        text => format!(", {text}"),
    };
    let location = format!("{:?} {:?}", parameter.location, parameter.style).to_lowercase();
    format!("{} as {location}{exploded}{default}", plain(&parameter.name.wire))
}

fn default(value: Option<&Value>) -> String {
    value.map_or_else(String::new, |value| format!("{DEFAULT}{}", written(value)))
}

fn written(value: &Value) -> String {
    value.to_json().split_whitespace().collect::<Vec<_>>().join(" ")
}
