//! What no client of ours would send: bodies, paths, fields and frames that are wrong, too many, too large or meant to
//! deceive. Each is answered with a problem, or its connection is ended in the way that its protocol has; nothing is done,
//! nothing breaks, and whoever asks next is answered.
//!
//! Everything here goes over sockets of our own, byte by byte.

mod bodies;
mod frames;
mod heads;
mod paths;
mod slow;
mod streams;
mod tokens;

use crate::exchange::Exchange;
use crate::harness::Service;
use crate::raw::{Connection, Request};

/// What has to come.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// It is no mistake: this status, and everything that goes with it.
    Fine(u16),
    /// A problem, as the contract declares it.
    Problem(u16),
    /// A problem from below the contract, since there is no request that can be read; then the connection is ended.
    Unreadable(u16),
}

use Answer::{Fine, Problem, Unreadable};

/// A service to be ill-treated, and somebody who goes on using it well.
struct Victim {
    service: Service,
    witness: Connection,
}

impl Victim {
    async fn new() -> Victim {
        let service = Service::start();
        let witness = Connection::open(&service).await;
        Victim { service, witness }
    }

    /// Sends these bytes on a connection of their own; afterwards the witness is answered as ever.
    async fn check(&mut self, what: &str, bytes: &[u8], answer: Answer) -> Exchange {
        eprintln!("{what}");
        let mut connection = Connection::open_for(&self.service, &["http/1.1"]).await;
        let exchange = connection.send_bytes(bytes).await;
        let exchange = match answer {
            Fine(status) => exchange.expect(status),
            Problem(status) => exchange.expect_problem(status),
            Unreadable(status) => {
                expect_unreadable(&exchange, status);
                assert!(connection.read_to_end().await.is_empty(), "expected nothing after\n{exchange}");
                exchange
            }
        };
        self.expect_service().await;
        exchange
    }

    /// The first line of a request, with what every good request has, and these fields.
    fn head(&self, line: &str, fields: &str) -> Vec<u8> {
        let token = &self.service.token;
        format!("{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {token}\r\n{fields}\r\n").into_bytes()
    }

    /// A request to give a tag this value.
    fn put(&self, content: impl AsRef<[u8]>) -> Vec<u8> {
        self.put_as("Content-Type: application/json\r\n", content)
    }

    /// The same, with these fields.
    fn put_as(&self, fields: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
        let content = content.as_ref();
        let fields = format!("{fields}Content-Length: {}\r\n", content.len());
        [&self.head("PUT /v1/tags/x", &fields), content].concat()
    }

    async fn expect_service(&mut self) {
        self.witness.send(&Request::new("GET", "/account/profile")).await.expect(200);
    }

    /// Nothing broke on the way.
    fn expect_quiet(&self) {
        let log = self.service.log();
        for word in ["panicked", "ERROR"] {
            assert!(!log.contains(word), "expected no `{word}` in the log:\n{log}");
        }
    }
}

#[track_caller]
fn expect_unreadable(exchange: &Exchange, status: u16) {
    assert!(exchange.status == status, "expected {status} and not {} in\n{exchange}", exchange.status);
    assert_eq!(exchange.field("Content-Type"), "application/problem+json", "expected a problem in\n{exchange}");
    assert!(!exchange.field("X-Request-Id").is_empty(), "expected a request id in\n{exchange}");
    exchange.expect_at("/status", status);
    assert!(!exchange.text_at("/detail").is_empty(), "expected a detail in\n{exchange}");
}
