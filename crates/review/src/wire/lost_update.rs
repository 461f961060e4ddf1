//! The lost update: a member that is new in what GET returns and in what a replacing PUT of the same resource takes. A
//! client of the old version reads, changes and writes back what it knows, and so erases the member. Nothing is invalid,
//! and data are lost; with `If-Match` the client would at least erase knowingly. Said once a resource.

use std::collections::{BTreeSet, HashMap};

use methodical_model::rules::PUT_REPLACES_WHOLE;
use methodical_model::{Api, Content, MediaType, Method, Operation, ParameterRole, Schema, Shape, TypeId};

use super::Plane;
use super::pair::reach;
use crate::{Change, ChangeKind, Reach, Way, WireLevel, WireVerdict};

/// The members of a body by their paths: `/labels/colour`.
type Members = BTreeSet<String>;

pub(super) fn find(plane: &Plane<'_>) -> Vec<Change> {
    let by_place = |api: &'_ Api| -> HashMap<(Method, String), usize> {
        let operations = api.operations.iter().enumerate();
        operations.map(|(index, operation)| ((operation.method, operation.path.form()), index)).collect()
    };
    let (old, new) = (by_place(plane.old), by_place(plane.new));
    let puts = plane.new.operations.iter().filter(|operation| replaces(operation));
    let traps = puts.filter_map(|new_put| {
        let form = new_put.path.form();
        let of = |api: &'_ Api, known: &HashMap<(Method, String), usize>, method| {
            known.get(&(method, form.clone())).map(|index| api.operations[*index].clone())
        };
        let old_pair = (of(plane.old, &old, Method::Get)?, of(plane.old, &old, Method::Put)?);
        let new_get = of(plane.new, &new, Method::Get)?;
        trap(plane, (&old_pair.0, &old_pair.1), (&new_get, new_put))
    });
    traps.collect()
}

/// A PUT that makes what is there what it was sent, asked for without a precondition.
fn replaces(operation: &Operation) -> bool {
    operation.method == Method::Put
        && operation.promises.iter().any(|promise| promise.rule == PUT_REPLACES_WHOLE)
        && operation.parameter(ParameterRole::IfMatch).is_none()
}

fn trap(plane: &Plane<'_>, old: (&Operation, &Operation), new: (&Operation, &Operation)) -> Option<Change> {
    let (old_read, old_written) = (read(plane.old, old.0)?, written(plane.old, old.1)?);
    let (new_read, new_written) = (read(plane.new, new.0)?, written(plane.new, new.1)?);
    let is_new = |member: &&String| !old_read.contains(*member) && !old_written.contains(*member);
    let erased: Vec<&str> =
        new_read.intersection(&new_written).filter(is_new).map(|member| member.trim_start_matches('/')).collect();
    if erased.is_empty() {
        return None;
    }
    let names = erased.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let reason = "A client that reads, changes and writes back what it knows erases it. Let PUT take `If-Match` and answer \
                  412, offer PATCH for changes to some members, or say that PUT keeps what it does not name.";
    let place =
        |api, operation: &Operation, place: &str, way| Reach { place: place.to_owned(), way, ..reach(api, operation) };
    Some(Change {
        old: Some(old.1.origin.clone()),
        new: Some(new.1.origin.clone()),
        after: Some(erased.join(", ")),
        reach: vec![
            place(plane.old, old.0, "response 200", Way::Response),
            place(plane.old, old.1, "request body", Way::Request),
        ],
        wire: Some(WireVerdict::because(WireLevel::Risky, reason)),
        subject: format!("PUT {}", new.1.path.form()),
        ..Change::new(
            ChangeKind::LostUpdate,
            format!("PUT erases {names} where an old client writes back what it read."),
        )
    })
}

fn json(contents: &[Content]) -> Option<&Content> {
    contents.iter().find(|content| content.kind == MediaType::Json)
}

fn read(api: &Api, get: &Operation) -> Option<Members> {
    Some(members(api, &json(&get.response(200)?.contents)?.schema))
}

fn written(api: &Api, put: &Operation) -> Option<Members> {
    Some(members(api, &json(&put.body.as_ref()?.contents)?.schema))
}

/// The members of an object, and of the objects in it; lists are not entered, since their items are not what they were.
fn members(api: &Api, schema: &Schema) -> Members {
    let mut found = Members::new();
    let mut waiting: Vec<(String, &Schema)> = vec![(String::new(), schema)];
    let mut seen: BTreeSet<TypeId> = BTreeSet::new();
    while let Some((path, schema)) = waiting.pop() {
        let schema = api.unaliased(schema);
        let Some(id) = schema.type_id().filter(|id| seen.insert(*id)) else { continue };
        if let Shape::Object(object) = &api.type_def(id).shape {
            for property in &object.properties {
                let path = format!("{path}/{}", property.name.wire);
                waiting.push((path.clone(), &property.schema));
                found.insert(path);
            }
        }
    }
    found
}
