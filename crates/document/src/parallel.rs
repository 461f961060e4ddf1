//! Two things at the same time, each as deep as a document may be.

use std::thread;

/// The stack of a thread that follows a document. Schemas are read, parsed and printed by recursion, and a description may nest lists as
/// deep as a document may be; most of it is never touched.
pub const STACK: usize = 256 << 20;

/// Two things, made at the same time: the first on a thread of its own, the second on this one.
///
/// # Panics
///
/// If one of them does, or no thread is to be had.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one) {
        Ok(one) => {
            let other = other();
            (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
        }
        // Without a thread there is nothing to make the first with: it was moved there.
        Err(error) => panic!("no thread is to be had: {error}"),
    })
}
