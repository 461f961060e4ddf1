//! Bodies and what is said about them.

use super::{Answer, Fine, Problem, Unreadable, Victim};
use crate::raw::{Connection, Request};

/// The most bytes that a body may have.
const LIMIT: usize = 1024 * 1024;

const JSON: &str = "Content-Type: application/json\r\n";

// Shows: INVALID-REFUSED, NO-5XX
#[tokio::test]
async fn bodies_that_are_no_value_of_the_contract() {
    let mut victim = Victim::new().await;
    let deep = "[".repeat(100_000);
    let closed = format!("{deep}{}", "]".repeat(100_000));
    let utf16: Vec<u8> = "{\"description\":\"a\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let nines = format!("{{\"description\":{}}}", "9".repeat(100_000));
    let cases: [(&str, &[u8], Answer); 21] = [
        ("nothing", b"", Problem(400)),
        ("blanks", b" \r\n\t ", Problem(400)),
        ("half", b"{\"description\":", Problem(400)),
        ("two values", b"{} {}", Problem(400)),
        ("no object", b"null", Problem(422)),
        ("a list", b"[{}]", Problem(422)),
        ("100000 lists", deep.as_bytes(), Problem(400)),
        ("100000 lists that end", closed.as_bytes(), Problem(400)),
        ("a number beyond all", b"{\"description\":1e999999}", Problem(400)),
        ("a number of 100000 digits", nines.as_bytes(), Problem(400)),
        ("a number in place of text", b"{\"description\":1}", Problem(422)),
        ("a member twice", b"{\"description\":\"a\",\"description\":\"b\"}", Problem(400)),
        ("a member twice, once in disguise", b"{\"description\":\"a\",\"descri\\u0070tion\":\"b\"}", Problem(400)),
        ("a member that nobody knows", b"{\"descriptoin\":\"a\"}", Problem(422)),
        ("a byte order mark", b"\xef\xbb\xbf{}", Problem(400)),
        ("UTF-16", &utf16, Problem(400)),
        ("a byte that is no UTF-8", b"{\"description\":\"\xff\"}", Problem(400)),
        ("an overlong slash", b"{\"description\":\"\xc0\xaf\"}", Problem(400)),
        ("half a surrogate pair", b"{\"description\":\"\\ud800\"}", Problem(400)),
        ("a bare control character", b"{\"description\":\"\x01\"}", Problem(400)),
        ("NUL", b"{\"description\":\"\\u0000\"}", Problem(422)),
    ];
    for (what, content, answer) in cases {
        let request = victim.put(content);
        victim.check(what, &request, answer).await;
    }
    let read = victim.head("GET /v1/tags/x", "");
    victim.check("none of them was carried out", &read, Problem(404)).await;
    victim.expect_quiet();
}

#[tokio::test]
async fn bodies_of_another_kind() {
    let mut victim = Victim::new().await;
    let cases = [
        ("", Problem(415)),
        ("Content-Type: text/plain\r\n", Problem(415)),
        ("Content-Type: multipart/form-data; boundary=x\r\n", Problem(415)),
        ("Content-Type: application/x-www-form-urlencoded\r\n", Problem(415)),
        ("Content-Type: application/merge-patch+json\r\n", Problem(415)),
        ("Content-Type: application/jsonx\r\n", Problem(415)),
        ("Content-Type: */*\r\n", Problem(415)),
        ("Content-Type: application/json, text/plain\r\n", Problem(415)),
        ("Content-Type: application/json\r\nContent-Type: application/json\r\n", Problem(415)),
        ("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", Problem(415)),
        ("Content-Type: application/json\r\nContent-Encoding: identity, br\r\n", Problem(415)),
        // RFC 8259, section 11: `application/json` has no parameter `charset`, and one that is sent says nothing.
        ("Content-Type: application/json; charset=iso-8859-1\r\n", Fine(201)),
        ("Content-Type: APPLICATION/JSON;charset=\"utf-8\"\r\n", Fine(200)),
    ];
    for (fields, answer) in cases {
        let request = victim.put_as(fields, "{}");
        victim.check(fields.trim(), &request, answer).await;
    }
    let bytes = [&victim.head("PUT /v1/tags/x", "Content-Length: 2\r\nContent-Type: application/"), b"".as_slice()];
    let mut request = bytes.concat();
    // The empty line comes behind the byte that no media type has.
    request.truncate(request.len() - 2);
    request.extend_from_slice(b"\xff\r\n\r\n{}");
    victim.check("a media type that is no text", &request, Problem(415)).await;
    let read = victim.head("GET /v1/tags", "Accept: application/xml, text/*\r\n");
    victim.check("an answer of another kind", &read, Problem(406)).await;
    victim.expect_quiet();
}

// Shows: NO-5XX
#[tokio::test]
async fn bodies_that_are_too_large() {
    let mut victim = Victim::new().await;
    let most = format!("{{\"description\":null{}}}", " ".repeat(LIMIT - 20));
    let put = |fields: &str, content: &[u8]| [&victim.head("PUT /v1/tags/x", fields), content].concat();
    let chunk = [b"200000\r\n".as_slice(), &vec![b' '; 0x20_0000], b"\r\n0\r\n\r\n"].concat();
    let chunks = [b"1000\r\n".as_slice(), &vec![b' '; 0x1000], b"\r\n"].concat().repeat(300);
    let cases = [
        ("the most there may be", victim.put(&most), Fine(201)),
        ("a byte more", victim.put(format!("{most} ")), Problem(413)),
        ("twice as much", victim.put(" ".repeat(2 * LIMIT)), Problem(413)),
        ("a terabyte, announced", put(&format!("{JSON}Content-Length: 1000000000000\r\n"), b"{}"), Problem(413)),
        ("all that a number can say", put(&format!("{JSON}Content-Length: {}\r\n", i64::MAX), b"{}"), Problem(413)),
        ("one large chunk", put(&format!("{JSON}Transfer-Encoding: chunked\r\n"), &chunk), Problem(413)),
        ("many chunks", put(&format!("{JSON}Transfer-Encoding: chunked\r\n"), &chunks), Problem(413)),
        (
            "a length beyond numbers",
            put(&format!("{JSON}Content-Length: {}\r\n", "9".repeat(40)), b"{}"),
            Unreadable(400),
        ),
        ("a length below nothing", put(&format!("{JSON}Content-Length: -1\r\n"), b"{}"), Unreadable(400)),
        ("a length with a sign", put(&format!("{JSON}Content-Length: +2\r\n"), b"{}"), Unreadable(400)),
        (
            "chunks that are none",
            put(&format!("{JSON}Transfer-Encoding: chunked\r\n"), b"zz\r\n{}\r\n0\r\n\r\n"),
            Problem(400),
        ),
        (
            "a body where none belongs",
            [&victim.head("GET /v1/tags", "Content-Length: 2097152\r\n"), " ".repeat(2 * LIMIT).as_bytes()].concat(),
            Fine(200),
        ),
    ];
    for (what, request, answer) in cases {
        victim.check(what, &request, answer).await;
    }
    victim.expect_quiet();
}

/// RFC 9110, section 10.1.1: who asks first is told before having sent.
#[tokio::test]
async fn bodies_that_wait_to_be_asked_for() {
    let victim = Victim::new().await;
    let expecting = |length: usize| format!("{JSON}Content-Length: {length}\r\nExpect: 100-continue\r\n");
    let refused = victim.head("PUT /v1/tags/x", &expecting(2 * LIMIT));
    let mut connection = Connection::open(&victim.service).await;
    connection.send_bytes(&refused).await.expect_problem(413);
    // The body may come or not, so nothing behind it can be read.
    assert!(connection.read_to_end().await.is_empty(), "expected nothing after a refusal of the body");

    let mut connection = Connection::open(&victim.service).await;
    let asked = connection.send_bytes(&victim.head("PUT /v1/tags/x", &expecting(2))).await;
    assert_eq!(asked.status, 100, "expected to be asked for the body: {asked}");
    connection.send_bytes(b"{}").await.expect(201);
    connection.send(&Request::new("GET", "/tags/x")).await.expect(200);
    victim.expect_quiet();
}
