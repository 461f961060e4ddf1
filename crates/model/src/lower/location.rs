//! How the `Location` of a 201 is made: from a link of the 201 to the operation that reads what was created. That of a
//! 202, where there is no 201: from its link to the operation that follows the work.

use crate::{Api, Link, LinkSource, Location, Method, Operation, OperationId, ParameterLocation, Response};

/// Finds the locations of every operation that creates.
pub(super) fn find_locations(api: &mut Api) {
    let found: Vec<_> = api.operations.iter().map(|operation| locations(api, operation)).collect();
    for (operation, locations) in api.operations.iter_mut().zip(found) {
        operation.locations = locations;
    }
}

fn locations(api: &Api, operation: &Operation) -> Vec<Location> {
    let Some(created) = operation.response(201) else {
        return operation.response(202).map_or_else(Vec::new, |accepted| followed(api, accepted));
    };
    let mut found: Vec<_> = created.links.iter().filter_map(|link| by_link(api, link)).collect();
    // A 201 may also link to what it refers to, say the region of a machine. What was created lies below the collection
    // that was posted to, or at the path itself that was put to.
    let is_own = |location: &Location| is_item_of(api.operation(location.target), operation);
    if found.iter().any(is_own) {
        found.retain(is_own);
    }
    // Where the work is followed that is still to be done is not where what was created lies.
    found.retain(|location| is_own(location) || api.operation(location.target).monitor.is_none());
    if found.is_empty() {
        found.extend(by_resource(api, operation, created));
    }
    found.sort_by(|left, right| sort_key(left).cmp(&sort_key(right)));
    found.dedup();
    found
}

/// Where the work of a 202 is followed: at the monitors that its links lead to; where none is declared to be one, at the
/// only GET that they lead to.
fn followed(api: &Api, accepted: &Response) -> Vec<Location> {
    let mut found: Vec<_> = accepted.links.iter().filter_map(|link| by_link(api, link)).collect();
    let is_monitor = |location: &Location| api.operation(location.target).monitor.is_some();
    if found.iter().any(is_monitor) {
        found.retain(is_monitor);
    } else if found.len() != 1 {
        found.clear();
    }
    found
}

/// The location that a link states: a GET whose path parameters all come from the body and the path of the request. One
/// at least comes from the body: without it the link would lead to what was there before.
fn by_link(api: &Api, link: &Link) -> Option<Location> {
    let target = api.operation(link.target);
    if target.method != Method::Get {
        return None;
    }
    let mut location = Location { target: link.target, parameters: Vec::new(), of_request: Vec::new() };
    for name in target.path.parameters() {
        let (_, source) = link.parameters.iter().find(|(parameter, _)| parameter == name)?;
        match source {
            LinkSource::ResponseBody(pointer) => location.parameters.push((name.to_owned(), pointer.clone())),
            LinkSource::Request(ParameterLocation::Path, there) => {
                location.of_request.push((name.to_owned(), there.clone()));
            }
            LinkSource::Request(..)
            | LinkSource::ResponseHeader(_)
            | LinkSource::RequestBody(_)
            | LinkSource::Constant(_) => return None,
        }
    }
    (!location.parameters.is_empty()).then_some(location)
}

/// Where no link says it: the item of the resource, if its identifier stands at the same place in the body of the 201.
fn by_resource(api: &Api, operation: &Operation, created: &Response) -> Option<Location> {
    let resource = &api.resources[operation.resource?.index()];
    let (target, pointer) = (resource.get?, resource.id_pointer.as_ref()?);
    let names: Vec<&str> = api.operation(target).path.parameters().collect();
    let [only] = names.as_slice() else {
        return None;
    };
    api.schema_at(&created.content()?.schema, pointer)?;
    Some(Location { target, parameters: vec![((*only).to_owned(), pointer.clone())], of_request: Vec::new() })
}

/// Whether `target` reads the path of `operation`, or one segment below it.
fn is_item_of(target: &Operation, operation: &Operation) -> bool {
    let (item, path) = (target.path.form(), operation.path.form());
    item == path || item == format!("{}/{{}}", path.trim_end_matches('/'))
}

/// Pointers to one thing before pointers into a list, then by pointer.
fn sort_key(location: &Location) -> (bool, Vec<&str>, OperationId) {
    let pointers: Vec<&str> = location.parameters.iter().map(|(_, pointer)| pointer.as_str()).collect();
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let has_index = pointers.iter().any(|pointer| pointer.split('/').any(is_index));
    (has_index, pointers, location.target)
}
