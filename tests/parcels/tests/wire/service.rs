//! A server that answers what it heard.

use std::fmt::Debug;

use methodical_server::wire::Operation;
use methodical_server::{
    Api, Credentials, Cx, Forbidden, Found, MemoryStore, ReadTx, Refusal, Unauthenticated, Updated, WriteTx,
};
use parcels_server::*;
use parcels_types::Seen;

pub(crate) struct Echo;

impl Api for Echo {
    type Store = MemoryStore;
    /// The credentials, each with the name of its scheme.
    type Principal = String;

    async fn authenticate<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        credentials: &'t Credentials,
    ) -> Result<String, Unauthenticated> {
        if credentials.oauth() == Some("stale") {
            return Err(Unauthenticated::Invalid("The token has expired.".to_owned()));
        }
        let basic = credentials.basic_credential().map(|(user, password)| format!("{user}:{password}"));
        let known = [
            ("bearer", credentials.bearer()),
            ("basic", basic.as_deref()),
            ("hawk", credentials.hawk()),
            ("key_cookie", credentials.key_cookie()),
            ("key_header", credentials.key_header()),
            ("key_query", credentials.key_query()),
            ("oauth", credentials.oauth()),
        ];
        let sent = known.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
        Ok(sent.collect::<Vec<_>>().join(" "))
    }

    fn authorize(&self, principal: &String, operation: &'static Operation) -> Result<(), Forbidden> {
        let granted = |scope: &str| principal == &format!("oauth=may-{scope}");
        if operation.allows_scopes(granted) { Ok(()) } else { Err(Forbidden::new("The token lacks a scope.")) }
    }

    fn rate_key(&self, principal: &String) -> String {
        principal.clone()
    }

    fn anonymous(&self) -> Option<String> {
        Some("nobody".to_owned())
    }
}

fn echo<'t>(text: impl Debug) -> Found<'t, Seen> {
    said(format!("{text:?}"))
}

fn said<'t>(text: String) -> Found<'t, Seen> {
    Found::now(None, Seen { text })
}

type Tx = ReadTx<MemoryStore>;

impl Parameters for Echo {
    async fn by_path<'t>(
        &'t self,
        _: &'t Tx,
        request: ByPathRequest,
        _: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<ByPath>> {
        Ok(echo(request))
    }

    async fn by_field<'t>(
        &'t self,
        _: &'t Tx,
        request: ByFieldRequest,
        _: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<ByField>> {
        Ok(echo(request))
    }

    async fn search<'t>(
        &'t self,
        _: &'t Tx,
        request: SearchRequest,
        _: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Search>> {
        Ok(echo(request))
    }
}

impl Access for Echo {
    async fn open<'t>(
        &'t self,
        _: &'t Tx,
        _: OpenRequest,
        cx: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Open>> {
        Ok(said(cx.principal().clone()))
    }

    async fn either<'t>(
        &'t self,
        _: &'t Tx,
        _: EitherRequest,
        cx: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Either>> {
        Ok(said(cx.principal().clone()))
    }

    async fn scoped<'t>(
        &'t self,
        _: &'t Tx,
        _: ScopedRequest,
        cx: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Scoped>> {
        Ok(said(cx.principal().clone()))
    }

    async fn scoped_too<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        _: ScopedTooRequest,
        _: &'t Cx<String>,
    ) -> Result<Updated<Seen>, Refusal<ScopedToo>> {
        unreachable!("nobody is granted both scopes")
    }

    async fn keys<'t>(
        &'t self,
        _: &'t Tx,
        _: KeysRequest,
        cx: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Keys>> {
        Ok(said(cx.principal().clone()))
    }

    async fn files<'t>(
        &'t self,
        _: &'t Tx,
        _: FilesRequest,
        _: &'t Cx<String>,
    ) -> Result<Found<'t, Seen>, Refusal<Files>> {
        Ok(said("files".to_owned()))
    }
}

impl Events for Echo {
    async fn subscribe<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: SubscribeRequest,
        _: &'t Cx<String>,
    ) -> Result<SubscribeOutcome, Refusal<Subscribe>> {
        Ok(SubscribeOutcome::Ok(request.body))
    }
}
