//! To change one member by PUT a client reads the whole, changes it, and sends it back. That fails where PUT requires what GET does not
//! return, where it refuses what GET returns (`additionalProperties: false`), where a member has another type on the way back, or where it
//! must not be null although GET returns null.
//!
//! Members that PUT merely does not know are not reported, since servers ignore them: mark those that only the server sets as
//! `readOnly`, and generated clients do not send them.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     get:
//!       operationId: getNotice
//!       responses:
//!         "200":
//!           description: What hangs there
//!           content: { application/json: { schema: { type: object, properties: { text: { type: string } } } } }
//!     put:
//!       operationId: putNotice
//!       requestBody:
//!         required: true
//!         content:
//!           application/json:
//!             schema: { type: object, required: [text, author], properties: { text: { type: string }, author: { type: string } } }
//!       responses: { "204": { description: Hung }, "400": { description: It cannot be hung } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     get:
//!       operationId: getNotice
//!       responses:
//!         "200":
//!           description: What hangs there
//!           content: { application/json: { schema: { $ref: "#/components/schemas/Notice" } } }
//!     put:
//!       operationId: putNotice
//!       requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Notice" } } } }
//!       responses: { "204": { description: Hung }, "400": { description: It cannot be hung } }
//! components:
//!   schemas:
//!     Notice:
//!       type: object
//!       required: [text, author]
//!       properties: { text: { type: string }, author: { type: string } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{
    Access, Additional, Api, Kind, MediaType, Method, Object, OnExisting, Operation, Property, Schema, Shape,
    VariantValue,
};

use crate::bodies::{json_of_200, object};
use crate::subject::{concern, place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a PUT that refuses what GET returns",
    group: Group::Contradictions,
    severity: Severity::Warning,
    concerns: &[catalogue::PUT_REPLACES_WHOLE, catalogue::PUT_READBACK],
    source: include_str!("put_not_round_trip.rs"),
    check,
};

const ID: &str = "lint/put-not-round-trip";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for put in with_method(api, &[Method::Put]) {
        let Some(get) = with_method(api, &[Method::Get]).find(|get| get.path.text == put.path.text) else {
            continue;
        };
        // Who merges is sent only what changes.
        if put.semantics.on_existing == Some(OnExisting::Merge) {
            continue;
        }
        let Some((returned, sent)) = halves(api, get, put) else {
            continue;
        };
        let reasons = reasons(api, returned, sent);
        if reasons.is_empty() {
            continue;
        }
        let message = format!("what {} returns cannot be sent back by {}", title(get), title(put));
        let diagnostic = Diagnostic::warning(ID, message, place(put)).related(place(get), "the GET");
        let diagnostic = reasons.into_iter().fold(diagnostic, Diagnostic::note_line);
        let concerns = RULE.concerns.iter().filter_map(|id| id.rule()).map(concern);
        let help = "use one schema for both, with `readOnly` and `writeOnly` where they differ";
        diagnostics.push(concerns.fold(diagnostic, Diagnostic::note_line).help(help));
    }
}

/// What is returned and what is sent: of the bodies, and of the objects in them, those two that have the most members in common.
/// None if they have nothing in common that tells.
fn halves<'a>(api: &'a Api, get: &'a Operation, put: &'a Operation) -> Option<(&'a Object, &'a Object)> {
    let returned = object(api, &json_of_200(get)?.schema)?;
    let contents = &put.body.as_ref()?.contents;
    let sent = object(api, &contents.iter().find(|content| content.kind == MediaType::Json)?.schema)?;
    let mut best = None;
    for left in with_inner(api, returned) {
        for right in with_inner(api, sent) {
            let common = right.properties.iter().filter(|one| member(left, &one.name.wire).is_some()).count();
            let tells = common * 2 >= right.properties.len();
            if common > 0 && tells && best.is_none_or(|(most, _, _)| common > most) {
                best = Some((common, left, right));
            }
        }
    }
    best.map(|(_, left, right)| (left, right))
}

/// An object, and those that are its members.
fn with_inner<'a>(api: &'a Api, outer: &'a Object) -> Vec<&'a Object> {
    let inner = outer.properties.iter().filter_map(|member| object(api, &member.schema));
    std::iter::once(outer).chain(inner).collect()
}

fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Property> {
    object.properties.iter().find(|member| member.name.wire == name)
}

fn reasons(api: &Api, returned: &Object, sent: &Object) -> Vec<String> {
    let mut reasons = Vec::new();
    for property in &sent.properties {
        let name = &property.name.wire;
        match member(returned, name) {
            None if property.required && property.access == Access::ReadWrite => {
                reasons.push(format!("`{name}` is required, and GET does not return it"));
            }
            Some(read) if differ(api, &read.schema, &property.schema) => {
                reasons.push(format!("`{name}` has another type than what GET returns"));
            }
            Some(read)
                if property.required && is_nullable(api, &read.schema) && !is_nullable(api, &property.schema) =>
            {
                reasons.push(format!("`{name}` may be null in what GET returns, and not here"));
            }
            None | Some(_) => {}
        }
    }
    if matches!(sent.additional, Additional::Denied) {
        let settable = returned.properties.iter().filter(|member| member.access != Access::ReadOnly);
        let names = settable.map(|member| &member.name.wire);
        let unknown = names.filter(|name| member(sent, name).is_none() && !sent.read_only.contains(name));
        reasons.extend(unknown.map(|name| format!("`{name}` is refused, and GET returns it")));
    }
    reasons
}

fn is_nullable(api: &Api, schema: &Schema) -> bool {
    schema.nullable || api.unaliased(schema).nullable
}

/// The types of JSON, as far as they tell two members apart for certain.
#[derive(PartialEq)]
enum Type {
    Boolean,
    Number,
    Text,
    List,
    Object,
}

fn differ(api: &Api, read: &Schema, written: &Schema) -> bool {
    matches!((json_type(api, read), json_type(api, written)), (Some(read), Some(written)) if read != written)
}

fn json_type(api: &Api, schema: &Schema) -> Option<Type> {
    let schema = api.unaliased(schema);
    match &schema.kind {
        Kind::Boolean => Some(Type::Boolean),
        Kind::Integer { .. } | Kind::Number { .. } => Some(Type::Number),
        Kind::String { .. } => Some(Type::Text),
        Kind::Array { .. } | Kind::Tuple { .. } => Some(Type::List),
        Kind::Map { .. } => Some(Type::Object),
        Kind::Any | Kind::Nothing | Kind::Constant(_) => None,
        Kind::Named(id) => match &api.type_def(*id).shape {
            Shape::Object(_) => Some(Type::Object),
            Shape::Enumeration(variants) => {
                let texts = variants.iter().all(|variant| matches!(variant.value, VariantValue::Text(_)));
                texts.then_some(Type::Text)
            }
            Shape::Union(_) | Shape::Alias(_) => None,
        },
    }
}
