//! Named types: the queue in which they are lowered, and their names, directions and order at the end.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use methodical_diagnostic::Pointer;
use methodical_document::{Node, NodeId};

use super::Lowering;
use super::canonical::settle;
use super::family::Part;
use super::place_name::place_words;
use super::reading::sorted_entries;
use super::share;
use crate::names::{Request, Scope, Used, assign, pascal, words};
use crate::{Additional, Canonical, Direction, Example, Kind, Name, Operation, Schema, Shape, TypeDef, TypeId};

/// Types that were asked for, in the order in which that happened.
#[derive(Default)]
pub(super) struct Types<'b> {
    ids: HashMap<(NodeId, Direction, Part), TypeId, foldhash::fast::RandomState>,
    asked: Vec<Asked<'b>>,
    defined: Vec<TypeDef>,
}

/// A schema that needs a type, for one way or for both.
struct Asked<'b> {
    node: Node<'b>,
    pointer: Pointer,
    way: Direction,
    part: Part,
}

impl<'b> Types<'b> {
    /// The (preliminary) id of the type for `node`.
    pub(super) fn id(&mut self, node: &Node<'b>, way: Direction, part: Part) -> TypeId {
        let next = type_id(self.asked.len());
        let id = *self.ids.entry((node.id(), way, part)).or_insert(next);
        if id == next {
            self.asked.push(Asked { node: *node, pointer: node.pointer(), way, part });
        }
        id
    }

    fn has(&self, node: &Node<'_>) -> bool {
        [Direction::Request, Direction::Response, Direction::Both]
            .into_iter()
            .any(|way| self.ids.contains_key(&(node.id(), way, Part::Whole)))
    }
}

impl<'b> Lowering<'b, '_> {
    /// Lowers the components that no operation uses too: they belong to what the author publishes.
    pub(super) fn unused_components(&mut self, root: &Node<'b>) {
        self.define_types();
        let problems = std::mem::take(&mut self.problem_schemas);
        let only_problems: HashSet<NodeId> =
            problems.iter().flat_map(|node| self.directional.reachable(node)).collect();
        let schemas = root.get("components").and_then(|components| components.get("schemas"));
        for (_, node) in schemas.iter().flat_map(sorted_entries) {
            let is_alias = node.reference().is_some();
            if !is_alias && !self.types.has(&node) && !only_problems.contains(&node.id()) {
                self.named(&node, Direction::Response);
            }
        }
        self.define_types();
    }

    /// Works the queue off. A definition may ask for further types.
    fn define_types(&mut self) {
        while let Some(asked) = self.types.asked.get(self.types.defined.len()) {
            let (node, way, part) = (asked.node, asked.way, asked.part);
            let definition = self.definition(&node, way, part);
            self.types.defined.push(definition);
        }
    }

    /// Names, directs and sorts all types, and gives everything that refers to them its final id.
    pub(super) fn finish_types(&mut self, operations: &mut [Operation]) -> Vec<TypeDef> {
        self.define_types();
        let mut types = std::mem::take(&mut self.types.defined);
        self.break_circles(&mut types);
        self.pair_halves(&mut types);
        let shared = self.share_types(&mut types, operations);
        direct(&mut types, operations);
        self.name_types(&mut types, &shared);
        let types = sort_types(types, &shared, operations, &mut self.examples);
        avoid_types(operations, &types);
        types
    }

    /// Ties the request half of each split schema to its response half.
    fn pair_halves(&self, types: &mut [TypeDef]) {
        for (asked, definition) in self.types.asked.iter().zip(types) {
            if asked.way == Direction::Request {
                let response = (asked.node.id(), Direction::Response, asked.part);
                definition.counterpart = self.types.ids.get(&response).copied();
            }
        }
    }

    /// Lets everything refer to one of several inline schemas that say the same, and tells which that is for each.
    fn share_types(&mut self, types: &mut [TypeDef], operations: &mut [Operation]) -> Vec<usize> {
        let asked = &self.types.asked;
        let is_inline = |index: usize| component_name(&asked[index].pointer).is_none();
        let shared = share::representatives(types, is_inline, |index| {
            (&asked[index].pointer, asked[index].part, asked[index].way as u8)
        });
        let places: Vec<TypeId> = shared.iter().map(|index| type_id(*index)).collect();
        renumber(types, operations, &mut self.examples, &places);
        shared
    }

    /// Names components after themselves and inline schemas after their places; request halves end in `Input`.
    fn name_types(&self, types: &mut [TypeDef], shared: &[usize]) {
        let mut classes: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
        let standing = shared.iter().enumerate().filter(|(index, shared)| index == *shared);
        for (index, _) in standing {
            let (asked, definition) = (&self.types.asked[index], &types[index]);
            let is_inline = component_name(&asked.pointer).is_none();
            let class = u8::from(is_inline) + 2 * u8::from(definition.counterpart.is_some());
            classes.entry(class).or_default().push(index);
        }
        let mut words = self.words_of_types(types, shared);
        let mut used = Used::default();
        // Components come first: what the author named keeps its name.
        for mut class in classes.into_values() {
            let place = |index: usize| (&self.types.asked[index].pointer, self.types.asked[index].part);
            class.sort_by(|left, right| place(*left).cmp(&place(*right)));
            let wires: Vec<String> = class.iter().map(|&index| self.type_wire(index)).collect();
            let requests: Vec<_> = class
                .iter()
                .zip(&wires)
                .map(|(&index, wire)| Request { wire, words: std::mem::take(&mut words[index]) })
                .collect();
            for (index, name) in class.iter().zip(assign(&requests, Scope::Types, &mut used)) {
                types[*index].name = name;
            }
        }
    }

    fn type_wire(&self, index: usize) -> String {
        let pointer = &self.types.asked[index].pointer;
        component_name(pointer).unwrap_or_else(|| pointer.as_str().to_owned())
    }

    /// The words of each type's name, where it stands for itself. What several places share is named by what these have in common, if
    /// nothing else would have that name, and else by the shortest of theirs.
    fn words_of_types(&self, types: &[TypeDef], shared: &[usize]) -> Vec<Vec<String>> {
        let mut places: Vec<Vec<Vec<String>>> = vec![Vec::new(); types.len()];
        for (index, standing) in shared.iter().enumerate() {
            places[*standing].push(self.type_words(index, &types[index]));
        }
        // What they have in common may begin with a number, as no name does.
        let is_name =
            |words: &Vec<String>| words.first().is_some_and(|word| !word.starts_with(|c: char| c.is_numeric()));
        let common: Vec<Option<Vec<String>>> = places
            .iter()
            .map(|places| share::common_words(places).filter(is_name).filter(|_| places.len() > 1))
            .collect();
        let mut wanted: HashMap<&[String], usize> = HashMap::new();
        let alone = places.iter().filter(|places| places.len() == 1).flatten();
        for words in alone.chain(common.iter().flatten()) {
            *wanted.entry(words).or_default() += 1;
        }
        let is_free = |words: &Vec<String>| wanted.get(words.as_slice()) == Some(&1);
        let chosen: Vec<Option<Vec<String>>> = common.iter().map(|words| words.clone().filter(is_free)).collect();
        let length = |words: &Vec<String>| words.iter().map(String::len).sum::<usize>();
        let shortest = |places: Vec<Vec<String>>| places.into_iter().min_by_key(|words| (length(words), words.clone()));
        let named = places.into_iter().zip(chosen).map(|(places, common)| common.or_else(|| shortest(places)));
        named.map(Option::unwrap_or_default).collect()
    }

    fn type_words(&self, index: usize, definition: &TypeDef) -> Vec<String> {
        let pointer = &self.types.asked[index].pointer;
        let mut name = match component_name(pointer) {
            Some(component) => words(&component),
            None => place_words(self.bundle, &self.operation_names, pointer),
        };
        if self.types.asked[index].part == Part::Own {
            name.push("base".to_owned());
        }
        if definition.counterpart.is_some() {
            name.push("input".to_owned());
        }
        name
    }
}

/// The name of the component that stands exactly here.
fn component_name(pointer: &Pointer) -> Option<String> {
    let name = pointer.as_str().strip_prefix("/components/schemas/")?;
    pointer.last().filter(|_| !name.contains('/')).map(Cow::into_owned)
}

/// The type inside lists and maps.
pub(super) fn innermost(schema: &Schema) -> Option<TypeId> {
    match &schema.kind {
        Kind::Array { items, .. } => innermost(items),
        Kind::Map { values, .. } => innermost(values),
        Kind::Named(id) => Some(*id),
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::String { .. }
        | Kind::Constant(_)
        | Kind::Tuple { .. } => None,
    }
}

/// Finds out which way values of each type travel. What no operation uses goes the way it was lowered for.
fn direct(types: &mut [TypeDef], operations: &mut [Operation]) {
    let mut requests = Vec::new();
    let mut responses = Vec::new();
    for operation in operations.iter_mut() {
        let (asked, answered) = match operation.receiver {
            None => (&mut requests, &mut responses),
            Some(_) => (&mut responses, &mut requests),
        };
        for_request_schemas(operation, &mut |schema| for_ids(schema, &mut |id| asked.push(*id)));
        for response in &mut operation.responses {
            for_response_schemas(response, &mut |schema| for_ids(schema, &mut |id| answered.push(*id)));
        }
    }
    let sent = reach(types, requests);
    let returned = reach(types, responses);
    for (index, definition) in types.iter_mut().enumerate() {
        definition.direction = match (sent[index], returned[index]) {
            (true, true) => Direction::Both,
            (true, false) => Direction::Request,
            (false, true) => Direction::Response,
            (false, false) => definition.direction,
        };
    }
}

/// Which types can be come to from `waiting`.
fn reach(types: &mut [TypeDef], mut waiting: Vec<TypeId>) -> Vec<bool> {
    let mut reached = vec![false; types.len()];
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut reached[id.index()], true) {
            for_shape(&mut types[id.index()].shape, &mut |schema| for_ids(schema, &mut |id| waiting.push(*id)));
        }
    }
    reached
}

/// Sorts types by Rust name, and changes every id accordingly. Of those that are `shared` one is left.
fn sort_types(
    types: Vec<TypeDef>,
    shared: &[usize],
    operations: &mut [Operation],
    examples: &mut [Example],
) -> Vec<TypeDef> {
    let standing = types.into_iter().enumerate().filter(|(index, _)| shared[*index] == *index);
    let mut numbered: Vec<(usize, TypeDef)> = standing.collect();
    numbered.sort_by(|(_, left), (_, right)| left.name.pascal.cmp(&right.name.pascal));
    let mut places = vec![TypeId(0); shared.len()];
    for (place, (old, _)) in numbered.iter().enumerate() {
        places[*old] = type_id(place);
    }
    let places: Vec<TypeId> = shared.iter().map(|standing| places[*standing]).collect();
    let mut types: Vec<TypeDef> = numbered.into_iter().map(|(_, definition)| definition).collect();
    renumber(&mut types, operations, examples, &places);
    settle_canonicals(&mut types, operations, &places);
    types
}

/// Gives everything that refers to a type the id that this has in `places`.
fn renumber(types: &mut [TypeDef], operations: &mut [Operation], examples: &mut [Example], places: &[TypeId]) {
    let mut renumber = |id: &mut TypeId| *id = places[id.index()];
    for definition in types {
        for_shape(&mut definition.shape, &mut |schema| for_ids(schema, &mut renumber));
        definition.counterpart.iter_mut().for_each(&mut renumber);
    }
    for example in examples {
        for_ids(&mut example.schema, &mut renumber);
    }
    for operation in operations {
        for_request_schemas(operation, &mut |schema| for_ids(schema, &mut renumber));
        for response in &mut operation.responses {
            for_response_schemas(response, &mut |schema| for_ids(schema, &mut renumber));
        }
    }
}

fn type_id(index: usize) -> TypeId {
    TypeId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn settle_canonicals(types: &mut [TypeDef], operations: &mut [Operation], places: &[TypeId]) {
    let mut canonicals: Vec<Canonical> =
        types.iter_mut().map(|definition| std::mem::replace(&mut definition.canonical, Canonical::any())).collect();
    canonicals.iter_mut().for_each(|canonical| settle(canonical, places, types));
    for operation in operations {
        operation.parameters.iter_mut().for_each(|parameter| settle(&mut parameter.canonical, places, types));
        let contents = operation.body.iter_mut().flat_map(|body| &mut body.contents);
        contents.for_each(|content| settle(&mut content.canonical, places, types));
        for response in &mut operation.responses {
            response.headers.iter_mut().for_each(|header| settle(&mut header.canonical, places, types));
            response.contents.iter_mut().for_each(|content| settle(&mut content.canonical, places, types));
        }
    }
    for (definition, canonical) in types.iter_mut().zip(canonicals) {
        definition.canonical = canonical;
    }
}

/// Changes the type names of operations that a schema's type has already: both are imported side by side.
fn avoid_types(operations: &mut [Operation], types: &[TypeDef]) {
    let mut used: HashSet<String> = types.iter().map(|definition| definition.name.pascal.clone()).collect();
    used.extend(operations.iter().map(|operation| operation.name.pascal.clone()));
    let taken: HashSet<&str> = types.iter().map(|definition| definition.name.pascal.as_str()).collect();
    for operation in operations {
        let name: &mut Name = &mut operation.name;
        if taken.contains(name.pascal.as_str()) {
            let mut words = words(&name.pascal);
            words.push("operation".to_owned());
            let base = pascal(&words);
            let numbered = (2..).map(|number: u32| format!("{base}{number}"));
            let free = std::iter::once(base.clone()).chain(numbered).find(|pascal| !used.contains(pascal));
            name.pascal = free.unwrap_or(base);
            used.insert(name.pascal.clone());
        }
    }
}

/// Visits the schemas of parameters and request body.
fn for_request_schemas(operation: &mut Operation, visit: &mut impl FnMut(&mut Schema)) {
    operation.parameters.iter_mut().for_each(|parameter| visit(&mut parameter.schema));
    let contents = operation.body.iter_mut().flat_map(|body| &mut body.contents);
    contents.for_each(|content| visit(&mut content.schema));
}

/// Visits the schemas of headers and body.
fn for_response_schemas(response: &mut crate::Response, visit: &mut impl FnMut(&mut Schema)) {
    response.headers.iter_mut().for_each(|header| visit(&mut header.schema));
    response.contents.iter_mut().for_each(|content| visit(&mut content.schema));
}

/// Visits the schemas that a shape is made of.
pub(super) fn for_shape(shape: &mut Shape, visit: &mut impl FnMut(&mut Schema)) {
    match shape {
        Shape::Object(object) => {
            object.properties.iter_mut().for_each(|property| visit(&mut property.schema));
            match &mut object.additional {
                Additional::Typed(schema) => visit(schema),
                Additional::Unspecified | Additional::Denied => {}
            }
        }
        Shape::Enumeration(_) => {}
        Shape::Union(union) => union.variants.iter_mut().for_each(|(_, schema)| visit(schema)),
        Shape::Alias(schema) => visit(schema),
    }
}

/// Visits the ids of the named types that a schema refers to.
pub(super) fn for_ids(schema: &mut Schema, visit: &mut impl FnMut(&mut TypeId)) {
    match &mut schema.kind {
        Kind::Array { items, .. } => for_ids(items, visit),
        Kind::Tuple { items, rest, .. } => {
            items.iter_mut().chain(rest.as_deref_mut()).for_each(|item| for_ids(item, visit))
        }
        Kind::Map { values, .. } => for_ids(values, visit),
        Kind::Named(id) => visit(id),
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::String { .. }
        | Kind::Constant(_) => {}
    }
}
