//! What a handler is given: the parameters by their Rust names, and the body.

use methodical_model::{MediaType, Parameter, Schema};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::content::{self, Alternative};
use crate::data::operation::is_argument;
use crate::docs::{Text, code};
use crate::names::{Unique, ident, plain};
use crate::promises::request_line;

impl Expander<'_> {
    /// The struct of a request. What `serde` does not know how to read is read member by member.
    pub(super) fn expand_request(&self) -> TokenStream {
        let name = &self.names.request;
        let docs = Text::new(format!("What {} was asked.", request_line(self.operation))).outer();
        let parameters: Vec<_> = self.operation.parameters.iter().filter(|parameter| is_argument(parameter)).collect();
        let mut fields: Vec<_> = parameters.iter().map(|parameter| self.expand_field(parameter)).collect();
        let accept = self.expand_accept();
        fields.extend(accept.as_ref().map(|accept| accept.field.clone()));
        fields.extend(self.expand_body());
        let by_serde = self.names.bodies.body.is_none() && self.names.bodies.form.is_none() && !self.is_blob();
        if by_serde && accept.is_none() {
            let deserialize = self.scope.take("serde", "Deserialize");
            return quote! {
                #docs
                #[derive(Debug, Clone, PartialEq, #deserialize)]
                pub struct #name { #(#fields,)* }
            };
        }
        let read = parameters.iter().map(|parameter| {
            let (field, member) = (ident(&parameter.name.snake), plain(&parameter.name.snake));
            quote!(#field: request.parameter(#member)?,)
        });
        let read_accept = accept.as_ref().map(|accept| &accept.read);
        let read_body = self.operation.body.as_ref().filter(|body| !body.contents.is_empty()).map(|body| {
            if body.required { quote!(body: request.body()?,) } else { quote!(body: request.optional_body()?,) }
        });
        let (request, decoded, unreadable) =
            (self.runtime("Request"), self.runtime("Decoded"), self.runtime("Unreadable"));
        let definition = accept.as_ref().map(|accept| &accept.definition);
        let derives = content::derives(self.operation.body.iter().flat_map(|body| &body.contents));
        quote! {
            #docs
            #[derive(#derives)]
            pub struct #name { #(#fields,)* }

            impl #request for #name {
                fn read(request: &#decoded) -> Result<#name, #unreadable> {
                    Ok(#name { #(#read)* #read_accept #read_body })
                }
            }

            #definition
        }
    }

    /// Whether the body is bytes, which need not be in memory, a stream, or one that says which media type it is.
    fn is_blob(&self) -> bool {
        let content = self.operation.body.as_ref().and_then(|body| body.contents.first());
        content.is_some_and(|content| {
            content.kind.is_stream()
                || content::is_open(content)
                || matches!(content.kind, MediaType::Binary | MediaType::Multipart)
        })
    }

    /// Which media type the caller prefers, where the success has several.
    fn expand_accept(&self) -> Option<Accept> {
        let name = self.names.bodies.accept.as_ref()?;
        let contents = &self.operation.responses[content::success(self.operation)?].contents;
        let alternatives = content::alternatives(contents);
        let field = self.accept_field()?;
        let variants: Vec<_> = alternatives.iter().map(|alternative| &alternative.name).collect();
        let variant_docs = alternatives.iter().map(|alternative| {
            let media_types = alternative.positions.iter().map(|position| code(&contents[*position].media_type));
            Text::new(format!("{}.", media_types.collect::<Vec<_>>().join(", "))).outer()
        });
        let arms = alternatives.iter().enumerate().map(|(index, Alternative { name: variant, positions, .. })| {
            let positions = positions.iter().map(|position| Literal::usize_unsuffixed(*position));
            let is_last = index + 1 == alternatives.len();
            let pattern = if is_last { quote!(_) } else { quote!(#(#positions)|*) };
            quote!(#pattern => #name::#variant,)
        });
        let docs = Text::new(format!("Which media type the caller of {} prefers.", request_line(self.operation)));
        let docs = docs.outer();
        Some(Accept {
            field: quote! {
                /// Which media type the caller prefers.
                pub #field: #name
            },
            read: quote!(#field: match request.accept() { #(#arms)* },),
            definition: quote! {
                #docs
                #[derive(Debug, Clone, Copy, PartialEq, Eq)]
                pub enum #name { #(#variant_docs #variants,)* }
            },
        })
    }

    /// The field that says so.
    pub(super) fn accept_field(&self) -> Option<Ident> {
        self.names.bodies.accept.as_ref()?;
        let mut taken = Unique::with(&["body"]);
        for parameter in self.operation.parameters.iter().filter(|parameter| is_argument(parameter)) {
            taken.claim(&[parameter.name.snake.as_str()]);
        }
        Some(taken.claim(&["accept".to_owned(), "accept_media_type".to_owned()]))
    }

    fn expand_field(&self, parameter: &Parameter) -> TokenStream {
        let name = ident(&parameter.name.snake);
        let docs = Text::of(&parameter.docs, &format!("The parameter {}.", code(&parameter.name.wire))).outer();
        // A parameter that is `null` and one that is absent look the same on the wire.
        let schema = Schema { nullable: false, ..parameter.schema.clone() };
        let value = self.context.expand_type(self.scope, &schema);
        let optional = !parameter.required || parameter.schema.nullable;
        let value = if optional { quote!(Option<#value>) } else { value };
        quote!(#docs pub #name: #value)
    }

    fn expand_body(&self) -> Option<TokenStream> {
        let body = self.operation.body.as_ref()?;
        body.contents.first()?;
        let media_types: Vec<String> = body.contents.iter().map(|content| code(&content.media_type)).collect();
        let docs = Text::of(&body.docs, &format!("The body, {}.", media_types.join(" or "))).outer();
        let value = match &self.names.bodies.body {
            Some(name) => self.context.expand_beside(self.scope, name),
            None => self.context.expand_request_content(self.scope, self.names, body, 0),
        };
        let value = if body.required { value } else { quote!(Option<#value>) };
        Some(quote!(#docs pub body: #value))
    }
}

/// The preferred media type: a field, how it is read, and its type.
struct Accept {
    field: TokenStream,
    read: TokenStream,
    definition: TokenStream,
}
