//! Schemas, which many operations share: each pair is compared once, and what changed reaches all places that use it.

use std::cell::RefCell;
use std::collections::HashMap;

use methodical_diagnostic::Origin;
use methodical_document::{Number, Value};
use methodical_model::{Api, Content, Operation, Parameter, Response, ResponseHeader};
use serde_json::Value as Json;

use super::message::Message;
use super::sample::sample;
pub(super) use crate::schema::Side;
use crate::schema::{Comparer, SchemaChange, SchemaChangeId, SchemaChangeKind, Verdict};
use crate::{Change, ChangeKind, Reach, Way, WireLevel, WireVerdict};

/// The message that shows a value of a schema: of the old version for what is accepted, of the new one for what is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Parameter { operation: &'a Operation, parameter: &'a Parameter },
    Body { operation: &'a Operation, content: &'a Content },
    Content { operation: &'a Operation, response: &'a Response, content: &'a Content },
    Header { operation: &'a Operation, response: &'a Response, header: &'a ResponseHeader },
}

/// All schemas of two versions.
pub(super) struct Schemas<'a> {
    old: &'a Api,
    new: &'a Api,
    pub(super) comparer: RefCell<Comparer<'a>>,
    /// What changed, in the order in which it was come upon.
    order: Vec<SchemaChangeId>,
    reached: HashMap<SchemaChangeId, Reached<'a>>,
}

/// Where a change is come upon.
struct Reached<'a> {
    way: Way,
    sides: (Side<'a>, Side<'a>),
    first: Place<'a>,
    reach: Vec<Reach>,
}

/// What makes findings of both ways one fact.
#[derive(PartialEq, Eq, Hash)]
struct Root {
    kind: SchemaChangeKind,
    origins: (Option<Origin>, Option<Origin>),
    values: (Option<String>, Option<String>),
    path: String,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Schemas<'a> {
        Schemas {
            old,
            new,
            comparer: RefCell::new(Comparer::new(old, new)),
            order: Vec::new(),
            reached: HashMap::new(),
        }
    }

    /// Compares the schema of one place.
    pub(super) fn compare(&mut self, way: Way, old: Side<'a>, new: Side<'a>, reach: Reach, shown: Place<'a>) {
        let comparer = self.comparer.get_mut();
        let ids = comparer.compare(way, old, new);
        for id in ids {
            // What a parameter itself defaults to is compared where it is known whether that counts.
            let change = comparer.change(id);
            if change.kind == SchemaChangeKind::DefaultChanged && is_of_parameter(self.new, shown, change) {
                continue;
            }
            let known = self.reached.entry(id).or_insert_with(|| {
                self.order.push(id);
                Reached { way, sides: (old, new), first: shown, reach: Vec::new() }
            });
            known.reach.push(reach.clone());
        }
    }

    /// All changes, each with its verdict: the graver one of both ways, where it travels both.
    pub(super) fn finish(mut self) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        let mut known: HashMap<Root, usize> = HashMap::new();
        for id in std::mem::take(&mut self.order) {
            let Some(reached) = self.reached.remove(&id) else { continue };
            let wire = self.verdict(id, &reached);
            let change = self.comparer.get_mut().change(id);
            match known.get(&Root::of(change)) {
                Some(index) => unite(&mut changes[*index], reached, wire),
                None => {
                    known.insert(Root::of(change), changes.len());
                    changes.push(changed(change, reached, wire));
                }
            }
        }
        changes
    }

    /// A break without a witness is none that is known.
    fn verdict(&mut self, id: SchemaChangeId, reached: &Reached<'a>) -> Option<WireVerdict> {
        let (old, new) = reached.sides;
        let change = self.comparer.get_mut().change(id);
        if change.kind == SchemaChangeKind::PropertyStabilityLowered && change.verdict == Verdict::Breaking {
            let level = change.before.as_deref().unwrap_or_default();
            let reason = format!("That this member is as before was promised as `{level}`.");
            return Some(WireVerdict::broken(reason, self.whole(reached.first).witness(reached.way)));
        }
        Some(match change.verdict.clone() {
            Verdict::Idle => return None,
            Verdict::Compatible => WireVerdict::plain(WireLevel::Compatible),
            Verdict::Risky(reason) => WireVerdict::because(WireLevel::Risky, reason),
            Verdict::Undecided(reason) => WireVerdict::because(WireLevel::Undecided, reason),
            Verdict::Breaking => match self.comparer.get_mut().witness(reached.way, old, new, id) {
                Err(undecided) => WireVerdict::because(WireLevel::Undecided, undecided.0),
                Ok(value) => {
                    let witness = self.message(reached.first, &value_of(&value)).witness(reached.way);
                    WireVerdict::broken(reason(reached.way), witness)
                }
            },
        })
    }

    /// The version that an operation is of.
    fn api(&self, operation: &Operation) -> &'a Api {
        let is_old = self.old.operations.iter().chain(&self.old.webhooks).any(|one| std::ptr::eq(one, operation));
        if is_old { self.old } else { self.new }
    }

    /// The smallest message that has this place.
    fn whole(&self, place: Place<'_>) -> Message {
        match place {
            Place::Parameter { operation, parameter } => {
                let value = sample(self.api(operation), &parameter.schema);
                self.message(place, &value)
            }
            Place::Body { operation, content } => {
                Message::request(self.api(operation), operation).with_content(self.api(operation), content)
            }
            Place::Content { operation, response, content } => {
                let api = self.api(operation);
                Message::response(api, operation, response).with_content(api, content)
            }
            Place::Header { operation, header, .. } => {
                let value = sample(self.api(operation), &header.schema);
                self.message(place, &value)
            }
        }
    }

    /// A message that has this value in its place.
    fn message(&self, place: Place<'_>, value: &Value) -> Message {
        let api = |operation: &Operation| self.api(operation);
        match place {
            Place::Parameter { operation, parameter } => {
                Message::request(api(operation), operation).with_value_of(api(operation), operation, parameter, value)
            }
            Place::Body { operation, content } => {
                Message::request(api(operation), operation).with_value(content, value)
            }
            Place::Content { operation, response, content } => {
                Message::response(api(operation), operation, response).with_value(content, value)
            }
            Place::Header { operation, response, header } => {
                Message::response(api(operation), operation, response).with_header_value(header, value)
            }
        }
    }
}

/// Whether a change is one of the schema that a parameter has, and not of what lies in it.
fn is_of_parameter(api: &Api, place: Place<'_>, change: &SchemaChange) -> bool {
    let Place::Parameter { parameter, .. } = place else { return false };
    let name = api.unaliased(&parameter.schema).type_id().map(|id| api.type_def(id).name.wire.as_str());
    change.path.is_empty() && (change.owner.is_none() || change.owner.as_deref() == name)
}

fn reason(way: Way) -> &'static str {
    match way {
        Way::Request => "This was accepted, and is refused now.",
        Way::Response => "This may come now, and was not declared.",
    }
}

impl Root {
    fn of(change: &SchemaChange) -> Root {
        Root {
            kind: change.kind,
            origins: (change.old.clone(), change.new.clone()),
            values: (change.before.clone(), change.after.clone()),
            path: change.path.clone(),
        }
    }
}

fn changed(change: &SchemaChange, reached: Reached<'_>, wire: Option<WireVerdict>) -> Change {
    // A problem document has no type, and its schema may be a component all the same.
    let component = || change.old.as_ref()?.pointer.as_str().strip_prefix("/components/schemas/");
    let owner = change.owner.as_deref().or_else(|| component().filter(|name| !name.contains('/')));
    let subject = owner.map(|owner| format!("schema {owner}{}", change.path));
    Change {
        subject: subject.unwrap_or_default(),
        old: change.old.clone(),
        new: change.new.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        reach: reached.reach,
        wire,
        ..Change::new(ChangeKind::Schema(change.kind), change.message.clone())
    }
}

/// The same fact the other way: what is graver counts, and is said to be so in that direction.
fn unite(change: &mut Change, reached: Reached<'_>, wire: Option<WireVerdict>) {
    let level = change.wire.as_ref().map(|verdict| verdict.level);
    change.reach.extend(reached.reach);
    if level < wire.as_ref().map(|verdict| verdict.level) {
        change.wire = wire;
    }
}

fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(match number.as_i128().or_else(|| number.as_u64().map(i128::from)) {
            Some(integer) => Number::Integer(integer.into()),
            None => Number::Text(number.to_string()),
        }),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(value_of).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), value_of(value))).collect())
        }
    }
}
