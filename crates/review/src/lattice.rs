//! Which of two values of a promise's parameter promises more.

use std::collections::BTreeSet;

/// How a new value compares with the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Same,
    Stronger,
    Weaker,
    /// Neither promises what the other does.
    Other,
}

/// Compares the values of the parameter `name`. A value that is absent promises less than any.
pub(crate) fn compare(name: &str, old: Option<&str>, new: Option<&str>) -> Comparison {
    match (old, new) {
        (Some(old), Some(new)) if old == new => Comparison::Same,
        (None, None) => Comparison::Same,
        // Without a bound an eventual consistency promises nothing in particular, so this holds for `within` too.
        (None, Some(_)) => Comparison::Stronger,
        (Some(_), None) => Comparison::Weaker,
        (Some(old), Some(new)) => differ(name, old, new),
    }
}

fn differ(name: &str, old: &str, new: &str) -> Comparison {
    match name {
        "consistency" => by_rank(&["eventual", "readYourWrites", "linearizable"], old, new),
        "atomicity" => by_rank(&["each", "all"], old, new),
        "idReuse" => by_rank(&["allowed", "never"], old, new),
        "style" => by_rank(&["number", "cursor"], old, new),
        "retention" => by_number(old, new),
        "within" => reversed(by_number(old, new)),
        "headers" | "links" | "members" => by_set(old, new),
        // `onMissing`, `replays`, `children`, `onReadOnly`, `hidden`, `mode`, `order`, `status`, `credentials`: policies,
        // none of which is more than another.
        _ => Comparison::Other,
    }
}

fn by_rank(ranks: &[&str], old: &str, new: &str) -> Comparison {
    let rank = |value: &str| ranks.iter().position(|rank| *rank == value);
    match (rank(old), rank(new)) {
        (Some(old), Some(new)) => ordered(old, new),
        (Some(_) | None, _) => Comparison::Other,
    }
}

/// Values such as `86400 s`: the unit of a parameter never changes.
fn by_number(old: &str, new: &str) -> Comparison {
    let number = |value: &str| value.split(' ').next().and_then(|digits| digits.parse::<u64>().ok());
    match (number(old), number(new)) {
        (Some(old), Some(new)) => ordered(old, new),
        (Some(_) | None, _) => Comparison::Other,
    }
}

fn by_set(old: &str, new: &str) -> Comparison {
    let (old, new) = (set(old), set(new));
    match (new.is_superset(&old), old.is_superset(&new)) {
        (true, true) => Comparison::Same,
        (true, false) => Comparison::Stronger,
        (false, true) | (false, false) => Comparison::Weaker,
    }
}

/// The words of a list, whether it is written with commas or with `and`.
pub(crate) fn set(list: &str) -> BTreeSet<&str> {
    list.split(", ").flat_map(|part| part.split(" and ")).filter(|word| !word.is_empty()).collect()
}

fn ordered<T: Ord>(old: T, new: T) -> Comparison {
    match new.cmp(&old) {
        std::cmp::Ordering::Less => Comparison::Weaker,
        std::cmp::Ordering::Equal => Comparison::Same,
        std::cmp::Ordering::Greater => Comparison::Stronger,
    }
}

fn reversed(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Stronger => Comparison::Weaker,
        Comparison::Weaker => Comparison::Stronger,
        Comparison::Same | Comparison::Other => comparison,
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, compare};

    #[test]
    fn each_axis_has_its_own_order() {
        let cases = [
            ("consistency", "linearizable", "eventual", Comparison::Weaker),
            ("consistency", "eventual", "readYourWrites", Comparison::Stronger),
            ("atomicity", "all", "each", Comparison::Weaker),
            ("within", "5000 ms", "1000 ms", Comparison::Stronger),
            ("retention", "86400 s", "3600 s", Comparison::Weaker),
            ("onMissing", "notFound", "silent", Comparison::Other),
            ("replays", "all", "success", Comparison::Other),
            ("headers", "`A`, `B`", "`A`", Comparison::Weaker),
            ("members", "`a`", "`a` and `b`", Comparison::Stronger),
        ];
        for (name, old, new, expected) in cases {
            assert_eq!(compare(name, Some(old), Some(new)), expected, "{name}: {old} -> {new}");
            assert_eq!(compare(name, Some(old), Some(old)), Comparison::Same);
        }
        assert_eq!(compare("idReuse", Some("never"), None), Comparison::Weaker);
    }
}
