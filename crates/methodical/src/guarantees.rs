//! The table of guarantees: every rule that a description promises, the operations that it holds for, how generated code
//! holds it, and the tests that show it.
//!
//! Rules and operations come from the model; tests are found by [`markers`] in the folders that `methodical.toml`
//! lists. A marker is believed, not checked: it says what its author has read the test to show.

pub mod markers;
mod render;
mod report;
mod targets;

use std::collections::BTreeMap;

use methodical_model::{Api, Guarantees, Rule, RuleId, guarantees};

use crate::config::Require;
use markers::Shown;

pub use render::{render_markdown, render_text, summary};
pub use report::{ApartReport, GuaranteeReport, HeldReport, TableReport, TestReport, report};

/// The table of one description.
#[derive(Debug)]
pub struct Table<'a> {
    api: &'a Api,
    guarantees: Guarantees,
    tests: BTreeMap<RuleId, Vec<&'a Shown>>,
    require: Require,
}

impl<'a> Table<'a> {
    /// Puts the promises of a description beside the tests that were found.
    pub fn new(api: &'a Api, shown: &'a [Shown], require: Require) -> Self {
        let mut tests: BTreeMap<RuleId, Vec<&Shown>> = BTreeMap::new();
        for one in shown {
            tests.entry(one.rule).or_default().push(one);
        }
        Self { api, guarantees: guarantees(api), tests, require }
    }

    /// The promised rules that need a test and have none, in the order of the catalogue.
    pub fn gaps(&self) -> Vec<&'static Rule> {
        let promised = self.guarantees.rules.iter().map(|guarantee| guarantee.rule);
        let needed = promised.filter(|rule| match self.require {
            Require::Core => rule.core,
            Require::All => true,
        });
        needed.filter(|rule| self.tests_of(rule).is_empty()).collect()
    }

    fn tests_of(&self, rule: &Rule) -> &[&'a Shown] {
        self.tests.get(&rule.id).map(Vec::as_slice).unwrap_or_default()
    }
}
