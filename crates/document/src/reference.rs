//! What a `$ref` says: a URI reference (RFC 3986) whose fragment is a JSON pointer (RFC 6901, section 6).

use methodical_diagnostic::Pointer;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// How many references may follow each other. A chain that is longer than this goes around in a circle.
pub(crate) const LONGEST_CHAIN: usize = 100;

/// What the paths of files begin with that stand for documents elsewhere: no path of a real file has it.
pub(crate) const ELSEWHERE: char = '\0';

/// What a fragment may not hold as it is (RFC 3986, section 3.5), the percent sign included.
const IN_FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A reference, taken apart. Paths and fragments are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Into the document in which it stands.
    Local(Fragment),
    /// Into a file, by its path from the file in which the reference stands.
    File { path: String, fragment: Fragment },
    /// Anywhere else: it has a scheme or names a host.
    Remote { uri: String, fragment: Fragment },
}

/// What a reference names within a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fragment {
    Pointer(Pointer),
    /// The name of an `$anchor`.
    Anchor(String),
}

/// Why a file that a reference names is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileError {
    NotFound,
    /// It lies outside the folder of the entry.
    Outside,
    Unreadable(String),
}

impl Reference {
    pub(crate) fn parse(reference: &str) -> Self {
        let (resource, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if has_scheme(resource) || resource.starts_with("//") {
            return Self::Remote { uri: resource.to_owned(), fragment: Fragment::parse(fragment) };
        }
        let fragment = Fragment::parse(fragment);
        if resource.is_empty() {
            return Self::Local(fragment);
        }
        Self::File { path: decode(resource), fragment }
    }
}

impl Fragment {
    fn parse(fragment: &str) -> Self {
        let decoded = decode(fragment);
        Pointer::parse(&decoded).map_or(Self::Anchor(decoded), Self::Pointer)
    }
}

/// Percent-decodes a text. What is no valid encoding is meant as it stands.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// Whether a URI begins with a scheme. A single letter is a drive of Windows, not a scheme.
fn has_scheme(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else {
        return false;
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.len() > 1 && scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(allowed)
}

/// The path of a file from the folder of the entry, given the path of the file that names it.
///
/// `None` when it leads out of that folder.
pub(crate) fn file_of(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut segments: Vec<&str> = folder_of(from).split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            // The folder that stands for one elsewhere is not left either.
            ".." => _ = segments.pop().filter(|segment| !segment.starts_with(ELSEWHERE))?,
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

/// The folder part of a file's path.
pub(crate) fn folder_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The pointer of a reference into the same document.
pub(crate) fn local_pointer(reference: &str) -> Option<Pointer> {
    match Reference::parse(reference) {
        Reference::Local(Fragment::Pointer(pointer)) => Some(pointer),
        Reference::Local(Fragment::Anchor(_)) | Reference::File { .. } | Reference::Remote { .. } => None,
    }
}

/// The reference to a pointer of the same document.
pub(crate) fn local_reference(pointer: &Pointer) -> String {
    format!("#{}", utf8_percent_encode(pointer.as_str(), IN_FRAGMENT))
}
