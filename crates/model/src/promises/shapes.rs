//! Questions about schemas that promises depend on. Recursive types are visited once.

use std::collections::BTreeSet;

use crate::{Access, Api, Kind, Object, Property, Schema, Shape, TypeDef};

/// What a schema comes to once names and alternatives are followed.
pub(super) enum End<'a> {
    /// An object with named members.
    Object(&'a Object),
    /// Anything else, `null` included.
    Other(&'a Kind),
}

/// All that a schema comes to: one end, or one for each alternative. Empty only for a type that is nothing but itself.
pub(super) fn ends<'a>(api: &'a Api, schema: &'a Schema) -> Vec<End<'a>> {
    let mut ends = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![schema];
    while let Some(schema) = pending.pop() {
        if schema.nullable {
            ends.push(End::Other(&Kind::Any));
        }
        let Kind::Named(id) = &schema.kind else {
            ends.push(End::Other(&schema.kind));
            continue;
        };
        if !seen.insert(*id) {
            continue;
        }
        match &api.type_def(*id).shape {
            Shape::Object(object) => ends.push(End::Object(object)),
            Shape::Enumeration(_) => ends.push(End::Other(&Kind::Any)),
            Shape::Union(union) => pending.extend(union.variants.iter().map(|(_, variant)| variant)),
            Shape::Alias(schema) => pending.push(schema),
        }
    }
    ends
}

/// Whether every value that a schema accepts is an object.
pub(super) fn is_object(api: &Api, schema: &Schema) -> bool {
    let ends = ends(api, schema);
    let object = |end: &End<'_>| matches!(end, End::Object(_) | End::Other(Kind::Map { .. }));
    !ends.is_empty() && ends.iter().all(object)
}

/// Whether a body can carry several things: an array at the top; an object whose only required member is an array;
/// or alternatives of which one has an array that another lacks.
pub(super) fn carries_several(api: &Api, schema: &Schema) -> bool {
    let ends = ends(api, schema);
    if ends.iter().any(|end| matches!(end, End::Other(Kind::Array { .. }))) {
        return true;
    }
    let objects: Vec<&Object> = ends.iter().filter_map(End::object).collect();
    let arrays: Vec<BTreeSet<&str>> = objects.iter().map(|object| array_members(api, object)).collect();
    let differ = arrays.iter().any(|one| arrays.iter().any(|other| !one.is_subset(other)));
    let wraps = |object: &&Object| only_required_is_array(api, object);
    differ || (objects.len() == 1 && objects.iter().all(wraps))
}

impl<'a> End<'a> {
    fn object(&self) -> Option<&'a Object> {
        match self {
            End::Object(object) => Some(object),
            End::Other(_) => None,
        }
    }
}

/// The members at the top of a body; of a body with alternatives, those of all of them.
pub(super) fn top_objects<'a>(api: &'a Api, schema: &'a Schema) -> Vec<&'a Object> {
    ends(api, schema).iter().filter_map(End::object).collect()
}

fn array_members<'a>(api: &Api, object: &'a Object) -> BTreeSet<&'a str> {
    let arrays = object.properties.iter().filter(|member| is_array(api, &member.schema));
    arrays.map(|member| member.name.wire.as_str()).collect()
}

fn only_required_is_array(api: &Api, object: &Object) -> bool {
    let required: Vec<&Property> = object.properties.iter().filter(|member| member.required).collect();
    match required.as_slice() {
        [member] => is_array(api, &member.schema),
        _ => false,
    }
}

fn is_array(api: &Api, schema: &Schema) -> bool {
    ends(api, schema).iter().any(|end| matches!(end, End::Other(Kind::Array { .. })))
}

/// The types that a schema reaches, each once, by id.
pub(super) fn reachable<'a>(api: &'a Api, schema: &Schema) -> Vec<&'a TypeDef> {
    let mut seen = BTreeSet::new();
    let mut pending = schema.named();
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            for schema in schemas_of(&api.type_def(id).shape) {
                pending.extend(schema.named());
            }
        }
    }
    seen.into_iter().map(|id| api.type_def(id)).collect()
}

/// The schemas that a type is directly made of.
fn schemas_of(shape: &Shape) -> Vec<&Schema> {
    match shape {
        Shape::Object(object) => {
            let additional = match &object.additional {
                crate::Additional::Typed(schema) => Some(schema.as_ref()),
                crate::Additional::Unspecified | crate::Additional::Denied => None,
            };
            object.properties.iter().map(|member| &member.schema).chain(additional).collect()
        }
        Shape::Enumeration(_) => Vec::new(),
        Shape::Union(union) => union.variants.iter().map(|(_, schema)| schema).collect(),
        Shape::Alias(schema) => vec![schema],
    }
}

/// The `readOnly` members below a request body, each as the response half has it, where that is known.
pub(super) fn read_only_members<'a>(api: &'a Api, schema: &Schema) -> Vec<(&'a str, Option<&'a Property>)> {
    let mut members = Vec::new();
    for definition in reachable(api, schema) {
        let Shape::Object(object) = &definition.shape else {
            continue;
        };
        let response = definition.counterpart.and_then(|id| match &api.type_def(id).shape {
            Shape::Object(response) => Some(response),
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        });
        for name in &object.read_only {
            members.push((name.as_str(), response.and_then(|object| member(object, name))));
        }
        let own = object.properties.iter().filter(|member| member.access == Access::ReadOnly);
        members.extend(own.map(|member| (member.name.wire.as_str(), Some(member))));
    }
    members.sort_by_key(|(name, property)| (*name, property.is_none()));
    members.dedup_by_key(|(name, _)| *name);
    members
}

/// The `immutable` members below a schema, by wire name.
pub(super) fn immutable_members<'a>(api: &'a Api, schema: &Schema) -> Vec<&'a Property> {
    let mut members = Vec::new();
    for definition in reachable(api, schema) {
        if let Shape::Object(object) = &definition.shape {
            members.extend(object.properties.iter().filter(|member| member.immutable));
        }
    }
    members.sort_by_key(|member| member.name.wire.as_str());
    members.dedup_by_key(|member| member.name.wire.as_str());
    members
}

/// The member of an object with this wire name.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Property> {
    object.properties.iter().find(|member| member.name.wire == name)
}
