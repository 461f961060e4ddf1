//! The nearest known word, for "did you mean".

/// The candidate that differs least from `word`, if it differs little enough to be a slip of the hand.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A third of the letters, at least one: `efect` is near `effect`, `order` is not near `idReuse`.
    let tolerance = (word.chars().count() / 3).max(1);
    let distances = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    distances.filter(|(distance, _)| *distance <= tolerance).min().map(|(_, candidate)| candidate)
}

/// How many letters must be inserted, removed or replaced (Levenshtein), letter case aside.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_hand_is_near_and_another_word_is_not() {
        let words = ["effect", "onMissing", "onExisting"];
        assert_eq!(nearest("efect", words), Some("effect"));
        assert_eq!(nearest("onmissing", words), Some("onMissing"));
        assert_eq!(nearest("on_existing", words), Some("onExisting"));
        assert_eq!(nearest("order", words), None);
        assert_eq!(nearest("", words), None);
    }
}
