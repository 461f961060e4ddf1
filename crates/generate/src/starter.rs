//! What a user begins with: a program that makes a first call, and a service in which every operation is still to be
//! written. Both are crates beside the generated ones, in a workspace that compiles at once. They are written once and are
//! the user's own from then on, so nothing in them says that it was generated.

mod example;
mod service;
mod workspace;

use methodical_model::Api;

use crate::rust_type::{Context, Known};
use crate::{Files, Package, RuntimeSource};

/// Where things lie, as seen from the folder of the workspace.
#[derive(Debug, Clone)]
pub struct Starter {
    /// The folder of the generated crates, such as `generated`.
    pub output: String,
    /// The description, such as `../openapi.yaml`.
    pub description: String,
    /// Whether the workspace has a crate that calls the client.
    pub client: bool,
    /// Whether the workspace has a crate that implements the server.
    pub server: bool,
}

/// The files of the workspace, by path relative to its folder. `package.runtime` has its path as seen from a crate in that
/// folder.
pub(crate) fn starter(known: &Known<'_>, package: &Package, starter: &Starter) -> Files {
    let api = known.api;
    let mut files = Files::default();
    workspace::insert(&mut files, api, package, starter);
    if starter.client {
        example::insert(&mut files, known, package, starter);
    }
    if starter.server {
        service::insert(&mut files, known, package, starter);
    }
    files
}

/// Where the skeleton listens, and the example calls.
const ADDRESS: &str = "localhost:8443";

/// What callers show while the service is being developed.
const TOKEN: &str = "development";

/// The folder of the development certificate.
const FOLDER: &str = "development";

/// The manifest of one of the user's crates.
fn manifest(name: &str, about: &str, dependencies: &str) -> String {
    format!(
        "# This crate is yours: it was written once, and no run of `methodical generate` touches it.\n\n[package]\n\
         name = \"{name}\"\ndescription = \"{about}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{dependencies}"
    )
}

/// A dependency on a generated crate.
fn generated(package: &Package, starter: &Starter, kind: &str) -> String {
    let name = package.crate_name(kind);
    format!("{name} = {{ path = \"../{}/{name}\" }}\n", starter.output)
}

/// A dependency on a runtime, with these features.
fn runtime(source: &RuntimeSource, name: &str, features: &str) -> String {
    let path = source.path.as_deref().map(|path| format!(", path = \"{}/{name}\"", path.trim_end_matches('/')));
    let registry = source.registry.as_deref().map(|registry| format!(", registry = {registry:?}"));
    format!(
        "methodical-{name} = {{ version = \"{}\"{}{}, features = [{features}] }}\n",
        source.version,
        path.unwrap_or_default(),
        registry.unwrap_or_default()
    )
}

/// What the emitters of the user's service read: the paths are those of crates that it depends on.
fn server_context<'a>(known: &'a Known<'a>, package: &'a Package) -> Context<'a> {
    let types = format!("{}::types", package.library_name("server"));
    Context::new(known, package, types, "methodical_server::wire")
}

/// The title in prose, safe in a line comment and in a string.
pub(crate) fn title(api: &Api) -> String {
    crate::readme::title(api).replace(['"', '\\', '`'], "'")
}
