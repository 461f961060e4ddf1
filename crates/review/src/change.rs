//! A change: one fact, at its root, with a verdict on each plane.
//!
//! A PUT that loses its 201 is one change: on the wire a status less, among the promises an upsert withdrawn. What a
//! component shares is one change too, with every operation that it reaches.

use methodical_diagnostic::Origin;
use methodical_model::{Day, DiffSeverity, RuleId, Stability};

use crate::ChangeKind;
use crate::fingerprint::Fingerprint;
use crate::surface::{RustChange, RustLevel};

/// One thing that a new version changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// What it happened to, in names that neither lines nor files change: `PUT /tags/{} > response 201`.
    pub subject: String,
    /// The change in a sentence.
    pub message: String,
    /// Where the old side was written.
    pub old: Option<Origin>,
    /// Where the new one is.
    pub new: Option<Origin>,
    /// The old value, short.
    pub before: Option<String>,
    /// The new one.
    pub after: Option<String>,
    /// Every place that it reaches.
    pub reach: Vec<Reach>,
    /// Whether requests and responses that were valid stay valid; `None`: it is no concern of the wire.
    pub wire: Option<WireVerdict>,
    /// Whether code against the generated crates compiles and means the same; `None`: it is no concern of theirs.
    pub rust: Option<RustVerdict>,
    /// What it does to the promises; `None`: nothing.
    pub promises: Option<PromiseVerdict>,
    /// Of what is gone: the day that the old version announced for its end. From then on nobody could rely on it.
    pub ends: Option<Day>,
    /// Of what happened to operations only that the old version (the new one, for what is new) marks as a draft or an alpha: how settled
    /// they are. Nobody could rely on them.
    pub unstable: Option<Stability>,
}

/// A place that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reach {
    /// Method and path, as the old version has them (the new one, for what is new): `PUT /tags/{name}`.
    pub operation: String,
    /// The `operationId`.
    pub id: String,
    /// The tag that the operation is at home in.
    pub tag: String,
    /// Where in the operation: `response 200, application/json`. Empty: the operation as a whole.
    pub place: String,
    /// Which way it travels.
    pub way: Way,
}

/// Which way a value travels. What a webhook sends travels as a response does, and what its receiver answers as a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// To the API: what was accepted must be accepted still.
    Request,
    /// From the API: what may come must have been declared before.
    Response,
}

/// What a change does on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireVerdict {
    /// How grave it is.
    pub level: WireLevel,
    /// Why, where the kind does not say it.
    pub reason: Option<String>,
    /// Of a break: what was valid and is not any more, or comes and was not declared.
    pub witness: Option<Witness>,
}

/// How grave a change is on the wire, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WireLevel {
    /// What was valid stays valid, and means the same.
    Compatible,
    /// What was valid stays valid, and something that matters is lost, or a careful reader may trip.
    Risky,
    /// Whether it breaks cannot be known; the verdict's reason says why.
    Undecided,
    /// Something that was valid is not any more, and a witness shows it.
    Breaking,
}

/// A message that shows a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Which way it travels.
    pub direction: Way,
    /// The message: request line or status line, headers, an empty line, body.
    pub text: String,
}

/// What a change does to code against the generated crates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustVerdict {
    /// How grave it is.
    pub level: RustLevel,
    /// The items of the crates that it changes, the gravest first: each with its signature before and after.
    pub items: Vec<RustChange>,
}

/// What a change does to the promises.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PromiseVerdict {
    /// How grave it is, by the catalogue.
    pub severity: DiffSeverity,
    /// What became of the promise.
    pub kind: PromiseChange,
    /// The rule; `None` where all that an operation promised is concerned.
    pub rule: Option<RuleId>,
    /// What became of it, in a sentence.
    pub message: String,
    /// Rules that changed with it because they follow from it.
    pub consequences: Vec<RuleId>,
    /// Other promises that the same fact changed, less gravely.
    pub also: Vec<(PromiseChange, RuleId)>,
}

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PromiseChange {
    /// It is no longer declared.
    Withdrawn,
    /// It promises less.
    Weakened,
    /// It promises something else.
    MeaningChanged,
    /// It was not declared before.
    Introduced,
    /// It promises more.
    Strengthened,
}

impl Change {
    /// A change with no verdict yet.
    pub(crate) fn new(kind: ChangeKind, message: impl Into<String>) -> Change {
        Change {
            kind,
            subject: String::new(),
            message: message.into(),
            old: None,
            new: None,
            before: None,
            after: None,
            reach: Vec::new(),
            wire: None,
            rust: None,
            promises: None,
            ends: None,
            unstable: None,
        }
    }

    /// The same fact has the same fingerprint: however messages are worded, files are moved and other things are changed.
    pub fn fingerprint(&self) -> String {
        let mut print = Fingerprint::new();
        print.add(Some(self.kind.as_str()));
        print.add(Some(&self.subject));
        print.add(self.before.as_deref());
        print.add(self.after.as_deref());
        if !self.is_shared() {
            self.operations().into_iter().for_each(|operation| print.add(Some(operation)));
        }
        print.finish()
    }

    /// Whether it happened to something that has a name of its own, whoever uses it.
    fn is_shared(&self) -> bool {
        let side = self.old.as_ref().or(self.new.as_ref());
        let in_components =
            |origin: &Origin| origin.pointer.as_str().strip_prefix("/components/") == Some(&self.subject);
        self.subject.starts_with("schema ") || side.is_some_and(in_components)
    }

    /// What sorts a review, in the words of the wire: the gravest of what it does there and to the promises; where it does nothing
    /// there, of what it does in Rust. A major version of a crate is no news of a contract that only grows.
    pub fn gravity(&self) -> WireLevel {
        let wire = self.wire.as_ref().map(|verdict| verdict.level);
        let promises = self.promises.as_ref().map(|verdict| match verdict.severity {
            DiffSeverity::Strengthens => WireLevel::Compatible,
            DiffSeverity::Weakens => WireLevel::Risky,
            DiffSeverity::Breaks => WireLevel::Breaking,
        });
        let rust = self.rust.as_ref().map_or(WireLevel::Compatible, |verdict| match verdict.level {
            RustLevel::Compatible => WireLevel::Compatible,
            RustLevel::Meaning | RustLevel::Breaking => WireLevel::Breaking,
        });
        wire.max(promises).unwrap_or(rust)
    }

    /// The operations that it reaches, each once, in the order of their first mention.
    pub fn operations(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        let names = self.reach.iter().map(|reach| reach.operation.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }
}

impl WireVerdict {
    /// A verdict that the kind of the change explains.
    pub(crate) const fn plain(level: WireLevel) -> WireVerdict {
        WireVerdict { level, reason: None, witness: None }
    }

    pub(crate) fn because(level: WireLevel, reason: impl Into<String>) -> WireVerdict {
        WireVerdict { level, reason: Some(reason.into()), witness: None }
    }

    /// A break that `witness` shows.
    pub(crate) fn broken(reason: impl Into<String>, witness: Witness) -> WireVerdict {
        WireVerdict { level: WireLevel::Breaking, reason: Some(reason.into()), witness: Some(witness) }
    }
}

impl Way {
    /// The way back.
    pub const fn back(self) -> Way {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

impl WireLevel {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Risky => "risky",
            Self::Undecided => "undecided",
            Self::Breaking => "breaking",
        }
    }
}

impl PromiseChange {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Weakened => "weakened",
            Self::MeaningChanged => "changed meaning",
            Self::Introduced => "introduced",
            Self::Strengthened => "strengthened",
        }
    }

    /// The kind of a change that is this and nothing else.
    pub(crate) const fn kind(self) -> ChangeKind {
        match self {
            Self::Withdrawn => ChangeKind::PromiseWithdrawn,
            Self::Weakened => ChangeKind::PromiseWeakened,
            Self::MeaningChanged => ChangeKind::PromiseMeaningChanged,
            Self::Introduced => ChangeKind::PromiseIntroduced,
            Self::Strengthened => ChangeKind::PromiseStrengthened,
        }
    }

    /// Whether something that a client could rely on went.
    pub const fn is_loss(self) -> bool {
        match self {
            Self::Withdrawn | Self::Weakened | Self::MeaningChanged => true,
            Self::Introduced | Self::Strengthened => false,
        }
    }
}
