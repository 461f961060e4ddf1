//! What a review demands of each artefact: the least version that may follow the one that people use.

use std::collections::BTreeMap;

use methodical_generate::{Files, Package};
use methodical_model::surface::Artefact;
use methodical_review::Change;
use methodical_review::surface::{Bump, Step};
use semver::Version;

use super::{MEMBER, Released};
use crate::config::{Api, Config};
use crate::crates::{self, PROGENITOR};
use crate::pipeline::Contract;

/// What the description is called among artefacts.
pub(crate) const DESCRIPTION: &str = "description";

/// What one artefact needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Demand {
    /// `description`, or what the crate is called behind the API's name.
    pub(crate) artefact: &'static str,
    /// The version that people use; `None`: there is none yet.
    pub(crate) from: Option<String>,
    /// The version that it has now.
    pub(crate) now: String,
    /// By how much it has to go up; `None`: it is what it was.
    pub(crate) step: Option<Step>,
    /// The least version; `None` where nothing follows, or the old one is not three numbers.
    pub(crate) least: Option<String>,
}

impl Demand {
    fn new(artefact: &'static str, from: Option<&str>, now: &str, step: Option<Step>) -> Demand {
        let least = step.zip(from).and_then(|(step, from)| step.after(from));
        Demand { artefact, from: from.map(str::to_owned), now: now.to_owned(), step, least }
    }

    /// Whether the version that it has is enough. A pre-release is enough where its release would be.
    pub(crate) fn is_met(&self) -> bool {
        let Some(least) = self.least.as_deref() else { return true };
        match (Version::parse(&self.now), Version::parse(least)) {
            (Ok(now), Ok(least)) => (now.major, now.minor, now.patch) >= (least.major, least.minor, least.patch),
            (Err(_), _) | (_, Err(_)) => self.now == least,
        }
    }

    /// The version that it should have: its own, if that is enough.
    pub(crate) fn settled(&self) -> &str {
        match &self.least {
            Some(least) if !self.is_met() => least,
            Some(_) | None => &self.now,
        }
    }
}

/// What follows for all artefacts of an API. `Bump` says what names and meanings ask for; a crate whose files are what they were keeps its
/// version, unless the types that it stands on get another.
///
/// # Errors
///
/// A licence file cannot be read.
pub(crate) fn demands(
    config: &Config,
    api: &Api,
    [old, new]: [&Contract; 2],
    changes: &[Change],
    released: &Released,
) -> anyhow::Result<Vec<Demand>> {
    // The versions are what is looked for, so both sides are written with the same.
    let package = Package { version: "0.0.0".to_owned(), versions: BTreeMap::new(), ..crates::package(config, api)? };
    let [before, after] = [old, new].map(|contract| crates::all(api, contract, &package));
    let bump = Bump::of_review(changes);
    let types = of_files(before.get("types"), after.get("types"), bump.types);
    let mut demands = vec![of_description(old, new, changes, bump.description)];
    for (kind, files) in &after {
        let own = |step| of_files(before.get(kind), Some(files), step);
        let step = match artefact(kind) {
            Some(Artefact::Types) => types,
            // Another version of the types is another manifest.
            Some(artefact) => own(bump.of_crate(artefact)).or(types.map(|_| Step::Patch)),
            None => own(of_code(before.get(kind), files)),
        };
        demands.push(Demand::new(kind, released.version_of(kind), api.package.version_of(kind), step));
    }
    Ok(demands)
}

/// The crate whose items are compared; `None`: they are not.
pub(crate) fn artefact(kind: &str) -> Option<Artefact> {
    Artefact::ALL.into_iter().find(|artefact| artefact.as_str() == kind && kind != PROGENITOR)
}

/// Nothing, where not a byte is another.
fn of_files(before: Option<&Files>, after: Option<&Files>, step: Step) -> Option<Step> {
    (before != after || step > Step::Patch).then_some(step)
}

/// For a crate whose items are not compared: what changes its code may break some.
fn of_code(before: Option<&Files>, after: &Files) -> Step {
    let code = |files: &Files| -> Vec<String> {
        let sources = files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"));
        let lines = sources.flat_map(|(_, text)| text.lines());
        lines.map(str::trim).filter(|line| !line.starts_with("//")).map(str::to_owned).collect()
    };
    if before.is_some_and(|before| code(before) == code(after)) { Step::Patch } else { Step::Major }
}

fn of_description(old: &Contract, new: &Contract, changes: &[Change], step: Step) -> Demand {
    let is_other = !changes.is_empty() || without_versions(old) != without_versions(new);
    let versions = [old, new].map(|contract| contract.api.contract_version.as_str());
    Demand::new(DESCRIPTION, Some(versions[0]), versions[1], is_other.then_some(step))
}

/// The text of a description, but for what a release changes of it.
fn without_versions(contract: &Contract) -> String {
    use methodical_document::Value;
    let mut root = contract.bundle.to_value().as_object().cloned().unwrap_or_default();
    root.remove(MEMBER);
    if let Some(Value::Object(info)) = root.get_mut("info") {
        info.remove("version");
    }
    Value::Object(root).to_json()
}
