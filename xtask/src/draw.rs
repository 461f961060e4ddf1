//! `draw`: descriptions that nobody wrote, made of every construct that OpenAPI has, in nestings and under names that nobody
//! would choose. They are a corpus as any other: `corpus`, `fidelity`, `exchange` and `fuzz` take the folder. What fails there
//! would sooner or later have failed for somebody.
//!
//! All of it follows from the seed alone.

mod message;
mod name;
mod operation;
mod schema;

use std::path::PathBuf;

use clap::Args;
use methodical::Exit;
use methodical_fidelity::random::Random;
use serde_json::{Map, Value, json};

use schema::Schemas;

/// The arguments of `draw`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Draw {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 40)]
    descriptions: u64,
    /// How many schemas each has under `components`.
    #[arg(long, value_name = "N", default_value_t = 24)]
    schemas: usize,
    /// How many paths each has.
    #[arg(long, value_name = "N", default_value_t = 8)]
    paths: usize,
    /// What they follow from: the same seed draws the same ones.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Where they are written.
    #[arg(long, value_name = "FOLDER", default_value = "target/drawn")]
    out: PathBuf,
}

/// Which of two or three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    V3_0,
    V3_1,
    V3_2,
}

/// Writes the descriptions, in the place of those that were there.
///
/// # Errors
///
/// The folder cannot be written.
pub(crate) fn run(arguments: &Draw) -> anyhow::Result<Exit> {
    if arguments.out.exists() {
        std::fs::remove_dir_all(&arguments.out)?;
    }
    std::fs::create_dir_all(&arguments.out)?;
    for number in 0..arguments.descriptions {
        let mut random = Random::of(arguments.seed, number);
        let text = serde_json::to_string_pretty(&description(arguments, &mut random))?;
        std::fs::write(arguments.out.join(format!("drawn-{}-{number:03}.json", arguments.seed)), text)?;
    }
    println!(
        "{} descriptions are in {}: cargo xtask corpus {} --compile",
        arguments.descriptions,
        arguments.out.display(),
        arguments.out.display()
    );
    Ok(Exit::Success)
}

fn description(arguments: &Draw, random: &mut Random) -> Value {
    let version =
        *random.choose(&[Version::V3_0, Version::V3_1, Version::V3_1, Version::V3_2]).unwrap_or(&Version::V3_1);
    let names = name::distinct(arguments.schemas, name::component, random);
    let mut schemas = Schemas { version, names: &names, random };
    let components: Map<String, Value> = names.iter().map(|name| (name.clone(), schemas.component())).collect();
    let mut operations = operation::Operations::new(schemas);
    let paths = operations.paths(arguments.paths);
    let mut description = json!({
        "openapi": match version { Version::V3_0 => "3.0.3", Version::V3_1 => "3.1.0", Version::V3_2 => "3.2.0" },
        "info": {"title": name::any(operations.random()), "version": "1.0.0"},
        "servers": [{"url": "https://drawn.example/{base}", "variables": {"base": {"default": "v1", "enum": ["v1", "v2"]}}}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": operation::security_schemes()},
    });
    if version >= Version::V3_1 && operations.random().below(2) == 0 {
        description["webhooks"] = operations.webhooks();
    }
    description
}
