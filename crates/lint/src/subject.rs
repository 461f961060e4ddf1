//! What several rules ask about an operation, and how they point to it.

use std::collections::BTreeSet;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place};
use methodical_model::{
    Additional, Api, Content, Method, Object, Operation, PathSegment, Rule, RuleId, Schema, Server, Shape, Status,
    TypeId,
};

/// `PUT /tags/{name}`, in backquotes.
pub(crate) fn title(operation: &Operation) -> String {
    format!("`{} {}`", operation.method.as_str(), operation.path.text)
}

/// The line by which a diagnostic names a rule of the catalogue.
pub(crate) fn concern(rule: &Rule) -> String {
    format!("{}: {}", rule.id, rule.title)
}

/// Names the one rule that a diagnostic concerns, where its lint rule has several.
pub(crate) fn concerning(diagnostic: Diagnostic, rule: RuleId) -> Diagnostic {
    match rule.rule() {
        Some(rule) => diagnostic.note_line(concern(rule)),
        None => diagnostic,
    }
}

/// The key of an operation: the operation as a whole would be a screenful.
pub(crate) fn place(operation: &Operation) -> Place {
    Place::Key(operation.origin.clone())
}

/// Whether a method is one that writes.
pub(crate) fn writes(method: Method) -> bool {
    match method {
        Method::Put | Method::Post | Method::Patch | Method::Delete => true,
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => false,
        // Nothing says that it does not.
        Method::Other(_) => true,
    }
}

/// The operations with one of these methods.
pub(crate) fn with_method<'a>(api: &'a Api, methods: &'static [Method]) -> impl Iterator<Item = &'a Operation> {
    api.operations.iter().filter(|operation| methods.contains(&operation.method))
}

/// Whether its path ends with a parameter, so that it names one thing among several.
pub(crate) fn is_item(operation: &Operation) -> bool {
    last_parameter(operation).is_some()
}

/// The parameter with which its path ends.
pub(crate) fn last_parameter(operation: &Operation) -> Option<&str> {
    match operation.path.segments.last()?.last()? {
        PathSegment::Parameter(name) => Some(name),
        PathSegment::Literal(_) => None,
    }
}

/// Whether a status is that of an error.
pub(crate) fn is_error(status: Status) -> bool {
    match status {
        Status::Code(code) => code >= 400,
        Status::Range(class) => class >= 4,
        Status::Default => false,
    }
}

/// Points to where a word of `x-semantics` was written for this operation. A word that it inherits is shown beside the
/// operation, since it may be right for all others.
pub(crate) fn at_word(operation: &Operation, word: &str, diagnose: impl FnOnce(Place) -> Diagnostic) -> Diagnostic {
    let Some(origin) = operation.semantics.origin(word) else {
        return diagnose(place(operation));
    };
    if declared_on_itself(operation, word) {
        return diagnose(Place::Value(origin.clone()));
    }
    diagnose(place(operation)).related(Place::Value(origin.clone()), "inherited from here")
}

/// Whether a word of `x-semantics` was written on the operation itself.
pub(crate) fn declared_on_itself(operation: &Operation, word: &str) -> bool {
    operation.semantics.origin(word).is_some_and(|origin| {
        origin.document == operation.origin.document && origin.pointer.strip_prefix(&operation.origin.pointer).is_some()
    })
}

/// Whether a server is reached in plaintext, from elsewhere than the machine itself.
pub(crate) fn is_plain(server: &Server) -> bool {
    let plain = server.url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    plain && !server.is_loopback()
}

/// The objects that the request body of an operation is: one, or one for each alternative.
pub(crate) fn body_objects<'a>(api: &'a Api, operation: &'a Operation) -> Vec<&'a Object> {
    let contents = operation.body.iter().flat_map(|body| &body.contents);
    objects_of(api, contents.map(|content| &content.schema).collect())
}

/// The objects that values of these schemas may be.
pub(crate) fn objects_of<'a>(api: &'a Api, schemas: Vec<&'a Schema>) -> Vec<&'a Object> {
    let mut pending = schemas;
    let mut seen: BTreeSet<TypeId> = BTreeSet::new();
    let mut objects = Vec::new();
    while let Some(schema) = pending.pop() {
        let Some(id) = schema.type_id().filter(|id| seen.insert(*id)) else {
            continue;
        };
        match &api.type_def(id).shape {
            Shape::Object(object) => objects.push(object),
            Shape::Union(union) => pending.extend(union.variants.iter().map(|(_, schema)| schema)),
            Shape::Alias(schema) => pending.push(schema),
            Shape::Enumeration(_) => {}
        }
    }
    objects
}

/// How many make a custom that the others break: four of five, and not one or two.
pub(crate) fn is_most(part: usize, all: usize) -> bool {
    part >= 5 && part * 5 >= all * 4
}

/// Reports what was found. An API in which all of several are so has decided it; to say it at each would drown the rest, and
/// so it is said once, with the words for `all`.
pub(crate) fn fold(found: Vec<Diagnostic>, of: usize, all: &str, diagnostics: &mut Diagnostics) {
    let none = found.len() == of && of > 1;
    for mut diagnostic in found.into_iter().take(if none { 1 } else { of }) {
        if none {
            all.clone_into(&mut diagnostic.message);
        }
        diagnostics.push(diagnostic);
    }
}

/// Visits the contents of all bodies.
pub(crate) fn each_content(api: &Api, visit: &mut dyn FnMut(&Content)) {
    for operation in &api.operations {
        let requests = operation.body.iter().flat_map(|body| &body.contents);
        let responses = operation.responses.iter().flat_map(|response| &response.contents);
        requests.chain(responses).for_each(&mut *visit);
    }
}

/// Visits all schemas: of types, parameters, headers and bodies, and what is within them.
pub(crate) fn each_schema(api: &Api, visit: &mut dyn FnMut(&Schema)) {
    for definition in &api.types {
        match &definition.shape {
            Shape::Object(object) => {
                object.properties.iter().for_each(|member| within(&member.schema, visit));
                match &object.additional {
                    Additional::Typed(schema) => within(schema, visit),
                    Additional::Unspecified | Additional::Denied => {}
                }
            }
            Shape::Union(union) => union.variants.iter().for_each(|(_, schema)| within(schema, visit)),
            Shape::Alias(schema) => within(schema, visit),
            Shape::Enumeration(_) => {}
        }
    }
    for operation in &api.operations {
        operation.parameters.iter().for_each(|parameter| within(&parameter.schema, visit));
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        headers.for_each(|header| within(&header.schema, visit));
    }
    each_content(api, &mut |content| within(&content.schema, visit));
}

fn within(schema: &Schema, visit: &mut dyn FnMut(&Schema)) {
    schema.all_inner().into_iter().for_each(visit);
}
