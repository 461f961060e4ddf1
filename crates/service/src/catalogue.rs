//! The catalogues: regions and sizes. They are data of this program and not of the store, since only
//! the provider changes them, and does so with a release.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use methodical_server::Fault;
use methodical_server::wire::Etag;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stacklets_server::types::{Region, Size};

const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;
/// An hour is charged as a month's share, of a month of 30 days.
const HOURS: f64 = 720.0;

/// A region, by slug and name.
struct RegionEntry {
    slug: &'static str,
    name: &'static str,
    features: &'static [&'static str],
}

/// A size, in the units that people choose by.
struct SizeEntry {
    slug: &'static str,
    vcpu: u32,
    memory_gib: u64,
    disk_gib: u64,
    bandwidth_tib: u64,
    dollars_a_month: f64,
}

/// In the order of their slugs, which is that of the list.
const REGIONS: [RegionEntry; 5] = [
    region("dal", "Dallas", &[]),
    region("fra", "Frankfurt", &["floating_ips"]),
    region("lon", "London", &["floating_ips"]),
    region("nyc", "New York", &["floating_ips"]),
    region("sgp", "Singapore", &[]),
];

/// In the order of their slugs, which is that of the list.
const SIZES: [SizeEntry; 7] = [
    size("b-1vcpu-1gb", 1, 1, 25, 1, 5.0),
    size("b-1vcpu-2gb", 1, 2, 50, 2, 10.0),
    size("b-2vcpu-2gb", 2, 2, 60, 3, 15.0),
    size("b-2vcpu-4gb", 2, 4, 80, 4, 20.0),
    size("b-4vcpu-8gb", 4, 8, 160, 5, 40.0),
    size("b-6vcpu-16gb", 6, 16, 320, 6, 80.0),
    size("b-8vcpu-32gb", 8, 32, 640, 7, 160.0),
];

const fn region(slug: &'static str, name: &'static str, features: &'static [&'static str]) -> RegionEntry {
    RegionEntry { slug, name, features }
}

const fn size(
    slug: &'static str,
    vcpu: u32,
    memory_gib: u64,
    disk_gib: u64,
    bandwidth_tib: u64,
    dollars_a_month: f64,
) -> SizeEntry {
    SizeEntry { slug, vcpu, memory_gib, disk_gib, bandwidth_tib, dollars_a_month }
}

/// All regions, by slug.
pub(crate) fn regions() -> impl ExactSizeIterator<Item = Region> {
    REGIONS.iter().map(|entry| Region {
        available: true,
        features: entry.features.iter().map(|&name| name.to_owned()).collect(),
        name: entry.name.to_owned(),
        slug: entry.slug.to_owned(),
    })
}

/// All sizes, by slug.
pub(crate) fn sizes() -> impl ExactSizeIterator<Item = Size> {
    SIZES.iter().map(|entry| Size {
        available: true,
        bandwidth: entry.bandwidth_tib * TIB,
        disk: entry.disk_gib * GIB,
        memory: entry.memory_gib * GIB,
        // To the hundredth of a cent.
        price_hourly: (entry.dollars_a_month / HOURS * 10_000.0).round() / 10_000.0,
        price_monthly: entry.dollars_a_month,
        slug: entry.slug.to_owned(),
        vcpu: entry.vcpu,
    })
}

/// The region of this slug.
pub(crate) fn find_region(slug: &str) -> Option<Region> {
    regions().find(|region| region.slug == slug)
}

/// The size of this slug.
pub(crate) fn find_size(slug: &str) -> Option<Size> {
    sizes().find(|size| size.slug == slug)
}

/// The entity tag of something in a catalogue: made from all that is shown of it, as the store's
/// tags are.
pub(crate) fn etag(shown: &impl Serialize) -> Result<Etag, Fault> {
    let bytes = serde_json::to_vec(shown).map_err(Fault::Unwritable)?;
    let opaque = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..16]);
    Etag::strong(opaque).map_err(|error| Fault::Other { detail: error.to_string() })
}

#[cfg(test)]
mod tests {
    use methodical_server::wire::validate;
    use stacklets_server::types::schemas;

    use super::*;

    #[test]
    fn entries_stand_in_order_and_are_what_the_contract_says() {
        let regions: Vec<Region> = regions().collect();
        assert!(regions.is_sorted_by(|left, right| left.slug < right.slug));
        for region in regions {
            let value = serde_json::to_value(&region).unwrap();
            assert_eq!(validate(&schemas::REGION, &value), [], "{value}");
        }
        let sizes: Vec<Size> = sizes().collect();
        assert!(sizes.is_sorted_by(|left, right| left.slug < right.slug));
        for size in sizes {
            let value = serde_json::to_value(&size).unwrap();
            assert_eq!(validate(&schemas::SIZE, &value), [], "{value}");
        }
    }

    #[test]
    fn the_smallest_size_is_that_of_the_contract() {
        let size = serde_json::to_string(&find_size("b-1vcpu-1gb")).unwrap();
        insta::assert_snapshot!(size, @r#"{"available":true,"bandwidth":1099511627776,"disk":26843545600,"memory":1073741824,"price_hourly":0.0069,"price_monthly":5.0,"slug":"b-1vcpu-1gb","vcpu":1}"#);
        assert_eq!(find_size("b-1vcpu"), None);
    }

    #[test]
    fn different_entries_have_different_tags() {
        assert_ne!(etag(&find_region("dal")).unwrap(), etag(&find_region("fra")).unwrap());
        assert_eq!(etag(&find_region("fra")).unwrap(), etag(&find_region("fra")).unwrap());
    }
}
