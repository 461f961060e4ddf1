//! Requests that end in an error: the problem, or what a handler refuses with as it is declared, and the header fields that go
//! with it. What a fault says goes to the log and not to the caller.

use std::error::Error;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use methodical_wire::{Content, Method, Operation, Problem};

use crate::fault::{Fault, Refused};
use crate::rate::seconds_up;
use crate::refusal::{Declined, RefusalKind};
use crate::respond::{Finished, content_of};
use crate::said::{Said, say};
use crate::store::StoreError;

/// When a caller is to come back if nothing better is known.
pub(crate) const SOON: Duration = Duration::from_secs(1);

/// How much of what was sent a problem quotes.
const SHOWN: usize = 256;

#[derive(Debug)]
pub(crate) struct Failure {
    body: Body,
    headers: Vec<(HeaderName, String)>,
}

/// What it says.
#[derive(Debug)]
enum Body {
    Problem(Box<Problem>),
    /// What a handler says in the words of the description.
    Declared(Box<Finished>),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Box::new(problem).into()
    }
}

impl From<Box<Problem>> for Failure {
    fn from(problem: Box<Problem>) -> Self {
        Self { body: Body::Problem(problem), headers: Vec::new() }
    }
}

impl Failure {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Problem::new(status, detail).into()
    }

    fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn unauthorized(detail: impl Into<String>, challenges: Vec<String>) -> Self {
        let failure = Self::new(401, detail);
        challenges.into_iter().fold(failure, |failure, challenge| failure.with(WWW_AUTHENTICATE, challenge))
    }

    pub(crate) fn method_not_allowed(method: &str, allow: String) -> Self {
        let detail = format!("This resource has no method {method}; `Allow` lists those it has.");
        Self::new(405, detail).with(ALLOW, allow)
    }

    /// `Accept-Encoding` says that it is the coding and not the media type (RFC 9110, section 12.5.3).
    pub(crate) fn encoded(coding: &str) -> Self {
        let shown: String = coding.chars().take(SHOWN).collect();
        let detail = format!("The body is encoded as `{}`; it is read only as it is.", shown.escape_debug());
        Self::new(415, detail).with(ACCEPT_ENCODING, "identity".to_owned())
    }

    /// `Accept` says which media types are read (RFC 9110, section 12.5.1); of a patch also `Accept-Patch` (RFC 5789), and of
    /// a POST `Accept-Post` (W3C's Linked Data Platform, section 7.1).
    pub(crate) fn unsupported(operation: &Operation, contents: &[Content], detail: String) -> Self {
        let types: Vec<&str> = contents.iter().map(|content| content.media_type).collect();
        let failure = Self::new(415, detail).with(ACCEPT, types.join(", "));
        match operation.method {
            Method::Patch => failure.with(HeaderName::from_static("accept-patch"), types.join(", ")),
            Method::Post => failure.with(HeaderName::from_static("accept-post"), types.join(", ")),
            Method::Get
            | Method::Head
            | Method::Put
            | Method::Delete
            | Method::Options
            | Method::Trace
            | Method::Query
            | Method::Other(_) => failure,
        }
    }

    pub(crate) fn too_many(after: Duration) -> Self {
        let detail = "The limit of requests is used up; `Retry-After` says when there are new ones.";
        Self::new(429, detail).with(RETRY_AFTER, seconds_up(after).to_string())
    }

    pub(crate) fn unavailable(after: Duration) -> Self {
        let detail = "The service cannot answer just now; nothing was changed. `Retry-After` says when to come back.";
        Self::new(503, detail).with(RETRY_AFTER, seconds_up(after).to_string())
    }

    /// The request could not be counted.
    pub(crate) fn uncounted(error: &StoreError) -> Self {
        tracing::error!(error = %chain(error), "a request could not be counted");
        Self::unavailable(SOON)
    }

    pub(crate) fn in_flight() -> Self {
        let detail = "A request with this idempotency key is still being carried out.";
        Self::new(409, detail).with(RETRY_AFTER, seconds_up(SOON).to_string())
    }

    pub(crate) fn internal() -> Self {
        Self::new(500, "Something went wrong inside the service. Quote `request_id` when you report it.")
    }

    /// The one failed write that may have had an effect. To say 503 would be to say that it had none.
    fn undecided() -> Self {
        let detail = "Whether the request was carried out is not known: the store was lost at the very end. Look before \
                      you repeat it, unless it is one that may be repeated.";
        Self::new(500, detail)
    }

    pub(crate) fn absent(path: &str) -> Self {
        let shown: String = path.chars().take(SHOWN).collect();
        let more = if shown.len() < path.len() { "..." } else { "" };
        Self::new(404, format!("There is nothing at `{shown}{more}`."))
    }

    /// Why a handler did not succeed.
    pub(crate) fn refused(operation: &'static Operation, path: &str, kind: RefusalKind) -> Self {
        match kind {
            RefusalKind::Problem(problem) => problem.into(),
            RefusalKind::Declared(declined) => {
                Self::declared(operation, *declined).unwrap_or_else(|fault| Self::fault(&fault))
            }
            RefusalKind::Busy(after) => Self::unavailable(after),
            RefusalKind::Refused(Refused::Stale) => {
                Self::new(412, "The condition of the request does not hold for the resource as it is now.")
            }
            RefusalKind::Refused(Refused::Absent) => Self::absent(path),
            RefusalKind::Refused(Refused::Exists { member }) => exists(operation, member),
            RefusalKind::Refused(Refused::Fault(fault)) => Self::fault(&fault),
        }
    }

    /// As the description declares it. A status that lies outside of its range, or is declared by itself, is a handler's fault
    /// (ERROR-DECLARED).
    fn declared(operation: &'static Operation, declined: Declined) -> Result<Self, Fault> {
        if !declined.is_declared(operation) {
            let detail =
                format!("`{}` has no error {:?} with status {}", operation.id, declined.pattern, declined.status);
            return Err(Fault::Other { detail });
        }
        let mut finished = Finished::empty(declined.status);
        finished.set_headers(declined.headers);
        if let Some(body) = declined.body
            && let Some(declared) = content_of(operation, declined.status, body.content)?
        {
            finished.set_body(declared, body)?;
        }
        Ok(Self { body: Body::Declared(Box::new(finished)), headers: Vec::new() })
    }

    pub(crate) fn fault(fault: &Fault) -> Self {
        tracing::error!(error = %chain(fault), "a request failed");
        match fault {
            Fault::Unavailable { after, .. } => Self::unavailable(*after),
            Fault::Store(StoreError::Unavailable(_) | StoreError::Conflict) => Self::unavailable(SOON),
            Fault::Store(StoreError::Undecided(_)) => Self::undecided(),
            Fault::Store(StoreError::Corrupt(_) | StoreError::Other(_))
            | Fault::Unreadable { .. }
            | Fault::Unwritable(_)
            | Fault::TargetChanged { .. }
            | Fault::Randomness(_)
            | Fault::Other { .. } => Self::internal(),
        }
    }

    /// Whether repeating the request later may have another end, by no change of its own.
    pub(crate) fn may_pass(&self) -> bool {
        let status = match &self.body {
            Body::Problem(problem) => problem.status,
            Body::Declared(finished) => finished.status,
        };
        status >= 500
    }

    /// The response, in the words of the operation's description where it can be said in them. The request's id stands in a
    /// problem too: people copy bodies, not headers.
    pub(crate) fn finish(self, operation: Option<&'static Operation>, request_id: &str, path: &str) -> Finished {
        let mut finished = match self.body {
            Body::Problem(problem) => {
                let said =
                    operation.and_then(|operation| say(operation, &Said { problem: &problem, request_id, path }));
                said.unwrap_or_else(|| Finished::problem(&problem.with_extension("request_id", request_id)))
            }
            Body::Declared(finished) => *finished,
        };
        for (name, value) in self.headers {
            finished.append(name, &value);
        }
        if matches!(finished.status, 429 | 503) && !finished.headers.contains_key(RETRY_AFTER) {
            finished.insert(RETRY_AFTER, &seconds_up(SOON).to_string());
        }
        finished
    }
}

/// A handler that lets this refusal through, though its operation declares no 409, has a fault (ERROR-DECLARED).
fn exists(operation: &'static Operation, member: usize) -> Failure {
    if operation.response(409).is_some() {
        return Failure::new(409, "There is already such a resource.");
    }
    tracing::error!(operation = operation.id, member, "an object to be created exists, and 409 is not declared");
    Failure::internal()
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
