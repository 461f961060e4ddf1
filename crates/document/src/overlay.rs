//! Overlays (Overlay Specification 1.0.0): changes to somebody else's description that leave its file alone.
//!
//! They are applied to the entry before its references are followed, so that what they bring in may refer to files; such a
//! reference counts from the entry. Targets are JSONPath (RFC 9535), asked of a copy of the entry in the form which that
//! library reads; the copy is changed along, never made anew. What an overlay wrote has its origin in the overlay.

mod written;

use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Origin, Place, Pointer};
use serde_json_path::JsonPath;

pub(crate) use written::Written;

use crate::object::Object;
use crate::value::{Number, Value, array_index};

/// What overlays are applied to.
pub(crate) struct Target<'t> {
    pub(crate) entry: DocumentId,
    /// The name of the entry's file.
    pub(crate) name: &'t str,
    pub(crate) root: &'t mut Value,
    pub(crate) written: &'t mut Written,
}

/// Carries out the actions of an overlay, in their order. What is wrong with one is reported, and the others count.
pub(crate) fn apply(target: Target<'_>, overlay: &Value, id: DocumentId, diagnostics: &mut Diagnostics) {
    let root = Origin::new(id, Pointer::root());
    let Some(actions) = check(&target, overlay, &root, diagnostics) else {
        return;
    };
    let mirror = mirrored(target.root);
    let mut change = Change { target, mirror, diagnostics };
    let list = root.pointer.join("actions");
    for (index, action) in actions.iter().enumerate() {
        change.act(action, Origin::new(id, list.join(&index.to_string())));
    }
}

/// The actions, if this is an overlay.
fn check<'v>(
    target: &Target<'_>,
    overlay: &'v Value,
    root: &Origin,
    diagnostics: &mut Diagnostics,
) -> Option<&'v [Value]> {
    let member = |key: &str| Place::Value(below(root, key));
    match overlay.get("overlay") {
        Some(Value::String(version)) if version.starts_with("1.") => {}
        Some(Value::Number(number)) if number.to_string().starts_with("1.") => {}
        Some(_) => {
            let message = "this version of the Overlay Specification is not known";
            diagnostics
                .push(Diagnostic::error("document/overlay", message, member("overlay")).help("write `overlay: 1.0.0`"));
            return None;
        }
        None => {
            let message = "this is no overlay: the member `overlay` with the version is missing";
            let help = "begin with `overlay: 1.0.0`, `info` and `actions`";
            diagnostics.push(Diagnostic::error("document/overlay", message, Place::Value(root.clone())).help(help));
            return None;
        }
    }
    if let Some(Value::String(extends)) = overlay.get("extends") {
        diagnostics.extend(check_extends(extends, target.name, member("extends")));
    }
    let actions = overlay.get("actions").and_then(Value::as_array);
    if actions.is_none_or(<[Value]>::is_empty) {
        let message = "this overlay has no `actions`";
        let help = "add a list of actions, each with a `target` and an `update` or `remove: true`";
        diagnostics.push(Diagnostic::error("document/overlay", message, Place::Value(root.clone())).help(help));
    }
    actions
}

/// Whether `extends` names the description. What lies elsewhere may be anything by the name of its copy here.
fn check_extends(extends: &str, name: &str, place: Place) -> Option<Diagnostic> {
    let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let is_remote = matches!(crate::reference::Reference::parse(extends), crate::reference::Reference::Remote { .. });
    if is_remote || last(extends) == last(name) {
        return None;
    }
    let message = format!("this overlay is for `{extends}`, and is applied to `{name}`");
    Some(
        Diagnostic::warning("document/overlay-extends", message, place)
            .help("correct `extends`, or choose another overlay"),
    )
}

fn below(origin: &Origin, key: &str) -> Origin {
    Origin::new(origin.document, origin.pointer.join(key))
}

/// A description while it is changed.
struct Change<'t, 'd> {
    target: Target<'t>,
    mirror: serde_json::Value,
    diagnostics: &'d mut Diagnostics,
}

impl Change<'_, '_> {
    fn act(&mut self, action: &Value, origin: Origin) {
        let place = Place::Value(below(&origin, "target"));
        let Some(text) = action.get("target").and_then(Value::as_str) else {
            let message = "this action has no `target`";
            let help = "add a JSONPath, such as `$.paths['/tags'].get`";
            self.report(Diagnostic::error("document/overlay", message, Place::Value(origin)).help(help));
            return;
        };
        let path = match JsonPath::parse(text) {
            Ok(path) => path,
            Err(error) => {
                let message = format!("`{text}` is no JSONPath: {}", error.message());
                let help = "write a path by RFC 9535, such as `$.paths['/tags'].get`";
                self.report(Diagnostic::error("document/overlay-target", message, place).help(help));
                return;
            }
        };
        let found = path.query_located(&self.mirror);
        let found: Vec<Pointer> =
            found.locations().filter_map(|location| Pointer::parse(&location.to_json_pointer())).collect();
        if found.is_empty() {
            let message = format!("`{text}` matches nothing");
            let help = "correct the path: it counts from the root of the description";
            self.report(Diagnostic::warning("document/overlay-target", message, place).help(help));
        }
        match (action.get("remove"), action.get("update")) {
            (Some(Value::Bool(true)), _) => self.remove(found, &origin),
            (_, Some(update)) => found.iter().for_each(|at| self.update(at, update, &below(&origin, "update"))),
            (_, None) => {
                let message = "this action does nothing";
                let help = "add `update` with what is to be merged in, or `remove: true`";
                self.report(Diagnostic::warning("document/overlay", message, Place::Value(origin)).help(help));
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn update(&mut self, at: &Pointer, update: &Value, origin: &Origin) {
        let Some(value) = value_at_mut(self.target.root, at) else {
            return;
        };
        match (&mut *value, update) {
            // What a list is updated with is one more item; a list of them is meant as several.
            (
                Value::Array(items),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_),
            ) => {
                self.target.written.put(at.join(&items.len().to_string()), origin.clone());
                items.push(update.clone());
            }
            _ => merge(value, update, at, origin, self.target.written),
        }
        if let Some(copy) = self.mirror.pointer_mut(at.as_str()) {
            *copy = mirrored(value);
        }
    }

    /// Removes nodes, the last first, so that the places of the others stay what they are.
    fn remove(&mut self, mut found: Vec<Pointer>, origin: &Origin) {
        found.sort_by_cached_key(|pointer| {
            pointer.tokens().map(|token| (array_index(&token), token.into_owned())).collect::<Vec<_>>()
        });
        found.dedup();
        for at in found.iter().rev() {
            let (Some(parent), Some(token)) = (at.parent(), at.last()) else {
                let message = "the description as a whole cannot be removed";
                let place = Place::Value(below(origin, "target"));
                self.report(Diagnostic::error("document/overlay-target", message, place).help("name a part of it"));
                continue;
            };
            match value_at_mut(self.target.root, &parent) {
                Some(Value::Object(members)) => {
                    members.remove(token.as_ref());
                    self.target.written.forget(at);
                }
                Some(Value::Array(items)) => {
                    if let Some(index) = array_index(&token).filter(|index| *index < items.len()) {
                        self.target.written.close_gap(&parent, index, items.len(), self.target.entry);
                        items.remove(index);
                    }
                }
                Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
            }
            match self.mirror.pointer_mut(parent.as_str()) {
                Some(serde_json::Value::Object(members)) => _ = members.remove(token.as_ref()),
                Some(serde_json::Value::Array(items)) => {
                    if let Some(index) = array_index(&token).filter(|index| *index < items.len()) {
                        items.remove(index);
                    }
                }
                Some(_) | None => {}
            }
        }
    }
}

/// Merges objects member by member, puts lists together, and replaces everything else.
fn merge(value: &mut Value, update: &Value, at: &Pointer, origin: &Origin, written: &mut Written) {
    match (value, update) {
        (Value::Object(members), Value::Object(changes)) => {
            for (key, change) in changes {
                let (at, origin) = (at.join(key), below(origin, key));
                match members.get_mut(key) {
                    Some(member) => merge(member, change, &at, &origin, written),
                    None => {
                        members.insert(key.clone(), change.clone());
                        written.put(at, origin);
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(more)) => {
            for (index, item) in more.iter().enumerate() {
                written.put(at.join(&items.len().to_string()), below(origin, &index.to_string()));
                items.push(item.clone());
            }
        }
        (value, _) => {
            *value = update.clone();
            written.put(at.clone(), origin.clone());
        }
    }
}

fn value_at_mut<'v>(root: &'v mut Value, pointer: &Pointer) -> Option<&'v mut Value> {
    pointer.tokens().try_fold(root, |value, token| match value {
        Value::Object(members) => members.get_mut(token.as_ref()),
        Value::Array(items) => items.get_mut(array_index(&token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// A value as the JSONPath library reads it. Numbers that it cannot hold matter to filters only.
fn mirrored(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => mirrored_number(number),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(mirrored).collect(),
        Value::Object(members) => mirrored_members(members),
    }
}

fn mirrored_members(members: &Object) -> serde_json::Value {
    serde_json::Value::Object(members.iter().map(|(key, member)| (key.to_string(), mirrored(member))).collect())
}

fn mirrored_number(number: &Number) -> serde_json::Value {
    let integer = number.as_i128();
    match (integer.and_then(|it| i64::try_from(it).ok()), integer.and_then(|it| u64::try_from(it).ok())) {
        (Some(integer), _) => integer.into(),
        (None, Some(integer)) => integer.into(),
        (None, None) => number.as_f64().into(),
    }
}
