//! A call for the exchange with the server: from the request that the handler should be given to what it should come to.

use methodical_model::{OperationId, Outcome, Parameter, Status};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use crate::content::{self, Says};
use crate::exchange::HARNESS;
use crate::names::ident;
use crate::rust_type::Context;
use crate::scope::Scope;

/// The statements that call the operation with `request` and look at what comes of it.
pub(crate) fn expand_exchange_call(context: &Context<'_>, scope: &Scope, id: OperationId) -> TokenStream {
    let expander =
        Expander { context, scope, operation: context.api.operation(id), names: context.names.operation(id) };
    let (call, compared) = (expander.expand_called(), expander.expand_compared());
    let refused = expander.expand_refused();
    quote! {
        let call = #call;
        let answer = match turn.ask(call).await? {
            Ok(answer) => answer,
            Err(error) => {
                if let Some((problem, meta)) = turn.refused(error)? {
                    #refused
                }
                return Ok(());
            }
        };
        #compared
    }
}

impl Expander<'_> {
    fn library(&self) -> String {
        self.context.package.library_name("client")
    }

    fn expand_called(&self) -> TokenStream {
        let method = &self.names.method;
        let arguments = self.arguments();
        let required = arguments.required.iter().map(|parameter| self.expand_passed(parameter));
        let query = (!arguments.grouped.is_empty()).then(|| {
            let name = self.scope.take(&self.library(), &self.names.query.to_string());
            let fields = arguments.grouped.iter().map(|parameter| {
                let field = ident(&parameter.name.snake);
                quote!(#field: request.#field.clone())
            });
            quote!(#name { #(#fields),* },)
        });
        let body = self.expand_passed_body();
        quote!(client.#method(#(#required,)* #query #body))
    }

    fn expand_passed(&self, parameter: &Parameter) -> TokenStream {
        let field = ident(&parameter.name.snake);
        let argument = self.context.expand_argument(self.scope, &parameter.schema);
        if is_reference(&argument) { quote!(&request.#field) } else { quote!(request.#field) }
    }

    fn expand_passed_body(&self) -> Option<TokenStream> {
        let body = self.operation.body.as_ref()?;
        let (argument, _) = self.expand_body_argument();
        // `body: &str,`, and with `Option<..>` around the type where it need not be there.
        let argument: TokenStream = argument.into_iter().skip(2).collect();
        let text = argument.to_string();
        let inner = text.strip_prefix("Option <").map_or(text.as_str(), str::trim_start);
        Some(match (body.required, inner.starts_with('&')) {
            _ if text.is_empty() => return None,
            (true, true) => quote!(&request.body),
            (_, false) => quote!(request.body.clone()),
            (false, true) if inner.starts_with("& str") || inner.starts_with("& [") => quote!(request.body.as_deref()),
            (false, true) => quote!(request.body.as_ref()),
        })
    }

    /// What a refusal has to say and to show.
    fn expand_refused(&self) -> Option<TokenStream> {
        let problem = self.has_problem().then(|| self.scope.take(&self.library(), &self.names.problem.to_string()))?;
        let operations = self.scope.take(&self.context.types, self.context.operations);
        let constant = &self.names.constant;
        let arms = self.declared_errors().into_iter().map(|(index, response, variant)| {
            let headers = self.names.bodies.headers[index].as_ref().map(|name| {
                let name = self.context.expand_beside(self.scope, name);
                quote!(turn.headers_came::<#name>(&meta)?;)
            });
            let value = (content::says(response) == Says::Other)
                .then(|| quote!(turn.value_came(&#operations::#constant, &value).await?;));
            let pattern = match (&value, response.status) {
                (None, _) => quote!({ .. }),
                (Some(_), Status::Code(_)) => quote!((value)),
                (Some(_), Status::Range(_) | Status::Default) => quote!((_, value)),
            };
            quote!(#problem::#variant #pattern => { turn.at(#index)?; #value #headers })
        });
        Some(quote!(match problem { #(#arms)* _ => {} }))
    }

    fn expand_compared(&self) -> TokenStream {
        let operations = self.scope.take(&self.context.types, self.context.operations);
        let constant = &self.names.constant;
        let data = quote!(&#operations::#constant);
        if self.operation.outcome != Outcome::Other {
            let came = self.scope.take(HARNESS, "Came");
            let headers = self.operation.responses.iter().zip(&self.names.bodies.headers);
            let headers =
                headers.filter(|(response, _)| response.status.is_success()).find_map(|(_, name)| name.as_ref());
            let headers = headers.map(|name| {
                let name = self.context.expand_beside(self.scope, name);
                quote! {
                    if turn.status() < 400 {
                        turn.headers_came::<#name>(#came::beside(&answer))?;
                    }
                }
            });
            return quote!(#came::compare(&answer, turn, #data).await?; #headers);
        }
        let outcome = self.scope.take(&self.library(), &self.names.outcome.to_string());
        let arms = self.outcome_variants().into_iter().map(|(index, response, variant): (usize, _, Ident)| {
            let headers = self.names.bodies.headers[index].as_ref().map(|name| {
                let name = self.context.expand_beside(self.scope, name);
                quote!(turn.headers_came::<#name>(&meta)?;)
            });
            match response.content() {
                Some(_) => quote! {
                    #outcome::#variant(value, meta) => {
                        turn.at(#index)?;
                        turn.meta_came(&meta)?;
                        turn.value_came(#data, &value).await?;
                        #headers
                    }
                },
                None => quote! {
                    #outcome::#variant(meta) => {
                        turn.at(#index)?;
                        turn.meta_came(&meta)?;
                        #headers
                    }
                },
            }
        });
        quote!(match answer { #(#arms)* })
    }
}

fn is_reference(argument: &TokenStream) -> bool {
    argument.to_string().starts_with('&')
}
