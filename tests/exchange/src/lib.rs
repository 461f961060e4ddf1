//! A generated client against the generated server of the same description, over HTTP: for each operation the server's handler
//! has to be given exactly the arguments that the client was called with, and the client has to come to exactly the answer that
//! the handler gave.
//!
//! Which values travel is decided outside ([`Case`]): as JSON, drawn from the schemas as their author wrote them. The program that
//! makes values of the generated types of them, calls the method and answers in the handler is written by
//! `methodical_generate::exchange`; what all such programs have in common is here.

mod came;
mod case;
mod facts;
mod other;
mod run;
mod turn;

pub use came::Came;
pub use case::{Answer, Body, Case, Outcome};
pub use facts::Thing;
pub use methodical_server::BoxFuture;
pub use run::{Call, Other, OtherCall, Program, run};
pub use turn::{Stage, Step, Turn};
