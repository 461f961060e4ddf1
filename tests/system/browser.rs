//! The API reference as people see it: a real Chromium without a window, driven over its DevTools protocol.
//!
//! The protocol goes through two pipes (`--remote-debugging-pipe`: JSON texts with a NUL behind each, in on descriptor
//! 3 and out on 4), so that no port, no WebSocket and no driver is needed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{PATIENCE, Service};
use crate::raw::{Connection, Request};

/// Nothing but what the test asks for: no first-run pages, no updates, and no name but `localhost` is resolved. The
/// sandbox needs rights that a container may not have, and the page is ours.
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --disable-default-apps --disable-sync \
    --ignore-certificate-errors --window-size=1280,1600 --remote-debugging-pipe";
const RESOLVER: &str = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost";

/// Is there a Chromium? If not, says loudly that the test it is asked for did not run.
fn is_there(test: &str) -> bool {
    let found = Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("\n\n=== SKIPPED: {test}: there is no `chromium` program here ===\n\n");
    }
    found
}

/// A browser with one page, and everything that has happened in it.
struct Page {
    child: Child,
    stdin: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    calls: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Page {
    fn open() -> Page {
        let profile = tempfile::Builder::new().prefix("chromium-").tempdir().expect("a temporary folder");
        let script = format!("exec chromium {FLAGS} \"$@\" about:blank 3<&0 4>&1 1>&2");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut child = Command::new("sh")
            .args(["-c", &script, "sh", RESOLVER, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let stdin = child.stdin.take().expect("a pipe");
        let messages = receive(child.stdout.take().expect("a pipe"));
        let mut page = Page { child, stdin, messages, session: None, calls: 0, events: Vec::new(), _profile: profile };
        page.attach();
        page
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call("Target.attachToTarget", attach);
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Network", "Runtime", "Log"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Carries out a command of the protocol. What is told in between is kept.
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.stdin.write_all(&bytes).expect("a browser that listens");
        loop {
            let message = self.messages.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|error| panic!("expected an answer to {method}: {error}"));
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "expected {method} to succeed: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// The value of a JavaScript expression in the page, promises awaited.
    fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "expected `{expression}` to have a value: {result}");
        result["result"]["value"].clone()
    }

    fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_else(|| panic!("expected text as `{expression}` and not {value}")).to_owned()
    }

    fn wait_until(&mut self, condition: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.value(condition) != true {
            assert!(Instant::now() < deadline, "expected in time: {condition}; the page is\n{}", self.everything());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks what is there as soon as it is.
    fn click(&mut self, selector: &str) {
        self.wait_until(&format!("document.querySelector({selector:?}) !== null"));
        self.value(&format!("document.querySelector({selector:?}).click()"));
    }

    fn everything(&mut self) -> String {
        self.text("document.documentElement.outerHTML")
    }

    fn events<'p>(&'p self, method: &'p str) -> impl Iterator<Item = &'p Value> {
        self.events.iter().filter(move |event| event["method"] == method).map(|event| &event["params"])
    }

    /// What a developer would see in red.
    fn complaints(&self) -> Vec<&Value> {
        let console = self.events("Runtime.consoleAPICalled").filter(|call| call["type"] == "error");
        let log = self.events("Log.entryAdded").filter(|entry| entry["entry"]["level"] == "error");
        self.events("Runtime.exceptionThrown").chain(console).chain(log).collect()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Texts with a NUL behind each, as they come.
fn receive(stream: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for text in BufReader::new(stream).split(0).map_while(Result::ok) {
            let Ok(message) = serde_json::from_slice(&text) else { break };
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

/// What the description says is there: the tags, and `METHOD path` of each operation.
fn described() -> (BTreeSet<String>, BTreeSet<String>) {
    let description: Value = serde_json::from_str(stacklets_server::DESCRIPTION).expect("a description");
    let tags = description["tags"].as_array().expect("tags").iter();
    let tags = tags.map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect();
    let mut operations = BTreeSet::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        let methods =
            item.as_object().expect("a path item").iter().filter(|(_, member)| !member["responses"].is_null());
        operations.extend(methods.map(|(method, _)| format!("{} {path}", method.to_uppercase())));
    }
    (tags, operations)
}

fn set(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().expect("a list").iter();
    items.map(|item| item.as_str().expect("text").to_owned()).collect()
}

/// One visit: everything is there, a request works, nothing else was asked for, and the token stays in the page.
#[tokio::test]
async fn the_reference_in_a_browser() {
    if !is_there("the_reference_in_a_browser") {
        return;
    }
    let service = Service::start();
    let profile = Connection::open(&service).await.send(&Request::new("GET", "/account/profile")).await.expect(200);
    let uuid = profile.text_at("/profile/uuid");
    let origin = format!("https://localhost:{}", service.address.port());
    let mut page = Page::open();

    page.call("Page.navigate", json!({ "url": origin }));
    let (tags, operations) = described();
    page.wait_until(&format!("document.querySelectorAll('.opblock').length >= {}", operations.len()));
    assert_eq!(page.text("location.href"), format!("{origin}/reference/"));
    let shown = page.value("[...document.querySelectorAll('.opblock-tag')].map(tag => tag.dataset.tag)");
    assert_eq!(set(&shown), tags, "the tags");
    let listed = page.value("[...document.querySelectorAll('#tags a')].map(tag => tag.lastChild.textContent)");
    assert_eq!(set(&listed), tags, "the list of tags");
    let shown = page.value(
        "[...document.querySelectorAll('.opblock-summary')].map(operation => \
         operation.querySelector('.opblock-summary-method').textContent + ' ' + \
         operation.querySelector('.opblock-summary-path').dataset.path)",
    );
    assert_eq!(set(&shown), operations, "the operations");

    give_token(&mut page, &service.token);
    page.click("#operations-account-getProfile .opblock-summary-control");
    page.click("#operations-account-getProfile .try-out__btn");
    page.click("#operations-account-getProfile .execute");
    page.wait_until("document.querySelector('.live-responses-table .response-col_status') !== null");
    let answer = page.text("document.querySelector('.live-responses-table').innerText");
    assert!(answer.contains("200") && answer.contains(&uuid), "expected the profile {uuid} in\n{answer}");
    let operation = page.text("document.querySelector('#operations-account-getProfile').innerText");
    assert!(operation.contains("GET-SAFE"), "expected promises in\n{operation}");

    expect_no_leak(&mut page, &service.token);
    for request in page.events("Network.requestWillBeSent") {
        let url = request["request"]["url"].as_str().expect("a URL");
        assert!(url.starts_with(&format!("{origin}/")) || url.starts_with("data:"), "a request to {url}");
    }
    assert_eq!(page.complaints(), Vec::<&Value>::new(), "errors in the console");
}

/// Types it where a person would.
fn give_token(page: &mut Page, token: &str) {
    page.click(".scheme-container .authorize");
    page.wait_until("document.activeElement?.id === 'token'");
    page.call("Input.insertText", json!({ "text": token }));
    page.click(".auth-btn-wrapper .authorize");
    page.wait_until("document.querySelector('#token') === null");
    page.click(".auth-btn-wrapper .btn-done");
}

/// The token was sent in one field of one request, and is nowhere to be seen or found.
fn expect_no_leak(page: &mut Page, token: &str) {
    let everything = page.everything();
    assert!(everything.contains("Token YOUR_TOKEN"), "expected a command line without the token in\n{everything}");
    assert!(!everything.contains(token), "expected no token in\n{everything}");
    let kept =
        page.value("[location.href, document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]");
    assert!(!kept.to_string().contains(token), "expected no token in {kept}");
    let with_token = |request: &&Value| request["request"].to_string().contains(token);
    let requests: Vec<&Value> = page.events("Network.requestWillBeSent").filter(with_token).collect();
    assert_eq!(requests.len(), 1, "requests with the token: {requests:?}");
    assert_eq!(requests[0]["request"]["headers"]["Authorization"], format!("Token {token}"));
}
