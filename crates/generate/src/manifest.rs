//! What a crate needs beside its code: `Cargo.toml` and licences; the README is [`crate::readme`]'s.

use crate::features::Features;
use crate::readme::title;
use crate::rust_type::Context;
use crate::{Files, Package};

/// Which of the crates.
pub(crate) enum Crate {
    Types,
    Client,
    Server,
    /// Of webhooks and callbacks, in the API's server.
    Sender(TypesFeature),
    /// Of webhooks and callbacks, in the API's client.
    Receiver(TypesFeature),
}

/// Whether the crate of types has a feature for webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypesFeature {
    Webhooks,
    None,
}

impl TypesFeature {
    pub(crate) fn of(features: &Features) -> TypesFeature {
        match features.of_webhooks() {
            Some(_) => TypesFeature::Webhooks,
            None => TypesFeature::None,
        }
    }
}

/// Adds the files that are not code.
pub(crate) fn insert(files: &mut Files, context: &Context<'_>, kind: &Crate) {
    let package = context.package;
    files.insert("Cargo.toml", manifest(context, kind));
    files.insert("README.md", crate::readme::readme(context, kind));
    for license in &package.license_files {
        files.insert(license.name.as_str(), license.text.clone());
    }
}

impl Crate {
    pub(crate) fn suffix(&self) -> &'static str {
        match self {
            Crate::Types => "types",
            Crate::Client => "client",
            Crate::Server => "server",
            Crate::Sender(_) => "webhook-sender",
            Crate::Receiver(_) => "webhook-receiver",
        }
    }

    pub(crate) fn description(&self, title: &str) -> String {
        match self {
            Crate::Types => format!("Types, schemas and operations of {title}"),
            Crate::Client => format!("A client of {title}"),
            Crate::Server => format!("Handler traits and the service of {title}"),
            Crate::Sender(_) => format!("What sends the webhooks and callbacks of {title}"),
            Crate::Receiver(_) => format!("Handler traits for the webhooks and callbacks of {title}"),
        }
    }

    fn category(&self) -> &'static str {
        match self {
            Crate::Types => "web-programming",
            Crate::Client | Crate::Sender(_) => "web-programming::http-client",
            Crate::Server | Crate::Receiver(_) => "web-programming::http-server",
        }
    }
}

/// The features: each alone, and all of them by default.
fn features(package: &Package, features: &Features, kind: &Crate) -> String {
    let names = features.names();
    if names.is_empty() {
        return String::new();
    }
    let all: Vec<String> = names.iter().map(|name| format!("    {},\n", toml_string(name))).collect();
    let types = package.crate_name("types");
    let each: Vec<String> = names
        .iter()
        .map(|name| match kind {
            Crate::Types => format!("{name} = []\n"),
            Crate::Client | Crate::Server | Crate::Sender(_) | Crate::Receiver(_) => {
                format!("{name} = [{}]\n", toml_string(&format!("{types}/{name}")))
            }
        })
        .collect();
    let (all, each) = (all.concat(), each.concat());
    format!(
        "\n# One for the operations of each tag, and the types that they need.\n[features]\ndefault = [\n{all}]\n{each}"
    )
}

/// What the example of a client needs.
fn example(context: &Context<'_>, kind: &Crate) -> String {
    if !matches!(kind, Crate::Client) {
        return String::new();
    }
    let features = crate::client::example_features(context);
    let features: Vec<String> = features.iter().map(|name| toml_string(name)).collect();
    let needed = if features.is_empty() {
        String::new()
    } else {
        let name = toml_string(&context.package.example_name());
        format!("\n[[example]]\nname = {name}\nrequired-features = [{}]\n", features.join(", "))
    };
    format!(
        "\n[dev-dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{needed}"
    )
}

const LINTS: &str = "\
[lints.rust]
missing_docs = \"warn\"
unsafe_code = \"forbid\"

# The description chooses names, and how deep things nest.
[lints.clippy]
disallowed_names = \"allow\"
should_implement_trait = \"allow\"
type_complexity = \"allow\"
wrong_self_convention = \"allow\"
";

fn manifest(context: &Context<'_>, kind: &Crate) -> String {
    let (api, package) = (context.api, context.package);
    let list = |member: &str, items: &[String]| {
        let items: Vec<_> = items.iter().map(|item| toml_string(item)).collect();
        if items.is_empty() { String::new() } else { format!("{member} = [{}]\n", items.join(", ")) }
    };
    let repository =
        package.repository.as_deref().map_or(String::new(), |url| format!("repository = {}\n", toml_string(url)));
    format!(
        "# {header}\n\n[package]\nname = {name}\nversion = {version}\nedition = \"2024\"\nrust-version = {rust}\n{publish}\
         description = {description}\nlicense = {license}\n{authors}{repository}readme = \"README.md\"\n\
         {keywords}categories = [\"{category}\"]\n\n[package.metadata.docs.rs]\nall-features = true\n\n\
         [dependencies]\n{dependencies}{example}{features}\n{LINTS}",
        header = package.header(),
        name = toml_string(&package.crate_name(kind.suffix())),
        version = toml_string(package.version_of(kind.suffix())),
        publish = publish(package),
        rust = toml_string(&package.rust_version),
        description = toml_string(&kind.description(&title(api))),
        license = toml_string(&package.license),
        authors = list("authors", &package.authors),
        keywords = list("keywords", &package.keywords),
        category = kind.category(),
        dependencies = dependencies(package, context.features, kind),
        example = example(context, kind),
        features = features(package, context.features, kind),
    )
}

fn dependencies(package: &Package, features: &Features, kind: &Crate) -> String {
    let registry = |name: &Option<String>| {
        name.as_ref().map_or(String::new(), |name| format!(", registry = {}", toml_string(name)))
    };
    let runtime = |name: &str| {
        let version = toml_string(&package.runtime.version);
        let path = package.runtime.path.as_ref().map_or(String::new(), |folder| {
            format!(", path = {}", toml_string(&format!("{}/{name}", folder.trim_end_matches('/'))))
        });
        match format!("{path}{}", registry(&package.runtime.registry)) {
            plain if plain.is_empty() => format!("methodical-{name} = {version}\n"),
            more => format!("methodical-{name} = {{ version = {version}{more} }}\n"),
        }
    };
    let types = package.crate_name("types");
    let version = toml_string(package.version_of("types"));
    let path = toml_string(&format!("../{types}"));
    // The features of this crate choose those of that one.
    let chosen = match kind {
        Crate::Sender(TypesFeature::Webhooks) | Crate::Receiver(TypesFeature::Webhooks) => {
            ", default-features = false, features = [\"webhooks\"]"
        }
        Crate::Types | Crate::Client | Crate::Server | Crate::Sender(_) | Crate::Receiver(_) => {
            if features.names().is_empty() { "" } else { ", default-features = false" }
        }
    };
    let registry = registry(&package.registry);
    let types = format!("{types} = {{ version = {version}, path = {path}{registry}{chosen} }}\n");
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";
    match kind {
        Crate::Types => format!("{}{serde}", runtime("wire")),
        Crate::Client | Crate::Sender(_) => format!("{}{serde}{types}", runtime("client")),
        Crate::Server | Crate::Receiver(_) => format!("{}{serde}{types}", runtime("server")),
    }
}

/// The line that keeps a crate for another registry from the public one.
fn publish(package: &Package) -> String {
    package.registry.as_ref().map_or(String::new(), |name| format!("publish = [{}]\n", toml_string(name)))
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
