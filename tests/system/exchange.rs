//! One request with its answer, and what a test may demand of it. A demand that fails prints the
//! whole exchange, so that the report of a failed run is enough to see what happened.

use std::fmt::{self, Debug};

use serde_json::Value;

/// The header fields that stand on every response (META-ACCESS-INFO, source 17).
const ACCESS_FIELDS: [&str; 4] = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-Id"];

/// What was asked and what came.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) content: Vec<u8>,
}

impl Exchange {
    /// Reads an HTTP/1.x head, or curl's rendering of an HTTP/2 one; `None` for anything else.
    pub(crate) fn parse_head(request: String, head: &str) -> Option<Exchange> {
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
        let fields = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        Some(Exchange { request, status, fields, content: Vec::new() })
    }

    /// The value of a header field.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of a header field that has to be there.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("expected the header field {name} in\n{self}"))
    }

    /// The content, which has to be JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.content).unwrap_or_else(|error| panic!("expected JSON ({error}) in\n{self}"))
    }

    /// What a JSON pointer leads to in the content; null where it leads nowhere.
    #[track_caller]
    pub(crate) fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The same, as a whole number.
    #[track_caller]
    pub(crate) fn number_at(&self, pointer: &str) -> u64 {
        let value = self.at(pointer);
        value.as_u64().unwrap_or_else(|| panic!("expected a number at {pointer} in\n{self}"))
    }

    /// The same, as text.
    #[track_caller]
    pub(crate) fn text_at(&self, pointer: &str) -> String {
        let value = self.at(pointer);
        let text = value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| panic!("expected text at {pointer} and not {value} in\n{self}"))
    }

    /// The status has to be this one, with everything that goes with every status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Exchange {
        assert!(self.status == status, "expected {status} and not {} in\n{self}", self.status);
        self.expect_access_fields();
        match status {
            200 | 201 => self.expect_object(),
            204 | 304 => assert!(self.content.is_empty(), "expected no content in\n{self}"),
            _ => {}
        }
        if status == 201 {
            assert!(!self.field("Location").is_empty(), "expected a Location in\n{self}");
        }
        self
    }

    /// The status has to be this one, and the content a problem document that says so (ERROR-PROBLEM).
    #[track_caller]
    pub(crate) fn expect_problem(self, status: u16) -> Exchange {
        let exchange = self.expect(status);
        let media_type = exchange.field("Content-Type");
        assert!(media_type.starts_with("application/problem+json"), "expected a problem in\n{exchange}");
        exchange.expect_at("/status", status);
        for member in ["/type", "/title", "/detail"] {
            assert!(!exchange.text_at(member).is_empty(), "expected text at {member} in\n{exchange}");
        }
        exchange.expect_fields_of_status();
        exchange
    }

    /// A 422 or 400 that lists exactly these mistakes, in any order, each with a sentence.
    #[track_caller]
    pub(crate) fn expect_mistakes(self, status: u16, pointers: &[&str]) -> Exchange {
        let exchange = self.expect_problem(status);
        let mut found: Vec<String> = Vec::new();
        for index in 0..exchange.at("/errors").as_array().map_or(0, Vec::len) {
            found.push(exchange.text_at(&format!("/errors/{index}/pointer")));
            let detail = exchange.text_at(&format!("/errors/{index}/detail"));
            assert!(!detail.is_empty(), "expected a detail of each mistake in\n{exchange}");
        }
        found.sort();
        let mut expected = pointers.to_vec();
        expected.sort_unstable();
        assert!(found == expected, "expected mistakes at {expected:?} and not at {found:?} in\n{exchange}");
        exchange
    }

    /// A 422 or 400 whose mistakes all have this place: one value may break several bounds at once.
    #[track_caller]
    pub(crate) fn expect_mistakes_at(self, status: u16, pointer: &str) -> Exchange {
        let exchange = self.expect_problem(status);
        let errors = exchange.at("/errors");
        let errors = errors.as_array().map_or(&[][..], Vec::as_slice);
        let all = !errors.is_empty() && errors.iter().all(|error| error["pointer"] == pointer);
        assert!(all, "expected mistakes at {pointer} alone in\n{exchange}");
        exchange
    }

    /// What a pointer leads to has to be this.
    #[track_caller]
    pub(crate) fn expect_at<V>(&self, pointer: &str, value: V) -> &Exchange
    where
        Value: From<V>,
    {
        let (expected, found) = (Value::from(value), self.at(pointer));
        assert!(found == expected, "expected {expected} at {pointer} and not {found} in\n{self}");
        self
    }

    /// This and another exchange have to agree in something.
    #[track_caller]
    pub(crate) fn expect_same<T: PartialEq + Debug>(
        &self,
        other: &Exchange,
        what: impl Fn(&Exchange) -> T,
    ) -> &Exchange {
        let (here, there) = (what(self), what(other));
        assert!(here == there, "expected {there:?} and not {here:?} in\n{self}\nas in\n{other}");
        self
    }

    #[track_caller]
    fn expect_access_fields(&self) {
        for name in ACCESS_FIELDS {
            assert!(!self.field(name).is_empty(), "expected a value of {name} in\n{self}");
        }
        for name in ACCESS_FIELDS.into_iter().take(3) {
            let number: Result<u32, _> = self.field(name).parse();
            assert!(number.is_ok(), "expected a whole number as {name} in\n{self}");
        }
    }

    #[track_caller]
    fn expect_object(&self) {
        if self.request.starts_with("HEAD") {
            return;
        }
        let media_type = self.field("Content-Type");
        assert!(media_type.starts_with("application/json"), "expected JSON in\n{self}");
        assert!(self.json().is_object(), "expected a JSON object in\n{self}");
    }

    /// AUTH-CHALLENGE, METHOD-NOT-ALLOWED-ALLOW, RATE-429-RETRY-AFTER.
    #[track_caller]
    fn expect_fields_of_status(&self) {
        match self.status {
            401 => {
                let challenge = self.field("WWW-Authenticate");
                assert!(challenge.starts_with("Token"), "expected a Token challenge in\n{self}");
            }
            405 => assert!(!self.field("Allow").is_empty(), "expected methods in Allow in\n{self}"),
            429 | 503 => {
                let seconds: Result<u32, _> = self.field("Retry-After").parse();
                assert!(seconds.is_ok_and(|seconds| seconds > 0), "expected a Retry-After in\n{self}");
            }
            _ => {}
        }
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.request.lines() {
            writeln!(formatter, "  > {line}")?;
        }
        writeln!(formatter, "  < {}", self.status)?;
        for (name, value) in &self.fields {
            writeln!(formatter, "  < {name}: {value}")?;
        }
        writeln!(formatter, "  < ({} bytes)", self.content.len())?;
        let text = String::from_utf8_lossy(&self.content);
        for line in text.chars().take(4000).collect::<String>().lines() {
            writeln!(formatter, "  < {line}")?;
        }
        Ok(())
    }
}
