//! A registry on this machine: `ferro-cargo-registry-server`, which is maintained, speaks cargo's sparse protocol and its web API, and is a
//! router to be served. Around it stands what the public registry has and it has not: nobody publishes without a token. And it can go away.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use ferro_blob_store::FsBlobStore;
use ferro_cargo_registry_server::{CargoState, router};

/// The token that may publish.
pub(crate) const TOKEN: &str = "a-token-that-shows-nowhere";

/// What it is called in cargo's configuration.
pub(crate) const NAME: &str = "local";

/// A registry that is served as long as this lives.
pub(crate) struct Registry {
    address: SocketAddr,
    gate: Arc<Gate>,
    _runtime: tokio::runtime::Runtime,
}

/// Who is let in.
struct Gate {
    /// How many more crates are taken before it goes away.
    left: AtomicU32,
}

impl Registry {
    /// Serves an empty one, whose archives lie in a folder.
    pub(crate) fn serve(folder: &Path) -> Registry {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let store = FsBlobStore::new(folder).expect("a folder for archives");
        let state = CargoState::new(Arc::new(store), format!("http://{address}"));
        let gate = Arc::new(Gate { left: AtomicU32::new(u32::MAX) });
        let service = router(state).layer(middleware::from_fn_with_state(Arc::clone(&gate), Gate::pass));
        runtime.spawn(async move { axum::serve(listener, service).await });
        Registry { address, gate, _runtime: runtime }
    }

    /// Its index, as cargo's configuration has it.
    pub(crate) fn index(&self) -> String {
        format!("sparse+http://{}/", self.address)
    }

    /// Goes away when as many more crates have been published.
    pub(crate) fn goes_away_after(&self, crates: u32) {
        self.gate.left.store(crates, Ordering::SeqCst);
    }

    /// Is there again.
    pub(crate) fn comes_back(&self) {
        self.gate.left.store(u32::MAX, Ordering::SeqCst);
    }
}

impl Gate {
    async fn pass(State(gate): State<Arc<Gate>>, request: Request<Body>, next: Next) -> Response {
        let refuse = |status: StatusCode, why: &str| {
            let body = serde_json::json!({ "errors": [{ "detail": why }] }).to_string();
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        };
        if request.method() != Method::PUT {
            return next.run(request).await;
        }
        let token = request.headers().get(header::AUTHORIZATION).and_then(|token| token.to_str().ok());
        if token != Some(TOKEN) {
            return refuse(StatusCode::FORBIDDEN, "this token may not publish");
        }
        let left = gate.left.load(Ordering::SeqCst);
        if left == 0 {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "the registry is away");
        }
        if left != u32::MAX {
            gate.left.store(left - 1, Ordering::SeqCst);
        }
        next.run(request).await
    }
}
