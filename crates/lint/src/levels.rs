//! How grave each rule is to whoever runs it: by configuration, over what the rule itself says.
//!
//! A rule counts more than its group, and what is said later more than what is said before. What is off is not there at all: it is neither
//! counted nor shown, which is for a rule that an API does not want. For one place that is right all the same see `ignore`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};

use crate::{Group, rules};

/// How grave something is, or that nobody wants to hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Reported with this severity.
    At(Severity),
    /// Not reported.
    Off,
}

impl Level {
    /// The words for all levels.
    pub const WORDS: [&str; 4] = ["error", "warning", "note", "off"];

    /// The level that a word means.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "error" => Some(Self::At(Severity::Error)),
            "warning" => Some(Self::At(Severity::Warning)),
            "note" => Some(Self::At(Severity::Note)),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// The levels of some rules and groups; of all others what they say themselves.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    groups: BTreeMap<Group, Level>,
    rules: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// Sets the level of a rule (`unsecured-write` or `lint/unsecured-write`), of a code of the model (`model/not-supported`) or of a group. Whether there is one of that name.
    pub fn set(&mut self, name: &str, level: Level) -> bool {
        if let Some(group) = Group::ALL.into_iter().find(|group| group.as_str() == name) {
            self.groups.insert(group, level);
        } else if let Some(code) = code(name) {
            self.rules.insert(code, level);
        } else {
            return false;
        }
        true
    }

    /// These, and those of `nearer` above them: a group that is set nearer counts more than a rule that is set here.
    #[must_use]
    pub fn overlaid_by(mut self, nearer: &Levels) -> Self {
        let is_set = |code: &str| group_of(code).is_some_and(|group| nearer.groups.contains_key(&group));
        self.rules.retain(|code, _| !is_set(code));
        self.groups.extend(&nearer.groups);
        self.rules.extend(&nearer.rules);
        self
    }

    /// Gives each diagnostic its level. An error that leaves no meaning stays what it is.
    pub fn apply(&self, diagnostics: &mut Diagnostics) {
        diagnostics.adjust(|diagnostic| match self.of(diagnostic.code) {
            Some(_) if leaves_no_meaning(diagnostic) => true,
            Some(Level::Off) => false,
            Some(Level::At(severity)) => {
                diagnostic.severity = severity;
                true
            }
            None => true,
        });
    }

    fn of(&self, code: &str) -> Option<Level> {
        let of_group = || self.groups.get(&group_of(code)?);
        self.rules.get(code).or_else(of_group).copied()
    }
}

fn group_of(code: &str) -> Option<Group> {
    rules().iter().find(|rule| rule.id == code).map(|rule| rule.group)
}

/// The code that a name means, with or without the stage.
pub(crate) fn code(name: &str) -> Option<&'static str> {
    codes().find(|code| *code == name || code.strip_prefix("lint/") == Some(name))
}

/// The codes of all diagnostics of this stage, and of the one before, which says what it makes of a description.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    static MODEL: OnceLock<Vec<&'static str>> = OnceLock::new();
    let of_model = MODEL.get_or_init(|| methodical_model::codes().into_iter().map(|page| page.code).collect());
    rules().iter().map(|rule| rule.id).chain(crate::ignore::CODES).chain(of_model.iter().copied())
}

/// Whether it is an error that no level and no reason makes anything else of: nothing sensible was understood there.
pub(crate) fn leaves_no_meaning(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && !diagnostic.slip && !diagnostic.code.starts_with("lint/")
}

/// What levels and suppressions can be said of, in the shortest spelling.
pub fn names() -> impl Iterator<Item = &'static str> {
    codes().map(|code| code.strip_prefix("lint/").unwrap_or(code)).chain(Group::ALL.map(Group::as_str))
}
