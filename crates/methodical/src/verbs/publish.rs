//! `publish`: the crates of the configured APIs to a registry. First everything is checked, and told together; then the crates are packaged and
//! built from their archives; then those that the registry does not have yet are published, one after the other, so that an interrupted run
//! is taken up where it ended.

mod prepare;

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::cli::{Common, Format, Publish};
use crate::config::Config;
use crate::progress::Progress;
use crate::publish::{Archive, Cargo, Found, Package, Refusals, Registry, Release, verify, write_notes};
use crate::release::bundle_of_release;
use crate::revision::Repository;
use crate::{Exit, report};
use prepare::{Prepared, prepare};

/// Publishes what methodical.toml names.
///
/// # Errors
///
/// There is no configuration, no crate of a name, or cargo or git cannot be run.
pub fn publish(common: &Common, arguments: &Publish) -> anyhow::Result<Exit> {
    ensure!(common.format == Format::Text, "what `publish` does is told as text alone");
    let Some(config) = super::configuration(common)? else { return Ok(Exit::Usage) };
    let mut refusals = Refusals::default();
    let progress = Progress::start("checking");
    let prepared = prepare(common, arguments, &config, &mut refusals)?;
    drop(progress);
    let Prepared { cargo: Some(cargo), packages, .. } = &prepared else { return refuse(&refusals) };
    let registry = Registry { cargo, name: prepared.registry.as_deref() };
    let found = look(&registry, packages, &mut refusals)?;
    if found.is_some() {
        needed(&registry, &prepared, &mut refusals)?;
    }
    let Some(found) = found.filter(|_| refusals.is_empty()) else { return refuse(&refusals) };

    let archives = archives(cargo, packages, prepared.registry.as_deref())?;
    let waiting = compare(&registry, packages, &archives, &found, &mut refusals)?;
    if !refusals.is_empty() {
        return refuse(&refusals);
    }
    if !arguments.no_verify && waiting.contains(&true) {
        let _progress = Progress::start("building from the archives");
        if let Err(error) = verify(cargo, packages, &archives, prepared.registry.as_deref()) {
            refusals
                .add(format!("{error:#}"), "mend what the compiler says: cargo puts into an archive what git knows of");
            return refuse(&refusals);
        }
    }
    let sent = send(arguments, cargo, &prepared, &waiting)?;
    if !sent {
        return Ok(Exit::Failure);
    }
    leave(arguments, &config, &prepared)?;
    Ok(Exit::Success)
}

fn refuse(refusals: &Refusals) -> anyhow::Result<Exit> {
    report::complain(refusals.text().trim_end());
    Ok(Exit::Failure)
}

/// What the registry has of each; `None`: it cannot be asked.
fn look(registry: &Registry<'_>, packages: &[Package], refusals: &mut Refusals) -> anyhow::Result<Option<Vec<Found>>> {
    let _progress = Progress::start("asking the registry");
    let mut found = Vec::new();
    for package in packages {
        match registry.find(package) {
            Ok(one) => found.push(one),
            Err(error) => {
                let name = registry.name.unwrap_or("crates-io");
                refusals.add(
                    format!("cargo cannot ask the registry {name} for {}:\n{error:#}", package.title()),
                    format!(
                        "look at `[registries.{name}]` in .cargo/config.toml and at the network, then run the same command again"
                    ),
                );
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}

/// What was not chosen and is needed has to be there.
fn needed(registry: &Registry<'_>, prepared: &Prepared<'_>, refusals: &mut Refusals) -> anyhow::Result<()> {
    for package in &prepared.needed {
        if registry.find(package)? == Found::Nothing {
            let reason = format!("{} is needed, was not chosen, and is not in the registry", package.title());
            refusals.add(reason, format!("publish it too: --crate {}", package.name));
        }
    }
    Ok(())
}

fn archives(cargo: &Cargo, packages: &[Package], registry: Option<&str>) -> anyhow::Result<Vec<Archive>> {
    let _progress = Progress::start("packaging");
    let files = cargo.package(packages, registry)?;
    files.iter().map(|file| Archive::read(file)).collect()
}

/// Which of the crates are not there yet. What is there with other content is refused.
fn compare(
    registry: &Registry<'_>,
    packages: &[Package],
    archives: &[Archive],
    found: &[Found],
    refusals: &mut Refusals,
) -> anyhow::Result<Vec<bool>> {
    let mut waiting = Vec::new();
    for ((package, archive), found) in packages.iter().zip(archives).zip(found) {
        let Found::Archive(checksum) = found else {
            waiting.push(true);
            continue;
        };
        waiting.push(false);
        if *checksum == archive.checksum {
            continue;
        }
        let differences = archive.differences(&registry.fetch(package, checksum)?);
        if let Some((first, more)) = differences.split_first() {
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            refusals.add(
                format!("{} is in the registry with other content: {first}{more}", package.title()),
                "give it the next version: in methodical.toml for a generated crate, which `methodical review --write` then tells its \
                 CHANGELOG and its manifest, else in its Cargo.toml",
            );
        }
    }
    Ok(waiting)
}

/// Publishes those that are waiting; whether all of them are there now.
fn send(arguments: &Publish, cargo: &Cargo, prepared: &Prepared<'_>, waiting: &[bool]) -> anyhow::Result<bool> {
    let name = prepared.registry.as_deref().unwrap_or("crates-io");
    for (index, package) in prepared.packages.iter().enumerate() {
        let title = package.title();
        if !waiting[index] {
            report::print(&format!("{title} is in {name} already, with the same content"))?;
            continue;
        }
        if arguments.dry_run {
            report::print(&format!("{title} would be published to {name}"))?;
            continue;
        }
        let progress = Progress::start(format!("publishing {title}"));
        let ended = cargo.publish(package, prepared.registry.as_deref())?;
        drop(progress);
        if !ended.success {
            let left: Vec<String> = prepared.packages[index..]
                .iter()
                .zip(&waiting[index..])
                .filter(|(_, waits)| **waits)
                .map(|(package, _)| package.title())
                .collect();
            report::complain(&format!(
                "cargo did not publish {title}:\n  {}\nnot published: {}\n  => run the same command again: it goes on from here, and passes \
                 over what is there",
                ended.error().replace('\n', "\n  "),
                left.join(", ")
            ));
            return Ok(false);
        }
        report::print(&format!("published {title} to {name}"))?;
    }
    Ok(true)
}

/// What a release leaves behind: the baseline of the next review, and, if it is asked for, tag and notes.
fn leave(arguments: &Publish, config: &Config, prepared: &Prepared<'_>) -> anyhow::Result<()> {
    for released in &prepared.released {
        let api = released.api;
        let bundle = bundle_of_release(&released.contract.bundle, api, released.kinds.iter().copied());
        if let Some(tag) = &released.tag {
            let release = Release {
                tag,
                api: &api.name,
                version: &released.contract.api.contract_version,
                crates: prepared.crates_of(released),
                bundle: &bundle,
            };
            if arguments.dry_run {
                report::print(&format!("{tag} would be the tag of {}", api.name))?;
            } else {
                let repository = Repository::of(&config.folder)?;
                let is_new = repository.revision(&format!("refs/tags/{tag}"))?.is_none();
                if is_new {
                    repository.tag(tag, &release.notes())?;
                }
                let word = if is_new { "tagged" } else { "was tagged" };
                report::print(&format!("{word} {tag}: `git push origin {tag}` shows it to others"))?;
            }
            let [notes, file] = write_notes(&config.folder.join(&config.publish.notes), &release)?;
            report::print(&format!("wrote {} and {}", notes.display(), file.display()))?;
        }
        if let Some(file) = config.review.baseline.file.as_ref().filter(|_| !arguments.dry_run) {
            let path: PathBuf = config.folder.join(file.replace("{api}", &api.name));
            let is_same = fs_err::read_to_string(&path).is_ok_and(|text| text == bundle);
            if !is_same {
                path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
                fs_err::write(&path, &bundle).context("the baseline of the next review")?;
                report::print(&format!("wrote {}, which the next review compares with: commit it", path.display()))?;
            }
        }
    }
    Ok(())
}
