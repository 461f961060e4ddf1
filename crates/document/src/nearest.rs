//! The name that somebody may have meant.

/// The name nearest to a wrong one, if one is near: by letters inserted, deleted, replaced or exchanged, without regard to case.
pub fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wrong = wrong.to_lowercase();
    let allowed = match wrong.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let by_distance = names.into_iter().map(|name| (distance(&wrong, &name.to_lowercase()), name));
    let (_, name) = by_distance.filter(|(distance, _)| *distance <= allowed).min()?;
    Some(name)
}

/// The edit distance, in which two letters exchanged count as one: three rows of the table at a time.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let replaced = last[j] + usize::from(letter != other);
            let exchanged = i > 0 && j > 0 && *letter == right[j - 1] && left[i - 1] == *other;
            let exchanged = if exchanged { before[j - 1] + 1 } else { usize::MAX };
            row.push(replaced.min(last[j + 1] + 1).min(row[j] + 1).min(exchanged));
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let names = || ["Pet", "Pets", "Order", "orderLine"];
        assert_eq!(nearest("pet", names()), Some("Pet"));
        assert_eq!(nearest("Ordre", names()), Some("Order"));
        assert_eq!(nearest("Orders", names()), Some("Order"));
        assert_eq!(nearest("OrderLines", names()), Some("orderLine"));
        assert_eq!(nearest("Pte", names()), Some("Pet"));
        assert_eq!(nearest("User", names()), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
