//! Handlers for the exchange with the client: each notes what it was given, and answers what it was told to.

use methodical_model::{OperationId, Outcome, Response, Status, TagId};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Access, Expander, RUNTIME};
use crate::content::{self, alternatives};
use crate::data::operation::is_argument;
use crate::exchange::{Played, PlayedResponse};
use crate::names::{ident, plain};
use crate::promises::{is_absence, is_error};
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;
use crate::status::{CHOSEN_ERRORS, RUNTIME_ERRORS};

/// The handlers of all operations of these tags; tells what those can answer that are chosen.
pub(crate) fn exchange_module(
    context: &Context<'_>,
    chosen: &[(TagId, Vec<OperationId>)],
    is_chosen: impl Fn(OperationId) -> bool,
    played: &mut Vec<Played>,
) -> String {
    let scope = Scope::default();
    let server = context.package.library_name("server");
    let expander = |tag: TagId, id: OperationId| Expander {
        context,
        scope: &scope,
        operation: context.api.operation(id),
        names: context.names.operation(id),
        handlers: context.names.handlers(tag),
    };
    // These names are used as they are, so they come before any other of the same spelling.
    for expander in chosen.iter().flat_map(|(tag, ids)| ids.iter().map(|id| expander(*tag, *id))) {
        let outcome = expander.has_own_outcome().then_some(&expander.names.outcome);
        let problem = (!expander.own_errors().is_empty()).then_some(&expander.names.problem);
        for name in [&expander.names.marker, &expander.names.request].into_iter().chain(outcome).chain(problem) {
            scope.take(&server, &name.to_string());
        }
    }
    let implementation = scope.take("crate", "Implementation");
    let mut items = TokenStream::new();
    for (tag, ids) in chosen {
        let handlers = scope.take(&server, &context.names.handlers(*tag).to_string());
        let methods = ids.iter().map(|id| {
            let expander = expander(*tag, *id);
            if !is_chosen(*id) {
                return expander.expand_playing(&[]);
            }
            let responses = expander.played_responses();
            let method = expander.expand_playing(&responses);
            let field = |parameter: &methodical_model::Parameter| plain(&parameter.name.snake).to_owned();
            let parameters = expander.operation.parameters.iter();
            let arguments = parameters.map(|parameter| is_argument(parameter).then(|| field(parameter))).collect();
            played.push(Played { operation: *id, responses, arguments });
            method
        });
        let methods: Vec<_> = methods.collect();
        items.extend(quote!(impl #handlers for #implementation { #(#methods)* }));
    }
    let uses = scope.expand_uses(context.features);
    render::own_module("The handlers.", quote!(#uses #items))
}

/// The type of a handler's request, and the one that it should be given.
pub(crate) fn expand_exchange_request(
    context: &Context<'_>,
    scope: &Scope,
    tag: TagId,
    id: OperationId,
) -> (TokenStream, TokenStream) {
    let (operation, names) = (context.api.operation(id), context.names.operation(id));
    let expander = Expander { context, scope, operation, names, handlers: context.names.handlers(tag) };
    let server = context.package.library_name("server");
    let request = scope.take(&server, &names.request.to_string());
    let arguments = operation.parameters.iter().filter(|parameter| is_argument(parameter)).map(|parameter| {
        let (field, member) = (ident(&parameter.name.snake), plain(&parameter.name.snake));
        quote!(#field: turn.argument(#member)?,)
    });
    let accept = expander.accept_field().zip(names.bodies.accept.as_ref()).map(|(field, name)| {
        let contents = &operation.responses[content::success(operation).unwrap_or_default()].contents;
        let (name, first) = (scope.take(&server, &name.to_string()), &alternatives(contents)[0].name);
        quote!(#field: #name::#first,)
    });
    let (operations, constant) = (scope.take(&context.types, context.operations), &names.constant);
    let body = operation.body.as_ref().filter(|body| !body.contents.is_empty()).map(|body| match body.required {
        true => quote!(body: turn.body(&#operations::#constant)?,),
        false => quote!(body: turn.optional_body(&#operations::#constant)?,),
    });
    let made = quote!(#request { #(#arguments)* #accept #body });
    (request, made)
}

/// The errors that a handler may choose; last those of gateways, to which a client asks again, and may be left without an answer.
fn chosen_errors() -> impl Iterator<Item = u16> {
    let is_gateways = |code: &u16| matches!(code, 502..=504);
    CHOSEN_ERRORS
        .into_iter()
        .filter(move |code| !is_gateways(code))
        .chain(CHOSEN_ERRORS.into_iter().filter(is_gateways))
}

impl Expander<'_> {
    /// The handler.
    fn expand_playing(&self, responses: &[PlayedResponse]) -> TokenStream {
        let (name, marker, request) = (&self.names.method, &self.names.marker, &self.names.request);
        let (tx, cx, refusal) = (self.expand_tx(), self.runtime("Cx"), self.runtime("Refusal"));
        let answer = self.expand_answer();
        let store = self.scope.take(RUNTIME, "MemoryStore");
        let arms = responses.iter().map(|played| {
            let (index, answer) = (played.response, self.expand_played(*played));
            quote!(#index => #answer,)
        });
        let played = quote! {
            let turn = self.0.turn();
            turn.hear(&request);
            match turn.response() {
                #(#arms)*
                _ => Err(#refusal::not_implemented()),
            }
        };
        let played = if responses.is_empty() { quote!(Err(#refusal::not_implemented())) } else { played };
        quote! {
            async fn #name<'t>(
                &'t self,
                tx: &'t #tx<#store>,
                request: #request,
                _: &'t #cx<()>,
            ) -> Result<#answer, #refusal<#marker>> {
                #played
            }
        }
    }

    /// The responses that a handler can answer, each with a status.
    fn played_responses(&self) -> Vec<PlayedResponse> {
        if content::has_stream(self.operation) {
            return Vec::new();
        }
        let responses = self.operation.responses.iter().enumerate();
        responses.filter_map(|(index, response)| self.played(index, response)).collect()
    }

    fn played(&self, index: usize, response: &Response) -> Option<PlayedResponse> {
        let operation = self.operation;
        if is_error(operation, response) {
            if content::is_own_error(operation, index) {
                let status = self.own_error(response)?;
                return Some(PlayedResponse { response: index, status, is_refusal: false });
            }
            let is_problem = content::allows_problem(response);
            let is_absent = response.status == Status::Code(404) && is_absence(operation, response);
            let status = is_absent.then_some(404).or_else(|| self.chosen_error(response.status))?;
            return is_problem.then_some(PlayedResponse { response: index, status, is_refusal: true });
        }
        let status = match response.status {
            Status::Code(code) => code,
            Status::Range(class) => self.undeclared((0..100).map(|code| u16::from(class) * 100 + code))?,
            Status::Default => self.undeclared(200..300)?,
        };
        let told = if self.has_own_outcome() {
            self.is_chosen(response)
        } else {
            let first = operation.responses.iter().position(|response| !is_error(operation, response));
            match operation.outcome {
                Outcome::Upsert => matches!(status, 200 | 201) && response.content().is_some(),
                Outcome::Find | Outcome::Fetch | Outcome::Update => {
                    content::success(operation).or(first) == Some(index)
                }
                Outcome::Create => status == 201,
                Outcome::Accept => status == 202,
                Outcome::Delete | Outcome::Discard => first == Some(index),
                Outcome::Other => false,
            }
        };
        told.then_some(PlayedResponse { response: index, status, is_refusal: false })
    }

    /// A status that an error of its own is answered with: its code, or one that only it stands for.
    fn own_error(&self, response: &Response) -> Option<u16> {
        if let Status::Code(code) = response.status {
            return Some(code);
        }
        let is_own = |code: &u16| self.operation.response(*code).is_some_and(|own| std::ptr::eq(own, response));
        chosen_errors().chain(400..=599).find(is_own)
    }

    /// An error that a handler may choose for this response.
    fn chosen_error(&self, status: Status) -> Option<u16> {
        let chosen = |class: u16| chosen_errors().filter(move |code| code / 100 == class);
        match status {
            Status::Code(code) => (!RUNTIME_ERRORS.contains(&code)).then_some(code),
            Status::Range(class) => self.undeclared(chosen(u16::from(class))),
            Status::Default => self.undeclared(chosen_errors()),
        }
    }

    /// The first of these that no other response is for.
    fn undeclared(&self, mut codes: impl Iterator<Item = u16>) -> Option<u16> {
        let is_declared = |code: u16| {
            self.operation.responses.iter().any(|response| match response.status {
                Status::Code(declared) => declared == code,
                // One range is asked about itself.
                Status::Range(_) | Status::Default => false,
            })
        };
        codes.find(|code| !is_declared(*code))
    }

    fn expand_played(&self, played: PlayedResponse) -> TokenStream {
        let PlayedResponse { response: index, status, is_refusal } = played;
        let response = &self.operation.responses[index];
        if is_refusal {
            return self.expand_refused(response, status);
        }
        let operations = self.scope.take(&self.context.types, self.context.operations);
        let constant = &self.names.constant;
        let data = quote!(&#operations::#constant);
        if let Some(refused) = self.expand_own_refused(index, status, &data) {
            return refused;
        }
        if self.has_own_outcome() {
            return self.expand_own_played(index, response, status, &data);
        }
        let answer = match self.operation.outcome {
            Outcome::Find | Outcome::Fetch => quote!(turn.found(#data)?),
            Outcome::Upsert => quote!(turn.upserted(tx, #data).await?),
            Outcome::Update => quote!(turn.updated(tx, #data).await?),
            Outcome::Create => quote!(turn.created(tx, #data).await?),
            Outcome::Accept => quote!(turn.accepted(tx, #data).await?),
            Outcome::Delete => quote!(turn.removed(tx).await?),
            Outcome::Discard | Outcome::Other => self.runtime("Discarded"),
        };
        let mut successes = self.operation.responses.iter().zip(&self.names.bodies.headers);
        let has_headers = successes.any(|(response, name)| name.is_some() && response.status.is_success());
        let answer = if has_headers {
            let headed = self.runtime("Headed");
            quote!(#headed::new(#answer, turn.headers()?))
        } else {
            answer
        };
        match (self.operation.outcome, self.access()) {
            (Outcome::Find, Access::Read) => quote!(Ok(Some(#answer))),
            (_, _) => quote!(Ok(#answer)),
        }
    }

    fn expand_refused(&self, response: &Response, status: u16) -> TokenStream {
        let (refusal, code) = (self.runtime("Refusal"), Literal::u16_unsuffixed(status));
        if response.status == Status::Code(404) && is_absence(self.operation, response) {
            match (self.operation.outcome == Outcome::Find, self.has_own_outcome()) {
                (_, true) => {}
                (true, false) => return quote!(Ok(None)),
                (false, false) => {
                    let refused = self.runtime("Refused");
                    return quote!(Err(#refused::Absent.into()));
                }
            }
        }
        quote!(Err(#refusal::status::<#code>(turn.problem())))
    }

    fn expand_own_played(&self, index: usize, response: &Response, status: u16, data: &TokenStream) -> TokenStream {
        let own = &self.names.outcome;
        let variants = self.outcome_variants();
        let Some((_, _, name)) = variants.iter().find(|(own, ..): &&(usize, _, Ident)| *own == index) else {
            return quote!(unreachable!("it has no variant"));
        };
        let mut fields = Vec::new();
        if !matches!(response.status, Status::Code(_)) {
            let status = Literal::u16_unsuffixed(status);
            fields.push(quote!(#status));
        }
        fields.extend(response.content().map(|_| quote!(turn.value(#data)?)));
        fields.extend(self.names.bodies.headers[index].as_ref().map(|_| quote!(turn.headers()?)));
        match fields.as_slice() {
            [] => quote!(Ok(#own::#name)),
            fields => quote!(Ok(#own::#name(#(#fields),*))),
        }
    }
}
