//! The client runtime against servers in this process that lose attempts, refuse, redirect and page as they are told.

mod support;
#[path = "runtime/tokens.rs"]
mod tokens;
#[path = "runtime/waiting.rs"]
mod waiting;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use methodical_client::wire::Etag;
use methodical_client::{
    BaseUrl, CallError, Created, Deleted, Find, Head, IdempotencyKey, Put, RequestError, RetryPolicy, Revalidation,
    Token, TransportErrorKind,
};
use support::api::{Client, ListTagsQuery, PutTagProblem, Tag};
use support::server::{Reply, Seen, Server, answer, answer_with};

const TAG: &str = r#"{"name":"a"}"#;

fn tag() -> Tag {
    Tag { name: "a".to_owned() }
}

fn policy() -> RetryPolicy {
    RetryPolicy { base: Duration::from_millis(1), cap: Duration::from_millis(2), ..RetryPolicy::default() }
}

fn builder(server: &Server) -> methodical_client::ClientBuilder {
    let base = BaseUrl::insecure_loopback(&format!("http://{}/v1/", server.address)).expect("loopback");
    methodical_client::Client::builder(base)
        .credential("token", Token::new("s3cret"))
        .retry_policy(policy())
        .attempt_timeout(Duration::from_millis(300))
}

fn client(server: &Server) -> Client {
    Client::from_runtime(builder(server).build().expect("a client"))
}

async fn start(script: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> (Server, Client) {
    let server = Server::start(script).await;
    let client = client(&server);
    (server, client)
}

/// The first attempt gets lost, the others are answered.
async fn start_losing_one(status: u16, body: &'static str) -> (Server, Client) {
    start(move |number, _| if number == 0 { Reply::Drop } else { answer(status, body) }).await
}

#[tokio::test]
async fn a_request_is_what_the_data_says() {
    let (server, client) = start(|_, _| answer_with(201, "etag", "\"1\"", TAG)).await;
    let outcome = client.put_tag("ä/b", &tag()).header("x-trace", "7").await.expect("an outcome");
    let Put::Created { value, location, meta } = outcome else { panic!("{outcome:?}") };
    assert_eq!(value, tag());
    assert_eq!(location.as_url().path(), "/v1/tags/%C3%A4%2Fb");
    assert_eq!((meta.status, meta.attempts, meta.request_id.as_deref()), (201, 1, Some("r0")));
    assert_eq!(meta.etag, Etag::strong("1").ok());
    let seen = server.seen().remove(0);
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("PUT", "/v1/tags/%C3%A4%2Fb"));
    assert_eq!(seen.body, TAG);
    let header = |name: &str| seen.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("authorization"), Some("Token s3cret"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("accept"), Some("application/json, application/problem+json"));
    assert_eq!(header("x-trace"), Some("7"));
}

#[tokio::test]
async fn reads_find_or_do_not() {
    let problem = r#"{"status":404,"title":"Not Found","detail":"no tag"}"#;
    let (_server, client) = start(move |_, seen| match seen.target.as_str() {
        "/v1/tags/a" => answer(200, TAG),
        _ => answer(404, problem),
    })
    .await;
    assert_eq!(client.get_tag("a").await.expect("an outcome").into_value(), Some(tag()));
    let Find::NotFound(problem, meta) = client.get_tag("b").await.expect("an outcome") else { panic!("found") };
    assert_eq!((problem.detail.as_deref(), meta.status), (Some("no tag"), 404));
    assert!(matches!(client.get_tag("a").head().await, Ok(Head::Found(_))));
    assert!(matches!(client.get_tag("b").head().await, Ok(Head::NotFound(_))));
}

#[tokio::test]
async fn what_the_caller_has_is_revalidated() {
    let (server, client) = start(|_, seen| match seen.headers.get("if-none-match") {
        Some(value) if value == "\"1\"" => answer(304, ""),
        _ => answer(200, TAG),
    })
    .await;
    let etag = |text: &str| Etag::strong(text).expect("a tag");
    let same = client.get_tag("a").if_none_match(&etag("1")).await;
    assert!(matches!(same, Ok(Revalidation::NotModified(_))));
    let other = client.get_tag("a").if_none_match(&etag("2")).await;
    assert!(matches!(other, Ok(Revalidation::Found { .. })));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_lost_attempt_shows_in_the_outcome() {
    let (_server, client) = start_losing_one(200, TAG).await;
    let outcome = client.put_tag("a", &tag()).await;
    assert!(matches!(&outcome, Ok(Put::Stored { meta, .. }) if meta.attempts == 2), "{outcome:?}");

    let (_server, client) = start_losing_one(404, "").await;
    let outcome = client.delete_tag("a").await;
    assert!(matches!(outcome, Ok(Deleted::Gone(_))), "{outcome:?}");

    let (_server, client) = start_losing_one(200, TAG).await;
    assert!(matches!(client.get_tag("a").await, Ok(Find::Found { .. })));
}

#[tokio::test]
async fn without_a_loss_nothing_is_blurred() {
    let (_server, client) =
        start(|_, seen| if seen.method == "PUT" { answer(200, TAG) } else { answer(404, "") }).await;
    assert!(matches!(client.put_tag("a", &tag()).await, Ok(Put::Replaced { .. })));
    let outcome = client.delete_tag("a").await.expect("an outcome");
    assert!(matches!(&outcome, Deleted::NotFound(problem, _) if problem.status == 404), "{outcome:?}");
}

#[tokio::test]
async fn a_stale_tag_after_a_loss_is_indeterminate() {
    let etag = Etag::strong("1").expect("a tag");
    let (_server, client) = start_losing_one(412, "").await;
    let error = client.put_tag("a", &tag()).if_match(&etag).await.expect_err("no outcome");
    assert!(matches!(&error, CallError::Indeterminate { sent: true, .. }), "{error:?}");
    assert_eq!(error.meta().map(|meta| meta.status), Some(412));

    let (server, client) = start(|_, _| answer(412, "")).await;
    let error = client.put_tag("a", &tag()).if_match(&etag).await.expect_err("no outcome");
    assert!(matches!(error.declared(), Some(PutTagProblem::PreconditionFailed(_))), "{error:?}");
    assert_eq!(server.seen()[0].headers["if-match"], "\"1\"");
}

#[tokio::test]
async fn an_unsafe_call_is_sent_once() {
    let ways: [fn() -> Reply; 2] = [|| Reply::Drop, || Reply::Hang];
    for lose in ways {
        let (server, client) = start(move |_, _| lose()).await;
        let error = client.create_tag(&tag()).await.expect_err("no outcome");
        assert!(matches!(error, CallError::Indeterminate { .. }), "{error:?}");
        assert_eq!(server.seen().len(), 1);
    }
    for status in [502, 503, 504] {
        let (server, client) = start(move |_, _| answer(status, "<h1>oops</h1>")).await;
        let error = client.create_tag(&tag()).await.expect_err("no outcome");
        let right = match status {
            503 => matches!(error, CallError::Unavailable { after: None, .. }),
            _ => matches!(error, CallError::Indeterminate { sent: true, .. }),
        };
        assert!(right, "{error:?}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_key_makes_it_repeatable() {
    let (server, client) = start(|number, _| match number {
        0 => Reply::Drop,
        1 => answer(409, "{}"),
        _ => answer_with(201, "location", "/v1/tags/a", TAG),
    })
    .await;
    let key = IdempotencyKey::new("k1").expect("a key");
    let created = client.create_tag(&tag()).idempotency_key(&key).retries(3).await.expect("an outcome");
    let Created { value, location, meta } = created;
    assert_eq!((value, location.as_url().path(), meta.attempts), (tag(), "/v1/tags/a", 3));
    assert!(server.seen().iter().all(|seen| seen.headers["idempotency-key"] == "k1" && seen.body == TAG));
}

#[tokio::test]
async fn retries_end_and_the_error_is_honest() {
    let (server, client) = start(|_, _| Reply::Drop).await;
    let error = client.put_tag("a", &tag()).retries(1).await.expect_err("no outcome");
    assert!(matches!(error, CallError::Indeterminate { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 2);
    let error = client.get_tag("a").retries(0).await.expect_err("no outcome");
    assert!(
        matches!(&error, CallError::Transport(error) if error.kind() == TransportErrorKind::Interrupted),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_server_that_is_not_there_was_sent_nothing() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let base = BaseUrl::insecure_loopback(&url).expect("loopback");
    let client = Client::new(base, Token::new("s3cret")).expect("a client");
    let error = client.create_tag(&tag()).await.expect_err("no outcome");
    assert!(matches!(&error, CallError::Transport(error) if error.kind() == TransportErrorKind::Connect), "{error:?}");
}

#[tokio::test]
async fn the_budget_bounds_all_calls_together() {
    let server = Server::start(|_, _| answer(502, "")).await;
    let thrifty = RetryPolicy { budget: 3, budget_per_call: 0.0, ..policy() };
    let client = Client::from_runtime(builder(&server).retry_policy(thrifty).build().expect("a client"));
    for _ in 0..4 {
        let error = client.get_tag("a").retries(5).await.expect_err("no outcome");
        assert!(matches!(error, CallError::Unexpected { status: 502, .. }), "{error:?}");
    }
    assert_eq!(server.seen().len(), 4 + 3);
}

#[tokio::test]
async fn retry_after_is_waited_out_for_every_effect() {
    let (server, client) = start(|number, _| match number {
        0 => answer_with(429, "retry-after", "1", ""),
        _ => answer(201, TAG),
    })
    .await;
    let begun = Instant::now();
    assert_eq!(client.create_tag(&tag()).await.expect("an outcome").meta.attempts, 2);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_long_retry_after_is_handed_on() {
    let (server, client) = start(|_, _| answer_with(429, "retry-after", "3600", "")).await;
    let error = client.get_tag("a").await.expect_err("no outcome");
    assert!(matches!(&error, CallError::RateLimited { after: Some(after), .. } if after.as_secs() == 3600));
    assert_eq!(error.to_string(), "rate limited: try again in 3600 s");
    assert_eq!(server.seen().len(), 1);

    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let (server, client) = start(move |_, _| answer_with(503, "retry-after", date, "")).await;
    let error = client.create_tag(&tag()).await.expect_err("no outcome");
    assert!(matches!(&error, CallError::Unavailable { after: Some(Duration::ZERO), .. }), "{error:?}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn the_whole_call_has_a_timeout() {
    let (server, client) = start(|_, _| Reply::Hang).await;
    let begun = Instant::now();
    let error = client.get_tag("a").retries(50).timeout(Duration::from_millis(700)).await.expect_err("no outcome");
    assert!(matches!(&error, CallError::Transport(error) if error.kind() == TransportErrorKind::Timeout), "{error:?}");
    assert!(begun.elapsed() < Duration::from_millis(1500));
    assert_eq!(server.seen().len(), 3);
    let (_server, client) = start(|_, _| answer(200, TAG)).await;
    assert!(client.get_tag("a").timeout(Duration::MAX).await.is_ok());
}

#[tokio::test]
async fn refusals_say_why() {
    let invalid = r#"{"status":422,"title":"Invalid","errors":[{"pointer":"/name","detail":"is taken"}]}"#;
    let (_server, client) = start(move |_, seen| match seen.method.as_str() {
        "PUT" => answer(422, invalid),
        "DELETE" => answer_with(401, "www-authenticate", "Token realm=\"tags\"", ""),
        "GET" => answer(418, "short and stout"),
        _ => answer(201, "{\"nom\":1}"),
    })
    .await;
    let error = client.put_tag("a", &tag()).await.expect_err("refused");
    assert_eq!(error.to_string(), "refused: 422 Invalid; /name: is taken");
    let error = client.delete_tag("a").await.expect_err("refused");
    assert!(matches!(&error, CallError::Unauthorized { challenge, .. } if challenge.scheme() == Some("Token")));
    assert_eq!(error.meta().and_then(|meta| meta.request_id.as_deref()), Some("r1"));
    let error = client.get_tag("a").await.expect_err("undeclared");
    assert!(matches!(&error, CallError::Unexpected { status: 418, body, .. } if &body[..] == b"short and stout"));
    let error = client.create_tag(&tag()).await.expect_err("unreadable");
    assert!(matches!(&error, CallError::Decode { meta, .. } if meta.status == 201), "{error:?}");
}

#[tokio::test]
async fn a_wrong_request_is_not_sent() {
    let (server, client) = start(|_, _| answer(200, TAG)).await;
    let strict = Client::from_runtime(builder(&server).validate_requests().build().expect("a client"));
    let request_error = |error: CallError<_>| {
        let CallError::Request(error) = error else { panic!("{error:?}") };
        error
    };
    for name in [".", ".."] {
        assert_eq!(request_error(strict.get_tag(name).await.expect_err("wrong")), RequestError::Path);
    }
    assert!(matches!(request_error(client.get_tag("").await.expect_err("wrong")), RequestError::Parameter(_)));
    let long = Tag { name: "0123456789".to_owned() };
    let Err(CallError::Request(error)) = strict.put_tag("a", &long).await else { panic!("sent") };
    assert_eq!(error.to_string(), "the request is not valid: /name must have at most 9 characters");
    let anonymous = methodical_client::Client::builder(builder(&server).build().expect("a client").base().clone());
    let anonymous = Client::from_runtime(anonymous.build().expect("a client"));
    let error = request_error(anonymous.get_tag("a").await.expect_err("wrong"));
    assert_eq!(error, RequestError::Credentials("the token for `token` is missing".to_owned()));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn redirects_stay_within_the_origin_and_to_reads() {
    let other = Server::start(|_, _| answer(200, TAG)).await;
    let elsewhere = format!("http://{}/v1/tags/a", other.address);
    let (server, client) = start(move |_, seen| match seen.target.as_str() {
        "/v1/tags/near" => answer_with(307, "location", "/v1/tags/a", ""),
        "/v1/tags/far" => answer_with(302, "location", &elsewhere, ""),
        "/v1/tags/round" => answer_with(302, "location", "/v1/tags/round", ""),
        _ => answer(200, TAG),
    })
    .await;
    assert_eq!(client.get_tag("near").await.expect("an outcome").into_value(), Some(tag()));
    for name in ["far", "round"] {
        let error = client.get_tag(name).await.expect_err("not followed");
        assert!(matches!(error, CallError::Unexpected { status: 302, .. }), "{error:?}");
    }
    let error = client.put_tag("near", &tag()).await.expect_err("not followed");
    assert!(matches!(error, CallError::Unexpected { status: 307, .. }), "{error:?}");
    assert!(other.seen().is_empty());
    assert!(server.seen().len() < 12);
}

fn page(number: usize, next: &str) -> String {
    format!(r#"{{"tags":[{{"name":"{number}a"}},{{"name":"{number}b"}}],"meta":{{"next":{next}}}}}"#)
}

#[tokio::test]
async fn pages_are_fetched_as_they_are_asked_for() {
    let (server, client) = start(|_, seen| match seen.target.as_str() {
        "/v1/tags?page=1" => answer(200, &page(1, "2")),
        "/v1/tags?page=2" => answer(200, &page(2, "null")),
        _ => answer(500, ""),
    })
    .await;
    let mut items = client.list_tags(ListTagsQuery { page: Some(1) }).items();
    let mut names = Vec::new();
    let mut fetched = Vec::new();
    while let Some(item) = items.next().await {
        names.push(item.expect("an item").name);
        fetched.push(server.seen().len());
    }
    assert_eq!((names.join(" "), fetched), ("1a 1b 2a 2b".to_owned(), vec![1, 1, 2, 2]));
    assert!(items.next().await.is_none());
    let pages: Vec<_> = client.list_tags(ListTagsQuery { page: Some(2) }).pages().collect().await;
    assert!(matches!(&pages[..], [Ok(page)] if page.value.tags.len() == 2 && page.meta.status == 200));
    let all = client.list_tags(ListTagsQuery { page: Some(1) }).items().all().await.expect("all items");
    assert_eq!(all.len(), 4);
}

#[tokio::test]
async fn a_list_that_goes_in_circles_ends() {
    let (server, client) = start(|_, seen| match seen.target.as_str() {
        "/v1/tags" => answer(200, &page(1, "2")),
        "/v1/tags?page=2" => answer(200, &page(2, "3")),
        _ => answer(200, &page(3, "2")),
    })
    .await;
    let pages: Vec<_> = client.list_tags(ListTagsQuery::default()).pages().collect().await;
    assert!(matches!(&pages[..], [Ok(_), Ok(_), Ok(_), Err(CallError::RepeatedPage { page, .. })] if page == "2"));
    assert_eq!(server.seen().len(), 3);

    let (_server, client) = start(|_, _| answer(200, r#"{"tags":[{"nom":1}]}"#)).await;
    let items: Vec<_> = client.list_tags(ListTagsQuery::default()).items().collect().await;
    assert!(matches!(&items[..], [Err(CallError::Decode { .. })]));
    let all = client.list_tags(ListTagsQuery::default()).items().all().await;
    assert!(matches!(all, Err(CallError::Decode { .. })));
}

/// Collects what a subscriber writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_has_a_span_and_no_secret_shows() {
    let (_server, client) = start_losing_one(200, TAG).await;
    let shown = format!("{client:?} {:?} {:?}", client.get_tag("private"), builder(&_server));
    assert!(shown.contains("token") && !shown.contains("s3cret") && !shown.contains("private"), "{shown}");

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let error = client.get_tag("private").retries(1).await;
    drop(guard);
    assert!(error.is_ok(), "{error:?}");
    let written = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
    let ours = r#"call{operation="getTag" method="GET" path="/tags/{name}" attempts=2 status=200}"#;
    assert!(written.contains(ours), "{written}");
    let lines: Vec<_> = written.lines().filter(|line| line.contains("methodical_client")).collect();
    assert!(lines.iter().all(|line| !line.contains("private")), "{written}");
    // Of the layers below too, whatever they tell.
    assert!(!written.contains("s3cret"), "{written}");
}

mod tls {
    //! Over TLS, with a certificate that nobody but the test trusts.

    use methodical_client::BuildError;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;

    async fn start_tls() -> (Server, String) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a configuration");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        (Server::start_on(Some(acceptor), |_, _| answer(200, TAG)).await, cert.pem())
    }

    fn base(server: &Server) -> BaseUrl {
        BaseUrl::https(&format!("https://localhost:{}", server.address.port())).expect("https")
    }

    #[tokio::test]
    async fn trusted_roots_are_trusted_and_no_others() {
        let (server, pem) = start_tls().await;
        let trusting = || methodical_client::Client::builder(base(&server)).root_certificates_pem(pem.clone());
        for builder in [trusting(), trusting().only_own_roots()] {
            let client = builder.credential("token", Token::new("t")).retry_policy(policy()).build().expect("a client");
            let outcome = Client::from_runtime(client).get_tag("a").await.expect("an outcome");
            assert_eq!(outcome.into_value(), Some(tag()));
        }
        let (_, other) = start_tls().await;
        let wary = methodical_client::Client::builder(base(&server)).root_certificates_pem(other).only_own_roots();
        let wary = wary.credential("token", Token::new("t")).retry_policy(policy()).build().expect("a client");
        let error = Client::from_runtime(wary).create_tag(&tag()).await.expect_err("not trusted");
        assert!(matches!(&error, CallError::Transport(error) if error.kind() == TransportErrorKind::Tls), "{error:?}");
        let why = std::error::Error::source(&error).expect("a source").to_string();
        assert_eq!(error.to_string(), "no connection could be made: TLS refuses it");
        assert!(why.starts_with("invalid peer certificate: "), "{why}");
    }

    /// No certificate becomes good by asking again, and what talks no TLS does not learn it.
    #[tokio::test]
    async fn what_tls_refuses_is_not_repeated() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepted = Arc::new(Mutex::new(0));
        let counter = accepted.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                *counter.lock().expect("no panic") += 1;
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
        });
        let base = BaseUrl::https(&format!("https://localhost:{}", address.port())).expect("https");
        let client = methodical_client::Client::builder(base).only_own_roots().credential("token", Token::new("t"));
        let client = client.retry_policy(policy()).build().expect("a client");
        let error = Client::from_runtime(client).get_tag("a").retries(3).await.expect_err("no TLS");
        assert!(matches!(&error, CallError::Transport(error) if error.kind() == TransportErrorKind::Tls), "{error:?}");
        assert_eq!(*accepted.lock().expect("no panic"), 1);
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let base = BaseUrl::https("https://api.example").expect("https");
        let error = methodical_client::Client::builder(base).root_certificates_pem("nonsense").build();
        assert!(matches!(error, Err(BuildError::Pem { what: "root certificate", .. })));
    }
}
