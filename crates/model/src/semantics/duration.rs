//! ISO 8601 durations, as JSON Schema's `duration` writes them.
//!
//! Months and years have no fixed length, so a bound or a retention in them would promise nothing exact: they are
//! refused. Weeks, days (of 24 hours), hours, minutes and seconds with at most a millisecond's fraction are read.

/// The milliseconds of a duration such as `PT24H`, `P7D` or `PT0.5S`. `None` for anything else.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let date = sum(date, &[('W', 7 * DAY), ('D', DAY)])?;
    let time = sum(time, &[('H', 60 * 60 * 1000), ('M', 60 * 1000), ('S', 1000)])?;
    date.checked_add(time)
}

/// The sum of `<digits><unit>` groups, each unit at most once and in the order given.
fn sum(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut total = 0_u64;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|character: char| character.is_ascii_uppercase())?;
        let (amount, rest) = text.split_at(end);
        let (_, factor) = units.find(|(unit, _)| rest.starts_with(*unit))?;
        total = total.checked_add(scaled(amount, *factor)?)?;
        text = &rest[1..];
    }
    Some(total)
}

/// `amount` times `factor`; a fraction only of seconds, and only to the millisecond.
fn scaled(amount: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 3 || (amount.contains('.') && factor != 1000) {
        return None;
    }
    let thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(factor)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn fixed_lengths_are_read_and_everything_else_is_refused() {
        let read = ["PT24H", "P1D", "P1W", "PT0S", "PT1M30S", "PT0.25S", "P1DT1H"].map(milliseconds);
        let day = 86_400_000;
        let expected = [day, day, 7 * day, 0, 90_000, 250, day + 3_600_000].map(Some);
        assert_eq!(read, expected);
        for wrong in
            ["", "P", "PT", "P1M", "P1Y", "24H", "PT1.5H", "PT1S1H", "PTS", "P1DT", "PT99999999999999999999H", "PTéS"]
        {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
    }
}
