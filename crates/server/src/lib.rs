//! What generated servers run on. An implementor writes one async function for each operation; what a request may do and
//! how it is answered follow from types and facts:
//!
//! - GET and HEAD handlers receive a [`ReadTx`], which cannot write; the others a [`WriteTx`], a unit of work that the runtime
//!   commits on success and rolls back otherwise.
//! - Statuses are read from what the store reported ([`Upserted`], [`Updated`], [`Removed`], [`Created`], [`Accepted`]); refusals with a status
//!   that is not declared do not compile ([`Refusal`], [`Declares`]).
//! - The [`Service`] does the rest: routes, authentication, rate, validation, preconditions, idempotency, HEAD, problems.
//! - [`serve`] puts it on TLS; [`serve_plaintext_refusal`] holds no handler.
//!
//! You seldom depend on it alone: a generated server has it as its module `runtime`, with a trait of handlers for each tag.
//! `methodical generate` writes one from an OpenAPI description.
//!
//! The store is whatever implements [`Store`]; [`MemoryStore`] is there for tests.

mod answer;
mod api;
mod background;
mod body;
mod caller;
mod credentials;
mod decode;
#[cfg(feature = "development")]
pub mod development;
mod facts;
mod failure;
mod fault;
mod found;
mod head;
mod idempotency;
mod in_time;
mod items;
mod key;
mod ledger;
mod memory;
mod negotiate;
mod observe;
mod operation;
mod peer;
mod pipeline;
mod precondition;
mod rate;
mod raw;
mod record;
mod refusal;
mod respond;
mod route;
mod said;
mod serve;
mod service;
mod spool;
mod store;
mod stream;
mod streaming;
mod trace;
mod tx;
mod work;

pub use answer::{Answer, Headed, Reply};
pub use api::{Api, Cx, Forbidden, Unauthenticated};
pub use background::{unit_of_work, view};
pub use bytes::Bytes;
pub use credentials::Credentials;
pub use decode::{Decoded, Request, Unreadable};
pub use facts::{Accepted, Created, Discarded, Removed, Updated, Upserted, Was};
pub use fault::{Fault, Refused};
pub use found::{Found, ReadAnswer, ReadReply};
pub use futures_util::future::BoxFuture;
pub use key::{Key, KeyPart, KeyParts};
pub use memory::{MemoryRead, MemoryStore, MemoryWrite};
pub use methodical_wire as wire;
pub use observe::{Exchange, Observer};
pub use operation::{Operation, Read, Write};
pub use peer::{Peer, Secure};
pub use rate::{RateCounter, RateLimit, RateTaken};
pub use raw::{RawRequest, UnknownOperation};
pub use record::{Record, Selection, Stored, Window};
#[doc(hidden)]
pub use refusal::Declined;
pub use refusal::{Declares, Refusal};
pub use serve::{Listening, serve, serve_plaintext_refusal};
pub use service::{Limits, Service};
pub use store::{KeyRange, Reads, Store, StoreError, Writes};
pub use tx::{Lookup, ReadTx, Target, WriteTx};
