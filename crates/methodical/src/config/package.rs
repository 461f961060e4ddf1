//! `[api.package]` and `[api.runtime]`: what the manifests of the crates say that no description can know.

use std::path::PathBuf;

use serde::Deserialize;

/// `[api.package]`: the metadata of the crates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// The version of those crates that `versions` does not name.
    pub version: String,
    /// The versions of single crates.
    #[serde(default)]
    pub versions: Versions,
    /// The registry that they are published to, by its name in cargo's configuration; by default the public one.
    pub registry: Option<String>,
    /// An SPDX expression.
    pub license: String,
    /// Licence files to put into each crate.
    #[serde(default)]
    pub license_files: Vec<PathBuf>,
    /// Where their source is kept.
    pub repository: Option<String>,
    /// Who wrote them.
    #[serde(default)]
    pub authors: Vec<String>,
    /// The oldest compiler that they are tested with.
    #[serde(default = "default_rust_version")]
    pub rust_version: String,
    /// Words to find them by.
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// `versions`: a crate is named by what its name ends with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Versions {
    /// The crate of types.
    pub types: Option<String>,
    /// The client.
    pub client: Option<String>,
    /// The client that progenitor writes.
    pub client_progenitor: Option<String>,
    /// The server.
    pub server: Option<String>,
    /// What sends webhooks and callbacks.
    pub webhook_sender: Option<String>,
    /// What receives webhooks and callbacks.
    pub webhook_receiver: Option<String>,
}

impl Versions {
    /// Those that are set, by what the crate's name ends with.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("types", &self.types),
            ("client", &self.client),
            ("client-progenitor", &self.client_progenitor),
            ("server", &self.server),
            ("webhook-sender", &self.webhook_sender),
            ("webhook-receiver", &self.webhook_receiver),
        ];
        all.into_iter().filter_map(|(kind, version)| Some((kind, version.as_deref()?)))
    }
}

impl Package {
    /// The version of one crate, by what its name ends with.
    pub fn version_of(&self, kind: &str) -> &str {
        self.versions.entries().find(|(name, _)| *name == kind).map_or(&self.version, |(_, version)| version)
    }

    /// Every version that is written down.
    pub(super) fn all_versions(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.version.as_str()).chain(self.versions.entries().map(|(_, version)| version))
    }
}

/// `[api.runtime]`: how the crates depend on `methodical-wire`, `methodical-client` and `methodical-server`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Runtime {
    /// The version to depend on.
    #[serde(default = "default_runtime_version")]
    pub version: String,
    /// A folder with the runtimes' sources; without it they come from the registry.
    pub path: Option<PathBuf>,
    /// The registry that has them, by its name in cargo's configuration; by default the public one.
    pub registry: Option<String>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self { version: default_runtime_version(), path: None, registry: None }
    }
}

fn default_rust_version() -> String {
    env!("CARGO_PKG_RUST_VERSION").to_owned()
}

fn default_runtime_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
