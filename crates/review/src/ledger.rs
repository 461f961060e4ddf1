//! What a team has accepted: changes that would make a review fail, and who took them on themselves, why and until when.
//!
//! The file is part of the repository (`spec/accepted.toml`), so that an acceptance is reviewed as code is. It names a
//! fact by its fingerprint and not by its text: a message may be worded anew, and a file may be moved.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

use crate::Plane;

/// All acceptances, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    acceptances: Vec<Acceptance>,
}

/// One `[[accepted]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The fingerprint of the change.
    pub fingerprint: String,
    /// The plane on which it is accepted.
    pub plane: Plane,
    /// What the change was called when it was accepted: for who reads the file.
    pub change: Option<String>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// The last day on which it holds; without it, it holds for good.
    pub until: Option<Date>,
}

/// Why a ledger cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Option<std::ops::Range<usize>>,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for LedgerError {}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accepted: Vec<toml::Spanned<Acceptance>>,
}

/// What is to be told of an acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No change has this fingerprint, or has a verdict on this plane.
    Stale,
    /// Its last day has passed.
    Expired,
}

impl Doubt {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Doubt::Stale => "stale",
            Doubt::Expired => "expired",
        }
    }
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    ///
    /// It is no TOML, a member is missing, unknown or empty, or one fact is accepted twice on a plane.
    pub fn parse(text: &str) -> Result<Ledger, LedgerError> {
        let file: File = toml::from_str(text)
            .map_err(|error| LedgerError { message: error.message().to_owned(), span: error.span() })?;
        let mut acceptances: Vec<Acceptance> = Vec::new();
        for spanned in file.accepted {
            let span = spanned.span();
            let acceptance = spanned.into_inner();
            let wrong = |message: String| LedgerError { message, span: Some(span) };
            if acceptance.reason.trim().is_empty() || acceptance.by.trim().is_empty() {
                return Err(wrong("an acceptance says why (`reason`) and by whom (`by`)".to_owned()));
            }
            if acceptances.iter().any(|other| other.is_for(&acceptance.fingerprint, acceptance.plane)) {
                let (fingerprint, plane) = (&acceptance.fingerprint, acceptance.plane.as_str());
                return Err(wrong(format!("{fingerprint} is accepted twice on the plane {plane}")));
            }
            acceptances.push(acceptance);
        }
        Ok(Ledger { acceptances })
    }

    /// All acceptances, in the order of the file.
    pub fn acceptances(&self) -> &[Acceptance] {
        &self.acceptances
    }

    /// The acceptance that holds for a fact on a plane, on the day `today`.
    pub fn holding(&self, fingerprint: &str, plane: Plane, today: Date) -> Option<&Acceptance> {
        self.acceptances.iter().find(|acceptance| acceptance.is_for(fingerprint, plane) && !acceptance.is_over(today))
    }
}

impl Acceptance {
    fn is_for(&self, fingerprint: &str, plane: Plane) -> bool {
        self.fingerprint == fingerprint && self.plane == plane
    }

    /// Whether its last day has passed.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// The text of its entry, to be put behind what a ledger holds.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut text = format!("[[accepted]]\nfingerprint = {}\n", quoted(&self.fingerprint));
        text += &format!("plane = \"{}\"\n", self.plane.as_str());
        if let Some(change) = &self.change {
            text += &format!("change = {}\n", quoted(change));
        }
        text += &format!("reason = {}\nby = {}\n", quoted(&self.reason), quoted(&self.by));
        if let Some(until) = self.until {
            text += &format!("until = \"{until}\"\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acceptance() -> Acceptance {
        Acceptance {
            fingerprint: "00ff00ff00ff00ff".to_owned(),
            plane: Plane::Wire,
            change: Some("The property `a` is \"gone\".".to_owned()),
            reason: "nobody\nuses it".to_owned(),
            by: "A. Reviewer".to_owned(),
            until: Some(Date::constant(2027, 1, 31)),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let ledger = Ledger::parse(&acceptance().to_toml()).expect("a ledger");
        assert_eq!(ledger.acceptances(), [acceptance()]);
        let forever = Acceptance { until: None, change: None, plane: Plane::Promises, ..acceptance() };
        let both = format!("# ours\n{}\n{}", acceptance().to_toml(), forever.to_toml());
        assert_eq!(Ledger::parse(&both).expect("a ledger").acceptances(), [acceptance(), forever]);
    }

    #[test]
    fn an_acceptance_holds_to_the_end_of_its_last_day_and_on_its_plane() {
        let ledger = Ledger::parse(&acceptance().to_toml()).expect("a ledger");
        let holds = |plane, day| ledger.holding("00ff00ff00ff00ff", plane, day).is_some();
        assert!(holds(Plane::Wire, Date::constant(2027, 1, 31)));
        assert!(!holds(Plane::Wire, Date::constant(2027, 2, 1)));
        assert!(!holds(Plane::Rust, Date::constant(2027, 1, 1)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let text = acceptance().to_toml();
        for (wrong, said) in [
            (text.replace("A. Reviewer", " "), "by whom"),
            (format!("{text}{text}"), "accepted twice"),
            (text.replace("\"wire\"", "\"air\""), "unknown variant `air`"),
            (text.replace("reason", "because"), "unknown field `because`"),
            (text.replace("2027-01-31", "soon"), "year"),
        ] {
            let error = Ledger::parse(&wrong).expect_err(said);
            assert!(error.message.contains(said), "{error}");
            assert!(error.span.is_some(), "{error}");
        }
    }
}
