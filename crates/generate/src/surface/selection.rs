//! Which types and operations may come out otherwise in the other version: those that say something else, and those that are written by
//! what others say. A name that is there in one version alone is in it.
//!
//! What a type is written by, beside itself: the types that it names, and what is behind these where they are aliases or alternatives
//! (whether they are copied, whether they hold `null`, which conversions they have). An operation whose list, work or form is found by
//! pointers depends on all that it reaches.

use std::collections::{BTreeSet, HashMap};

use methodical_model::{Additional, MediaType, Operation, OperationId, Schema, Shape, TypeDef, TypeId};

use super::own;
use crate::rust_type::{Known, Selection};
use crate::types::Recursion;

/// Sets what is to be written of two versions.
pub(super) fn select(old: &mut Known<'_>, new: &mut Known<'_>) {
    let (old_said, new_said) = (Said::of(old), Said::of(new));
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
    types: HashMap<String, String>,
    operations: HashMap<String, String>,
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
    let changed: BTreeSet<TypeId> = api.types_with_ids().filter(|(_, def)| differs(def)).map(|(id, _)| id).collect();
    let referrers = referrers(known);
    let mut types = changed.clone();
    let mut waiting: Vec<TypeId> = changed.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        let shows_through = match &api.type_def(id).shape {
            Shape::Alias(_) | Shape::Union(_) => true,
            Shape::Object(_) | Shape::Enumeration(_) => changed.contains(&id),
        };
        if shows_through {
            waiting.extend(referrers[id.index()].iter().filter(|referrer| types.insert(**referrer)));
        }
    }
    let reaching = closure(&referrers, &changed);
    let is_affected = |(id, operation): &(OperationId, &Operation)| {
        let name = known.names.operation(*id).constant.to_string();
        let relevant = if follows_pointers(operation) { &reaching } else { &types };
        own.operations.get(&name) != other.operations.get(&name)
            || named(operation).iter().any(|id| relevant.contains(id))
    };
    let operations = api.operations_with_ids().filter(is_affected).map(|(id, _)| id).collect();
    (types, operations)
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

/// All from which one of `changed` is reached.
fn closure(referrers: &[Vec<TypeId>], changed: &BTreeSet<TypeId>) -> BTreeSet<TypeId> {
    let mut found = changed.clone();
    let mut waiting: Vec<TypeId> = changed.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        waiting.extend(referrers[id.index()].iter().filter(|referrer| found.insert(**referrer)));
    }
    found
}

fn follows_pointers(operation: &Operation) -> bool {
    let is_form = operation.body.iter().flat_map(|body| &body.contents).any(|content| match content.kind {
        MediaType::Form | MediaType::Multipart => true,
        MediaType::Json
        | MediaType::Problem
        | MediaType::Text
        | MediaType::Binary
        | MediaType::Events
        | MediaType::TextEvents
        | MediaType::Lines
        | MediaType::Sequence => false,
    });
    is_form || operation.paging.is_some() || operation.monitor.is_some()
}

fn named(operation: &Operation) -> Vec<TypeId> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    let bodies = operation.body.iter().flat_map(|body| &body.contents);
    let answers = operation.responses.iter().flat_map(|response| &response.contents);
    let contents = bodies.chain(answers).map(|content| &content.schema);
    let headers = operation.responses.iter().flat_map(|response| &response.headers).map(|header| &header.schema);
    parameters.chain(contents).chain(headers).flat_map(Schema::named).collect()
}
