//! The sizes.

use stacklets_server::types::Size;

const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;
/// An hour is charged as a month's share, of a month of 30 days.
const HOURS: u64 = 720;

/// A size, in the units that people choose by.
pub(super) struct Entry {
    pub(super) slug: &'static str,
    vcpu: u32,
    pub(super) memory_gib: u64,
    disk_gib: u64,
    bandwidth_tib: u64,
    dollars_a_month: u64,
}

/// In the order of their slugs, which is that of the list.
pub(super) const SIZES: [Entry; 7] = [
    entry("b-1vcpu-1gb", 1, 1, 25, 1, 5),
    entry("b-1vcpu-2gb", 1, 2, 50, 2, 10),
    entry("b-2vcpu-2gb", 2, 2, 60, 3, 15),
    entry("b-2vcpu-4gb", 2, 4, 80, 4, 20),
    entry("b-4vcpu-8gb", 4, 8, 160, 5, 40),
    entry("b-6vcpu-16gb", 6, 16, 320, 6, 80),
    entry("b-8vcpu-32gb", 8, 32, 640, 7, 160),
];

const fn entry(
    slug: &'static str,
    vcpu: u32,
    memory_gib: u64,
    disk_gib: u64,
    bandwidth_tib: u64,
    dollars_a_month: u64,
) -> Entry {
    Entry { slug, vcpu, memory_gib, disk_gib, bandwidth_tib, dollars_a_month }
}

/// All sizes, by slug.
pub(crate) fn sizes() -> impl ExactSizeIterator<Item = Size> {
    SIZES.iter().map(|entry| Size {
        available: true,
        bandwidth: entry.bandwidth_tib * TIB,
        disk: entry.disk_gib * GIB,
        memory: entry.memory_gib * GIB,
        price_hourly: hourly(entry.dollars_a_month),
        price_monthly: format!("{}.00", entry.dollars_a_month),
        slug: entry.slug.to_owned(),
        vcpu: entry.vcpu,
    })
}

/// The size of this slug.
pub(crate) fn find_size(slug: &str) -> Option<Size> {
    sizes().find(|size| size.slug == slug)
}

/// To the hundredth of a cent. Counted in whole ones of these, as fractions of binary digits would not do for money.
fn hourly(dollars_a_month: u64) -> String {
    let hundredths_of_cents = (dollars_a_month * 10_000 + HOURS / 2) / HOURS;
    format!("{}.{:04}", hundredths_of_cents / 10_000, hundredths_of_cents % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_size_is_that_of_the_contract() {
        let size = serde_json::to_string(&find_size("b-1vcpu-1gb")).unwrap();
        insta::assert_snapshot!(size, @r#"{"available":true,"bandwidth":1099511627776,"disk":26843545600,"memory":1073741824,"price_hourly":"0.0069","price_monthly":"5.00","slug":"b-1vcpu-1gb","vcpu":1}"#);
        assert_eq!(find_size("b-1vcpu"), None);
    }

    #[test]
    fn an_hour_is_a_share_of_a_month() {
        insta::assert_snapshot!(hourly(160), @"0.2222");
        insta::assert_snapshot!(hourly(720), @"1.0000");
        insta::assert_snapshot!(hourly(0), @"0.0000");
    }
}
