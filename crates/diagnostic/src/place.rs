//! Where something was written: a document and a JSON pointer (RFC 6901) into it.
//!
//! A pointer is kept in its escaped form, because that is how it is printed, compared and looked up; the unescaped
//! tokens are made on demand.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Range;

/// The number of a document among all that were read. Only meaningful to the [`Sources`](crate::Sources) that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(u32);

impl DocumentId {
    /// The id of the document with this number.
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The number, to index a list of documents with.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A JSON pointer, such as `/paths/~1tags/get`. The empty pointer is the root of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole document.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The pointer to the whole document, with room for tokens.
    pub fn with_capacity(length: usize) -> Self {
        Self(String::with_capacity(length))
    }

    /// Takes a pointer in its escaped form. `None` when it is neither empty nor begins with `/`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// Builds a pointer from unescaped tokens.
    pub fn from_tokens<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        let mut pointer = Self::root();
        tokens.into_iter().for_each(|token| pointer.push(token.as_ref()));
        pointer
    }

    /// Appends one token, which is given unescaped.
    pub fn push(&mut self, token: &str) {
        self.0.push('/');
        if !token.bytes().any(|byte| byte == b'~' || byte == b'/') {
            self.0.push_str(token);
            return;
        }
        for character in token.chars() {
            match character {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                other => self.0.push(other),
            }
        }
    }

    /// Appends the position of an array's item.
    pub fn push_index(&mut self, index: usize) {
        self.push(&index.to_string());
    }

    /// This pointer with one more (unescaped) token.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        let mut child = self.clone();
        child.push(token);
        child
    }

    /// The pointer to what holds this place. `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('/')?;
        Some(Self(parent.to_owned()))
    }

    /// This pointer and those to all that holds its place, the nearest first, in their escaped form.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |pointer| pointer.rsplit_once('/').map(|(parent, _)| parent))
    }

    /// The last token, unescaped. `None` at the root.
    pub fn last(&self) -> Option<Cow<'_, str>> {
        let (_, last) = self.0.rsplit_once('/')?;
        Some(unescape(last))
    }

    /// All tokens from the root on, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescape)
    }

    /// The escaped form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the pointer to the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left of this pointer below `ancestor`; the empty pointer when both are equal, `None` when it lies elsewhere.
    pub fn strip_prefix(&self, ancestor: &Pointer) -> Option<Pointer> {
        Self::parse(self.0.strip_prefix(&ancestor.0)?)
    }

    /// This pointer followed by all tokens of another.
    #[must_use]
    pub fn concat(&self, below: &Pointer) -> Self {
        Self(format!("{}{}", self.0, below.0))
    }
}

/// A map by pointers can be asked for one in its escaped form.
impl Borrow<str> for Pointer {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Undoes `~1` and `~0`, in this order, as section 4 of RFC 6901 demands.
fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

/// Where a node was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The document it stands in.
    pub document: DocumentId,
    /// Its place in that document.
    pub pointer: Pointer,
}

impl Origin {
    /// The place `pointer` of `document`.
    pub const fn new(document: DocumentId, pointer: Pointer) -> Self {
        Self { document, pointer }
    }
}

/// What a diagnostic points to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A value: the scalar, array or object at the pointer.
    Value(Origin),
    /// The key under which the value at the pointer is a member; the value itself where it has no key.
    Key(Origin),
    /// Bytes of the text, where there is no node yet (a text that does not parse).
    Span {
        /// The document.
        document: DocumentId,
        /// Byte offsets into its text.
        range: Range<usize>,
    },
    /// A document as a whole.
    Document(DocumentId),
    /// No document at all: a command line, an environment.
    Nowhere,
}

impl Place {
    /// The document it lies in, if any.
    pub fn document(&self) -> Option<DocumentId> {
        match self {
            Self::Value(origin) | Self::Key(origin) => Some(origin.document),
            Self::Span { document, .. } | Self::Document(document) => Some(*document),
            Self::Nowhere => None,
        }
    }

    /// The pointer of the node, where the place is one.
    pub fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Value(origin) | Self::Key(origin) => Some(&origin.pointer),
            Self::Span { .. } | Self::Document(_) | Self::Nowhere => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_a_round_trip_through_the_escaped_form() {
        for token in ["", "a", "a/b", "~", "~1", "/~0", "é", "0"] {
            let pointer = Pointer::root().join("x").join(token);
            assert_eq!(pointer.last().as_deref(), Some(token));
            assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["x", token]);
            assert_eq!(pointer.parent(), Some(Pointer::root().join("x")));
        }
        assert_eq!(Pointer::root().join("~1/").as_str(), "/~01~1");
        assert_eq!(Pointer::root().parent(), None);
    }

    #[test]
    fn a_prefix_ends_at_a_token() {
        let ancestor = Pointer::from_tokens(["a", "b"]);
        let below = Pointer::from_tokens(["a", "b", "c"]);
        assert_eq!(below.strip_prefix(&ancestor), Some(Pointer::from_tokens(["c"])));
        assert_eq!(Pointer::from_tokens(["a", "bc"]).strip_prefix(&ancestor), None);
        assert_eq!(ancestor.concat(&Pointer::from_tokens(["c"])), below);
    }
}
