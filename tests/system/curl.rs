//! The real `curl` program as a client (source 1: any HTTP tool can use the API).

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::exchange::Exchange;
use crate::harness::{Home, Service};

/// Is there a `curl`? If not, says loudly that the test it is asked for did not run.
pub(crate) fn is_there(test: &str) -> bool {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("\n\n=== SKIPPED: {test}: there is no `curl` program here ===\n\n");
    }
    found
}

/// A request that is being put together.
pub(crate) struct Curl {
    url: String,
    method: String,
    arguments: Vec<String>,
    content: Option<Vec<u8>>,
}

impl Service {
    /// A request with the token of the service.
    pub(crate) fn curl(&self, method: &str, path: &str) -> Curl {
        self.curl_without_token(method, path).token(&self.token)
    }

    /// A request without any credentials.
    pub(crate) fn curl_without_token(&self, method: &str, path: &str) -> Curl {
        Curl::new(self.home(), method, self.url(path))
    }
}

impl Curl {
    /// A request for a URL of any kind, which trusts the service's certificate and no other.
    pub(crate) fn new(home: &Home, method: &str, url: String) -> Curl {
        let mut arguments: Vec<String> =
            ["--silent", "--show-error", "--include", "--path-as-is", "--globoff", "--max-time", "30"]
                .map(str::to_owned)
                .to_vec();
        arguments.extend(["--cacert".to_owned(), home.certificate().display().to_string()]);
        match method {
            "HEAD" => arguments.push("--head".to_owned()),
            _ => arguments.extend(["--request".to_owned(), method.to_owned()]),
        }
        Curl { url, method: method.to_owned(), arguments, content: None }
    }

    pub(crate) fn token(self, token: &str) -> Curl {
        self.field("Authorization", &format!("Token {token}"))
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Curl {
        self.arguments.extend(["--header".to_owned(), format!("{name}: {value}")]);
        self
    }

    /// Any further option of curl.
    pub(crate) fn option(mut self, option: &str) -> Curl {
        self.arguments.push(option.to_owned());
        self
    }

    pub(crate) fn json(self, body: &Value) -> Curl {
        self.content("application/json", body.to_string())
    }

    pub(crate) fn content(self, media_type: &str, content: impl Into<Vec<u8>>) -> Curl {
        let mut curl = self.field("Content-Type", media_type).option("--data-binary").option("@-");
        curl.content = Some(content.into());
        curl
    }

    /// Sends it. Whatever curl itself complains about is a failure of the test.
    #[track_caller]
    pub(crate) fn send(self) -> Exchange {
        let request = self.describe();
        let mut child = Command::new("curl")
            .args(&self.arguments)
            .arg(&self.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a curl that starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A refusal may come before all is sent; then curl closes the pipe, and the answer counts.
        stdin.write_all(self.content.as_deref().unwrap_or_default()).ok();
        drop(stdin);
        let output = child.wait_with_output().expect("a curl that ends");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "expected curl to succeed: {complaint}\n{request}");
        split(request, &output.stdout)
    }

    fn describe(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for argument in self.arguments.iter().filter(|argument| argument.contains(": ")) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{argument}");
        }
        if let Some(content) = &self.content {
            text.extend(String::from_utf8_lossy(content).chars().take(1000));
        }
        text
    }
}

/// Takes the interim responses off, then the head from the content.
#[track_caller]
fn split(request: String, mut bytes: &[u8]) -> Exchange {
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let head = end.and_then(|end| std::str::from_utf8(&bytes[..end]).ok());
        let exchange = head.and_then(|head| Exchange::parse_head(request.clone(), head));
        let (Some(end), Some(mut exchange)) = (end, exchange) else {
            panic!("expected an HTTP response to\n{request}\nin {:?}", String::from_utf8_lossy(bytes));
        };
        bytes = &bytes[end + 4..];
        if exchange.status >= 200 {
            exchange.content = bytes.to_vec();
            return exchange.checked();
        }
    }
}
