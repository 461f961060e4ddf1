//! What a crate needs beside its code: `Cargo.toml`, README and licences.

use methodical_model::{Api, Method, Outcome};

use crate::data::operation::is_argument;
use crate::docs::{code, first_line};
use crate::names::{Names, plain};
use crate::promises::common_section;
use crate::rust_type::Context;
use crate::{Files, Package};

/// Which of the crates.
pub(crate) enum Crate {
    Types,
    Client,
    Server,
}

/// Adds the files that are not code.
pub(crate) fn insert(files: &mut Files, api: &Api, package: &Package, kind: &Crate) {
    files.insert("Cargo.toml", manifest(api, package, kind));
    files.insert("README.md", readme(api, package, kind));
    for license in &package.license_files {
        files.insert(license.name.as_str(), license.text.clone());
    }
}

impl Crate {
    fn suffix(&self) -> &'static str {
        match self {
            Crate::Types => "types",
            Crate::Client => "client",
            Crate::Server => "server",
        }
    }

    fn description(&self, title: &str) -> String {
        match self {
            Crate::Types => format!("Types, schemas and operations of {title}"),
            Crate::Client => format!("A client of {title}"),
            Crate::Server => format!("Handler traits and the service of {title}"),
        }
    }

    fn category(&self) -> &'static str {
        match self {
            Crate::Types => "web-programming",
            Crate::Client => "web-programming::http-client",
            Crate::Server => "web-programming::http-server",
        }
    }
}

fn manifest(api: &Api, package: &Package, kind: &Crate) -> String {
    let list = |member: &str, items: &[String]| {
        let items: Vec<_> = items.iter().map(|item| toml_string(item)).collect();
        if items.is_empty() { String::new() } else { format!("{member} = [{}]\n", items.join(", ")) }
    };
    let repository =
        package.repository.as_deref().map_or(String::new(), |url| format!("repository = {}\n", toml_string(url)));
    format!(
        "# {header}\n\n[package]\nname = {name}\nversion = {version}\nedition = \"2024\"\nrust-version = {rust}\n\
         description = {description}\nlicense = {license}\n{authors}{repository}readme = \"README.md\"\n\
         {keywords}categories = [\"{category}\"]\n\n[package.metadata.docs.rs]\nall-features = true\n\n\
         [dependencies]\n{dependencies}\n[lints.rust]\nmissing_docs = \"warn\"\nunsafe_code = \"forbid\"\n",
        header = package.header(),
        name = toml_string(&package.crate_name(kind.suffix())),
        version = toml_string(&package.version),
        rust = toml_string(&package.rust_version),
        description = toml_string(&kind.description(&title(api))),
        license = toml_string(&package.license),
        authors = list("authors", &package.authors),
        keywords = list("keywords", &package.keywords),
        category = kind.category(),
        dependencies = dependencies(package, kind),
    )
}

fn dependencies(package: &Package, kind: &Crate) -> String {
    let runtime = |name: &str| {
        let version = toml_string(&package.runtime.version);
        match &package.runtime.path {
            Some(folder) => {
                let path = toml_string(&format!("{}/{name}", folder.trim_end_matches('/')));
                format!("methodical-{name} = {{ version = {version}, path = {path} }}\n")
            }
            None => format!("methodical-{name} = {version}\n"),
        }
    };
    let types = package.crate_name("types");
    let version = toml_string(&package.version);
    let types = format!("{types} = {{ version = {version}, path = {} }}\n", toml_string(&format!("../{types}")));
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";
    match kind {
        Crate::Types => format!("{}{serde}", runtime("wire")),
        Crate::Client => format!("{}{serde}{types}", runtime("client")),
        Crate::Server => format!("{}{serde}{types}", runtime("server")),
    }
}

fn readme(api: &Api, package: &Package, kind: &Crate) -> String {
    let name = package.crate_name(kind.suffix());
    let description = kind.description(&code(&title(api)));
    let about = api.docs.description.as_deref().map(first_line).unwrap_or_default();
    let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
    let example = match kind {
        Crate::Types => types_example(api, package),
        Crate::Client => client_example(api, package),
        Crate::Server => server_example(api, package),
    };
    let promises = match kind {
        Crate::Types => String::new(),
        Crate::Client | Crate::Server => common_section(api),
    };
    let license = &package.license;
    format!(
        "<!-- {} -->\n\n# {name}\n\n{description}.\n\n{about}{example}\n{promises}## Licence\n\n`{license}`\n",
        package.header()
    )
}

/// The API's title on one line.
fn title(api: &Api) -> String {
    let title = api.docs.summary.as_deref().unwrap_or("an HTTP API");
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "an HTTP API".to_owned() } else { line }
}

fn types_example(api: &Api, package: &Package) -> String {
    let Some((id, operation)) = api.operations_with_ids().next() else { return String::new() };
    let names = Names::of(api);
    let constant = &names.operation(id).constant;
    let (library, path) = (package.library_name("types"), &operation.path.text);
    format!("```rust\nuse {library}::operations;\n\nassert_eq!(operations::{constant}.path, {path:?});\n```\n")
}

fn client_example(api: &Api, package: &Package) -> String {
    let library = package.library_name("client");
    let context = crate::client::context(api, package);
    let credentials = crate::client::credentials(&context);
    let mut runtime = vec!["BaseUrl"];
    runtime.extend(credentials.iter().map(|one| one.type_name));
    runtime.sort_unstable();
    runtime.dedup();
    let given: String = credentials
        .iter()
        .map(|one| match one.type_name {
            "Basic" => ", Basic::new(\"user\", \"password\")".to_owned(),
            _ => ", Token::new(\"...\")".to_owned(),
        })
        .collect();
    let server = api.servers.iter().map(|server| server.url.as_str()).find(|url| url.starts_with("https://"));
    let server = server.filter(|url| !url.contains(['"', '\\', '{'])).unwrap_or("https://api.example.com");
    let call = first_call(&context).unwrap_or_else(|| "    println!(\"{client:?}\");\n".to_owned());
    let imports = match runtime.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{{{}}}", several.join(", ")),
    };
    format!(
        "```rust,no_run\nuse {library}::Client;\nuse {library}::runtime::{imports};\n\n\
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

fn server_example(api: &Api, package: &Package) -> String {
    let library = package.library_name("server");
    let names = Names::of(api);
    let traits: Vec<String> = api
        .tags_with_ids()
        .filter(|(id, _)| api.operations.iter().any(|operation| operation.tag == *id))
        .map(|(id, _)| names.handlers(id).to_string())
        .collect();
    let (uses, bounds) = match traits.as_slice() {
        [] => (format!("use {library}::runtime::Api;\n"), "Api".to_owned()),
        [one] => (format!("use {library}::{one};\n"), one.clone()),
        several => (format!("use {library}::{{{}}};\n", several.join(", ")), several.join(" + ")),
    };
    format!(
        "An implementation of the handler traits becomes a service over a store:\n\n```rust\n{uses}\
         use {library}::runtime::Service;\n\nfn start<A: {bounds}>(api: A, store: A::Store) -> Service<A> {{\n    \
         {library}::service(api, store)\n}}\n```\n"
    )
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut string = String::with_capacity(text.len() + 2);
    string.push('"');
    for character in text.chars() {
        match character {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            control if control.is_control() => string.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => string.push(other),
        }
    }
    string.push('"');
    string
}
