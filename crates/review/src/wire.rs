//! The wire plane: do requests and responses that were valid stay valid? One file an OpenAPI object.
//!
//! What the API accepts it must accept still; what it may send must have been declared before. So each object is compared
//! by the way that it travels ([`Way`]), and a webhook, whose request the API sends, by the same code the other way round.
//! A break has a witness: a message that was valid and is not any more. What has none, and may be a break, is undecided.

mod body;
mod default;
mod header;
pub(crate) mod lifecycle;
mod link;
mod lost_update;
mod media_type;
mod message;
pub(crate) mod operation;
mod pair;
mod parameter;
mod presence;
mod response;
mod sample;
mod schemas;
mod security;
mod server;
mod status;
mod style;
pub(crate) mod webhook;

use methodical_model::Api;

use crate::Change;
pub(crate) use pair::{Pair, reach};

/// What is known while two versions are compared.
pub(crate) struct Plane<'a> {
    pub(crate) old: &'a Api,
    pub(crate) new: &'a Api,
    schemas: schemas::Schemas<'a>,
    schemes: security::Schemes,
}

impl<'a> Plane<'a> {
    pub(crate) fn new(old: &'a Api, new: &'a Api) -> Plane<'a> {
        Plane { old, new, schemas: schemas::Schemas::new(old, new), schemes: security::Schemes::new(old, new) }
    }

    /// What changed in an operation, but for its schemas, which many operations share.
    pub(crate) fn compare(&mut self, pair: &Pair<'a>) -> Vec<Change> {
        let mut found = Vec::new();
        operation::compare(self, pair, &mut found);
        lifecycle::compare(self, pair, &mut found);
        security::compare(self, pair, &mut found);
        server::compare_own(self, pair, &mut found);
        parameter::compare(self, pair, &mut found);
        body::compare(self, pair, &mut found);
        response::compare(self, pair, &mut found);
        found
    }

    /// What changed in the description as a whole.
    pub(crate) fn whole(&self) -> Vec<Change> {
        let mut found = server::compare(self);
        found.extend(self.schemes.compare(self));
        found.extend(lost_update::find(self));
        found
    }

    /// What changed in schemas, once they have all been compared.
    pub(crate) fn finish(self) -> Vec<Change> {
        self.schemas.finish()
    }
}
