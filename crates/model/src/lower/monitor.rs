//! Monitors: the GETs that are polled to follow work, told by `x-semantics.monitor`.
//!
//! A status that nobody can read, or that never can end the work, would let clients wait for ever; so the declaration
//! is held against the schema of what is read, and each mistake is reported at its own place.

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place};
use methodical_document::nearest;

use super::resource::{object_members, pointer};
use super::responses_mut;
use crate::names::{snake, words};
use crate::{Api, Kind, Method, Monitor, MonitorDeclaration, Name, Operation, Schema, Shape, VariantValue};

/// Settles the monitor of every operation that is declared to be one.
pub(super) fn find_monitors(api: &mut Api, diagnostics: &mut Diagnostics) {
    let found: Vec<_> = api.operations.iter().map(|operation| monitor(api, operation, diagnostics)).collect();
    for (operation, monitor) in api.operations.iter_mut().zip(found) {
        operation.monitor = monitor;
    }
    let is_monitor: Vec<bool> = api.operations.iter().map(|operation| operation.monitor.is_some()).collect();
    for link in responses_mut(&mut api.operations).flat_map(|response| &mut response.links) {
        link.wait = is_monitor[link.target.index()].then(|| wait_name(&link.name));
    }
}

fn monitor(api: &Api, operation: &Operation, diagnostics: &mut Diagnostics) -> Option<Monitor> {
    let declared = operation.semantics.monitor.as_ref()?;
    let mut reader = Reader { origin: operation.semantics.origin("monitor")?, diagnostics, sound: true };
    if operation.method != Method::Get {
        let message = format!("a monitor is polled by GET, and this is {}", operation.method.as_str());
        reader.report(&[], message, "move `monitor` to the GET that tells how the work stands");
        return None;
    }
    let response = operation.response(200);
    // What could not be read was reported, and is not missed as well.
    if response.is_some_and(|response| api.unread.contains(&response.origin)) {
        return None;
    }
    let Some(body) = response.and_then(|response| response.content()) else {
        reader.report(
            &[],
            "a monitor tells in the body of its 200 how the work stands, and there is none",
            "declare it",
        );
        return None;
    };
    let (status, schema) = reader.status(api, &body.schema, &declared.status)?;
    let values = reader.values(api, schema, &status)?;
    let working = reader.split(declared, &values);
    reader.sound.then(|| Monitor {
        wait: wait_name(&operation.name),
        status,
        succeeded: declared.succeeded.clone(),
        failed: declared.failed.clone(),
        working,
    })
}

struct Reader<'a, 'd> {
    origin: &'a Origin,
    diagnostics: &'d mut Diagnostics,
    sound: bool,
}

impl Reader<'_, '_> {
    /// Reports a mistake in what stands below `monitor`.
    fn report(&mut self, below: &[&str], message: impl Into<String>, help: impl Into<String>) {
        let mut origin = self.origin.clone();
        below.iter().for_each(|token| origin.pointer.push(token));
        let place = if below.is_empty() { Place::Key(origin) } else { Place::Value(origin) };
        self.diagnostics.push(Diagnostic::error("model/monitor", message, place).help(help));
        self.sound = false;
    }

    /// The pointer to the status, and what it leads to: a member's name stands for the member of the body, or of the one
    /// object that the body is an envelope of.
    fn status<'s>(&mut self, api: &'s Api, body: &'s Schema, place: &str) -> Option<(String, &'s Schema)> {
        let pointer = if place.starts_with('/') { Some(place.to_owned()) } else { member(api, body, place) };
        let found = pointer.and_then(|pointer| api.schema_at(body, &pointer).map(|schema| (pointer, schema)));
        if found.is_none() {
            let message = format!("the body of the 200 has nothing at `{place}`");
            self.report(&["status"], message, "point to the member that tells how the work stands");
        }
        found
    }

    /// The values that the status may have: it has to be an enumeration, for nothing else can be split completely.
    fn values(&mut self, api: &Api, schema: &Schema, status: &str) -> Option<Vec<String>> {
        let values = match (&schema.kind, api.resolved(schema).map(|definition| &definition.shape)) {
            (_, Some(Shape::Enumeration(variants))) => variants
                .iter()
                .map(|variant| match &variant.value {
                    VariantValue::Text(text) => Some(text.clone()),
                    VariantValue::Integer(_) | VariantValue::Other(_) => None,
                })
                .collect(),
            (Kind::Constant(value), _) => value.as_str().map(|text| vec![text.to_owned()]),
            (
                Kind::Any
                | Kind::Nothing
                | Kind::Boolean
                | Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::String { .. }
                | Kind::Array { .. }
                | Kind::Tuple { .. }
                | Kind::Map { .. }
                | Kind::Named(_),
                _,
            ) => None,
        };
        if values.is_none() {
            let message =
                format!("`{status}` is no enumeration of texts, so that it cannot be told which values end the work");
            self.report(&["status"], message, "give its schema an `enum` with every state that there is");
        }
        values
    }

    /// The values with which the work goes on: those in neither list. All others have to be values, and in one list.
    fn split(&mut self, declared: &MonitorDeclaration, values: &[String]) -> Vec<String> {
        for (list, ends) in [("succeeded", &declared.succeeded), ("failed", &declared.failed)] {
            for (index, end) in ends.iter().enumerate().filter(|(_, end)| !values.contains(end)) {
                let help = match nearest(end, values.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name one of the values of the status".to_owned(),
                };
                self.report(&[list, &index.to_string()], format!("the status has no value `{end}`"), help);
            }
        }
        for (index, end) in declared.failed.iter().enumerate().filter(|(_, end)| declared.succeeded.contains(end)) {
            let message = format!("`{end}` cannot be both a success and a failure");
            self.report(&["failed", &index.to_string()], message, "leave it in one of the lists");
        }
        let ends = |value: &&String| !declared.succeeded.contains(value) && !declared.failed.contains(value);
        let working: Vec<String> = values.iter().filter(ends).cloned().collect();
        if working.is_empty() {
            let message = "every value of the status ends the work, so that there is nothing to wait for";
            self.report(&[], message, "leave out the values with which the work goes on");
        }
        working
    }
}

fn member(api: &Api, body: &Schema, name: &str) -> Option<String> {
    let members = object_members(api, body);
    if members.iter().any(|(member, _)| *member == name) {
        return Some(pointer(&[name]));
    }
    let has = |schema: &Schema| object_members(api, schema).iter().any(|(member, _)| *member == name);
    let mut envelopes = members.iter().filter(|(_, schema)| has(schema));
    let (envelope, _) = envelopes.next()?;
    envelopes.next().is_none().then(|| pointer(&[envelope, name]))
}

/// Words with which the name of an operation that reads begins, or of a link to one.
const READING: [&str; 9] = ["follow", "get", "read", "show", "fetch", "retrieve", "describe", "find", "poll"];

/// `getTask` is waited for by `wait_task`, and so is the link `FollowTask`.
fn wait_name(operation: &Name) -> Name {
    let all = words(&operation.wire);
    let rest = match all.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && READING.contains(&first.to_lowercase().as_str()) => rest,
        all => all,
    };
    Name::new(&format!("wait_{}", snake(rest)))
}
