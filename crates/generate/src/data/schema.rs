//! A schema of the model as an expression that makes a `Schema` of the wire crate.

use methodical_model::{
    Access, Additional, Discriminator, Kind, Object, OnReadOnly, Property, Schema, Shape, StringFormat, TypeDef,
    TypeId, Union, VariantValue,
};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::expand_option;
use super::value::{expand_f64, expand_i128, expand_literal};
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
    pub(super) fn wire(&self, name: &str) -> TokenStream {
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
        match &def.shape {
            Shape::Object(object) => self.expand_object(object),
            Shape::Enumeration(variants) => {
                let (schema, literal) = (self.wire("Schema"), self.wire("Literal"));
                let values = variants.iter().map(|variant| match &variant.value {
                    VariantValue::Text(text) => quote!(#literal::Text(#text)),
                    VariantValue::Integer(integer) => {
                        let integer = expand_i128(*integer);
                        quote!(#literal::Integer(#integer))
                    }
                });
                quote!(#schema::Enumeration(&[#(#values),*]))
            }
            Shape::Union(union) => self.expand_union(union),
            Shape::Alias(schema) => self.expand_schema(schema),
        }
    }

    /// A schema in place.
    pub(crate) fn expand_schema(&self, schema: &Schema) -> TokenStream {
        let kind = self.expand_kind(&schema.kind);
        if !schema.nullable {
            return kind;
        }
        let schema = self.wire("Schema");
        quote!(#schema::Nullable(&#kind))
    }

    fn expand_kind(&self, kind: &Kind) -> TokenStream {
        let schema = self.wire("Schema");
        match kind {
            Kind::Any => quote!(#schema::Any),
            Kind::Nothing => quote!(#schema::Nothing),
            Kind::Boolean => quote!(#schema::Boolean),
            Kind::Integer { minimum, maximum, multiple_of, .. } => {
                let bound = |bound: &Option<i128>| expand_option(bound.map(expand_i128));
                let (minimum, maximum, multiple_of) = (bound(minimum), bound(maximum), bound(multiple_of));
                quote!(#schema::Integer { minimum: #minimum, maximum: #maximum, multiple_of: #multiple_of })
            }
            Kind::Number { minimum, maximum, multiple_of, .. } => {
                let (minimum, maximum) = (self.expand_bound(*minimum), self.expand_bound(*maximum));
                let multiple_of = expand_option(multiple_of.map(expand_f64));
                quote!(#schema::Number { minimum: #minimum, maximum: #maximum, multiple_of: #multiple_of })
            }
            Kind::String { format, min_length, max_length, pattern } => {
                let format = self.expand_format(format);
                let (min_length, max_length) = (expand_count(*min_length), expand_count(*max_length));
                let pattern = expand_option(pattern.as_ref().map(|pattern| quote!(#pattern)));
                quote! {
                    #schema::String {
                        format: #format, min_length: #min_length, max_length: #max_length, pattern: #pattern
                    }
                }
            }
            Kind::Constant(value) => {
                let literal = self.wire_if_scalar(value);
                literal.map_or_else(|| quote!(#schema::Any), |literal| quote!(#schema::Enumeration(&[#literal])))
            }
            Kind::Array { items, min_items, max_items, unique } => {
                let items = self.expand_schema(items);
                let (min_items, max_items) = (expand_count(*min_items), expand_count(*max_items));
                quote! {
                    #schema::Array {
                        items: &#items, min_items: #min_items, max_items: #max_items, unique: #unique
                    }
                }
            }
            Kind::Map { values, min_properties, max_properties } => {
                let additional = self.expand_typed(values);
                let (min, max) = (expand_count(*min_properties), expand_count(*max_properties));
                quote! {
                    #schema::Object {
                        properties: &[], additional: #additional, min_properties: #min, max_properties: #max
                    }
                }
            }
            Kind::Named(id) => {
                let target = self.expand_static(*id);
                quote!(#schema::Ref(&#target))
            }
        }
    }

    /// A constant that is a list or an object is not checked.
    fn wire_if_scalar(&self, value: &methodical_document::Value) -> Option<TokenStream> {
        let scalar = value.as_array().is_none() && value.as_object().is_none();
        scalar.then(|| expand_literal(value, &self.wire("Literal")))?
    }

    fn expand_bound(&self, bound: Option<(f64, bool)>) -> TokenStream {
        expand_option(bound.map(|(value, exclusive)| {
            let name = self.wire("Bound");
            let value = expand_f64(value);
            quote!(#name { value: #value, exclusive: #exclusive })
        }))
    }

    fn expand_format(&self, format: &StringFormat) -> TokenStream {
        let name = match format {
            StringFormat::Plain => "Plain",
            StringFormat::DateTime => "DateTime",
            StringFormat::Date => "Date",
            StringFormat::Uuid => "Uuid",
            StringFormat::Binary => "Binary",
            StringFormat::Base64 => "Base64",
            StringFormat::Email => "Email",
            StringFormat::Uri => "Uri",
            StringFormat::Ipv4 => "Ipv4",
            StringFormat::Ipv6 => "Ipv6",
            StringFormat::Hostname => "Hostname",
            StringFormat::Password => "Password",
            StringFormat::Other(_) => "Other",
        };
        let (format, name) = (self.wire("Format"), format_ident!("{name}"));
        quote!(#format::#name)
    }

    fn expand_object(&self, object: &Object) -> TokenStream {
        let schema = self.wire("Schema");
        let named = object.properties.iter().map(|property| self.expand_property(property));
        let read_only = object.read_only.iter().map(|name| self.expand_read_only(name, object.on_read_only));
        let additional = self.expand_additional(&object.additional);
        let (min, max) = (expand_count(object.min_properties), expand_count(object.max_properties));
        quote! {
            #schema::Object {
                properties: &[#(#named,)* #(#read_only,)*],
                additional: #additional,
                min_properties: #min,
                max_properties: #max,
            }
        }
    }

    fn expand_property(&self, property: &Property) -> TokenStream {
        let (type_name, access) = (self.wire("Property"), self.wire("Access"));
        let name = &property.name.wire;
        let schema = self.expand_schema(&property.schema);
        let required = property.required;
        match property.access {
            Access::ReadWrite | Access::ReadOnly | Access::WriteOnly => quote! {
                #type_name { name: #name, schema: &#schema, required: #required, access: #access::ReadWrite }
            },
        }
    }

    /// A member that a client may not set has no schema here: whatever it is, the policy decides.
    fn expand_read_only(&self, name: &str, policy: OnReadOnly) -> TokenStream {
        let (type_name, access, schema) = (self.wire("Property"), self.wire("Access"), self.wire("Schema"));
        let on_read_only = self.wire("OnReadOnly");
        let policy = match policy {
            OnReadOnly::Ignore => quote!(Ignore),
            OnReadOnly::Refuse => quote!(Refuse),
            OnReadOnly::Match => quote!(Match),
        };
        quote! {
            #type_name {
                name: #name,
                schema: &#schema::Any,
                required: false,
                access: #access::ReadOnly(#on_read_only::#policy),
            }
        }
    }

    fn expand_additional(&self, additional: &Additional) -> TokenStream {
        let name = self.wire("Additional");
        match additional {
            Additional::Unspecified => quote!(#name::Allowed),
            Additional::Denied => quote!(#name::Denied),
            Additional::Typed(schema) => self.expand_typed(schema),
        }
    }

    fn expand_typed(&self, schema: &Schema) -> TokenStream {
        let name = self.wire("Additional");
        let schema = self.expand_schema(schema);
        quote!(#name::Typed(&#schema))
    }

    fn expand_union(&self, union: &Union) -> TokenStream {
        let schema = self.wire("Schema");
        let variants = union.variants.iter().map(|(_, schema)| self.expand_schema(schema));
        let exclusive = union.exclusive;
        let discriminator = expand_option(union.discriminator.as_ref().map(|one| self.expand_discriminator(one)));
        quote! {
            #schema::Union {
                variants: &[#(&#variants),*],
                exclusive: #exclusive,
                discriminator: #discriminator,
            }
        }
    }

    fn expand_discriminator(&self, discriminator: &Discriminator) -> TokenStream {
        let name = self.wire("Discriminator");
        let property = &discriminator.property;
        let mapping = discriminator.mapping.iter().map(|(tag, position)| {
            let position = Literal::usize_unsuffixed(*position);
            quote!((#tag, #position))
        });
        quote!(#name { property: #property, mapping: &[#(#mapping),*] })
    }
}

fn expand_count(count: Option<u64>) -> TokenStream {
    expand_option(count.map(|count| {
        let count = Literal::u64_unsuffixed(count);
        quote!(#count)
    }))
}
