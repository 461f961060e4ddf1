//! The crates of an API: how each is called behind the API's name, and the files of all of them.

use std::collections::BTreeMap;

use anyhow::Context;
use methodical_diagnostic::Diagnostics;
use methodical_generate::{Files, Generator, LicenseFile, Package, RuntimeSource};

use crate::config::{Api, Config, Crate};
use crate::paths::{relative, slashes};
use crate::pipeline::Contract;

/// What the crate of the client that progenitor writes is called.
pub(crate) const PROGENITOR: &str = "client-progenitor";

/// What the manifests of an API's crates say beside what its description says.
///
/// # Errors
///
/// A licence file cannot be read.
pub(crate) fn package(config: &Config, api: &Api) -> anyhow::Result<Package> {
    let package = &api.package;
    let license_files = package.license_files.iter().map(|path| {
        let text = fs_err::read_to_string(config.folder.join(path))?;
        let name = path.file_name().context("a licence file needs a name")?;
        Ok(LicenseFile { name: name.to_string_lossy().into_owned(), text })
    });
    let versions = package.versions.entries().map(|(kind, version)| (kind.to_owned(), version.to_owned()));
    let runtime = &api.runtime;
    Ok(Package {
        prefix: api.name.clone(),
        version: package.version.clone(),
        versions: versions.collect(),
        registry: package.registry.clone(),
        client: api.asks_methodical(),
        license: package.license.clone(),
        license_files: license_files.collect::<anyhow::Result<_>>()?,
        repository: package.repository.clone(),
        authors: package.authors.clone(),
        rust_version: package.rust_version.clone(),
        keywords: package.keywords.clone(),
        runtime: RuntimeSource {
            version: runtime.version.clone(),
            path: runtime_path(config, api)?,
            registry: runtime.registry.clone(),
        },
        source: slashes(&api.description),
        command: api.command.clone(),
    })
}

/// The files of all crates but that which progenitor writes, by what the crate is called behind the API's name.
pub(crate) fn expand(
    api: &Api,
    generator: &Generator<'_>,
    contract: &Contract,
    package: &Package,
) -> Vec<(&'static str, Files)> {
    let kinds = api.crates.iter().filter(|kind| **kind != Crate::Client || api.asks_methodical());
    let mut crates = at_once(kinds.map(|kind| move || (kind.suffix(), one(*kind, api, generator, contract, package))));
    crates.extend(api.crates.iter().filter_map(|kind| beside(*kind, generator, package)));
    crates
}

/// What each of an API's crates is called behind its name.
pub(crate) fn kinds(api: &Api, contract: &Contract) -> Vec<&'static str> {
    let has_receivers = contract.api.receivers().is_some();
    let all = [
        ("types", api.crates.contains(&Crate::Types)),
        ("client", api.asks_methodical()),
        (PROGENITOR, api.asks_progenitor()),
        ("server", api.crates.contains(&Crate::Server)),
        ("webhook-receiver", has_receivers && api.crates.contains(&Crate::Client)),
        ("webhook-sender", has_receivers && api.crates.contains(&Crate::Server)),
    ];
    all.into_iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| kind).collect()
}

/// The files of all crates.
pub(crate) fn all(api: &Api, contract: &Contract, package: &Package) -> BTreeMap<&'static str, Files> {
    let second = second_client(api, contract, package).map(|(files, _)| (PROGENITOR, files));
    expand(api, &Generator::new(&contract.api), contract, package).into_iter().chain(second).collect()
}

/// The client that progenitor writes, where it is asked for, and what there is to say of it.
#[cfg(feature = "progenitor")]
pub(crate) fn second_client(api: &Api, contract: &Contract, package: &Package) -> Option<(Files, Diagnostics)> {
    let output = api.asks_progenitor().then(|| methodical_progenitor::client(&contract.api, package))?;
    Some((output.files, output.diagnostics))
}

/// Without progenitor a configuration that asks for it is refused.
#[cfg(not(feature = "progenitor"))]
pub(crate) fn second_client(_: &Api, _: &Contract, _: &Package) -> Option<(Files, Diagnostics)> {
    None
}

fn one(kind: Crate, api: &Api, generator: &Generator<'_>, contract: &Contract, package: &Package) -> Files {
    match kind {
        Crate::Types => generator.types(package),
        Crate::Client => generator.client(package),
        Crate::Server => {
            let description = api.embed_description.then(|| contract.bundle.to_value());
            generator.server(package, description)
        }
    }
}

/// What all of these come to, in their order. None depends on another, and none has work for all cores to its end.
fn at_once<T: Send>(jobs: impl Iterator<Item = impl Fn() -> T + Send>) -> Vec<T> {
    std::thread::scope(|scope| {
        let started: Vec<_> = jobs.map(|job| scope.spawn(job)).collect();
        let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Where the description has webhooks or callbacks: a client comes with what receives them, a server with what sends them.
fn beside(kind: Crate, generator: &Generator<'_>, package: &Package) -> Option<(&'static str, Files)> {
    match kind {
        Crate::Types => None,
        Crate::Client => Some(("webhook-receiver", generator.receiver(package)?)),
        Crate::Server => Some(("webhook-sender", generator.sender(package)?)),
    }
}

/// The runtimes' folder as seen from a generated crate, which lies one level below the output. An absolute path stays
/// what it is.
fn runtime_path(config: &Config, api: &Api) -> std::io::Result<Option<String>> {
    let Some(path) = &api.runtime.path else { return Ok(None) };
    if path.is_absolute() {
        return Ok(Some(slashes(path)));
    }
    let relative = relative(&config.folder.join(&api.output), &config.folder.join(path))?;
    Ok(Some(format!("../{}", slashes(&relative))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, path: &str, expect: &str) {
        let text = format!(
            "[[api]]\nname = \"a\"\ndescription = \"a.yaml\"\noutput = {output:?}\n[api.package]\nversion = \"1.0.0\"\n\
             license = \"MIT\"\n[api.runtime]\npath = {path:?}\n"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("here/methodical.toml");
        fs_err::create_dir_all(folder.path().join("here")).expect("a folder in it");
        fs_err::write(&file, text).expect("a file in it");
        let crate::config::Reading::Sound(config) = crate::config::read(&file).expect("it is there") else {
            panic!("the configuration is wrong");
        };
        let found = runtime_path(&config, &config.apis[0]).expect("a working folder");
        assert_eq!(found.as_deref(), Some(expect), "output {output:?}, path {path:?}");
    }

    #[test]
    fn runtimes_are_found_from_wherever_the_crates_lie() {
        check("generated", "crates", "../../crates");
        check(".", "crates", "../crates");
        check("./a/b/", "../crates", "../../../../crates");
        check("../gen", "crates", "../../here/crates");
        check("gen/api", "gen/crates", "../../crates");
        check("gen", "/opt/crates", "/opt/crates");
    }
}
