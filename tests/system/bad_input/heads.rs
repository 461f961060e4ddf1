//! Heads of requests: hosts, versions, fields without number, and requests that hide another.

use super::{Answer, Fine, Problem, Unreadable, Victim};
use crate::raw::{Connection, Request};

#[tokio::test]
async fn hosts_and_versions() {
    let mut victim = Victim::new().await;
    let authorisation = format!("Authorization: Token {}\r\n", victim.service.token);
    let hosts = [
        ("", Problem(400)),
        ("Host:\r\n", Problem(400)),
        ("Host: a b\r\n", Problem(400)),
        ("Host: a/b\r\n", Problem(400)),
        ("Host: user@localhost\r\n", Problem(400)),
        ("Host: localhost\r\nHost: localhost\r\n", Problem(400)),
        ("Host: localhost\r\nHost: elsewhere\r\n", Problem(400)),
        ("Host: localhost, elsewhere\r\n", Problem(400)),
        ("Host: [::1]:8443\r\n", Fine(200)),
    ];
    for (host, answer) in hosts {
        let request = format!("GET /v1/tags HTTP/1.1\r\n{host}{authorisation}\r\n");
        victim.check(host.trim(), request.as_bytes(), answer).await;
    }
    for line in
        ["GET /v1/tags HTTP/1.2", "GET /v1/tags HTTP/2.0", "GET /v1/tags HTTP/9", "GET /v1/tags", "GET", "\0\u{1}\u{2}"]
    {
        let request = format!("{line}\r\nHost: localhost\r\n{authorisation}\r\n");
        victim.check(line, request.as_bytes(), Unreadable(400)).await;
    }
    let old = format!("GET /v1/tags HTTP/1.0\r\n{authorisation}\r\n");
    victim.check("HTTP/1.0", old.as_bytes(), Fine(200)).await;
    victim.expect_quiet();
}

#[tokio::test]
async fn fields_that_are_none_or_too_many() {
    let mut victim = Victim::new().await;
    let many = |count: usize| (0..count).map(|index| format!("X-{index}: a\r\n")).collect::<String>();
    let large = |size: usize| format!("X: {}\r\n", "a".repeat(size));
    let cases: [(&str, String, Answer); 14] = [
        ("90 fields", many(90), Fine(200)),
        ("1000 fields", many(1000), Unreadable(431)),
        ("one field 2000 times", "X: a\r\n".repeat(2000), Unreadable(431)),
        ("a field of 50 KB", large(50_000), Fine(200)),
        ("a field of 100 KB", large(100_000), Unreadable(431)),
        ("a field of 1 MB", large(1_000_000), Unreadable(431)),
        ("a name of 100 KB", format!("{}: a\r\n", "X".repeat(100_000)), Unreadable(431)),
        ("a blank in a name", "X Y: a\r\n".to_owned(), Unreadable(400)),
        ("a blank behind a name", "Content-Length : 3\r\n".to_owned(), Unreadable(400)),
        ("no name", ": a\r\n".to_owned(), Unreadable(400)),
        ("no colon", "abc\r\n".to_owned(), Unreadable(400)),
        ("a value on two lines", "X: a\r\n b\r\n".to_owned(), Unreadable(400)),
        ("NUL in a value", "X: a\0b\r\n".to_owned(), Unreadable(400)),
        ("a bare CR in a value", "X: a\rY: b\r\n".to_owned(), Unreadable(400)),
    ];
    for (what, fields, answer) in cases {
        let request = victim.head("GET /v1/tags", &fields);
        victim.check(what, &request, answer).await;
    }
    let json = "Content-Type: application/json\r\n";
    let cases = [
        ("If-Match: none\r\n", Problem(400)),
        ("If-Match: \"a\" \"b\"\r\n", Problem(400)),
        ("If-None-Match: W/a\r\n", Problem(400)),
        ("If-None-Match: *, *\r\n", Problem(400)),
    ];
    for (fields, answer) in cases {
        let request = victim.put_as(&format!("{json}{fields}"), "{}");
        victim.check(fields.trim(), &request, answer).await;
    }
    for (what, key) in [("too long", "k".repeat(256)), ("two words", "a b".to_owned()), ("no text", "ä".to_owned())] {
        let body = "{\"name\":\"keyed\"}";
        let fields = format!("{json}Idempotency-Key: {key}\r\nContent-Length: {}\r\n", body.len());
        let request = [&victim.head("POST /v1/tags", &fields), body.as_bytes()].concat();
        victim.check(&format!("a key that is {what}"), &request, Problem(400)).await;
    }
    victim.expect_quiet();
}

/// Requests that two readers would end at different places. None is carried out in two ways: it is refused, or nothing
/// that follows it on the connection is read (RFC 9112, sections 6.1 and 6.3).
#[tokio::test]
async fn requests_that_hide_another() {
    let mut victim = Victim::new().await;
    let put = victim.put("{}");
    victim.check("a tag to be aimed at", &put, Fine(201)).await;
    let hidden = victim.head("DELETE /v1/tags/x", "");
    let body = [b"2\r\n{}\r\n0\r\n\r\n".as_slice(), &hidden].concat();
    let json = "Content-Type: application/json\r\n";
    let cases = [
        ("two lengths", "Content-Length: 2\r\nContent-Length: 12\r\n", Unreadable(400)),
        ("a list of lengths", "Content-Length: 2, 12\r\n", Unreadable(400)),
        ("a length in hexadecimal", "Content-Length: 0x2\r\n", Unreadable(400)),
        ("chunked, and no more", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", Unreadable(400)),
        ("nearly chunked", "Transfer-Encoding: xchunked\r\n", Unreadable(400)),
        ("chunked in quotes", "Transfer-Encoding: \"chunked\"\r\n", Unreadable(400)),
        ("chunked, then compressed", "Transfer-Encoding: chunked, gzip\r\n", Unreadable(400)),
    ];
    for (what, fields, answer) in cases {
        let request = [victim.head("PUT /v1/tags/y", &format!("{json}{fields}")), body.clone()].concat();
        victim.check(what, &request, answer).await;
    }
    for fields in [
        "Content-Length: 12\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: gzip, chunked\r\nContent-Length: 4\r\n",
    ] {
        let request = [victim.head("PUT /v1/tags/y", &format!("{json}{fields}")), body.clone()].concat();
        let mut connection = Connection::open(&victim.service).await;
        let exchange = connection.send_bytes(&request).await;
        assert!(matches!(exchange.status, 200 | 201 | 400), "expected it to be read one way or not at all: {exchange}");
        let rest = connection.read_to_end().await;
        assert!(rest.is_empty(), "expected nothing after it to be read, and not {:?}", String::from_utf8_lossy(&rest));
    }
    victim.witness.send(&Request::new("GET", "/tags/x")).await.expect(200);
    victim.expect_quiet();
}

/// A request behind one that is refused is a request of its own: the body of the first is not taken for it.
#[tokio::test]
async fn what_follows_a_refused_body() {
    let mut victim = Victim::new().await;
    let put = victim.put("{}");
    victim.check("a tag to be aimed at", &put, Fine(201)).await;
    let hidden = victim.head("DELETE /v1/tags/x", "");
    for line in ["PUT /v1/nothing", "BREW /v1/tags", "GET /v1/tags/x", "PATCH /v1/tags"] {
        let length = format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", hidden.len());
        let mut connection = Connection::open(&victim.service).await;
        let first = connection.send_bytes(&[victim.head(line, &length), hidden.clone()].concat()).await;
        assert_ne!(first.status, 204, "expected the body of {line} to stay one: {first}");
        let second = connection.try_send(&Request::new("GET", "/tags/x")).await;
        if let Ok(second) = second {
            second.expect(200);
        }
    }
    victim.witness.send(&Request::new("GET", "/tags/x")).await.expect(200);
    victim.expect_quiet();
}
