//! Programs of many descriptions, compiled and tried: only those that have changed since they were tried.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::compile::{Compiler, Unit};
use super::file;

/// The program of one description.
pub(crate) trait Program {
    /// What the description is called, and the same as a name of a file.
    fn names(&self) -> (&str, &str);

    /// The folder of all that decides what comes of it.
    fn output(&self) -> &Path;

    /// The folders of its crates, and how many lines they are.
    fn crates(&self) -> (&BTreeMap<String, PathBuf>, u64);
}

/// What is kept of one that was tried.
pub(crate) trait Kept: Serialize + DeserializeOwned {
    /// The digest of all that was tried.
    fn digest(&self) -> &str;
}

/// Compiles and tries what has changed, or with `fresh` all; gives what is known of each, and what does not compile.
///
/// # Errors
///
/// The machine refuses, or trying does.
pub(crate) fn try_all<P: Program, R: Kept>(
    fresh: bool,
    out: &Path,
    compiler: &Compiler,
    programs: &[P],
    mut one: impl FnMut(&P, &str) -> anyhow::Result<R>,
) -> anyhow::Result<(Vec<R>, Vec<String>)> {
    let (mut records, mut failed, mut units) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_slug = BTreeMap::new();
    for program in programs {
        let digest = compiler.digest(program.output())?;
        let (_, slug) = program.names();
        let text = std::fs::read_to_string(file(out, slug)).unwrap_or_default();
        let earlier = serde_json::from_str(&text).ok().filter(|record: &R| record.digest() == digest);
        match earlier.filter(|_| !fresh) {
            Some(record) => records.push(record),
            None => {
                by_slug.insert(slug, program);
                let (folders, lines) = program.crates();
                units.push(Unit { name: slug.to_owned(), folders: folders.clone(), digest, lines });
            }
        }
    }
    println!("{} to compile and try; {} unchanged", units.len(), records.len());
    compiler.compile(&units, |unit, compilation| {
        let program = by_slug.get(unit.name.as_str()).context("a unit is of a description")?;
        let (name, slug) = program.names();
        if !compilation.is_whole() {
            let reason = compilation.crates.values().find_map(|verdict| verdict.first_error.as_deref());
            failed.push(format!("{name}: {}", reason.unwrap_or("it does not compile")));
            return Ok(());
        }
        let record = one(program, &unit.digest)?;
        std::fs::write(file(out, slug), serde_json::to_string_pretty(&record)?)?;
        records.push(record);
        Ok(())
    })?;
    Ok((records, failed))
}
