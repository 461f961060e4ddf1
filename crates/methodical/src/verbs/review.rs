//! `review`: what a new version of a description does to the old one, on every plane.

mod accept;
mod ledger;
mod output;
pub(super) mod versions;
mod write;

use std::ops::Range;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use methodical_diagnostic::{DocumentId, Locator, Place, Sources};
use methodical_document::{Documents, Inputs, both};
use methodical_generate::{Package, surfaces};
use methodical_model::{Api, Day};
use methodical_review::report::{Report, Versions};
use methodical_review::surface::facts;
use methodical_review::{Change, Ledger, Policy, compare};

use crate::cli::{Common, Format, Review};
use crate::config::{self, Config};
use crate::pipeline::{self, Contract, Reading};
use crate::release::Released;
use crate::{Exit, report};
use versions::{Pair, Version};

/// Compares two versions. Fails on what the policy says that it fails on, and nobody has accepted.
///
/// # Errors
///
/// A description or the ledger is not there, or a report cannot be written.
pub fn review(common: &Common, arguments: &Review) -> anyhow::Result<Exit> {
    let Some(settings) = Settings::of(common, arguments)? else {
        return Ok(Exit::Usage);
    };
    let Some(ledger) = ledger::read(common, settings.ledger.as_deref())? else {
        return Ok(Exit::Usage);
    };
    let pairs = versions::pairs(common, arguments, settings.config.as_ref())?;
    let wants_one = arguments.accept.is_some() || !arguments.reports.is_empty() || common.format != Format::Text;
    ensure!(pairs.len() == 1 || !wants_one, "a report is of one description: name it with --api NAME");
    ensure!(arguments.write || pairs.iter().any(|pair| pair.old.is_some()), "there is nothing to compare");
    ensure!(!arguments.write || common.format == Format::Text, "what `--write` does is told as text alone");
    let mut exit = Exit::Success;
    let mut plans = Vec::new();
    for pair in &pairs {
        if pairs.len() > 1 && pair.old.is_some() {
            report::print(&format!("{}:\n", pair.title))?;
        }
        let reviewed = match &pair.old {
            Some(old) => review_one(common, arguments, [old, &pair.new], pair, &settings, &ledger)?,
            None => Reviewed::default(),
        };
        exit = if reviewed.exit == Exit::Success { exit } else { reviewed.exit };
        if arguments.write {
            let reviewed = if pair.old.is_some() { Some(reviewed) } else { None };
            plans.extend(write::plan(common, settings.config.as_ref(), pair, reviewed)?);
        } else if pairs.len() == 1 {
            // The program ends with this: to take apart what large descriptions have become would be for nothing.
            std::mem::forget(reviewed);
        }
    }
    if arguments.write && plans.len() == pairs.len() {
        return write::carry_out(common, settings.config.as_ref(), &plans);
    }
    Ok(exit)
}

/// What came of one pair.
struct Reviewed {
    exit: Exit,
    /// What it was about, unless a version cannot be read.
    compared: Option<Compared>,
}

/// Two versions, and what is known of them.
pub(super) struct Compared {
    /// The old one and the new one.
    pub(super) readings: [Reading; 2],
    pub(super) changes: Vec<Change>,
    /// The versions of the crates that belong to the old one.
    pub(super) released: Option<Released>,
}

impl Default for Reviewed {
    fn default() -> Self {
        Reviewed { exit: Exit::Success, compared: None }
    }
}

fn review_one(
    common: &Common,
    arguments: &Review,
    [old, new]: [&Version; 2],
    pair: &Pair,
    settings: &Settings,
    ledger: &Ledger,
) -> anyhow::Result<Reviewed> {
    let readings = read_both([&old.inputs, &new.inputs]);
    let failed = |exit| Reviewed { exit, compared: None };
    let sources = [Renamed::new(old, &readings[0].documents), Renamed::new(new, &readings[1].documents)];
    let mut sound = true;
    for (reading, sources) in readings.iter().zip(&sources) {
        if reading.diagnostics.has_errors() {
            report::show_text(common, &reading.diagnostics, sources);
            sound = false;
        }
    }
    let contracts = readings.each_ref().map(|reading| reading.contract.as_ref());
    let ([Some(old_contract), Some(new_contract)], true) = (contracts, sound) else {
        return Ok(failed(Exit::Failure));
    };
    let [before, after] = [&old_contract.api, &new_contract.api];
    let changes = changes(before, after, &settings.prefix(pair, after));
    let released = settings.released(pair, old, old_contract)?;
    let locators = sources.each_ref().map(|sources| Locator::new(sources));
    let names = [old.title(), new.title()];
    let versions = Versions { old: (&names[0], before, &locators[0]), new: (&names[1], after, &locators[1]) };
    let version_of = |kind: &str| released.as_ref()?.version_of(kind).map(str::to_owned);
    let found = Report::new(&changes, versions, &settings.policy, ledger, today()).with_released(version_of);
    if let Some(fingerprint) = &arguments.accept {
        let Some(path) = &settings.ledger else {
            bail!(
                "there is no ledger to write to: name one with --ledger, or as `accepted` under [review] in methodical.toml"
            );
        };
        return Ok(failed(accept::accept(arguments, fingerprint, &changes, &settings.policy, ledger, path)?));
    }
    output::write(common, arguments, &found)?;
    let exit = if found.summary.fails { Exit::Failure } else { Exit::Success };
    Ok(Reviewed { exit, compared: Some(Compared { readings, changes, released }) })
}

/// Documents under the names by which a person knows them, wherever the files of a revision lie at the moment.
struct Renamed<'a> {
    documents: &'a Documents,
    names: Vec<String>,
}

impl<'a> Renamed<'a> {
    fn new(version: &Version, documents: &'a Documents) -> Self {
        let names = documents.files().map(|(_, name)| version.name(name)).collect();
        Self { documents, names }
    }
}

impl Sources for Renamed<'_> {
    fn name(&self, document: DocumentId) -> &str {
        self.names.get(document.index()).map_or_else(|| self.documents.name(document), String::as_str)
    }

    fn text(&self, document: DocumentId) -> &str {
        self.documents.text(document)
    }

    fn range(&self, place: &Place) -> Option<Range<usize>> {
        self.documents.range(place)
    }
}

/// What changed from one version to the next, and which versions belonged to the old one: for who does not want a report.
///
/// `None` where one cannot be read, which has been reported.
///
/// # Errors
///
/// Git cannot be run.
pub(super) fn compared(
    common: &Common,
    config: &Config,
    api: &config::Api,
    [old, new]: [&Version; 2],
) -> anyhow::Result<Option<Compared>> {
    let readings = read_both([&old.inputs, &new.inputs]);
    for (version, reading) in [old, new].into_iter().zip(&readings) {
        if reading.diagnostics.has_errors() {
            report::show_text(common, &reading.diagnostics, &Renamed::new(version, &reading.documents));
            return Ok(None);
        }
    }
    let [Some(before), Some(after)] = readings.each_ref().map(|reading| reading.contract.as_ref()) else {
        return Ok(None);
    };
    let changes = changes(&before.api, &after.api, &api.name);
    let released = released(config, api, old, before)?;
    Ok(Some(Compared { readings, changes, released }))
}

/// The versions of the crates that belong to a contract.
fn released(
    config: &Config,
    api: &config::Api,
    version: &Version,
    contract: &Contract,
) -> anyhow::Result<Option<Released>> {
    match &version.revision {
        Some(revision) => Released::at(revision, config, api),
        None => Ok(Released::of_description(&contract.bundle)),
    }
}

/// What changed on all planes. The crates are compared at the same time as the messages.
fn changes(old: &Api, new: &Api, prefix: &str) -> Vec<Change> {
    let in_rust = || {
        let [old, new] = surfaces(old, new, &Package::named(prefix));
        facts(&old, &new)
    };
    let (facts, review) = both(in_rust, || compare(old, new).on(day(today())));
    review.with_rust(old, new, facts).changes
}

/// Both versions, at the same time.
fn read_both([old, new]: [&Inputs; 2]) -> [Reading; 2] {
    both(|| pipeline::read_as_it_is(old), || pipeline::read_as_it_is(new)).into()
}

/// What the command line and `methodical.toml` say of a review.
struct Settings {
    policy: Policy,
    ledger: Option<std::path::PathBuf>,
    config: Option<Config>,
}

impl Settings {
    /// `None` where the configuration is wrong, which has been reported.
    fn of(common: &Common, arguments: &Review) -> anyhow::Result<Option<Settings>> {
        let folder = std::env::current_dir().context("the working folder is gone")?;
        // Two descriptions can be compared where no configuration is.
        let config = match common.config.is_some() || config::find(&folder).is_ok() {
            true => match super::configuration(common)? {
                Some(config) => Some(config),
                None => return Ok(None),
            },
            false => None,
        };
        let mut policy = Policy::default();
        let configured = config.as_ref().map_or(&[][..], |config| &config.review.fail_on);
        configured.iter().chain(&arguments.fail_on).for_each(|limit| policy.set(*limit));
        let of_config = |config: &Config| config.review.accepted.as_ref().map(|path| config.folder.join(path));
        let ledger = arguments.ledger.clone().or_else(|| config.as_ref().and_then(of_config));
        Ok(Some(Settings { policy, ledger, config }))
    }

    /// The versions of the crates that belong to the old contract, as far as they are known.
    fn released(&self, pair: &Pair, old: &Version, contract: &Contract) -> anyhow::Result<Option<Released>> {
        let api = |config: &'_ Config| config.apis.iter().find(|api| api.name == pair.title).cloned();
        match self.config.as_ref().and_then(|config| Some((config, api(config)?))) {
            Some((config, api)) => released(config, &api, old, contract),
            None => Ok(None),
        }
    }

    /// What the crates' names begin with: as configured, else as `init` would have it.
    fn prefix(&self, pair: &Pair, api: &Api) -> String {
        let is_configured = self.config.iter().flat_map(|config| &config.apis).any(|api| api.name == pair.title);
        let titled = || api.docs.summary.as_deref().and_then(super::init::slug);
        let configured = is_configured.then(|| pair.title.clone());
        configured.or_else(titled).unwrap_or_else(|| "api".to_owned())
    }
}

/// In UTC: an acceptance ends for everybody at once.
pub(super) fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

fn day(date: Date) -> Day {
    Day { year: date.year(), month: date.month(), day: date.day() }
}
