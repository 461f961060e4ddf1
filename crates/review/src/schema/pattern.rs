//! Patterns compared: a walk through the automata of all of them at once finds a string that the one pattern matches and the other
//! does not, or shows that there is none. What needs a backtracking engine, or too many states, is left undecided.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use methodical_wire::translate;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is no such string.
    Nothing,
    Text(String),
    Unknown,
}

type Dfa = dense::DFA<Vec<u32>>;

/// How many states are looked at.
const STATES: usize = 20_000;
/// How large an automaton may become, in bytes.
const SIZE: usize = 1 << 21;
/// Lengths beyond this are not followed.
const LONGEST: u64 = 300;

std::thread_local! {
    static COMPILED: std::cell::RefCell<HashMap<String, Option<Arc<Dfa>>>> = std::cell::RefCell::default();
}

/// A shortest string that a pattern matches.
pub(super) fn matched(pattern: &str) -> Option<String> {
    match search(&[pattern], None, 0, None) {
        Found::Text(text) => Some(text),
        Found::Nothing | Found::Unknown => None,
    }
}

/// A string of some length that all of the first patterns match, and the second does not.
pub(crate) fn search(matching: &[&str], unlike: Option<&str>, least: u64, most: Option<u64>) -> Found {
    // All that is a string, so that no path ends within a character.
    let all = r"\A(?s:.)*\z";
    let automata: Option<Vec<Arc<Dfa>>> = [all]
        .iter()
        .map(|_| compile(all))
        .chain(
            matching
                .iter()
                .chain(unlike.iter())
                .map(|pattern| translate(pattern).and_then(|translated| compile(&translated))),
        )
        .collect();
    let Some(automata) = automata else { return Found::Unknown };
    let counts = least > 0 || most.is_some();
    if least > LONGEST {
        return Found::Unknown;
    }
    let limit = most.map_or(least, |most| most.saturating_add(1).min(LONGEST).max(least));
    Walk { automata, refused: unlike.is_some(), least, most, limit, counts }.run()
}

fn compile(pattern: &str) -> Option<Arc<Dfa>> {
    COMPILED.with_borrow_mut(|compiled| {
        let build = || {
            let config = dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .match_kind(MatchKind::LeftmostFirst)
                .dfa_size_limit(Some(SIZE))
                .determinize_size_limit(Some(SIZE));
            dense::Builder::new().configure(config).build(pattern).ok().map(Arc::new)
        };
        compiled.entry(pattern.to_owned()).or_insert_with(build).clone()
    })
}

struct Walk {
    automata: Vec<Arc<Dfa>>,
    /// Whether the last one must not match.
    refused: bool,
    least: u64,
    most: Option<u64>,
    /// Up to where characters are counted.
    limit: u64,
    counts: bool,
}

/// Where each automaton is; `None`: it has matched, which nothing undoes. And how many characters there were.
type Place = (Vec<Option<StateID>>, u64);

impl Walk {
    fn run(&self) -> Found {
        let starts: Option<Vec<_>> = self
            .automata
            .iter()
            .map(|dfa| dfa.start_state(&start::Config::new().anchored(Anchored::No)).ok().map(Some))
            .collect();
        let Some(starts) = starts else { return Found::Unknown };
        let mut seen: HashSet<Place> = HashSet::new();
        let mut ways: Vec<(usize, u8)> = vec![(0, 0)];
        let mut waiting: VecDeque<(Place, usize)> = VecDeque::from([((starts, 0), 0)]);
        while let Some((place, way)) = waiting.pop_front() {
            if self.is_wanted(&place) {
                return text(&ways, way).map_or(Found::Unknown, Found::Text);
            }
            for byte in order() {
                let Some(next) = self.step(&place, byte) else { continue };
                if seen.contains(&next) {
                    continue;
                }
                if seen.len() >= STATES {
                    return Found::Unknown;
                }
                seen.insert(next.clone());
                ways.push((way, byte));
                waiting.push_back((next, ways.len() - 1));
            }
        }
        // Lengths that are not followed to their end leave it open.
        if self.most.is_some_and(|most| most >= LONGEST) { Found::Unknown } else { Found::Nothing }
    }

    fn step(&self, (states, count): &Place, byte: u8) -> Option<Place> {
        let begins = byte & 0b1100_0000 != 0b1000_0000;
        let count = if self.counts && begins { (count + 1).min(self.limit) } else { *count };
        if self.most.is_some_and(|most| count > most) {
            return None;
        }
        let mut next = Vec::with_capacity(states.len());
        for (position, (dfa, state)) in self.automata.iter().zip(states).enumerate() {
            let state = state.map(|state| dfa.next_state(state, byte));
            let state = state.filter(|state| position == 0 || !dfa.is_match_state(*state));
            let is_dead = state.is_some_and(|state| dfa.is_dead_state(state));
            let is_quit = state.is_some_and(|state| dfa.is_quit_state(state));
            let is_refused = self.refused && position + 1 == self.automata.len();
            let is_lost = if is_refused { state.is_none() } else { is_dead };
            if is_lost || is_quit {
                return None;
            }
            next.push(state);
        }
        Some((next, count))
    }

    fn is_wanted(&self, (states, count): &Place) -> bool {
        if self.counts && *count < self.least {
            return false;
        }
        self.automata.iter().zip(states).enumerate().all(|(position, (dfa, state))| {
            let matches = state.is_none_or(|state| dfa.is_match_state(dfa.next_eoi_state(state)));
            matches != (self.refused && position + 1 == self.automata.len())
        })
    }
}

/// The bytes, those first that are easy to read.
fn order() -> impl Iterator<Item = u8> {
    let readable = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z');
    readable.chain((0..=255_u8).filter(|byte| !byte.is_ascii_alphanumeric()))
}

fn text(ways: &[(usize, u8)], mut way: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while way != 0 {
        let (before, byte) = ways[way];
        bytes.push(byte);
        way = before;
    }
    bytes.reverse();
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(own: &str, other: &str, expect: &Found) {
        assert_eq!(search(&[own], Some(other), 0, None), *expect, "{own} beside {other}");
    }

    #[test]
    fn one_pattern_within_another() {
        check("^[a-f]{2}$", "^[a-z]+$", &Found::Nothing);
        check("^[a-z]+$", "^[a-z]*$", &Found::Nothing);
        check("^(cat|dog)$", "^[a-z]{3}$", &Found::Nothing);
        check(r"^\d+$", r"^\w+$", &Found::Nothing);
        check("^ab", "b", &Found::Nothing);
        check("^[é]$", "^.$", &Found::Nothing);
    }

    #[test]
    fn a_string_shows_the_difference() {
        check("^[a-z]+$", "^[a-f]+$", &Found::Text("g".to_owned()));
        check("a", "^a", &Found::Text("ba".to_owned()));
        check("^a{3}$", "^a{4}$", &Found::Text("aaa".to_owned()));
        check("^(?!con)a", "^b", &Found::Unknown);
    }

    #[test]
    fn lengths_count() {
        assert_eq!(search(&["^a*$"], Some("^a{0,2}$"), 0, Some(2)), Found::Nothing);
        assert_eq!(search(&["^a*$"], None, 3, None), Found::Text("aaa".to_owned()));
        assert_eq!(search(&["^é*$"], None, 2, Some(2)), Found::Text("éé".to_owned()));
    }
}
