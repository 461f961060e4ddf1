//! `oneOf`, `anyOf`, and lists of types: one of several.

use std::collections::BTreeMap;

use methodical_diagnostic::{Diagnostic, Pointer};
use methodical_document::{Node, Value, nearest};

use super::Lowering;
use super::family::{Family, Part};
use super::flat::Flat;
use super::schema::is_null_schema;
use crate::names::{Scope, distinct};
use crate::{Direction, Discriminator, Kind, Name, Schema, Shape, StringFormat, Union};

/// Whether a list of types makes a union: several of them, none of which needs a type of its own.
pub(super) fn is_type_union(types: &[&str]) -> bool {
    let are_numbers = types.iter().all(|name| matches!(*name, "integer" | "number"));
    types.len() > 1 && !are_numbers
}

/// An alternative before it has a name of its own.
struct Alternative {
    label: String,
    schema: Schema,
    /// Where it stands, or what it refers to.
    target: Option<Pointer>,
    /// The name of the component it refers to.
    component: Option<String>,
}

/// Where an alternative stands, or what it refers to; and the name of the component that this is.
fn target(node: &Node<'_>) -> (Option<Pointer>, Option<String>) {
    let target = node.resolve().node().map(|target| target.pointer());
    let component = target.as_ref().filter(|_| node.reference().is_some()).and_then(Pointer::last);
    let component = component.map(|name| name.into_owned());
    (target, component)
}

/// Whether a value of `mapping` means an alternative: by reference, or by the name of a component.
pub(super) fn means(text: &str, target: Option<&Pointer>, component: Option<&str>) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    let stands_there = target.map(Pointer::as_str) == text.strip_prefix('#');
    let is_named = !text.starts_with("#/") && component == Some(name);
    stands_there && target.is_some() || is_named
}

impl Alternative {
    fn goes_by(&self, text: &str) -> bool {
        means(text, self.target.as_ref(), self.component.as_deref())
    }
}

/// The position of the alternative that `defaultMapping` leads to, `null` aside.
pub(super) fn default_position(discriminator: &Node<'_>, alternatives: &Node<'_>) -> Option<usize> {
    let text = discriminator.get("defaultMapping")?.as_str()?;
    let mut proper = alternatives.items().filter(|node| !is_null_schema(node));
    proper.position(|node| {
        let (target, component) = target(&node);
        means(text, target.as_ref(), component.as_deref())
    })
}

/// The mapping of a discriminator made explicit: each tag with its position among the alternatives, `null` aside.
pub(super) fn tag_positions(discriminator: &Node<'_>, alternatives: &Node<'_>) -> BTreeMap<String, usize> {
    let targets: Vec<_> = alternatives.items().filter(|node| !is_null_schema(node)).map(|node| target(&node)).collect();
    let mut mapping = BTreeMap::new();
    for (tag, text) in discriminator.get("mapping").iter().flat_map(|mapping| mapping.entries()) {
        let position = text.as_str().and_then(|text| {
            targets.iter().position(|(target, component)| means(text, target.as_ref(), component.as_deref()))
        });
        mapping.extend(position.map(|position| (tag.to_owned(), position)));
    }
    for (position, (_, component)) in targets.into_iter().enumerate() {
        if let Some(name) = component
            && !mapping.values().any(|mapped| *mapped == position)
        {
            mapping.entry(name).or_insert(position);
        }
    }
    mapping
}

impl<'b> Lowering<'b, '_> {
    pub(super) fn union(&mut self, flat: &Flat<'b>, way: Direction) -> Shape {
        let (alternatives, exclusive) = match flat.unions().into_iter().next() {
            Some((nodes, exclusive)) => (self.alternatives(&nodes, way), exclusive),
            None => (self.type_alternatives(flat, way), false),
        };
        let discriminator = self.discriminator(flat, &alternatives);
        named_union(alternatives, exclusive, discriminator)
    }

    /// A parent: its children, and what it says itself for every other tag.
    pub(super) fn family_union(&mut self, node: &Node<'b>, family: &Family<'b>, way: Direction) -> Shape {
        self.check_strangers(family);
        let mut alternatives = Vec::new();
        for child in &family.children {
            let kind = Kind::Named(self.named_part(&child.node, way, child.part));
            let schema =
                Schema { kind, nullable: self.accepts_null(&child.node), default: None, origin: child.node.origin() };
            let (label, component) = (child.name.to_owned(), Some(child.name.to_owned()));
            alternatives.push(Alternative { label, schema, target: None, component });
        }
        let kind = Kind::Named(self.named_part(node, way, Part::Own));
        let own = Schema { kind, nullable: self.accepts_null(node), default: None, origin: node.origin() };
        alternatives.push(Alternative { label: "other".to_owned(), schema: own, target: None, component: None });
        let discriminator = Discriminator {
            property: family.property.to_owned(),
            mapping: family.tag_positions().into_iter().collect(),
            default: Some(family.children.len()),
        };
        named_union(alternatives, true, Some(discriminator))
    }

    /// Reports what a mapping leads to though it is no child.
    pub(super) fn check_strangers(&mut self, family: &Family<'b>) {
        family.strangers.iter().for_each(|stranger| self.check_stranger(stranger, family));
    }

    fn check_stranger(&mut self, target: &Node<'b>, family: &Family<'b>) {
        let Some(text) = target.as_str() else {
            return self.wrong_type(target, "a string");
        };
        // A mapping to a schema that does not exist has been reported when the bundle was made.
        if !self.is_schema(text) {
            return;
        }
        let message = format!("`{text}` is no child of this schema: it is not put together from it by `allOf`");
        let diagnostic = Diagnostic::slip("model/discriminator-mapping", message, target.place());
        let name = text.rsplit('/').next().unwrap_or(text);
        let help = match nearest(name, family.children.iter().map(|child| child.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add a reference to the parent to its `allOf`, or list the alternatives under `oneOf`".to_owned(),
        };
        self.report(diagnostic.help(help));
    }

    fn alternatives(&mut self, nodes: &[Node<'b>], way: Direction) -> Vec<Alternative> {
        let proper = nodes.iter().filter(|node| !is_null_schema(node));
        let mut alternatives = Vec::new();
        for (position, node) in proper.enumerate() {
            let schema = self.schema(node, way, 0);
            let (target, component) = target(node);
            let label = component
                .clone()
                .or_else(|| label(node, &schema))
                .unwrap_or_else(|| format!("variant{}", position + 1));
            alternatives.push(Alternative { label, schema, target, component });
        }
        alternatives
    }

    /// One alternative for each of several types.
    fn type_alternatives(&mut self, flat: &Flat<'b>, way: Direction) -> Vec<Alternative> {
        let origin = flat.own().origin();
        let mut alternatives = Vec::new();
        for name in flat.types() {
            let kind = self.typed(name, flat, way, 0);
            let schema = Schema { kind, nullable: false, default: None, origin: origin.clone() };
            alternatives.push(Alternative { label: name.to_owned(), schema, target: None, component: None });
        }
        alternatives
    }

    /// The discriminator with its mapping made explicit (OpenAPI 3.1, section 4.8.25).
    fn discriminator(&mut self, flat: &Flat<'b>, alternatives: &[Alternative]) -> Option<Discriminator> {
        let node = flat.get("discriminator")?;
        if !node.is_object() {
            self.wrong_type(&node, "an object");
            return None;
        }
        let Some(property) = node.get("propertyName") else {
            self.missing(&node, "propertyName", "name the property that tells the alternatives apart");
            return None;
        };
        let Some(property) = property.as_str() else {
            self.wrong_type(&property, "a string");
            return None;
        };
        let mut mapping: BTreeMap<String, usize> = BTreeMap::new();
        for (tag, target) in self.map(&node, "mapping") {
            mapping.extend(self.mapped(&target, alternatives).map(|position| (tag.to_owned(), position)));
        }
        // An alternative that the mapping leaves out goes by the name of its component.
        for (position, alternative) in alternatives.iter().enumerate() {
            if let Some(name) = &alternative.component
                && !mapping.values().any(|mapped| *mapped == position)
            {
                mapping.entry(name.clone()).or_insert(position);
            }
        }
        let default = node.get("defaultMapping").and_then(|target| self.mapped(&target, alternatives));
        Some(Discriminator { property: property.to_owned(), mapping: mapping.into_iter().collect(), default })
    }

    /// The alternative that a value of `mapping` names: by reference, or by the name of a component.
    fn mapped(&mut self, target: &Node<'b>, alternatives: &[Alternative]) -> Option<usize> {
        let Some(text) = target.as_str() else {
            self.wrong_type(target, "a string");
            return None;
        };
        let name = text.rsplit('/').next().unwrap_or(text);
        let position = alternatives.iter().position(|alternative| alternative.goes_by(text));
        // A mapping to a schema that does not exist has been reported when the bundle was made.
        if position.is_none() && self.is_schema(text) {
            let message = format!("`{text}` is none of the alternatives that this discriminator tells apart");
            let diagnostic = Diagnostic::slip("model/discriminator-mapping", message, target.place());
            let names = alternatives.iter().filter_map(|alternative| alternative.component.as_deref());
            let help = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "refer to one of the schemas under `oneOf` or `anyOf`".to_owned(),
            };
            self.report(diagnostic.help(help));
        }
        position
    }
}

impl Lowering<'_, '_> {
    /// Whether a reference or the name of a component leads to anything.
    fn is_schema(&self, text: &str) -> bool {
        let pointer = match text.strip_prefix('#') {
            Some(pointer) => Pointer::parse(pointer),
            None => Some(Pointer::from_tokens(["components", "schemas", text])),
        };
        pointer.and_then(|pointer| self.bundle.at(&pointer)).is_some()
    }
}

/// A union whose variants have names.
fn named_union(alternatives: Vec<Alternative>, exclusive: bool, discriminator: Option<Discriminator>) -> Shape {
    let labels = labels(&alternatives, discriminator.as_ref());
    let names = distinct(&labels, Scope::Variants);
    let schemas = alternatives.into_iter().map(|alternative| alternative.schema);
    let variants: Vec<(Name, Schema)> = names.into_iter().zip(schemas).collect();
    Shape::Union(Union { variants, exclusive, discriminator })
}

/// What the variants are called: by the one tag that stands for them, which says what they are in this union; else by the
/// name of the component.
fn labels<'a>(alternatives: &'a [Alternative], discriminator: Option<&'a Discriminator>) -> Vec<&'a str> {
    let label = |(position, alternative): (usize, &'a Alternative)| {
        let mapping = discriminator.map_or(&[][..], |discriminator| discriminator.mapping.as_slice());
        let mut tags = mapping.iter().filter(|(_, mapped)| *mapped == position);
        match (tags.next(), tags.next()) {
            (Some((tag, _)), None) if !tag.is_empty() => tag.as_str(),
            (Some(_) | None, _) => alternative.label.as_str(),
        }
    };
    alternatives.iter().enumerate().map(label).collect()
}

/// What a variant is called that is no component and has no tag: by its title, or by what kind of value it is. What stands
/// beside it has no part in that if it can be helped, so that a name stays when the union is edited.
fn label(node: &Node<'_>, schema: &Schema) -> Option<String> {
    if let Some(title) = node.get("title").and_then(|title| title.as_str()).filter(|title| !title.is_empty()) {
        return Some(title.to_owned());
    }
    let kind = match &schema.kind {
        Kind::Boolean => "boolean",
        Kind::Integer { .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::String { format, .. } => text_label(format),
        Kind::Constant(Value::String(text)) if !text.is_empty() => text,
        Kind::Array { items, .. } => {
            let of = node.get("items").and_then(|node| target(&node).1.or_else(|| label(&node, items)));
            return Some(of.map_or_else(|| "array".to_owned(), |of| format!("{of} array")));
        }
        Kind::Tuple { .. } => "array",
        Kind::Map { .. } => "map",
        Kind::Named(_) => kind_member(node)?,
        Kind::Any | Kind::Nothing | Kind::Constant(_) => return None,
    };
    Some(kind.to_owned())
}

/// What an object that is no component says in each of its values of the kind that it is: the one text that a required member may be.
pub(super) fn kind_member<'b>(node: &Node<'b>) -> Option<&'b str> {
    let required = node.get("required")?;
    let is_required = |name: &str| required.items().any(|item| item.as_str() == Some(name));
    let properties = node.get("properties")?;
    let mut members = properties.entries().filter(|(name, _)| is_required(name));
    members.find_map(|(_, member)| only_text(&member)).filter(|text| !text.is_empty())
}

fn only_text<'b>(node: &Node<'b>) -> Option<&'b str> {
    let listed = || node.get("enum").filter(|values| values.items().len() == 1)?.index(0);
    node.get("const").or_else(listed)?.as_str()
}

/// What texts of a format are called.
fn text_label(format: &StringFormat) -> &str {
    match format {
        StringFormat::DateTime => "date-time",
        StringFormat::Date => "date",
        StringFormat::Uuid => "uuid",
        StringFormat::Email => "email",
        StringFormat::Uri => "uri",
        StringFormat::Ipv4 => "ipv4",
        StringFormat::Ipv6 => "ipv6",
        StringFormat::Hostname => "hostname",
        StringFormat::Binary | StringFormat::Base64 => "bytes",
        StringFormat::Plain | StringFormat::Password | StringFormat::Other(_) => "string",
    }
}
