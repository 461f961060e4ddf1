//! The versions that follow. Each crate has its own: a renamed operation is a new major version of the client, and nothing for who uses the
//! types alone.

use methodical_model::DiffSeverity;
use methodical_model::surface::Artefact;

use super::{RustChange, RustLevel};
use crate::{Change, WireLevel};

/// By how much a version goes up, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Nothing that a user could notice in names or meaning: texts, bounds, defaults of the validator.
    Patch,
    /// More than there was.
    Minor,
    /// Something breaks.
    Major,
}

impl Step {
    /// All of them.
    pub const ALL: [Step; 3] = [Step::Patch, Step::Minor, Step::Major];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The version after this one, as cargo reads versions: below 1.0.0 the first number that is not zero is the major one, and what
    /// comes after it stands for both others. `None` for what is no version of three numbers.
    pub fn after(self, version: &str) -> Option<String> {
        let plain = version.split(['-', '+']).next()?;
        let numbers: Vec<u64> = plain.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        let &[major, minor, patch] = numbers.as_slice() else { return None };
        Some(match (self, major, minor) {
            (Self::Major, 0, 0) => format!("0.0.{}", patch.checked_add(1)?),
            (Self::Major, 0, _) => format!("0.{}.0", minor.checked_add(1)?),
            (Self::Major, _, _) => format!("{}.0.0", major.checked_add(1)?),
            (Self::Minor, 0, _) | (Self::Patch, _, _) => format!("{major}.{minor}.{}", patch.checked_add(1)?),
            (Self::Minor, _, _) => format!("{major}.{}.0", minor.checked_add(1)?),
        })
    }
}

impl From<RustLevel> for Step {
    fn from(level: RustLevel) -> Step {
        match level {
            RustLevel::Compatible => Step::Minor,
            // Nothing else tells a user.
            RustLevel::Meaning | RustLevel::Breaking => Step::Major,
        }
    }
}

/// By how much each version goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bump {
    /// That of the description, `info.version`.
    pub description: Step,
    /// That of the crate of types.
    pub types: Step,
    /// That of the client.
    pub client: Step,
    /// That of the server.
    pub server: Step,
}

impl Bump {
    /// What follows from a whole review. What takes something from anybody who reads the description is a new major version of it; a break
    /// that could not be excluded counts as one.
    pub fn of_review(changes: &[Change]) -> Bump {
        let takes = |change: &Change| {
            let wire = change.wire.as_ref().is_some_and(|verdict| verdict.level >= WireLevel::Undecided);
            let promises = change.promises.as_ref().is_some_and(|verdict| verdict.severity > DiffSeverity::Strengthens);
            wire || promises
        };
        let description = match (changes.is_empty(), changes.iter().any(takes)) {
            (true, _) => Step::Patch,
            (false, true) => Step::Major,
            (false, false) => Step::Minor,
        };
        let items = changes.iter().filter_map(|change| change.rust.as_ref()).flat_map(|verdict| &verdict.items);
        Bump::of(description, &items.cloned().collect::<Vec<_>>())
    }

    /// What follows from changes of the crates. The description's own step comes from the other planes.
    pub fn of(description: Step, changes: &[RustChange]) -> Bump {
        let step = |artefacts: &[Artefact]| {
            let own = changes.iter().filter(|change| artefacts.contains(&change.artefact));
            own.map(|change| Step::from(change.level)).max().unwrap_or(Step::Patch)
        };
        let types = step(&[Artefact::Types]);
        // Client and server show the types to their users: with a new major version of these theirs are others.
        let carried = if types == Step::Major { Step::Major } else { Step::Patch };
        Bump {
            description,
            types,
            client: step(&[Artefact::Client, Artefact::Receiver]).max(carried),
            server: step(&[Artefact::Server, Artefact::Sender]).max(carried),
        }
    }

    /// That of one crate. What receives is published with the client, and what sends with the server.
    pub const fn of_crate(&self, artefact: Artefact) -> Step {
        match artefact {
            Artefact::Types => self.types,
            Artefact::Client | Artefact::Receiver => self.client,
            Artefact::Server | Artefact::Sender => self.server,
        }
    }
}
