//! The call that a first program makes: a read that needs little or nothing to be said.

use methodical_model::{MediaType, Method, Operation, OperationId, Outcome};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use crate::rust_type::Context;
use crate::scope::Scope;

/// A call of the client.
pub(crate) struct FirstCall {
    /// Of which operation.
    pub(crate) operation: OperationId,
    /// The method, which may be a raw identifier.
    pub(crate) method: String,
    /// What is passed, as it is written.
    pub(crate) arguments: String,
    /// The type of the optional parameters, where there are any, which the arguments name.
    pub(crate) query: Option<String>,
}

/// The simplest read whose answer is a value: without arguments if there is one, else with as few and as plain ones as there
/// are.
pub(crate) fn first_call(context: &Context<'_>) -> Option<FirstCall> {
    let reads = context.api.operations_with_ids().filter(|(_, operation)| reads(operation));
    let mut reads: Vec<_> = reads.map(|(id, operation)| ((operation.deprecated, required(context, id)), id)).collect();
    reads.sort_by_key(|(cost, _)| *cost);
    reads.into_iter().find_map(|(_, id)| call(context, id))
}

fn reads(operation: &Operation) -> bool {
    operation.method == Method::Get && matches!(operation.outcome, Outcome::Fetch | Outcome::Find)
}

fn required(context: &Context<'_>, id: OperationId) -> usize {
    let scope = Scope::default();
    expander(context, &scope, id).arguments().required.len()
}

fn expander<'a>(context: &'a Context<'a>, scope: &'a Scope, id: OperationId) -> Expander<'a> {
    Expander { context, scope, operation: context.api.operation(id), names: context.names.operation(id) }
}

/// The call of a read, if it answers a value and values for its arguments can be made up.
fn call(context: &Context<'_>, id: OperationId) -> Option<FirstCall> {
    let scope = Scope::default();
    let expander = expander(context, &scope, id);
    let is_json = expander.success().is_some_and(|content| content.kind == MediaType::Json);
    let arguments = expander.arguments();
    let optional = arguments.grouped.iter().all(|parameter| !parameter.required);
    if !(is_json && optional && expander.operation.body.is_none()) {
        return None;
    }
    let samples =
        arguments.required.iter().map(|parameter| sample(&context.expand_argument(&scope, &parameter.schema)));
    let mut values: Vec<TokenStream> = samples.collect::<Option<_>>()?;
    let query = (!arguments.grouped.is_empty()).then(|| expander.names.query.to_string());
    let default = query.as_deref().map(crate::names::ident).map(|name| quote!(#name::default()));
    values.extend(default);
    let arguments: Vec<String> = values.iter().map(|value| value.to_string().replace(' ', "")).collect();
    let method = expander.names.method.to_string();
    Some(FirstCall { operation: id, method, arguments: arguments.join(", "), query })
}

/// A value of a type that is plain as an argument.
fn sample(argument: &TokenStream) -> Option<TokenStream> {
    match argument.to_string().as_str() {
        "& str" => Some(quote!("example")),
        "bool" => Some(quote!(true)),
        "i32" | "i64" | "u32" | "u64" => Some(quote!(1)),
        "f32" | "f64" => Some(quote!(1.0)),
        _ => None,
    }
}
