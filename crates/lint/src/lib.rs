//! Contradictions and gaps in one description.
//!
//! One file a rule, and a flat registry of them; the head of the file is the rule's manual page. A contradiction (the
//! description says two things that cannot both hold) is an error, a gap (a promise that clients need is not declared)
//! a warning, anything else a note. Each diagnostic names the rules of the catalogue that it concerns. What lowering
//! can already not make sense of is reported there and not here.

mod bodies;
mod covers;
mod fits;
mod group;
mod ignore;
mod levels;
mod rules;
mod subject;

use std::collections::HashSet;

use methodical_diagnostic::{Diagnostics, Page, Place, Severity, example, pages};
use methodical_model::{Api, RuleId};

pub use group::Group;
pub use ignore::{EXTENSION as IGNORE, suppress};
pub use levels::{Level, Levels, names};

/// A rule of lint.
#[derive(Debug, Clone, Copy)]
pub struct LintRule {
    /// The code of its diagnostics, e.g. `lint/ambiguous-put`.
    pub id: &'static str,
    /// What it looks for, in a line.
    pub summary: &'static str,
    /// What it has in common with others.
    pub group: Group,
    /// How grave its diagnostics are.
    pub severity: Severity,
    /// The rules of the catalogue that it concerns. Where only some of them do, the diagnostic itself says which.
    pub concerns: &'static [RuleId],
    /// The rule's own file, whose head is the manual page.
    source: &'static str,
    check: fn(&Api, &mut Diagnostics),
}

impl LintRule {
    /// The manual page, in CommonMark: what the rule means, and the two examples.
    pub fn manual(&self) -> String {
        let head = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        head.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// The part of a description that it reports, in YAML. What every description has is left out.
    pub fn bad(&self) -> Option<String> {
        example(&self.manual(), "Bad:")
    }

    /// The same part, mended.
    pub fn good(&self) -> Option<String> {
        example(&self.manual(), "Good:")
    }
}

/// The manual pages of what is said of `x-lint-ignore`.
pub fn codes() -> Vec<Page> {
    pages(include_str!("codes.md"))
}

/// All rules, by id.
pub fn rules() -> &'static [LintRule] {
    rules::REGISTRY
}

/// Checks an API with all rules. A component that several operations use is reported once.
pub fn check(api: &Api) -> Diagnostics {
    let mut seen = HashSet::new();
    let mut diagnostics = Diagnostics::new();
    for rule in rules() {
        let mut found = Diagnostics::new();
        (rule.check)(api, &mut found);
        let concerns = rule.concerns.iter().filter_map(|id| id.rule());
        let notes: Vec<_> = concerns.map(subject::concern).collect();
        for mut diagnostic in found {
            // What stands for a part that could not be read lacks everything.
            if matches!(&diagnostic.place, Place::Key(origin) if api.unread.contains(origin)) {
                continue;
            }
            if seen.insert((diagnostic.code, diagnostic.place.clone(), diagnostic.message.clone())) {
                if diagnostic.notes.is_empty() {
                    diagnostic.notes.clone_from(&notes);
                }
                diagnostics.push(diagnostic);
            }
        }
    }
    diagnostics
}
