//! Methods: those that path items have members for, and any other token that `additionalOperations` (OpenAPI 3.2) name.

use std::fmt;

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are RFC 9110's")]
pub enum Method {
    Get,
    Head,
    Put,
    Post,
    Patch,
    Delete,
    Options,
    Trace,
    Query,
    /// By another name, whose meaning HTTP does not say.
    Other(MethodToken),
}

/// The name of a method (RFC 9110, section 9.1). It is copied like the others, and so has a greatest length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodToken {
    length: u8,
    bytes: [u8; MethodToken::LONGEST],
}

impl Method {
    /// As it stands in a request line.
    pub fn as_str(&self) -> &str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
            Method::Query => "QUERY",
            Method::Other(token) => token.as_str(),
        }
    }

    /// The members that lead from a path item to the operation with this method.
    pub fn members(&self) -> Vec<String> {
        match self {
            Method::Other(token) => vec!["additionalOperations".to_owned(), token.as_str().to_owned()],
            Method::Get
            | Method::Head
            | Method::Put
            | Method::Post
            | Method::Patch
            | Method::Delete
            | Method::Options
            | Method::Trace
            | Method::Query => vec![self.as_str().to_lowercase()],
        }
    }
}

impl MethodToken {
    /// The most letters that a name may have.
    pub const LONGEST: usize = 38;

    /// A name, if HTTP allows it and it is not too long.
    pub fn new(name: &str) -> Option<Self> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        let mut bytes = [0; Self::LONGEST];
        bytes.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        Some(Self { length: u8::try_from(name.len()).ok()?, bytes })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for MethodToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
