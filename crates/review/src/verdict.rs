//! What a new version comes to on the wire, in a word: the one judgement of a whole review, for reports, programs and tests.

use methodical_model::Day;

use crate::{Change, ChangeKind, Review, WireLevel, WireVerdict};

/// What a new version does to those who keep to the old one, the least first.
///
/// It is about messages: what a change does to Rust code, or takes back of a promise, has levels of its own and does not count here.
/// Neither does what happened only to operations that the old version marked as a draft or an alpha ([`Change::unstable`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The contract is the same: at most its documentation, its examples, its spelling or its order are others.
    NoChange,
    /// The contract says something else, and whoever keeps to the old one is served as before.
    Compatible,
    /// What was valid stays valid, but something that matters is lost; or whether it stays valid cannot be known.
    PotentiallyBreaking,
    /// Something that was valid is not any more, and a witness shows it.
    Breaking,
}

impl Verdict {
    /// What changes come to together.
    pub fn of(changes: &[Change]) -> Verdict {
        changes.iter().filter(|change| change.unstable.is_none()).map(Verdict::of_one).max().unwrap_or(Self::NoChange)
    }

    fn of_one(change: &Change) -> Verdict {
        match change.wire.as_ref().map(|verdict| verdict.level) {
            Some(WireLevel::Breaking) => Self::Breaking,
            Some(WireLevel::Undecided | WireLevel::Risky) => Self::PotentiallyBreaking,
            Some(WireLevel::Compatible) => Self::Compatible,
            // By these names programs know operations, though no message has them.
            None if matches!(change.kind, ChangeKind::OperationIdChanged | ChangeKind::TagsChanged) => Self::Compatible,
            None if change.promises.is_some() => Self::Compatible,
            None => Self::NoChange,
        }
    }

    /// The word for it: `breaking`, `potentially-breaking`, `compatible` or `no-change`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoChange => "no-change",
            Self::Compatible => "compatible",
            Self::PotentiallyBreaking => "potentially-breaking",
            Self::Breaking => "breaking",
        }
    }
}

impl Review {
    /// What the new version comes to on the wire.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.changes)
    }

    /// The review as it is on a day: what the old version announced to end by then hurts nobody any more.
    #[must_use]
    pub fn on(mut self, today: Day) -> Review {
        for change in &mut self.changes {
            if let Some(end) = change.ends.filter(|end| *end <= today) {
                let reason = format!("It was announced to end on {end}.");
                change.wire = change.wire.take().map(|_| WireVerdict::because(WireLevel::Compatible, reason));
                change.promises = None;
            }
        }
        crate::facts::order(&mut self.changes);
        self
    }
}
