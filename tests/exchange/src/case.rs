//! What is tried, and what came of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One call of an operation, and its answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The `operationId`.
    pub operation: String,
    /// The arguments by the fields of the server's request struct. Those that are not sent are left out.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// The body of the request.
    pub body: Option<Body>,
    /// What is answered.
    pub answer: Answer,
}

/// The body of a message.
#[derive(Debug, Clone, Deserialize)]
pub struct Body {
    /// Which of the declared contents it is, by position.
    pub content: usize,
    /// It: as JSON where its media type makes something of a value, else its text.
    pub value: Value,
}

/// An answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    /// Which of the declared responses it is, by position.
    pub response: usize,
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Option<Body>,
    /// Its typed header fields by the members of their struct.
    #[serde(default)]
    pub headers: Map<String, Value>,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The handler was given what the client was called with, and the client came to what the handler answered.
    Same,
    /// The drawn values are none of the types: what types make of values is another matter.
    NotOfType(String),
    /// The client did not send it, and said why.
    NotSent(String),
    /// The server refused it before its handler was called, and said why.
    Refused(String),
    /// The handler was given something else.
    Misheard(String),
    /// The client came to something else than was answered.
    Misread(String),
    /// What went over the wire is not what the native client sent.
    Unlike(String),
    /// A handler or the client panicked, or came to no end.
    Panicked(String),
    /// There is no such operation in the program.
    Unknown,
}
