//! The declared errors of an operation that are more than a problem: an enum with a variant for each, with its body and its header
//! fields. Problems need no types of their own: which statuses they may have is said by `Declares`.

use methodical_model::{Response, Status};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use crate::content;
use crate::docs::{Text, first_paragraph};
use crate::names::{Unique, plain};
use crate::render::{ready, type_text};
use crate::status::variant_name;

impl Expander<'_> {
    /// The errors that are variants, each with its position and its variant's name.
    pub(super) fn own_errors(&self) -> Vec<(usize, &Response, Ident)> {
        let mut names = Unique::default();
        let responses = self.operation.responses.iter().enumerate();
        let own = responses.filter(|(index, _)| content::is_own_error(self.operation, *index));
        own.map(|(index, response)| (index, response, names.claim(&[variant_name(response.status)]))).collect()
    }

    /// The enum, if there are any.
    pub(super) fn expand_own_problem(&self) -> Option<TokenStream> {
        let errors = self.own_errors();
        if errors.is_empty() {
            return None;
        }
        let variants: String =
            errors.iter().map(|(index, response, name)| self.error_variant(*index, response, name)).collect();
        let (name, marker, handlers) = (&self.names.problem, &self.names.marker, self.handlers);
        let method = plain(&self.names.method.to_string()).to_owned();
        let docs = Text::new(format!("What [`{handlers}::{method}`] may refuse with beside problems.")).comment("    ");
        let refusals = type_text(&self.runtime("refusals"));
        Some(ready(&format!("{refusals}! {{\n{docs}    pub enum {name} of {marker} {{\n{variants}    }}\n}}\n")))
    }

    /// A variant as `refusals!` has it: the status where it is one of several, the body, the header fields.
    fn error_variant(&self, index: usize, response: &Response, name: &Ident) -> String {
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        // A variant's name says what the reason phrase says.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let docs = if letters(&description) == letters(&name.to_string()) { String::new() } else { description };
        let docs = Text::new(docs).comment("        ");
        let mut parts = Vec::new();
        let pattern = match response.status {
            Status::Code(code) => format!("Code({code})"),
            Status::Range(class) => format!("Range({class})"),
            Status::Default => "Default".to_owned(),
        };
        if !matches!(response.status, Status::Code(_)) {
            parts.push("status u16".to_owned());
        }
        if response.content().is_some() {
            let index = Some(index);
            let body = self.context.expand_response_content(self.scope, self.operation, self.names, index);
            parts.push(format!("body {}", type_text(&body)));
        }
        if let Some(headers) = &self.names.bodies.headers[index] {
            parts.push(format!("headers {}", type_text(&self.context.expand_beside(self.scope, headers))));
        }
        let payload = if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) };
        format!("{docs}        {pattern} => {name}{payload},\n")
    }

    /// A declared error as the exchange answers it.
    pub(super) fn expand_own_refused(&self, index: usize, status: u16, data: &TokenStream) -> Option<TokenStream> {
        let (_, response, variant) = self.own_errors().into_iter().find(|(own, ..)| *own == index)?;
        let name = &self.names.problem;
        let mut fields = Vec::new();
        if !matches!(response.status, Status::Code(_)) {
            let status = proc_macro2::Literal::u16_unsuffixed(status);
            fields.push(quote!(#status));
        }
        fields.extend(response.content().map(|_| quote!(turn.value(#data)?)));
        fields.extend(self.names.bodies.headers[index].as_ref().map(|_| quote!(turn.headers()?)));
        let fields = (!fields.is_empty()).then(|| quote!((#(#fields),*)));
        Some(quote!(Err(#name::#variant #fields.into())))
    }
}
