//! What a crate says of itself, as far as a description of an API cannot know it.

use std::collections::BTreeMap;

/// The metadata of a set of generated crates.
#[derive(Debug, Clone)]
pub struct Package {
    /// What the crates' names begin with: `stacklets` makes `stacklets-types`, `stacklets-client`, `stacklets-server`.
    pub prefix: String,
    /// The version of those crates that have none of their own.
    pub version: String,
    /// The versions of single crates, by what their names end with: `client`.
    pub versions: BTreeMap<String, String>,
    /// The registry that the crates are published to, by its name in cargo's configuration; `None`: the public one.
    pub registry: Option<String>,
    /// Whether a client is generated beside the other crates, so that they can name it.
    pub client: bool,
    /// The SPDX expression, such as `MIT OR Apache-2.0`.
    pub license: String,
    /// The licences' texts, put into each crate.
    pub license_files: Vec<LicenseFile>,
    /// Where the source stands.
    pub repository: Option<String>,
    /// The authors.
    pub authors: Vec<String>,
    /// The oldest Rust that compiles the crates.
    pub rust_version: String,
    /// The keywords: at most five, each at most twenty characters.
    pub keywords: Vec<String>,
    /// Where the runtime crates come from.
    pub runtime: RuntimeSource,
    /// The description's path, as the headers of generated files name it.
    pub source: String,
    /// The command that generates, as the headers of generated files name it.
    pub command: String,
}

/// A licence's text.
#[derive(Debug, Clone)]
pub struct LicenseFile {
    /// The file's name, such as `LICENSE-MIT`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Where the runtime crates come from.
#[derive(Debug, Clone)]
pub struct RuntimeSource {
    /// The version that generated crates require.
    pub version: String,
    /// The folder of the runtimes as seen from a generated crate (`../../crates`), where they stand beside it.
    pub path: Option<String>,
    /// The registry that has them, by its name in cargo's configuration; `None`: the public one.
    pub registry: Option<String>,
}

impl Package {
    /// Of crates that are compared and not written: nothing but their names shows in a surface.
    pub fn named(prefix: impl Into<String>) -> Package {
        Package {
            prefix: prefix.into(),
            version: String::new(),
            versions: BTreeMap::new(),
            registry: None,
            client: false,
            license: String::new(),
            license_files: Vec::new(),
            repository: None,
            authors: Vec::new(),
            rust_version: String::new(),
            keywords: Vec::new(),
            runtime: RuntimeSource { version: String::new(), path: None, registry: None },
            source: String::new(),
            command: String::new(),
        }
    }

    /// The name of one of the crates: `stacklets-client`.
    pub fn crate_name(&self, kind: &str) -> String {
        format!("{}-{kind}", self.prefix)
    }

    /// The name of the client's example. Cargo puts the examples of a whole workspace into one folder.
    pub(crate) fn example_name(&self) -> String {
        format!("{}_first_call", self.prefix.replace('-', "_"))
    }

    /// The version of one of the crates.
    pub fn version_of(&self, kind: &str) -> &str {
        self.versions.get(kind).unwrap_or(&self.version)
    }

    /// The name by which Rust code knows it: `stacklets_client`.
    pub fn library_name(&self, kind: &str) -> String {
        self.crate_name(kind).replace('-', "_")
    }

    /// The sentence that the first lines of generated files consist of, without comment marks.
    pub fn header(&self) -> String {
        let command = one_line(&self.command);
        let source = one_line(&self.source);
        format!("{}{command}` from {source}{}", crate::MARK, crate::MARK_END)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
