//! The files of a crate, made on all cores: none depends on another, and they are put in order at the end.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Files;

/// What makes the text of a file.
type Job<'a> = Box<dyn Fn() -> String + Send + Sync + 'a>;

/// The stack of a thread that makes files. Types are parsed and printed by recursion, and a description may nest lists as deep
/// as a document may be; most of it is never touched.
const STACK: usize = 256 << 20;

/// Two things, made at the same time.
pub(crate) fn both<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T) -> [T; 2] {
    thread::scope(|scope| match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one) {
        Ok(one) => {
            let other = other();
            [one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other]
        }
        // Without a thread there is nothing to make the first with: it was moved there.
        Err(error) => panic!("no thread is to be had: {error}"),
    })
}

/// Files that are still to be made.
#[derive(Default)]
pub(crate) struct Jobs<'a>(Vec<(String, Job<'a>)>);

impl<'a> Jobs<'a> {
    /// The file at `path` is what `job` makes.
    pub(crate) fn add(&mut self, path: impl Into<String>, job: impl Fn() -> String + Send + Sync + 'a) {
        self.0.push((path.into(), Box::new(job)));
    }

    /// Makes them. Which of them is made first, and where, cannot be seen in the result.
    pub(crate) fn run(&self, files: &mut Files) {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(self.0.len());
        let next = AtomicUsize::new(0);
        let made: Vec<(usize, String)> = thread::scope(|scope| {
            let spawn = || thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || self.work(&next));
            let others: Vec<_> = (0..cores).filter_map(|_| spawn().ok()).collect();
            // Where no thread is to be had, all of them are made here.
            let mut made = if others.is_empty() { self.work(&next) } else { Vec::new() };
            for other in others {
                match other.join() {
                    Ok(texts) => made.extend(texts),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            made
        });
        for (index, text) in made {
            files.insert(self.0[index].0.as_str(), text);
        }
    }

    /// Makes one file after the other, until none is left.
    fn work(&self, next: &AtomicUsize) -> Vec<(usize, String)> {
        let mut made = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, job)) = self.0.get(index) else { return made };
            made.push((index, job()));
        }
    }
}
