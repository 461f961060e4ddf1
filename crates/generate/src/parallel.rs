//! The files of a crate, made on all cores: none depends on another, and they are put in order at the end.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use methodical_document::STACK;

use crate::Files;

/// What makes the text of a file.
type Job<'a> = Box<dyn Fn() -> String + Send + Sync + 'a>;

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
