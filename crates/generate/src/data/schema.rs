//! The canonical schema of the model as an expression that makes a `Schema` of the wire crate: its text, and the statics that
//! its references mean.

use methodical_document::Value;
use methodical_model::{Canonical, TypeDef, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::text;
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// Where an expression stands: what it imports, and how it names the statics of other types.
pub(crate) struct Place<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) scope: &'a Scope,
    /// The module of statics, as a path; statics of the same module are named without it.
    pub(crate) statics: &'a str,
}

impl Place<'_> {
    pub(crate) fn wire(&self, name: &str) -> TokenStream {
        self.scope.take(self.context.wire, name)
    }

    /// The static of a named type.
    pub(crate) fn expand_static(&self, id: TypeId) -> TokenStream {
        let name = self.context.names.schema(id);
        self.scope.take(self.statics, &name.to_string())
    }

    /// A reference to a schema in place.
    pub(crate) fn expand_schema(&self, canonical: &Canonical) -> TokenStream {
        if let Some(id) = canonical.only_reference() {
            let target = self.expand_static(id);
            return quote!(&#target);
        }
        if *canonical == Canonical::any() {
            return self.expand_any();
        }
        let typed = canonical.typed();
        if let Some(name) = plain_name(&typed) {
            let plain = self.wire(name);
            return quote!(&#plain);
        }
        let schema = self.wire("schema");
        let text = expand_text(&typed);
        let references = canonical.references.iter().map(|id| {
            let (name, target) = (&self.context.api.type_def(*id).name.pascal, self.expand_static(*id));
            quote!(, #name => #target)
        });
        quote!(#schema!(#text #(#references)*))
    }

    /// The schema that accepts every value.
    pub(super) fn expand_any(&self) -> TokenStream {
        let any = self.wire("ANY");
        quote!(&#any)
    }
}

/// The file of the schemas of some types.
pub(crate) fn file(context: &Context<'_>, types: &[(TypeId, &TypeDef)]) -> String {
    let typed: Vec<_> = types.iter().map(|(_, def)| (def.name.pascal.as_str(), def.canonical.typed())).collect();
    text::file(&context.package.header(), typed.iter().map(|(name, schema)| (*name, schema.as_ref())))
}

/// The static of a type's schema as `schemas!` has it.
pub(crate) fn definition(context: &Context<'_>, id: TypeId, def: &TypeDef) -> String {
    let name = context.names.schema(id);
    let references = def.canonical.references.iter();
    let references = references
        .map(|id| format!("{} = {}", context.api.type_def(*id).name.pascal, context.names.schema(*id)))
        .collect::<Vec<_>>();
    if references.is_empty() {
        return format!("{name} = {};", def.name.pascal);
    }
    let mut text = format!("{name} = {} [", def.name.pascal);
    let mut used = text.len() + 4;
    for (position, reference) in references.iter().enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        if used + separator.len() + reference.len() + 2 > render::WIDTH && position > 0 {
            text.push_str(&format!(",\n        {reference}"));
            used = 8 + reference.len();
        } else {
            text.push_str(&format!("{separator}{reference}"));
            used += separator.len() + reference.len();
        }
    }
    text.push_str("];");
    text
}

/// The static of the wire crate for a schema that says a type and nothing else.
fn plain_name(value: &Value) -> Option<&'static str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    match members.get("type")?.as_str()? {
        "string" => Some("STRING"),
        "integer" => Some("INTEGER"),
        "number" => Some("NUMBER"),
        "boolean" => Some("BOOLEAN"),
        _ => None,
    }
}

/// The text as a raw string, with as many signs around it as it takes.
fn expand_text(schema: &Value) -> Literal {
    let text = text::json(schema);
    let longest = text.split('"').skip(1).map(|rest| rest.bytes().take_while(|byte| *byte == b'#').count()).max();
    let signs = "#".repeat(longest.unwrap_or_default() + 1);
    let literal = format!("r{signs}\"{text}\"{signs}");
    literal.parse().unwrap_or_else(|_| Literal::string(&text))
}
