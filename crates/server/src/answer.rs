//! Answers of writing handlers, without their types: which statuses tell the truth, and the body. Which of those statuses is sent
//! depends on what the description declares (a PUT may declare 200 or 204 for "replaced").

use methodical_wire::Etag;
use serde::Serialize;

use crate::facts::{Accepted, Created, Discarded, Removed, Updated, Upserted, Was};
use crate::fault::Fault;

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
    /// The JSON text of the body.
    pub(crate) body: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Statuses {
    One(u16),
    AnyOf(&'static [u16]),
    /// 202, and no answer at all without the `Location` of what follows the work.
    Accepted,
}

impl Reply {
    /// A status with a body.
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    pub fn content(status: u16, body: &(impl Serialize + ?Sized)) -> Result<Self, Fault> {
        Ok(Self { statuses: Statuses::One(status), etag: None, body: Some(json(body)?) })
    }

    /// A status without a body.
    pub fn empty(status: u16) -> Self {
        Self { statuses: Statuses::One(status), etag: None, body: None }
    }

    /// With an entity tag.
    pub fn with_etag(mut self, etag: Etag) -> Self {
        self.etag = Some(etag);
        self
    }
}

fn json(body: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(body).map_err(Fault::Unwritable)
}

impl<T: Serialize + Send> Answer for Upserted<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        let statuses = match self.was {
            Was::Absent => Statuses::One(201),
            Was::Present => Statuses::AnyOf(&[200, 204]),
        };
        Ok(Reply { statuses, etag: Some(self.etag), body: Some(json(&self.value)?) })
    }
}

impl<T: Serialize + Send> Answer for Updated<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::AnyOf(&[200, 204]), etag: Some(self.etag), body: Some(json(&self.value)?) })
    }
}

impl<T: Serialize + Send> Answer for Created<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::One(201), etag: self.etag, body: Some(json(&self.value)?) })
    }
}

impl<T: Serialize + Send> Answer for Accepted<T> {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::Accepted, etag: None, body: Some(json(&self.value)?) })
    }
}

impl Answer for Removed {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::AnyOf(&[204, 200]), etag: None, body: None })
    }
}

impl Answer for Discarded {
    fn into_reply(self) -> Result<Reply, Fault> {
        Ok(Reply { statuses: Statuses::AnyOf(&[204, 200, 202]), etag: None, body: None })
    }
}
