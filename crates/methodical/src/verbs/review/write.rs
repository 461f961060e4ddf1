//! `review --write`: the versions that follow, and what the CHANGELOGs say, go to where they stand. Everything is settled before anything is
//! written.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use methodical_review::{Change, changelog};

use super::versions::Pair;
use super::{Compared, Reviewed, today};
use crate::cli::{Common, Generation};
use crate::config::{Api, Config, FILE_NAME};
use crate::crates::PROGENITOR;
use crate::pipeline::{self, Contract, Reading};
use crate::release::{self, Block, CHANGELOG, DESCRIPTION, Demand, demands};
use crate::verbs::generate;
use crate::{Exit, report};

/// What is to be written for one API.
pub(super) struct Plan {
    api: String,
    /// The versions of the crates, by what each is called behind the API's name.
    versions: Vec<(&'static str, String)>,
    /// What the description is to be called, if that is another, and its reading.
    description: Option<(Reading, String)>,
    changelogs: Vec<(PathBuf, String)>,
    /// What there is to say of it.
    said: Vec<String>,
}

/// Settles what is to be written; `None` if a description cannot be read, which has been reported.
///
/// # Errors
///
/// The new version is not what is configured, or nothing says which versions belong to the old one.
pub(super) fn plan(
    common: &Common,
    config: Option<&Config>,
    pair: &Pair,
    reviewed: Option<Reviewed>,
) -> anyhow::Result<Option<Plan>> {
    let api = config.and_then(|config| config.apis.iter().find(|api| api.name == pair.title));
    let (Some(config), Some(api)) = (config, api) else {
        bail!("`--write` needs a {FILE_NAME} that names {}: its versions are what is written", pair.new.title());
    };
    ensure!(pair.new.checkout.is_none(), "`--write` is for the files as they are: leave the second version out");
    let Some(reviewed) = reviewed else { return first(common, config, api, pair) };
    let Some(Compared { readings, changes, released }) = reviewed.compared else { return Ok(None) };
    let released = released.with_context(|| {
        let old = pair.old.as_ref().map_or_else(String::new, super::Version::title);
        format!(
            "nothing says which versions of the crates belong to {old}: name a revision of git that has a {FILE_NAME}, or the \
             file that `methodical publish` left of a release"
        )
    })?;
    let [old, new] = readings.each_ref().map(|reading| reading.contract.as_ref());
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let demands = demands(config, api, [old, new], &changes, &released)?;
    let mut plan = Plan::of(api, &demands);
    plan.changelogs = changelogs(config, api, &demands, &changes, new)?;
    let [_, new] = readings;
    let description = demands.iter().find(|demand| demand.artefact == DESCRIPTION && !demand.is_met());
    plan.description = description.map(|demand| (new, demand.settled().to_owned()));
    Ok(Some(plan))
}

/// Nothing has been released: the versions are what they are, and the CHANGELOGs begin.
fn first(common: &Common, config: &Config, api: &Api, pair: &Pair) -> anyhow::Result<Option<Plan>> {
    let reading = pipeline::read_as_it_is(&pair.new.inputs);
    let Some(contract) = reading.contract.as_ref().filter(|_| !reading.diagnostics.has_errors()) else {
        report::show_text(common, &reading.diagnostics, &reading.documents);
        return Ok(None);
    };
    let kinds = crate::crates::all(api, contract, &crate::crates::package(config, api)?);
    let demand = |kind| Demand {
        artefact: kind,
        from: None,
        now: api.package.version_of(kind).to_owned(),
        step: None,
        least: None,
    };
    let demands: Vec<Demand> = kinds.into_keys().map(demand).collect();
    let mut plan = Plan::of(api, &demands);
    plan.changelogs = changelogs(config, api, &demands, &[], contract)?;
    Ok(Some(plan))
}

impl Plan {
    fn of(api: &Api, demands: &[Demand]) -> Plan {
        let crates = demands.iter().filter(|demand| demand.artefact != DESCRIPTION);
        let said = demands.iter().filter_map(|demand| said(api, demand));
        Plan {
            api: api.name.clone(),
            versions: crates.map(|demand| (demand.artefact, demand.settled().to_owned())).collect(),
            description: None,
            changelogs: Vec::new(),
            said: said.collect(),
        }
    }
}

fn said(api: &Api, demand: &Demand) -> Option<String> {
    let name = match demand.artefact {
        DESCRIPTION => format!("the description of {}", api.name),
        kind => format!("{}-{kind}", api.name),
    };
    let Some(from) = &demand.from else { return Some(format!("{name}: {} is its first version", demand.now)) };
    let step = demand.step?;
    Some(match &demand.least {
        None => format!("{name}: `{from}` is not three numbers, so what follows it is left to you ({})", step.as_str()),
        Some(_) if demand.is_met() => format!("{name}: {from} -> {} is enough ({})", demand.now, step.as_str()),
        Some(least) => format!("{name}: {from} -> {least} ({})", step.as_str()),
    })
}

/// The CHANGELOGs that have to be written anew.
fn changelogs(
    config: &Config,
    api: &Api,
    demands: &[Demand],
    changes: &[Change],
    contract: &Contract,
) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let date = today().to_string();
    let mut files = Vec::new();
    for demand in demands.iter().filter(|demand| demand.artefact != DESCRIPTION) {
        // What goes up though nothing asks for it, goes up because somebody wants it.
        if demand.step.is_none() && demand.from.as_deref() == Some(demand.settled()) {
            continue;
        }
        let name = format!("{}-{}", api.name, demand.artefact);
        let path = config.folder.join(&api.output).join(&name).join(CHANGELOG);
        let file = match fs_err::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let since = demand.from.as_deref();
        if since.is_none() && file.as_deref().is_some_and(|file| release::has_entry(file, demand.settled())) {
            continue;
        }
        let body = body(demand, changes, contract);
        let block = Block { name: &name, version: demand.settled(), since, date: &date, body: &body };
        let merged = release::merge(file.as_deref(), &block);
        if file.as_deref() != Some(merged.as_str()) {
            files.push((path, merged));
        }
    }
    Ok(files)
}

fn body(demand: &Demand, changes: &[Change], contract: &Contract) -> String {
    if demand.from.is_none() {
        let count = contract.api.operations.len();
        let plural = if count == 1 { "" } else { "s" };
        return format!("### Added\n\n- The first version, of {count} operation{plural}.\n");
    }
    let text = changelog(changes, release::artefact(demand.artefact));
    let is_code = demand.artefact == PROGENITOR && demand.step == Some(methodical_review::surface::Step::Major);
    match (is_code, text.is_empty()) {
        (true, _) => format!(
            "The code that progenitor writes is not compared item by item. It has changed, so take this version for one that \
             breaks.\n\n{text}"
        ),
        (false, true) => {
            "Nothing that code can name has changed: documentation, or the version of what the crate is built on.\n"
                .to_owned()
        }
        (false, false) => text,
    }
}

/// Writes it all, and then the crates.
///
/// # Errors
///
/// A file cannot be written.
pub(super) fn carry_out(common: &Common, config: Option<&Config>, plans: &[Plan]) -> anyhow::Result<Exit> {
    let mut said = vec![String::new()];
    for plan in plans {
        if let Some((reading, version)) = &plan.description {
            said.push(format!("wrote {}", release::set_version(reading, version)?.display()));
        }
        if let Some(config) = config
            && release::set_versions(&config.path, &plan.api, &plan.versions)?
        {
            said.push(format!("wrote {}", config.path.display()));
        }
        for (path, text) in &plan.changelogs {
            path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
            fs_err::write(path, text)?;
            said.push(format!("wrote {}", path.display()));
        }
        said.extend(plan.said.iter().cloned());
    }
    said.dedup();
    report::print(&said.join("\n"))?;
    generate(common, &Generation::default())
}
