//! Families: a schema that has a `discriminator` and no alternatives, and those that are put together from it by `allOf`.
//!
//! OpenAPI says that where such a parent is referred to any of its children may stand, and that the tag tells which: by the
//! `mapping`, or by the name of its component. So a reference to a parent is a union; a part of an `allOf` is what the parent says
//! itself, and a child is an object like any other. Nothing thereby contains itself that did not before.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use methodical_document::{Node, NodeId};

use super::reading::sorted_entries;
use super::union::means;

/// What is meant of a schema that may be a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// The schema with its children, if it has any.
    Whole,
    /// What a parent says itself.
    Own,
}

/// All families of a description.
#[derive(Default)]
pub(super) struct Families<'b> {
    of_parents: HashMap<NodeId, Rc<Family<'b>>>,
    children: HashSet<NodeId>,
    /// The families without children of schemas whose mapping leads elsewhere.
    lone: HashMap<NodeId, Rc<Family<'b>>>,
}

/// The children of a parent.
pub(super) struct Family<'b> {
    /// The member that carries the tag.
    pub(super) property: &'b str,
    /// In the order of their names.
    pub(super) children: Vec<Child<'b>>,
    /// The tags that lead to the parent itself.
    pub(super) own_tags: Vec<&'b str>,
    /// What `mapping` leads to and is no child.
    pub(super) strangers: Vec<Node<'b>>,
}

/// A child of a parent.
pub(super) struct Child<'b> {
    pub(super) name: &'b str,
    pub(super) node: Node<'b>,
    /// Whether its own children are meant with it: they are told apart by another member.
    pub(super) part: Part,
    pub(super) tags: Vec<&'b str>,
}

/// A component, and where the parts of its `allOf` stand.
struct Component<'b> {
    name: &'b str,
    node: Node<'b>,
    parts: Vec<NodeId>,
    /// The member by which a parent tells its children apart.
    property: Option<&'b str>,
}

impl<'b> Families<'b> {
    /// Finds them among the components of a description.
    pub(super) fn of(root: &Node<'b>) -> Families<'b> {
        let schemas = root.get("components").and_then(|components| components.get("schemas"));
        let components: Vec<Component<'b>> =
            schemas.iter().flat_map(sorted_entries).filter_map(|(name, node)| Component::of(name, node)).collect();
        let mut derived: HashMap<NodeId, Vec<usize>> = HashMap::new();
        for (index, component) in components.iter().enumerate() {
            component.parts.iter().for_each(|part| derived.entry(*part).or_default().push(index));
        }
        let mut families = Families::default();
        for parent in &components {
            let Some(property) = parent.property else { continue };
            let children = descendants(&components, &derived, parent, property);
            families.children.extend(children.iter().map(|index| components[*index].node.id()));
            let children = children.iter().map(|index| &components[*index]);
            let family = Rc::new(Family::of(parent, property, children));
            let kind = if family.children.is_empty() { &mut families.lone } else { &mut families.of_parents };
            kind.insert(parent.node.id(), family);
        }
        families
    }

    /// The family of which this is the parent.
    pub(super) fn of_parent(&self, node: &Node<'_>) -> Option<Rc<Family<'b>>> {
        if self.of_parents.is_empty() { None } else { self.of_parents.get(&node.id()).cloned() }
    }

    /// The family of a schema that has no children, though its discriminator is there to tell some apart.
    pub(super) fn of_lone(&self, node: &Node<'_>) -> Option<Rc<Family<'b>>> {
        self.lone.get(&node.id()).cloned()
    }

    /// Whether a schema is a child in any family.
    pub(super) fn has_child(&self, node: &Node<'_>) -> bool {
        !self.children.is_empty() && self.children.contains(&node.id())
    }

    /// Every family.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Family<'b>> {
        self.of_parents.values().map(|family| &**family)
    }
}

impl<'b> Component<'b> {
    fn of(name: &'b str, node: Node<'b>) -> Option<Component<'b>> {
        if node.reference().is_some() || !node.is_object() {
            return None;
        }
        let parts = node.get("allOf").into_iter().flat_map(|parts| parts.items());
        let parts = parts.filter(|part| part.reference().is_some()).filter_map(|part| part.resolve().node());
        let has = |keyword: &str| node.get(keyword).is_some_and(|list| list.items().len() > 0);
        let discriminator = node.get("discriminator").filter(|_| !has("oneOf") && !has("anyOf"));
        let property = discriminator.and_then(|discriminator| discriminator.get("propertyName"));
        let property = property.and_then(|property| property.as_str());
        Some(Component { name, parts: parts.map(|part| part.id()).collect(), property, node })
    }
}

/// All that are put together from a parent, in the order of their names. The children of one that tells its own apart by
/// another member are its own alone.
fn descendants<'b>(
    components: &[Component<'b>],
    derived: &HashMap<NodeId, Vec<usize>>,
    parent: &Component<'b>,
    property: &str,
) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut seen: HashSet<NodeId> = HashSet::from([parent.node.id()]);
    let mut waiting: Vec<NodeId> = vec![parent.node.id()];
    while let Some(node) = waiting.pop() {
        for index in derived.get(&node).into_iter().flatten() {
            let component = &components[*index];
            if seen.insert(component.node.id()) {
                found.push(*index);
                let tells_itself = component.property.is_some_and(|other| other != property);
                waiting.extend((!tells_itself).then_some(component.node.id()));
            }
        }
    }
    found.sort_unstable();
    found
}

impl<'b> Family<'b> {
    fn of<'c>(
        parent: &Component<'b>,
        property: &'b str,
        children: impl Iterator<Item = &'c Component<'b>>,
    ) -> Family<'b>
    where
        'b: 'c,
    {
        let mapping = parent.node.get("discriminator").and_then(|discriminator| discriminator.get("mapping"));
        let mapped: Vec<(&str, Node<'b>)> = mapping.iter().flat_map(sorted_entries).collect();
        let leads_to = |target: &Node<'_>, component: &Component<'_>| {
            target.as_str().is_some_and(|text| means(text, Some(&component.node.pointer()), Some(component.name)))
        };
        let tags_of = |component: &Component<'b>| -> Vec<&'b str> {
            mapped.iter().filter(|(_, target)| leads_to(target, component)).map(|(tag, _)| *tag).collect()
        };
        let is_mapped = |name: &str| mapped.iter().any(|(tag, _)| *tag == name);
        let mut known: HashSet<&str> = HashSet::new();
        let own_tags = tags_of(parent);
        known.extend(&own_tags);
        let children = children.map(|component| {
            let mut tags = tags_of(component);
            known.extend(&tags);
            // A child that the mapping leaves out goes by its name.
            if tags.is_empty() && !is_mapped(component.name) {
                tags.push(component.name);
            }
            let part = if component.property == Some(property) { Part::Own } else { Part::Whole };
            Child { name: component.name, node: component.node, part, tags }
        });
        let children = children.collect();
        let strangers = mapped.iter().filter(|(tag, _)| !known.contains(tag)).map(|(_, target)| *target).collect();
        Family { property, children, own_tags, strangers }
    }

    /// Each tag with the position that it leads to: of a child, or of the parent itself behind them.
    pub(super) fn tag_positions(&self) -> BTreeMap<String, usize> {
        let of_children = self.children.iter().enumerate();
        let of_children = of_children.flat_map(|(position, child)| child.tags.iter().map(move |tag| (*tag, position)));
        let own = self.own_tags.iter().map(|tag| (*tag, self.children.len()));
        of_children.chain(own).map(|(tag, position)| (tag.to_owned(), position)).collect()
    }
}
