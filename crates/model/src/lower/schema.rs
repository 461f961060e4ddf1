//! Schemas in place: which kind one has, and whether it stands for a named type.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, SpecVersion};

use super::family::{Family, Part};
use super::flat::{Flat, has_siblings, has_structure, says_nothing};
use super::member::Object as Member;
use super::reading::canonical;
use super::{DEEPEST, Lowering};
use crate::{Additional, Canonical, Direction, Docs, ExampleLevel, Kind, Name, Schema, Shape, TypeDef, TypeId};

/// What a schema comes to.
pub(super) enum Form<'b> {
    /// Another schema under another roof: `allOf` of one, or `oneOf` of one beside `null`.
    Transparent(Node<'b>),
    /// An object with named members.
    Object,
    /// A closed set of values.
    Enumeration,
    /// One of several.
    Union,
    /// Everything that needs no type of its own.
    Plain,
}

impl<'b> Lowering<'b, '_> {
    /// Lowers the schema at `node` for values that travel this `way`.
    pub(super) fn schema(&mut self, node: &Node<'b>, way: Direction, depth: usize) -> Schema {
        let (kind, nullable) = self.kind(node, way, depth);
        let default = node.get("default").map(|default| canonical(default.value()));
        let schema = Schema { kind, nullable, default, origin: node.origin() };
        if node.reference().is_none() {
            self.note_examples(node, &schema, ExampleLevel::Schema);
        }
        schema
    }

    fn kind(&mut self, node: &Node<'b>, way: Direction, depth: usize) -> (Kind, bool) {
        if let Some(anything) = node.as_bool() {
            return (if anything { Kind::Any } else { Kind::Nothing }, false);
        }
        if !node.is_object() {
            self.wrong_type(node, "a schema");
            return (Kind::Any, false);
        }
        if depth > DEEPEST {
            self.report(too_deep(node));
            return (Kind::Any, false);
        }
        if node.reference().is_some() && !has_siblings(node, self.bundle.version()) {
            return self.referenced(node, way);
        }
        let flat = self.flat(node);
        let nullable = self.accepts_null(node);
        match form(&flat) {
            Form::Transparent(inner) => {
                self.check_schema(node, &flat);
                let (kind, inner_nullable) = self.kind(&inner, way, depth + 1);
                (kind, nullable || inner_nullable)
            }
            Form::Object | Form::Enumeration | Form::Union => (Kind::Named(self.named(node, way)), nullable),
            Form::Plain => {
                self.check_schema(node, &flat);
                (self.plain(&flat, way, depth), nullable)
            }
        }
    }

    /// What a `$ref` stands for: a named type, always, so that no chain of references is walked by recursion.
    fn referenced(&mut self, node: &Node<'b>, way: Direction) -> (Kind, bool) {
        self.check_siblings(node);
        self.check_nullable(node);
        // A broken reference has been reported when the bundle was made.
        let Some(target) = node.resolve().node() else {
            return (Kind::Any, false);
        };
        let nullable = self.accepts_null(&target) || self.adds_null(node);
        (Kind::Named(self.named(&target, way)), nullable)
    }

    /// Whether `nullable` stands beside a `$ref`. In 3.0 nothing counts there, and later it is no keyword any more; whoever writes it
    /// all the same means it.
    pub(super) fn adds_null(&self, node: &Node<'b>) -> bool {
        let says_nullable = node.get("nullable").and_then(|node| node.as_bool()) == Some(true);
        says_nullable && self.bundle.version() != SpecVersion::V3_0
    }

    /// The id of the type that stands for `node`, which is lowered later if it is new.
    pub(super) fn named(&mut self, node: &Node<'b>, way: Direction) -> TypeId {
        self.named_part(node, way, Part::Whole)
    }

    pub(super) fn named_part(&mut self, node: &Node<'b>, way: Direction, part: Part) -> TypeId {
        // Only a parent is something else than what it says itself.
        let part = if self.families.of_parent(node).is_some() { part } else { Part::Whole };
        // What lies below a schema that is the same both ways is the same both ways too.
        let is_split = way != Direction::Both && self.directional.contains(node, part);
        self.types.id(node, if is_split { way } else { Direction::Both }, part)
    }

    /// Makes the definition of a named type; its name comes later.
    pub(super) fn definition(&mut self, node: &Node<'b>, way: Direction, part: Part) -> TypeDef {
        let family = self.families.of_parent(node);
        match (family, part) {
            (None, _) => self.plain_definition(node, way),
            (Some(family), Part::Whole) => {
                let shape = self.family_union(node, &family, way);
                let canonical = self.canonical_family(node, &family, way);
                self.note_definition_examples(node, way);
                self.type_def(node, way, shape, canonical)
            }
            (Some(family), Part::Own) => {
                let (flat, shape) = self.checked_shape(node, way);
                let canonical = self.canonical_definition(node, &flat, way);
                let docs = Docs { summary: Some(own_summary(node, &family)), description: None };
                TypeDef { docs, example: None, ..self.type_def(node, way, keeping_all(shape, node), canonical) }
            }
        }
    }

    fn plain_definition(&mut self, node: &Node<'b>, way: Direction) -> TypeDef {
        if let Some(family) = self.families.of_lone(node) {
            self.check_strangers(&family);
        }
        let (flat, shape) = self.checked_shape(node, way);
        let canonical = self.canonical_definition(node, &flat, way);
        self.note_definition_examples(node, way);
        self.type_def(node, way, shape, canonical)
    }

    fn checked_shape(&mut self, node: &Node<'b>, way: Direction) -> (Flat<'b>, Shape) {
        let flat = self.flat(node);
        self.check_schema(node, &flat);
        let shape =
            if node.is_object() { self.shape(node, &flat, way) } else { Shape::Alias(self.schema(node, way, 0)) };
        (flat, shape)
    }

    fn note_definition_examples(&mut self, node: &Node<'b>, way: Direction) {
        let kind = Kind::Named(self.types.id(node, way, Part::Whole));
        let itself = Schema { kind, nullable: self.accepts_null(node), default: None, origin: node.origin() };
        self.note_examples(node, &itself, ExampleLevel::Schema);
    }

    fn type_def(&mut self, node: &Node<'b>, way: Direction, shape: Shape, canonical: Canonical) -> TypeDef {
        TypeDef {
            name: Name::new(""),
            docs: if node.is_object() { self.docs(node, "title") } else { Docs::default() },
            deprecated: node.is_object() && self.truth(node, "deprecated"),
            shape,
            canonical,
            default: node.get("default").map(|default| super::reading::canonical(default.value())),
            direction: way,
            counterpart: None,
            example: self.example(node),
            origin: node.origin(),
        }
    }

    fn shape(&mut self, node: &Node<'b>, flat: &Flat<'b>, way: Direction) -> Shape {
        match form(flat) {
            Form::Transparent(inner) => {
                let mut schema = self.schema(&inner, way, 0);
                schema.nullable = false;
                Shape::Alias(schema)
            }
            Form::Object => Shape::Object(self.object_shape(flat, way)),
            Form::Enumeration => self.enumeration(flat),
            Form::Union => self.union(flat, way),
            Form::Plain => {
                let kind = self.plain(flat, way, 0);
                Shape::Alias(Schema { kind, nullable: false, default: None, origin: node.origin() })
            }
        }
    }

    /// Whether `null` is a value of the schema.
    pub(super) fn accepts_null(&self, node: &Node<'b>) -> bool {
        // As many nodes are asked as may be nested; parts that are reached on many ways would be asked on each.
        let mut budget = DEEPEST;
        self.null_within(node, &mut budget)
    }

    fn null_within(&self, node: &Node<'b>, budget: &mut usize) -> bool {
        let Some(left) = budget.checked_sub(1) else {
            return false;
        };
        *budget = left;
        if node.reference().is_some() && !has_siblings(node, self.bundle.version()) {
            return self.adds_null(node)
                || node.resolve().node().is_some_and(|target| self.null_within(&target, budget));
        }
        let says_nullable = node.get("nullable").and_then(|node| node.as_bool()) == Some(true);
        let is_null = |item: &Node<'_>| item.is_null() || item.as_str() == Some("null");
        let among = |keyword: &str| node.get(keyword).is_some_and(|list| list.items().any(|item| is_null(&item)));
        let lists = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| node.get(keyword));
        let has_null_alternative = lists.flat_map(|list| list.items()).any(|alternative| is_null_schema(&alternative));
        if says_nullable || among("type") || among_values(node) || has_null_alternative {
            return true;
        }
        let members: Vec<_> = node.get("allOf").into_iter().flat_map(|list| list.items()).collect();
        let mut telling = members.iter().filter(|member| !says_nothing(member)).peekable();
        !has_structure(node) && telling.peek().is_some() && telling.all(|member| self.null_within(member, budget))
    }

    /// Warns of what stands beside a `$ref` in OpenAPI 3.0, where it is ignored although it looks as if it counted.
    fn check_siblings(&mut self, node: &Node<'b>) {
        let is_lost = |keyword: &str| matches!(keyword, "nullable" | "readOnly" | "writeOnly" | "required" | "type");
        if self.bundle.version() != SpecVersion::V3_0 {
            return;
        }
        for (keyword, member) in node.entries().filter(|(keyword, _)| is_lost(keyword)) {
            let message = format!("`{keyword}` beside `$ref` is ignored in OpenAPI 3.0");
            let diagnostic = Diagnostic::warning("model/ref-siblings", message, member.key_place());
            self.report(diagnostic.help("wrap the reference: `allOf: [{ $ref: ... }]`"));
        }
    }

    /// Reports what a schema says that its type does not carry out.
    fn check_schema(&mut self, node: &Node<'b>, flat: &Flat<'b>) {
        self.check_members(node, Member::Schema);
        for (keyword, member) in node.entries() {
            self.check_keyword(keyword, &member);
        }
        self.check_nullable(node);
        if flat.types_conflict() {
            let message = "the members of `allOf` demand types that exclude each other";
            let diagnostic = Diagnostic::slip("model/all-of-conflict", message, node.place());
            self.report(diagnostic.help("no value can be all of them: let them agree on one type"));
        }
    }

    /// Reports a keyword whose value has a wrong type, and one that is not carried out.
    fn check_keyword(&mut self, keyword: &str, member: &Node<'b>) {
        let wrong = match keyword {
            "allOf" | "oneOf" | "anyOf" => (!member.is_array()).then_some("an array of schemas"),
            "title" | "description" | "format" | "pattern" => member.as_str().is_none().then_some("a string"),
            "nullable" | "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => {
                member.as_bool().is_none().then_some("`true` or `false`")
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                member.as_u64().is_none().then_some("an integer of 0 or more")
            }
            "minimum" | "maximum" | "multipleOf" => member.as_number().is_none().then_some("a number"),
            // Names are checked as other texts are.
            "propertyNames" if is_plain_text(member) => None,
            "contains" | "dependentRequired" | "dependentSchemas" | "if" | "not" | "propertyNames"
            | "unevaluatedItems" => {
                let message = format!(
                    "the type does not say `{keyword}`: it has more values than this schema, and servers check them"
                );
                let diagnostic = Diagnostic::warning("model/not-in-types", message, member.key_place());
                self.report(diagnostic.help("for a type that says it describe the shape with `oneOf`"));
                None
            }
            _ => None,
        };
        if let Some(expected) = wrong {
            self.wrong_type(member, expected);
        }
    }

    fn check_nullable(&mut self, node: &Node<'b>) {
        let Some(nullable) = node.get("nullable") else {
            return;
        };
        if self.bundle.version() != SpecVersion::V3_0 && nullable.as_bool() == Some(true) {
            let message = "`nullable` is no keyword since OpenAPI 3.1; it is understood all the same";
            let diagnostic = Diagnostic::warning("model/nullable", message, nullable.key_place());
            self.report(diagnostic.help("add `null` to the types: `type: [string, 'null']`"));
        }
    }
}

/// Decides what a schema comes to. Reports nothing, because it is asked more than once.
pub(super) fn form<'b>(flat: &Flat<'b>) -> Form<'b> {
    if flat.get("const").is_some() {
        return Form::Plain;
    }
    if let Some(values) = flat.get("enum") {
        return if super::enumeration::is_enumeration(&values) { Form::Enumeration } else { Form::Plain };
    }
    if let Some(inner) = transparent(flat.own()).filter(|_| !flat.is_child()) {
        return Form::Transparent(inner);
    }
    let types = flat.types();
    let may_be_object = types.is_empty() || types == ["object"];
    if may_be_object && has_members(flat) {
        return Form::Object;
    }
    match flat.unions().as_slice() {
        [] if super::union::is_type_union(&types) && !has_properties(flat) => Form::Union,
        [] => Form::Plain,
        [_] => Form::Union,
        // Several at once would have to be multiplied out.
        _ => Form::Plain,
    }
}

/// Whether an object has named members, or is said to have none at all.
fn has_members(flat: &Flat<'_>) -> bool {
    let is_closed = |node: Node<'_>| node.as_bool() == Some(false);
    let is_empty_object = flat.types() == ["object"]
        && flat.get("additionalProperties").is_some_and(is_closed)
        && flat.get("patternProperties").is_none();
    is_empty_object || has_properties(flat)
}

fn has_properties(flat: &Flat<'_>) -> bool {
    flat.all("properties").any(|properties| properties.entries().next().is_some())
}

/// The one schema that `node` only wraps.
pub(super) fn transparent<'b>(node: &Node<'b>) -> Option<Node<'b>> {
    if node.reference().is_some() || has_structure(node) {
        return None;
    }
    let members = |keyword: &str| node.get(keyword).into_iter().flat_map(|list| list.items()).collect::<Vec<_>>();
    let parts: Vec<_> = members("allOf").into_iter().filter(|part| !says_nothing(part)).collect();
    let mut alternatives = members("oneOf");
    alternatives.extend(members("anyOf"));
    alternatives.retain(|alternative| !is_null_schema(alternative));
    match (parts.as_slice(), alternatives.as_slice()) {
        ([only], []) | ([], [only]) => Some(*only),
        _ => None,
    }
}

/// A parent for the members that it does not know: those of a child that this version does not know.
fn keeping_all(mut shape: Shape, node: &Node<'_>) -> Shape {
    if let Shape::Object(object) = &mut shape
        && matches!(object.additional, Additional::Unspecified)
    {
        let kind = Kind::Any;
        let values = Schema { kind, nullable: false, default: None, origin: node.origin() };
        object.additional = Additional::Typed(Box::new(values));
    }
    shape
}

fn own_summary(node: &Node<'_>, family: &Family<'_>) -> String {
    let name = node.key().unwrap_or_default();
    format!("What each `{name}` has. It stands for one whose `{}` tells nothing more.", family.property)
}

/// Whether a schema accepts `null` and nothing else.
pub(super) fn is_null_schema(node: &Node<'_>) -> bool {
    let Some(node) = node.resolve().node() else {
        return false;
    };
    let is_null_type = |node: Node<'_>| {
        let mut names = node.items().peekable();
        node.as_str() == Some("null") || names.peek().is_some() && names.all(|name| name.as_str() == Some("null"))
    };
    let is_null_enum = |node: Node<'_>| {
        let mut values = node.items().peekable();
        values.peek().is_some() && values.all(|value| value.is_null())
    };
    node.get("type").is_some_and(is_null_type)
        || node.get("enum").is_some_and(is_null_enum)
        || node.get("const").is_some_and(|value| value.is_null())
}

/// Whether a schema says no more of texts than how long they are, and of which pattern or format.
fn is_plain_text(node: &Node<'_>) -> bool {
    let says_that = |(keyword, value): (&str, Node<'_>)| match keyword {
        "type" => value.as_str() == Some("string"),
        "minLength" | "maxLength" | "pattern" | "format" | "title" | "description" => true,
        _ => false,
    };
    node.resolve().node().is_some_and(|node| node.is_object() && node.entries().all(says_that))
}

/// Whether `null` is in `enum`, or is `const`.
fn among_values(node: &Node<'_>) -> bool {
    node.get("enum").is_some_and(|values| values.items().any(|value| value.is_null()))
        || node.get("const").is_some_and(|value| value.is_null())
}

pub(super) fn too_deep(node: &Node<'_>) -> Diagnostic {
    let message = format!("schemas are nested more than {DEEPEST} deep here; what lies deeper is taken for any value");
    Diagnostic::slip("model/too-deep", message, node.place())
        .help("give inner schemas names under `components.schemas` and refer to them")
}
