//! Parts of a message that may be there or not: parameters, headers, bodies. What a part means for validity depends only
//! on the way that the message travels.

use crate::{Way, WireLevel};

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is new, and has to be there or need not.
    Added { required: bool },
    /// It is gone; before it had to be there or need not.
    Removed { required: bool },
    /// It need not be there any more.
    BecameOptional,
    /// It has to be there now.
    BecameRequired,
}

impl Presence {
    /// What became of a part that both versions have.
    pub(super) fn of_required(old: bool, new: bool) -> Option<Presence> {
        match (old, new) {
            (false, true) => Some(Presence::BecameRequired),
            (true, false) => Some(Presence::BecameOptional),
            (true, true) | (false, false) => None,
        }
    }

    /// How grave that is. Breaks are shown by a message without the part.
    pub(super) fn level(self, way: Way) -> WireLevel {
        match (way, self) {
            (Way::Request, Presence::Added { required: true } | Presence::BecameRequired)
            | (Way::Response, Presence::Removed { required: true } | Presence::BecameOptional) => WireLevel::Breaking,
            // What it said is ignored; what some were told is not told any more.
            (_, Presence::Removed { .. }) => WireLevel::Risky,
            (_, Presence::Added { .. })
            | (Way::Request, Presence::BecameOptional)
            | (Way::Response, Presence::BecameRequired) => WireLevel::Compatible,
        }
    }
}
