//! The versions that were published with a contract. They stand in methodical.toml as it was then, or in the file that `publish`
//! leaves of a release.

use std::collections::BTreeMap;

use std::path::PathBuf;

use methodical_document::{Bundle, Key, Object, Value};

use crate::config::{Api, Config};
use crate::revision::{Repository, Revision};

/// The member of a released description that names the versions of its crates.
pub(crate) const MEMBER: &str = "x-methodical-release";

/// The versions of crates, by what each is called behind the API's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Released(BTreeMap<String, String>);

impl Released {
    /// That of one crate; `None`: there was none.
    pub(crate) fn version_of(&self, kind: &str) -> Option<&str> {
        self.0.get(kind).map(String::as_str)
    }

    /// Those that were there at a revision, with the versions that they had. `None`: no methodical.toml says so.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub(crate) fn at(revision: &Revision, config: &Config, api: &Api) -> anyhow::Result<Option<Released>> {
        let repository = Repository::of(&config.folder)?;
        let text = revision.read(&repository.within(&config.path)?)?;
        let Some(mut released) = text.as_deref().and_then(|text| Released::of_configuration(text, &api.name)) else {
            return Ok(None);
        };
        let output = repository.within(&config.folder.join(&api.output))?;
        let manifest = |kind: &str| output.join(format!("{}-{kind}", api.name)).join("Cargo.toml");
        let kinds: Vec<(String, PathBuf)> = released.0.keys().map(|kind| (kind.clone(), manifest(kind))).collect();
        for (kind, manifest) in kinds {
            if !revision.has(&manifest)? {
                released.0.remove(&kind);
            }
        }
        Ok(Some(released))
    }

    /// The versions that a methodical.toml of any age gives the crates of an API. No more of it is read than that, because what else it says
    /// may have been written for another version of this program.
    pub(crate) fn of_configuration(text: &str, api: &str) -> Option<Released> {
        let file: toml::Table = text.parse().ok()?;
        let named = |candidate: &&toml::Value| candidate.get("name").and_then(toml::Value::as_str) == Some(api);
        let package = file.get("api")?.as_array()?.iter().find(named)?.get("package")?;
        let default = package.get("version")?.as_str()?;
        let own = |kind: &str| package.get("versions")?.get(kind)?.as_str();
        let version = |kind: &&str| ((*kind).to_owned(), own(kind).unwrap_or(default).to_owned());
        Some(Released(KINDS.iter().map(version).collect()))
    }

    /// Those that a released description names.
    pub(crate) fn of_description(description: &Bundle) -> Option<Released> {
        let member = description.to_value().get(MEMBER)?.as_object()?;
        let version = |(kind, version): (&Key, &Value)| Some((kind.to_string(), version.as_str()?.to_owned()));
        Some(Released(member.iter().filter_map(version).collect()))
    }
}

/// All crates that there can be.
const KINDS: [&str; 6] = ["types", "client", "client-progenitor", "server", "webhook-sender", "webhook-receiver"];

/// The description as one document that names the versions of these crates, as JSON.
pub(crate) fn bundle_of_release<'a>(bundle: &Bundle, api: &Api, kinds: impl Iterator<Item = &'a str>) -> String {
    let version = |kind: &str| (kind.to_owned(), Value::String(api.package.version_of(kind).to_owned()));
    let versions: Object = kinds.map(version).collect();
    let mut root = bundle.to_value().as_object().cloned().unwrap_or_default();
    root.insert(MEMBER.to_owned(), Value::Object(versions));
    Value::Object(root).to_json()
}
