//! Cargo, as a program that is run, and what it says of the crates of a workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

/// Cargo in a workspace.
#[derive(Debug, Clone)]
pub(crate) struct Cargo {
    /// The top of the workspace: cargo finds its configuration from there.
    pub(crate) workspace: PathBuf,
    /// The workspace's folder for what is built.
    pub(crate) target: PathBuf,
}

/// A crate of the workspace.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) description: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<PathBuf>,
    pub(crate) repository: Option<String>,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    pub(crate) rust_version: Option<String>,
    /// The registries that it may be published to; `None`: all.
    pub(crate) publish: Option<Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
}

/// What a crate depends on.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) req: String,
    /// `dev` or `build`, else nothing.
    pub(crate) kind: Option<String>,
    pub(crate) path: Option<PathBuf>,
    /// The registry's index; `None`: the public one.
    pub(crate) registry: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

/// How a run of cargo ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// What went wrong: what cargo said from its error on.
    pub(crate) fn error(&self) -> &str {
        let lines = self.stderr.split_inclusive('\n');
        let before: usize = lines.take_while(|line| !line.starts_with("error")).map(str::len).sum();
        let error = self.stderr.get(before..).filter(|error| !error.is_empty()).unwrap_or(&self.stderr);
        error.trim_end().trim_start_matches("error: ")
    }
}

impl Cargo {
    /// The workspace of a crate, and all crates of it.
    ///
    /// # Errors
    ///
    /// Cargo cannot be started, or does not take the workspace.
    pub(crate) fn of(manifest: &Path) -> anyhow::Result<(Cargo, Vec<Package>)> {
        let folder = manifest.parent().unwrap_or(Path::new(""));
        let mut command = command(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        let ended = run(command.args(["metadata", "--format-version", "1", "--no-deps"]))?;
        if !ended.success {
            bail!("cargo does not take the workspace of {}:\n{}", manifest.display(), ended.error());
        }
        let metadata: Metadata =
            serde_json::from_str(&ended.stdout).context("cargo's metadata are no longer what they were")?;
        let Metadata { packages, workspace_root, target_directory } = metadata;
        Ok((Cargo { workspace: workspace_root, target: target_directory }, packages))
    }

    /// The folder for what publication makes.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("methodical")
    }

    /// Runs cargo at the top of the workspace.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Ended> {
        run(command(&self.workspace).args(arguments))
    }

    /// Packages crates, all at once, so that each is resolved against the others; gives each one's archive, in their order. Whether they can be
    /// built is [`super::verify`]'s matter.
    ///
    /// # Errors
    ///
    /// Cargo refuses.
    pub(crate) fn package(&self, packages: &[Package], registry: Option<&str>) -> anyhow::Result<Vec<PathBuf>> {
        let target = self.scratch().join("packages");
        let folder = target.display().to_string();
        let mut arguments = vec!["package", "--no-verify", "--color", "never", "--target-dir", &folder];
        packages.iter().for_each(|package| arguments.extend(["--package", &package.name]));
        registry.iter().for_each(|name| arguments.extend(["--registry", name]));
        let ended = self.run(&arguments)?;
        if !ended.success {
            bail!("cargo does not package the crates:\n{}", ended.error());
        }
        let file = |package: &Package| target.join(format!("package/{}-{}.crate", package.name, package.version));
        Ok(packages.iter().map(file).collect())
    }

    /// Publishes one crate, and waits until the registry has it.
    ///
    /// # Errors
    ///
    /// Cargo cannot be started.
    pub(crate) fn publish(&self, package: &Package, registry: Option<&str>) -> anyhow::Result<Ended> {
        let folder = self.scratch().join("packages").display().to_string();
        let mut arguments = vec!["publish", "--no-verify", "--color", "never", "--target-dir", &folder];
        arguments.extend(["--package", &package.name]);
        registry.iter().for_each(|name| arguments.extend(["--registry", name]));
        self.run(&arguments)
    }
}

impl Package {
    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    /// `shop-types 0.1.0`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// The crates in an order in which each comes after those that it depends on.
pub(crate) fn in_order(packages: Vec<Package>) -> Vec<Package> {
    let mut left: BTreeMap<String, Package> =
        packages.into_iter().map(|package| (package.name.clone(), package)).collect();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let is_ready = |package: &&Package| {
            let mut needed = package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
            needed.all(|dependency| dependency.name == package.name || !left.contains_key(&dependency.name))
        };
        // Cargo allows no circle; should there be one, it says so better than we could.
        let ready = left.values().find(is_ready).or(left.values().next()).map(|package| package.name.clone());
        ordered.extend(ready.and_then(|name| left.remove(&name)));
    }
    ordered
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo tells of the package that this program belongs to, if it was run by cargo, is no matter of other packages.
    let is_told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_told)) {
        command.env_remove(name);
    }
    command.current_dir(folder);
    command
}

fn run(command: &mut Command) -> anyhow::Result<Ended> {
    let output = command.stdin(std::process::Stdio::null()).output().context("could not start cargo")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ended { success: output.status.success(), stdout: text(&output.stdout), stderr: text(&output.stderr) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| serde_json::json!({ "name": name, "req": "*", "kind": kind, "path": null, "registry": null });
        let dependencies: Vec<_> = dependencies.iter().map(dependency).collect();
        let package =
            serde_json::json!({ "name": name, "version": "1.0.0", "manifest_path": "", "dependencies": dependencies });
        serde_json::from_value(package).expect("a package")
    }

    #[test]
    fn what_is_needed_comes_first() {
        let packages = vec![
            package("a", &[("c", None), ("serde", None)]),
            package("b", &[]),
            package("c", &[("b", Some("build")), ("a", Some("dev"))]),
        ];
        let names: Vec<String> = in_order(packages).into_iter().map(|package| package.name).collect();
        assert_eq!(names, ["b", "c", "a"]);
    }
}
