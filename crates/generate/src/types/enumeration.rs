//! An enumeration: an enum with a variant for each value, and one that keeps a value unknown to this version.

use methodical_model::{TypeDef, Variant, VariantValue};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::docs::Text;
use crate::names::{Unique, ident};
use crate::render::{quoted, ready, type_text};

impl Expander<'_> {
    pub(super) fn expand_enumeration(&self, def: &TypeDef, variants: &[Variant]) -> TokenStream {
        let integers: Option<Vec<i128>> = variants.iter().map(integer).collect();
        match integers {
            Some(integers) if !integers.is_empty() => self.expand_integers(def, variants, &integers),
            Some(_) | None => self.expand_texts(def, variants),
        }
    }

    fn expand_texts(&self, def: &TypeDef, variants: &[Variant]) -> TokenStream {
        let name = ident(&def.name.pascal);
        let text_enum = type_text(&self.scope.take(self.context.wire, "text_enum"));
        let mut text = format!("{text_enum}! {{\n{}    pub enum {name} {{\n", self.type_docs(def).comment("    "));
        for variant in variants {
            text.push_str(&format!("        {} = {},\n", ident(&variant.name.pascal), quoted(&text_of(variant))));
        }
        text.push_str(&format!("        ..{}\n    }}\n}}\n", unknown_variant(variants)));
        ready(&text)
    }

    fn expand_integers(&self, def: &TypeDef, variants: &[Variant], integers: &[i128]) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let (serialize, deserialize) = self.serde();
        let fits = integers.iter().all(|integer| i64::try_from(*integer).is_ok());
        let width = if fits { quote!(i64) } else { quote!(i128) };
        let width_name = width.to_string();
        let unknown = unknown_variant(variants);
        let names: Vec<Ident> = variants.iter().map(|variant| ident(&variant.name.pascal)).collect();
        let values: Vec<TokenStream> = integers.iter().map(|integer| expand_integer(*integer)).collect();
        let variant_docs = integers.iter().map(|integer| Text::new(format!("`{integer}`.")).outer());
        quote! {
            #docs
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, #serialize, #deserialize)]
            #[serde(from = #width_name, into = #width_name)]
            pub enum #name {
                #(#variant_docs #names,)*
                /// A value that this version does not know.
                #unknown(#width),
            }

            impl From<#width> for #name {
                fn from(value: #width) -> #name {
                    match value {
                        #(#values => #name::#names,)*
                        value => #name::#unknown(value),
                    }
                }
            }

            impl From<#name> for #width {
                fn from(value: #name) -> #width {
                    match value {
                        #(#name::#names => #values,)*
                        #name::#unknown(value) => value,
                    }
                }
            }
        }
    }
}

fn integer(variant: &Variant) -> Option<i128> {
    match variant.value {
        VariantValue::Text(_) => None,
        VariantValue::Integer(integer) => Some(integer),
    }
}

fn text_of(variant: &Variant) -> String {
    match &variant.value {
        VariantValue::Text(text) => text.clone(),
        VariantValue::Integer(integer) => integer.to_string(),
    }
}

fn expand_integer(integer: i128) -> TokenStream {
    let magnitude = Literal::u128_unsuffixed(integer.unsigned_abs());
    if integer < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
}

/// The variant for unknown values, under a name that no known one has.
fn unknown_variant(variants: &[Variant]) -> Ident {
    let mut names = Unique::default();
    for variant in variants {
        names.claim(&[variant.name.pascal.as_str()]);
    }
    names.claim(&["Unknown".to_owned(), "Unrecognised".to_owned()])
}
