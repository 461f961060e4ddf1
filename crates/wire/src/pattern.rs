//! `pattern`: ECMA-262 regular expressions. `regex` goes first, because its time is linear in the text whatever the
//! pattern; `regress` takes what `regex` cannot express (look-around, back references). Where the two dialects give one
//! spelling different meanings, the pattern is translated. Each is compiled once a process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// A pattern, compiled.
pub enum Pattern {
    /// By `regex`.
    Linear(regex::Regex),
    /// By `regress`.
    Backtracking(regress::Regex),
    /// Neither dialect accepts it: the lint says so at build time, and at run time it refuses nothing.
    Unreadable,
}

/// Shared by all schemas that have the same pattern. It is asked when a schema is compiled, never for a value.
static COMPILED: LazyLock<RwLock<HashMap<String, Arc<Pattern>>>> = LazyLock::new(RwLock::default);

impl Pattern {
    /// The pattern, compiled now or before.
    pub fn shared(pattern: &str) -> Arc<Pattern> {
        let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern).map(Arc::clone);
        known.unwrap_or_else(|| {
            let compiled = Arc::new(Pattern::compile(pattern));
            let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
            all.insert(pattern.to_owned(), Arc::clone(&compiled));
            compiled
        })
    }

    /// Compiles what either dialect accepts.
    fn compile(pattern: &str) -> Pattern {
        let linear = translate(pattern).and_then(|translated| regex::Regex::new(&translated).ok());
        linear.map(Pattern::Linear).unwrap_or_else(|| {
            let with_unicode = regress::Regex::with_flags(pattern, "u");
            let regex = with_unicode.or_else(|_| regress::Regex::new(pattern));
            regex.map_or(Pattern::Unreadable, Pattern::Backtracking)
        })
    }

    /// Whether the pattern matches somewhere in the text.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Linear(regex) => regex.is_match(text),
            Pattern::Backtracking(regex) => regex.find(text).is_some(),
            Pattern::Unreadable => true,
        }
    }
}

/// The pattern in `regex`'s dialect; `None` where that is not worth the trouble.
pub fn translate(pattern: &str) -> Option<String> {
    let mut translated = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => translated.push_str(&translate_escape(characters.next()?, in_class)?),
            '[' if in_class => translated.push_str("\\["),
            '[' => {
                in_class = true;
                translated.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    translated.push('^');
                }
                // `[]` matches nothing and `[^]` everything in ECMA-262; here `]` would be a member.
                if characters.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                translated.push(']');
            }
            '&' | '~' if in_class => translated.extend(['\\', character]),
            '-' if in_class && characters.peek() == Some(&'-') => return None,
            // `(?i)`, `(?P<a>..)` mean something here and nothing there.
            '(' if characters.peek() == Some(&'?') => {
                characters.next();
                match characters.peek() {
                    Some(':') => translated.push_str("(?"),
                    Some(_) | None => return None,
                }
            }
            // Leaves line terminators out in ECMA-262, only line feed here.
            '.' if !in_class => translated.push_str("[^\\n\\r\\u{2028}\\u{2029}]"),
            other => translated.push(other),
        }
    }
    (!in_class).then_some(translated)
}

/// What stands for an escape. The classes are ASCII in ECMA-262 and Unicode here.
fn translate_escape(escaped: char, in_class: bool) -> Option<String> {
    let bracket = |members: &str| {
        if in_class { members.to_owned() } else { format!("[{members}]") }
    };
    match escaped {
        'd' => Some(bracket("0-9")),
        'D' => Some("[^0-9]".to_owned()),
        'w' => Some(bracket("0-9A-Za-z_")),
        'W' => Some("[^0-9A-Za-z_]".to_owned()),
        's' => Some(bracket("\\s\\u{FEFF}")),
        'S' => Some("[^\\s\\u{FEFF}]".to_owned()),
        'b' if !in_class => Some("(?-u:\\b)".to_owned()),
        'n' | 'r' | 't' | 'f' | 'v' => Some(format!("\\{escaped}")),
        other if other.is_ascii_punctuation() => Some(format!("\\{other}")),
        // Numbers, `\u0041`, `\p{L}`, `\B` and the rest: leave them to the other engine.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, right: &[&str], wrong: &[&str]) {
        let compiled = Pattern::compile(pattern);
        for text in right {
            assert!(compiled.matches(text), "{pattern} matches {text:?}");
        }
        for text in wrong {
            assert!(!compiled.matches(text), "{pattern} does not match {text:?}");
        }
    }

    #[test]
    fn patterns_mean_what_ecma_262_says() {
        check(r"^\d+$", &["12"], &["١٢", "a", "1\n"]);
        check(r"^[\w.-]+$", &["a_b.c-d"], &["é"]);
        check(r"^[a[&~]+$", &["a[&~"], &["b"]);
        check(r"^.$", &["é", "😀"], &["\r", "ab"]);
        check(r"^https?:\/\/", &["https://a"], &["ftp://a"]);
        check(r"\bfoo\b", &["a foo b"], &["food"]);
        check(r"^\p{L}+$", &["éa"], &["1"]);
        check(r"^[\u0041-\u0043]$", &["B"], &["D"]);
        check(r"^[^]$", &["\n"], &["ab"]);
        check(r"b", &["abc"], &["ac"]);
    }

    #[test]
    fn what_regex_cannot_do_is_done_by_the_other() {
        check(r"^(?!con$)[a-z]+$", &["cons"], &["con"]);
        check(r"^(a|b)\1$", &["aa"], &["ab"]);
        assert!(matches!(Pattern::compile(r"^[a-z]+$"), Pattern::Linear(_)));
        assert!(matches!(Pattern::compile(r"(?<=a)b"), Pattern::Backtracking(_)));
    }

    #[test]
    fn an_unreadable_pattern_refuses_nothing() {
        check("(", &["", "a"], &[]);
        check("[a", &["", "b"], &[]);
    }
}
