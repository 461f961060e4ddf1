//! `oneOf` and `anyOf`: an enum whose variant the schema chooses, never the order in which `serde` would try.

use methodical_model::{TypeDef, TypeId, Union};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::docs::Text;
use crate::names::ident;
use crate::rust_type::expand_large;
use crate::scope::Scope;

impl Expander<'_> {
    pub(super) fn expand_union(&self, id: TypeId, def: &TypeDef, union: &Union) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let (serialize, deserialize) = self.serde();
        let variants: Vec<Ident> = union.variants.iter().map(|(name, _)| ident(&name.pascal)).collect();
        let types: Vec<TokenStream> = union.variants.iter().map(|(_, schema)| self.expand_member(id, schema)).collect();
        let variant_docs = union.variants.iter().map(|(name, _)| variant_docs(&name.wire));
        let (Some(last), false) = (variants.last(), variants.is_empty()) else { return self.expand_empty(def) };
        let arms = variants.iter().enumerate().take(variants.len() - 1).map(|(position, variant)| {
            let position = Literal::usize_unsuffixed(position);
            quote!(#position => chosen.read().map(#name::#variant),)
        });
        let schema = self.scope.take("crate::schemas", &self.context.names.schema(id).to_string());
        let deserializer = self.scope.take("serde", "Deserializer");
        let decode = self.scope.take(self.context.wire, "union");
        let read = if variants.len() == 1 {
            quote!(chosen.read().map(#name::#last))
        } else {
            quote!(match chosen.variant { #(#arms)* _ => chosen.read().map(#name::#last), })
        };
        // Two names for one type are one conversion too many, so they are compared by what they stand for.
        let behind: Vec<String> = union
            .variants
            .iter()
            .map(|(_, schema)| {
                let text = self.context.expand_type(&Scope::default(), self.context.behind(schema)).to_string();
                let is_optional = self.context.is_nullable(schema) && !self.context.behind(schema).nullable;
                if is_optional { format!("Option < {text} >") } else { text }
            })
            .collect();
        let conversions = expand_conversions(&name, &variants, &types, &behind);
        let source = if def.name.pascal == "D" { quote!(__D) } else { quote!(D) };
        // A box would be a second name to take apart in every `match`; size matters less than that here.
        let large = expand_large(types.iter(), "variants are matched, seldom moved");
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, #serialize)]
            #[serde(untagged)]
            #large
            pub enum #name {
                #(#variant_docs #variants(#types),)*
            }

            impl<'de> #deserialize<'de> for #name {
                fn deserialize<#source: #deserializer<'de>>(deserializer: #source) -> Result<#name, #source::Error> {
                    let chosen = #decode::decode(deserializer, &#schema)?;
                    #read
                }
            }

            #conversions
        }
    }

    /// A union without alternatives says nothing about its values.
    fn expand_empty(&self, def: &TypeDef) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let value = self.scope.take("serde_json", "Value");
        quote!(#docs pub type #name = #value;)
    }
}

/// `From` for each type that stands for one alternative alone; text also from what literals are.
fn expand_conversions(name: &Ident, variants: &[Ident], types: &[TokenStream], behind: &[String]) -> TokenStream {
    let alone = |text: &String| behind.iter().filter(|other| *other == text).count() == 1;
    let conversions =
        variants.iter().zip(types).zip(behind).filter(|(_, text)| alone(text)).map(|((variant, of), text)| {
            let borrowed = (text == "String").then(|| {
                quote! {
                    impl From<&str> for #name {
                        fn from(value: &str) -> #name { #name::#variant(value.to_owned()) }
                    }
                }
            });
            quote! {
                impl From<#of> for #name {
                    fn from(value: #of) -> #name { #name::#variant(value) }
                }

                #borrowed
            }
        });
    quote!(#(#conversions)*)
}

fn variant_docs(wire_name: &str) -> TokenStream {
    Text::new(format!("The alternative {}.", crate::docs::code(wire_name))).outer()
}
