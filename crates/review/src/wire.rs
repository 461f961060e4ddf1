//! The wire plane: do requests and responses that were valid stay valid? One file an OpenAPI object.
//!
//! What the API accepts it must accept still; what it may send must have been declared before. So each object is compared
//! by the way that it travels ([`Way`]), and a webhook, whose request the API sends, by the same code the other way round.
//! A break has a witness: a message that was valid and is not any more. What has none, and may be a break, is undecided.

mod body;
mod default;
mod header;
mod heard;
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

use crate::schema::Version;
use crate::{Change, Way, WireLevel, WireVerdict};
use heard::{Fault, Listener};
use message::Message;
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

    /// A break that a message shows: `valid` takes it, and the other version has that against it which `shows` it. A message that was
    /// made to show a break and does not leaves it undecided.
    fn broken(
        &self,
        pair: &Pair<'_>,
        (way, valid): (Way, Version),
        message: Message,
        reason: impl Into<String>,
        shows: impl Fn(&Fault) -> bool,
    ) -> WireVerdict {
        let (message, faults) = self.listener(pair, valid).made_valid(message, valid);
        if let Some(fault) = faults.first() {
            let reason =
                format!("{} No message was found that shows it: in the one that was made {fault}.", reason.into());
            return WireVerdict::because(WireLevel::Undecided, reason);
        }
        if self.listener(pair, valid.other()).faults(&message, valid).iter().any(shows) {
            return WireVerdict::broken(reason, message.witness(way));
        }
        let reason = format!("{} The message that was made to show it is valid in both versions.", reason.into());
        WireVerdict::because(WireLevel::Undecided, reason)
    }

    /// An operation as one version has it, as who is sent its messages.
    fn listener<'l>(&'l self, pair: &Pair<'l>, version: Version) -> Listener<'l, 'a> {
        let (api, operation) = match version {
            Version::Old => (self.old, pair.old),
            Version::New => (self.new, pair.new),
        };
        Listener { api, version, operation, comparer: &self.schemas.comparer, schemes: &self.schemes }
    }

    /// What changed in schemas, once they have all been compared.
    pub(crate) fn finish(self) -> Vec<Change> {
        self.schemas.finish()
    }
}
