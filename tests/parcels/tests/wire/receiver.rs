//! Somebody who receives webhooks and callbacks.

use std::sync::{Arc, Mutex};

use methodical_server::{Api, Credentials, Cx, MemoryStore, ReadTx, Refusal, Unauthenticated, WriteTx};
use parcels_webhook_receiver::*;

pub(crate) struct Inbox {
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Inbox {
    fn note(&self, text: String) {
        self.seen.lock().expect("no panic").push(text);
    }
}

impl Api for Inbox {
    type Store = MemoryStore;
    type Principal = Option<String>;

    async fn authenticate<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        credentials: &'t Credentials,
    ) -> Result<Option<String>, Unauthenticated> {
        Ok(credentials.first().map(str::to_owned))
    }

    fn rate_key(&self, _: &Option<String>) -> String {
        "sender".to_owned()
    }

    fn anonymous(&self) -> Option<Option<String>> {
        Some(None)
    }
}

impl Events for Inbox {
    async fn parcel_lost<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: ParcelLostRequest,
        cx: &'t Cx<Option<String>>,
    ) -> Result<ParcelLostOutcome, Refusal<ParcelLost>> {
        self.note(format!("lost {request:?} by {:?}", cx.principal()));
        Ok(ParcelLostOutcome::NoContent)
    }

    async fn parcel_moved<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: ParcelMovedRequest,
        _: &'t Cx<Option<String>>,
    ) -> Result<ParcelMovedOutcome, Refusal<ParcelMoved>> {
        self.note(format!("moved {request:?}"));
        Ok(ParcelMovedOutcome::NoContent)
    }
}
