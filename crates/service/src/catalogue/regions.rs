//! The regions.

use stacklets_server::types::Region;

/// A region, by slug and name.
struct Entry {
    slug: &'static str,
    name: &'static str,
    features: &'static [&'static str],
}

/// In the order of their slugs, which is that of the list.
const REGIONS: [Entry; 5] = [
    entry("dal", "Dallas", &[]),
    entry("fra", "Frankfurt", &["floating_ips"]),
    entry("lon", "London", &["floating_ips"]),
    entry("nyc", "New York", &["floating_ips"]),
    entry("sgp", "Singapore", &[]),
];

const fn entry(slug: &'static str, name: &'static str, features: &'static [&'static str]) -> Entry {
    Entry { slug, name, features }
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

/// The region of this slug.
pub(crate) fn find_region(slug: &str) -> Option<Region> {
    regions().find(|region| region.slug == slug)
}
