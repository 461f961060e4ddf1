//! Links: what a response returned forms the next request. A trait for each type of body, implemented for that type.
//!
//! A parameter whose value stands in the body is filled from its field; what comes from the request before is an
//! argument, of an optional parameter an optional one. Where the field may be absent, so may the call.

use std::collections::BTreeMap;

use methodical_document::{Number, Value};
use methodical_model::{
    Kind, Link, LinkSource, MediaType, Operation, OperationId, Parameter, Response, Schema, Shape, TypeId,
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::method::expand_sent_value;
use super::{Expander, RUNTIME};
use crate::data::operation::is_argument;
use crate::docs::{Text, code};
use crate::features::Condition;
use crate::names::{RustName, Unique, ident, plain};
use crate::promises::request_line;
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// The module of all links; `None` where no link can be followed from a body.
pub(super) fn links_module(context: &Context<'_>) -> Option<String> {
    let by_type = links_by_type(context);
    if by_type.is_empty() {
        return None;
    }
    let scope = Scope::new(by_type.keys().map(|id| context.names.links(*id).to_string()));
    let items: Vec<TokenStream> = by_type.iter().map(|(id, links)| expand_links(context, &scope, *id, links)).collect();
    let uses = scope.expand_uses(context.features);
    Some(render::module(context.package, "Calls that a response's attributes form.", quote!(#uses #(#items)*)))
}

/// Whether any link can be followed from a body.
pub(crate) fn has_links(context: &Context<'_>) -> bool {
    !links_by_type(context).is_empty()
}

/// When there are links at all.
pub(super) fn condition(context: &Context<'_>) -> Condition {
    context.features.of_any(links_by_type(context).into_keys())
}

/// The module that brings all these methods in; none where there is none.
pub(super) fn prelude_module(context: &Context<'_>) -> Option<String> {
    let by_type = links_by_type(context);
    let mut traits: BTreeMap<&Condition, Vec<&RustName>> = BTreeMap::new();
    for id in by_type.keys() {
        traits.entry(context.features.of_type(*id)).or_default().push(context.names.links(*id));
    }
    let uses = traits.iter().map(|(condition, traits)| {
        let condition = context.features.expand(condition);
        quote!(#condition pub use crate::links::{#(#traits as _),*};)
    });
    let uses: TokenStream = uses.collect();
    let docs = format!(
        "The methods that links become, at once: `use {}::prelude::*;`.",
        context.package.library_name("client")
    );
    (!traits.is_empty()).then(|| render::module(context.package, &docs, uses))
}

type ByType<'a> = BTreeMap<TypeId, BTreeMap<&'a str, &'a Link>>;

/// Links by the type of the body that they start from. Of several by one name the first operation's is taken.
fn links_by_type<'a>(context: &Context<'a>) -> ByType<'a> {
    let mut by_type = ByType::new();
    let responses = context.api.operations.iter().flat_map(|operation| &operation.responses);
    for response in responses {
        for id in body_structs(context, response) {
            for link in response.links.iter().filter(|link| starts_from_body(context, id, link)) {
                by_type.entry(id).or_default().entry(&link.name.snake).or_insert(link);
            }
        }
    }
    by_type
}

/// The objects that a body may be: of a union each alternative, from which the links start that it has the values for.
fn body_structs(context: &Context<'_>, response: &Response) -> Vec<TypeId> {
    let content = response.content().filter(|content| content.kind == MediaType::Json);
    let Some(id) = content.and_then(|content| plain_type(&content.schema)) else { return Vec::new() };
    let is_object = |id: &TypeId| matches!(context.api.type_def(*id).shape, Shape::Object(_));
    match &context.api.type_def(id).shape {
        Shape::Object(_) => vec![id],
        Shape::Union(union) => {
            union.variants.iter().filter_map(|(_, schema)| plain_type(schema)).filter(is_object).collect()
        }
        Shape::Enumeration(_) | Shape::Alias(_) => Vec::new(),
    }
}

fn plain_type(schema: &Schema) -> Option<TypeId> {
    schema.type_id().filter(|_| !schema.nullable)
}

/// Whether every value that a link takes from the body can be reached in its type, and the link takes one or needs none.
fn starts_from_body(context: &Context<'_>, id: TypeId, link: &Link) -> bool {
    let mut pointers = link.parameters.iter().filter_map(|(_, source)| pointer(source)).peekable();
    let takes_one = pointers.peek().is_some();
    (takes_one || link.parameters.is_empty()) && pointers.all(|pointer| follow_type(context, id, pointer).is_some())
}

fn pointer(source: &LinkSource) -> Option<&str> {
    match source {
        LinkSource::ResponseBody(pointer) => Some(pointer),
        LinkSource::ResponseHeader(_)
        | LinkSource::Request(..)
        | LinkSource::RequestBody(_)
        | LinkSource::Constant(_) => None,
    }
}

fn expand_links(context: &Context<'_>, scope: &Scope, id: TypeId, links: &BTreeMap<&str, &Link>) -> TokenStream {
    let name = context.names.links(id);
    let features = &context.features;
    let there = features.of_type(id);
    scope.begin(there.clone());
    let target = context.expand_named(scope, id);
    let docs = Text::new(format!(
        "Calls that the attributes of a [`{}`](crate::types::{0}) form.",
        context.api.type_def(id).name.pascal
    ));
    let docs = docs.outer();
    let mut names = Unique::with(&[]);
    for link in links.values() {
        names.claim(&[link.name.snake.as_str()]);
    }
    let mut methods = Vec::new();
    for link in links.values() {
        let condition = features.of_tag(context.api.operation(link.target).tag);
        // A type may not be needed by the tag that its link leads to.
        match (&condition, there) {
            (Some(tag), Some(there)) if tag.is_disjoint(there) => scope.begin_qualified(),
            (Some(_) | None, Some(_) | None) => scope.begin(condition.clone()),
        }
        let condition = if condition == *there { TokenStream::new() } else { features.expand(&condition) };
        let method = link_method(context, scope, id, link);
        // To wait is what a link to a monitor is there for.
        let wait = link.wait.as_ref().map(|wait| {
            let name = names.claim(&[wait.snake.clone(), format!("wait_{}", plain(&link.name.snake))]);
            wait_method(context, scope, link, &name, &method)
        });
        methods.push((condition.clone(), method));
        methods.extend(wait.map(|wait| (condition, wait)));
    }
    let declarations = methods.iter().map(|(condition, method)| {
        let LinkMethod { docs, signature, .. } = method;
        quote!(#docs #condition #signature;)
    });
    let definitions = methods.iter().map(|(condition, method)| {
        let LinkMethod { signature, body, .. } = method;
        quote!(#condition #signature { #body })
    });
    let there = features.expand(there);
    quote! {
        #docs
        #there
        pub trait #name { #(#declarations)* }

        #there
        impl #name for #target { #(#definitions)* }
    }
}

struct LinkMethod {
    docs: TokenStream,
    signature: TokenStream,
    body: TokenStream,
    /// The arguments beside the client, and their names.
    arguments: Vec<TokenStream>,
    passed: Vec<Ident>,
    may_be_absent: bool,
}

fn link_method(context: &Context<'_>, scope: &Scope, id: TypeId, link: &Link) -> LinkMethod {
    let target = context.api.operation(link.target);
    let expander = Expander { context, scope, operation: target, names: context.names.operation(link.target) };
    let name = ident(&link.name.snake);
    let (call, client) = (scope.take(RUNTIME, "Call"), scope.take("crate", "Client"));
    let marker = scope.take("crate", &expander.names.marker.to_string());
    let values: Vec<Supply> = parameters(target).map(|parameter| value(context, id, link, parameter)).collect();
    let asked_again = asked_again(&expander, &values);
    let (mut arguments, mut passed): (Vec<_>, Vec<_>) = parameters(target)
        .zip(&values)
        .filter_map(|(parameter, value)| match value {
            Supply::Argument => Some((expander.expand_argument(parameter), ident(&parameter.name.snake))),
            Supply::OptionalArgument if asked_again.is_some() => None,
            Supply::OptionalArgument => {
                Some((expander.expand_optional_argument(parameter), ident(&parameter.name.snake)))
            }
            Supply::Expression(_) | Supply::Absent => None,
        })
        .unzip();
    let as_before = asked_again.as_ref().map(|(name, query)| {
        arguments.push(quote!(#name: &#query));
        passed.push(name.clone());
        quote!(.parameters(#name))
    });
    let sent = parameters(target).zip(&values).filter_map(|(parameter, value)| match value {
        Supply::OptionalArgument if asked_again.is_some() => None,
        Supply::Argument | Supply::OptionalArgument => Some(expander.expand_sent(parameter)),
        Supply::Expression(place) => Some(expand_sent_value(parameter, &place.expand_reference())),
        Supply::Absent => None,
    });
    let (body_argument, sending) = expander.expand_body_argument();
    let may_be_absent = values.iter().any(|value| matches!(value, Supply::Expression(place) if place.may_be_absent));
    let made = sending.expand(&quote!(client.inner.call() #as_before #(#sent)*));
    let (answer, body) = if may_be_absent {
        let made = if sending.is_block() { quote!({ #made }) } else { made };
        (quote!(Option<#call<#marker>>), quote!(Some(#made)))
    } else {
        (quote!(#call<#marker>), made)
    };
    let docs = link_docs(context, link.target, link, may_be_absent);
    let docs = if asked_again.is_some() { docs.and(AS_BEFORE) } else { docs };
    let docs = docs.outer();
    let signature = quote!(fn #name(&self, client: &#client, #(#arguments,)* #body_argument) -> #answer);
    LinkMethod { docs, signature, body, arguments, passed, may_be_absent }
}

/// Waiting for the end of the work that a link leads to.
fn wait_method(context: &Context<'_>, scope: &Scope, link: &Link, name: &Ident, method: &LinkMethod) -> LinkMethod {
    let (wait, client) = (scope.take(RUNTIME, "Wait"), scope.take("crate", "Client"));
    let marker = scope.take("crate", &context.names.operation(link.target).marker.to_string());
    let (followed, LinkMethod { arguments, passed, may_be_absent, .. }) = (ident(&link.name.snake), method);
    let call = quote!(self.#followed(client, #(#passed),*));
    let (answer, body) = if *may_be_absent {
        let calls = scope.take(RUNTIME, "Call");
        (quote!(Option<#wait<#marker>>), quote!(#call.map(#calls::wait)))
    } else {
        (quote!(#wait<#marker>), quote!(#call.wait()))
    };
    let text = Text::new(format!("Waits for the end of the work that the link {} leads to.", code(&link.name.wire)));
    let text = text.and(request_line(context.api.operation(link.target)));
    let text = if *may_be_absent { text.and(ABSENT) } else { text };
    let signature = quote!(fn #name(&self, client: &#client, #(#arguments),*) -> #answer);
    LinkMethod { docs: text.outer(), signature, body, arguments: Vec::new(), passed: Vec::new(), may_be_absent: false }
}

const AS_BEFORE: &str =
    "The parameters are those of the request that led here; what the link itself takes goes before them.";

const ABSENT: &str = "`None` where the attribute that it takes is absent.";

/// The most arguments that a link takes one by one from the request before.
const MOST_ASKED_AGAIN: usize = 2;

/// The struct of the target's parameters, where several of them come from the request before: who has filters still has
/// the struct that they were asked with. `None` where they are arguments of their own.
fn asked_again(expander: &Expander<'_>, values: &[Supply]) -> Option<(Ident, TokenStream)> {
    let grouped = expander.arguments().grouped;
    let in_struct = |parameter: &Parameter| grouped.iter().any(|one| one.name.wire == parameter.name.wire);
    let both = parameters(expander.operation).zip(values);
    let asked: Vec<_> = both.filter(|(_, value)| matches!(value, Supply::OptionalArgument)).collect();
    if asked.len() <= MOST_ASKED_AGAIN || !asked.iter().all(|(parameter, _)| in_struct(parameter)) {
        return None;
    }
    let mut names = Unique::with(&["client", "body"]);
    parameters(expander.operation).filter(|parameter| !in_struct(parameter)).for_each(|parameter| {
        names.claim(&[parameter.name.snake.as_str()]);
    });
    let query = expander.scope.take("crate", &expander.names.query.to_string());
    Some((names.claim(&["query".to_owned(), "parameters".to_owned()]), query))
}

fn link_docs(context: &Context<'_>, target: OperationId, link: &Link, may_be_absent: bool) -> Text {
    let operation = context.api.operation(target);
    let text = Text::of(&link.docs, &format!("The link {}.", code(&link.name.wire)));
    let text = text.and(request_line(operation));
    if may_be_absent { text.and(ABSENT) } else { text }
}

fn parameters(target: &Operation) -> impl Iterator<Item = &Parameter> {
    target.parameters.iter().filter(|parameter| is_argument(parameter))
}

/// Where the value of a target's parameter comes from.
enum Supply {
    /// From the caller.
    Argument,
    /// From the caller, who may not have sent it in the request before.
    OptionalArgument,
    /// From the body, or a constant.
    Expression(PlaceExpression),
    /// From nowhere: it is optional.
    Absent,
}

fn value(context: &Context<'_>, id: TypeId, link: &Link, parameter: &Parameter) -> Supply {
    let source = link.parameters.iter().find(|(name, _)| *name == parameter.name.wire).map(|(_, source)| source);
    let expression = match source {
        Some(LinkSource::ResponseBody(pointer)) => follow_type(context, id, pointer).map(|(schema, place)| {
            let is_small = !place.is_passed && context.is_copy(schema);
            PlaceExpression { is_passed: place.is_passed || is_small, ..place }
        }),
        Some(LinkSource::Constant(constant)) => constant_expression(constant),
        Some(LinkSource::ResponseHeader(_) | LinkSource::Request(..) | LinkSource::RequestBody(_)) | None => None,
    };
    match expression {
        Some(place) => Supply::Expression(place),
        None if parameter.required => Supply::Argument,
        None if source.is_some() => Supply::OptionalArgument,
        None => Supply::Absent,
    }
}

fn constant_expression(constant: &Value) -> Option<PlaceExpression> {
    let tokens = match constant {
        Value::Bool(boolean) => quote!(#boolean),
        Value::String(text) => quote!(#text),
        Value::Number(Number::Integer(integer)) => {
            let integer = Literal::i64_unsuffixed(i64::try_from(integer.get()).ok()?);
            quote!(#integer)
        }
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(PlaceExpression { tokens, is_passed: true, may_be_absent: false })
}

/// An expression that reaches a value in a body.
pub(crate) struct PlaceExpression {
    tokens: TokenStream,
    /// Whether it is passed as it stands: a reference already, or a small value.
    is_passed: bool,
    may_be_absent: bool,
}

impl PlaceExpression {
    fn expand_reference(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.is_passed { quote!(#tokens) } else { quote!(&#tokens) }
    }

    fn through_option(self) -> PlaceExpression {
        let tokens = self.tokens;
        PlaceExpression { tokens: quote!(#tokens.as_ref()?), is_passed: true, may_be_absent: true }
    }
}

fn follow_type<'a>(context: &'a Context<'_>, id: TypeId, pointer: &str) -> Option<(&'a Schema, PlaceExpression)> {
    let start = PlaceExpression { tokens: quote!(self), is_passed: true, may_be_absent: false };
    let (first, rest) = tokens(pointer)?;
    let (schema, place) = member(context, id, &first, start)?;
    walk(context, schema, place, &rest)
}

/// The schema at a JSON pointer into values of `schema`, and the expression that reaches it from `self`.
pub(super) fn follow<'a>(
    context: &'a Context<'_>,
    schema: &'a Schema,
    pointer: &str,
) -> Option<(&'a Schema, PlaceExpression)> {
    let start = PlaceExpression { tokens: quote!(self), is_passed: true, may_be_absent: false };
    if pointer.is_empty() {
        return Some((schema, start));
    }
    let (first, mut rest) = tokens(pointer)?;
    rest.insert(0, first);
    walk(context, schema, start, &rest)
}

fn tokens(pointer: &str) -> Option<(String, Vec<String>)> {
    let mut tokens = pointer.strip_prefix('/')?.split('/').map(|token| token.replace("~1", "/").replace("~0", "~"));
    Some((tokens.next()?, tokens.collect()))
}

fn walk<'a>(
    context: &'a Context<'_>,
    schema: &'a Schema,
    place: PlaceExpression,
    rest: &[String],
) -> Option<(&'a Schema, PlaceExpression)> {
    let (mut schema, mut place) = (schema, place);
    for token in rest {
        let behind = context.behind(schema);
        (schema, place) = match &behind.kind {
            Kind::Named(id) => member(context, *id, token, place)?,
            Kind::Array { items, .. } => {
                let list = place.tokens;
                let tokens = match token.parse().ok()? {
                    0 => quote!(#list.first()?),
                    index => {
                        let index = Literal::usize_unsuffixed(index);
                        quote!(#list.get(#index)?)
                    }
                };
                present(context, items, PlaceExpression { tokens, is_passed: true, may_be_absent: true })
            }
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Tuple { .. }
            | Kind::Map { .. } => return None,
        };
    }
    Some((schema, place))
}

fn member<'a>(
    context: &'a Context<'_>,
    id: TypeId,
    token: &str,
    place: PlaceExpression,
) -> Option<(&'a Schema, PlaceExpression)> {
    let Shape::Object(object) = &context.api.type_def(id).shape else { return None };
    let property = object.properties.iter().find(|property| property.name.wire == token)?;
    let field = ident(&property.name.snake);
    let owner = place.tokens;
    let tokens = quote!(#owner.#field);
    let mut place = PlaceExpression { tokens, is_passed: false, may_be_absent: place.may_be_absent };
    if !property.required {
        place = place.through_option();
    }
    Some(present(context, &property.schema, place))
}

/// Past a `null`.
fn present<'a>(context: &Context<'_>, schema: &'a Schema, place: PlaceExpression) -> (&'a Schema, PlaceExpression) {
    let place = if context.is_nullable(schema) { place.through_option() } else { place };
    (schema, place)
}
