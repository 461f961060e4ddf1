//! Which types contain themselves, and where a box has to break the circle.
//!
//! Only members, variants and aliases that hold a type *in place* count; a list or a map is on the heap already. An
//! alias whose definition leads back to itself through aliases alone cannot be a `type` at all and becomes a struct.

use std::collections::BTreeSet;

use methodical_model::{Additional, Api, Kind, Schema, Shape, TypeDef, TypeId};

/// What is recursive in an API.
pub(crate) struct Recursion {
    /// For each type the group of those that contain each other in place.
    groups: Vec<usize>,
    recursive_aliases: BTreeSet<TypeId>,
    aliases: BTreeSet<TypeId>,
}

impl Recursion {
    pub(crate) fn of(api: &Api) -> Recursion {
        let in_place: Vec<Vec<usize>> = api.types.iter().map(|def| indexes(in_place(def))).collect();
        let named: Vec<Vec<usize>> = api.types.iter().map(|def| indexes(named_by_alias(def))).collect();
        let alias_groups = groups(&named);
        let is_alias = |def: &TypeDef| matches!(def.shape, Shape::Alias(_));
        let aliases = api.types_with_ids().filter(|(_, def)| is_alias(def)).map(|(id, _)| id).collect();
        let recursive = |id: &TypeId| {
            let index = id.index();
            let own = alias_groups[index];
            named[index].contains(&index) || alias_groups.iter().filter(|group| **group == own).count() > 1
        };
        let recursive_aliases =
            api.types_with_ids().filter(|(_, def)| is_alias(def)).map(|(id, _)| id).filter(recursive).collect();
        Recursion { groups: groups(&in_place), recursive_aliases, aliases }
    }

    /// Whether `owner` has to box a member of the type `target`.
    pub(super) fn needs_box(&self, owner: TypeId, target: TypeId) -> bool {
        let is_plain_alias = self.aliases.contains(&owner) && !self.recursive_aliases.contains(&owner);
        !is_plain_alias && self.groups[owner.index()] == self.groups[target.index()]
    }

    /// Of what a type holds in place, in order, which it has to box.
    pub(crate) fn boxed(&self, id: TypeId, def: &TypeDef) -> Vec<bool> {
        in_place(def)
            .into_iter()
            .map(|target| self.needs_box(id, target))
            .chain([self.is_recursive_alias(id)])
            .collect()
    }

    pub(super) fn is_recursive_alias(&self, id: TypeId) -> bool {
        self.recursive_aliases.contains(&id)
    }
}

fn indexes(ids: Vec<TypeId>) -> Vec<usize> {
    ids.into_iter().map(TypeId::index).collect()
}

fn in_place(def: &TypeDef) -> Vec<TypeId> {
    match &def.shape {
        Shape::Object(object) => object.properties.iter().flat_map(|property| held(&property.schema)).collect(),
        Shape::Enumeration(_) => Vec::new(),
        Shape::Union(union) => union.variants.iter().flat_map(|(_, schema)| held(schema)).collect(),
        Shape::Alias(schema) => held(schema),
    }
}

/// The types that a value holds in place: itself, or in the positions of a tuple.
pub(super) fn held(schema: &Schema) -> Vec<TypeId> {
    match &schema.kind {
        Kind::Named(id) => vec![*id],
        Kind::Tuple { items, .. } => items.iter().flat_map(held).collect(),
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::String { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Map { .. } => Vec::new(),
    }
}

/// The types that an alias names anywhere in its definition, lists and maps included.
fn named_by_alias(def: &TypeDef) -> Vec<TypeId> {
    let Shape::Alias(schema) = &def.shape else { return Vec::new() };
    schema.named()
}

/// The strongly connected components of a graph, as a group for each node (Tarjan's algorithm, with a stack of its own
/// so that a long chain of components cannot overflow ours).
fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        edges,
        order: vec![usize::MAX; edges.len()],
        low: vec![0; edges.len()],
        group: vec![usize::MAX; edges.len()],
        open: Vec::new(),
        next: 0,
    };
    for node in 0..edges.len() {
        search.visit(node);
    }
    search.group
}

struct Search<'a> {
    edges: &'a [Vec<usize>],
    order: Vec<usize>,
    low: Vec<usize>,
    group: Vec<usize>,
    open: Vec<usize>,
    next: usize,
}

impl Search<'_> {
    fn visit(&mut self, root: usize) {
        let mut path = Vec::new();
        if self.order[root] == usize::MAX {
            self.enter(root, &mut path);
        }
        while let Some((node, edge)) = path.pop() {
            match self.edges[node].get(edge) {
                Some(&target) => {
                    path.push((node, edge + 1));
                    if self.order[target] == usize::MAX {
                        self.enter(target, &mut path);
                    } else if self.group[target] == usize::MAX {
                        self.low[node] = self.low[node].min(self.order[target]);
                    }
                }
                None => {
                    self.leave(node);
                    if let Some((parent, _)) = path.last() {
                        self.low[*parent] = self.low[*parent].min(self.low[node]);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize, path: &mut Vec<(usize, usize)>) {
        self.order[node] = self.next;
        self.low[node] = self.next;
        self.next += 1;
        self.open.push(node);
        path.push((node, 0));
    }

    fn leave(&mut self, node: usize) {
        if self.low[node] != self.order[node] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.group[member] = node;
            if member == node {
                return;
            }
        }
    }
}

/// Members without names are kept in a map, which is on the heap: they never need a box.
pub(super) fn additional_schema(additional: &Additional) -> Option<&Schema> {
    match additional {
        Additional::Unspecified | Additional::Denied => None,
        Additional::Typed(schema) => Some(schema),
    }
}
