//! What a call that has no outcome comes to. Where it cannot be known whether a write took effect, the error is
//! [`CallError::Indeterminate`]; a refusal by the API means that nothing has happened (FAILED-WRITE-NO-EFFECT).

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::WWW_AUTHENTICATE;
use methodical_wire::style::StyleError;
use methodical_wire::{Operation, Problem, Violation};

use crate::answer::{Answer, ErrorBody, Parts, read_problem};
use crate::exchange::Failure;
use crate::meta::Meta;
use crate::operation::{DeclaredProblem, EffectKind};
use crate::token_source::TokenError;
use crate::transport::{TransportError, TransportErrorKind};

/// Why a call has no outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError<P: DeclaredProblem> {
    /// A refusal that the operation declares.
    #[error("refused: {}", refusal(.0, .1))]
    Declared(P, Box<Meta>),
    /// 401: the credentials are missing, wrong or stale.
    #[error("unauthorized: the server wants {challenge}")]
    Unauthorized {
        /// What it wants.
        challenge: Challenge,
        /// What it says to it.
        problem: Option<Box<Problem>>,
        /// The same, where another body than a problem is declared.
        declared: Option<Box<P>>,
        /// What else the answer says.
        meta: Box<Meta>,
    },
    /// 429: too many requests, and the wait that was asked for is longer than we wait.
    #[error("rate limited{}", wait(.after))]
    RateLimited {
        /// How long to wait.
        after: Option<Duration>,
        /// What it says, where another body than a problem is declared.
        declared: Option<Box<P>>,
        /// What else the answer says.
        meta: Box<Meta>,
    },
    /// 503: the server cannot answer at present.
    #[error("unavailable{}", wait(.after))]
    Unavailable {
        /// How long to wait.
        after: Option<Duration>,
        /// What it says, where another body than a problem is declared.
        declared: Option<Box<P>>,
        /// What else the answer says.
        meta: Box<Meta>,
    },
    /// It was sent, and no answer of the API's tells whether it took effect: it may have happened or not.
    #[error("it is not known whether the request took effect")]
    Indeterminate {
        /// Whether it is known to have arrived somewhere: a gateway or the server answered something.
        sent: bool,
        /// What went wrong on the way.
        #[source]
        source: Option<TransportError>,
        /// What the last answer says beside its body, if there was one.
        meta: Option<Box<Meta>>,
    },
    /// An answer that the operation does not declare.
    #[error("unexpected status {status}")]
    Unexpected {
        /// Its status.
        status: u16,
        /// Its body.
        body: Bytes,
        /// What else it says.
        meta: Box<Meta>,
    },
    /// An answer with a declared status and a body that is not what is declared for it. What was asked for has happened
    /// if [`Meta::status`] says so.
    #[error("the body of the answer with status {} cannot be read: {detail}", .meta.status)]
    Decode {
        /// What is wrong with it.
        detail: String,
        /// It.
        body: Bytes,
        /// What else the answer says.
        meta: Box<Meta>,
    },
    /// The next page is one that was there already: the list would never end.
    #[error("the next page, `{page}`, was there already")]
    RepeatedPage {
        /// What the list calls it.
        page: String,
        /// What the page says that led there.
        meta: Box<Meta>,
    },
    /// No answer, and nothing has happened.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The request could not be formed, so nothing was sent.
    #[error(transparent)]
    Request(#[from] RequestError),
}

fn refusal<P: DeclaredProblem>(problem: &P, meta: &Meta) -> String {
    problem.problem().map_or_else(|| format!("status {}", meta.status), Problem::to_string)
}

fn wait(after: &Option<Duration>) -> String {
    after.map_or_else(String::new, |after| format!(": try again in {} s", after.as_secs_f64().ceil()))
}

impl<P: DeclaredProblem> CallError<P> {
    /// What the answer says beside its body, if there was an answer.
    pub fn meta(&self) -> Option<&Meta> {
        match self {
            CallError::Declared(_, meta)
            | CallError::Unauthorized { meta, .. }
            | CallError::RateLimited { meta, .. }
            | CallError::Unavailable { meta, .. }
            | CallError::Unexpected { meta, .. }
            | CallError::Decode { meta, .. }
            | CallError::RepeatedPage { meta, .. } => Some(meta),
            CallError::Indeterminate { meta, .. } => meta.as_deref(),
            CallError::Transport(_) | CallError::Request(_) => None,
        }
    }

    /// The refusal, if it is one that the operation declares.
    pub fn declared(&self) -> Option<&P> {
        match self {
            CallError::Declared(problem, _) => Some(problem),
            CallError::Unauthorized { declared, .. }
            | CallError::RateLimited { declared, .. }
            | CallError::Unavailable { declared, .. } => declared.as_deref(),
            CallError::Indeterminate { .. }
            | CallError::Unexpected { .. }
            | CallError::Decode { .. }
            | CallError::RepeatedPage { .. }
            | CallError::Transport(_)
            | CallError::Request(_) => None,
        }
    }

    /// What an answer that is no outcome stands for.
    pub(crate) fn refused(answer: Answer) -> CallError<P> {
        let parts = answer.into_parts();
        let body = parts.bytes();
        let Parts { operation, effect, meta, after_loss, fault, .. } = parts;
        let (status, after) = (meta.status, meta.retry_after());
        if let Some(detail) = fault {
            return CallError::Decode { detail, body, meta: Box::new(meta) };
        }
        let declared = match status {
            401 | 429 | 503 => {
                P::from_answer(status, ErrorBody::new(operation, meta.clone(), body.clone())).ok().map(Box::new)
            }
            _ => None,
        };
        match status {
            401 => CallError::Unauthorized {
                challenge: Challenge::read(&meta),
                problem: read_problem(status, &meta.headers, &body).map(Box::new),
                declared,
                meta: Box::new(meta),
            },
            // The attempt that got lost may itself have made the tag stale, or the name taken.
            409 | 412 if after_loss && effect == EffectKind::Idempotent => CallError::indeterminate(meta, None),
            // A refusal of the last attempt says nothing of the one that got lost.
            429 | 500..=599 if after_loss && effect != EffectKind::Safe => CallError::indeterminate(meta, None),
            429 => CallError::RateLimited { after, declared, meta: Box::new(meta) },
            503 => CallError::Unavailable { after, declared, meta: Box::new(meta) },
            _ => CallError::declared_or_not(operation, effect, meta, body),
        }
    }

    fn indeterminate(meta: Meta, source: Option<TransportError>) -> CallError<P> {
        CallError::Indeterminate { sent: true, source, meta: Some(Box::new(meta)) }
    }

    fn declared_or_not(operation: &'static Operation, effect: EffectKind, meta: Meta, body: Bytes) -> CallError<P> {
        let status = meta.status;
        match P::from_answer(status, ErrorBody::new(operation, meta.clone(), body)) {
            Ok(problem) => CallError::Declared(problem, Box::new(meta)),
            // A gateway has lost sight of the request, and so have we.
            Err(_) if matches!(status, 502 | 504) && effect != EffectKind::Safe => {
                CallError::indeterminate(meta, Some(TransportError::new(TransportErrorKind::Gateway(status))))
            }
            Err(body) => CallError::Unexpected { status, body: body.bytes(), meta: Box::new(meta) },
        }
    }
}

impl<P: DeclaredProblem> From<Failure> for CallError<P> {
    fn from(failure: Failure) -> CallError<P> {
        match failure {
            Failure::Request(error) => CallError::Request(error),
            Failure::Transport(error) => CallError::Transport(error),
            Failure::Indeterminate(source) => {
                CallError::Indeterminate { sent: false, source: Some(source), meta: None }
            }
        }
    }
}

/// `WWW-Authenticate`: which credentials the server wants (AUTH-CHALLENGE).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(Vec<String>);

impl Challenge {
    fn read(meta: &Meta) -> Challenge {
        let values = meta.headers.get_all(WWW_AUTHENTICATE).iter();
        Challenge(values.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect())
    }

    /// Each header's value as it was sent.
    pub fn values(&self) -> &[String] {
        &self.0
    }

    /// The first scheme that is wanted, e.g. `Bearer`.
    pub fn scheme(&self) -> Option<&str> {
        self.0.first()?.split_ascii_whitespace().next()
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("credentials, and does not say which")
        } else {
            f.write_str(&self.0.join(", "))
        }
    }
}

/// A request that could not be formed. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A parameter's value cannot be written.
    #[error("parameter {0}")]
    Parameter(#[from] StyleError),
    /// A parameter that has to be sent has no value.
    #[error("parameter `{0}` is missing")]
    MissingParameter(String),
    /// The operation has no such parameter.
    #[error("the operation has no parameter `{0}`")]
    UnknownParameter(String),
    /// The body has to be sent.
    #[error("the body is missing")]
    MissingBody,
    /// The operation has no body.
    #[error("the operation takes no body")]
    UnexpectedBody,
    /// A value cannot be serialised.
    #[error("`{what}` cannot be serialised: {detail}")]
    Serialise {
        /// The parameter's name, or `body`.
        what: String,
        /// Why not.
        detail: String,
    },
    /// A value in the path would make it another path: `.` and `..` are steps, and not names.
    #[error("the values in the path lead to another path")]
    Path,
    /// No request can have this method.
    #[error("`{0}` is no method")]
    Method(String),
    /// A header cannot carry its value.
    #[error("header `{0}` cannot carry its value")]
    Header(String),
    /// No alternative of the operation's security has its credentials; what each lacks.
    #[error("no credentials: {0}")]
    Credentials(String),
    /// A token could not be had.
    #[error("no token: {0}")]
    Token(TokenError),
    /// It cannot be sent where the operation, or the receiver, is.
    #[error("nothing can be sent to `{server}`: {reason}")]
    Server {
        /// Where it would have gone.
        server: String,
        /// Why it does not.
        reason: String,
    },
    /// The request is not valid; only looked at where the client was told to.
    #[error("the request is not valid: {}", list(.0))]
    Invalid(Vec<Violation>),
}

fn list(violations: &[Violation]) -> String {
    let shown = violations.iter().map(|violation| format!("{} {}", violation.pointer, violation.detail));
    shown.collect::<Vec<_>>().join("; ")
}
