//! A refusal for load without the time to wait, and errors that are no problem documents.
// Shows: RATE-429-RETRY-AFTER, ERROR-PROBLEM

use stacklets_server::runtime::Refusal;
use stacklets_server::runtime::wire::Problem;
use stacklets_server::{GetTag, PutTag};

fn too_many() -> Refusal<PutTag> {
    Refusal::status::<429>(Problem::new(429, "Too many."))
}

fn away() -> Refusal<PutTag> {
    Refusal::busy()
}

fn absent() -> Refusal<GetTag> {
    Refusal::status::<404>("It is not there.")
}

fn main() {
    let _ = (too_many(), away(), absent());
}
