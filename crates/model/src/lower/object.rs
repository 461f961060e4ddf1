//! Objects with named members.

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, SpecVersion, nearest};

use super::Lowering;
use super::direction::access;
use super::flat::{Flat, common, has_structure};
use super::scalar::{any, is_accepting};
use crate::names::{Scope, distinct};
use crate::semantics::read_property;
use crate::{Access, Additional, Direction, Kind, Name, Object, OnReadOnly, Property, Schema, StringFormat};

impl<'b> Lowering<'b, '_> {
    pub(super) fn object_shape(&mut self, flat: &Flat<'b>, way: Direction) -> Object {
        let (found, mut unlike) = self.members(flat);
        unlike.extend(self.clashing(flat));
        self.check_required(flat);
        let required = required_names(flat);
        let undeclared = self.undeclared(flat, &found, &required);
        let wires: Vec<&str> = found.keys().copied().chain(undeclared.keys().copied()).collect();
        // Names are chosen before members are left out, so that both halves of a split type agree on them.
        let mut names = distinct(&wires, Scope::Plain);
        let others = names.split_off(found.len());
        let mut properties = Vec::new();
        let mut read_only = Vec::new();
        let mut policy: Option<OnReadOnly> = None;
        for ((wire, node), name) in found.into_iter().zip(names) {
            let semantics = read_property(&node, self.diagnostics);
            match (way, access(&node)) {
                (Direction::Request, Access::ReadOnly) => {
                    read_only.push(wire.to_owned());
                    policy = policy.or(semantics.on_read_only);
                }
                (Direction::Response, Access::WriteOnly) => {}
                (_, access) => {
                    let schema = match self.tags.only_value(flat.own(), wire, &node) {
                        Some(tag) => {
                            let kind = Kind::Constant(tag);
                            Schema { kind, nullable: false, default: None, origin: node.origin() }
                        }
                        None => unlike.remove(wire).unwrap_or_else(|| self.schema(&node, way, 0)),
                    };
                    let mut property = self.property(name, &node, required.contains(&wire), access, schema);
                    property.immutable = semantics.immutable;
                    property.volatile = semantics.volatile;
                    properties.push(property);
                }
            }
        }
        let additional = self.additional(flat, way);
        // What nobody declares is in the map of those without names, where there is one.
        if matches!(additional, Additional::Unspecified) {
            let members = undeclared.into_iter().zip(others);
            properties.extend(members.map(|((_, schema), name)| undeclared_property(name, schema)));
            properties.sort_by(|left, right| left.name.wire.cmp(&right.name.wire));
        }
        Object {
            required: in_order(&required, &properties),
            properties,
            read_only,
            on_read_only: policy.unwrap_or(self.on_read_only),
            additional,
            min_properties: flat.largest("minProperties"),
            max_properties: flat.smallest("maxProperties"),
        }
    }

    /// The members that are there though no property says what they are: those that `required` alone names, and the tag by
    /// which a discriminator knows the object, where it has several. A description may be mistaken about the former, and the
    /// object may stand where no tag is wanted, so they may be absent.
    fn undeclared(
        &self,
        flat: &Flat<'b>,
        found: &BTreeMap<&'b str, Node<'b>>,
        required: &[&'b str],
    ) -> BTreeMap<&'b str, Schema> {
        let mut members: BTreeMap<&str, Schema> = required.iter().map(|name| (*name, any(flat.own()))).collect();
        members.extend(self.tags.chosen_by(flat.own()).map(|name| {
            let kind = Kind::String { format: StringFormat::Plain, min_length: None, max_length: None, pattern: None };
            (name, Schema { kind, ..any(flat.own()) })
        }));
        members.retain(|name, _| !found.contains_key(name));
        members
    }

    fn property(&mut self, name: Name, node: &Node<'b>, required: bool, access: Access, schema: Schema) -> Property {
        let is_object = node.is_object();
        Property {
            name,
            docs: if is_object { self.docs(node, "title") } else { crate::Docs::default() },
            required,
            deprecated: is_object && self.truth(node, "deprecated"),
            stability: self.stability(node),
            access,
            immutable: false,
            volatile: false,
            schema,
        }
    }

    /// The members of an object, each by the node that says most about it; and what those are of which no node says all.
    fn members(&mut self, flat: &Flat<'b>) -> (BTreeMap<&'b str, Node<'b>>, BTreeMap<&'b str, Schema>) {
        let (mut members, mut unlike) = (BTreeMap::new(), BTreeMap::new());
        for (name, nodes) in flat.properties() {
            self.check_agreement(name, nodes);
            members.extend(telling(nodes).map(|node| (*name, node)));
        }
        for properties in flat.all("properties").filter(|node| !node.is_object()) {
            self.wrong_type(&properties, "an object");
        }
        for (alternatives, _) in flat.unions() {
            self.mixed_in(&alternatives, &mut members, &mut unlike);
        }
        (members, unlike)
    }

    /// The members of which two parts of an `allOf` say that they have members of their own, and neither says all: a type of one of
    /// them would lose what only the other has.
    fn clashing(&mut self, flat: &Flat<'b>) -> BTreeMap<&'b str, Schema> {
        let mut clashing = BTreeMap::new();
        for (name, nodes) in flat.properties().iter().filter(|(_, nodes)| nodes.len() > 1) {
            let Some(telling) = telling(nodes) else { continue };
            let told = self.inner_members(&telling);
            let knows_all = |node: &Node<'b>| self.inner_members(node).some.is_subset(&told.all);
            if !told.some.is_empty() && !nodes.iter().all(|node| node.id() == telling.id() || knows_all(node)) {
                clashing.insert(*name, any(&telling));
                let message = format!(
                    "two parts of `allOf` give `{name}` different members: it is any value, which servers check"
                );
                let diagnostic = Diagnostic::warning("model/not-in-types", message, telling.place());
                self.report(
                    diagnostic.help("let one of them have all members, or put them together by `allOf` in one place"),
                );
            }
        }
        clashing
    }

    /// The members that a value has below a property, be it an object, one of several, or a list of these.
    fn inner_members(&self, node: &Node<'b>) -> Inner<'b> {
        // Alternatives that lead back to their union would be asked on every way there is.
        let mut budget = INNER.1;
        self.inner_within(node, INNER.0, &mut budget)
    }

    fn inner_within(&self, node: &Node<'b>, depth: usize, budget: &mut usize) -> Inner<'b> {
        let flat = self.quiet_flat(node);
        let own: BTreeSet<&'b str> = flat.properties().keys().copied().collect();
        let mut inner = Inner { all: own.clone(), some: own };
        let (Some(depth), Some(left)) = (depth.checked_sub(1), budget.checked_sub(1)) else { return inner };
        *budget = left;
        if let Some(items) = flat.get("items").filter(|_| inner.some.is_empty()) {
            return self.inner_within(&items, depth, budget);
        }
        for (alternatives, _) in flat.unions() {
            let each: Vec<Inner<'b>> = alternatives.iter().map(|one| self.inner_within(one, depth, budget)).collect();
            let shared = each.iter().map(|one| one.all.clone()).reduce(|one, other| &one & &other);
            inner.all.extend(shared.unwrap_or_default());
            inner.some.extend(each.into_iter().flat_map(|one| one.some));
        }
        inner
    }

    /// Reports a property that two parts of an `allOf` give different types.
    fn check_agreement(&mut self, name: &str, nodes: &[Node<'b>]) {
        let [first, others @ ..] = nodes else { return };
        if others.is_empty() {
            return;
        }
        let types = self.flat(first).types();
        for other in others {
            let other_types = self.flat(other).types();
            if types.is_empty() || other_types.is_empty() || !common(&types, &other_types).is_empty() {
                continue;
            }
            let message = format!("`allOf` gives the property `{name}` two types that exclude each other");
            let diagnostic = Diagnostic::slip("model/all-of-conflict", message, first.place())
                .related(other.place(), "the other type")
                .help("let both declare one type");
            self.report(diagnostic);
        }
    }

    /// Warns of names in `required` that no property has.
    pub(super) fn check_required(&mut self, flat: &Flat<'b>) {
        let lists: Vec<_> = flat.all("required").collect();
        if lists.is_empty() {
            return;
        }
        let declared = flat.properties();
        let is_declared = |item: Node<'b>| item.as_str().is_some_and(|name| declared.contains_key(name));
        if flat.unions().is_empty() && lists.iter().all(|list| list.is_array() && list.items().all(is_declared)) {
            return;
        }
        let mut known: BTreeSet<&str> = declared.keys().copied().collect();
        for (alternatives, _) in flat.unions() {
            let flats: Vec<_> = alternatives.iter().map(|alternative| self.flat(alternative)).collect();
            known.extend(flats.iter().flat_map(|flat| flat.properties().keys().copied()));
        }
        for list in lists {
            if !list.is_array() {
                self.wrong_type(&list, "an array of names");
            }
            for item in list.items() {
                self.check_required_name(&item, &known);
            }
        }
    }

    fn check_required_name(&mut self, item: &Node<'b>, known: &BTreeSet<&str>) {
        let Some(name) = item.as_str() else {
            self.wrong_type(item, "the name of a property");
            return;
        };
        if known.contains(name) {
            return;
        }
        let message = format!("`required` names `{name}`, which is no property");
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare `{name}` under `properties`, or remove it here"),
        };
        self.report(Diagnostic::warning("model/unknown-required", message, item.place()).help(help));
    }

    /// Warns where a part of an `allOf` says of the members of others what its author can hardly mean.
    fn check_closed_parts(&mut self, flat: &Flat<'b>) {
        for part in flat.nodes().iter().filter(|part| closes_others(flat, part)) {
            let Some(additional) = part.get("additionalProperties") else { continue };
            let what = if is_accepting(&additional) { "has to be what it says" } else { "is refused" };
            let message =
                format!("`additionalProperties` does not see the other parts of `allOf`: what these declare {what}");
            let diagnostic = Diagnostic::warning("model/closed-part", message, additional.key_place());
            let help = match self.bundle.version() {
                SpecVersion::V3_0 => "leave it out here, or repeat the members of the other parts under `properties`",
                SpecVersion::V3_1 | SpecVersion::V3_2 => {
                    "leave it out here, and say `unevaluatedProperties` beside `allOf`, which sees all parts"
                }
            };
            self.report(diagnostic.help(help));
        }
    }

    fn additional(&mut self, flat: &Flat<'b>, way: Direction) -> Additional {
        self.check_closed_parts(flat);
        if let Some(values) = self.map_values(flat, way, 0) {
            return Additional::Typed(Box::new(values));
        }
        let denies = |keyword: &str| flat.all(keyword).any(|node| node.as_bool() == Some(false));
        if denies("additionalProperties") || denies("unevaluatedProperties") {
            Additional::Denied
        } else {
            Additional::Unspecified
        }
    }
}

/// Whether a part of an `allOf` restricts members that are declared by other parts only.
pub(super) fn closes_others(flat: &Flat<'_>, part: &Node<'_>) -> bool {
    let Some(additional) = part.get("additionalProperties").filter(|_| flat.nodes().len() > 1) else {
        return false;
    };
    let says_nothing = additional.as_bool() == Some(true)
        || additional.is_object()
            && !has_structure(&additional)
            && additional.entries().all(|(key, _)| key != "type" && key != "$ref");
    let own = part.get("properties");
    let has = |name: &str| own.as_ref().is_some_and(|own| own.get(name).is_some());
    let others = || flat.all("properties").flat_map(|properties| properties.entries()).any(|(name, _)| !has(name));
    let patterns = flat.all("patternProperties").count() > usize::from(part.get("patternProperties").is_some());
    !says_nothing && (patterns || others())
}

/// A member that may be absent and of which nothing else is said.
fn undeclared_property(name: Name, schema: Schema) -> Property {
    Property {
        name,
        docs: crate::Docs::default(),
        required: false,
        deprecated: false,
        stability: crate::Stability::default(),
        access: Access::ReadWrite,
        immutable: false,
        volatile: false,
        schema,
    }
}

/// The members of what a property holds: those that it has whichever alternative it is, and those of any.
struct Inner<'b> {
    all: BTreeSet<&'b str>,
    some: BTreeSet<&'b str>,
}

/// How deep lists and alternatives are looked into for what they hold, and into how many.
const INNER: (usize, usize) = (6, 1000);

/// Of all nodes that describe one property, the most specific that restricts it.
pub(super) fn telling<'b>(nodes: &[Node<'b>]) -> Option<Node<'b>> {
    let combines = |node: &Node<'_>| ["$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| node.get(key).is_some());
    let tells = |node: &&Node<'b>| has_structure(node) || combines(node) || !node.is_object();
    nodes.iter().find(tells).or(nodes.first()).cloned()
}

/// In the order in which they are written, in which an author puts first what matters most; a list has one, the members
/// of an object have none.
fn required_names<'b>(flat: &Flat<'b>) -> Vec<&'b str> {
    let mut seen = BTreeSet::new();
    let names = flat.all("required").flat_map(|list| list.items()).filter_map(|item| item.as_str());
    names.filter(|name| seen.insert(*name)).collect()
}

/// The positions of these members, of those that there are.
fn in_order(names: &[&str], properties: &[Property]) -> Vec<usize> {
    let position =
        |name: &&str| properties.iter().position(|property| property.required && property.name.wire == *name);
    names.iter().filter_map(position).collect()
}
