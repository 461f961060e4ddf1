//! Strings that name other parts without a `$ref`: schemas in a discriminator's mapping, and operations in links.

use methodical_diagnostic::{Diagnostic, Origin, Place, Pointer};

use super::here::Here;
use super::kind::Kind;
use super::resolve::{find, find_in_enclosing, value_at};
use super::walk::Walk;
use crate::object::Object;
use crate::reference::{Reference, local_reference};
use crate::value::{Value, array_index};

/// The name of an operation that may stand in another file.
pub(super) struct OperationName {
    out: Pointer,
    target: Origin,
    origin: Origin,
}

impl Walk<'_> {
    /// A schema's name in a discriminator's mapping: a reference, or the bare name of a component. `None`: it stays as it is.
    pub(super) fn copy_schema_name(&mut self, name: &str, here: &Here<'_>) -> Option<String> {
        let bare = Pointer::from_tokens(["components", "schemas", name]);
        let is_bare = !name.contains(['/', '#']);
        let own = Origin::new(here.document(), bare.clone());
        let in_entry = Origin::new(self.documents.entry(), bare);
        if is_bare && value_at(self.documents, &in_entry).is_some() && value_at(self.documents, &own).is_none() {
            return None;
        }
        let is_component = is_bare && value_at(self.documents, &own).is_some();
        let reference = if is_component { local_reference(&own.pointer) } else { name.to_owned() };
        let target = self.target(&reference, here).ok();
        match target.or_else(|| find_in_enclosing(self.documents, &here.origin(), &reference)) {
            Some(target) if target == own && own.document == self.documents.entry() => None,
            Some(target) if target.document == self.documents.entry() => {
                Some(local_reference(&target.pointer)).filter(|reference| reference != name)
            }
            Some(target) => {
                let copied = self.copy_component(&Object::default(), Kind::Schema, "schemas", target, here);
                copied?.reference().map(str::to_owned)
            }
            None => {
                self.report_mapping(name, here);
                None
            }
        }
    }

    fn report_mapping(&mut self, name: &str, here: &Here<'_>) {
        let origin = here.origin();
        let message = format!("the mapping names `{name}`, and there is no such schema");
        let diagnostic = Diagnostic::warning("document/broken-mapping", message, Place::Value(origin.clone()))
            .help("name a schema of `components/schemas`, or refer to one: `#/components/schemas/Pet`");
        self.note(origin, diagnostic);
    }

    pub(super) fn note_operation_name(&mut self, name: &str, here: &Here<'_>) {
        if matches!(Reference::parse(name), Reference::Remote { .. }) {
            return;
        }
        match find(self.documents, here.document(), name) {
            Ok(target) => {
                let (out, origin) = (here.out(), here.origin());
                self.operation_names.push(OperationName { out, target, origin });
            }
            Err(broken) => self.report(name, Kind::OperationName, here, &broken),
        }
    }

    /// Renames the operations of other files by where they now live.
    pub(super) fn name_operations(&mut self, root: &Value, bundled: &mut Option<Value>) {
        for OperationName { out, target, origin } in std::mem::take(&mut self.operation_names) {
            if target.document == self.documents.entry() && origin.document == target.document {
                continue;
            }
            let home =
                if target.document == self.documents.entry() { Some(target.pointer) } else { self.homes.home(&target) };
            match home {
                Some(home) => {
                    let bundled = bundled.get_or_insert_with(|| root.clone());
                    _ = value_at_mut(bundled, &out).map(|value| *value = Value::String(local_reference(&home)))
                }
                None => self.note(origin.clone(), foreign_operation(origin)),
            }
        }
    }
}

fn foreign_operation(origin: Origin) -> Diagnostic {
    let message = "this operation stands in a file whose paths are no part of the description";
    Diagnostic::error("document/broken-reference", message, Place::Value(origin))
        .help("refer to that file's path item from `paths`, or name the operation by `operationId`")
}

fn value_at_mut<'v>(root: &'v mut Value, pointer: &Pointer) -> Option<&'v mut Value> {
    pointer.tokens().try_fold(root, |value, token| match value {
        Value::Object(members) => members.get_mut(token.as_ref()),
        Value::Array(items) => items.get_mut(array_index(&token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}
