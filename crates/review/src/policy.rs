//! Which changes make a review fail: for each plane the least level that does.

use std::fmt;
use std::str::FromStr;

use methodical_model::DiffSeverity;
use serde::{Deserialize, Serialize};

use crate::surface::RustLevel;
use crate::{Change, WireLevel};

/// A plane on which a change has a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plane {
    /// Requests and responses.
    Wire,
    /// Code against the generated crates.
    Rust,
    /// The rules of the catalogue.
    Promises,
}

impl Plane {
    /// All planes.
    pub const ALL: [Plane; 3] = [Plane::Wire, Plane::Rust, Plane::Promises];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Plane::Wire => "wire",
            Plane::Rust => "rust",
            Plane::Promises => "promises",
        }
    }

    /// Its levels, the least first, in the words of this plane.
    const fn levels(self) -> &'static [&'static str] {
        match self {
            Plane::Wire => &["compatible", "risky", "undecided", "breaking"],
            Plane::Rust => &["minor", "meaning", "major"],
            Plane::Promises => &["strengthens", "weakens", "breaks"],
        }
    }
}

/// The least level of each plane that makes a review fail; `None`: nothing on this plane does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// On the wire.
    pub wire: Option<WireLevel>,
    /// In Rust.
    pub rust: Option<RustLevel>,
    /// Among the promises.
    pub promises: Option<DiffSeverity>,
}

/// What breaks on the wire, or whether it does cannot be known; and what takes back any of a promise. Rust's major versions
/// are no failure: they are what a version number is for.
impl Default for Policy {
    fn default() -> Self {
        Self { wire: Some(WireLevel::Undecided), rust: None, promises: Some(DiffSeverity::Weakens) }
    }
}

impl Policy {
    /// Whether the verdict of a change on a plane makes a review fail.
    pub fn fails(&self, change: &Change, plane: Plane) -> bool {
        match plane {
            Plane::Wire => reaches(self.wire, change.wire.as_ref().map(|verdict| verdict.level)),
            Plane::Rust => reaches(self.rust, change.rust.as_ref().map(|verdict| verdict.level)),
            Plane::Promises => reaches(self.promises, change.promises.as_ref().map(|verdict| verdict.severity)),
        }
    }

    /// Takes one more limit into account.
    pub fn set(&mut self, limit: Limit) {
        match limit {
            Limit::Wire(level) => self.wire = level,
            Limit::Rust(level) => self.rust = level,
            Limit::Promises(level) => self.promises = level,
        }
    }
}

fn reaches<T: PartialOrd>(limit: Option<T>, level: Option<T>) -> bool {
    matches!((limit, level), (Some(limit), Some(level)) if level >= limit)
}

/// A limit for one plane, written `wire=breaking`; `none` takes the plane's limit away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the planes'")]
pub enum Limit {
    Wire(Option<WireLevel>),
    Rust(Option<RustLevel>),
    Promises(Option<DiffSeverity>),
}

/// Why a text is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitError(String);

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LimitError {}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let (plane, level) = text.split_once('=').ok_or_else(|| {
            LimitError(format!("`{text}` is not PLANE=LEVEL: write for example wire=breaking or promises=none"))
        })?;
        let plane = Plane::ALL
            .into_iter()
            .find(|known| known.as_str() == plane)
            .ok_or_else(|| LimitError(format!("`{plane}` is no plane: there are wire, rust and promises")))?;
        let rank = plane.levels().iter().position(|known| *known == level);
        if rank.is_none() && level != "none" {
            let levels = plane.levels().join(", ");
            return Err(LimitError(format!(
                "`{level}` is no level of the plane {}: there are {levels}, and none",
                plane.as_str()
            )));
        }
        Ok(match plane {
            Plane::Wire => Limit::Wire(rank.map(|rank| WIRE_LEVELS[rank])),
            Plane::Rust => Limit::Rust(rank.map(|rank| RUST_LEVELS[rank])),
            Plane::Promises => Limit::Promises(rank.map(|rank| SEVERITIES[rank])),
        })
    }
}

// Each in the order of `Plane::levels`.
const WIRE_LEVELS: [WireLevel; 4] =
    [WireLevel::Compatible, WireLevel::Risky, WireLevel::Undecided, WireLevel::Breaking];
const RUST_LEVELS: [RustLevel; 3] = [RustLevel::Compatible, RustLevel::Meaning, RustLevel::Breaking];
const SEVERITIES: [DiffSeverity; 3] = [DiffSeverity::Strengthens, DiffSeverity::Weakens, DiffSeverity::Breaks];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_in_the_words_of_their_plane() {
        assert_eq!("wire=risky".parse(), Ok(Limit::Wire(Some(WireLevel::Risky))));
        assert_eq!("rust=major".parse(), Ok(Limit::Rust(Some(RustLevel::Breaking))));
        assert_eq!("promises=breaks".parse(), Ok(Limit::Promises(Some(DiffSeverity::Breaks))));
        assert_eq!("promises=none".parse(), Ok(Limit::Promises(None)));
        for (text, said) in [
            ("wire", "is not PLANE=LEVEL"),
            ("air=breaking", "is no plane"),
            ("rust=breaking", "there are minor, meaning, major, and none"),
        ] {
            let error = text.parse::<Limit>().expect_err(text).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
