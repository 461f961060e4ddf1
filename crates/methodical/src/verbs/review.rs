//! `review`: what a new version of a description does to the old one, on every plane.

mod accept;
mod ledger;
mod output;
mod versions;

use std::ops::Range;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use methodical_diagnostic::{DocumentId, Locator, Place, Sources};
use methodical_document::{Documents, Inputs};
use methodical_generate::{Package, surfaces};
use methodical_model::{Api, Day};
use methodical_review::report::{Report, Versions};
use methodical_review::surface::facts;
use methodical_review::{Change, Ledger, Policy, compare};

use crate::cli::{Common, Format, Review};
use crate::config::{self, Config};
use crate::pipeline::{self, Reading};
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
    let mut exit = Exit::Success;
    for pair in &pairs {
        if pairs.len() > 1 {
            report::print(&format!("{}:\n", pair.title))?;
        }
        if review_one(common, arguments, pair, &settings, &ledger)? == Exit::Failure {
            exit = Exit::Failure;
        }
    }
    Ok(exit)
}

fn review_one(
    common: &Common,
    arguments: &Review,
    pair: &Pair,
    settings: &Settings,
    ledger: &Ledger,
) -> anyhow::Result<Exit> {
    let readings = read_both([&pair.old.inputs, &pair.new.inputs]);
    let sources = [Renamed::new(&pair.old, &readings[0].documents), Renamed::new(&pair.new, &readings[1].documents)];
    let mut sound = true;
    for (reading, sources) in readings.iter().zip(&sources) {
        if reading.diagnostics.has_errors() {
            report::show_text(common, &reading.diagnostics, sources);
            sound = false;
        }
    }
    let contracts = readings.each_ref().map(|reading| reading.contract.as_ref());
    let ([Some(old), Some(new)], true) = (contracts, sound) else {
        return Ok(Exit::Failure);
    };
    let changes = changes(&old.api, &new.api, &settings.prefix(pair, &new.api));
    let locators = sources.each_ref().map(|sources| Locator::new(sources));
    let names = [pair.old.title(), pair.new.title()];
    let versions = Versions { old: (&names[0], &old.api, &locators[0]), new: (&names[1], &new.api, &locators[1]) };
    let found = Report::new(&changes, versions, &settings.policy, ledger, today());
    if let Some(fingerprint) = &arguments.accept {
        let Some(path) = &settings.ledger else {
            bail!(
                "there is no ledger to write to: name one with --ledger, or as `accepted` under [review] in methodical.toml"
            );
        };
        return accept::accept(arguments, fingerprint, &changes, &settings.policy, ledger, path);
    }
    output::write(common, arguments, &found)?;
    Ok(if found.summary.fails { Exit::Failure } else { Exit::Success })
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

/// What changed on all planes. The crates are compared at the same time as the messages.
fn changes(old: &Api, new: &Api, prefix: &str) -> Vec<Change> {
    std::thread::scope(|scope| {
        let facts = scope.spawn(|| {
            let [old, new] = surfaces(old, new, &Package::named(prefix));
            facts(&old, &new)
        });
        let review = compare(old, new).on(day(today()));
        // As of reading: there is nothing to pass on but a defect of ours.
        let facts = facts.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        review.with_rust(old, new, facts).changes
    })
}

/// Both versions, at the same time.
fn read_both([old, new]: [&Inputs; 2]) -> [Reading; 2] {
    std::thread::scope(|scope| {
        let old = scope.spawn(|| pipeline::read_as_it_is(old));
        let new = pipeline::read_as_it_is(new);
        // Reading panics on no input, so that there is nothing to pass on but a defect of ours.
        [old.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), new]
    })
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

    /// What the crates' names begin with: as configured, else as `init` would have it.
    fn prefix(&self, pair: &Pair, api: &Api) -> String {
        let is_configured = self.config.iter().flat_map(|config| &config.apis).any(|api| api.name == pair.title);
        let titled = || api.docs.summary.as_deref().and_then(super::init::slug);
        let configured = is_configured.then(|| pair.title.clone());
        configured.or_else(titled).unwrap_or_else(|| "api".to_owned())
    }
}

/// In UTC: an acceptance ends for everybody at once.
fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

fn day(date: Date) -> Day {
    Day { year: date.year(), month: date.month(), day: date.day() }
}
