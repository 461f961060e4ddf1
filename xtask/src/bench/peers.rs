//! Other generators, where they are installed: what each is called, and how it is asked for a client of a description.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::generate::LIMITS;
use crate::corpus::child::{self, End};

/// A program that generates.
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// How to come by it.
    pub(super) install: &'static str,
    arguments: fn(description: &str, out: &str) -> Vec<String>,
    /// What it reads its arguments from, if it reads a file.
    configuration: Option<fn(description: &str, out: &str) -> String>,
}

/// All of them. What they write is a crate, or modules without a manifest, which are counted and not compiled.
pub(super) const PEERS: [Peer; 4] = [
    Peer {
        name: "oas3-gen",
        install: "cargo install oas3-gen",
        arguments: |description, out| owned(&["generate", "client-mod", "-i", description, "-o", out]),
        configuration: None,
    },
    Peer {
        name: "ploidy",
        install: "cargo install --locked ploidy",
        arguments: |description, out| owned(&["generate", "rust", description, "-o", out]),
        configuration: None,
    },
    Peer {
        name: "openapi-to-rust",
        install: "cargo install openapi-to-rust",
        arguments: |_, _| owned(&["generate", "--config", "configuration.toml"]),
        configuration: Some(|description, out| {
            format!(
                "[generator]\nspec_path = {description:?}\noutput_dir = {out:?}\nmodule_name = \"measured\"\n\n\
                 [features]\nenable_async_client = true\n"
            )
        }),
    },
    Peer {
        name: "openapi-generator-cli",
        install: "pip install openapi-generator-cli, and Java",
        arguments: |description, out| {
            owned(&["generate", "-g", "rust", "-i", description, "-o", out, "--skip-validate-spec"])
        },
        configuration: None,
    },
];

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

/// Where a program is installed: in one of the folders that the system looks in for programs.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What a peer made of a description.
pub(super) struct Made {
    pub(super) folder: PathBuf,
    pub(super) seconds: f64,
    pub(super) peak: u64,
}

impl Peer {
    /// Where it is installed: in one of the folders that the system looks in for programs.
    pub(super) fn program(&self) -> Option<PathBuf> {
        program(self.name)
    }

    /// Lets it generate into a new folder in `folder`.
    ///
    /// # Errors
    ///
    /// It fails, with the last that it said.
    pub(super) fn generate(&self, program: &Path, description: &Path, folder: &Path) -> anyhow::Result<Made> {
        let work = folder.join(self.name);
        if work.exists() {
            std::fs::remove_dir_all(&work)?;
        }
        std::fs::create_dir_all(&work)?;
        let (description, out) = (description.display().to_string(), work.join("out"));
        let out_name = out.display().to_string();
        if let Some(configuration) = self.configuration {
            std::fs::write(work.join("configuration.toml"), configuration(&description, &out_name))?;
        }
        let arguments = (self.arguments)(&description, &out_name);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = child::run(program, &arguments, &work, LIMITS)?;
        if ended.end == End::Exited(0) {
            return Ok(Made { folder: out, seconds: ended.took.as_secs_f64(), peak: ended.peak });
        }
        let said = ended.stderr.lines().chain(ended.stdout.lines()).rfind(|line| !line.trim().is_empty());
        bail!("it fails: {}", said.unwrap_or("it said nothing"))
    }
}
