//! What is to be published, and all that can be said against it before anything is packaged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::ensure;

use crate::cli::{Common, Publish};
use crate::config::{Api, Config, FILE_NAME};
use crate::crates;
use crate::pipeline::Contract;
use crate::publish::{Cargo, Package, Refusals, in_order, metadata, registries};
use crate::release::{CHANGELOG, DESCRIPTION, Demand, demands, has_entry};
use crate::revision::Repository;
use crate::verbs::{generate, review};

/// What is to be published.
pub(super) struct Prepared<'a> {
    /// The registry, by its name in cargo's configuration; `None`: the public one.
    pub(super) registry: Option<String>,
    /// Cargo in the workspace of the crates; `None` where it does not take that, which has been refused.
    pub(super) cargo: Option<Cargo>,
    /// The crates, each after those that it depends on.
    pub(super) packages: Vec<Package>,
    /// Others of the same kind, which were not chosen and are needed by those that were.
    pub(super) needed: Vec<Package>,
    /// The APIs that they are of.
    pub(super) released: Vec<Released<'a>>,
}

/// An API whose crates are published.
pub(super) struct Released<'a> {
    pub(super) api: &'a Api,
    pub(super) contract: Contract,
    /// Its crates, by what each is called behind its name.
    pub(super) kinds: Vec<&'static str>,
    /// The tag that it gets, if one is asked for.
    pub(super) tag: Option<String>,
    /// The versions that people use.
    before: BTreeMap<&'static str, String>,
}

impl Released<'_> {
    fn crate_name(&self, kind: &str) -> String {
        format!("{}-{kind}", self.api.name)
    }
}

impl Prepared<'_> {
    /// The crates of an API, each with whether its version is another than people use.
    pub(super) fn crates_of(&self, released: &Released<'_>) -> Vec<(&Package, bool)> {
        let package = |kind: &&'static str| {
            let name = released.crate_name(kind);
            let package = self.packages.iter().find(|package| package.name == name)?;
            Some((package, released.before.get(kind) != Some(&package.version)))
        };
        released.kinds.iter().filter_map(package).collect()
    }
}

/// Looks at everything; what speaks against publication is added to `refusals`.
///
/// # Errors
///
/// There is no crate or API of a name that was given, or git or cargo cannot be run.
pub(super) fn prepare<'a>(
    common: &Common,
    arguments: &Publish,
    config: &'a Config,
    refusals: &mut Refusals,
) -> anyhow::Result<Prepared<'a>> {
    let names = if config.publish.apis.is_empty() { &config.review.apis } else { &config.publish.apis };
    let (_, apis) = review::versions::chosen(names, config)?;
    let configured = apis.iter().find_map(|api| api.package.registry.clone());
    let registry = arguments.registry.clone().or(configured).filter(|name| name != "crates-io");
    let mut released = sound(common, config, &apis, refusals)?;
    let (cargo, all) = workspace(config, &released, refusals)?;
    let known: Vec<&str> = all.iter().map(|package| package.name.as_str()).collect();
    for name in &arguments.crates {
        ensure!(
            known.contains(&name.as_str()),
            "there is no crate `{name}` to publish: there are {}",
            known.join(", ")
        );
    }
    let is_chosen = |name: &str| arguments.crates.is_empty() || arguments.crates.iter().any(|chosen| chosen == name);
    for api in &mut released {
        versions(common, config, api, &is_chosen, refusals)?;
        if arguments.tag {
            api.tag = tag(config, api, refusals)?;
        }
    }
    let (packages, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|package| is_chosen(&package.name));
    for package in &packages {
        let api = released.iter().find(|api| api.kinds.iter().any(|kind| api.crate_name(kind) == package.name));
        about(package, api.map(|api| api.api), refusals);
    }
    registries(&packages, registry.as_deref(), refusals);
    let is_needed = |other: &Package| {
        let mut dependencies = packages.iter().flat_map(|package| &package.dependencies);
        dependencies.any(|dependency| dependency.name == other.name && dependency.kind.as_deref() != Some("dev"))
    };
    let needed = others.into_iter().filter(is_needed).collect();
    if let Some(cargo) = &cargo {
        locked(cargo, refusals)?;
    }
    // Last, because what mends the others leaves something to commit.
    committed(config, refusals)?;
    Ok(Prepared { registry, cargo, packages: in_order(packages), needed, released })
}

/// How a verb is run, as far as the command that generates tells.
fn verb(api: &Api, arguments: &str) -> String {
    let program = api.command.strip_suffix("generate").unwrap_or("methodical ");
    format!("{program}{arguments}")
}

fn some_of(paths: &[String]) -> String {
    match paths {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, more @ ..] => format!("{one}, {other} and {} more", more.len()),
        [] => String::new(),
    }
}

/// What is published is what others find in the repository.
fn committed(config: &Config, refusals: &mut Refusals) -> anyhow::Result<()> {
    let Ok(repository) = Repository::of(&config.folder) else { return Ok(()) };
    let files = repository.uncommitted()?;
    if !files.is_empty() {
        let are = if files.len() == 1 { "is" } else { "are" };
        refusals.add(format!("{} {are} not committed", some_of(&files)), "git add --all && git commit");
    }
    Ok(())
}

/// The APIs whose descriptions can be read, with crates that are what the generator writes.
fn sound<'a>(
    common: &Common,
    config: &'a Config,
    apis: &[&'a Api],
    refusals: &mut Refusals,
) -> anyhow::Result<Vec<Released<'a>>> {
    let checked = generate::check(common, config)?;
    let mut released = Vec::new();
    for (api, reading) in config.apis.iter().zip(checked.readings) {
        if !apis.iter().any(|chosen| chosen.name == api.name) {
            continue;
        }
        let Some(contract) = reading.and_then(|reading| reading.contract) else {
            refusals
                .add(format!("the description of {} has errors, which are shown above", api.name), verb(api, "lint"));
            continue;
        };
        let kinds = crates::kinds(api, &contract);
        released.push(Released { api, contract, kinds, tag: None, before: BTreeMap::new() });
    }
    let stale = checked.stale.iter().filter(|path| {
        let is_below = |api: &&Api| path.starts_with(config.folder.join(&api.output));
        apis.iter().any(is_below)
    });
    let stale: Vec<String> = stale.map(|path| path.display().to_string()).collect();
    if let (false, Some(api)) = (stale.is_empty(), apis.first()) {
        let are = if stale.len() == 1 { "is" } else { "are" };
        refusals.add(format!("{} {are} not what the generator writes", some_of(&stale)), verb(api, "generate"));
    }
    Ok(released)
}

/// The workspace, and all crates of it that there are to publish.
fn workspace(
    config: &Config,
    released: &[Released<'_>],
    refusals: &mut Refusals,
) -> anyhow::Result<(Option<Cargo>, Vec<Package>)> {
    let generated = released.iter().flat_map(|api| {
        let output = config.folder.join(&api.api.output);
        api.kinds.iter().map(move |kind| output.join(api.crate_name(kind)))
    });
    let others = config.publish.crates.iter().map(|folder| config.folder.join(folder));
    let manifests: Vec<PathBuf> = others.chain(generated).map(|folder| folder.join("Cargo.toml")).collect();
    // One that is missing was refused as such if it is generated.
    for missing in manifests.iter().take(config.publish.crates.len()).filter(|path| !path.is_file()) {
        refusals.add(
            format!("{} is not there", missing.display()),
            format!("correct `crates` under [publish] in {FILE_NAME}"),
        );
    }
    let there: Vec<&PathBuf> = manifests.iter().filter(|path| path.is_file()).collect();
    let Some(first) = there.first() else { return Ok((None, Vec::new())) };
    let (cargo, all) = match Cargo::of(first) {
        Ok(found) => found,
        Err(error) => {
            refusals.add(format!("{error:#}"), "mend what cargo says");
            return Ok((None, Vec::new()));
        }
    };
    let mut packages = Vec::new();
    for manifest in there {
        let real = fs_err::canonicalize(manifest)?;
        let is_it = |package: &&Package| fs_err::canonicalize(&package.manifest_path).is_ok_and(|path| path == real);
        match all.iter().find(is_it) {
            Some(package) => packages.push(package.clone()),
            None => refusals.add(
                format!("{} is not in the workspace {}", manifest.display(), cargo.workspace.display()),
                "name the folders of all crates as `members` of one [workspace]",
            ),
        }
    }
    Ok((Some(cargo), packages))
}

/// Whether each artefact has the version that the review against the last release demands.
fn versions(
    common: &Common,
    config: &Config,
    released: &mut Released<'_>,
    is_chosen: &dyn Fn(&str) -> bool,
    refusals: &mut Refusals,
) -> anyhow::Result<()> {
    let api = released.api;
    let pairs = review::versions::against_baseline(common, config, &[api], false)?;
    for pair in pairs {
        let Some(old) = &pair.old else { continue };
        let mend = verb(api, "review --write");
        let compared = review::compared(common, config, api, [old, &pair.new])?;
        let Some(review::Compared { readings, changes, released: before }) = compared else {
            refusals.add(
                format!("{}, the last release of {}, cannot be read", old.title(), api.name),
                format!("name another under [review.baseline] in {FILE_NAME}"),
            );
            continue;
        };
        let Some(before) = before else {
            refusals.add(
                format!("nothing says which versions of the crates belong to {}", old.title()),
                format!("name another release under [review.baseline] in {FILE_NAME}"),
            );
            continue;
        };
        let [Some(old_contract), Some(new_contract)] = readings.each_ref().map(|reading| reading.contract.as_ref())
        else {
            continue;
        };
        let demands = demands(config, api, [old_contract, new_contract], &changes, &before)?;
        for demand in &demands {
            if let Some(from) = &demand.from {
                released.before.insert(demand.artefact, from.clone());
            }
            let name = match demand.artefact {
                DESCRIPTION => format!("the description of {}", api.name),
                kind => released.crate_name(kind),
            };
            if !demand.is_met() && (demand.artefact == DESCRIPTION || is_chosen(&name)) {
                refusals.add(too_small(&name, demand, &old.title()), mend.clone());
            }
        }
    }
    Ok(())
}

fn too_small(name: &str, demand: &Demand, old: &str) -> String {
    let least = demand.least.as_deref().unwrap_or_default();
    let step = demand.step.map_or("", |step| step.as_str());
    format!("{name} is {}, and the review against {old} demands {least} ({step})", demand.now)
}

/// The name of a release's tag, if nothing speaks against it.
fn tag(config: &Config, released: &Released<'_>, refusals: &mut Refusals) -> anyhow::Result<Option<String>> {
    let version = &released.contract.api.contract_version;
    let name = config.publish.tag.replace("{api}", &released.api.name).replace("{version}", version);
    let Ok(repository) = Repository::of(&config.folder) else {
        refusals.add("there is no git repository to tag", "git init && git add --all && git commit");
        return Ok(None);
    };
    let there = repository.revision(&format!("refs/tags/{name}"))?;
    if let (Some(there), Some(head)) = (&there, repository.revision("HEAD")?)
        && !there.is_at(&head)
    {
        refusals.add(
            format!("the tag {name} is on another commit already"),
            format!(
                "give the description the next version, or call tags otherwise by `tag` under [publish] in {FILE_NAME}"
            ),
        );
    }
    Ok(Some(name))
}

/// What the crate says of itself.
fn about(package: &Package, api: Option<&Api>, refusals: &mut Refusals) {
    let mend = |member: &str| match api {
        Some(api) => {
            format!(
                "set `{member}` under [api.package] of {} in {FILE_NAME}, and then {}",
                api.name,
                verb(api, "generate")
            )
        }
        None if member == "license-files" => format!("put it into {}", package.folder().display()),
        None => format!("set `{member}` in {}", package.manifest_path.display()),
    };
    metadata(package, &mend, refusals);
    let path = package.folder().join(CHANGELOG);
    let file = fs_err::read_to_string(&path).unwrap_or_default();
    if !has_entry(&file, &package.version) {
        let mend = match api {
            Some(api) => verb(api, "review --write"),
            None => format!("write `## [{}] - DATE` into {}", package.version, shown(&path)),
        };
        refusals.add(format!("{CHANGELOG} of {} says nothing of {}", package.name, package.version), mend);
    }
}

/// A path as seen from the working folder.
fn shown(path: &Path) -> String {
    crate::verbs::relative(path.to_owned()).display().to_string()
}

/// A lock file that is not up to date would be written while the crates are packaged, and no longer be what was committed.
fn locked(cargo: &Cargo, refusals: &mut Refusals) -> anyhow::Result<()> {
    if !cargo.workspace.join("Cargo.lock").is_file() {
        return Ok(());
    }
    let ended = cargo.run(&["update", "--workspace", "--locked", "--quiet", "--color", "never"])?;
    if !ended.success && ended.stderr.contains("--locked") {
        let mend = "cargo update --workspace && git commit Cargo.lock";
        refusals.add("Cargo.lock does not have the versions that the manifests have", mend);
    }
    Ok(())
}
