//! What the planes found in one operation, put together where it is one fact.

use crate::promises::Finding;
use crate::{Change, Reach};

/// The changes of one operation: those of the wire with what they do to promises, and the promises that changed by
/// themselves.
pub(crate) fn join(wire: Vec<Change>, promises: Vec<Finding>, reach: &Reach) -> Vec<Change> {
    let mut changes = wire;
    changes.extend(promises.into_iter().map(|finding| finding.into_change(reach.clone())));
    changes
}
