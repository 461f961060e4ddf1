//! Which types and operations may come out otherwise in the other version: those that say something else, and those that are written by
//! what others say. A name that is there in one version alone is in it.
//!
//! What a type is written by, beside itself: what is seen of the types that it names. Of an object that is no more than its name; through
//! aliases and alternatives what is behind them is seen too (whether they are copied, whether they hold `null`, which conversions they
//! have). An operation looks as deep into the types that it names as its pointers do.

use std::collections::{BTreeSet, HashMap, VecDeque};

use methodical_document::both;
use methodical_model::{Additional, LinkSource, MediaType, Operation, OperationId, Schema, Shape, TypeDef, TypeId};

use super::own::{self, OfType};
use crate::rust_type::{Known, Selection};
use crate::types::Recursion;

/// Sets what is to be written of two versions.
pub(super) fn select(old: &mut Known<'_>, new: &mut Known<'_>) {
    let (of_old, of_new): (&Known<'_>, &Known<'_>) = (old, new);
    let (old_said, new_said) = both(|| Said::of(of_old), || Said::of(of_new));
    let selected = [(&*old, &old_said, &new_said), (&*new, &new_said, &old_said)]
        .map(|(known, own, other)| affected(known, own, other));
    let [(old_types, old_operations), (new_types, new_operations)] = selected;
    // What one version writes, the other has to write too if it has it: else it would seem to be gone.
    let types = names_of(old, &old_types, new, &new_types, |known, id| known.api.type_def(id).name.pascal.clone());
    let operations = names_of(old, &old_operations, new, &new_operations, |known, id| {
        known.names.operation(id).constant.to_string()
    });
    old.selection = selection(old, &types, &operations);
    new.selection = selection(new, &types, &operations);
}

/// Types by Rust name, operations by the names of their data.
fn selection(known: &Known<'_>, types: &BTreeSet<String>, operations: &BTreeSet<String>) -> Selection {
    let with_name = known.api.types_with_ids().filter(|(_, def)| types.contains(&def.name.pascal));
    let named = known.api.operations_with_ids().map(|(id, _)| id);
    let is_named = |id: &OperationId| operations.contains(&known.names.operation(*id).constant.to_string());
    Selection::Of { types: with_name.map(|(id, _)| id).collect(), operations: named.filter(is_named).collect() }
}

fn names_of<Id: Copy>(
    old: &Known<'_>,
    of_old: &BTreeSet<Id>,
    new: &Known<'_>,
    of_new: &BTreeSet<Id>,
    name: impl Fn(&Known<'_>, Id) -> String,
) -> BTreeSet<String> {
    let old = of_old.iter().map(|id| name(old, *id));
    old.chain(of_new.iter().map(|id| name(new, *id))).collect()
}

/// What everything says by itself, by name.
struct Said {
    types: HashMap<String, OfType>,
    operations: HashMap<String, Vec<u8>>,
}

impl Said {
    fn of(known: &Known<'_>) -> Said {
        let recursion = Recursion::of(known.api);
        let types = known.api.types_with_ids();
        let operations = known.api.operations_with_ids();
        Said {
            types: types.map(|(id, def)| (def.name.pascal.clone(), own::of_type(known, &recursion, id, def))).collect(),
            operations: operations
                .map(|(id, operation)| {
                    (known.names.operation(id).constant.to_string(), own::of_operation(known, id, operation))
                })
                .collect(),
        }
    }
}

fn affected(known: &Known<'_>, own: &Said, other: &Said) -> (BTreeSet<TypeId>, BTreeSet<OperationId>) {
    let api = known.api;
    let differs = |def: &TypeDef| own.types.get(&def.name.pascal) != other.types.get(&def.name.pascal);
    let changed: Vec<(TypeId, &TypeDef)> = api.types_with_ids().filter(|(_, def)| differs(def)).collect();
    let referrers = referrers(known);
    let mut types: BTreeSet<TypeId> = changed.iter().map(|(id, _)| *id).collect();
    let is_seen = |(_, def): &&(TypeId, &TypeDef)| {
        let [own, other] = [own, other].map(|said| said.types.get(&def.name.pascal));
        own.map(OfType::seen) != other.map(OfType::seen)
    };
    let seen = changed.iter().filter(is_seen).map(|(id, _)| *id).collect();
    for id in through(known, &referrers, seen) {
        types.extend(&referrers[id.index()]);
    }
    // Whether an alternative can lack its tag depends on what it cannot lack.
    let is_demanding = |(_, def): &&(TypeId, &TypeDef)| {
        let [own, other] = [own, other].map(|said| said.types.get(&def.name.pascal));
        own.map(OfType::required) != other.map(OfType::required)
    };
    let demanding = changed.iter().filter(is_demanding).map(|(id, _)| *id).collect();
    let is_tagged = |id: &TypeId| match &api.type_def(*id).shape {
        Shape::Union(union) => union.discriminator.is_some(),
        Shape::Object(_) | Shape::Enumeration(_) | Shape::Alias(_) => false,
    };
    types.extend(through(known, &referrers, demanding).into_iter().filter(is_tagged));
    let steps = steps(known, &referrers, &types);
    let is_affected = |(id, operation): &(OperationId, &Operation)| {
        let name = known.names.operation(*id).constant.to_string();
        let reach = reach(operation);
        own.operations.get(&name) != other.operations.get(&name)
            || named(operation).iter().any(|id| steps[id.index()].is_some_and(|steps| steps <= reach))
    };
    let operations = api.operations_with_ids().filter(is_affected).map(|(id, _)| id).collect();
    (types, operations)
}

/// These types, and the aliases and unions that they show through.
fn through(known: &Known<'_>, referrers: &[Vec<TypeId>], start: Vec<TypeId>) -> BTreeSet<TypeId> {
    let mut found: BTreeSet<TypeId> = start.iter().copied().collect();
    let mut waiting = start;
    while let Some(id) = waiting.pop() {
        let shown = referrers[id.index()].iter().filter(|referrer| is_window(known, **referrer));
        waiting.extend(shown.filter(|referrer| found.insert(**referrer)));
    }
    found
}

/// Whether what stands behind a type is seen through it.
fn is_window(known: &Known<'_>, id: TypeId) -> bool {
    match &known.api.type_def(id).shape {
        Shape::Alias(_) | Shape::Union(_) => true,
        Shape::Object(_) | Shape::Enumeration(_) => false,
    }
}

/// From each type the least number of members to go through to one of `affected`, if one can be come to.
fn steps(known: &Known<'_>, referrers: &[Vec<TypeId>], affected: &BTreeSet<TypeId>) -> Vec<Option<usize>> {
    let mut steps: Vec<Option<usize>> = vec![None; referrers.len()];
    let mut waiting: VecDeque<(TypeId, usize)> = affected.iter().map(|id| (*id, 0)).collect();
    while let Some((id, taken)) = waiting.pop_front() {
        if steps[id.index()].is_some() {
            continue;
        }
        steps[id.index()] = Some(taken);
        for referrer in &referrers[id.index()] {
            // The nearest come first.
            match is_window(known, *referrer) {
                true => waiting.push_front((*referrer, taken)),
                false => waiting.push_back((*referrer, taken + 1)),
            }
        }
    }
    steps
}

/// How many members deep the code of an operation looks into the types that it names: where a pointer of its leads through them, and
/// where the members of a form are fields.
fn reach(operation: &Operation) -> usize {
    let paging = operation.paging.iter().flat_map(|paging| [&paging.next, &paging.items]);
    let monitor = operation.monitor.iter().map(|monitor| &monitor.status);
    let locations = operation.locations.iter().flat_map(|location| &location.parameters).map(|(_, pointer)| pointer);
    let links = operation.responses.iter().flat_map(|response| &response.links).flat_map(|link| &link.parameters);
    let links = links.filter_map(|(_, source)| match source {
        LinkSource::ResponseBody(pointer) | LinkSource::RequestBody(pointer) => Some(pointer),
        LinkSource::ResponseHeader(_) | LinkSource::Request(..) | LinkSource::Constant(_) => None,
    });
    let pointers = paging.chain(monitor).chain(locations).chain(links);
    let longest = pointers.map(|pointer| pointer.matches('/').count()).max().unwrap_or_default();
    longest.max(usize::from(has_form(operation)))
}

/// Of each type those that name it.
fn referrers(known: &Known<'_>) -> Vec<Vec<TypeId>> {
    let mut referrers = vec![Vec::new(); known.api.types.len()];
    for (id, def) in known.api.types_with_ids() {
        for target in schemas(def).into_iter().flat_map(Schema::named) {
            referrers[target.index()].push(id);
        }
    }
    referrers
}

fn schemas(def: &TypeDef) -> Vec<&Schema> {
    match &def.shape {
        Shape::Object(object) => {
            let additional = match &object.additional {
                Additional::Typed(schema) => Some(&**schema),
                Additional::Unspecified | Additional::Denied => None,
            };
            object.properties.iter().map(|property| &property.schema).chain(additional).collect()
        }
        Shape::Enumeration(_) => Vec::new(),
        Shape::Union(union) => union.variants.iter().map(|(_, schema)| schema).collect(),
        Shape::Alias(schema) => vec![schema],
    }
}

fn has_form(operation: &Operation) -> bool {
    operation.body.iter().flat_map(|body| &body.contents).any(|content| match content.kind {
        MediaType::Form | MediaType::Multipart => true,
        MediaType::Json
        | MediaType::Problem
        | MediaType::Text
        | MediaType::Binary
        | MediaType::Events
        | MediaType::TextEvents
        | MediaType::Lines
        | MediaType::Sequence => false,
    })
}

fn named(operation: &Operation) -> Vec<TypeId> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    let bodies = operation.body.iter().flat_map(|body| &body.contents);
    let answers = operation.responses.iter().flat_map(|response| &response.contents);
    let contents = bodies.chain(answers).map(|content| &content.schema);
    let headers = operation.responses.iter().flat_map(|response| &response.headers).map(|header| &header.schema);
    parameters.chain(contents).chain(headers).flat_map(Schema::named).collect()
}
