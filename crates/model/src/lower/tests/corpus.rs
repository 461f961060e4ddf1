//! Lowering of real descriptions: whatever they hold, nothing panics and the stack suffices.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};

use crate::lower;

/// The stack of a main thread.
const STACK: usize = 8 << 20;

#[test]
fn real_descriptions_are_lowered_without_panic() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let entries: Vec<PathBuf> = [manifest(&shared.join("corpus")), probes(&shared.join("probes"))].concat();
    if entries.is_empty() {
        eprintln!("SKIPPED: no descriptions in {}; lowering of real descriptions was NOT tested", shared.display());
        return;
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::from_fn(|| entries.get(next.fetch_add(1, Ordering::Relaxed)));
        taken.filter(|entry| lowers(entry)).count()
    };
    let count: usize = std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let handles: Vec<_> = (0..workers).map(start).collect::<Result<_, _>>().expect("threads start");
        handles.into_iter().map(|handle| handle.join().expect("no description makes lowering panic")).sum()
    });
    assert!(count > 0, "not one description could be bundled");
}

/// Whether a description could be bundled, and hence was lowered.
fn lowers(entry: &Path) -> bool {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(entry, &mut diagnostics);
    let Some(bundle) = bundle(&documents, &mut diagnostics) else {
        return false;
    };
    // Shown only when the test fails.
    println!("{}", entry.display());
    let api = lower(&bundle, &mut diagnostics);
    let names: std::collections::HashSet<_> = api.types.iter().map(|definition| &definition.name.pascal).collect();
    assert_eq!(names.len(), api.types.len(), "{} has two types of one name", entry.display());
    let methods: std::collections::HashSet<_> = api.operations.iter().map(|operation| &operation.name.snake).collect();
    assert_eq!(methods.len(), api.operations.len(), "{} has two operations of one name", entry.display());
    true
}

/// The entry files that the corpus lists.
fn manifest(corpus: &Path) -> Vec<PathBuf> {
    let manifest = std::fs::read_to_string(corpus.join("manifest.tsv")).unwrap_or_default();
    manifest.lines().skip(1).filter_map(|row| Some(corpus.join(row.split('\t').nth(2)?))).collect()
}

fn probes(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}
