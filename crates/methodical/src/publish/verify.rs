//! Whether crates can be built from their archives, by who has nothing else.
//!
//! Cargo could do that too, while it packages. But it hands archives on through a registry in its target folder, remembers what it unpacked by
//! that folder's path and the crate's version, and so needs a folder that it has never seen, and every dependency built anew, whenever the
//! same version has other content. Here all archives are unpacked into a workspace in which they stand for what the registry will have;
//! dependencies stay built from one time to the next.

use anyhow::bail;

use super::{Archive, Cargo, Package};

/// Checks all of them, with their default features.
///
/// # Errors
///
/// One does not compile.
pub(crate) fn verify(
    cargo: &Cargo,
    packages: &[Package],
    archives: &[Archive],
    registry: Option<&str>,
) -> anyhow::Result<()> {
    let folder = cargo.scratch().join("verify");
    let mut members = Vec::new();
    let mut patches = String::new();
    for (package, archive) in packages.iter().zip(archives) {
        archive.unpack(&folder.join(&package.name))?;
        members.push(toml::Value::from(package.name.clone()).to_string());
        patches.push_str(&format!("{name} = {{ path = \"{name}\" }}\n", name = package.name));
    }
    let registry = toml::Value::from(registry.unwrap_or("crates-io")).to_string();
    let manifest =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[patch.{registry}]\n{patches}", members.join(", "));
    fs_err::write(folder.join("Cargo.toml"), manifest)?;
    let lock = cargo.workspace.join("Cargo.lock");
    if lock.is_file() {
        // Others are taken at the versions that they were tested with.
        fs_err::copy(lock, folder.join("Cargo.lock"))?;
    }
    let target = cargo.scratch().join("verified").display().to_string();
    let manifest = folder.join("Cargo.toml").display().to_string();
    let ended = cargo.run(&[
        "check",
        "--color",
        "never",
        "--workspace",
        "--quiet",
        "--manifest-path",
        &manifest,
        "--target-dir",
        &target,
    ])?;
    if !ended.success {
        bail!("what is in the archives does not compile:\n{}", ended.error());
    }
    Ok(())
}
