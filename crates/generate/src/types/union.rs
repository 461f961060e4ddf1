//! `oneOf` and `anyOf`: an enum whose variant the schema chooses, never the order in which `serde` would try.

use std::collections::BTreeSet;

use methodical_model::{Property, Schema, Shape, TypeDef, TypeId, Union};
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
        let variants: Vec<Ident> = union.variants.iter().map(|(name, _)| ident(&name.pascal)).collect();
        let Some(last) = variants.last() else { return self.expand_empty(def) };
        let deserialize = self.scope.take("serde", "Deserialize");
        let types: Vec<TokenStream> = union.variants.iter().map(|(_, schema)| self.expand_member(id, schema)).collect();
        let variant_docs =
            union.variants.iter().enumerate().map(|(position, (name, _))| variant_docs(union, position, &name.wire));
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
        let (derived, written) = self.expand_writing(&name, &variants, union);
        // A box would be a second name to take apart in every `match`; size matters less than that here.
        let large = expand_large(types.iter(), "variants are matched, seldom moved");
        quote! {
            #docs
            #derived
            #large
            pub enum #name {
                #(#variant_docs #variants(#types),)*
            }

            #written

            impl<'de> #deserialize<'de> for #name {
                fn deserialize<#source: #deserializer<'de>>(deserializer: #source) -> Result<#name, #source::Error> {
                    let chosen = #decode::decode(deserializer, &#schema)?;
                    #read
                }
            }

            #conversions
        }
    }

    /// How it is written: as its alternatives are, each with its tag where it may lack it.
    fn expand_writing(&self, name: &Ident, variants: &[Ident], union: &Union) -> (TokenStream, Option<TokenStream>) {
        let serialize = self.scope.take("serde", "Serialize");
        let tags: Vec<Option<&str>> = union
            .variants
            .iter()
            .enumerate()
            .map(|(position, (_, schema))| self.tag_of(union, position, schema))
            .collect();
        let Some(discriminator) = union.discriminator.as_ref().filter(|_| tags.iter().any(Option::is_some)) else {
            return (quote!(#[derive(Debug, Clone, PartialEq, #serialize)] #[serde(untagged)]), None);
        };
        let property = &discriminator.property;
        let (serializer, write) = (self.scope.take("serde", "Serializer"), self.scope.take(self.context.wire, "union"));
        let arms = variants.iter().zip(tags).map(|(variant, tag)| match tag {
            Some(tag) => quote!(#name::#variant(value) => #write::tag(serializer, #property, #tag, value),),
            None => quote!(#name::#variant(value) => value.serialize(serializer),),
        });
        let target = if name == "S" { quote!(__S) } else { quote!(S) };
        let written = quote! {
            impl #serialize for #name {
                fn serialize<#target: #serializer>(&self, serializer: #target) -> Result<#target::Ok, #target::Error> {
                    match self {
                        #(#arms)*
                    }
                }
            }
        };
        (quote!(#[derive(Debug, Clone, PartialEq)]), Some(written))
    }

    /// The tag that has to be written with an alternative, which may lack it. Of several it keeps the one that was read.
    fn tag_of<'u>(&self, union: &'u Union, position: usize, schema: &Schema) -> Option<&'u str> {
        let discriminator = union.discriminator.as_ref()?;
        let (tag, _) = discriminator.mapping.iter().find(|(_, at)| *at == position)?;
        self.may_lack(&discriminator.property, schema).then_some(tag)
    }

    /// Whether there are objects among the values of a type that lack this member.
    fn may_lack(&self, member: &str, schema: &Schema) -> bool {
        let mut waiting = vec![schema];
        let mut seen = BTreeSet::new();
        while let Some(schema) = waiting.pop() {
            let Some(id) = self.context.behind(schema).type_id().filter(|id| seen.insert(*id)) else { continue };
            match &self.context.api.type_def(id).shape {
                Shape::Object(object) => {
                    let is_there = |property: &Property| property.required && property.name.wire == member;
                    if !object.properties.iter().any(is_there) {
                        return true;
                    }
                }
                Shape::Union(union) => waiting.extend(union.variants.iter().map(|(_, schema)| schema)),
                Shape::Enumeration(_) | Shape::Alias(_) => {}
            }
        }
        false
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

fn variant_docs(union: &Union, position: usize, wire_name: &str) -> TokenStream {
    let rest = union.discriminator.as_ref().filter(|discriminator| discriminator.default == Some(position));
    let text = match rest {
        Some(discriminator) => {
            format!("The alternative for every other {}.", crate::docs::code(&discriminator.property))
        }
        None => format!("The alternative {}.", crate::docs::code(wire_name)),
    };
    Text::new(text).outer()
}
