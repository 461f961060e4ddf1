//! What operators and their machines ask: is the process alive, may it be sent requests, and what are its
//! numbers. On a port of its own, in plain HTTP, since there is nothing of any caller's in it and those who ask (a
//! supervisor, a load balancer, Prometheus) have no token; it is meant for the inside of a machine or
//! a network.
//!
//! The port is open before the store is, so that a start which takes its time (a large file to be
//! verified, a schema to be brought up to date) is seen as one that is alive and not ready.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use methodical_server::{Reads, Record, Store, StoreError};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::access::Account;
use crate::metrics::{self, Metrics};
use crate::store::Database;

/// How long the store may take to answer that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far the service has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Starting,
    Serving,
    Stopping,
}

/// What is known of the service's health; told by whoever starts and stops it.
#[derive(Debug, Default)]
pub struct Health {
    phase: Mutex<Phase>,
    store: OnceLock<Database>,
}

/// Whether requests may be sent here, and why not.
#[derive(Debug, Serialize)]
struct Report {
    ready: bool,
    checks: Checks,
}

#[derive(Debug, Serialize)]
struct Checks {
    started: Check,
    store: Check,
    shutdown: Check,
}

#[derive(Debug, Serialize)]
struct Check {
    ok: bool,
    detail: &'static str,
}

impl Health {
    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store is open, migrations included.
    pub fn opened(&self, store: Database) {
        // A second store is no part of any start.
        let _ = self.store.set(store);
    }

    /// Requests are taken from now on.
    pub fn serves(&self) {
        let mut phase = self.phase();
        // The end may have come before the beginning.
        if *phase == Phase::Starting {
            *phase = Phase::Serving;
        }
    }

    /// No new requests are to be sent.
    pub fn stops(&self) {
        *self.phase() = Phase::Stopping;
    }

    async fn report(&self) -> Report {
        let phase = *self.phase();
        let started = match phase {
            Phase::Starting => Check::bad("the service is still starting"),
            Phase::Serving | Phase::Stopping => Check::good("requests are taken"),
        };
        let shutdown = match phase {
            Phase::Starting | Phase::Serving => Check::good("nobody has told the service to stop"),
            Phase::Stopping => Check::bad("the service is stopping"),
        };
        let store = match self.store.get() {
            None => Check::bad("the store is being opened, verified or migrated"),
            Some(store) => check_store(store).await,
        };
        Report { ready: started.ok && store.ok && shutdown.ok, checks: Checks { started, store, shutdown } }
    }
}

impl Check {
    fn good(detail: &'static str) -> Check {
        Check { ok: true, detail }
    }

    fn bad(detail: &'static str) -> Check {
        Check { ok: false, detail }
    }
}

/// What exactly is wrong goes to the log: it may name hosts and users.
async fn check_store(store: &impl Store) -> Check {
    match timeout(PATIENCE, look(store)).await {
        Ok(Ok(())) => Check::good("the store answers"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store cannot be read");
            Check::bad("the store cannot be read")
        }
        Err(_) => Check::bad("the store does not answer in time"),
    }
}

async fn look(store: &impl Store) -> Result<(), StoreError> {
    store.read().await?.get(Account::TABLE, b"").await?;
    Ok(())
}

/// Answers on this port until it is dropped.
pub async fn serve(listener: TcpListener, health: Arc<Health>, metrics: Arc<Metrics>) -> io::Result<()> {
    axum::serve(listener, router(health, metrics)).await
}

fn router(health: Arc<Health>, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/livez", get(async || text("alive\n")))
        .route("/readyz", get(ready).with_state(health))
        .route("/metrics", get(numbers).with_state(metrics))
        .fallback(async || (StatusCode::NOT_FOUND, text("there are /livez, /readyz and /metrics\n")))
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    let report = health.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::to_string(&report).unwrap_or_default();
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

async fn numbers(State(metrics): State<Arc<Metrics>>) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response(),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn text(text: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn check(health: &Arc<Health>, path: &str) -> String {
        let router = router(Arc::clone(health), Arc::default());
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        format!("{status} {}", String::from_utf8_lossy(&bytes))
    }

    #[tokio::test]
    async fn readiness_follows_the_service() {
        let folder = tempfile::tempdir().unwrap();
        let health = Arc::new(Health::default());
        insta::assert_snapshot!(check(&health, "/readyz").await, @r#"503 {"ready":false,"checks":{"started":{"ok":false,"detail":"the service is still starting"},"store":{"ok":false,"detail":"the store is being opened, verified or migrated"},"shutdown":{"ok":true,"detail":"nobody has told the service to stop"}}}"#);
        assert_eq!(check(&health, "/livez").await, "200 alive\n");
        health.opened(Database::open(folder.path()).unwrap());
        insta::assert_snapshot!(check(&health, "/readyz").await, @r#"503 {"ready":false,"checks":{"started":{"ok":false,"detail":"the service is still starting"},"store":{"ok":true,"detail":"the store answers"},"shutdown":{"ok":true,"detail":"nobody has told the service to stop"}}}"#);
        health.serves();
        insta::assert_snapshot!(check(&health, "/readyz").await, @r#"200 {"ready":true,"checks":{"started":{"ok":true,"detail":"requests are taken"},"store":{"ok":true,"detail":"the store answers"},"shutdown":{"ok":true,"detail":"nobody has told the service to stop"}}}"#);
        health.stops();
        health.serves();
        insta::assert_snapshot!(check(&health, "/readyz").await, @r#"503 {"ready":false,"checks":{"started":{"ok":true,"detail":"requests are taken"},"store":{"ok":true,"detail":"the store answers"},"shutdown":{"ok":false,"detail":"the service is stopping"}}}"#);
        assert_eq!(check(&health, "/livez").await, "200 alive\n");
    }

    #[tokio::test]
    async fn there_is_nothing_else() {
        let health = Arc::new(Health::default());
        assert!(check(&health, "/metrics").await.starts_with("200 # HELP stacklets_build"));
        for path in ["/", "/v1/tags", "/metrics/x"] {
            let answer = check(&health, path).await;
            assert_eq!(answer, "404 there are /livez, /readyz and /metrics\n", "{path}");
        }
    }

    /// A store that cannot be reached, or that hangs.
    #[derive(Debug, Clone)]
    enum Broken {
        Down,
        Hanging,
    }

    impl Store for Broken {
        type Read = methodical_server::MemoryRead;
        type Write = methodical_server::MemoryWrite;

        async fn read(&self) -> Result<Self::Read, StoreError> {
            match self {
                Broken::Down => Err(StoreError::Unavailable("user:password@host".into())),
                Broken::Hanging => std::future::pending().await,
            }
        }

        async fn write(&self) -> Result<Self::Write, StoreError> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_fails_is_told_without_its_secrets() {
        for (broken, detail) in
            [(Broken::Down, "the store cannot be read"), (Broken::Hanging, "the store does not answer in time")]
        {
            let check = check_store(&broken).await;
            assert_eq!((check.ok, check.detail), (false, detail));
        }
        assert!(check_store(&methodical_server::MemoryStore::new()).await.ok);
    }
}
