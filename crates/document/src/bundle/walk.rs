//! The walk that copies the entry, and what it needs of other documents, into one value.
//!
//! What stays as it was written is not copied: a copy is `None` then. So a description in one file is its own bundle.
//!
//! It knows by [`Kind`] what each object is, so it follows references only where OpenAPI has them. The order is that of the
//! entry, and parts that come from elsewhere are appended in the order in which they are first met: the same
//! files always give the same bundle, and a bundle bundles to itself.

use std::collections::{HashMap, HashSet, VecDeque};

use indexmap::IndexMap;
use indexmap::map::Entry;
use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Pointer};

use super::Moved;
use super::here::Here;
use super::homes::{Homes, is_pure_reference};
use super::kind::{Kind, Shape};
use super::named::OperationName;
use super::resolve::{self, Broken, Problem, find, find_in_enclosing, follow, value_at};
use crate::documents::Documents;
use crate::object::{Key, Object};
use crate::reference::{local_pointer, local_reference};
use crate::value::Value;

/// How deep in the bundle something can be put in place. Files that bring each other in would else nest without end.
const DEEPEST: usize = 100;

/// Copies the description, whose root is `root`, and says of what was moved whence it came. `None`: it is its own bundle.
pub(super) fn bundle(
    documents: &Documents,
    diagnostics: &mut Diagnostics,
    root: &Value,
) -> (Option<Value>, HashMap<Pointer, Moved>) {
    let mut walk = Walk {
        documents,
        homes: Homes::of_entry(documents),
        moved: HashMap::new(),
        pending: VecDeque::new(),
        open: Vec::new(),
        problems: IndexMap::new(),
        operation_names: Vec::new(),
    };
    let here = Here::Base { origin: Origin::new(documents.entry(), Pointer::root()), out: Pointer::root() };
    let mut bundled = walk.copy(root, Kind::Root, &here);
    while let Some(Pending { origin, kind, out }) = walk.pending.pop_front() {
        let Some(value) = value_at(documents, &origin) else {
            continue;
        };
        let part = walk.copy(value, kind, &Here::Base { origin: origin.clone(), out: out.clone() });
        let bundled = bundled.get_or_insert_with(|| root.clone());
        insert(bundled, &out, part.unwrap_or_else(|| value.clone()));
        walk.moved.insert(out, Moved { origin, key: None });
    }
    walk.name_operations(root, &mut bundled);
    let redirect = |diagnostic| documents.written().redirect_all(diagnostic, documents.entry());
    diagnostics.extend(walk.problems.into_iter().map(with_count).map(redirect));
    (bundled, walk.moved)
}

pub(super) struct Walk<'d> {
    pub(super) documents: &'d Documents,
    pub(super) homes: Homes,
    moved: HashMap<Pointer, Moved>,
    /// What has a home under `components` and is not copied yet.
    pending: VecDeque<Pending>,
    /// What is being put in place, from the outside in.
    open: Vec<Origin>,
    /// What is wrong, each with the places of all references that come upon it.
    problems: IndexMap<Problem, (Diagnostic, HashSet<Origin>)>,
    /// The operations of other files that links name, to be renamed when all parts have a home.
    pub(super) operation_names: Vec<OperationName>,
}

struct Pending {
    origin: Origin,
    kind: Kind,
    out: Pointer,
}

impl Walk<'_> {
    /// Copies an object of a kind; a list where one is allowed in its place.
    fn copy(&mut self, value: &Value, kind: Kind, here: &Here<'_>) -> Option<Value> {
        match (value, kind) {
            (_, Kind::Data) => None,
            (Value::String(name), Kind::SchemaName) => self.copy_schema_name(name, here).map(Value::String),
            (Value::String(name), Kind::OperationName) => {
                self.note_operation_name(name, here);
                None
            }
            (Value::Array(items), _) => self.copy_items(items, kind, here),
            (Value::Object(members), _) => match value.reference() {
                Some(reference) => self.copy_reference(members, reference, Shape::One(kind), here),
                None => match members.get("$dynamicRef") {
                    Some(Value::String(reference)) if kind == Kind::Schema => {
                        Some(self.copy_dynamic(members, reference, here))
                    }
                    Some(_) | None => self.copy_members(members, kind, here).map(Value::Object),
                },
            },
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => None,
        }
    }

    /// Copies a schema with a `$dynamicRef` as one with a `$ref`: what a schema that extends this one would put in its place
    /// cannot be known here.
    fn copy_dynamic(&mut self, members: &Object, reference: &str, here: &Here<'_>) -> Value {
        let origin = here.member("$dynamicRef").origin();
        let message = "`$dynamicRef` is read as `$ref`: that another schema may replace its target is not seen";
        let diagnostic = Diagnostic::warning("document/dynamic-reference", message, Place::Key(origin.clone()));
        self.note(origin, diagnostic.help("write `$ref` where nothing extends the schema"));
        let renamed = |(key, member): (&Key, &Value)| {
            let key = if key == "$dynamicRef" { "$ref" } else { key.as_str() };
            (key.to_owned(), member.clone())
        };
        let members: Object = members.iter().map(renamed).collect();
        let copied = self.copy_reference(&members, reference, Shape::One(Kind::Schema), here);
        copied.unwrap_or(Value::Object(members))
    }

    fn copy_shape(&mut self, value: &Value, shape: Shape, here: &Here<'_>) -> Option<Value> {
        match (shape, value) {
            (Shape::One(kind), _) => self.copy(value, kind, here),
            (_, Value::Object(members)) if let Some(reference) = value.reference() => {
                self.copy_reference(members, reference, shape, here)
            }
            (Shape::List(kind), Value::Array(items)) => self.copy_items(items, kind, here),
            (Shape::Map(kind), Value::Object(members)) => {
                changed(members, |key, member| self.copy(member, kind, &here.member(key))).map(Value::Object)
            }
            (Shape::MapBesideExtensions(kind), Value::Object(members)) => {
                let kind_of = |key: &str| {
                    if key.starts_with("x-") { Kind::Data } else { kind }
                };
                changed(members, |key, member| self.copy(member, kind_of(key), &here.member(key))).map(Value::Object)
            }
            (Shape::List(_) | Shape::Map(_) | Shape::MapBesideExtensions(_), _) => None,
        }
    }

    fn copy_items(&mut self, items: &[Value], kind: Kind, here: &Here<'_>) -> Option<Value> {
        let copied = items.iter().enumerate().map(|(index, item)| self.copy(item, kind, &here.item(index)));
        let copied: Vec<Option<Value>> = copied.collect();
        let is_changed = copied.iter().any(Option::is_some);
        let all = items.iter().zip(copied).map(|(item, copied)| copied.unwrap_or_else(|| item.clone()));
        is_changed.then(|| Value::Array(all.collect()))
    }

    fn copy_members(&mut self, members: &Object, kind: Kind, here: &Here<'_>) -> Option<Object> {
        changed(members, |key, member| {
            let shape = if key == "$ref" { Shape::One(Kind::Data) } else { kind.member(key) };
            self.copy_shape(member, shape, &here.member(key))
        })
    }

    /// Copies an object with a `$ref`: made local, or replaced by what it names.
    fn copy_reference(&mut self, members: &Object, reference: &str, shape: Shape, here: &Here<'_>) -> Option<Value> {
        let target = match self.target(reference, here) {
            Ok(target) => target,
            Err(Broken::Missing { .. }) if let Some(target) = self.enclosing_target(reference, shape, here) => target,
            Err(broken) => {
                self.report(reference, shape.kind(), &here.member("$ref"), &broken);
                return None;
            }
        };
        let is_own = target.document == self.documents.entry();
        match shape {
            // What stands beside the `$ref` of a path item counts, so the two are put together.
            Shape::One(kind) if is_own && kind != Kind::Plain && (kind != Kind::PathItem || members.len() == 1) => {
                let local = match local_pointer(reference) {
                    Some(pointer) if here.document() == target.document && pointer == target.pointer => {
                        reference.to_owned()
                    }
                    Some(_) | None => local_reference(&target.pointer),
                };
                self.copy_with_reference(members, kind, local, here)
            }
            Shape::One(kind) => match kind.section() {
                Some(section) => self.copy_component(members, kind, section, target, here),
                None => self.put_in_place(members, reference, shape, target, here),
            },
            Shape::List(_) | Shape::Map(_) | Shape::MapBesideExtensions(_) => {
                self.put_in_place(members, reference, shape, target, here)
            }
        }
    }

    /// The node that a reference names. In other files, aliases are passed by: a part has one name.
    pub(super) fn target(&self, reference: &str, here: &Here<'_>) -> Result<Origin, Broken> {
        let target = find(self.documents, here.document(), reference)?;
        let end = follow(self.documents, target.clone(), |value| value.reference().is_some());
        // What is broken further on is reported there.
        if let Err(broken @ Broken::Cycle(_)) = end {
            return Err(broken);
        }
        if target.document == self.documents.entry() {
            return Ok(target);
        }
        Ok(follow(self.documents, target.clone(), is_pure_reference).unwrap_or(target))
    }

    /// What a reference of a pasted JSON Schema means; a warning says so.
    fn enclosing_target(&mut self, reference: &str, shape: Shape, here: &Here<'_>) -> Option<Origin> {
        if !matches!(shape, Shape::One(Kind::Schema | Kind::SchemaName)) {
            return None;
        }
        let target = find_in_enclosing(self.documents, &here.origin(), reference)?;
        let origin = here.member("$ref").origin();
        let message =
            format!("`{reference}` leads nowhere from the root of the document, but does from a schema around it");
        let diagnostic = Diagnostic::warning("document/relative-reference", message, Place::Value(origin.clone()))
            .help(format!(
                "write `{}`; a reference counts from the root of its file",
                local_reference(&target.pointer)
            ));
        self.note(origin, diagnostic);
        Some(target)
    }

    pub(super) fn copy_component(
        &mut self,
        members: &Object,
        kind: Kind,
        section: &'static str,
        target: Origin,
        here: &Here<'_>,
    ) -> Option<Value> {
        let out = match self.homes.home(&target) {
            Some(home) if home == here.out() => {
                return Some(self.settle_in_place(kind, target, home, here));
            }
            Some(home) => home,
            None => {
                let out = self.homes.found(self.documents, &target, section);
                self.pending.push_back(Pending { origin: target, kind, out: out.clone() });
                out
            }
        };
        self.copy_with_reference(members, kind, local_reference(&out), here)
    }

    /// Copies a part to the component that lent it its name.
    fn settle_in_place(&mut self, kind: Kind, target: Origin, out: Pointer, here: &Here<'_>) -> Value {
        let Some(value) = value_at(self.documents, &target) else {
            return Value::Null;
        };
        self.moved.insert(out.clone(), Moved { origin: target.clone(), key: Some(here.origin()) });
        self.copy(value, kind, &Here::Base { origin: target, out }).unwrap_or_else(|| value.clone())
    }

    fn copy_with_reference(
        &mut self,
        members: &Object,
        kind: Kind,
        reference: String,
        here: &Here<'_>,
    ) -> Option<Value> {
        let copied = self.copy_members(members, kind, here);
        let is_written = members.get("$ref").and_then(Value::as_str) == Some(&reference);
        if copied.is_none() && is_written {
            return None;
        }
        let mut copied = copied.unwrap_or_else(|| members.clone());
        copied.insert("$ref".to_owned(), Value::String(reference));
        Some(Value::Object(copied))
    }

    /// Copies what a reference names into its place. What stands beside the `$ref` wins over what comes.
    fn put_in_place(
        &mut self,
        members: &Object,
        reference: &str,
        shape: Shape,
        target: Origin,
        here: &Here<'_>,
    ) -> Option<Value> {
        let out = here.out();
        let is_deep = out.tokens().count() > DEEPEST;
        if is_deep || self.open.contains(&target) {
            let broken = if is_deep { Broken::TooDeep } else { Broken::Cycle(target) };
            self.report(reference, shape.kind(), &here.member("$ref"), &broken);
            return None;
        }
        let value = value_at(self.documents, &target)?;
        self.homes.settle(target.clone(), out.clone());
        self.moved.insert(out.clone(), Moved { origin: target.clone(), key: Some(here.origin()) });
        self.open.push(target.clone());
        let copied = self.copy_shape(value, shape, &Here::Base { origin: target, out });
        let mut copied = copied.unwrap_or_else(|| value.clone());
        self.open.pop();
        if let Value::Object(copied) = &mut copied {
            self.copy_siblings(members, shape, here, copied);
        }
        Some(copied)
    }

    fn copy_siblings(&mut self, members: &Object, shape: Shape, here: &Here<'_>, copied: &mut Object) {
        for (key, member) in members.iter().filter(|(key, _)| *key != "$ref") {
            let here = here.member(key);
            let shape = match shape {
                Shape::One(kind) => kind.member(key),
                Shape::List(kind) | Shape::Map(kind) | Shape::MapBesideExtensions(kind) => Shape::One(kind),
            };
            let origin = here.origin();
            self.moved.insert(here.out(), Moved { key: Some(origin.clone()), origin });
            let member = self.copy_shape(member, shape, &here).unwrap_or_else(|| member.clone());
            copied.insert(key.clone(), member);
        }
    }

    pub(super) fn report(&mut self, reference: &str, kind: Kind, here: &Here<'_>, broken: &Broken) {
        let origin = here.origin();
        let Some(diagnostic) = resolve::describe(self.documents, reference, kind, &origin, broken) else {
            return;
        };
        match self.problems.entry(Problem::of(self.documents, reference, &origin, broken)) {
            Entry::Occupied(mut known) => {
                let (told, others) = known.get_mut();
                others.insert(origin);
                // Of several places the one that cannot do without counts.
                if told.slip && !diagnostic.slip {
                    *told = diagnostic;
                }
            }
            Entry::Vacant(free) => _ = free.insert((diagnostic, HashSet::from([origin]))),
        }
    }

    pub(super) fn note(&mut self, origin: Origin, diagnostic: Diagnostic) {
        self.problems.entry(Problem::At(origin.clone())).or_insert((diagnostic, HashSet::from([origin])));
    }
}

/// The diagnostic of a problem, with the number of references that share it.
fn with_count((problem, (diagnostic, places)): (Problem, (Diagnostic, HashSet<Origin>))) -> Diagnostic {
    match (problem, places.len() - 1) {
        (Problem::At(_) | Problem::Circle(_), _) | (_, 0) => diagnostic,
        (Problem::File(_) | Problem::Remote(_) | Problem::Missing(_), 1) => {
            diagnostic.note_line("one more reference leads there")
        }
        (Problem::File(_) | Problem::Remote(_) | Problem::Missing(_), others) => {
            diagnostic.note_line(format!("{others} more references lead there"))
        }
    }
}

/// The members of an object with those in their place that `copy` makes of some; `None` if it makes none.
fn changed(members: &Object, mut copy: impl FnMut(&str, &Value) -> Option<Value>) -> Option<Object> {
    let mut changed: Option<Object> = None;
    for (index, (key, member)) in members.iter().enumerate() {
        let copied = copy(key, member);
        if changed.is_none() && copied.is_some() {
            let before = members.iter().take(index);
            changed = Some(before.map(|(key, member)| (key.clone(), member.clone())).collect());
        }
        if let Some(changed) = &mut changed {
            changed.insert(key.clone(), copied.unwrap_or_else(|| member.clone()));
        }
    }
    changed
}

/// Puts a part where it lives, and makes the objects on the way there.
fn insert(root: &mut Value, out: &Pointer, part: Value) {
    let mut value = root;
    for token in out.tokens() {
        let Value::Object(members) = value else {
            return;
        };
        value = members.get_or_insert_with(&token, || Value::Object(Object::default()));
    }
    *value = part;
}
