//! Two clients, written by two generators, and one server: what they put on the wire for the same operation with the same
//! arguments must be the same request, and what they make of an answer the same value. Each finds the other's bugs.

mod answers;
mod bodies;
mod calls;
mod recorder;

use std::collections::BTreeSet;
use std::sync::Arc;

use recorder::Recorder;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use stacklets_client::runtime::{BaseUrl, Token};

use crate::contract::contract;

/// Both clients, and what both talk to.
struct Pair {
    recorder: Recorder,
    native: stacklets_client::Client,
    progenitor: stacklets_client_progenitor::Client,
    /// The operations that were called.
    called: BTreeSet<&'static str>,
    /// Where they did not agree.
    differences: Vec<String>,
}

impl Pair {
    async fn new() -> Pair {
        let recorder = Recorder::start().await;
        let url = format!("http://{}/v1", recorder.address);
        let base = BaseUrl::insecure_loopback(&url).expect("a loopback address");
        let token = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static("Token of-ada"))]);
        let http = reqwest::Client::builder().tls_backend_preconfigured(no_roots()).default_headers(token);
        let http = http.build().expect("a client");
        Pair {
            native: stacklets_client::Client::new(base, Token::new("of-ada")).expect("a client"),
            progenitor: stacklets_client_progenitor::Client::new_with_client(&url, http),
            recorder,
            called: BTreeSet::new(),
            differences: Vec::new(),
        }
    }

    /// Compares what was recorded of the one and of the other.
    fn compare(&mut self, operation: &'static str, native: &[recorder::Recorded], other: &[recorder::Recorded]) {
        self.called.insert(operation);
        if native.len() != 1 || native != other {
            self.differences.push(format!("{operation}:\n  native     {native:?}\n  progenitor {other:?}"));
        }
    }
}

/// TLS that trusts nobody: `reqwest` has no default here, and nothing is sent over it.
fn no_roots() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions that ring has").with_root_certificates(rustls::RootCertStore::empty());
    config.with_no_client_auth()
}

/// One operation by both clients: the native one's arguments, then progenitor's.
macro_rules! both {
    ($pair:ident, $operation:ident($($native:expr),*), ($($other:expr),*)) => {{
        // Each comes to a type of its own; that it was answered at all is to be seen in what was recorded.
        drop($pair.native.$operation($($native),*).await);
        let native = $pair.recorder.take();
        let answer = $pair.progenitor.$operation($($other),*).await;
        let error = answer.err().unwrap_or_else(|| panic!("{} found something", stringify!($operation)));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{}", stringify!($operation));
        let other = $pair.recorder.take();
        $pair.compare(stringify!($operation), &native, &other);
    }};
}
use both;

#[tokio::test]
async fn both_clients_send_the_same_request_for_every_operation() {
    let mut pair = Pair::new().await;
    calls::all(&mut pair).await;
    assert!(pair.differences.is_empty(), "{}", pair.differences.join("\n"));
    assert_eq!(pair.called.len(), contract().operations.len(), "every operation is called");
}
