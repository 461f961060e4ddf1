//! The method of an operation: its arguments, and one call.

use methodical_model::{
    Content, Effect, Kind, MediaType, Method, Monitor, Operation, Outcome, Parameter, ParameterLocation, ParameterRole,
    Schema,
};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Arguments, Expander};
use crate::content;
use crate::docs::{Text, code};
use crate::names::{Unique, ident, plain};
use crate::promises::{client_docs, request_line};
use crate::render::{self, quoted, ready, type_text};

/// What a method of the client is compiled with: by who calls it, and not with the crate, which may have a thousand of them.
const LATE: &str = "    #[inline]\n";

/// `.query("page", value)`.
pub(super) fn expand_sent_value(parameter: &Parameter, value: &TokenStream) -> TokenStream {
    let name = &parameter.name.wire;
    match parameter.location {
        ParameterLocation::Path => quote!(.path(#name, #value)),
        ParameterLocation::Query => quote!(.query(#name, #value)),
        ParameterLocation::Header => quote!(.header_parameter(#name, #value)),
        ParameterLocation::Cookie => quote!(.cookie_parameter(#name, #value)),
    }
}

impl Expander<'_> {
    /// The method of the client, as text.
    pub(super) fn method(&self) -> String {
        let name = self.names.method.to_string();
        let docs =
            client_docs(self.operation, self.context.common, &self.usage_docs(), |response| self.is_variant(response));
        let deprecated = if self.operation.deprecated { "    #[deprecated]\n" } else { "" };
        let call = self.runtime("Call");
        let arguments = self.arguments();
        let required = arguments.required.iter().map(|parameter| self.expand_argument(parameter));
        let sent = arguments.required.iter().map(|parameter| self.expand_sent(parameter));
        let (query, send_query) = self.expand_query_argument(&arguments);
        let (body, send_body) = self.expand_body_argument();
        let call_expression = quote!(self.inner.call() #(#sent)* #send_query);
        let (body, send_body) = (body, send_body.text(&call_expression));
        let marker = &self.names.marker;
        let signature = render::signature(&name, &quote!(&self, #(#required,)* #query #body), &quote!(#call<#marker>));
        let wait = self.wait().map(|wait| format!("\n{wait}")).unwrap_or_default();
        format!("{}{deprecated}{LATE}{signature}{send_body}    }}\n{wait}", docs.comment("    "))
    }

    /// The method that waits for the end of the work that the operation follows.
    fn wait(&self) -> Option<String> {
        let (name, monitor) = (self.names.wait.as_ref()?, self.operation.monitor.as_ref()?);
        let docs = wait_docs(self.operation, monitor, &self.names.method.to_string()).comment("    ");
        let deprecated = if self.operation.deprecated { "    #[deprecated]\n" } else { "" };
        let (method, marker, wait) = (&self.names.method, &self.names.marker, self.runtime("Wait"));
        let arguments = self.arguments();
        let required = arguments.required.iter().map(|parameter| self.expand_argument(parameter));
        let passed = arguments.required.iter().map(|parameter| ident(&parameter.name.snake));
        let (query, _) = self.expand_query_argument(&arguments);
        let query_name = query.clone().into_iter().next();
        let query_name = query_name.map(|name| quote!(#name,));
        let signature =
            render::signature(&name.to_string(), &quote!(&self, #(#required,)* #query), &quote!(#wait<#marker>));
        let passed = type_text(&quote!(#(#passed,)* #query_name));
        let passed = passed.trim_end_matches(',');
        Some(format!("{docs}{deprecated}{LATE}{signature}        self.{method}({passed}).wait()\n    }}\n"))
    }

    /// `name: &str`.
    pub(super) fn expand_argument(&self, parameter: &Parameter) -> TokenStream {
        let name = ident(&parameter.name.snake);
        let argument = self.context.expand_argument(self.scope, &parameter.schema);
        quote!(#name: #argument)
    }

    /// `name: Option<&str>`.
    pub(super) fn expand_optional_argument(&self, parameter: &Parameter) -> TokenStream {
        let name = ident(&parameter.name.snake);
        let argument = self.context.expand_argument(self.scope, &parameter.schema);
        quote!(#name: Option<#argument>)
    }

    /// `.path("name", name)`.
    pub(super) fn expand_sent(&self, parameter: &Parameter) -> TokenStream {
        let name = ident(&parameter.name.snake);
        expand_sent_value(parameter, &quote!(#name))
    }

    fn expand_query_argument(&self, arguments: &Arguments<'_>) -> (TokenStream, TokenStream) {
        if arguments.grouped.is_empty() {
            return (quote!(), quote!());
        }
        let mut taken = Unique::with(&["body"]);
        for parameter in &arguments.required {
            taken.claim(&[parameter.name.snake.as_str()]);
        }
        let name: Ident = taken.claim(&["query".to_owned(), "parameters".to_owned()]);
        let query = &self.names.query;
        (quote!(#name: #query,), quote!(.parameters(&#name)))
    }

    /// The body as an argument, and how it is sent.
    pub(super) fn expand_body_argument(&self) -> (TokenStream, Sending) {
        let body = self.operation.body.as_ref();
        let Some((body, content)) = body.and_then(|body| Some((body, body.contents.first()?))) else {
            return (quote!(), Sending::Nothing);
        };
        let beside = self.names.bodies.body.as_ref().or(self.names.bodies.form.as_ref());
        let (argument, sent) = match (beside, content.kind) {
            (Some(name), _) => (self.context.expand_beside(self.scope, name), quote!(.content(body))),
            (None, kind) => self.expand_only_content(content, kind),
        };
        if body.required {
            (quote!(body: #argument,), Sending::Always(sent))
        } else {
            (quote!(body: Option<#argument>,), Sending::IfThere(sent))
        }
    }

    /// A body of one media type as an argument, and how it is sent.
    fn expand_only_content(&self, content: &Content, kind: MediaType) -> (TokenStream, TokenStream) {
        let (argument, sent) = match kind {
            _ if content::is_open(content) => {
                (self.context.expand_carried(self.scope, Some(content)), quote!(.content(body)))
            }
            MediaType::Json | MediaType::Form => {
                (self.context.expand_argument(self.scope, &content.schema), quote!(.body(body)))
            }
            MediaType::Text => (quote!(&str), quote!(.body(body))),
            MediaType::Problem => {
                let owned = self.context.expand_content(self.scope, Some(content));
                (quote!(&#owned), quote!(.body(body)))
            }
            MediaType::Multipart | MediaType::Binary => {
                (self.context.expand_content(self.scope, Some(content)), quote!(.bytes(body)))
            }
            MediaType::Events | MediaType::TextEvents | MediaType::Lines | MediaType::Sequence => {
                (self.context.expand_content(self.scope, Some(content)), quote!(.content(body)))
            }
        };
        let by_value = !argument.to_string().starts_with('&') && sent.to_string().contains("body (");
        (argument, if by_value { quote!(.body(&body)) } else { sent })
    }

    /// The struct of the parameters that are not arguments of their own.
    pub(super) fn expand_query(&self) -> Option<TokenStream> {
        let arguments = self.arguments();
        if arguments.grouped.is_empty() {
            return None;
        }
        let name = &self.names.query;
        let method = &self.names.method;
        let parameters = type_text(&self.scope.take(self.context.wire, "parameters"));
        let fields: String = arguments.grouped.iter().map(|parameter| self.expand_query_field(parameter)).collect();
        let optional = arguments.grouped.iter().all(|parameter| !parameter.required);
        let default = if optional { "    #[derive(Default)]\n" } else { "" };
        Some(ready(&format!("{parameters}! {{\n{default}    pub struct {name} of {method} {{\n{fields}    }}\n}}\n")))
    }

    /// A parameter as `parameters!` has it.
    fn expand_query_field(&self, parameter: &Parameter) -> String {
        let name = ident(&parameter.name.snake).to_string();
        let docs = Text::of(&parameter.docs, &format!("The parameter {}.", code(&parameter.name.wire)));
        let docs = docs.comment("        ");
        let (kind, owned) = if parameter.required {
            ("required", self.context.expand_type(self.scope, &parameter.schema))
        } else {
            // A parameter that is `null` and one that is absent look the same on the wire.
            let schema = Schema { nullable: false, ..parameter.schema.clone() };
            let owned = self.context.expand_type(self.scope, &schema);
            ("optional", quote!(Option<#owned>))
        };
        let member = plain(&name);
        let renamed = if member == name { String::new() } else { format!(" = {}", quoted(member)) };
        format!("{docs}        {kind} {name}: {}{renamed},\n", type_text(&owned))
    }

    pub(super) fn expand_effect(&self) -> TokenStream {
        match self.operation.effect {
            Effect::Safe => self.runtime("Safe"),
            Effect::Idempotent => self.runtime("Idempotent"),
            Effect::Unsafe => self.runtime("Unsafe"),
        }
    }

    /// What gives a call its further methods, as `operation!` has it.
    pub(super) fn further(&self) -> Option<String> {
        let mut further: Vec<String> = self.plain_markers().into_iter().map(str::to_owned).collect();
        further.extend(self.paginated_item().map(|item| format!("pages {}", type_text(&item))));
        (!further.is_empty()).then(|| further.join(", "))
    }

    /// The names of those traits that have nothing to define.
    pub(super) fn plain_markers(&self) -> Vec<&'static str> {
        let operation = self.operation;
        let reads = operation.method == Method::Get;
        let reads_one = reads && matches!(operation.outcome, Outcome::Find | Outcome::Fetch);
        let if_none_match = operation.parameter(ParameterRole::IfNoneMatch).is_some();
        let markers = [
            ("Conditional", operation.parameter(ParameterRole::IfMatch).is_some()),
            ("CreateOnly", if_none_match && operation.effect != Effect::Safe),
            ("HasHead", reads),
            ("Revalidate", if_none_match && reads_one),
            ("Keyable", operation.idempotency.is_some() && operation.effect == Effect::Unsafe),
        ];
        markers.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
    }

    pub(super) fn expand_monitored(&self) -> Option<TokenStream> {
        let Monitor { status, succeeded, failed, .. } = self.operation.monitor.as_ref()?;
        let (name, monitor, marker) = (self.runtime("Monitored"), self.runtime("Monitor"), &self.names.marker);
        Some(quote! {
            impl #name for #marker {
                const MONITOR: #monitor = #monitor {
                    status: #status,
                    succeeded: &[#(#succeeded),*],
                    failed: &[#(#failed),*],
                };
            }
        })
    }

    /// What is listed, if it comes in pages.
    pub(super) fn paginated_item(&self) -> Option<TokenStream> {
        let paging = self.operation.paging.as_ref()?;
        let content = self.success()?;
        let (list, _) = super::links::follow(self.context, &content.schema, &paging.items)?;
        let Kind::Array { items, .. } = &self.context.behind(list).kind else { return None };
        Some(self.context.expand_type(self.scope, items))
    }
}

/// What waiting comes to, and how it is told.
fn wait_docs(operation: &Operation, monitor: &Monitor, method: &str) -> Text {
    let values = |values: &[String]| values.iter().map(|value| code(value)).collect::<Vec<_>>().join(" or ");
    let status = code(&monitor.status);
    let text = Text::new(format!("Waits until the work has ended that {} follows.", request_line(operation)));
    let ends = format!(
        "Its success is what [`Client::{0}`](crate::Client::{0}) shows once {status} is {1}.",
        plain(method),
        values(&monitor.succeeded)
    );
    let failed = "[`WaitError::Failed`](methodical_client::WaitError::Failed)";
    let text = text.and(&ends);
    let text = if monitor.failed.is_empty() {
        text
    } else {
        text.and(format!("Where it is {} the wait ends in {failed}.", values(&monitor.failed)))
    };
    text.and("How long and how often it asks is for [`Wait::policy`](methodical_client::Wait::policy) to say.")
}

/// How a body is sent.
pub(super) enum Sending {
    /// There is none.
    Nothing,
    /// By this call.
    Always(TokenStream),
    /// By this call, where there is one.
    IfThere(TokenStream),
}

impl Sending {
    /// The statements of a method that calls `call` with its body.
    fn text(&self, call: &TokenStream) -> String {
        match self {
            Sending::Nothing => render::chain(call, 8),
            Sending::Always(sent) => render::chain(&quote!(#call #sent), 8),
            Sending::IfThere(sent) => {
                let call = render::chain(call, 8);
                format!(
                    "        let call = {};\n        match body {{\n            Some(body) => call{},\n            None => \
                     call,\n        }}\n",
                    call.trim(),
                    render::data_text(sent.clone(), 12, 12)
                )
            }
        }
    }

    /// Whether [`Sending::expand`] makes several statements.
    pub(super) fn is_block(&self) -> bool {
        match self {
            Sending::Nothing | Sending::Always(_) => false,
            Sending::IfThere(_) => true,
        }
    }

    /// `call` with its body.
    pub(super) fn expand(&self, call: &TokenStream) -> TokenStream {
        match self {
            Sending::Nothing => call.clone(),
            Sending::Always(sent) => quote!(#call #sent),
            Sending::IfThere(sent) => quote! {
                let call = #call;
                match body {
                    Some(body) => call #sent,
                    None => call,
                }
            },
        }
    }
}
