//! Fidelity by construction: values are drawn from each schema of a description, an independent judge says which of them are
//! valid, and generated types and our validator are held to it. A valid value has to survive the way through its type unchanged;
//! one with a broken constraint has to be refused, by the type or by the validator.
//!
//! What goes through the types is a program of its own (`harness`), because those of another description have to be compiled
//! first. `cargo xtask fidelity` does that for a corpus; the tests here do it for one small description whose types are there.

pub mod cases;
pub mod draw;
pub mod driver;
pub mod harness;
pub mod json;
pub mod judge;
pub mod random;
pub mod verdict;
