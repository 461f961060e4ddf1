//! The generated client beside reqwest by hand. Both ask a server that has its answers ready, so that the client and not
//! the server is what is measured.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::routing::get;
use serde::Deserialize;
use stacklets_client::Client;
use stacklets_client::runtime::{BaseUrl, Find, Put, Token};
use stacklets_client::types::TagInput;

use crate::local::{Local, Tls};
use crate::measure::{self, Outcome};

const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";
const TAG: &str = r#"{"tag":{"created_at":"2026-01-02T03:04:05.678901Z","description":"front ends","name":"web","project_uuid":"0b1f6a4e-1c53-4f3a-9d5e-6f1b7a2c3d4e"}}"#;
/// Calls at once.
const AT_ONCE: usize = 8;

pub(crate) async fn run(rounds: usize, duration: Duration) -> anyhow::Result<()> {
    let tls = Tls::new()?;
    let server = Local::serve("canned", canned(), &tls, TOKEN).await?;
    let port = server.target.port;
    let generated = generated(port, &tls)?;
    let by_hand = Arc::new(ByHand::new(port, &tls)?);
    println!("the generated client and reqwest by hand, {AT_ONCE} calls at once, {rounds} rounds of {duration:?} each");

    let (first, second) = (generated.clone(), Arc::clone(&by_hand));
    let pairs = measure::in_turns(
        rounds,
        async || calls(duration, first.clone(), |client| async move { read(&client).await }).await,
        async || calls(duration, Arc::clone(&second), |client| async move { client.read().await }).await,
    );
    measure::report("read a tag", &pairs.await?);

    let pairs = measure::in_turns(
        rounds,
        async || calls(duration, generated.clone(), |client| async move { put(&client).await }).await,
        async || calls(duration, Arc::clone(&by_hand), |client| async move { client.put().await }).await,
    );
    measure::report("put a tag", &pairs.await?);
    Ok(())
}

/// Answers at once, with everything that the contract has in such an answer.
fn canned() -> Router {
    let mut fields = HeaderMap::new();
    let known = [
        ("etag", "\"M7igE0glTDLrvlV9_CCTYA\""),
        ("ratelimit-limit", "6000"),
        ("ratelimit-remaining", "5998"),
        ("ratelimit-reset", "60"),
        ("x-request-id", "1305a0ee67f3cb4dfbc70cd26aba4cc7"),
        ("content-type", "application/json"),
    ];
    for (name, value) in known {
        fields.insert(header::HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // The body is taken: a server that answers before it has read it all ends the stream early.
    let answer = move |_: bytes::Bytes| {
        let fields = fields.clone();
        async move { (StatusCode::OK, fields, TAG) }
    };
    Router::new().route("/v1/tags/{name}", get(answer.clone()).put(answer))
}

fn generated(port: u16, tls: &Tls) -> anyhow::Result<Client> {
    let base = BaseUrl::https(&format!("https://localhost:{port}/v1"))?;
    let builder = Client::builder(base).credential("token", Token::new(TOKEN));
    Ok(Client::from_runtime(builder.root_certificates_pem(tls.pem.as_bytes()).only_own_roots().build()?))
}

async fn read(client: &Client) -> anyhow::Result<()> {
    match client.get_tag("web").await? {
        Find::Found { value, .. } => anyhow::ensure!(value.tag.name == "web"),
        Find::NotFound(problem, _) => anyhow::bail!("{problem}"),
    }
    Ok(())
}

async fn put(client: &Client) -> anyhow::Result<()> {
    let body = TagInput { description: Some(Some("front ends".to_owned())), project_uuid: None };
    match client.put_tag("web", &body).await? {
        Put::Replaced { value, .. } => anyhow::ensure!(value.tag.name == "web"),
        Put::Created { .. } | Put::Stored { .. } => anyhow::bail!("expected it to be replaced"),
    }
    Ok(())
}

/// As somebody writes it who needs these two calls: URL, token, status, the fields that are read, the typed body.
struct ByHand {
    http: reqwest::Client,
    base: String,
}

#[derive(Debug, Deserialize)]
struct TagResponse {
    tag: Tag,
}

#[derive(Debug, Deserialize)]
struct Tag {
    name: String,
    #[expect(dead_code, reason = "read because a caller would")]
    description: Option<String>,
    #[expect(dead_code, reason = "read because a caller would")]
    created_at: methodical_server::wire::Timestamp,
}

impl ByHand {
    fn new(port: u16, tls: &Tls) -> anyhow::Result<ByHand> {
        let mut fields = HeaderMap::new();
        let mut token = HeaderValue::from_str(&format!("Token {TOKEN}"))?;
        token.set_sensitive(true);
        fields.insert(header::AUTHORIZATION, token);
        let mut config = (*tls.client).clone();
        // As reqwest asks for by itself, and as the generated client does.
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .default_headers(fields)
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(ByHand { http, base: format!("https://localhost:{port}/v1") })
    }

    async fn read(&self) -> anyhow::Result<()> {
        let response = self.http.get(format!("{}/tags/web", self.base)).header("accept", "application/json").send();
        Self::check(response.await?).await
    }

    async fn put(&self) -> anyhow::Result<()> {
        let body = serde_json::to_vec(&serde_json::json!({ "description": "front ends" }))?;
        let request = self.http.put(format!("{}/tags/web", self.base)).header("content-type", "application/json");
        Self::check(request.header("accept", "application/json").body(body).send().await?).await
    }

    async fn check(response: reqwest::Response) -> anyhow::Result<()> {
        anyhow::ensure!(response.status() == 200, "expected 200 and not {}", response.status());
        let field = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let etag = field("etag").context("an entity tag")?;
        let remaining: u32 = field("ratelimit-remaining").context("a rate")?.parse()?;
        let body: TagResponse = serde_json::from_slice(&response.bytes().await?)?;
        anyhow::ensure!(body.tag.name == "web" && remaining == 5998 && !etag.is_empty());
        Ok(())
    }
}

/// So many callers for so long.
async fn calls<C, F>(
    duration: Duration,
    client: C,
    call: impl Fn(C) -> F + Copy + Send + 'static,
) -> anyhow::Result<Outcome>
where
    C: Clone + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let began = Instant::now();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut outcome = Outcome::default();
                while began.elapsed() < duration {
                    let sent = Instant::now();
                    call(client.clone()).await?;
                    outcome.latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
                anyhow::Ok(outcome)
            })
        })
        .collect();
    let mut outcome = Outcome::default();
    for task in tasks {
        outcome.add(task.await??);
    }
    outcome.duration = began.elapsed();
    Ok(outcome)
}
