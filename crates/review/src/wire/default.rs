//! Defaults: what a message means where it says nothing.

use methodical_document::Value;
use methodical_model::{Api, Schema};

use super::Plane;
use super::message::compact;
use crate::{Change, ChangeKind, Reach, WireLevel, WireVerdict};

/// Whether what is left out means something else now. Of what has to be sent nothing is left out.
pub(super) fn compare(
    plane: &Plane<'_>,
    old: &Schema,
    new: &Schema,
    is_always_sent: bool,
    reach: Reach,
) -> Option<Change> {
    let (before, after) = (default(plane.old, old)?, default(plane.new, new)?);
    if before == after || is_always_sent {
        return None;
    }
    let (before, after) = (before.map(compact), after.map(compact));
    let said =
        |value: &Option<String>| value.as_ref().map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
    let message = format!("The default of the {} is {} now, and was {}.", reach.place, said(&after), said(&before));
    let reason = match (&before, &after) {
        (Some(_), Some(_)) => "Who leaves it out asks for something else now.",
        (Some(_), None) => "What leaving it out means is not said any more.",
        (None, _) => "What leaving it out means was not said before.",
    };
    Some(Change {
        old: Some(old.origin.clone()),
        new: Some(new.origin.clone()),
        wire: Some(WireVerdict::because(WireLevel::Risky, reason)),
        before,
        after,
        reach: vec![reach],
        ..Change::new(ChangeKind::ParameterDefaultChanged, message)
    })
}

/// What is meant where nothing is sent. `None`: it would be said by a name that the schema refers to, and that is not known.
fn default<'a>(api: &'a Api, schema: &'a Schema) -> Option<Option<&'a Value>> {
    let target = api.unaliased(schema);
    let said = schema.default.as_ref().or(target.default.as_ref());
    if said.is_none() && target.type_id().is_some() { None } else { Some(said) }
}
