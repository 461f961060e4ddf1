//! The crate around what progenitor wrote.

use std::collections::BTreeMap;

use methodical_generate::{Files, Package, style};
use methodical_model::Api;
use quote::quote;

use crate::lower::{Lowered, MediaTypes};
use crate::run::{Uses, Written};
use crate::{code, readme};

/// What the crate is called behind the prefix.
pub(crate) const SUFFIX: &str = "client-progenitor";

/// The crate's files.
///
/// # Errors
///
/// What progenitor wrote is not Rust.
pub(crate) fn files(api: &Api, package: &Package, lowered: &Lowered, written: &Written) -> Result<Files, String> {
    let mut files = Files::default();
    let mut private = Vec::new();
    let client = style::module(package, "The client as progenitor writes it.", code::tidy(&written.code)?);
    files.insert("src/client.rs", client);
    if lowered.has_media_types() {
        files.insert("src/media_types.rs", media_types(package, &lowered.media_types));
        private.push("media_types");
    }
    files.insert("src/lib.rs", style::crate_root(package, &["client"], &private));
    files.insert("Cargo.toml", manifest(api, package, written.uses));
    files.insert("README.md", readme::readme(api, package, lowered));
    for license in &package.license_files {
        files.insert(license.name.as_str(), license.text.clone());
    }
    Ok(files)
}

/// The function that each method calls before it sends: progenitor knows JSON, and says nothing else of a body.
fn media_types(package: &Package, types: &BTreeMap<String, MediaTypes>) -> String {
    let arms = types.iter().map(|(name, MediaTypes { content_type, accept })| {
        let header = |value: &Option<String>| match value {
            Some(value) => quote!(Some(#value)),
            None => quote!(None),
        };
        let (content_type, accept) = (header(content_type), header(accept));
        quote!(#name => (#content_type, #accept),)
    });
    let items = quote! {
        use reqwest::Request;
        use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

        /// Says what the description says of the bodies of an operation, where that is not `application/json`.
        pub(crate) fn set(request: &mut Request, operation: &str) {
            let (content_type, accept) = of_operation(operation);
            if let Some(content_type) = content_type.filter(|_| request.body().is_some()) {
                request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            }
            if let Some(accept) = accept {
                request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
            }
        }

        /// What it sends and what it asks for.
        fn of_operation(operation: &str) -> (Option<&'static str>, Option<&'static str>) {
            match operation {
                #(#arms)*
                _ => (None, None),
            }
        }
    };
    style::module(package, "The media types of bodies that are not `application/json`.", items)
}

fn manifest(api: &Api, package: &Package, uses: Uses) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    let list = |member: &str, items: &[String]| {
        let items: Vec<_> = items.iter().map(|item| text(item)).collect();
        if items.is_empty() { String::new() } else { format!("{member} = [{}]\n", items.join(", ")) }
    };
    let repository = package.repository.as_deref().map_or(String::new(), |url| format!("repository = {}\n", text(url)));
    let optional = [
        (uses.chrono, "chrono = { version = \"0.4\", default-features = false, features = [\"serde\"] }\n"),
        (uses.futures, "futures = \"0.3\"\n"),
        (uses.regress, "regress = \"0.12\"\n"),
        (uses.uuid, "uuid = { version = \"1\", features = [\"serde\"] }\n"),
    ];
    let of = |wanted: &str| {
        optional
            .iter()
            .filter(|(used, line)| *used && line.starts_with(wanted))
            .map(|(_, line)| *line)
            .collect::<String>()
    };
    format!(
        "# {header}\n\n[package]\nname = {name}\nversion = {version}\nedition = \"2024\"\nrust-version = {rust}\n{publish}\
         description = {description}\nlicense = {license}\n{authors}{repository}readme = \"README.md\"\n\
         {keywords}categories = [\"web-programming::http-client\"]\n\n[package.metadata.docs.rs]\nall-features = true\n\n[dependencies]\n{chrono}{futures}\
         progenitor-client = \"0.15.1\"\n{regress}\
         reqwest = {{ version = \"0.13\", default-features = false, features = [\"json\", \"query\", \"stream\"] }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n{uuid}\n\
         [lints.rust]\nunsafe_code = \"forbid\"\n",
        header = package.header(),
        name = text(&package.crate_name(SUFFIX)),
        version = text(package.version_of(SUFFIX)),
        publish = package.registry.as_ref().map_or(String::new(), |name| format!("publish = [{}]\n", text(name))),
        rust = text(&package.rust_version),
        description = text(&format!("A client of {}, written by progenitor", style::title(api))),
        license = text(&package.license),
        authors = list("authors", &package.authors),
        keywords = list("keywords", &package.keywords),
        chrono = of("chrono"),
        futures = of("futures"),
        regress = of("regress"),
        uuid = of("uuid"),
    )
}
