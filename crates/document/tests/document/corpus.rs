//! Every description of the shared corpus loads and bundles without a panic; each bundle bundles to itself, and survives
//! both writers.

use std::fs;
use std::path::Path;

use methodical_diagnostic::{Diagnostics, Style, render_json, render_text};
use methodical_document::{Bundle, Documents, bundle};

/// Larger descriptions are bundled, but not written and read again: tests are built without optimization.
const LARGE: usize = 400_000;

#[test]
fn every_description_of_the_corpus_bundles() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let Ok(manifest) = fs::read_to_string(shared.join("corpus/manifest.tsv")) else {
        eprintln!("SKIPPED: every_description_of_the_corpus_bundles: the shared corpus is not there");
        return;
    };
    let described = manifest.lines().skip(1).filter_map(|row| row.split('\t').nth(2));
    let mut entries: Vec<_> = described.map(|entry| shared.join("corpus").join(entry)).collect();
    let probes = fs::read_dir(shared.join("probes")).into_iter().flatten().flatten();
    entries.extend(probes.map(|probe| probe.path()));

    let bundled = entries.iter().filter(|entry| check(entry)).count();
    assert!(bundled > 290, "only {bundled} of {} descriptions have a bundle", entries.len());
}

/// Reads, bundles and renders. Whether there is a bundle.
fn check(entry: &Path) -> bool {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(entry, &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics);
    diagnostics.sort(&documents);
    let text = render_text(&diagnostics, &documents, Style::Plain);
    let json = render_json(&diagnostics, &documents);
    assert!(text.len() < 10_000 * (diagnostics.len() + 1), "excerpts of {} are too large", entry.display());
    assert!(json.starts_with('['));
    if let Some(bundle) = &bundle
        && fs::metadata(entry).is_ok_and(|file| file.len() < LARGE as u64)
    {
        check_again(bundle, entry);
    }
    bundle.is_some()
}

fn check_again(first: &Bundle, entry: &Path) {
    for (name, text) in [("bundle.yaml", first.to_yaml()), ("bundle.json", first.to_json())] {
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::from_memory(name, &[(name, &text)], &mut diagnostics);
        let value = documents.value(documents.entry());
        assert!(value == Some(first.to_value()), "{} is another value as {name}", entry.display());
        let again = bundle(&documents, &mut diagnostics);
        let again = again.as_ref().map(Bundle::to_value);
        assert!(again == Some(first.to_value()), "{} does not bundle to itself as {name}", entry.display());
    }
}
