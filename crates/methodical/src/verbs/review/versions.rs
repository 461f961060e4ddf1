//! Which two versions are compared: from what the command line names to descriptions that can be read.
//!
//! A version is a file, a folder with a description in it, a file or folder at a revision of the git repository
//! (`main:spec/openapi.yaml`), or a revision alone, which means the configured descriptions as they were then.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use methodical_document::Inputs;

use super::super::with_arguments;
use crate::cli::{Common, Review};
use crate::config::{self, Api, Config};
use crate::paths::{absolute, normalised, slashes};
use crate::report;
use crate::revision::{Checkout, Repository, Revision};

/// The names under which the entry of a description is looked for in a folder.
const ENTRIES: [&str; 6] =
    ["openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.yml", "swagger.json"];

/// A version of a description, before it is read.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) inputs: Inputs,
    /// The files of the revision that it comes from, as long as they are needed.
    pub(crate) checkout: Option<Checkout>,
    /// That revision.
    pub(crate) revision: Option<Revision>,
}

/// Two versions of one description.
#[derive(Debug)]
pub(crate) struct Pair {
    /// What it is called: by the configuration, or by its new version.
    pub(crate) title: String,
    /// `None`: there was none yet, as far as is known.
    pub(crate) old: Option<Version>,
    pub(crate) new: Version,
}

/// What an argument names.
enum Named {
    File(PathBuf),
    Within(Revision, PathBuf),
    Revision(Revision),
}

/// What is configured, as far as this review is of it.
type Chosen<'a> = Option<(&'a Config, Vec<&'a Api>)>;

/// All pairs that are to be compared.
///
/// # Errors
///
/// One is not there, or nothing says which is meant.
pub(super) fn pairs(common: &Common, arguments: &Review, config: Option<&Config>) -> anyhow::Result<Vec<Pair>> {
    let chosen = config.map(|config| chosen(&arguments.apis, config)).transpose()?;
    let old = arguments.old.as_deref().map(named).transpose()?;
    let new = arguments.new.as_deref().map(named).transpose()?;
    match (old, new) {
        (None, None) => {
            let (config, apis) = configured(&chosen)?;
            against_baseline(common, config, apis, !arguments.write)
        }
        (Some(Named::Revision(old)), None) => {
            let (config, apis) = configured(&chosen)?;
            of_all(common, config, apis, &old, None)
        }
        (Some(Named::Revision(old)), Some(Named::Revision(new))) => {
            let (config, apis) = configured(&chosen)?;
            of_all(common, config, apis, &old, Some(&new))
        }
        (Some(old), new) => {
            let new = match (&old, new) {
                (_, Some(new)) => version(common, new, &chosen)?,
                (Named::Within(revision, path), None) => beside(common, revision, path)?,
                (Named::File(_) | Named::Revision(_), None) => today(common, &chosen)?,
            };
            let old = Some(version(common, old, &chosen)?);
            Ok(vec![Pair { title: title(&chosen, &new), old, new }])
        }
        (None, Some(_)) => bail!("the old version is missing"),
    }
}

/// Each API and its last release. Where there is none, that is the commit before, or nothing.
///
/// # Errors
///
/// A release cannot be read.
pub(crate) fn against_baseline(
    common: &Common,
    config: &Config,
    apis: &[&Api],
    or_commit_before: bool,
) -> anyhow::Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for api in apis {
        let new = as_it_is(common, config, api);
        let named = |text: &str| text.replace("{api}", &api.name);
        if let Some(file) = config.review.baseline.file.as_deref().map(named) {
            let path = config.folder.join(file);
            let there = path.is_file().then(|| Version::of_file(with_arguments(common, Inputs::of(path))));
            pairs.push(Pair { title: api.name.clone(), old: there, new });
            continue;
        }
        let repository = Repository::of(&config.folder);
        let repository = if or_commit_before { Some(repository?) } else { repository.ok() };
        let tag = config.review.baseline.tag.as_deref().map(named);
        let tag = repository.as_ref().map(|repository| repository.last_tag(tag.as_deref())).transpose()?.flatten();
        let old = match (tag, repository) {
            (Some(tag), _) => Some(tag),
            (None, Some(repository)) if or_commit_before => Some(repository.commit_before()?),
            (None, _) => None,
        };
        match old {
            Some(old) => pairs.extend(of_all(common, config, &[*api], &old, None)?),
            None => pairs.push(Pair { title: api.name.clone(), old: None, new }),
        }
    }
    Ok(pairs)
}

fn as_it_is(common: &Common, config: &Config, api: &Api) -> Version {
    Version::of_file(with_arguments(common, api.inputs(&config.folder)))
}

/// The name of the API whose description is as it is, or else the description's.
fn title(chosen: &Chosen<'_>, new: &Version) -> String {
    let is_entry = |config: &Config, api: &Api| {
        let paths = [config.folder.join(&api.description), new.inputs.entry.clone()];
        matches!(paths.map(|path| absolute(&path).map(|path| normalised(&path))), [Ok(one), Ok(other)] if one == other)
    };
    let known = chosen.iter().flat_map(|(config, apis)| apis.iter().map(move |api| (config, api)));
    let api = known.into_iter().find(|(config, api)| new.checkout.is_none() && is_entry(config, api));
    api.map_or_else(|| new.title(), |(_, api)| api.name.clone())
}

/// The APIs of these names, or else those that the configuration wants reviewed.
///
/// # Errors
///
/// There is no such API.
pub(crate) fn chosen<'a>(names: &[String], config: &'a Config) -> anyhow::Result<(&'a Config, Vec<&'a Api>)> {
    let names = if names.is_empty() { &config.review.apis } else { names };
    for name in names {
        let known = || config.apis.iter().map(|api| api.name.as_str()).collect::<Vec<_>>().join(", ");
        let is_there = config.apis.iter().any(|api| api.name == *name);
        ensure!(is_there, "{} has no API `{name}`: it has {}", config::FILE_NAME, known());
    }
    let apis = config.apis.iter().filter(|api| names.is_empty() || names.contains(&api.name));
    Ok((config, apis.collect()))
}

/// A revision alone means what is configured.
fn configured<'a>(chosen: &'a Chosen<'_>) -> anyhow::Result<(&'a Config, &'a [&'a Api])> {
    let (config, apis) = chosen.as_ref().with_context(|| {
        format!("there is no {} that says which description is meant: name two versions", config::FILE_NAME)
    })?;
    Ok((config, apis))
}

/// The one configured description that a single version can be compared with.
fn sole<'a>(chosen: &'a Chosen<'_>) -> anyhow::Result<(&'a Config, &'a Api)> {
    match configured(chosen)? {
        (config, [api]) => Ok((config, api)),
        (_, _) => bail!("{} has several descriptions: name both versions, or one with --api NAME", config::FILE_NAME),
    }
}

fn named(text: &str) -> anyhow::Result<Named> {
    let path = Path::new(text);
    if path.is_file() {
        return Ok(Named::File(path.to_owned()));
    }
    if path.is_dir() {
        return Ok(Named::File(entry_of(path)?));
    }
    let repository = Repository::of(Path::new("")).map_err(|error| {
        anyhow::anyhow!("`{text}` is no file and no folder, and no revision can be meant: {error:#}")
    })?;
    if let Some(revision) = repository.revision(text)? {
        return Ok(Named::Revision(revision));
    }
    let Some((name, path)) = text.split_once(':') else {
        bail!(
            "`{text}` is no file, no folder and no revision: write a path, `main`, `v1.2.0` or `HEAD~1:spec/openapi.yaml`"
        );
    };
    let revision = repository.revision(name)?;
    let revision = revision.with_context(|| format!("`{name}` is no revision of the repository (in `{text}`)"))?;
    let path = PathBuf::from(path.trim_end_matches('/'));
    ensure!(
        revision.has(&path)?,
        "there is no `{}` at `{name}`: paths begin at the top of the repository",
        path.display()
    );
    Ok(Named::Within(revision, path))
}

/// The entry of the description in a folder.
fn entry_of(folder: &Path) -> anyhow::Result<PathBuf> {
    let found = ENTRIES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{} has no description: one of {}", folder.display(), ENTRIES.join(", ")))
}

/// The configured description as it is.
fn today(common: &Common, chosen: &Chosen<'_>) -> anyhow::Result<Version> {
    let (config, api) = sole(chosen)?;
    Ok(as_it_is(common, config, api))
}

fn version(common: &Common, named: Named, chosen: &Chosen<'_>) -> anyhow::Result<Version> {
    match named {
        Named::File(path) => Ok(Version::of_file(super::super::named_inputs(common, &path)?)),
        Named::Revision(revision) => {
            let (config, api) = sole(chosen)?;
            let at = at_revision(common, config, api, &revision)?;
            at.with_context(|| format!("there is no {} at `{}`", api.description.display(), revision.name))
        }
        Named::Within(revision, path) => within(common, &revision, &path),
    }
}

/// The same file or folder as it is.
fn beside(common: &Common, revision: &Revision, path: &Path) -> anyhow::Result<Version> {
    let path = super::super::relative(revision.today(path)?);
    let entry = if path.is_dir() { entry_of(&path)? } else { path };
    version(common, Named::File(entry), &None)
}

/// A file or folder at a revision, with all that lies beside it.
fn within(common: &Common, revision: &Revision, path: &Path) -> anyhow::Result<Version> {
    let repository = Repository::of(Path::new(""))?;
    let root = common.root.as_ref().map(|root| repository.within(root)).transpose()?;
    let beside = path.parent().unwrap_or(Path::new("")).to_owned();
    let checkout = revision.check_out(&[root.clone().unwrap_or(beside)])?;
    let mut entry = checkout.path(path);
    if entry.is_dir() {
        entry = entry_of(&entry).map_err(|_| {
            anyhow::anyhow!("`{}:{}` has no description: one of {}", revision.name, slashes(path), ENTRIES.join(", "))
        })?;
    }
    let mut inputs = with_arguments(common, Inputs::of(entry));
    inputs.root = root.map(|root| checkout.path(&root));
    Ok(Version { inputs, checkout: Some(checkout), revision: Some(revision.clone()) })
}

/// Each configured description at a revision, and as it is or at another one.
fn of_all(
    common: &Common,
    config: &Config,
    apis: &[&Api],
    old: &Revision,
    new: Option<&Revision>,
) -> anyhow::Result<Vec<Pair>> {
    let mut found = Vec::new();
    for api in apis {
        let before = at_revision(common, config, api, old)?;
        let after = match new {
            Some(new) => at_revision(common, config, api, new)?,
            None => Some(as_it_is(common, config, api)),
        };
        let title = api.name.clone();
        if before.is_none() {
            let entry = api.description.display();
            report::complain(&format!("{title} is new: there is no {entry} at {}", old.name));
        }
        match after {
            Some(new) => found.push(Pair { title, old: before, new }),
            None => report::complain(&format!("{title} is not there any more: nothing can be compared with it")),
        }
    }
    Ok(found)
}

/// A configured description at a revision, if it was there.
fn at_revision(common: &Common, config: &Config, api: &Api, revision: &Revision) -> anyhow::Result<Option<Version>> {
    let repository = Repository::of(&config.folder)?;
    let today = api.inputs(&config.folder);
    let entry = repository.within(&today.entry)?;
    if !revision.has(&entry)? {
        return Ok(None);
    }
    let root = today.root.as_ref().map(|root| repository.within(root)).transpose()?;
    let mut needed = vec![root.clone().unwrap_or_else(|| entry.parent().unwrap_or(Path::new("")).to_owned())];
    let mut overlays = Vec::new();
    for overlay in &today.overlays {
        let path = repository.within(overlay)?;
        if revision.has(&path)? {
            needed.push(path.clone());
            overlays.push(path);
        }
    }
    let mut references = std::collections::BTreeMap::new();
    for (uri, path) in &today.references {
        let path = repository.within(path)?;
        needed.push(path.clone());
        references.insert(uri.clone(), path);
    }
    let checkout = revision.check_out(&needed)?;
    let there = |path: &PathBuf| checkout.path(path);
    let inputs = Inputs {
        entry: there(&entry),
        root: root.as_ref().map(there),
        references: references.iter().map(|(uri, path)| (uri.clone(), there(path))).collect(),
        overlays: overlays.iter().map(there).chain(common.overlays.iter().cloned()).collect(),
    };
    Ok(Some(Version { inputs, checkout: Some(checkout), revision: Some(revision.clone()) }))
}

impl Version {
    fn of_file(inputs: Inputs) -> Version {
        Version { inputs, checkout: None, revision: None }
    }

    /// Its entry, as a person knows it.
    pub(crate) fn title(&self) -> String {
        self.name(&self.inputs.entry.display().to_string())
    }

    /// A file's name, or a place in it, as a person knows it.
    pub(crate) fn name(&self, name: &str) -> String {
        self.checkout.as_ref().map_or_else(|| name.to_owned(), |checkout| checkout.name(name))
    }
}
