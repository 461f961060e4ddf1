//! Defaults: what a message means where it says nothing.

use methodical_document::Value;
use methodical_model::{Api, Schema};

use super::Plane;
use super::message::compact;
use crate::{Change, ChangeKind, Reach, WireLevel, WireVerdict};

/// Whether what is left out means something else now. Of what has to be sent nothing is left out, so that nobody is hurt.
pub(super) fn compare(
    plane: &Plane<'_>,
    old: &Schema,
    new: &Schema,
    is_always_sent: bool,
    reach: Reach,
) -> Option<Change> {
    let (before, after) = (default(plane.old, old), default(plane.new, new));
    if before == after {
        return None;
    }
    let (before, after) = (before.map(compact), after.map(compact));
    let said =
        |value: &Option<String>| value.as_ref().map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
    let message = format!("The default of the {} is {} now, and was {}.", reach.place, said(&after), said(&before));
    let wire = match (&before, &after) {
        (Some(_), Some(_)) => WireVerdict::because(WireLevel::Risky, "Who leaves it out asks for something else now."),
        (Some(_), None) => WireVerdict::because(WireLevel::Risky, "What leaving it out means is not said any more."),
        (None, _) => WireVerdict::because(WireLevel::Compatible, "What leaving it out means was not said before."),
    };
    let wire = if is_always_sent { WireVerdict::because(WireLevel::Compatible, "It is always sent.") } else { wire };
    Some(Change {
        old: Some(old.origin.clone()),
        new: Some(new.origin.clone()),
        wire: Some(wire),
        before,
        after,
        reach: vec![reach],
        ..Change::new(ChangeKind::ParameterDefaultChanged, message)
    })
}

/// What is meant where nothing is sent: by the schema itself, or by what it refers to.
fn default<'a>(api: &'a Api, schema: &'a Schema) -> Option<&'a Value> {
    let target = api.unaliased(schema);
    // A type that got its name from its place may be shared with others, which have other defaults.
    let component = |id| Some(api.type_def(id)).filter(|definition| !definition.name.wire.starts_with('/'));
    let named = || target.type_id().and_then(component)?.default.as_ref();
    schema.default.as_ref().or(target.default.as_ref()).or_else(named)
}
