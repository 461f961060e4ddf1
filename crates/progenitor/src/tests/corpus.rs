//! Real descriptions: progenitor is asked for a client of each, and what it says is counted. It takes minutes, so that
//! it runs only when it is asked for; with `METHODICAL_CLIENTS` in the environment the crates are written there.

use std::path::{Path, PathBuf};

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};
use methodical_model::lower;

#[test]
#[ignore = "takes minutes; `cargo test -p methodical-progenitor -- --ignored --nocapture` runs it"]
fn progenitor_writes_a_client_for_real_descriptions() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let manifest = std::fs::read_to_string(corpus.join("manifest.tsv")).unwrap_or_default();
    let (mut read, mut written, mut refused) = (0, 0, 0);
    for row in manifest.lines().skip(1) {
        let Some(file) = row.split('\t').nth(2) else { continue };
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::read(&corpus.join(file), &mut diagnostics);
        let Some(bundle) = bundle(&documents, &mut diagnostics) else { continue };
        let api = lower(&bundle, &mut diagnostics);
        if diagnostics.has_errors() {
            println!("{file}: not read");
            continue;
        }
        read += 1;
        let mut package = super::package();
        package.prefix = format!("c{read:03}");
        let output = crate::client(&api, &package);
        for diagnostic in output.diagnostics.iter() {
            if diagnostic.code != "progenitor/left-out" {
                refused += 1;
                println!("{file}: {} {} {:?}", diagnostic.code, diagnostic.message, diagnostic.notes);
            }
        }
        written += usize::from(!output.diagnostics.has_errors());
        println!("{file}: {} of {} operations", package.prefix, api.operations.len());
        if let Some(folder) = std::env::var_os("METHODICAL_CLIENTS") {
            let folder = PathBuf::from(folder).join(&package.prefix);
            for (path, text) in output.files.iter() {
                let path = folder.join(path);
                std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
                std::fs::write(path, text).expect("a file");
            }
        }
    }
    println!("{written} of {read} written, {refused} schemas and operations refused");
    assert_eq!(written, read);
}
