//! The canonical schema of the model as an expression that makes a `Schema` of the wire crate: its text, and the statics that
//! its references mean.

use methodical_model::{Canonical, TypeDef, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::text;
use crate::rust_type::Context;
use crate::scope::Scope;

/// Where an expression stands: what it imports, and how it names the statics of other types.
pub(crate) struct Place<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) scope: &'a Scope,
    /// The module of statics, as a path; statics of the same module are named without it.
    pub(crate) statics: &'a str,
    /// The module in which this expression stands; `None` outside the statics.
    pub(crate) module: Option<&'a str>,
}

impl Place<'_> {
    pub(crate) fn wire(&self, name: &str) -> TokenStream {
        self.scope.take(self.context.wire, name)
    }

    /// The static of a named type.
    pub(crate) fn expand_static(&self, id: TypeId) -> TokenStream {
        let name = self.context.names.schema(id);
        if self.module == Some(self.context.names.type_modules()[id.index()].as_str()) {
            return quote!(#name);
        }
        self.scope.take(self.statics, &name.to_string())
    }

    /// The value of a named type's static.
    pub(crate) fn expand_definition(&self, def: &TypeDef) -> TokenStream {
        let schema = self.wire("Schema");
        let text = expand_text(&def.canonical);
        let references = def.canonical.references.iter().map(|id| {
            let (name, target) = (&self.context.api.type_def(*id).name.pascal, self.expand_static(*id));
            quote!((#name, &#target))
        });
        quote!(#schema::new(#text, &[#(#references),*]))
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
        let schema = self.wire("schema");
        let text = expand_text(canonical);
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

/// The text as a raw string, with as many signs around it as it takes.
fn expand_text(canonical: &Canonical) -> Literal {
    let text = text::json(&canonical.value);
    let longest = text.split('"').skip(1).map(|rest| rest.bytes().take_while(|byte| *byte == b'#').count()).max();
    let signs = "#".repeat(longest.unwrap_or_default() + 1);
    let literal = format!("r{signs}\"{text}\"{signs}");
    literal.parse().unwrap_or_else(|_| Literal::string(&text))
}
