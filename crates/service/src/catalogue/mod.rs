//! The catalogues: regions, sizes and images. They are data of this program and not of the store,
//! since only the provider changes them, and does so with a release.

mod images;
mod regions;
mod sizes;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use methodical_server::Fault;
use methodical_server::wire::Etag;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(crate) use self::images::{applications, containers, distributions, find_image};
pub(crate) use self::regions::{find_region, regions};
pub(crate) use self::sizes::{find_size, sizes};

/// The entity tag of something in a catalogue: made from all that is shown of it, as the store's
/// tags are.
pub(crate) fn etag(shown: &impl Serialize) -> Result<Etag, Fault> {
    let bytes = serde_json::to_vec(shown).map_err(Fault::Unwritable)?;
    let opaque = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..16]);
    Etag::strong(opaque).map_err(|error| Fault::Other { detail: error.to_string() })
}

#[cfg(test)]
mod tests {
    use methodical_server::wire::{Schema, validate};
    use stacklets_server::types::schemas;

    use super::*;

    #[track_caller]
    fn check<T: Serialize>(schema: &Schema, entries: impl Iterator<Item = T>, identity: &str) {
        let values: Vec<_> = entries.map(|entry| serde_json::to_value(&entry).unwrap()).collect();
        assert!(!values.is_empty());
        for value in &values {
            assert_eq!(validate(schema, value), [], "{value}");
        }
        assert!(values.is_sorted_by(|left, right| left[identity].as_str() < right[identity].as_str()));
    }

    // Shows: LIST-STABLE-ORDER
    #[test]
    fn entries_stand_in_order_and_are_what_the_contract_says() {
        check(&schemas::REGION, regions(), "slug");
        check(&schemas::SIZE, sizes(), "slug");
        check(&schemas::DISTRIBUTION, distributions(), "name");
        check(&schemas::APPLICATION, applications(), "slug");
        check(&schemas::CONTAINER, containers(), "name");
    }

    #[test]
    fn different_entries_have_different_tags() {
        assert_ne!(etag(&find_region("dal")).unwrap(), etag(&find_region("fra")).unwrap());
        assert_eq!(etag(&find_region("fra")).unwrap(), etag(&find_region("fra")).unwrap());
    }
}
