//! What nobody may read in a log or among the numbers for operators: tokens, good and forged, at the most talkative
//! level there is, of the service and of the client, with all the libraries below them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use stacklets_client::Client;
use stacklets_client::runtime::{BaseUrl, Token};
use stacklets_client::types::TagInput;
use tracing_subscriber::filter::LevelFilter;

use crate::harness::{Home, PREFIX, Service};
use crate::observe;
use crate::raw::{Connection, Request};

/// Looks like one of the service's, and was never given out.
const FORGED: &str = "0123456789abcdef0123456789abcdef01234567";

/// What this process has logged so far.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn client(service: &Service, token: &str) -> Client {
    let base = BaseUrl::https(&format!("https://localhost:{}{PREFIX}", service.address.port()));
    let certificate = std::fs::read(service.home().certificate()).expect("a certificate");
    let builder = Client::builder(base.expect("an https URL")).credential("token", Token::new(token));
    let client = builder.root_certificates_pem(certificate).only_own_roots().build().expect("a client");
    Client::from_runtime(client)
}

/// The token that a service of this name makes for itself, its first start included, and one that is forged.
#[tokio::test]
async fn no_token_is_logged_on_either_side() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
    // This thread alone logs here, and all of the client runs on it.
    let guard = tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish());

    let service = Home::new().start(&["--log", "trace", "--observe-listen", "127.0.0.1:0"]);
    let good = client(&service, &service.token);
    let tag = TagInput { description: None, project_uuid: None };
    let error = client(&service, FORGED).put_tag("web", &tag).await.expect_err("a forged token");
    let _created = good.put_tag("web", &tag).await.expect("an outcome");
    let _deleted = good.delete_tag("web").await.expect("an outcome");
    let twice = Request::new("GET", "/tags").field("Authorization", &format!("Token {FORGED}"));
    let refused = Connection::open(&service).await.send(&twice).await;
    assert_eq!(refused.status, 401);
    drop(guard);
    let asked = ["/metrics", "/readyz"].map(|path| observe::ask(observe::observed_at(&service), path));
    let numbers: String = asked.into_iter().flatten().map(|(_, content)| content).collect();
    assert!(numbers.contains("putTag") && numbers.contains("\"ready\":true"), "{numbers}");

    let (ours, theirs) = (log.text(), service.log());
    assert!(ours.contains("call{operation=\"putTag\""), "expected the client's spans in\n{ours}");
    assert!(theirs.contains("operation=\"putTag\"") && theirs.contains("TRACE"), "expected requests in\n{theirs}");
    let shown = format!("{error} {error:?} {good:?} {}", String::from_utf8_lossy(&refused.content));
    let texts = [
        ("the client's log", ours),
        ("the service's log", theirs),
        ("what is shown", shown),
        ("the port for operators", numbers),
    ];
    for (name, text) in texts {
        for token in [service.token.as_str(), FORGED] {
            // A token has a public part; any long piece of the rest would give it away.
            let secret = &token[token.len() / 2..];
            assert!(!text.contains(secret), "a token in {name}:\n{text}");
        }
    }
}
