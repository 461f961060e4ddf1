//! What a call comes to: one of the runtime's outcomes, or an enum with a variant for each declared success.

use methodical_model::{Content, Outcome, ParameterRole, Response, Status};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use crate::content;
use crate::docs::{Text, first_paragraph};
use crate::names::{Unique, plain};
use crate::promises::is_error;
use crate::render::{ready, type_text};
use crate::status::{answer_pattern, variant_name};

impl Expander<'_> {
    /// The outcome's type.
    pub(super) fn expand_outcome(&self) -> TokenStream {
        let of_value = |name: &str| {
            let (name, value) = (self.runtime(name), self.expand_success());
            quote!(#name<#value>)
        };
        let absence = content::absence(self.operation).map(|index| self.expand_response_content(Some(index)));
        match self.operation.outcome {
            Outcome::Find => match absence {
                Some(absence) => {
                    let (name, value) = (self.runtime("Find"), self.expand_success());
                    quote!(#name<#value, #absence>)
                }
                None => of_value("Find"),
            },
            Outcome::Fetch => of_value("Fetched"),
            Outcome::Upsert => of_value("Put"),
            Outcome::Update => of_value("Updated"),
            Outcome::Create => of_value("Created"),
            Outcome::Accept => of_value("Accepted"),
            Outcome::Delete => {
                let (name, absence) = (self.runtime("Deleted"), absence.map(|absence| quote!(<#absence>)));
                quote!(#name #absence)
            }
            Outcome::Discard => self.runtime("Discarded"),
            Outcome::Other => {
                let name = &self.names.outcome;
                quote!(#name)
            }
        }
    }

    /// The content of the first success that has any.
    pub(super) fn success(&self) -> Option<&Content> {
        content::success(self.operation).and_then(|index| self.operation.responses[index].content())
    }

    /// Its type.
    pub(super) fn expand_success(&self) -> TokenStream {
        self.expand_response_content(content::success(self.operation))
    }

    /// The type of what a response holds.
    pub(super) fn expand_response_content(&self, index: Option<usize>) -> TokenStream {
        self.context.expand_response_content(self.scope, self.operation, self.names, index)
    }

    /// The enum of an operation whose answers fit none of the runtime's outcomes.
    pub(super) fn expand_own_outcome(&self) -> Option<TokenStream> {
        if self.operation.outcome != Outcome::Other {
            return None;
        }
        let method = plain(&self.names.method.to_string()).to_owned();
        let docs = Text::new(format!("What [`Client::{method}`](crate::Client::{method}) comes to.")).comment("    ");
        let outcome = type_text(&self.runtime("outcome"));
        let variants = self.variants();
        let holds = content::holds_stream(self.operation.responses.iter().flat_map(|response| &response.contents));
        let derived = if holds { ": Debug" } else { "" };
        let name = &self.names.outcome;
        Some(ready(&format!(
            "{outcome}! {{
{docs}    pub enum {name}{derived} {{
{variants}    }}
}}
"
        )))
    }

    fn variants(&self) -> String {
        let variants = self.outcome_variants().into_iter();
        variants.map(|(index, response, name)| self.variant(index, response, &name)).collect()
    }

    /// The responses that are variants of an outcome, each with its position and its variant's name.
    pub(super) fn outcome_variants(&self) -> Vec<(usize, &Response, Ident)> {
        let mut names = Unique::default();
        let revalidates = self.operation.parameter(ParameterRole::IfNoneMatch).is_some();
        let answers = self.operation.responses.iter().enumerate().filter(|(_, response)| {
            let not_modified = revalidates && response.status == Status::Code(304);
            let informational = matches!(response.status, Status::Code(100..=199) | Status::Range(1));
            !is_error(self.operation, response) && !not_modified && !informational
        });
        answers.map(|(index, response)| (index, response, names.claim(&[variant_name(response.status)]))).collect()
    }

    /// A variant as `outcome!` has it.
    fn variant(&self, index: usize, response: &Response, name: &Ident) -> String {
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        let docs = Text::new(description).and_if_empty("Declared without a description.").comment("        ");
        let meta = type_text(&self.runtime("Meta"));
        let pattern = answer_pattern(response.status, &self.operation.responses);
        let answer = match response.content() {
            Some(_) => format!("value {name}({}, {meta})", type_text(&self.expand_response_content(Some(index)))),
            None => format!("empty {name}({meta})"),
        };
        format!("{docs}        {pattern} => {answer},\n")
    }
}
