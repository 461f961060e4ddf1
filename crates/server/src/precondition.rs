//! The preconditions of a request (RFC 9110, section 13): `If-Match` and `If-None-Match`, checked against the target inside the
//! transaction that changes it. They are honoured whether the description declares them or not; ignoring an `If-Match`
//! would lose somebody's update.

use http::HeaderMap;
use methodical_wire::{Etag, EtagList};

/// What a request demands of the current state of its target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preconditions {
    if_match: Option<EtagList>,
    if_none_match: Option<EtagList>,
}

/// A header field, by the name that people know it by, that is no list of entity tags.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadPrecondition(pub(crate) &'static str);

impl Preconditions {
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, BadPrecondition> {
        Ok(Self { if_match: read_list(headers, "If-Match")?, if_none_match: read_list(headers, "If-None-Match")? })
    }

    /// Section 13.2.2, steps 1 and 3: `If-Match` compares strongly, `If-None-Match` weakly.
    pub(crate) fn hold(&self, current: Option<&Etag>) -> bool {
        let matched = self.if_match.as_ref().is_none_or(|list| list.matches_strong(current));
        matched && !self.holds_current(current)
    }

    /// Whether `If-Match` forbids to answer with this tag; a resource without one has only `*` to match.
    pub(crate) fn forbids_reading(&self, current: Option<&Etag>) -> bool {
        match &self.if_match {
            None | Some(EtagList::Any) => false,
            Some(EtagList::Tags(_)) => !self.if_match.as_ref().is_some_and(|list| list.matches_strong(current)),
        }
    }

    /// Whether they forbid to change a target that is there and has no tag: a collection that is added to.
    pub(crate) fn forbids_changing_untagged(&self) -> bool {
        let any = matches!(self.if_none_match, Some(EtagList::Any));
        any || self.forbids_reading(None)
    }

    /// Whether `If-None-Match` names the current tag, so that a reader has it already (304).
    pub(crate) fn holds_current(&self, current: Option<&Etag>) -> bool {
        self.if_none_match.as_ref().is_some_and(|list| list.matches_weak(current))
    }
}

/// Several fields of one name are one list (section 5.3).
fn read_list(headers: &HeaderMap, name: &'static str) -> Result<Option<EtagList>, BadPrecondition> {
    let mut fields = headers.get_all(name).iter().peekable();
    if fields.peek().is_none() {
        return Ok(None);
    }
    let texts: Result<Vec<&str>, _> = fields.map(|field| field.to_str()).collect();
    match texts.map(|texts| texts.join(", ").parse()) {
        Ok(Ok(list)) => Ok(Some(list)),
        Ok(Err(_)) | Err(_) => Err(BadPrecondition(name)),
    }
}
