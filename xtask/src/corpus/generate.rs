//! From one description to its crates, by the program that users have, as users run it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::child::{End, Ended, Limits};
use super::manifest::Entry;
use super::record::{Generation, Outcome};
use super::toolkit::Methodical;

/// The crates, in the order in which one needs the other.
pub(crate) const CRATES: [&str; 3] = ["types", "client", "server"];

/// The client that progenitor writes; alone, or beside ours.
pub(crate) const PROGENITOR: &str = "client-progenitor";

/// Those of [`CRATES`], and the client that progenitor writes.
pub(crate) const CRATES_AND_PROGENITOR: [&str; 4] = ["types", "client", "server", PROGENITOR];

/// What runs the program.
pub(crate) struct Generator {
    pub(crate) methodical: Methodical,
    /// The folder with the runtimes' sources.
    pub(crate) runtimes: PathBuf,
    /// The folder in which each description has one of its own.
    pub(crate) work: PathBuf,
    pub(crate) limits: Limits,
    /// Which crates it is to write.
    pub(crate) crates: &'static [&'static str],
}

impl Generator {
    /// The folder of one description, and the one in it that crates are written to.
    pub(crate) fn output(&self, entry: &Entry) -> PathBuf {
        self.work.join(&entry.slug).join("crates")
    }

    /// The folder of one crate.
    pub(crate) fn folder(&self, entry: &Entry, kind: &str) -> PathBuf {
        self.output(entry).join(format!("corpus-{}-{kind}", entry.slug))
    }

    /// Generates, and tells what came of it.
    ///
    /// # Errors
    ///
    /// A file cannot be written, or the program cannot be started.
    pub(crate) fn generate(&self, entry: &Entry) -> anyhow::Result<Generation> {
        let folder = self.work.join(&entry.slug);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("methodical.toml"), self.configuration(entry))?;
        let ended = self.methodical.run(&["generate", "--format", "json"], &folder, self.limits)?;
        let mut generation = read(&ended);
        if generation.outcome == Outcome::Generated {
            for kind in self.crates {
                generation.lines.insert((*kind).to_owned(), lines(&self.folder(entry, kind))?);
            }
        }
        Ok(generation)
    }

    fn configuration(&self, entry: &Entry) -> String {
        let string = |path: &Path| toml_string(&path.display().to_string());
        let root = entry.root.as_deref().map(|root| format!("root = {}\n", string(root))).unwrap_or_default();
        let mut crates: Vec<&str> = self.crates.iter().copied().filter(|kind| *kind != PROGENITOR).collect();
        let clients = match (crates.contains(&"client"), self.crates.contains(&PROGENITOR)) {
            (_, false) => "",
            (true, true) => "client = [\"methodical\", \"progenitor\"]\n",
            (false, true) => {
                crates.push("client");
                "client = \"progenitor\"\n"
            }
        };
        format!(
            "[[api]]\nname = {}\ndescription = {}\n{root}output = \"crates\"\ncrates = {:?}\n{clients}\n[api.package]\nversion = \"0.1.0\"\n\
             license = \"MIT\"\n\n[api.runtime]\npath = {}\n",
            toml_string(&format!("corpus-{}", entry.slug)),
            string(&entry.path),
            crates,
            string(&self.runtimes),
        )
    }
}

/// Every string of JSON is a basic string of TOML.
fn toml_string(text: &str) -> String {
    Value::from(text).to_string()
}

fn read(ended: &Ended) -> Generation {
    let mut generation = Generation { seconds: ended.took.as_secs_f64(), peak: ended.peak, ..Generation::default() };
    generation.outcome = match &ended.end {
        End::Exited(0) => Outcome::Generated,
        End::Exited(_) => Outcome::Refused,
        End::Panicked(said) => Outcome::Crashed(format!("panic: {said}")),
        End::Aborted(said) => Outcome::Crashed(format!("abort: {said}")),
        End::TimedOut => Outcome::Crashed("no end within the limit of time".to_owned()),
    };
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
    let source = &report["read"][0];
    generation.operations = source["operations"].as_u64().unwrap_or_default();
    generation.types = source["types"].as_u64().unwrap_or_default();
    generation.fallbacks = source["fallbacks"].as_u64();
    generation.places = source["places"].as_u64();
    for diagnostic in source["diagnostics"].as_array().into_iter().flatten() {
        let code = diagnostic["code"].as_str().unwrap_or_default().to_owned();
        match diagnostic["severity"].as_str() {
            Some("error") => {
                generation.first_error.get_or_insert_with(|| describe(diagnostic));
                *generation.errors.entry(code).or_default() += 1;
            }
            Some(_) | None => *generation.warnings.entry(code).or_default() += 1,
        }
    }
    if generation.outcome == Outcome::Refused && generation.first_error.is_none() {
        generation.first_error = ended.stderr.lines().find(|line| !line.trim().is_empty()).map(str::to_owned);
    }
    generation
}

/// `code: message (pointer)`.
fn describe(diagnostic: &Value) -> String {
    let member = |name: &str| diagnostic[name].as_str().unwrap_or_default();
    format!("{}: {} ({})", member("code"), member("message"), member("pointer"))
}

/// The lines of Rust below a folder.
fn lines(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for file in files(folder)? {
        if file.extension().is_some_and(|extension| extension == "rs") {
            sum += fs::read_to_string(&file)?.lines().count() as u64;
        }
    }
    Ok(sum)
}

/// All files below a folder, in order; none if there is no such folder.
pub(crate) fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
