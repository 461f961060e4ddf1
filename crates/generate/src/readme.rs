//! The README of a crate, which is the front page of its documentation too: a first example that compiles, and of a client
//! what a new user asks next. Examples are made from the description's own operations; what it has none for is left out.

use methodical_model::{Api, Method, Operation, OperationId, Outcome};

use crate::Package;
use crate::data::operation::is_argument;
use crate::docs::{code, first_line, wrapped};
use crate::manifest::Crate;
use crate::names::plain;
use crate::rust_type::{Context, Known};

/// What features there are.
const FEATURES: &str = "## Features\n\nThe operations of each tag are a feature; all are chosen by default. A type is \
    compiled where an operation\nof a chosen tag needs it.\n\n";

/// The text.
pub(crate) fn readme(context: &Context<'_>, kind: &Crate) -> String {
    let Context { known, api, package, .. } = *context;
    let has_features = !context.features.names().is_empty();
    let name = package.crate_name(kind.suffix());
    let description = kind.description(&code(&title(api)));
    let about = api.docs.description.as_deref().map(first_line).unwrap_or_default();
    let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
    let example = match kind {
        Crate::Types => types_example(context),
        Crate::Client => format!("{}{}", client_example(known, package), guide(known, package)),
        Crate::Server => server_example(context),
        Crate::Sender(_) => SENDER.to_owned(),
        Crate::Receiver(_) => RECEIVER.to_owned(),
    };
    let promises = match kind {
        Crate::Types => String::new(),
        Crate::Client | Crate::Server | Crate::Sender(_) | Crate::Receiver(_) => context.common.sections(),
    };
    let features = if has_features { FEATURES } else { "" };
    let license = &package.license;
    format!(
        "<!-- {} -->\n\n# {name}\n\n{description}.\n\n{about}{example}\n{promises}{features}## Licence\n\n`{license}`\n",
        package.header()
    )
}

/// The API's title on one line.
pub(crate) fn title(api: &Api) -> String {
    let title = api.docs.summary.as_deref().unwrap_or("an HTTP API");
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "an HTTP API".to_owned() } else { line }
}

const SENDER: &str = "\
Every webhook and callback is a method of `Client`. What it returns is a call; `.to(&receiver)` sends it to the URL that a\nreceiver \
has registered (`BaseUrl::receiver`), and `.back_to(&occasion)` sends a callback to the URL that the request named\nwhich it \
answers to. Without either it goes to a path of its own below the client's base URL. Only `https` URLs are receivers.\n";

const RECEIVER: &str = "\
Each tag of the description is a trait whose methods receive its webhooks and callbacks; `service` makes a router of\nan \
implementation. A webhook stands at a path of its own, which `types::webhooks` tells; that URL is what to register.\n";

fn types_example(context: &Context<'_>) -> String {
    let Context { api, package, names, .. } = *context;
    let Some((id, operation)) = api.operations_with_ids().next() else { return String::new() };
    let constant = &names.operation(id).constant;
    let (library, path) = (package.library_name("types"), &operation.path.text);
    let client = package.crate_name("client");
    let client = if package.client {
        format!("Calls are made by `{client}`, which has these types as `types`: begin there.\n\n")
    } else {
        String::new()
    };
    format!("{client}```rust\nuse {library}::operations;\n\nassert_eq!(operations::{constant}.path, {path:?});\n```\n")
}

fn client_example(known: &Known<'_>, package: &Package) -> String {
    let library = package.library_name("client");
    let context = crate::client::context(known, package);
    let credentials = crate::client::credentials(&context);
    let mut runtime = vec!["BaseUrl"];
    runtime.extend(credentials.iter().map(|one| one.type_name));
    runtime.sort_unstable();
    runtime.dedup();
    let given: String = credentials.iter().map(|one| format!(", {}", sample_credential(one.type_name))).collect();
    let server = crate::client::server(&context);
    let call = first_call(&context).unwrap_or_else(|| "    println!(\"{client:?}\");\n".to_owned());
    let imports = match runtime.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{{{}}}", several.join(", ")),
    };
    let name = package.crate_name("client");
    let registry = package.registry.as_ref().map_or(String::new(), |registry| format!(" --registry {registry}"));
    format!(
        "```console\n$ cargo add {name}{registry}\n$ cargo add tokio --features macros,rt-multi-thread\n```\n\n\
         ```rust,no_run\nuse {library}::Client;\nuse {library}::runtime::{imports};\n\n\
         async fn first_call() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let base = BaseUrl::https(\"{server}\")?;\n    let client = Client::new(base{given})?;\n{call}    Ok(())\n}}\n```\n"
    )
}

/// A call without arguments, of a read whose outcome is a value.
fn first_call(context: &Context<'_>) -> Option<String> {
    let (id, _) = context.api.operations_with_ids().find(|(_, operation)| {
        let bare = operation.parameters.iter().all(|parameter| !is_argument(parameter));
        operation.method == Method::Get && operation.outcome == Outcome::Fetch && bare && operation.body.is_none()
    })?;
    let method = &context.names.operation(id).method;
    let name = plain(&method.to_string()).to_owned();
    Some(format!("    let answer = client.{method}().await?;\n    println!(\"{name}: {{:?}}\", answer.value);\n"))
}

fn server_example(context: &Context<'_>) -> String {
    let Context { api, package, names, .. } = *context;
    let library = package.library_name("server");
    let traits: Vec<String> = api
        .tags_with_ids()
        .filter(|(id, _)| api.operations.iter().any(|operation| operation.tag == *id))
        .map(|(id, _)| names.handlers(id).to_string())
        .collect();
    let (uses, generics, bounds) = match traits.as_slice() {
        [] => (format!("use {library}::runtime::Api;\n"), "A: Api".to_owned(), String::new()),
        [one] => (format!("use {library}::{one};\n"), format!("A: {one}"), String::new()),
        several if several.join(" + ").len() <= LINE / 2 => {
            let uses = format!("use {library}::{{{}}};\n", several.join(", "));
            (uses, format!("A: {}", several.join(" + ")), String::new())
        }
        several => {
            let uses = format!("use {library}::{{\n{}}};\n", broken(several, ", ", "    "));
            (uses, "A".to_owned(), format!("\nwhere\n    A:\n{}", broken(several, " + ", "        ")))
        }
    };
    let body = if bounds.is_empty() { " {" } else { "{" };
    format!(
        "An implementation of the handler traits becomes a service over a store:\n\n```rust\n{uses}\
         use {library}::runtime::Service;\n\nfn start<{generics}>(api: A, store: A::Store) -> Service<A>{bounds}{body}\n    \
         {library}::service(api, store)\n}}\n```\n"
    )
}

/// How long a line of an example is at most.
const LINE: usize = 90;

/// Names in lines of a readable length.
fn broken(names: &[String], between: &str, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for (index, name) in names.iter().enumerate() {
        let behind = if index + 1 == names.len() { "," } else { between };
        let is_full = lines.last().is_some_and(|line| !line.is_empty() && line.len() + name.len() > LINE);
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&format!("{name}{behind}"));
        }
    }
    lines.iter().map(|line| format!("{indent}{}\n", line.trim_end())).collect()
}

/// How a client is used: what holds for every description, with an example of each where this one has the operation.
fn guide(known: &Known<'_>, package: &Package) -> String {
    let context = crate::client::context(known, package);
    let sections = [
        Some(settings(&context)),
        Some(outcomes()),
        Some(repeating(&context)),
        pages(&context),
        waiting(&context),
        links(&context),
    ];
    sections.into_iter().flatten().map(|section| format!("\n{}", lines(&section))).collect()
}

/// A section with its paragraphs in lines of a readable length.
fn lines(section: &str) -> String {
    let mut in_code = false;
    let blocks = section.trim_end().split("\n\n").map(|block| {
        let is_text = !in_code && !block.starts_with("```");
        in_code = !is_text && !block.ends_with("```");
        if is_text { wrapped(block) } else { block.to_owned() }
    });
    let blocks: Vec<String> = blocks.collect();
    format!("{}\n", blocks.join("\n\n"))
}

fn settings(context: &Context<'_>) -> String {
    let credentials = crate::client::credentials(context);
    let mut names: Vec<&str> = credentials.iter().map(|one| one.type_name).chain(["BaseUrl", "RetryPolicy"]).collect();
    names.sort_unstable();
    names.dedup();
    let given: String = credentials
        .iter()
        .map(|one| format!("        .credential({:?}, {})\n", one.scheme, sample_credential(one.type_name)))
        .collect();
    let (library, names) = (context.package.library_name("client"), names.join(", "));
    let code = format!(
        "use std::time::Duration;\n\nuse {library}::Client;\nuse {library}::runtime::{{{names}}};\n\n\
         fn client(base: BaseUrl) -> Result<Client, Box<dyn std::error::Error>> {{\n    \
         let policy = RetryPolicy {{ retries: 4, ..RetryPolicy::default() }};\n    \
         let runtime = Client::builder(base)\n{given}        .timeout(Duration::from_secs(20))\n        \
         .retry_policy(policy)\n        .build()?;\n    Ok(Client::from_runtime(runtime))\n}}\n"
    );
    format!(
        "## Settings\n\nTimeouts, retries, certificates and credentials are chosen once, and kept by the client and its \
         clones; a single call may differ.\n\n{}\n",
        rust(&code)
    )
}

fn sample_credential(type_name: &str) -> &'static str {
    match type_name {
        "Basic" => "Basic::new(\"user\", \"password\")",
        _ => "Token::new(\"...\")",
    }
}

fn outcomes() -> String {
    "## Calls\n\nA method returns a call, and nothing is sent before it is awaited. What it comes to says what happened: a \
     `Put` was `Created`, `Replaced` or, where an attempt got lost, `Stored`; a `Find` is `Found` or `NotFound`. What is \
     refused is a `CallError`: `Declared` with an enum of the operation's own, `Unauthorized`, `RateLimited`, or \
     `Indeterminate` where nobody can know whether it took effect. `Meta` (entity tag, rate limit, request id, attempts) \
     comes with all of them.\n\nA call can be told more before it is awaited: `.timeout(..)` for all its attempts, \
     `.retries(..)`, `.header(..)`; and where the operation has it `.if_match(..)` and `.create_only()`, \
     `.if_none_match(..)`, and `.head()` for GET without the body. Each method's documentation lists which.\n\n\
     A body whose members may be left out has `new(..)` with those that may not, so that the others are set by \
     `Thing { colour: Some(..), ..Thing::new(..) }`; where all may be left out, it has `Default`.\n"
        .to_owned()
}

/// The example is a POST with a key.
fn repeating(context: &Context<'_>) -> String {
    let mut text =
        "## Repeating\n\nA call whose attempt fails or gets lost is repeated, twice unless `.retries(..)` or \
                    the client's `RetryPolicy` says otherwise, if the operation promises that this is harmless. A POST \
                    makes no such promise, and has no `.retries(..)`"
            .to_owned();
    let keyed =
        |operation: &Operation| operation.idempotency.is_some() && operation.effect == methodical_model::Effect::Unsafe;
    let example = find(context, |_, operation| keyed(operation) && body_type(context, operation).is_some());
    let body = example.and_then(|(id, operation)| Some((id, body_type(context, operation)?)));
    let Some((id, body)) = body else {
        return format!("{text}.{RATE}");
    };
    text.push_str(" before it has an idempotency key, under which the server does it once:\n\n");
    let (library, method) = (context.package.library_name("client"), &context.names.operation(id).method);
    let code = format!(
        "use {library}::Client;\nuse {library}::runtime::IdempotencyKey;\nuse {library}::types::{body};\n\n\
         async fn once(client: &Client, body: &{body}) -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let key = IdempotencyKey::random();\n    let answer = client.{method}(body).idempotency_key(&key).retries(5).await?;\n    \
         println!(\"{{:?}}\", answer.value);\n    Ok(())\n}}\n"
    );
    format!("{text}{}{RATE}", rust(&code))
}

/// Follows either text.
const RATE: &str = "\n\nA refusal for load (429, or 503 with `Retry-After`) had no effect, so it is waited out for every \
                    operation, up to the policy's `retry_after_at_most` and the call's timeout; a longer one is a \
                    `CallError::RateLimited` that says how long.\n";

fn pages(context: &Context<'_>) -> Option<String> {
    let (id, operation) =
        find(context, |id, operation| operation.body.is_none() && crate::client::is_paginated(context, id))?;
    let has_query = operation.parameters.iter().any(is_argument);
    let names = context.names.operation(id);
    let (library, method, query) = (context.package.library_name("client"), &names.method, &names.query);
    let (import, argument) = if has_query {
        (format!("use {library}::{{Client, {query}}};\n"), format!("{query}::default()"))
    } else {
        (format!("use {library}::Client;\n"), String::new())
    };
    let code = format!(
        "{import}\nasync fn all(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let mut items = client.{method}({argument}).items();\n    while let Some(item) = items.next().await {{\n        \
         println!(\"{{:?}}\", item?);\n    }}\n    Ok(())\n}}\n"
    );
    Some(format!(
        "## Pages\n\n`.items()` walks a list to its end and fetches a page when it is needed; `.pages()` gives whole \
         pages, `.items().all()` a `Vec`. Both are a `Stream` as well.\n\n{}\n",
        rust(&code)
    ))
}

fn waiting(context: &Context<'_>) -> Option<String> {
    let mut monitors = context.api.operations_with_ids().filter_map(|(id, operation)| {
        let wait = context.names.operation(id).wait.as_ref()?;
        operation.monitor.as_ref().map(|_| (id, operation, wait))
    });
    let (id, operation, wait) = monitors.next()?;
    let names = context.names.operation(id);
    let library = context.package.library_name("client");
    let marker = &names.marker;
    let code = format!(
        "use std::time::Duration;\n\nuse {library}::{marker};\nuse {library}::runtime::{{Wait, WaitError, WaitPolicy}};\n\n\
         async fn finish(work: Wait<{marker}>) -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let policy = WaitPolicy {{ first: Duration::from_secs(1), ..WaitPolicy::default() }};\n    \
         match work.policy(policy).give_up_after(Duration::from_secs(300)).await {{\n        \
         Ok(done) => println!(\"done: {{done:?}}\"),\n        \
         Err(WaitError::Failed(ended)) => println!(\"failed: {{ended:?}}\"),\n        \
         Err(other) => return Err(other.into()),\n    }}\n    Ok(())\n}}\n"
    );
    Some(format!(
        "## Waiting\n\nWork that goes on after the answer is followed by `{} {}`. `client.{wait}(..)`, or the method \
         `{wait}` of the answer that began the work, asks until it has ended:\n\n{}\n",
        operation.method.as_str(),
        operation.path.text,
        rust(&code)
    ))
}

fn links(context: &Context<'_>) -> Option<String> {
    let library = context.package.library_name("client");
    let import = rust(&format!("use {library}::prelude::*;\n"));
    crate::client::has_links(context).then(|| {
        format!(
            "## Links\n\nWhat one answer holds forms the next request: the links of the description are methods of the \
             bodies, each in a trait such as those of the module `prelude`, which brings all of them in:\n\n{import}\n"
        )
    })
}

fn rust(code: &str) -> String {
    format!("```rust,no_run\n{code}```")
}

/// The first operation that needs no arguments beside a body, and is what is wanted.
fn find<'a>(
    context: &Context<'a>,
    wanted: impl Fn(OperationId, &Operation) -> bool,
) -> Option<(OperationId, &'a Operation)> {
    let bare = |operation: &Operation| {
        operation.parameters.iter().filter(|parameter| is_argument(parameter)).all(|parameter| !parameter.required)
    };
    context
        .api
        .operations_with_ids()
        .find(|(id, operation)| !operation.deprecated && bare(operation) && wanted(*id, operation))
}

/// The named type of a body that is the method's only argument.
fn body_type<'a>(context: &Context<'a>, operation: &Operation) -> Option<&'a str> {
    let body = operation.body.as_ref().filter(|body| body.required)?;
    let content = body.contents.first().filter(|content| content.kind == methodical_model::MediaType::Json)?;
    let none_else = operation.parameters.iter().all(|parameter| !is_argument(parameter));
    let carries = operation.outcome == Outcome::Create;
    let id = content.schema.type_id().filter(|_| none_else && carries && !content.schema.nullable)?;
    Some(&context.api.type_def(id).name.pascal)
}
