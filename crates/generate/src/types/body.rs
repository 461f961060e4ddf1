//! What the messages of an operation hold, where the types of schemas do not say it: an enum of media types, a struct of
//! header fields. They stand beside the operation's data.

use std::collections::BTreeSet;

use methodical_model::{Content, FieldKind, FormField, Operation, ParameterStyle, Property, ResponseHeader, Schema};
use proc_macro2::TokenStream;
use quote::quote;

use crate::content::{self, Alternative, TypedHeader, alternatives, typed_headers};
use crate::data::schema::Place;
use crate::docs::{Text, code};
use crate::names::{OperationNames, RustName, ident, plain};
use crate::promises::request_line;
use crate::render::{data_text, quoted, ready, type_text};

impl Place<'_> {
    /// Everything that stands beside an operation's data.
    pub(super) fn expand_bodies(&self, operation: &Operation, names: &OperationNames) -> TokenStream {
        let line = request_line(operation);
        let mut items = TokenStream::new();
        let form = operation.body.as_ref().and_then(|body| content::form(self.context.api, body));
        if let (Some(name), Some((_, fields))) = (&names.bodies.form, &form) {
            items.extend(self.expand_form(name, Text::new(format!("The form of {line}.")), fields));
        }
        if let (Some(name), Some(body)) = (&names.bodies.body, &operation.body) {
            let docs = Text::of(&body.docs, &format!("The body of {line}."));
            let content = |position| self.context.expand_request_content(self.scope, names, body, position);
            items.extend(self.expand_alternatives(name, docs, &body.contents, &content));
        }
        let mut seen = BTreeSet::new();
        for (index, response) in operation.responses.iter().enumerate() {
            let status = crate::status::text(response.status);
            if let Some(name) = names.bodies.contents[index].as_ref().filter(|name| seen.insert(name.to_string())) {
                let docs = Text::new(format!("What {line} holds with the status {status}."));
                let content =
                    |position: usize| self.context.expand_carried(self.scope, response.contents.get(position));
                items.extend(self.expand_alternatives(name, docs, &response.contents, &content));
            }
            if let Some(name) = names.bodies.headers[index].as_ref().filter(|name| seen.insert(name.to_string())) {
                let docs = Text::new(format!("The header fields of {line} with the status {status}."));
                items.extend(self.expand_headers(name, docs, &typed_headers(operation, index)));
            }
        }
        items
    }

    fn expand_alternatives(
        &self,
        name: &RustName,
        docs: Text,
        contents: &[Content],
        content: &dyn Fn(usize) -> TokenStream,
    ) -> TokenStream {
        let alternatives = alternatives(contents);
        let last = alternatives.len().saturating_sub(1);
        let variants = alternatives.iter().enumerate().map(|(index, Alternative { name: variant, positions, .. })| {
            let media_types = positions.iter().map(|position| code(&contents[*position].media_type));
            let docs = Text::new(format!("{}.", media_types.collect::<Vec<_>>().join(", "))).comment("        ");
            let mut at: Vec<String> = positions.iter().map(ToString::to_string).collect();
            at.extend((index == last).then(|| "_".to_owned()));
            format!("{docs}        {} => {variant}({}),\n", at.join(" | "), type_text(&content(positions[0])))
        });
        let variants: String = variants.collect();
        let (body, docs) = (type_text(&self.wire("body")), docs.comment("    "));
        let derives = format!("    #[derive({})]\n", type_text(&content::derives(contents)));
        ready(&format!("{body}! {{\n{docs}{derives}    pub enum {name} {{\n{variants}    }}\n}}\n"))
    }

    fn expand_form(&self, name: &RustName, docs: Text, fields: &[FormField<'_>]) -> TokenStream {
        let docs = docs.outer();
        let members: Vec<_> = fields.iter().map(|field| ident(&field.property.name.snake)).collect();
        let definitions = fields.iter().map(|field| self.expand_form_field(field));
        let put = fields.iter().zip(&members).map(|(field, member)| {
            let wire = &field.property.name.wire;
            match (field.kind, field.many, field.property.required) {
                (FieldKind::Text | FieldKind::Json, ..) => quote!(form.put(#wire, &self.#member)?;),
                (FieldKind::File, false, true) => quote!(form.put_file(#wire, self.#member);),
                (FieldKind::File, ..) => quote!(form.put_files(#wire, self.#member);),
            }
        });
        let take = fields.iter().zip(&members).map(|(field, member)| {
            let wire = &field.property.name.wire;
            match (field.kind, field.many, field.property.required) {
                (FieldKind::Text | FieldKind::Json, ..) => quote!(#member: form.take(#wire)?,),
                (FieldKind::File, true, _) => quote!(#member: form.take_files(#wire),),
                (FieldKind::File, false, true) => quote!(#member: form.take_file(#wire)?,),
                (FieldKind::File, false, false) => quote!(#member: form.take_files(#wire).pop(),),
            }
        });
        let default = fields.iter().all(|field| !field.property.required).then(|| quote!(Default,));
        let (form, body, error, written) =
            (self.wire("Form"), self.wire("Body"), self.wire("BodyError"), self.wire("Written"));
        let (read_body, write_body) = (self.wire("ReadBody"), self.wire("WriteBody"));
        quote! {
            #docs
            #[derive(Debug, Clone, #default PartialEq)]
            pub struct #name { #(#definitions,)* }

            impl #read_body for #name {
                fn read(body: #body) -> Result<#name, #error> {
                    let mut form = #form::of(body)?;
                    Ok(#name { #(#take)* })
                }
            }

            impl #write_body for #name {
                fn write(self) -> Result<#written, #error> {
                    let mut form = #form::default();
                    #(#put)*
                    Ok(form.written())
                }
            }
        }
    }

    fn expand_form_field(&self, field: &FormField<'_>) -> TokenStream {
        let Property { name, docs, schema, required, .. } = field.property;
        let member = ident(&name.snake);
        let mut docs = Text::of(docs, &format!("The field {}.", code(&name.wire)));
        if !field.required_headers.is_empty() {
            let names: Vec<String> = field.required_headers.iter().map(|name| code(name)).collect();
            docs.push(&format!("Each part has to have the header field {}.", names.join(" and ")));
        }
        let docs = docs.outer();
        let value = match (field.kind, field.many) {
            (FieldKind::File, many) => {
                let file = self.wire("File");
                if many { quote!(Vec<#file>) } else { file }
            }
            (FieldKind::Text | FieldKind::Json, _) => {
                self.context.expand_type(self.scope, &Schema { nullable: false, ..schema.clone() })
            }
        };
        let is_list_of_files = field.kind == FieldKind::File && field.many;
        let is_optional = (!required || schema.nullable) && !is_list_of_files;
        let value = if is_optional && !self.is_required_file(field) { quote!(Option<#value>) } else { value };
        quote!(#docs pub #member: #value)
    }

    /// A file that is there cannot be `null`.
    fn is_required_file(&self, field: &FormField<'_>) -> bool {
        field.kind == FieldKind::File && field.property.required
    }

    fn expand_headers(&self, name: &RustName, docs: Text, headers: &[TypedHeader<'_>]) -> TokenStream {
        let fields: String = headers.iter().map(|field| self.header_field(field)).collect();
        let default = if headers.iter().all(|field| !field.required) { "    #[derive(Default)]\n" } else { "" };
        let (macro_name, docs) = (type_text(&self.wire("headers")), docs.comment("    "));
        ready(&format!("{macro_name}! {{\n{docs}{default}    pub struct {name} {{\n{fields}    }}\n}}\n"))
    }

    /// A field as `headers!` has it.
    fn header_field(&self, field: &TypedHeader<'_>) -> String {
        let ResponseHeader { name, docs, schema, style, explode, canonical, .. } = field.header;
        let docs = Text::of(docs, &format!("{}.", code(&name.wire))).comment("        ");
        let member = ident(&name.snake).to_string();
        let value = self.context.expand_type(self.scope, schema);
        // What is `null` cannot be told from what is absent.
        let is_optional = !field.required && !schema.nullable;
        let value = if is_optional { quote!(Option<#value>) } else { value };
        let kind = if field.required { "required" } else { "optional" };
        let shown = plain(&name.snake);
        let renamed = if shown == member { String::new() } else { format!(" = {}", quoted(shown)) };
        let begun = format!("        {kind} {member}: {}{renamed} => ", type_text(&value));
        let (parameter, wire, schema) = (self.wire("Parameter"), &name.wire, self.expand_schema(canonical));
        let member = (shown != wire).then(|| quote!(.member(#shown)));
        let styled = ((*style, *explode) != (ParameterStyle::Simple, false)).then(|| {
            let style = self.expand_style(*style);
            quote!(.style(#style, #explode))
        });
        let must = field.required.then(|| quote!(.required()));
        let data = quote!(#parameter::header(#wire, #schema)#member #styled #must);
        format!("{docs}{begun}{},\n", data_text(data, 8, begun.len()))
    }
}
