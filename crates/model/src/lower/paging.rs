//! How a list is walked: by a link from it to itself, else by the names that are in use for pages.

use methodical_diagnostic::{Diagnostic, Diagnostics, Place};
use methodical_document::nearest;

use super::resource::{is_list, object_members, pointer};
use crate::names::{snake, words};
use crate::{
    Api, Kind, LinkSource, Method, Operation, OperationId, Paging, PagingStyle, Parameter, ParameterLocation,
    ParameterRole, Response, Schema, StringFormat,
};

/// Finds the paging of every list, and settles which parameter chooses the page.
pub(super) fn find_paging(api: &mut Api) {
    let ids = (0..).map(OperationId);
    let found: Vec<_> = ids.zip(&api.operations).map(|(id, operation)| paging(api, id, operation)).collect();
    for (operation, paging) in api.operations.iter_mut().zip(found) {
        for parameter in &mut operation.parameters {
            settle_role(parameter, paging.as_ref());
        }
        operation.paging = paging;
    }
}

/// Reports each order that a parameter is said to change which its list does not have.
pub(super) fn check_orders(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in api.operations.iter().filter(|operation| operation.method == Method::Get) {
        let order = operation.semantics.order.as_ref();
        let Some(name) = order.and_then(|order| order.parameter.as_ref()) else {
            continue;
        };
        let query = || operation.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Query);
        if operation.unread_parameters || query().any(|parameter| parameter.name.wire == *name) {
            continue;
        }
        let Some(origin) = operation.semantics.origin("order") else {
            continue;
        };
        let mut origin = origin.clone();
        origin.pointer.push("parameter");
        let message = format!("`{}` has no query parameter `{name}` that could ask for an order", operation.name.wire);
        let help = match nearest(name, query().map(|parameter| parameter.name.wire.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare the parameter, or write only the pointer".to_owned(),
        };
        diagnostics.push(Diagnostic::error("model/order-parameter", message, Place::Value(origin)).help(help));
    }
}

/// Only the parameter that moves the list keeps (or gets) the role of its page.
fn settle_role(parameter: &mut Parameter, paging: Option<&Paging>) {
    let moves = parameter.location == ParameterLocation::Query
        && paging.is_some_and(|paging| paging.parameter == parameter.name.wire);
    if moves {
        parameter.role = ParameterRole::Page;
    } else if parameter.role == ParameterRole::Page {
        parameter.role = ParameterRole::Plain;
    }
}

fn paging(api: &Api, id: OperationId, operation: &Operation) -> Option<Paging> {
    if operation.method != Method::Get {
        return None;
    }
    let response = operation.response(200)?;
    let body = &response.content()?.schema;
    let (parameter, next) = by_link(operation, id, response).or_else(|| by_name(api, operation, body))?;
    let items = items(api, body, operation)?;
    let style = if is_integer(api, &parameter.schema) { PagingStyle::Number } else { PagingStyle::Cursor };
    Some(Paging { style, parameter: parameter.name.wire.clone(), next, items })
}

/// A link from the list to itself whose query parameter comes from the body.
fn by_link<'a>(operation: &'a Operation, id: OperationId, response: &Response) -> Option<(&'a Parameter, String)> {
    let own = response.links.iter().filter(|link| link.target == id);
    own.flat_map(|link| &link.parameters).find_map(|(name, source)| {
        let LinkSource::ResponseBody(next) = source else {
            return None;
        };
        let mut query = operation.parameters.iter().filter(|one| one.location == ParameterLocation::Query);
        Some((query.find(|one| one.name.wire == *name)?, next.clone()))
    })
}

/// A parameter and a member of the body that have the names of a page and of the next one.
fn by_name<'a>(api: &'a Api, operation: &'a Operation, body: &'a Schema) -> Option<(&'a Parameter, String)> {
    let parameter = operation.parameter(ParameterRole::Page)?;
    let wants_integer = is_integer(api, &parameter.schema);
    let next = find_member(api, body, &mut Vec::new(), &|name, schema| {
        let fits = if wants_integer { is_integer(api, schema) } else { is_text(api, schema) };
        fits && is_next(name)
    })?;
    Some((parameter, next))
}

/// How deep in a body paging is looked for: `/meta/pagination/next_page`.
const DEEPEST_PAGING: usize = 3;

/// The pointer to the first member, by name, that satisfies a condition; shallow ones first.
fn find_member<'a>(
    api: &'a Api,
    schema: &'a Schema,
    above: &mut Vec<&'a str>,
    fits: &dyn Fn(&str, &Schema) -> bool,
) -> Option<String> {
    let members = object_members(api, schema);
    if let Some((name, _)) = members.iter().find(|(name, schema)| fits(name, schema)) {
        above.push(name);
        let found = pointer(above);
        above.pop();
        return Some(found);
    }
    if above.len() + 1 >= DEEPEST_PAGING {
        return None;
    }
    members.into_iter().find_map(|(name, inner)| {
        above.push(name);
        let found = find_member(api, inner, above, fits);
        above.pop();
        found
    })
}

fn is_next(name: &str) -> bool {
    matches!(
        snake(&words(name)).as_str(),
        "next"
            | "next_page"
            | "next_page_number"
            | "next_cursor"
            | "next_token"
            | "next_page_token"
            | "next_offset"
            | "next_marker"
            | "continuation_token"
            | "end_cursor"
    )
}

/// The list in a body: the body itself, its only list, the one among several that has a list's usual name or the name of
/// the collection, or the only list one level down.
fn items(api: &Api, body: &Schema, operation: &Operation) -> Option<String> {
    if is_list(api, body) {
        return Some(String::new());
    }
    let members = object_members(api, body);
    let lists: Vec<&str> = members.iter().filter(|(_, schema)| is_list(api, schema)).map(|(name, _)| *name).collect();
    match lists.as_slice() {
        [only] => Some(pointer(&[only])),
        [] => {
            let nested = members.iter().flat_map(|(envelope, schema)| {
                let inner = object_members(api, schema).into_iter().filter(|(_, schema)| is_list(api, schema));
                inner.map(|(name, _)| pointer(&[envelope, name])).collect::<Vec<_>>()
            });
            let nested: Vec<_> = nested.collect();
            (nested.len() == 1).then(|| nested.into_iter().next()).flatten()
        }
        several => {
            let collection = operation.path.text.rsplit('/').next().unwrap_or_default();
            let usual = [collection, "items", "data", "results", "values", "entries"];
            usual.iter().find(|name| several.contains(name)).map(|name| pointer(&[name]))
        }
    }
}

fn is_integer(api: &Api, schema: &Schema) -> bool {
    matches!(api.unaliased(schema).kind, Kind::Integer { .. })
}

/// Whether a schema is text that may be a cursor. A URL is none: it would have to be taken apart.
fn is_text(api: &Api, schema: &Schema) -> bool {
    match &api.unaliased(schema).kind {
        Kind::String { format, .. } => *format != StringFormat::Uri,
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Tuple { .. }
        | Kind::Map { .. }
        | Kind::Named(_) => false,
    }
}
