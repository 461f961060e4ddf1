//! The declared errors of an operation: an enum with a variant for each, as far as they are not the runtime's own.

use methodical_model::{MediaType, Response, Status};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use crate::content::{self, Says};
use crate::docs::{Text, first_paragraph};
use crate::names::Unique;
use crate::promises::{is_absence, is_error};
use crate::render::{ready, type_text};
use crate::status::{pattern, variant_name};

impl Expander<'_> {
    /// The type of declared errors.
    pub(super) fn expand_problem_type(&self) -> TokenStream {
        if !self.has_problem() {
            return self.runtime("NoProblem");
        }
        let name = &self.names.problem;
        quote!(#name)
    }

    /// Whether it declares errors.
    pub(super) fn has_problem(&self) -> bool {
        !self.declared_errors().is_empty()
    }

    /// The enum of declared errors, if there are any.
    pub(super) fn expand_problem(&self) -> Option<TokenStream> {
        let errors = self.declared_errors();
        if errors.is_empty() {
            return None;
        }
        let variants = errors.iter().map(|(index, response, name)| self.error_variant(*index, response, name));
        let variants: String = variants.collect();
        let problem = type_text(&self.runtime("problem"));
        let (name, method) = (&self.names.problem, &self.names.method);
        Some(ready(&format!("{problem}! {{\n    pub enum {name} of {method} {{\n{variants}    }}\n}}\n")))
    }

    /// Whether it is a variant of the errors' enum, which has its description.
    pub(super) fn is_variant(&self, response: &Response) -> bool {
        self.declared_errors().iter().any(|(_, declared, _)| std::ptr::eq(*declared, response))
    }

    /// The declared errors that neither the outcome nor the runtime's error has a place for, each with its position and its
    /// variant's name.
    pub(super) fn declared_errors(&self) -> Vec<(usize, &Response, Ident)> {
        let mut names = Unique::default();
        let responses = self.operation.responses.iter().enumerate();
        responses
            .filter(|(_, response)| is_error(self.operation, response))
            .filter(|(_, response)| match response.status {
                // The runtime's error has a place for a problem.
                Status::Code(401 | 429 | 503) => content::says(response) == Says::Other,
                Status::Code(_) | Status::Range(_) | Status::Default => !is_absence(self.operation, response),
            })
            .map(|(index, response)| (index, response, names.claim(&[variant_name(response.status)])))
            .collect()
    }

    /// A variant as `problem!` has it.
    fn error_variant(&self, index: usize, response: &Response, name: &Ident) -> String {
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        // A variant's name says what the reason phrase says.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let docs = if letters(&description) == letters(&name.to_string()) { String::new() } else { description };
        let docs = Text::new(docs).comment("        ");
        let pattern = pattern(response.status, &self.operation.responses);
        let has_status = match response.status {
            Status::Code(_) => false,
            Status::Range(_) | Status::Default => true,
        };
        let Some(content) = response.content() else {
            let payload = if has_status { "(u16)" } else { "" };
            return format!("{docs}        {pattern} => empty {name}{payload},\n");
        };
        let value = type_text(&self.expand_response_content(Some(index)));
        let payload = if has_status { format!("(u16, {value})") } else { format!("({value})") };
        let has_choice = self.names.bodies.contents[index].is_some();
        let kind = if !has_choice && content.kind == MediaType::Problem { "problem" } else { "value" };
        let alternatives = content::alternatives(&response.contents);
        let chosen = alternatives.iter().find(|alternative| alternative.content.kind == MediaType::Problem);
        let within = chosen.filter(|_| has_choice).map(|chosen| format!(" or {value}::{}", chosen.name));
        format!("{docs}        {pattern} => {kind} {name}{payload}{},\n", within.unwrap_or_default())
    }
}
