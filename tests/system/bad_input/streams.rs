//! HTTP/2 that breaks its rules, and HTTP/2 that keeps them and is meant to wear the service out.

use super::Victim;
use super::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, End, Frames, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE,
    block, frame,
};

const PROTOCOL_ERROR: u32 = 1;

const GOOD: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/v1/tags")];

/// `GOOD` with further fields.
fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&GOOD, more].concat()
}

/// `GOOD` without a field.
fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    GOOD.into_iter().filter(|(known, _)| *known != name).collect()
}

/// RFC 9113, section 8.1.1: a malformed request is a stream error, or may be answered with 400.
#[tokio::test]
async fn requests_of_http2_that_are_malformed() {
    let mut victim = Victim::new().await;
    let cases = [
        ("no method", without(":method")),
        ("no scheme", without(":scheme")),
        ("no path", without(":path")),
        ("no authority", without(":authority")),
        ("two methods", with(&[(":method", "DELETE")])),
        ("two paths", with(&[(":path", "/v1/regions")])),
        ("a pseudo-field behind others", [&[("x", "a")], GOOD.as_slice()].concat()),
        ("a pseudo-field of responses", with(&[(":status", "200")])),
        ("a pseudo-field of nobody", with(&[(":token", "a")])),
        ("a name in capitals", with(&[("X-Capital", "a")])),
        ("a blank in a name", with(&[("x y", "a")])),
        ("no name", with(&[("", "a")])),
        ("a line end in a value", with(&[("x", "a\r\nhost: b")])),
        ("NUL in a value", with(&[("x", "a\0b")])),
        ("a connection field", with(&[("connection", "close")])),
        ("an upgrade", with(&[("upgrade", "h2c")])),
        ("chunks", with(&[("transfer-encoding", "chunked")])),
        ("another host", with(&[("host", "elsewhere")])),
        ("a path that is none", [&without(":path"), [(":path", "v1/tags")].as_slice()].concat()),
        ("an empty path", [&without(":path"), [(":path", "")].as_slice()].concat()),
        ("a blank in the path", [&without(":path"), [(":path", "/v1/tags /x")].as_slice()].concat()),
        ("a method that is none", [&without(":method"), [(":method", "G T")].as_slice()].concat()),
        ("an authority that is none", [&without(":authority"), [(":authority", "a b")].as_slice()].concat()),
    ];
    for (what, fields) in cases {
        eprintln!("{what}");
        let mut frames = Frames::open(&victim.service).await;
        frames.ask(1, &fields).await;
        let end = frames.end_of(1).await;
        let refused = matches!(end, End::Answered(Some(400)) | End::Reset(PROTOCOL_ERROR) | End::Away(PROTOCOL_ERROR));
        assert!(refused, "expected {what} to be refused, not {end:?}");
        victim.expect_service().await;
    }
    victim.expect_quiet();
}

/// Well formed, and refused as the same over HTTP/1.1 would be.
#[tokio::test]
async fn requests_of_http2_that_are_refused() {
    let mut victim = Victim::new().await;
    let mut frames = Frames::open(&victim.service).await;
    let mut stream = 1;
    let cases = [
        ("GET", "/v1/tags", Some(("authorization", "Token forged")), 401),
        ("GET", "/v1//tags", None, 404),
        ("GET", "/v1/tags/%00", None, 400),
        ("GET", "/v1/tags?page=0", None, 400),
        ("BREW", "/v1/tags", None, 501),
        ("PATCH", "/v1/tags", None, 405),
        ("GET", "*", None, 404),
        ("GET", "/v1/tags", Some(("accept", "text/html")), 406),
        ("GET", "/v1/nothing", Some(("x-http-method-override", "DELETE")), 404),
    ];
    for (method, path, field, status) in cases {
        let mut fields = frames.good(method, path);
        if let Some((name, value)) = field {
            fields.retain(|(known, _)| known != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        frames.send(HEADERS, END_STREAM | END_HEADERS, stream, &block(&fields)).await;
        assert_eq!(frames.end_of(stream).await, End::Answered(Some(status)), "{method} {path}");
        stream += 2;
    }
    // A length that the content does not keep is malformed (RFC 9113, section 8.1.1).
    for (length, content) in [("2", "{\"description\":null}"), ("100", "{}")] {
        let mut fields = frames.good("PUT", "/v1/tags/x");
        let more = [("content-type", "application/json"), ("content-length", length)];
        fields.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        frames.send(HEADERS, END_HEADERS, stream, &block(&fields)).await;
        frames.send(DATA, END_STREAM, stream, content.as_bytes()).await;
        let end = frames.end_of(stream).await;
        assert!(matches!(end, End::Answered(Some(400)) | End::Reset(PROTOCOL_ERROR)), "{length}: {end:?}");
        stream += 2;
    }
    let read = victim.head("GET /v1/tags/x", "");
    victim.check("none of them was carried out", &read, super::Problem(404)).await;
    victim.expect_quiet();
}

/// Frames that stand where they must not.
#[tokio::test]
async fn frames_that_are_out_of_place() {
    let mut victim = Victim::new().await;
    let good = block(&GOOD);
    let cases: [(&str, Vec<u8>); 10] = [
        ("no frame at all", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("DATA on a stream that is not open", frame(DATA, END_STREAM, 1, b"{}")),
        ("HEADERS on stream 0", frame(HEADERS, END_STREAM | END_HEADERS, 0, &good)),
        ("HEADERS on a stream of the server", frame(HEADERS, END_STREAM | END_HEADERS, 2, &good)),
        ("CONTINUATION of nothing", frame(CONTINUATION, END_HEADERS, 1, &good)),
        ("a PING of seven bytes", frame(PING, 0, 0, b"1234567")),
        ("a window of nothing", frame(WINDOW_UPDATE, 0, 0, &[0; 4])),
        ("settings of half a setting", frame(SETTINGS, 0, 0, &[0; 3])),
        ("a header block that is none", frame(HEADERS, END_STREAM | END_HEADERS, 1, &[0xff; 40])),
        ("a frame of 1 MB", [&[16, 0, 0, DATA, 0, 0, 0, 0, 1], [0; 4096].as_slice()].concat()),
    ];
    for (what, bytes) in cases {
        eprintln!("{what}");
        let mut frames = Frames::open(&victim.service).await;
        frames.write(&bytes).await;
        let end = frames.end_of(1).await;
        assert!(matches!(end, End::Away(_) | End::Closed), "expected {what} to end the connection, not {end:?}");
        victim.expect_service().await;
    }
    victim.expect_quiet();
}

/// What one connection can do to wear the service out; it may be ended for it, or answered, and others are answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods() {
    let mut victim = Victim::new().await;
    let good = block(&Frames::open(&victim.service).await.good("GET", "/v1/tags"));
    let large = block(&[("x", "a".repeat(16_000))]);
    let continued = frame(CONTINUATION, 0, 1, &large).repeat(200);
    // Entered into the table once, then named a thousand times: some kilobytes that say sixteen megabytes.
    let entry = [&[0x40], &large[1..]].concat();
    let bomb = [good.clone(), entry, vec![0x80 | 62; 1000]].concat();
    let resets = |index: u32| {
        let stream = 2 * index + 1;
        [frame(HEADERS, END_STREAM | END_HEADERS, stream, &good), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
    };
    let opened = |index: u32| frame(HEADERS, END_HEADERS, 2 * index + 1, &good);
    let many = block(&(0..5000).map(|index| (format!("x-{index}"), "a")).collect::<Vec<_>>());
    let cases = [
        ("a header block without end", [frame(HEADERS, END_STREAM, 1, &good), continued].concat()),
        ("a header block that grows", frame(HEADERS, END_STREAM | END_HEADERS, 1, &bomb)),
        ("a frame of 5000 fields", frame(HEADERS, END_STREAM | END_HEADERS, 1, &many)),
        ("10000 requests taken back", (0..10_000).flat_map(resets).collect()),
        ("2000 requests that do not end", (0..2000).flat_map(opened).collect()),
        ("20000 pings", frame(PING, 0, 0, b"12345678").repeat(20_000)),
        ("20000 settings", frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]).repeat(20_000)),
        ("20000 acknowledgements", frame(SETTINGS, ACK, 0, &[]).repeat(20_000)),
        (
            "20000 pieces of nothing",
            [frame(HEADERS, END_HEADERS, 1, &good), frame(DATA, 0, 1, &[]).repeat(20_000)].concat(),
        ),
        ("a window that runs over", frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]).repeat(3)),
    ];
    for (what, bytes) in cases {
        eprintln!("{what}");
        let mut frames = Frames::open(&victim.service).await;
        frames.write(&bytes).await;
        victim.expect_service().await;
        let mut other = Frames::open(&victim.service).await;
        let fields = other.good("GET", "/v1/nothing");
        other.send(HEADERS, END_STREAM | END_HEADERS, 1, &block(&fields)).await;
        assert_eq!(other.end_of(1).await, End::Answered(Some(404)), "beside {what}");
    }
    victim.expect_quiet();
}
