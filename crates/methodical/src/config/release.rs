//! `[review]` and `[publish]`: from one version that people use to the next.

use std::path::PathBuf;

use methodical_diagnostic::{Diagnostic, Diagnostics};
use methodical_review::Limit;
use serde::Deserialize;

use super::{Api, locate};

/// `[review]`: what makes `review` fail, what has been accepted, and what a new version is compared with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Review {
    /// For a plane the least level that makes a review fail: `"wire=breaking"`.
    #[serde(default, deserialize_with = "limits")]
    pub fail_on: Vec<Limit>,
    /// Of the APIs those that are reviewed, by name; by default all.
    #[serde(default)]
    pub apis: Vec<String>,
    /// The ledger: a file with the changes that were accepted.
    pub accepted: Option<PathBuf>,
    /// The version that people use, where no other is named.
    #[serde(default)]
    pub baseline: Baseline,
}

/// `[review.baseline]`: where the last release is found. By default it is the latest tag, of whatever name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Baseline {
    /// The latest tag whose name matches this pattern of git's: `v*`. `{api}` is the API's name.
    pub tag: Option<String>,
    /// The file that `publish` leaves: the description as one document, with the versions of its crates. `{api}` is the API's name.
    pub file: Option<String>,
}

/// `[publish]`: what is published, and what a release leaves behind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Publish {
    /// Of the APIs those whose crates are published, by name; by default those that are reviewed.
    #[serde(default)]
    pub apis: Vec<String>,
    /// The folders of other crates that are published with them, such as what they depend on.
    #[serde(default)]
    pub crates: Vec<PathBuf>,
    /// How tags are called. `{api}` is the API's name, `{version}` the version of its description.
    #[serde(default = "default_tag")]
    pub tag: String,
    /// The folder for the notes of a release and its description as one file.
    #[serde(default = "default_notes")]
    pub notes: PathBuf,
}

impl Default for Publish {
    fn default() -> Self {
        Self { apis: Vec::new(), crates: Vec::new(), tag: default_tag(), notes: default_notes() }
    }
}

fn default_tag() -> String {
    "{api}-v{version}".to_owned()
}

fn default_notes() -> PathBuf {
    PathBuf::from("target/release-notes")
}

fn limits<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Limit>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(serde::de::Error::custom)).collect()
}

impl Review {
    pub(super) fn check(&self, text: &str, diagnostics: &mut Diagnostics) {
        if let (Some(tag), Some(_)) = (&self.baseline.tag, &self.baseline.file) {
            let message = "the baseline is a tag and a file".to_owned();
            let place = locate(text, 0, tag);
            let help = "name one: the latest tag that matches `tag`, or the `file` that the last release left";
            diagnostics.push(Diagnostic::error("config/baseline", message, place).help(help));
        }
    }
}

impl Publish {
    pub(super) fn check<'a>(&self, apis: impl Iterator<Item = &'a Api>, text: &str, diagnostics: &mut Diagnostics) {
        let known: Vec<&str> = apis.map(|api| api.name.as_str()).collect();
        for name in self.apis.iter().filter(|name| !known.contains(&name.as_str())) {
            let message = format!("there is no API `{name}` to publish");
            let start = text.find("[publish]").unwrap_or(0);
            let help = format!("there are {}", known.join(", "));
            diagnostics.push(Diagnostic::error("config/publish", message, locate(text, start, name)).help(help));
        }
        if !self.tag.contains("{version}") {
            let message = format!("`{}` names every release alike", self.tag);
            let help = "put `{version}` into it, and `{api}` if several APIs are released";
            diagnostics.push(Diagnostic::error("config/publish", message, locate(text, 0, &self.tag)).help(help));
        }
    }
}
