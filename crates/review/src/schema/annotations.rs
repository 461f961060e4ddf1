//! What descriptions say beside which values are valid, and what programs act upon all the same: defaults, deprecation, and by which
//! member alternatives are told apart. It stands in the model and not in the canonical schemas, so that it is looked for in a walk of its
//! own, in which each pair of types is visited once.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use methodical_diagnostic::Origin;
use methodical_document::Value;
use methodical_model::{Access, Additional, Api, Kind, Object, Schema, Shape, Stability, TypeDef, TypeId, Union};

use super::change::{SchemaChange, SchemaChangeId, SchemaChangeKind, Verdict};
use super::draft::json;
use super::walk::{Graph, quoted};
use crate::Way;

/// The same thing in both versions.
#[derive(Debug, Clone, Copy)]
enum Subject<'a> {
    Types([TypeId; 2]),
    Schemas([&'a Schema; 2]),
}

/// A pair that was visited.
#[derive(Debug)]
struct Node<'a> {
    subject: Subject<'a>,
    place: Place,
    changes: Vec<SchemaChangeId>,
    below: Vec<usize>,
}

/// In which named type it stands, and where in that.
#[derive(Debug, Clone, Default)]
struct Place {
    owner: Option<String>,
    path: String,
}

/// All pairs that were visited.
#[derive(Debug, Default)]
pub(super) struct Annotations<'a> {
    known: HashMap<(Way, [usize; 2]), usize>,
    nodes: Vec<Node<'a>>,
    /// Those from which a change is reached.
    telling: HashSet<usize>,
}

impl Place {
    fn step(&self, step: &str) -> Place {
        let token = step.replace('~', "~0").replace('/', "~1");
        Place { owner: self.owner.clone(), path: format!("{}/{token}", self.path) }
    }
}

impl<'a> Annotations<'a> {
    /// All changes that are reached from a pair of places.
    pub(super) fn reached(
        &mut self,
        graph: &mut Graph<'a>,
        apis: [&'a Api; 2],
        way: Way,
        schemas: [&'a Schema; 2],
    ) -> Vec<SchemaChangeId> {
        let before = self.nodes.len();
        let root = self.enter(way, Subject::Schemas(schemas), Place::default());
        let mut next = before;
        while next < self.nodes.len() {
            let (subject, place) = (self.nodes[next].subject, self.nodes[next].place.clone());
            Visit { annotations: self, graph, apis, way, at: next, place }.visit(subject);
            next += 1;
        }
        if self.nodes.len() > before {
            self.spread(before);
        }
        self.collect(root)
    }

    fn enter(&mut self, way: Way, subject: Subject<'a>, place: Place) -> usize {
        let address = |schema: &Schema| std::ptr::from_ref(schema) as usize;
        let key = match subject {
            // Types are counted from one on, and no schema stands there.
            Subject::Types(ids) => ids.map(|id| id.index() + 1),
            Subject::Schemas(schemas) => schemas.map(address),
        };
        let next = self.nodes.len();
        let position = *self.known.entry((way, key)).or_insert(next);
        if position == next {
            self.nodes.push(Node { subject, place, changes: Vec::new(), below: Vec::new() });
        }
        position
    }

    /// Marks what leads to a change, so that nobody has to look for it again.
    fn spread(&mut self, from: usize) {
        let mut above: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut waiting = Vec::new();
        for (position, node) in self.nodes.iter().enumerate().skip(from) {
            node.below.iter().for_each(|below| above.entry(*below).or_default().push(position));
            let leads = node.below.iter().any(|below| *below < from && self.telling.contains(below));
            if leads || !node.changes.is_empty() {
                waiting.push(position);
            }
        }
        while let Some(position) = waiting.pop() {
            if self.telling.insert(position) {
                waiting.extend(above.get(&position).into_iter().flatten());
            }
        }
    }

    fn collect(&self, root: usize) -> Vec<SchemaChangeId> {
        let (mut found, mut seen, mut waiting) = (Vec::new(), HashSet::new(), vec![root]);
        while let Some(position) = waiting.pop() {
            if self.telling.contains(&position) && seen.insert(position) {
                found.extend(self.nodes[position].changes.iter().copied());
                waiting.extend(self.nodes[position].below.iter().rev());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The look at one pair.
struct Visit<'v, 'a> {
    annotations: &'v mut Annotations<'a>,
    graph: &'v mut Graph<'a>,
    apis: [&'a Api; 2],
    way: Way,
    at: usize,
    place: Place,
}

impl<'a> Visit<'_, 'a> {
    fn visit(&mut self, subject: Subject<'a>) {
        match subject {
            Subject::Schemas(schemas) => self.visit_schemas(schemas),
            Subject::Types([old, new]) => {
                let definitions = [self.apis[0].type_def(old), self.apis[1].type_def(new)];
                let name = definitions[1].name.wire.as_str();
                // A type that got its name from its place is no component.
                if !name.starts_with('/') {
                    self.place = Place { owner: Some(name.to_owned()), path: String::new() };
                }
                let deprecated = definitions.map(|definition| definition.deprecated);
                let origins = definitions.map(|definition| &definition.origin);
                self.deprecation(deprecated, origins, "It");
                // Several places may share a type that got its name from one of them, and each says what its own default is.
                if !name.starts_with('/') {
                    self.defaults(definitions.map(|definition| definition.default.as_ref()), origins);
                }
                self.visit_shapes(definitions);
            }
        }
    }

    fn below(&mut self, subject: Subject<'a>, place: Place) {
        let position = self.annotations.enter(self.way, subject, place);
        self.annotations.nodes[self.at].below.push(position);
    }

    fn visit_schemas(&mut self, [old, new]: [&'a Schema; 2]) {
        self.defaults([old, new].map(|schema| schema.default.as_ref()), [&old.origin, &new.origin]);
        if let (Some(old), Some(new)) = (old.type_id(), new.type_id()) {
            return self.below(Subject::Types([old, new]), self.place.clone());
        }
        let [old, new] = [self.apis[0].unaliased(old), self.apis[1].unaliased(new)];
        let any = self.place.step("*");
        match (&old.kind, &new.kind) {
            (Kind::Named(old), Kind::Named(new)) => self.below(Subject::Types([*old, *new]), self.place.clone()),
            (Kind::Array { items: old, .. }, Kind::Array { items: new, .. })
            | (Kind::Map { values: old, .. }, Kind::Map { values: new, .. }) => {
                self.below(Subject::Schemas([old, new]), any);
            }
            (Kind::Tuple { items: old, rest: before, .. }, Kind::Tuple { items: new, rest: after, .. }) => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    self.below(Subject::Schemas([old, new]), self.place.step(&index.to_string()));
                }
                if let (Some(old), Some(new)) = (before, after) {
                    self.below(Subject::Schemas([old, new]), any);
                }
            }
            (
                Kind::Any
                | Kind::Nothing
                | Kind::Boolean
                | Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::String { .. }
                | Kind::Constant(_)
                | Kind::Array { .. }
                | Kind::Tuple { .. }
                | Kind::Map { .. }
                | Kind::Named(_),
                _,
            ) => {}
        }
    }

    fn visit_shapes(&mut self, definitions: [&'a TypeDef; 2]) {
        let [old, new] = definitions;
        match (&old.shape, &new.shape) {
            (Shape::Object(before), Shape::Object(after)) => self.visit_objects([before, after], definitions),
            (Shape::Alias(before), Shape::Alias(after)) => {
                self.below(Subject::Schemas([before, after]), self.place.clone());
            }
            (Shape::Union(before), Shape::Union(after)) => self.visit_unions([before, after], definitions),
            (Shape::Object(_) | Shape::Alias(_) | Shape::Union(_) | Shape::Enumeration(_), _) => {}
        }
    }

    fn visit_objects(&mut self, [old, new]: [&'a Object; 2], definitions: [&'a TypeDef; 2]) {
        for before in &old.properties {
            let name = before.name.wire.as_str();
            let found = new.properties.binary_search_by(|property| property.name.wire.as_str().cmp(name));
            let Ok(position) = found else { continue };
            let after = &new.properties[position];
            let whole = self.place.clone();
            self.place = whole.step(name);
            let subject = format!("`{name}`");
            let origins = [before.origin(), after.origin()];
            self.deprecation([before.deprecated, after.deprecated], origins, &subject);
            self.stability([before.stability, after.stability], origins, &subject);
            self.access([before.access, after.access], origins, &subject, definitions);
            self.below(Subject::Schemas([&before.schema, &after.schema]), self.place.clone());
            self.place = whole;
        }
        if let (Additional::Typed(before), Additional::Typed(after)) = (&old.additional, &new.additional) {
            self.below(Subject::Schemas([before, after]), self.place.step("*"));
        }
    }

    fn visit_unions(&mut self, [old, new]: [&'a Union; 2], definitions: [&'a TypeDef; 2]) {
        let property = |union: &Union| union.discriminator.as_ref().map(|discriminator| discriminator.property.clone());
        let (before, after) = (property(old), property(new));
        if before != after {
            let words = |name: &Option<String>| name.as_ref().map_or("none".to_owned(), |name| format!("`{name}`"));
            let message = format!("The discriminator was {}, and is {}.", words(&before), words(&after));
            let origins = definitions.map(|definition| &definition.origin);
            let reason = "programs choose among the alternatives by it";
            self.add(SchemaChangeKind::DiscriminatorChanged, origins, [before, after], message, risky(reason));
        }
        for (name, before) in &old.variants {
            if let Some((_, after)) = new.variants.iter().find(|(other, _)| other.wire == name.wire) {
                self.below(Subject::Schemas([before, after]), self.place.clone());
            }
        }
    }

    fn deprecation(&mut self, [before, after]: [bool; 2], origins: [&'a Origin; 2], subject: &str) {
        let (kind, message) = match (before, after) {
            (false, true) => (SchemaChangeKind::Deprecated, format!("{subject} is deprecated now.")),
            (true, false) => (SchemaChangeKind::NoLongerDeprecated, format!("{subject} is not deprecated any more.")),
            (false, false) | (true, true) => return,
        };
        self.add(kind, origins, [None, None], message, Verdict::Compatible);
    }

    /// How far a member may be relied on. What is promised less of is a break: the level is what was promised.
    fn stability(&mut self, [before, after]: [Stability; 2], origins: [&'a Origin; 2], subject: &str) {
        let (kind, verdict) = match after.cmp(&before) {
            Ordering::Equal => return,
            Ordering::Greater => (SchemaChangeKind::PropertyStabilityRaised, Verdict::Compatible),
            Ordering::Less if before.is_promised() => (SchemaChangeKind::PropertyStabilityLowered, Verdict::Breaking),
            Ordering::Less => (SchemaChangeKind::PropertyStabilityLowered, Verdict::Compatible),
        };
        let message = format!("{subject} is `{}` now, and was `{}`.", after.as_str(), before.as_str());
        let words = [before, after].map(|level| Some(level.as_str().to_owned()));
        self.add(kind, origins, words, message, verdict);
    }

    /// A member that both have, and that may be set or seen by others now. Where a component serves both ways, the way in which the
    /// member came or went tells it, and this one does not.
    fn access(
        &mut self,
        [before, after]: [Access; 2],
        origins: [&'a Origin; 2],
        subject: &str,
        definitions: [&'a TypeDef; 2],
    ) {
        let (kind, words) = match (before, after) {
            (_, Access::ReadOnly) if before != after => (SchemaChangeKind::BecameReadOnly, "is read-only now"),
            (Access::ReadOnly, _) if before != after => {
                (SchemaChangeKind::NoLongerReadOnly, "is not read-only any more")
            }
            (_, Access::WriteOnly) if before != after => (SchemaChangeKind::BecameWriteOnly, "is write-only now"),
            (Access::WriteOnly, _) if before != after => {
                (SchemaChangeKind::NoLongerWriteOnly, "is not write-only any more")
            }
            (Access::ReadWrite | Access::ReadOnly | Access::WriteOnly, _) => return,
        };
        let is_split = |version: usize| {
            let definition = definitions[version];
            definition.counterpart.is_some()
                || self.apis[version].types.iter().any(|other| {
                    other.counterpart.is_some_and(|id| std::ptr::eq(self.apis[version].type_def(id), definition))
                })
        };
        if !is_split(0) && !is_split(1) {
            self.add(kind, origins, [None, None], format!("{subject} {words}."), Verdict::Compatible);
        }
    }

    fn defaults(&mut self, defaults: [Option<&'a Value>; 2], origins: [&'a Origin; 2]) {
        let [before, after] = defaults.map(|default| default.map(json));
        let same = match (&before, &after) {
            (Some(before), Some(after)) => methodical_wire::equal(before, after),
            (before, after) => before.is_none() && after.is_none(),
        };
        if same {
            return;
        }
        let words = [before, after].map(|value| value.as_ref().map(quoted));
        let message = match &words {
            [Some(before), Some(after)] => format!("The default was {before}, and is {after}."),
            [None, Some(after)] => format!("There was no default, and it is {after} now."),
            [Some(before), None] => format!("The default was {before}, and there is none any more."),
            [None, None] => return,
        };
        let verdict = match (self.way, &words) {
            (Way::Request, [Some(_), _]) => risky("requests that leave it out may mean something else now"),
            (Way::Request, [None, _]) | (Way::Response, _) => Verdict::Compatible,
        };
        self.add(SchemaChangeKind::DefaultChanged, origins, words, message, verdict);
    }

    fn add(
        &mut self,
        kind: SchemaChangeKind,
        origins: [&'a Origin; 2],
        [before, after]: [Option<String>; 2],
        message: String,
        verdict: Verdict,
    ) {
        let [old, new] = origins.map(|origin| Some(origin.clone()));
        let Place { owner, path } = self.place.clone();
        let change = SchemaChange { way: self.way, kind, old, new, owner, path, before, after, message, verdict };
        let id = self.graph.register(change, None);
        self.annotations.nodes[self.at].changes.push(id);
    }
}

fn risky(reason: &str) -> Verdict {
    Verdict::Risky(reason.to_owned())
}
