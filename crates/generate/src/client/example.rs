//! A program that makes the first call: the example of a generated client, and what a user's own workspace begins with.

use std::collections::BTreeSet;

use super::{FirstCall, credentials, first_call};
use crate::Package;
use crate::rust_type::Context;

/// Where the program is.
pub(crate) struct Setting {
    /// What it says of itself.
    pub(crate) docs: String,
    /// Which server it calls, unless `BASE_URL` names another.
    pub(crate) base: String,
    /// What it shows the server, unless `API_TOKEN` is another.
    pub(crate) token: &'static str,
    /// Statements that tell the builder more.
    pub(crate) more: String,
}

/// The example of the crate.
pub(super) fn example(context: &Context<'_>, package: &Package) -> String {
    let title = crate::starter::title(context.api);
    let setting = Setting {
        docs: format!(
            "//! A first call to {title}.\n//!\n//! `BASE_URL` is another server than the declared one, and `API_TOKEN` what \
             to show it.\n"
        ),
        base: server(context),
        token: "...",
        more: String::new(),
    };
    format!("// {}\n\n{}", package.header(), program(context, package, &setting))
}

/// The features that the example needs.
pub(crate) fn example_features(context: &Context<'_>) -> BTreeSet<String> {
    let tag = first_call(context).map(|call| context.api.operation(call.operation).tag);
    let features = tag.and_then(|tag| context.features.of_tag(tag));
    features.map(|features| context.features.names_of(&features)).unwrap_or_default()
}

/// The first declared server that can be called as it stands.
pub(crate) fn server(context: &Context<'_>) -> String {
    let server = context.api.servers.iter().map(|server| server.url.as_str()).find(|url| url.starts_with("https://"));
    let server = server.filter(|url| !url.contains(['"', '\\', '{']));
    server.unwrap_or("https://api.example.com").to_owned()
}

/// The program.
pub(crate) fn program(context: &Context<'_>, package: &Package, setting: &Setting) -> String {
    let library = package.library_name("client");
    let credentials = credentials(context);
    let mut runtime = vec!["BaseUrl"];
    runtime.extend(credentials.iter().map(|one| one.type_name));
    runtime.sort_unstable();
    runtime.dedup();
    let runtime = if runtime.len() == 1 { runtime.concat() } else { format!("{{{}}}", runtime.join(", ")) };
    let call = first_call(context);
    let query = call.as_ref().and_then(|call| call.query.as_deref());
    // In the order of `rustfmt`: lists come last.
    let uses = match query {
        Some(query) => format!("use {library}::runtime::{runtime};\nuse {library}::{{Client, {query}}};\n"),
        None => format!("use {library}::Client;\nuse {library}::runtime::{runtime};\n"),
    };
    let given: String = credentials
        .iter()
        .map(|one| {
            let value = match one.type_name {
                "Basic" => "Basic::new(token.as_str(), token.as_str())",
                _ => "Token::new(token.as_str())",
            };
            format!("    builder = builder.credential({:?}, {value});\n", one.scheme)
        })
        .collect();
    let Setting { docs, base, token, more } = setting;
    let token = if credentials.is_empty() {
        String::new()
    } else {
        format!("    let token = std::env::var(\"API_TOKEN\").unwrap_or_else(|_| \"{token}\".to_owned());\n")
    };
    let (begin, changed) = match given.is_empty() && more.is_empty() {
        true => ("    let builder", String::new()),
        false => ("    let mut builder", format!("{given}{more}")),
    };
    format!(
        "{docs}\nuse std::error::Error;\nuse std::process::ExitCode;\n\n{uses}\n\
         #[tokio::main]\nasync fn main() -> ExitCode {{\n    match first_call().await {{\n        Ok(()) => \
         ExitCode::SUCCESS,\n        Err(error) => {{\n            let causes = \
         std::iter::successors(Some(error.as_ref() as &dyn Error), |cause| (*cause).source());\n            \
         eprintln!(\"{{}}\", causes.map(ToString::to_string).collect::<Vec<_>>().join(\": \"));\n            \
         ExitCode::FAILURE\n        }}\n    }}\n}}\n\nasync fn first_call() -> Result<(), Box<dyn Error>> {{\n    let base = \
         std::env::var(\"BASE_URL\").unwrap_or_else(|_| \"{base}\".to_owned());\n{token}{begin} = \
         Client::builder(BaseUrl::https(&base)?);\n{changed}    let client = \
         Client::from_runtime(builder.build()?);\n{call}    Ok(())\n}}\n",
        call = call.map_or_else(no_call, |call| expand(&call)),
    )
}

fn expand(FirstCall { method, arguments, .. }: &FirstCall) -> String {
    let shown = crate::names::plain(method);
    format!("    let answer = client.{method}({arguments}).await?;\n    println!(\"{shown}: {{answer:#?}}\");\n")
}

/// Where no operation can be called without more thought.
fn no_call() -> String {
    "    // Every operation needs arguments of your own; each is a method of the client.\n    println!(\"{client:?}\");\n"
        .to_owned()
}
