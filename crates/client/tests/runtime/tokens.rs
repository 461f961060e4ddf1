//! Tokens that are fetched: once, kept, and fetched anew when they are not taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use methodical_client::{BaseUrl, CallError, ClientAuthentication, Credential, OAuth2, RequestError, TokenError};

use crate::support::api::Client;
use crate::support::server::{Reply, Seen, Server, answer};
use crate::{TAG, builder, policy};

/// An API and a token server in one: `/token` answers tokens `t1`, `t2` and so on, the rest wants one of those that are `good`.
async fn start(good: fn(&str) -> bool) -> (Server, Arc<AtomicUsize>) {
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = fetched.clone();
    let server = Server::start(move |_, seen: &Seen| -> Reply {
        if seen.target == "/token" {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!(r#"{{"access_token":"t{number}","token_type":"bearer","refresh_token":"r{number}"}}"#);
            return answer(200, &token);
        }
        let sent = seen.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if good(sent) { answer(200, TAG) } else { answer(401, "{}") }
    });
    (server.await, fetched)
}

fn token_url(server: &Server) -> BaseUrl {
    BaseUrl::insecure_loopback(&format!("http://{}/token", server.address)).expect("loopback")
}

fn client(server: &Server, source: impl Into<Credential>) -> Client {
    let builder = builder(server).credential("token", source).retry_policy(policy());
    Client::from_runtime(builder.build().expect("a client"))
}

fn tokens_asked_for(server: &Server) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| seen.target == "/token").collect()
}

#[tokio::test]
async fn a_token_is_fetched_once_however_many_wait_for_it() {
    let (server, fetched) = start(|sent| sent == "Token t1").await;
    let source = OAuth2::client_credentials(token_url(&server), "i d", "s+cret").scopes(["a", "b"]);
    let source = source.parameter("audience", "x").build().expect("a source");
    assert!(!format!("{source:?}").contains("s+cret"));
    let client = client(&server, source);
    let calls: Vec<_> =
        (0..5).map(|_| tokio::spawn(std::future::IntoFuture::into_future(client.get_tag("a")))).collect();
    for call in calls {
        let _ = call.await.expect("no panic").expect("an answer");
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    let asked = tokens_asked_for(&server).remove(0);
    assert_eq!(asked.body, "grant_type=client_credentials&scope=a+b&audience=x");
    // `i+d:s%2Bcret`, as a form has them.
    assert_eq!(asked.headers["authorization"], "Basic aStkOnMlMkJjcmV0");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_fetched_anew_once() {
    let (server, fetched) = start(|sent| sent == "Token t2").await;
    let source = OAuth2::refresh_token(token_url(&server), "id", None, "r0").build().expect("a source");
    let client = client(&server, source);
    let _ = client.get_tag("a").await.expect("an answer");
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
    let bodies: Vec<String> = tokens_asked_for(&server).into_iter().map(|seen| seen.body).collect();
    let expected = ["r0", "r1"].map(|token| format!("grant_type=refresh_token&refresh_token={token}&client_id=id"));
    assert_eq!(bodies, expected, "the token server's own refresh token is used next");

    let (server, fetched) = start(|_| false).await;
    let source = OAuth2::client_credentials(token_url(&server), "id", "secret");
    let source = source.authentication(ClientAuthentication::Body).build().expect("a source");
    let client = self::client(&server, source);
    assert!(matches!(client.get_tag("a").await, Err(CallError::Unauthorized { .. })));
    assert_eq!(fetched.load(Ordering::SeqCst), 2, "once more, and not for ever");
    assert!(matches!(client.create_tag(&crate::tag()).await, Err(CallError::Unauthorized { .. })));
    assert_eq!(server.seen().iter().filter(|seen| seen.method == "POST" && seen.target != "/token").count(), 1);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let server = Server::start(|_, _| answer(400, r#"{"error":"invalid_client"}"#)).await;
    let source = OAuth2::client_credentials(token_url(&server), "id", "s3cret!").build().expect("a source");
    let error = client(&server, source).get_tag("a").await.expect_err("no token");
    assert_eq!(error.to_string(), "no token: the token server refused: invalid_client");
    assert!(matches!(error, CallError::Request(RequestError::Token(TokenError::Refused { .. }))));
    assert_eq!(server.seen().len(), 1);
}
