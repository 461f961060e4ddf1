//! The architecture's invariants, as far as sources can show them. ARCHITECTURE.md says why each holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::repository;

#[test]
fn crates_depend_only_downwards() {
    let allowed: [(&str, &[&str]); 12] = [
        ("diagnostic", &[]),
        ("document", &["diagnostic"]),
        ("model", &["diagnostic", "document"]),
        ("lint", &["diagnostic", "document", "model"]),
        ("review", &["diagnostic", "document", "model", "wire"]),
        ("generate", &["document", "model"]),
        ("progenitor", &["diagnostic", "document", "generate", "model"]),
        ("wire", &[]),
        ("client", &["wire"]),
        ("server", &["wire"]),
        ("methodical", &["diagnostic", "document", "generate", "lint", "model", "progenitor", "review"]),
        ("service", &["server"]),
    ];
    for (name, below) in allowed {
        let ours = dependencies(name).into_iter().filter_map(|name| Some(name.strip_prefix("methodical-")?.to_owned()));
        let upward: Vec<_> = ours.filter(|dependency| !below.contains(&dependency.as_str())).collect();
        assert!(upward.is_empty(), "crates/{name} must not depend on {upward:?}");
    }
}

#[test]
fn the_model_knows_no_http_library_and_no_rust_syntax() {
    let found = dependencies("model");
    for forbidden in ["quote", "syn", "proc-macro2", "prettyplease", "http", "hyper", "axum", "reqwest", "tokio"] {
        assert!(!found.iter().any(|name| name == forbidden), "crates/model depends on {forbidden}");
    }
}

#[test]
fn the_generator_reads_no_file_no_clock_and_no_environment() {
    let forbidden =
        ["std::fs", "fs_err", "std::env", "env!(", "Instant", "SystemTime", "include_str!", "include_bytes!"];
    for (path, text) in sources("crates/generate/src") {
        for (index, line) in own_code(&text) {
            let found = forbidden.iter().find(|word| line.contains(*word));
            assert!(found.is_none(), "{}:{index}: {found:?}", path.display());
        }
    }
}

#[test]
fn the_outputs_do_not_read_each_other() {
    for output in ["types", "client", "server"] {
        let others = ["types", "client", "server"].into_iter().filter(|other| *other != output);
        for other in others {
            let needles = [format!("crate::{other}::"), format!("super::super::{other}")];
            for (path, text) in sources("crates/generate/src") {
                let of_output = path
                    .strip_prefix(repository())
                    .expect("it is below the repository")
                    .components()
                    .any(|part| part.as_os_str() == output || part.as_os_str() == file(output).as_str());
                for (index, line) in own_code(&text).filter(|_| of_output) {
                    let found = needles.iter().find(|needle| line.contains(needle.as_str()));
                    assert!(found.is_none(), "{}:{index}: {found:?}", path.display());
                }
            }
        }
    }
}

#[test]
fn handlers_and_tasks_do_not_know_which_store_is_behind_them() {
    let forbidden = ["EmbeddedStore", "PostgresStore", "redb", "tokio_postgres", "store::embedded", "store::postgres"];
    for folder in ["crates/service/src/handlers", "crates/service/src/tasks"] {
        for (path, text) in sources(folder) {
            for (index, line) in own_code(&text) {
                let found = forbidden.iter().find(|word| line.contains(*word));
                assert!(found.is_none(), "{}:{index}: {found:?}", path.display());
            }
        }
    }
}

#[test]
fn yaml_and_json_are_parsed_in_one_crate_alone() {
    for name in ["diagnostic", "model", "lint", "review", "generate"] {
        let found = dependencies(name);
        assert!(!found.iter().any(|name| name == "serde_yaml" || name.starts_with("saphyr")), "crates/{name}");
    }
}

/// The names under `[dependencies]` of a crate of the toolkit.
fn dependencies(name: &str) -> Vec<String> {
    let path = repository().join("crates").join(name).join("Cargo.toml");
    let text = fs::read_to_string(&path).expect("every crate has a manifest");
    let manifest: toml::Table = text.parse().expect("cargo has read it");
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// All Rust sources below a folder, which must exist and hold some.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let found = texts(folder, "rs");
    assert!(!found.is_empty(), "{folder} holds no sources: the check would be empty");
    found
}

/// All files below a folder whose names end in `extension`.
fn texts(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&repository().join(folder), extension, &mut found);
    found
}

fn collect(folder: &Path, wanted: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, wanted, found);
        } else if path.extension().is_some_and(|extension| extension == wanted) {
            let text = fs::read_to_string(&path).expect("it can be read");
            found.push((path, text));
        }
    }
}

/// The numbered lines of a source that say what the program itself does: before its unit tests, without comments, and
/// without lines that quote text, which may be text of generated code.
fn own_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = before_tests.lines().map(|line| line.split("//").next().unwrap_or_default());
    (1..).zip(lines).filter(|(_, line)| !line.contains('"'))
}

fn file(output: &str) -> String {
    format!("{output}.rs")
}

#[test]
fn the_rendering_of_every_diagnostic_is_a_snapshot() {
    let mut shown = String::new();
    for folder in FOLDERS.into_iter().chain(["tests/toolkit/snapshots"]) {
        for (_, text) in texts(folder, "snap") {
            shown.push_str(&text);
        }
    }
    let codes = codes();
    assert!(codes.len() > 60, "only {} codes were found: the check looks in the wrong places", codes.len());
    let missing: Vec<_> = codes.iter().filter(|code| !shown.contains(&format!("[{code}]"))).collect();
    assert!(missing.is_empty(), "no snapshot shows {missing:?}");
}

/// The crates that report something.
const FOLDERS: [&str; 5] = ["crates/document", "crates/model", "crates/lint", "crates/progenitor", "crates/methodical"];

/// The codes of all diagnostics, as the sources have them.
pub(crate) fn codes() -> BTreeSet<String> {
    let stages = ["document", "model", "lint", "progenitor", "config", "guarantees"];
    let mut codes = BTreeSet::new();
    for folder in FOLDERS {
        for (_, text) in sources(&format!("{folder}/src")) {
            let quoted = text.split('"').map(str::to_owned);
            codes.extend(quoted.filter(|word| is_code(word, &stages)));
        }
    }
    codes
}

fn is_code(word: &str, stages: &[&str]) -> bool {
    let Some((stage, name)) = word.split_once('/') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    stages.contains(&stage) && !name.is_empty() && name.chars().all(plain)
}
