//! Answers of writing handlers, without their types: which statuses tell the truth, and the body. Which of those statuses is sent
//! depends on what the description declares (a PUT may declare 200 or 204 for "replaced").

use methodical_wire::{Etag, ResponseHeaders, WriteBody, Written};
use serde::Serialize;

use crate::facts::{Accepted, Created, Discarded, Removed, Updated, Upserted, Was};
use crate::fault::Fault;
use crate::respond::unwritable;

/// What a writing handler may answer.
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer `{Self}`",
    note = "answer what the unit of work reported: `Upserted`, `Updated`, `Removed`, `Created` or `Accepted`, or the variant \
            generated for the operation"
)]
pub trait Answer: Send {
    /// The answer without its type.
    ///
    /// # Errors
    /// When its body cannot be written.
    fn into_reply(self) -> Result<Reply, Fault>;
}

/// An answer without its type.
#[derive(Debug)]
#[must_use]
pub struct Reply {
    /// The statuses that are true, the best first.
    pub(crate) statuses: Statuses,
    pub(crate) etag: Option<Etag>,
    /// The header fields that the handler has given.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Written>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Statuses {
    One(u16),
    AnyOf(&'static [u16]),
    /// 202, and no answer at all without the `Location` of what follows the work.
    Accepted,
}

impl Reply {
    /// A status with a body, in the first of the declared media types.
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    pub fn content(status: u16, body: &(impl Serialize + ?Sized)) -> Result<Self, Fault> {
        Self::body(status, body)
    }

    /// A status with a body that knows its media type.
    ///
    /// # Errors
    /// When the body cannot be written.
    pub fn body(status: u16, body: impl WriteBody) -> Result<Self, Fault> {
        Ok(Self { body: Some(written(body)?), ..Self::empty(status) })
    }

    /// A status without a body.
    pub fn empty(status: u16) -> Self {
        Self { statuses: Statuses::One(status), etag: None, headers: Vec::new(), body: None }
    }

    /// With an entity tag.
    pub fn with_etag(mut self, etag: Etag) -> Self {
        self.etag = Some(etag);
        self
    }

    /// With header fields.
    ///
    /// # Errors
    /// When one is not what is declared.
    pub fn with_headers(mut self, headers: &impl ResponseHeaders) -> Result<Self, Fault> {
        self.headers.extend(fields(headers)?);
        Ok(self)
    }
}

/// A body without its type.
pub(crate) fn written(body: impl WriteBody) -> Result<Written, Fault> {
    body.write().map_err(unwritable)
}

/// Header fields without their type.
pub(crate) fn fields(headers: &impl ResponseHeaders) -> Result<Vec<(&'static str, String)>, Fault> {
    headers.to_fields().map_err(|error| Fault::Other { detail: error.to_string() })
}

impl<T: WriteBody + Send> Answer for Upserted<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        let statuses = match self.was {
            Was::Absent => Statuses::One(201),
            Was::Present => Statuses::AnyOf(&[200, 204]),
        };
        Ok(Reply { statuses, etag: Some(self.etag), headers: Vec::new(), body: Some(written(self.value)?) })
    }
}

impl<T: WriteBody + Send> Answer for Updated<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        let statuses = Statuses::AnyOf(&[200, 204]);
        Ok(Reply { statuses, etag: Some(self.etag), headers: Vec::new(), body: Some(written(self.value)?) })
    }
}

impl<T: WriteBody + Send> Answer for Created<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        let body = Some(written(self.value)?);
        Ok(Reply { statuses: Statuses::One(201), etag: self.etag, headers: Vec::new(), body })
    }
}

impl<T: WriteBody + Send> Answer for Accepted<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        let body = Some(written(self.value)?);
        Ok(Reply { statuses: Statuses::Accepted, etag: None, headers: Vec::new(), body })
    }
}

impl Answer for Removed {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::AnyOf(&[204, 200]), etag: None, headers: Vec::new(), body: None })
    }
}

impl Answer for Discarded {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::AnyOf(&[204, 200, 202]), etag: None, headers: Vec::new(), body: None })
    }
}

/// An answer with its declared header fields.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "the fact is the handler's answer"]
pub struct Headed<A, H> {
    pub(crate) answer: A,
    pub(crate) headers: H,
}

impl<A, H: ResponseHeaders> Headed<A, H> {
    /// An answer, and the header fields that the description declares for it.
    pub fn new(answer: A, headers: H) -> Self {
        Self { answer, headers }
    }
}

impl<A: Answer, H: ResponseHeaders + Send> Answer for Headed<A, H> {
    fn into_reply(self) -> Result<Reply, Fault> {
        self.answer.into_reply()?.with_headers(&self.headers)
    }
}
