//! What a registry has already. Cargo is asked: a package that depends on nothing but that one version gets a lock file with its checksum, and
//! the archive itself is then found in cargo's cache by that.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::archive::{Archive, checksum};
use super::{Cargo, Package};

/// A registry.
pub(crate) struct Registry<'a> {
    pub(crate) cargo: &'a Cargo,
    /// Its name in cargo's configuration; `None`: the public one.
    pub(crate) name: Option<&'a str>,
}

/// What it has of one version of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// An archive with this checksum.
    Archive(String),
}

impl Registry<'_> {
    /// Looks for a version.
    ///
    /// # Errors
    ///
    /// The registry cannot be asked, for the reason that cargo gives.
    pub(crate) fn find(&self, package: &Package) -> anyhow::Result<Found> {
        let folder = self.probe(package)?;
        let manifest = folder.join("Cargo.toml").display().to_string();
        // At the top of the workspace cargo finds the configuration that the workspace has, wherever its target folder is.
        let ended = self.cargo.run(&["generate-lockfile", "--color", "never", "--manifest-path", &manifest])?;
        if ended.success {
            let lock: toml::Table = fs_err::read_to_string(folder.join("Cargo.lock"))?.parse()?;
            let is_it = |entry: &&toml::Value| entry.get("name").and_then(toml::Value::as_str) == Some(&package.name);
            let entry = lock.get("package").and_then(toml::Value::as_array).and_then(|list| list.iter().find(is_it));
            let checksum = entry.and_then(|entry| entry.get("checksum")?.as_str());
            return Ok(Found::Archive(checksum.context("cargo's lock file has no checksum")?.to_owned()));
        }
        let is_absent = [
            format!("no matching package named `{}` found", package.name),
            format!("failed to select a version for the requirement `{} =", package.name),
        ];
        if is_absent.iter().any(|text| ended.stderr.contains(text)) {
            return Ok(Found::Nothing);
        }
        bail!("{}", ended.error())
    }

    /// The archive that the registry has, which has this checksum.
    ///
    /// # Errors
    ///
    /// The registry cannot be asked, or cargo keeps no archives where it used to.
    pub(crate) fn fetch(&self, package: &Package, wanted: &str) -> anyhow::Result<Archive> {
        let version = format!("{}@{}", package.name, package.version);
        let registry = self.name.unwrap_or("crates-io");
        let ended = self.cargo.run(&["info", "--quiet", "--color", "never", "--registry", registry, &version])?;
        if !ended.success {
            bail!("cargo does not fetch {}:\n{}", package.title(), ended.error());
        }
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home =
            home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).context("cargo has no home")?;
        let file = format!("{}-{}.crate", package.name, package.version);
        for registry in fs_err::read_dir(home.join("registry/cache"))? {
            let path = registry?.path().join(&file);
            if path.is_file() && checksum(&fs_err::read(&path)?) == wanted {
                return Archive::read(&path);
            }
        }
        bail!("cargo has not kept the archive of {} that the registry has", package.title())
    }

    /// A package of its own.
    fn probe(&self, package: &Package) -> anyhow::Result<PathBuf> {
        let folder = self.cargo.scratch().join("probe");
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        fs_err::create_dir_all(folder.join("src"))?;
        fs_err::write(folder.join("src/lib.rs"), "")?;
        let registry = self.name.map_or(String::new(), |name| format!(", registry = {}", toml::Value::from(name)));
        let manifest = format!(
            "[package]\nname = \"methodical-probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             {} = {{ version = \"={}\"{registry}, default-features = false }}\n",
            package.name, package.version
        );
        fs_err::write(folder.join("Cargo.toml"), manifest)?;
        Ok(folder)
    }
}
