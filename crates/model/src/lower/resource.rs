//! Resources: a collection path and an item path with one more parameter, and the operations on both.

use std::collections::BTreeMap;

use crate::names::{Scope, distinct, singular, snake, words};
use crate::{
    Api, Kind, LinkSource, Method, Name, OperationId, PathSegment, PathTemplate, Resource, ResourceDeclaration,
    ResourceId, Schema, Shape,
};

/// Finds the resources and tells each operation which one it acts on.
pub(super) fn find_resources(api: &mut Api) {
    let mut items: Vec<&PathTemplate> =
        api.operations.iter().map(|operation| &operation.path).filter(|path| id_parameter(path).is_some()).collect();
    items.sort();
    items.dedup();
    let index = Index::new(api);
    let wires: Vec<String> = items.iter().map(|item| resource_name(&index, item)).collect();
    let names = distinct(&wires, Scope::Plain);
    let named = items.iter().zip(names);
    let resources: Vec<_> = named.filter_map(|(item, name)| resource(&index, item, name)).collect();
    let by_path = by_path(&resources);
    for operation in &mut api.operations {
        operation.resource = by_path.get(&operation.path.text).copied();
    }
    api.resources = resources;
}

/// The parameter that is the last segment of an item's path.
fn id_parameter(path: &PathTemplate) -> Option<&str> {
    match path.segments.last()?.as_slice() {
        [PathSegment::Parameter(name)] => Some(name),
        _ => None,
    }
}

/// What is looked up for each path, found once.
struct Index<'a> {
    api: &'a Api,
    /// Paths by their form with parameters made alike.
    forms: BTreeMap<String, &'a str>,
    operations: BTreeMap<(&'a str, Method), OperationId>,
    /// `x-semantics.resource` by the path of the item, with the path on which it stands.
    declared: BTreeMap<&'a str, (&'a str, &'a ResourceDeclaration)>,
}

impl<'a> Index<'a> {
    fn new(api: &'a Api) -> Index<'a> {
        let mut index = Index { api, forms: BTreeMap::new(), operations: BTreeMap::new(), declared: BTreeMap::new() };
        for (id, operation) in (0..).map(OperationId).zip(&api.operations) {
            let path = operation.path.text.as_str();
            index.operations.insert((path, operation.method), id);
            index.forms.entry(operation.path.form().trim_end_matches('/').to_owned()).or_insert(path);
            if let Some(declaration) = &operation.semantics.resource {
                let item = declaration.item.as_deref().unwrap_or(path);
                index.declared.entry(item).or_insert((path, declaration));
            }
        }
        index
    }

    fn declaration(&self, item: &PathTemplate) -> Option<&'a ResourceDeclaration> {
        self.declared.get(item.text.as_str()).map(|(_, declaration)| *declaration)
    }

    /// The path of the collection that an item lies in: the one that says so, or the path above it.
    fn collection(&self, item: &PathTemplate) -> Option<&'a str> {
        if let Some((path, _)) = self.declared.get(item.text.as_str()).filter(|(path, _)| *path != item.text) {
            return Some(path);
        }
        let form = item.form();
        self.forms.get(form.strip_suffix("/{}")?).copied()
    }
}

fn resource(index: &Index<'_>, item: &PathTemplate, name: Name) -> Option<Resource> {
    let id_parameter = id_parameter(item)?.to_owned();
    let collection = index.collection(item);
    let on_item = |method| index.operations.get(&(item.text.as_str(), method)).copied();
    let on_collection = |method| index.operations.get(&(collection?, method)).copied();
    let get = on_item(Method::Get);
    let declared = index.declaration(item).and_then(|declaration| declaration.id.clone());
    let id_pointer = declared.or_else(|| id_pointer(index.api, get?, item, &id_parameter));
    Some(Resource {
        name,
        item: item.text.clone(),
        id_parameter,
        id_pointer,
        list: on_collection(Method::Get),
        create: on_collection(Method::Post),
        get,
        put: on_item(Method::Put),
        delete: on_item(Method::Delete),
        collection: collection.map(str::to_owned),
    })
}

/// The declared name, or the singular of the last literal segment.
fn resource_name(index: &Index<'_>, item: &PathTemplate) -> String {
    if let Some(name) = index.declaration(item).and_then(|declaration| declaration.name.clone()) {
        return name;
    }
    let literals = item.segments.iter().rev().filter_map(|segment| match segment.as_slice() {
        [PathSegment::Literal(text)] => Some(text),
        _ => None,
    });
    let last = literals.into_iter().next().map_or("item", String::as_str);
    singular(&snake(&words(last)))
}

/// Where the identifier stands in what reading the item returns: where a link to the item takes it from, or the member
/// of the same name, or `id`; in the body itself or in its envelope.
fn id_pointer(api: &Api, get: OperationId, item: &PathTemplate, parameter: &str) -> Option<String> {
    let response = api.operation(get).response(200)?;
    let by_link = response.links.iter().filter(|link| api.operation(link.target).path == *item);
    let sources = by_link.flat_map(|link| &link.parameters).filter(|(name, _)| name == parameter);
    let pointer = sources.filter_map(|(_, source)| match source {
        LinkSource::ResponseBody(pointer) => Some(pointer.clone()),
        LinkSource::ResponseHeader(_)
        | LinkSource::Request(..)
        | LinkSource::RequestBody(_)
        | LinkSource::Constant(_) => None,
    });
    pointer.min().or_else(|| by_name(api, &response.content()?.schema, parameter))
}

fn by_name(api: &Api, body: &Schema, parameter: &str) -> Option<String> {
    // `tag_id` names the `id` of a tag, if the tag has no `tag_id`.
    let candidates = [parameter, "id"];
    let members = object_members(api, body);
    let direct = candidates.iter().find(|name| members.iter().any(|(member, _)| member == *name));
    if let Some(name) = direct {
        return Some(pointer(&[name]));
    }
    let envelopes = members.iter().filter(|(_, schema)| !object_members(api, schema).is_empty());
    let [(envelope, inner)] = envelopes.collect::<Vec<_>>()[..] else {
        return None;
    };
    let inner = object_members(api, inner);
    let name = candidates.iter().find(|name| inner.iter().any(|(member, _)| member == *name))?;
    Some(pointer(&[envelope, name]))
}

/// The members of an object by wire name; none of anything else.
pub(super) fn object_members<'a>(api: &'a Api, schema: &'a Schema) -> Vec<(&'a str, &'a Schema)> {
    match api.resolved(schema).map(|definition| &definition.shape) {
        Some(Shape::Object(object)) => {
            object.properties.iter().map(|property| (property.name.wire.as_str(), &property.schema)).collect()
        }
        Some(Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_)) | None => Vec::new(),
    }
}

/// Whether a schema is a list, under whatever name.
pub(super) fn is_list(api: &Api, schema: &Schema) -> bool {
    let schema = match api.resolved(schema).map(|definition| &definition.shape) {
        Some(Shape::Alias(inner)) => inner,
        Some(Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_)) | None => schema,
    };
    matches!(schema.kind, Kind::Array { .. })
}

pub(super) fn pointer(tokens: &[&str]) -> String {
    methodical_diagnostic::Pointer::from_tokens(tokens).as_str().to_owned()
}

/// The resource that each path belongs to. A path that is an item is no collection of what lies below it.
fn by_path(resources: &[Resource]) -> BTreeMap<String, ResourceId> {
    let numbered = || (0..).map(ResourceId).zip(resources);
    let mut by_path: BTreeMap<String, ResourceId> = BTreeMap::new();
    for (id, resource) in numbered() {
        by_path.insert(resource.item.clone(), id);
    }
    for (id, resource) in numbered() {
        if let Some(collection) = &resource.collection {
            by_path.entry(collection.clone()).or_insert(id);
        }
    }
    by_path
}
