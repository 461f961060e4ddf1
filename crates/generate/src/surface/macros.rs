//! The macros of the runtimes that generated code is written in, read as what they expand to. Each stands beside its definition
//! in a test that asks the compiler (`cargo xtask semver`), so that a macro that comes to expand to more is noticed.

use methodical_model::surface::{Item, ItemKind, Literal, Matching};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, ItemMacro, LitStr, Pat, Path, Token, Type, braced, bracketed, parenthesized};

use super::item::{Adder, enumeration};
use super::module::{features, plain};

/// What `record!` and its like derive and implement.
const RECORD: [&str; 7] = ["Debug", "Clone", "PartialEq", "Record", "Read", "Serialize", "Deserialize<'de>"];
const PARAMETERS: [&str; 5] = ["Debug", "Clone", "PartialEq", "Record", "Serialize"];
const HEADERS: [&str; 8] =
    ["Debug", "Clone", "PartialEq", "Record", "Read", "Serialize", "Deserialize<'de>", "ResponseHeaders"];
const TEXTS: [&str; 7] = ["Debug", "Clone", "PartialEq", "Eq", "Hash", "Serialize", "Deserialize<'de>"];

/// Adds what an item that is a macro expands to. What none of the runtimes defines expands to nothing that has a name.
pub(super) fn read(item: &ItemMacro, adder: &mut Adder<'_>) {
    let tokens = || item.mac.tokens.clone();
    let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    match name.as_str() {
        "record" => record(&item.attrs, parse::<Record>(&name, tokens()), &RECORD, adder),
        "parameters" => record(&item.attrs, parse::<Record>(&name, tokens()), &PARAMETERS, adder),
        "headers" => record(&item.attrs, parse::<Record>(&name, tokens()), &HEADERS, adder),
        "text_enum" => texts(&item.attrs, parse(&name, tokens()), adder),
        "body" => body(&item.attrs, parse(&name, tokens()), adder),
        "operation" => operation(&item.attrs, parse(&name, tokens()), adder),
        "problem" => problem(&item.attrs, parse(&name, tokens()), adder),
        "outcome" => outcome(&item.attrs, parse(&name, tokens()), adder),
        "refusals" => refusals(&item.attrs, parse(&name, tokens()), adder),
        "schemas" => schemas(&item.attrs, parse(&name, tokens()), adder),
        _ => panic!("generated code has a macro whose surface is not known: {name}"),
    }
}

/// The input of a macro, which the generator has written and the compiler reads by the same rules.
pub(super) fn parse<T: Parse>(name: &str, tokens: TokenStream) -> T {
    match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => panic!("the input of {name}! is not what it takes: {error}"),
    }
}

/// Conditions stand before the macro, all else before what it defines.
fn all(outer: &[Attribute], inner: Vec<Attribute>) -> Vec<Attribute> {
    outer.iter().cloned().chain(inner).collect()
}

/// `record!`, `parameters!`, `headers!`.
struct Record {
    attributes: Vec<Attribute>,
    name: Ident,
    constants: Vec<(String, String)>,
    members: Vec<(Vec<Attribute>, Ident, Type, Option<String>)>,
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        of_method(input)?;
        let content;
        braced!(content in input);
        let mut record = Record { attributes, name, constants: Vec::new(), members: Vec::new() };
        while !content.is_empty() {
            if content.peek(LitStr) {
                let name = content.parse::<LitStr>()?.value();
                content.parse::<Token![=]>()?;
                record.constants.push((name, content.parse::<LitStr>()?.value()));
            } else {
                let attributes = content.call(Attribute::parse_outer)?;
                content.parse::<Ident>()?;
                let member = content.parse()?;
                content.parse::<Token![:]>()?;
                let of = content.parse()?;
                let renamed = content.peek(Token![=]) && !content.peek(Token![=>]);
                let wire = if renamed {
                    content.parse::<Token![=]>()?;
                    Some(content.parse::<LitStr>()?.value())
                } else {
                    None
                };
                if content.parse::<Option<Token![=>]>>()?.is_some() {
                    content.parse::<syn::Expr>()?;
                }
                record.members.push((attributes, member, of, wire));
            }
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(record)
    }
}

/// `of list_tags`.
fn of_method(input: ParseStream<'_>) -> syn::Result<()> {
    let is_there = input.peek(Ident) && input.fork().parse::<Ident>()? == "of";
    if is_there {
        input.parse::<Ident>()?;
        input.parse::<Ident>()?;
    }
    Ok(())
}

fn record(outer: &[Attribute], record: Record, implements: &[&str], adder: &mut Adder<'_>) {
    let attributes = all(outer, record.attributes);
    let (path, there) = (adder.path(&record.name), features(&attributes));
    let constants: Vec<String> = record.constants.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let item = Item {
        meaning: constants.join(", "),
        ..plain(ItemKind::Struct(Literal::Open), format!("struct {}", record.name), None)
    };
    adder.add(path.clone(), &attributes, item);
    for (_, member, of, wire) in &record.members {
        let name = member.to_string();
        let wire = wire.clone().unwrap_or_else(|| name.strip_prefix("r#").unwrap_or(&name).to_owned());
        adder.field(&path, member, &[], of, &there, &wire);
    }
    adder.derived(&path, &attributes);
    implements.iter().for_each(|name| adder.implements(&path, name, there.clone()));
}

/// `text_enum!`.
struct Texts {
    attributes: Vec<Attribute>,
    name: Ident,
    variants: Vec<(Ident, String)>,
    unknown: Ident,
}

impl Parse for Texts {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attributes, name) = enum_head(input)?;
        let content;
        braced!(content in input);
        let mut variants = Vec::new();
        while !content.peek(Token![..]) {
            content.call(Attribute::parse_outer)?;
            let variant = content.parse()?;
            content.parse::<Token![=]>()?;
            variants.push((variant, content.parse::<LitStr>()?.value()));
            content.parse::<Token![,]>()?;
        }
        content.parse::<Token![..]>()?;
        Ok(Texts { attributes, name, variants, unknown: content.parse()? })
    }
}

fn enum_head(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Ident)> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Token![pub]>()?;
    input.parse::<Token![enum]>()?;
    let name = input.parse()?;
    of_method(input)?;
    Ok((attributes, name))
}

fn texts(outer: &[Attribute], texts: Texts, adder: &mut Adder<'_>) {
    let attributes = all(outer, texts.attributes);
    let (path, there) = (adder.path(&texts.name), features(&attributes));
    adder.add(path.clone(), &attributes, enumeration(&texts.name, &attributes));
    for (variant, text) in &texts.variants {
        adder.variant(&path, variant, &TokenStream::new(), text, &there);
    }
    adder.variant(&path, &texts.unknown, &quote!((String)), "", &there);
    let shown = "fn as_str(&self) -> &str".to_owned();
    adder.add(format!("{path}::as_str"), &[], plain(ItemKind::Function, shown, there.clone()));
    adder.derived(&path, &attributes);
    TEXTS.iter().for_each(|name| adder.implements(&path, name, there.clone()));
}

/// `body!`.
struct Body {
    attributes: Vec<Attribute>,
    name: Ident,
    variants: Vec<(Ident, TokenStream)>,
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attributes, name) = enum_head(input)?;
        let content;
        braced!(content in input);
        let mut variants = Vec::new();
        while !content.is_empty() {
            content.call(Attribute::parse_outer)?;
            content.call(Pat::parse_multi)?;
            content.parse::<Token![=>]>()?;
            variants.push((content.parse()?, payload(&content)?));
            content.parse::<Option<Token![,]>>()?;
        }
        Ok(Body { attributes, name, variants })
    }
}

/// What a variant holds.
fn payload(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if !input.peek(syn::token::Paren) {
        return Ok(TokenStream::new());
    }
    let content;
    parenthesized!(content in input);
    let inner: TokenStream = content.parse()?;
    Ok(quote!((#inner)))
}

fn body(outer: &[Attribute], body: Body, adder: &mut Adder<'_>) {
    let attributes = all(outer, body.attributes);
    let (path, there) = (adder.path(&body.name), features(&attributes));
    adder.add(path.clone(), &attributes, enumeration(&body.name, &attributes));
    for (variant, payload) in &body.variants {
        adder.variant(&path, variant, payload, "", &there);
    }
    adder.derived(&path, &attributes);
    ["ReadBody", "WriteBody"].iter().for_each(|name| adder.implements(&path, name, there.clone()));
}

/// `operation!`.
struct Operation {
    name: Ident,
    types: [(&'static str, Type); 3],
    further: Vec<(Ident, Option<Type>)>,
}

impl Parse for Operation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (_, name) = enum_head(input)?;
        input.parse::<Token![=]>()?;
        input.parse::<Path>()?;
        input.parse::<Token![:]>()?;
        let effect = input.parse()?;
        input.parse::<Token![=>]>()?;
        let outcome = input.parse()?;
        input.parse::<Token![,]>()?;
        let problem = input.parse()?;
        let mut further = Vec::new();
        input.parse::<Option<Token![;]>>()?;
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            let item = if input.is_empty() || input.peek(Token![,]) { None } else { Some(input.parse()?) };
            further.push((name, item));
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Operation { name, types: [("Effect", effect), ("Outcome", outcome), ("Problem", problem)], further })
    }
}

fn operation(outer: &[Attribute], operation: Operation, adder: &mut Adder<'_>) {
    let (path, there) = (adder.path(&operation.name), features(outer));
    // Without variants nothing is matched, and nothing could be added.
    adder.add(
        path.clone(),
        outer,
        plain(ItemKind::Enum(Matching::Exhaustive), format!("enum {}", operation.name), None),
    );
    ["Debug", "Operation"].iter().for_each(|name| adder.implements(&path, name, there.clone()));
    for (name, of) in &operation.types {
        adder.associated(&path, "Operation", name, of);
    }
    for (further, item) in &operation.further {
        match item {
            Some(item) => {
                adder.implements(&path, "Paginated", there.clone());
                adder.associated(&path, "Paginated", "Item", item);
            }
            None => adder.implements(&path, &further.to_string(), there.clone()),
        }
    }
}

/// `problem!` and `outcome!`.
struct Answers {
    attributes: Vec<Attribute>,
    name: Ident,
    /// Whether it says which traits it derives, which then are fewer.
    says_derives: bool,
    variants: Vec<(String, Ident, TokenStream)>,
}

impl Parse for Answers {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attributes, name) = enum_head(input)?;
        let says_derives = input.parse::<Option<Token![:]>>()?.is_some();
        if says_derives {
            input.parse::<Ident>()?;
        }
        let content;
        braced!(content in input);
        let mut variants = Vec::new();
        while !content.is_empty() {
            content.call(Attribute::parse_outer)?;
            let statuses = content.call(Pat::parse_multi)?.to_token_stream().to_string();
            content.parse::<Token![=>]>()?;
            content.parse::<Ident>()?;
            let variant = content.parse()?;
            let payload = payload(&content)?;
            if content.peek(Ident) {
                content.parse::<Ident>()?;
                content.parse::<Path>()?;
            }
            content.parse::<Option<Token![,]>>()?;
            variants.push((statuses, variant, payload));
        }
        Ok(Answers { attributes, name, says_derives, variants })
    }
}

fn problem(outer: &[Attribute], answers: Answers, adder: &mut Adder<'_>) {
    let traits = ["Debug", "Clone", "PartialEq", "DeclaredProblem"];
    variants(outer, answers, Matching::Open, &traits, adder);
}

fn outcome(outer: &[Attribute], answers: Answers, adder: &mut Adder<'_>) {
    let all = ["Debug", "Outcome", "Clone", "PartialEq"];
    let traits = if answers.says_derives { &all[..2] } else { &all[..] };
    variants(outer, answers, Matching::Exhaustive, traits, adder);
}

fn variants(outer: &[Attribute], answers: Answers, matching: Matching, traits: &[&str], adder: &mut Adder<'_>) {
    let attributes = all(outer, answers.attributes);
    let (path, there) = (adder.path(&answers.name), features(&attributes));
    let item = plain(ItemKind::Enum(matching), format!("enum {}", answers.name), None);
    adder.add(path.clone(), &attributes, item);
    for (statuses, variant, payload) in &answers.variants {
        adder.variant(&path, variant, payload, statuses, &there);
    }
    traits.iter().for_each(|name| adder.implements(&path, name, there.clone()));
}

/// `refusals!`.
struct Refusals {
    attributes: Vec<Attribute>,
    name: Ident,
    operation: Ident,
    /// The response that each is for, its name, and what it holds.
    variants: Vec<(String, Ident, Vec<Type>)>,
}

impl Parse for Refusals {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        input.parse::<Ident>()?;
        let operation = input.parse()?;
        let content;
        braced!(content in input);
        let mut variants = Vec::new();
        while !content.is_empty() {
            content.call(Attribute::parse_outer)?;
            let pattern: Ident = content.parse()?;
            let statuses = format!("{pattern}{}", payload(&content)?).replace(' ', "");
            content.parse::<Token![=>]>()?;
            let variant = content.parse()?;
            let mut types = Vec::new();
            if content.peek(syn::token::Paren) {
                let parts;
                parenthesized!(parts in content);
                while !parts.is_empty() {
                    parts.parse::<Ident>()?;
                    types.push(parts.parse()?);
                    parts.parse::<Option<Token![,]>>()?;
                }
            }
            content.parse::<Option<Token![,]>>()?;
            variants.push((statuses, variant, types));
        }
        Ok(Refusals { attributes, name, operation, variants })
    }
}

fn refusals(outer: &[Attribute], refusals: Refusals, adder: &mut Adder<'_>) {
    let attributes = all(outer, refusals.attributes);
    let (name, operation) = (&refusals.name, &refusals.operation);
    let (path, there) = (adder.path(name), features(&attributes));
    adder.add(path.clone(), &attributes, enumeration(name, &attributes));
    for (statuses, variant, types) in &refusals.variants {
        let payload = if types.is_empty() { TokenStream::new() } else { quote!((#(#types),*)) };
        adder.variant(&path, variant, &payload, statuses, &there);
    }
    ["Debug", "Clone", "PartialEq"].iter().for_each(|name| adder.implements(&path, name, there.clone()));
    let refusal = format!("methodical_server::Refusal<{}>", adder.path(operation));
    let item = Item {
        shown: format!("impl From<{name}> for Refusal<{operation}>"),
        ..plain(ItemKind::Impl, format!("From<{path}> for {refusal}"), there)
    };
    adder.add(format!("{refusal}: From<{name}>"), &[], item);
}

/// `schemas!`.
struct Schemas(Vec<(Vec<Attribute>, Ident)>);

impl Parse for Schemas {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut statics = Vec::new();
        while !input.is_empty() {
            if input.peek(LitStr) {
                input.parse::<LitStr>()?;
                input.parse::<Token![:]>()?;
                continue;
            }
            let attributes = input.call(Attribute::parse_outer)?;
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            input.parse::<Ident>()?;
            if input.peek(syn::token::Bracket) {
                let references;
                bracketed!(references in input);
                references.parse::<TokenStream>()?;
            }
            input.parse::<Token![;]>()?;
            statics.push((attributes, name));
        }
        Ok(Schemas(statics))
    }
}

fn schemas(outer: &[Attribute], schemas: Schemas, adder: &mut Adder<'_>) {
    for (attributes, name) in schemas.0 {
        let attributes = if features(&attributes).is_some() { attributes } else { all(outer, attributes) };
        let shown = format!("static {name}: Schema");
        let item = Item { shown, ..plain(ItemKind::Static, "methodical_wire::Schema".to_owned(), None) };
        adder.add(adder.path(&name), &attributes, item);
    }
}
