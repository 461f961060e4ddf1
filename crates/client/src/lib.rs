//! The runtime of generated clients. A generated operation is data and one call into this crate; the exchange itself is
//! one function for all of them, and only reading the answer is generic.
//!
//! Three decisions shape it. Outcomes do not claim more than is known: an attempt of ours that got lost shows in
//! [`Put::Stored`], [`Deleted::Gone`] and [`CallError::Indeterminate`]. Repeating a call is legal by type: see
//! [`Repeatable`]. And [`Meta`] comes with every outcome and every error that an answer led to.
//!
//! You seldom depend on it yourself: a generated client has it as its module `runtime`, and the first page of that crate begins
//! with a first call. `methodical generate` writes one from an OpenAPI description.

mod answer;
mod authorise;
mod base_url;
mod body;
mod builder;
mod call;
mod client;
mod credential;
mod define;
mod error;
mod exchange;
mod meta;
mod oauth2;
mod operation;
mod outcome;
mod paging;
mod receiver;
mod request;
mod retry;
mod target;
mod token_source;
mod transport;
mod wait;

pub use answer::{Answer, ErrorBody};
pub use base_url::{BaseUrl, BaseUrlError};
pub use builder::{BuildError, ClientBuilder};
pub use bytes::Bytes;
pub use call::{Call, Calling, Headed, Revalidated};
pub use client::Client;
pub use credential::{Basic, Credential, IdempotencyKey, IdempotencyKeyError, Token};
pub use error::{CallError, Challenge, RequestError};
pub use meta::{Location, Meta, Rate};
pub use methodical_wire as wire;
pub use oauth2::{ClientAuthentication, OAuth2, OAuth2Builder};
pub use operation::{
    Conditional, CreateOnly, DeclaredProblem, Effect, HasHead, Idempotent, Keyable, Keyed, Monitored, NoProblem,
    Operation, Paginated, Repeatable, Revalidate, Safe, Unsafe,
};
pub use outcome::{
    Accepted, Carries, Created, Deleted, Discarded, Fetched, Find, Head, Outcome, Put, Revalidation, Updated,
};
pub use paging::{Items, Pages};
pub use receiver::{Callback, Delivered, ReceiverError};
pub use retry::RetryPolicy;
pub use token_source::{AnySource, TokenError, TokenFuture, TokenSource};
pub use transport::{TransportError, TransportErrorKind};
pub use wait::{Monitor, ValueOf, Wait, WaitError, WaitPolicy, Waited};
