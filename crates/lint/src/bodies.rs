//! What rules ask about the shape of JSON bodies: whether one is a list, and in what it is wrapped.

use methodical_model::{Api, Content, Kind, MediaType, Object, Operation, Property, Response, Schema, Shape};

/// The JSON that a response has.
pub(crate) fn json(response: &Response) -> Option<&Content> {
    response.contents.iter().find(|content| content.kind == MediaType::Json)
}

/// The JSON of a 200.
pub(crate) fn json_of_200(operation: &Operation) -> Option<&Content> {
    operation.response(200).and_then(json)
}

/// The one object that a schema is.
pub(crate) fn object<'a>(api: &'a Api, schema: &'a Schema) -> Option<&'a Object> {
    match &api.resolved(schema)?.shape {
        Shape::Object(object) => Some(object),
        Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// Whether a schema is a list, under whatever name.
pub(crate) fn is_list(api: &Api, schema: &Schema) -> bool {
    matches!(api.unaliased(schema).kind, Kind::Array { .. })
}

/// How a list is answered.
pub(crate) enum Listing<'a> {
    /// As an array.
    Bare,
    /// As the only list of an object.
    Wrapped(&'a Property),
}

/// The operations that list a resource, with their bodies.
pub(crate) fn listings(api: &Api) -> Vec<(&Operation, &Content, Listing<'_>)> {
    let mut lists: Vec<_> = api.resources.iter().filter_map(|resource| resource.list).collect();
    lists.sort_unstable();
    lists.dedup();
    let operations = lists.into_iter().map(|id| api.operation(id));
    let found = operations.filter_map(|operation| {
        let content = json_of_200(operation)?;
        Some((operation, content, listing(api, &content.schema)?))
    });
    found.collect()
}

fn listing<'a>(api: &'a Api, schema: &'a Schema) -> Option<Listing<'a>> {
    if is_list(api, schema) {
        return Some(Listing::Bare);
    }
    let members = &object(api, schema)?.properties;
    let mut lists = members.iter().filter(|member| is_list(api, &member.schema));
    match (lists.next(), lists.next()) {
        (Some(only), None) => Some(Listing::Wrapped(only)),
        _ => None,
    }
}
