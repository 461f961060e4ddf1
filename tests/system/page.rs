//! A real Chromium without a window, driven over its DevTools protocol.
//!
//! The protocol goes through two pipes (`--remote-debugging-pipe`: JSON texts with a NUL behind each, in on descriptor
//! 3 and out on 4), so that no port, no WebSocket and no driver is needed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Nothing but what the test asks for: no first-run pages, no updates, and no name but `localhost` is resolved. The
/// sandbox needs rights that a container may not have, and the page is ours.
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --disable-default-apps --disable-sync \
    --ignore-certificate-errors --window-size=1280,1600 --remote-debugging-pipe";
const RESOLVER: &str = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost";

/// Is there a Chromium? If not, says loudly that the test it is asked for did not run.
pub(crate) fn is_there(test: &str) -> bool {
    let found = Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("\n\n=== SKIPPED: {test}: there is no `chromium` program here ===\n\n");
    }
    found
}

/// A browser with one page, and everything that has happened in it.
pub(crate) struct Page {
    child: Child,
    stdin: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    calls: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Page {
    pub(crate) fn open() -> Page {
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
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
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
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "expected `{expression}` to have a value: {result}");
        result["result"]["value"].clone()
    }

    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_else(|| panic!("expected text as `{expression}` and not {value}")).to_owned()
    }

    pub(crate) fn wait_until(&mut self, condition: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.value(condition) != true {
            assert!(Instant::now() < deadline, "expected in time: {condition}; the page is\n{}", self.everything());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks what is there as soon as it is.
    pub(crate) fn click(&mut self, selector: &str) {
        self.wait_until(&format!("document.querySelector({selector:?}) !== null"));
        self.value(&format!("document.querySelector({selector:?}).click()"));
    }

    pub(crate) fn everything(&mut self) -> String {
        self.text("document.documentElement.outerHTML")
    }

    pub(crate) fn events<'p>(&'p self, method: &'p str) -> impl Iterator<Item = &'p Value> {
        self.events.iter().filter(move |event| event["method"] == method).map(|event| &event["params"])
    }

    /// What a developer would see in red.
    pub(crate) fn complaints(&self) -> Vec<&Value> {
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
