//! What holds for every exchange whatever it is about. Every request that any test sends through `curl` or through a
//! connection of its own is checked for it: META-ACCESS-INFO, ERROR-PROBLEM, ERROR-DECLARED, NO-5XX, AUTH-CHALLENGE,
//! METHOD-NOT-ALLOWED-ALLOW, OPTIONS-ALLOW, RATE-429-RETRY-AFTER, HEAD-LENGTH-TRUE.

use std::collections::BTreeSet;

use crate::contract::{Operation, contract};
use crate::exchange::Exchange;
use crate::harness::PREFIX;

/// What HTTP itself may answer to any request, declared or not: the method, the media types, how the request came.
const OF_HTTP: [u16; 8] = [304, 406, 408, 412, 413, 414, 415, 431];

impl Exchange {
    /// This exchange, if nothing is wrong with it that would be wrong with any.
    #[track_caller]
    pub(crate) fn checked(self) -> Exchange {
        let request = self.request.lines().next().unwrap_or_default().to_owned();
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // What comes in plaintext, what lies beside the API, and what is no request at all have tests of their own.
        let target = match target.strip_prefix("https://") {
            Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => target,
        };
        if !target.starts_with(PREFIX) {
            return self;
        }
        self.check_access_fields();
        self.check_length(method);
        self.check_problem(method);
        let operations = contract().at(target);
        self.check_methods(method, &operations);
        let declared = if method == "HEAD" { "GET" } else { method };
        if let Some(operation) = operations.iter().find(|operation| operation.method == declared) {
            self.check_declared(operation);
        }
        self
    }

    /// META-ACCESS-INFO: there, once each, and well formed.
    #[track_caller]
    fn check_access_fields(&self) {
        let number = |name: &str| {
            let number = self.field(name).parse::<u64>();
            number.unwrap_or_else(|_| panic!("expected a number in {name} in\n{self}"))
        };
        let (limit, remaining) = (number("RateLimit-Limit"), number("RateLimit-Remaining"));
        assert!(remaining <= limit, "expected no more than the limit in\n{self}");
        assert!(number("RateLimit-Reset") > 0, "expected a window that ends in\n{self}");
        assert!(self.field("X-Request-Id").len() >= 8, "expected a request id in\n{self}");
        for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-Id"] {
            let count = self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name)).count();
            assert_eq!(count, 1, "expected {name} once in\n{self}");
        }
    }

    /// HEAD-LENGTH-TRUE, and that a length is that of the content.
    #[track_caller]
    fn check_length(&self, method: &str) {
        if method == "HEAD" || [204, 304].contains(&self.status) {
            assert!(self.content.is_empty(), "expected no content in\n{self}");
        } else if let Some(length) = self.find("Content-Length") {
            assert_eq!(length, self.content.len().to_string(), "the length of\n{self}");
        }
    }

    /// ERROR-PROBLEM with what each status needs, and NO-5XX: a 503 says when to come again, anything else is a fault.
    #[track_caller]
    fn check_problem(&self, method: &str) {
        if self.status < 400 {
            return;
        }
        assert!(self.status < 500 || [501, 503].contains(&self.status), "expected no fault in\n{self}");
        let media_type = self.field("Content-Type");
        assert!(media_type.starts_with("application/problem+json"), "expected a problem in\n{self}");
        if method != "HEAD" {
            self.expect_at("/status", self.status);
            for member in ["/type", "/title", "/detail"] {
                assert!(!self.text_at(member).is_empty(), "expected text at {member} in\n{self}");
            }
        }
        match self.status {
            401 => assert!(self.field("WWW-Authenticate").starts_with("Token"), "expected a challenge in\n{self}"),
            429 | 503 => {
                let seconds = self.field("Retry-After").parse::<u32>();
                assert!(seconds.is_ok_and(|seconds| seconds > 0), "expected a Retry-After in\n{self}");
            }
            _ => {}
        }
    }

    /// METHOD-NOT-ALLOWED-ALLOW, OPTIONS-ALLOW: exactly the methods of the path.
    #[track_caller]
    fn check_methods(&self, method: &str, operations: &[&Operation]) {
        let tells = self.status == 405 || (method == "OPTIONS" && self.status < 300);
        let (true, Some(operation)) = (tells, operations.first()) else {
            return;
        };
        let told: BTreeSet<String> = self.field("Allow").split(',').map(|word| word.trim().to_owned()).collect();
        assert_eq!(told, contract().methods(&operation.path), "the methods of {} in\n{self}", operation.path);
    }

    /// ERROR-DECLARED: the status is one of the operation's or of HTTP's own, and has the fields that it is declared with.
    #[track_caller]
    fn check_declared(&self, operation: &Operation) {
        let Some(headers) = operation.statuses.get(&self.status) else {
            let (id, of_http) = (&operation.id, OF_HTTP.contains(&self.status));
            assert!(of_http, "expected a status that `{id}` declares in\n{self}");
            return;
        };
        for name in headers {
            assert!(self.find(name).is_some(), "expected {name} in\n{self}");
        }
    }
}
