//! Promises: the rules that hold for an operation, each with the place that declares it.
//!
//! They are inferred from standard vocabulary first (methods, statuses, headers, links, `readOnly`) and from
//! `x-semantics` where OpenAPI has no word. What a description leaves open is not guessed: an operation then simply
//! lacks the promise, and lint says what would declare it. One file a family of rules.

mod access;
mod conditional;
mod delete;
mod list;
mod method;
mod post;
mod put;
mod read;
mod reading;
mod report;
mod shapes;
#[cfg(test)]
mod tests;

use methodical_diagnostic::Origin;

use crate::{Api, RuleId};
use reading::Reading;

pub use put::PutMode;
pub use report::{OperationReport, PlaceReport, PromiseReport, SentenceReport, render_promises, report_promises};

/// A rule of the catalogue that holds for an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Which rule.
    pub rule: RuleId,
    /// What it means here, as a sentence.
    pub sentence: String,
    /// The place that declares it; `None` where HTTP itself does.
    pub declared_by: Option<Origin>,
    /// How the generated server holds it.
    pub held: Held,
    /// Values that tell two promises of one rule apart in a review, e.g. `("replays", "success")`.
    pub parameters: Vec<(&'static str, String)>,
}

impl Promise {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// How a generated server holds a promise, in an operation that was not taken over by a raw handler.
///
/// One thing no type and no runtime can see: which record of the store a handler means, and what it shows it as. Rules
/// *about* that are held by proof only; the others hold for the record that the handler names. The same goes for what a
/// handler does past its transaction, by statics, interior mutability or calls to elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Breaking it does not compile.
    ByType,
    /// The runtime does it, or refuses the breach.
    AtRunTime,
    /// Only a test against the running server can tell.
    ByProofOnly,
}

impl Held {
    /// In words: `by type`, `at run time`, `by proof only`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByType => "by type",
            Self::AtRunTime => "at run time",
            Self::ByProofOnly => "by proof only",
        }
    }
}

/// Gives every operation its promises, in the order of the catalogue.
pub(crate) fn infer(api: &mut Api) {
    let inferred: Vec<_> = (0..api.operations.len()).map(|index| infer_one(api, index)).collect();
    for (operation, promises) in api.operations.iter_mut().zip(inferred) {
        operation.promises = promises;
    }
}

fn infer_one(api: &Api, index: usize) -> Vec<Promise> {
    let mut reading = Reading::new(api, index);
    access::infer(&mut reading);
    read::infer(&mut reading);
    list::infer(&mut reading);
    delete::infer(&mut reading);
    put::infer(&mut reading);
    post::infer(&mut reading);
    conditional::infer(&mut reading);
    method::infer(&mut reading);
    reading.finish()
}
