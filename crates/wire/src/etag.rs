//! Entity tags (RFC 9110, section 8.8.3) and the lists of them in `If-Match` and `If-None-Match` (section 13.1).
//! Strong and weak comparison are two methods, so that no call site has to remember which one `==` is.

use std::fmt;
use std::str::FromStr;

/// An entity tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Etag {
    /// Whether it only promises equivalence, not equality byte by byte.
    pub weak: bool,
    opaque: String,
}

/// Text that is no entity tag, or no list of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no entity tag: one is text in double quotes, with `W/` before it if weak")]
pub struct EtagError(String);

impl Etag {
    /// A strong tag.
    ///
    /// # Errors
    /// If `opaque` holds a double quote, a space, a control character or anything beyond ASCII.
    pub fn strong(opaque: impl Into<String>) -> Result<Etag, EtagError> {
        let opaque = opaque.into();
        if opaque.bytes().all(is_etag_byte) { Ok(Etag { weak: false, opaque }) } else { Err(EtagError(opaque)) }
    }

    /// What stands between the quotes.
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// Strong comparison: neither is weak, and they are the same. For `If-Match`.
    pub fn strong_eq(&self, other: &Etag) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Weak comparison: the same but for weakness. For `If-None-Match`.
    pub fn weak_eq(&self, other: &Etag) -> bool {
        self.opaque == other.opaque
    }
}

/// RFC 9110 `etagc` without `obs-text`.
fn is_etag_byte(byte: u8) -> bool {
    byte == 0x21 || (0x23..=0x7e).contains(&byte)
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.opaque)
    }
}

impl FromStr for Etag {
    type Err = EtagError;

    fn from_str(text: &str) -> Result<Etag, EtagError> {
        match split_etag(text.trim_matches([' ', '\t'])) {
            Some((etag, "")) => Ok(etag),
            Some(_) | None => Err(EtagError(text.to_owned())),
        }
    }
}

/// The tag at the beginning of the text, and what follows it.
fn split_etag(text: &str) -> Option<(Etag, &str)> {
    let (weak, quoted) = match text.strip_prefix("W/") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (opaque, rest) = quoted.strip_prefix('"')?.split_once('"')?;
    opaque.bytes().all(is_etag_byte).then(|| (Etag { weak, opaque: opaque.to_owned() }, rest))
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EtagList {
    /// `*`: any current representation.
    Any,
    /// One of these.
    Tags(Vec<Etag>),
}

impl EtagList {
    /// Whether `If-Match` holds for the current tag; `None`: there is no current representation.
    pub fn matches_strong(&self, current: Option<&Etag>) -> bool {
        match (self, current) {
            (_, None) => false,
            (EtagList::Any, Some(_)) => true,
            (EtagList::Tags(tags), Some(current)) => tags.iter().any(|tag| tag.strong_eq(current)),
        }
    }

    /// Whether one of the tags of `If-None-Match` is the current one, in which case that condition is *false*.
    pub fn matches_weak(&self, current: Option<&Etag>) -> bool {
        match (self, current) {
            (_, None) => false,
            (EtagList::Any, Some(_)) => true,
            (EtagList::Tags(tags), Some(current)) => tags.iter().any(|tag| tag.weak_eq(current)),
        }
    }
}

impl fmt::Display for EtagList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EtagList::Any => f.write_str("*"),
            EtagList::Tags(tags) => {
                for (index, tag) in tags.iter().enumerate() {
                    write!(f, "{}{tag}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

impl FromStr for EtagList {
    type Err = EtagError;

    /// Empty list elements are skipped, as RFC 9110, section 5.6.1.2 wants; a list of nothing else is refused.
    fn from_str(text: &str) -> Result<EtagList, EtagError> {
        let wrong = || EtagError(text.to_owned());
        let mut rest = text.trim_matches([' ', '\t']);
        if rest == "*" {
            return Ok(EtagList::Any);
        }
        let mut tags = Vec::new();
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (tag, after) = split_etag(rest).ok_or_else(wrong)?;
            let after = after.trim_start_matches([' ', '\t']);
            if !after.is_empty() && !after.starts_with(',') {
                return Err(wrong());
            }
            tags.push(tag);
            rest = after;
        }
        if tags.is_empty() { Err(wrong()) } else { Ok(EtagList::Tags(tags)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        let shown = match input.parse::<EtagList>() {
            Ok(list) => list.to_string(),
            Err(_) => "refused".to_owned(),
        };
        assert_eq!(shown, expect, "{input:?}");
    }

    #[test]
    fn lists_are_read_as_the_grammar_has_them() {
        check("*", "*");
        check(r#""a""#, r#""a""#);
        check(r#""""#, r#""""#);
        check(r#" "a" ,, W/"b,c" , "#, r#""a", W/"b,c""#);
        check(r#""a" "b""#, "refused");
        check("a", "refused");
        check("0", "refused");
        check(r#"w/"a""#, "refused");
        check(r#""a b""#, "refused");
        check(r#""a"#, "refused");
        check("", "refused");
        check(", ,", "refused");
        check("*, *", "refused");
    }

    #[test]
    fn strong_and_weak_comparison_differ() {
        let (strong, weak) = (Etag::strong("1").unwrap(), "W/\"1\"".parse::<Etag>().unwrap());
        assert!(strong.strong_eq(&strong) && !strong.strong_eq(&weak) && !weak.strong_eq(&weak));
        assert!(strong.weak_eq(&weak) && weak.weak_eq(&weak));
        let list = EtagList::Tags(vec![weak.clone()]);
        assert!(!list.matches_strong(Some(&strong)) && list.matches_weak(Some(&strong)));
        assert!(!EtagList::Any.matches_strong(None) && EtagList::Any.matches_strong(Some(&weak)));
    }

    #[test]
    fn a_tag_cannot_break_out_of_its_header() {
        assert!(Etag::strong("a\"b").is_err() && Etag::strong("a\r\nb").is_err() && Etag::strong("é").is_err());
    }
}
