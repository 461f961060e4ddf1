//! What holds for every operation of the contract, tested on every operation: links, HEAD, methods, credentials, absence.
//! Nothing here names an operation; a resource that is added to `spec/` is tested from then on, with its own examples as
//! bodies, or these tests fail because they cannot reach it.

mod each;
mod links;
mod made;
