//! An enumeration: an enum with a variant for each value, and one that keeps a value unknown to this version.

use methodical_document::{Number, Value};
use methodical_model::{TypeDef, Variant, VariantValue};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::docs::{Text, code};
use crate::names::{Unique, ident};
use crate::render::{WIDTH, quoted, ready, type_text};

impl Expander<'_> {
    pub(super) fn expand_enumeration(&self, def: &TypeDef, variants: &[Variant]) -> TokenStream {
        match Values::of(variants) {
            Values::Texts => self.expand_texts(def, variants),
            Values::Integers(integers) => self.expand_integers(def, variants, &integers),
            Values::Numbers(numbers) => self.expand_numbers(def, variants, &numbers),
            Values::Any => self.expand_values(def, variants),
        }
    }

    fn expand_texts(&self, def: &TypeDef, variants: &[Variant]) -> TokenStream {
        let name = ident(&def.name.pascal);
        let text_enum = type_text(&self.scope.take(self.context.wire, "text_enum"));
        let mut text = format!("{text_enum}! {{\n{}", self.type_docs(def).comment("    "));
        let known = variants.iter().map(|variant| (ident(&variant.name.pascal), quoted(&text_of(variant))));
        let known: Vec<String> = known.map(|(name, text)| format!("{name} = {text}, ")).collect();
        let unknown = unknown_variant(variants);
        let line = format!("    pub enum {name} {{ {}..{unknown} }}\n", known.concat());
        if line.len() <= WIDTH {
            text.push_str(&line);
        } else {
            text.push_str(&format!("    pub enum {name} {{\n"));
            known.iter().for_each(|variant| text.push_str(&format!("        {}\n", variant.trim_end())));
            text.push_str(&format!("        ..{unknown}\n    }}\n"));
        }
        text.push_str("}\n");
        ready(&text)
    }

    fn expand_integers(&self, def: &TypeDef, variants: &[Variant], integers: &[i128]) -> TokenStream {
        let fits = integers.iter().all(|integer| i64::try_from(*integer).is_ok());
        let width = if fits { quote!(i64) } else { quote!(i128) };
        let values: Vec<TokenStream> = integers.iter().map(|integer| expand_integer(*integer)).collect();
        let derives = quote!(Debug, Clone, Copy, PartialEq, Eq, Hash);
        self.expand_copied(def, variants, &width, &values, &derives)
    }

    fn expand_numbers(&self, def: &TypeDef, variants: &[Variant], numbers: &[f64]) -> TokenStream {
        let values: Vec<TokenStream> = numbers
            .iter()
            .map(|number| {
                let magnitude = Literal::f64_unsuffixed(number.abs());
                if *number < 0.0 { quote!(-#magnitude) } else { quote!(#magnitude) }
            })
            .collect();
        self.expand_copied(def, variants, &quote!(f64), &values, &quote!(Debug, Clone, Copy, PartialEq))
    }

    /// Values of a type that is copied, and can stand in a pattern.
    fn expand_copied(
        &self,
        def: &TypeDef,
        variants: &[Variant],
        width: &TokenStream,
        values: &[TokenStream],
        derives: &TokenStream,
    ) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let (serialize, deserialize) = self.serde();
        let width_name = width.to_string();
        let unknown = unknown_variant(variants);
        let names: Vec<Ident> = variants.iter().map(|variant| ident(&variant.name.pascal)).collect();
        let variant_docs = variants.iter().map(|variant| Text::new(format!("{}.", code(&variant.name.wire))).outer());
        quote! {
            #docs
            #[derive(#derives, #serialize, #deserialize)]
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

    /// Values of different types.
    fn expand_values(&self, def: &TypeDef, variants: &[Variant]) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let (serialize, deserialize) = self.serde();
        let (value_type, json) = (self.scope.take("serde_json", "Value"), self.scope.take("serde_json", "json"));
        let value_name = value_type.to_string().replace(' ', "");
        let equal = self.scope.take(self.context.wire, "equal");
        let unknown = unknown_variant(variants);
        let names: Vec<Ident> = variants.iter().map(|variant| ident(&variant.name.pascal)).collect();
        let values: Vec<TokenStream> = variants.iter().map(|variant| expand_json(&wire_value(variant))).collect();
        let variant_docs = variants.iter().map(|variant| Text::new(format!("{}.", code(&variant.name.wire))).outer());
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, #serialize, #deserialize)]
            #[serde(from = #value_name, into = #value_name)]
            pub enum #name {
                #(#variant_docs #names,)*
                /// A value that this version does not know.
                #unknown(#value_type),
            }

            impl From<#value_type> for #name {
                fn from(value: #value_type) -> #name {
                    match value {
                        #(value if #equal(&value, &#json!(#values)) => #name::#names,)*
                        value => #name::#unknown(value),
                    }
                }
            }

            impl From<#name> for #value_type {
                fn from(value: #name) -> #value_type {
                    match value {
                        #(#name::#names => #json!(#values),)*
                        #name::#unknown(value) => value,
                    }
                }
            }
        }
    }
}

/// What the values of an enumeration have in common.
pub(crate) enum Values {
    Texts,
    Integers(Vec<i128>),
    Numbers(Vec<f64>),
    Any,
}

impl Values {
    pub(crate) fn of(variants: &[Variant]) -> Values {
        let is_text = |variant: &Variant| matches!(variant.value, VariantValue::Text(_));
        if variants.iter().all(is_text) {
            return Values::Texts;
        }
        if let Some(integers) = variants.iter().map(integer).collect() {
            return Values::Integers(integers);
        }
        match variants.iter().map(number).collect() {
            Some(numbers) => Values::Numbers(numbers),
            None => Values::Any,
        }
    }

    /// Whether they are copied, and not moved.
    pub(crate) fn are_copied(&self) -> bool {
        match self {
            Values::Integers(_) | Values::Numbers(_) => true,
            Values::Texts | Values::Any => false,
        }
    }
}

fn integer(variant: &Variant) -> Option<i128> {
    match variant.value {
        VariantValue::Text(_) | VariantValue::Other(_) => None,
        VariantValue::Integer(integer) => Some(integer),
    }
}

/// A number that a double is, exactly.
fn number(variant: &Variant) -> Option<f64> {
    const EXACT: i128 = 1 << 53;
    match &variant.value {
        VariantValue::Integer(integer) if (-EXACT..=EXACT).contains(integer) => Some(*integer as f64),
        VariantValue::Other(Value::Number(Number::Float(float))) => Some(*float),
        VariantValue::Text(_) | VariantValue::Integer(_) | VariantValue::Other(_) => None,
    }
}

fn text_of(variant: &Variant) -> String {
    match &variant.value {
        VariantValue::Text(text) => text.clone(),
        VariantValue::Integer(_) | VariantValue::Other(_) => variant.name.wire.clone(),
    }
}

fn wire_value(variant: &Variant) -> Value {
    match &variant.value {
        VariantValue::Text(text) => Value::String(text.clone()),
        VariantValue::Integer(integer) => Value::Number(Number::Integer((*integer).into())),
        VariantValue::Other(value) => value.clone(),
    }
}

/// A value as the macro `json!` takes it.
fn expand_json(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(null),
        Value::Bool(truth) => quote!(#truth),
        Value::Number(Number::Integer(integer)) => expand_integer(integer.get()),
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            let magnitude = Literal::f64_unsuffixed(number.abs());
            if number < 0.0 { quote!(-#magnitude) } else { quote!(#magnitude) }
        }
        Value::String(text) => quote!(#text),
        Value::Array(items) => {
            let items = items.iter().map(expand_json);
            quote!([#(#items),*])
        }
        Value::Object(members) => {
            let (names, values) = (members.keys().map(|name| name.as_str()), members.values().map(expand_json));
            quote!({ #(#names: #values),* })
        }
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
