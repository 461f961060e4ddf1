//! Senders that take their time. Each may hold its own connection for as long as the limits say, and nobody else's.
//!
//! The limits of a service are half a minute, and all of these wait for them at once.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::{Victim, expect_unreadable};
use crate::exchange::Exchange;
use crate::raw::{Connection, Request};

/// Longer than any limit.
const LONG: Duration = Duration::from_secs(45);
/// How often a slow sender sends a byte.
const PACE: Duration = Duration::from_millis(500);

/// Sends a byte now and then until the other side has enough of it.
async fn drip(connection: &mut Connection, byte: u8) {
    let began = Instant::now();
    while began.elapsed() < LONG && connection.write(&[byte]).await.is_ok() {
        sleep(PACE).await;
    }
    assert!(began.elapsed() < LONG, "expected the connection to be ended within {LONG:?}");
}

/// The head of a request whose last line does not end.
async fn slow_head(victim: &Victim) {
    let mut connection = Connection::open(&victim.service).await;
    connection.write(b"GET /v1/tags HTTP/1.1\r\nHost: localhost\r\nX: ").await.expect("a connection");
    drip(&mut connection, b'a').await;
}

/// A body that comes a byte at a time is answered with 408 before it is whole.
async fn slow_body(victim: &Victim, framing: &str, piece: &[u8]) -> Exchange {
    let mut connection = Connection::open(&victim.service).await;
    let request = Request::new("PUT", "/tags/slow");
    let head = victim.head("PUT /v1/tags/slow", &format!("Content-Type: application/json\r\n{framing}"));
    connection.write(&head).await.expect("a connection");
    let answer = async {
        loop {
            connection.write(piece).await.ok();
            if let Ok(more) = timeout(PACE, connection.read_more()).await {
                more.expect("an answer before the end");
                return connection.read(&request).await.expect("an answer");
            }
        }
    };
    timeout(LONG, answer).await.expect("an answer within the limit")
}

/// A peer that never says a word of TLS.
async fn no_handshake(victim: &Victim) {
    let mut stream = TcpStream::connect(victim.service.address).await.expect("a connection");
    stream.write_all(b"\x16\x03\x01").await.expect("a connection");
    let mut rest = Vec::new();
    timeout(LONG, stream.read_to_end(&mut rest)).await.expect("an end within the limit").ok();
}

/// A connection that asks for nothing, from the beginning or after an answer.
async fn idle(victim: &Victim, requests: usize) {
    let mut connection = Connection::open(&victim.service).await;
    for _ in 0..requests {
        connection.send(&Request::new("GET", "/tags")).await.expect(200);
    }
    let began = Instant::now();
    while connection.read_more().await.is_ok() {}
    assert!(began.elapsed() < LONG, "expected an idle connection to be ended within {LONG:?}");
}

/// While all of them are at it, others are served at once.
async fn witness(victim: &Victim) {
    let mut connection = Connection::open(&victim.service).await;
    for _ in 0..50 {
        let began = Instant::now();
        connection.send(&Request::new("GET", "/account/profile")).await.expect(200);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "expected an answer at once, not after {:?}",
            began.elapsed()
        );
        sleep(PACE).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_senders_wait_for_themselves_alone() {
    let mut victim = Victim::new().await;
    let shared = &victim;
    let (declared, chunked, ..) = tokio::join!(
        slow_body(shared, "Content-Length: 1000\r\n", b" "),
        slow_body(shared, "Transfer-Encoding: chunked\r\n", b"1\r\n \r\n"),
        slow_head(shared),
        no_handshake(shared),
        idle(shared, 0),
        idle(shared, 2),
        witness(shared),
    );
    for exchange in [declared, chunked] {
        exchange.expect_problem(408);
    }
    victim.witness = Connection::open(&victim.service).await;
    victim.expect_service().await;
    victim.witness.send(&Request::new("GET", "/tags/slow")).await.expect_problem(404);
    victim.expect_quiet();
}

/// A request that breaks off is nobody's: no answer, nothing done, nothing logged as a fault.
#[tokio::test]
async fn senders_that_leave() {
    let mut victim = Victim::new().await;
    let whole = victim.put("{\"description\":\"whole\"}");
    for end in [1, 4, 20, 60, whole.len() - 30, whole.len() - 1] {
        let mut connection = Connection::open(&victim.service).await;
        connection.write(&whole[..end]).await.expect("a connection");
        drop(connection);
        victim.expect_service().await;
    }
    let mut stream = TcpStream::connect(victim.service.address).await.expect("a connection");
    stream.write_all(b"GET /v1/tags HTTP/1.1\r\n\r\n").await.expect("a connection");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    assert!(!answer.starts_with(b"HTTP"), "expected nothing over plain TCP");
    victim.witness.send(&Request::new("GET", "/tags/x")).await.expect_problem(404);
    let garbage = victim.head("GET /v1/tags", "no colon\r\n");
    let mut connection = Connection::open(&victim.service).await;
    expect_unreadable(&connection.send_bytes(&garbage).await, 400);
    victim.expect_quiet();
}
