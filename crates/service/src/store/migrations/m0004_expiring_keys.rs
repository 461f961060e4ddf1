//! Idempotency keys that expire are found by their scope first and the time then: whoever removes
//! some reads what is one account's, and is in nobody else's way.

use methodical_server::{BoxFuture, Key, Reads as _, Writes as _};

use super::{MigrationError, Write};

const EXPIRING: &str = "methodical.idempotency.expiring";
/// The time was the first part of the place: a tag and eight bytes. The key followed.
const TIME: usize = 9;

pub(super) fn migrate(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(async move {
        for (place, key) in unit.scan(EXPIRING, Key::all(), 0, usize::MAX).await? {
            let Some(time) = place.get(..TIME) else {
                continue;
            };
            // The scope is text: it ends at a zero that is not escaped.
            let end = (0..key.len()).find(|&at| key[at] == 0 && key.get(at + 1) != Some(&0xff));
            let scope = &key[..end.map_or(0, |end| end + 1)];
            unit.remove(EXPIRING, &place).await?;
            unit.put(EXPIRING, &[scope, time, &key].concat(), key.clone()).await?;
        }
        Ok(())
    })
}
