//! Cargo features: one for the operations of each tag. A type is compiled where the operations of a chosen tag need it.
//!
//! What every tag needs has no condition. What no operation needs (components that are published all the same) has a
//! feature of its own. Where there would be one feature only, there is none.

use std::collections::BTreeSet;

use methodical_model::{Additional, Api, Operation, Shape, TagId, TypeDef, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::names::{Names, Unique};
use crate::rust_type::is_received;

/// When something is compiled: with any of these features, by position; `None`: always.
pub(crate) type Condition = Option<BTreeSet<usize>>;

/// The features of an API's crates, and what they bring in.
#[derive(Debug)]
pub(crate) struct Features {
    names: Vec<String>,
    by_tag: Vec<Option<usize>>,
    /// That of the requests that the server sends, all of them together.
    webhooks: Option<usize>,
    types: Vec<Condition>,
}

impl Features {
    pub(crate) fn of(api: &Api, names: &Names) -> Features {
        let by_tag = vec![None; api.tags.len()];
        let mut features = Features { names: Vec::new(), by_tag, webhooks: None, types: Vec::new() };
        if is_received(api) {
            features.types = vec![None; api.types.len()];
            return features;
        }
        let mut starts: Vec<Vec<TypeId>> = Vec::new();
        for operation in &api.operations {
            let tag = operation.tag.index();
            let feature = *features.by_tag[tag].get_or_insert(starts.len());
            starts.resize_with(starts.len().max(feature + 1), Vec::new);
            starts[feature].extend(needed(operation));
        }
        if !api.webhooks.is_empty() {
            features.webhooks = Some(starts.len());
            starts.push(api.webhooks.iter().flat_map(needed).collect());
        }
        let edges: Vec<Vec<TypeId>> = api.types.iter().map(references).collect();
        let mut reached: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); api.types.len()];
        for (feature, start) in starts.iter().enumerate() {
            reach(&edges, start.clone(), feature, &mut reached);
        }
        let tags = starts.len();
        let rest: Vec<TypeId> =
            api.types_with_ids().filter(|(id, _)| reached[id.index()].is_empty()).map(|(id, _)| id).collect();
        let has_rest = !rest.is_empty();
        reach(&edges, rest, tags, &mut reached);
        if tags + usize::from(has_rest) > 1 {
            features.name(api, names, has_rest);
            let by_all = |set: &BTreeSet<usize>| set.range(..tags).count() == tags;
            features.types = reached.into_iter().map(|set| (!by_all(&set)).then_some(set)).collect();
        } else {
            features.by_tag = vec![None; api.tags.len()];
            features.webhooks = None;
            features.types = vec![None; api.types.len()];
        }
        features
    }

    fn name(&mut self, api: &Api, names: &Names, has_rest: bool) {
        let mut unique = Unique::with(&["default", "webhooks"]);
        let mut by_feature: Vec<(usize, TagId)> =
            api.tags_with_ids().filter_map(|(tag, _)| Some((self.by_tag[tag.index()]?, tag))).collect();
        by_feature.sort_unstable_by_key(|(feature, _)| *feature);
        for (_, tag) in by_feature {
            let module = names.tag_module(tag).to_string();
            self.names.push(kebab(unique.claim(&[module.clone(), format!("{module}_operations")]).to_string()));
        }
        self.names.extend(self.webhooks.map(|_| "webhooks".to_owned()));
        if has_rest {
            self.names.push(kebab(unique.claim(&["components", "unused_components"]).to_string()));
        }
    }

    /// All features, sorted.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// The names of these, by position.
    pub(crate) fn names_of(&self, features: &BTreeSet<usize>) -> BTreeSet<String> {
        features.iter().map(|feature| self.names[*feature].clone()).collect()
    }

    /// When the operations of a tag are there.
    pub(crate) fn of_tag(&self, tag: TagId) -> Condition {
        self.by_tag[tag.index()].map(|feature| BTreeSet::from([feature]))
    }

    /// When the requests that the server sends are there.
    pub(crate) fn of_webhooks(&self) -> Condition {
        self.webhooks.map(|feature| BTreeSet::from([feature]))
    }

    /// When a type is there.
    pub(crate) fn of_type(&self, id: TypeId) -> &Condition {
        &self.types[id.index()]
    }

    /// When any of several types is there.
    pub(crate) fn of_any(&self, ids: impl IntoIterator<Item = TypeId>) -> Condition {
        ids.into_iter().map(|id| self.of_type(id).clone()).reduce(union).flatten()
    }

    /// `#[cfg(..)]`; nothing where there is no condition.
    pub(crate) fn expand(&self, condition: &Condition) -> TokenStream {
        let Some(features) = condition else { return TokenStream::new() };
        let names: BTreeSet<&str> = features.iter().map(|feature| self.names[*feature].as_str()).collect();
        match Vec::from_iter(names).as_slice() {
            [name] => quote!(#[cfg(feature = #name)]),
            names => quote!(#[cfg(any(#(feature = #names),*))]),
        }
    }

    /// The opposite of [`Features::expand`], which has to have a condition.
    pub(crate) fn expand_absent(&self, condition: &Condition) -> TokenStream {
        let features = condition.iter().flatten().map(|feature| self.names[*feature].as_str());
        let names = Vec::from_iter(features);
        match names.as_slice() {
            [name] => quote!(#[cfg(not(feature = #name))]),
            names => quote!(#[cfg(not(any(#(feature = #names),*)))]),
        }
    }
}

/// As cargo's users write it; a name may not begin with a hyphen.
fn kebab(name: String) -> String {
    if name.starts_with('_') { name } else { name.replace('_', "-") }
}

/// When either is there.
pub(crate) fn union(left: Condition, right: Condition) -> Condition {
    let mut both = left?;
    both.extend(right?);
    Some(both)
}

/// Marks what can be come to.
fn reach(edges: &[Vec<TypeId>], mut waiting: Vec<TypeId>, feature: usize, reached: &mut [BTreeSet<usize>]) {
    while let Some(id) = waiting.pop() {
        if reached[id.index()].insert(feature) {
            waiting.extend(&edges[id.index()]);
        }
    }
}

/// The types that an operation names, and those whose schemas its data refers to.
fn needed(operation: &Operation) -> Vec<TypeId> {
    let parameters = operation.parameters.iter().map(|parameter| (&parameter.schema, &parameter.canonical));
    let bodies = operation.body.iter().flat_map(|body| &body.contents);
    let answers = operation.responses.iter().flat_map(|response| &response.contents);
    let contents = bodies.chain(answers).map(|content| (&content.schema, &content.canonical));
    let headers = operation.responses.iter().flat_map(|response| &response.headers);
    let headers = headers.map(|header| (&header.schema, &header.canonical));
    let places = parameters.chain(contents).chain(headers);
    places
        .flat_map(|(schema, canonical)| schema.named().into_iter().chain(canonical.references.iter().copied()))
        .collect()
}

/// The types that a type names, and those that its schema refers to: what is more than its type can say.
fn references(def: &TypeDef) -> Vec<TypeId> {
    let mut references = def.canonical.references.clone();
    match &def.shape {
        Shape::Object(object) => {
            let additional = match &object.additional {
                Additional::Typed(schema) => schema.named(),
                Additional::Unspecified | Additional::Denied => Vec::new(),
            };
            references.extend(object.properties.iter().flat_map(|property| property.schema.named()));
            references.extend(additional);
        }
        Shape::Enumeration(_) => {}
        Shape::Union(union) => references.extend(union.variants.iter().flat_map(|(_, schema)| schema.named())),
        Shape::Alias(schema) => references.extend(schema.named()),
    }
    references
}
