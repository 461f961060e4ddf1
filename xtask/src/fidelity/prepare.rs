//! What is tried of one description: its values, and the program that sends them through its types.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use methodical::pipeline::{self, Contract};
use methodical_document::Inputs;
use methodical_fidelity::cases::{self, Case, Limits};
use methodical_fidelity::driver;
use methodical_fidelity::judge::{Collector, NO_TIME, keys};
use methodical_fidelity::random::Random;

use crate::corpus::generate::Generator;
use crate::corpus::manifest::Entry;

/// What is tried of one description.
#[derive(Default)]
pub(super) struct Values {
    /// The types that have cases, by their names.
    pub(super) types: Vec<(String, Vec<Case>)>,
    pub(super) barren: Vec<String>,
    pub(super) unjudged: Vec<(String, String)>,
}

/// The source of the crate that all programs link.
const HARNESS: &str = include_str!("../../../tests/fidelity/src/harness.rs");

/// Writes the crate that all programs link, and says where.
pub(super) fn harness(out: &Path) -> anyhow::Result<PathBuf> {
    let folder = out.join("harness");
    let wire = std::path::absolute("crates/wire")?;
    let manifest = format!(
        "[package]\nname = \"fidelity-harness\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nmethodical-wire = {{ path = {:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         serde_json = \"1\"\n",
        wire.display().to_string()
    );
    fs::create_dir_all(&folder)?;
    keep(&folder.join("Cargo.toml"), &manifest)?;
    keep(&folder.join("lib.rs"), HARNESS)?;
    Ok(folder)
}

/// Draws the values of one description and writes its program. Its types have been generated.
///
/// # Errors
///
/// It cannot be read any more, or nothing can be written.
pub(super) fn description(
    generator: &Generator,
    entry: &Entry,
    seed: u64,
    most: usize,
    deadline: Instant,
    harness: &Path,
) -> anyhow::Result<(BTreeMap<String, PathBuf>, Values)> {
    let inputs = Inputs { root: entry.root.clone(), ..Inputs::of(&entry.path) };
    let reading = pipeline::read_from(&inputs);
    let contract = reading.contract.with_context(|| format!("{} cannot be read", entry.name))?;
    let output = generator.output(entry);
    let types = generator.folder(entry, "types");
    let program = output.join(format!("fidelity-{}", entry.slug));
    let folders = BTreeMap::from([("types".to_owned(), types), ("program".to_owned(), program)]);
    let mut values = Values::default();
    let chosen = values.draw(&contract, seed, most, deadline);
    write_program(&folders, &entry.slug, &contract, &chosen, harness)?;
    let cases: Vec<_> = values.types.iter().map(|(name, cases)| (name, cases)).collect();
    keep(&folders["program"].join("cases.json"), &serde_json::to_string(&cases)?)?;
    Ok((folders, values))
}

impl Values {
    /// Draws the cases; says which types they are of.
    fn draw(&mut self, contract: &Contract, seed: u64, most: usize, deadline: Instant) -> Vec<(usize, bool)> {
        let api = &contract.api;
        let sample = sample(api.types.len(), most, &mut Random::of(seed, 0));
        let mut collector = Collector::new(&contract.bundle);
        let keys = keys(&mut collector, api, |index| sample.contains(&index));
        let schemas = collector.finish();
        let mut chosen = Vec::new();
        let judge = match schemas.judge(keys.values().map(String::as_str), deadline) {
            Ok(judge) => judge,
            Err(reason) => {
                self.unjudged = vec![("all types".to_owned(), reason)];
                return chosen;
            }
        };
        for (index, key) in &keys {
            let name = api.types[*index].name.pascal.clone();
            let Some(schema) = schemas.get(key) else { continue };
            let random = Random::of(seed, *index as u64 + 1);
            match judge
                .of(key)
                .and_then(|judge| if Instant::now() < deadline { Ok(judge) } else { Err(NO_TIME.to_owned()) })
            {
                Err(reason) => self.unjudged.push((name, reason.chars().take(200).collect())),
                Ok(validator) => {
                    let cases = cases::of(&schemas, schema, &validator, random, Limits::default());
                    if !cases.iter().any(|case| case.valid) {
                        self.barren.push(name.clone());
                    }
                    chosen.push((*index, validator.is_valid(serde_json::Value::Null)));
                    self.types.push((name, cases));
                }
            }
        }
        chosen
    }
}

fn write_program(
    folders: &BTreeMap<String, PathBuf>,
    slug: &str,
    contract: &Contract,
    chosen: &[(usize, bool)],
    harness: &Path,
) -> anyhow::Result<()> {
    let folder = &folders["program"];
    let types = format!("corpus-{slug}-types");
    let manifest = format!(
        "[package]\nname = \"fidelity-{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[[bin]]\nname = \"fidelity-{}\"\n\
             path = \"main.rs\"\n\n[dependencies]\nfidelity-harness = {{ path = {:?} }}\n{types} = {{ path = \"../{types}\", \
             features = [\"components\"] }}\n",
        slug,
        slug,
        harness.display().to_string()
    );
    let has_components = fs::read_to_string(folders["types"].join("Cargo.toml"))?.contains("\ncomponents = ");
    let manifest = if has_components { manifest } else { manifest.replace(", features = [\"components\"]", "") };
    let entries = driver::entries(&contract.api, chosen, &types.replace('-', "_"));
    let main = format!(
        "use fidelity_harness::{{answer, request, run}};\n\nfn main() -> std::io::Result<()> {{\n    run({})\n}}\n",
        entries.trim_end()
    );
    fs::create_dir_all(folder)?;
    keep(&folder.join("Cargo.toml"), &manifest)?;
    keep(&folder.join("main.rs"), &main)
}

/// The positions that are tried.
fn sample(count: usize, most: usize, random: &mut Random) -> BTreeSet<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    if most > 0 {
        while all.len() > most {
            all.swap_remove(random.below(all.len()));
        }
    }
    all.into_iter().collect()
}

/// Writes a file unless it is there already, as cargo looks at times.
pub(crate) fn keep(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("could not write {}", path.display()))
}
