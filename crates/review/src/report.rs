//! A review as it is handed out: every change with its places found and its verdicts settled, in plain text and numbers.
//!
//! All forms are written from this one value, so none of them can say more or less than another. JSON is this value
//! itself, and `docs/review.schema.json` is its schema.

mod github;
mod html;
mod judge;
mod junit;
mod markdown;
mod sarif;
mod text;

use serde::Serialize;

pub use github::render_github;
pub use html::render_html;
pub use judge::Versions;
pub use junit::render_junit;
pub use markdown::{MARKDOWN_BUDGET, render_markdown};
pub use sarif::render_sarif;
pub use text::{Fold, render_text};

/// How many lines of a description are shown of each side of a change.
const EXCERPT_LINES: usize = 12;
/// After how many characters a line of an excerpt is cut: a JSON document may be one line.
const EXCERPT_WIDTH: usize = 160;

/// A review, ready to be written.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// `methodical-review/1`: the form of this value. Members may be added; those here keep their meaning.
    pub format: &'static str,
    /// The version that clients know.
    pub old: Version,
    /// The new one.
    pub new: Version,
    /// What it comes to.
    pub summary: Summary,
    /// All changes, the gravest first.
    pub changes: Vec<Entry>,
    /// Acceptances that no longer hold, or that nothing needs.
    pub acceptances: Vec<LedgerNote>,
}

/// One of the two versions.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Where it was read from: a file, or a revision and a file.
    pub name: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
}

/// What a review comes to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// What the new version comes to on the wire, in a word ([`Verdict`](crate::Verdict)): `breaking`, `potentially-breaking`, `compatible`
    /// or `no-change`.
    pub verdict: &'static str,
    /// Whether it fails, by the policy and the acceptances.
    pub fails: bool,
    /// How many changes there are.
    pub changes: usize,
    /// How many of them make it fail.
    pub failing: usize,
    /// How many would, and are accepted.
    pub accepted: usize,
    /// The changes of the wire plane by level.
    pub wire: Counts,
    /// Those of the Rust plane: `breaking` is a major version, `compatible` a minor one.
    pub rust: Counts,
    /// Those of the promises: `breaking` is withdrawn, `risky` weakened, `compatible` strengthened.
    pub promises: Counts,
    /// The versions that follow; empty where nothing has changed.
    pub versions: Vec<NextVersion>,
}

/// The version that one artefact needs.
#[derive(Debug, Clone, Serialize)]
pub struct NextVersion {
    /// `description`, `types`, `client` or `server`.
    pub artefact: &'static str,
    /// `major`, `minor` or `patch`, as cargo reads versions.
    pub step: &'static str,
    /// The version that clients know, if it is known here.
    pub from: Option<String>,
    /// The least that may follow it, if it is three numbers.
    pub to: Option<String>,
}

/// How many changes there are of each level.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs, reason = "the names are the levels'")]
pub struct Counts {
    pub breaking: usize,
    pub undecided: usize,
    pub risky: usize,
    pub compatible: usize,
}

/// A change with its places.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The same for the same fact, however a description is edited elsewhere.
    pub fingerprint: String,
    /// The id of its kind.
    pub kind: &'static str,
    /// What the kind means.
    pub summary: &'static str,
    /// The gravest of its verdicts on the wire and among the promises; where it has none there, that of Rust.
    pub level: &'static str,
    /// Whether it makes the review fail.
    pub fails: bool,
    /// What it happened to.
    pub subject: String,
    /// The change in a sentence.
    pub message: String,
    /// The old value.
    pub before: Option<String>,
    /// The new one.
    pub after: Option<String>,
    /// Where the old side is written.
    pub old: Option<Spot>,
    /// Where the new one is.
    pub new: Option<Spot>,
    /// `draft` or `alpha`: it happened to operations only on which nobody could rely.
    pub unstable: Option<&'static str>,
    /// The verdict of the wire.
    pub wire: Option<Wire>,
    /// That of Rust.
    pub rust: Option<Rust>,
    /// That of the promises.
    pub promises: Option<Promises>,
    /// Every place in an operation that it reaches.
    pub reach: Vec<Reached>,
}

/// A place in a description, with the text that stands there.
#[derive(Debug, Clone, Serialize)]
pub struct Spot {
    /// The document.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The line of the character after the last.
    pub end_line: usize,
    /// The column of that.
    pub end_column: usize,
    /// The JSON pointer of the node (RFC 6901).
    pub pointer: String,
    /// The first of its lines.
    pub text: Vec<String>,
}

/// The verdict of the wire.
#[derive(Debug, Clone, Serialize)]
pub struct Wire {
    /// `breaking`, `undecided`, `risky` or `compatible`.
    pub level: &'static str,
    /// Why, where the kind does not say it.
    pub reason: Option<String>,
    /// A message that shows a break.
    pub witness: Option<Witness>,
    /// That somebody takes it on themselves.
    pub accepted: Option<Accepted>,
}

/// A message that was valid and is not any more, or comes and was not declared.
#[derive(Debug, Clone, Serialize)]
pub struct Witness {
    /// `request` or `response`.
    pub direction: &'static str,
    /// As it travels.
    pub text: String,
}

/// The verdict of Rust.
#[derive(Debug, Clone, Serialize)]
pub struct Rust {
    /// `major` or `minor`.
    pub level: &'static str,
    /// The crate.
    #[serde(rename = "crate")]
    pub crate_: String,
    /// The signature before.
    pub before: String,
    /// The signature now.
    pub after: String,
    /// Everything in the crates that it changes, the gravest first: the signature above is the first one's.
    pub items: Vec<RustItem>,
    /// That somebody takes it on themselves.
    pub accepted: Option<Accepted>,
}

/// Something in a generated crate that is not what it was.
#[derive(Debug, Clone, Serialize)]
pub struct RustItem {
    /// The crate: `types`, `client`, `server`, ...
    #[serde(rename = "crate")]
    pub crate_: &'static str,
    /// Its path.
    pub path: String,
    /// `major`, `meaning` or `minor`.
    pub level: &'static str,
    /// Its signature before, or what it meant; `None`: it is new.
    pub before: Option<String>,
    /// The same now; `None`: it is gone.
    pub after: Option<String>,
    /// The rule, in a sentence.
    pub why: &'static str,
}

/// The verdict of the promises.
#[derive(Debug, Clone, Serialize)]
pub struct Promises {
    /// `breaks`, `weakens` or `strengthens`.
    pub level: &'static str,
    /// What became of the promise.
    pub kind: &'static str,
    /// The rule's id.
    pub rule: Option<&'static str>,
    /// The promise in a sentence.
    pub sentence: Option<&'static str>,
    /// Rules that changed with it because they follow from it.
    pub consequences: Vec<&'static str>,
    /// Other promises that the same fact changed, less gravely: what became of each, and its rule.
    pub also: Vec<(&'static str, &'static str)>,
    /// That somebody takes it on themselves.
    pub accepted: Option<Accepted>,
}

/// An acceptance that holds.
#[derive(Debug, Clone, Serialize)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// Until which day, if not for good.
    pub until: Option<String>,
}

/// A place in an operation that is reached.
#[derive(Debug, Clone, Serialize)]
pub struct Reached {
    /// Method and path.
    pub operation: String,
    /// The `operationId`.
    pub id: String,
    /// The tag that it is at home in.
    pub tag: String,
    /// Where in the operation; empty: as a whole.
    pub place: String,
    /// `request` or `response`.
    pub way: &'static str,
}

/// Something to tell of an acceptance.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerNote {
    /// The fingerprint it is for.
    pub fingerprint: String,
    /// `stale`: no such change; `expired`: its day has passed.
    pub state: &'static str,
    /// In a sentence.
    pub message: String,
}

/// Writes a review as JSON, with a line break at its end.
pub fn render_json(report: &Report) -> String {
    // Strings, numbers, lists and objects with texts as keys: there is nothing in it that JSON cannot say.
    let mut json = serde_json::to_string_pretty(report).unwrap_or_default();
    json.push('\n');
    json
}
