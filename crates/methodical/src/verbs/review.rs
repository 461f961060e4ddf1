//! `review`: what a new version of a description does to the old one, on every plane.

mod accept;
mod ledger;
mod output;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use methodical_diagnostic::Locator;
use methodical_document::Inputs;
use methodical_review::report::{Report, Versions};
use methodical_review::{Policy, compare};

use crate::cli::{Common, Review};
use crate::config::{self, Config};
use crate::pipeline::{self, Reading};
use crate::{Exit, report};

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
    let sides = [&arguments.old, &arguments.new];
    let inputs = [super::named_inputs(common, &arguments.old)?, super::named_inputs(common, &arguments.new)?];
    let readings = read_both(&inputs);
    let mut sound = true;
    for reading in &readings {
        if reading.diagnostics.has_errors() {
            report::show_text(common, &reading.diagnostics, &reading.documents);
            sound = false;
        }
    }
    let contracts = readings.each_ref().map(|reading| reading.contract.as_ref());
    let ([Some(old), Some(new)], true) = (contracts, sound) else {
        return Ok(Exit::Failure);
    };
    let changes = compare(&old.api, &new.api).changes;
    let locators = readings.each_ref().map(|reading| Locator::new(&reading.documents));
    let names = sides.map(|path| path.display().to_string());
    let versions = Versions { old: (&names[0], &old.api, &locators[0]), new: (&names[1], &new.api, &locators[1]) };
    let today = today();
    let found = Report::new(&changes, versions, &settings.policy, &ledger, today);
    if let Some(fingerprint) = &arguments.accept {
        let Some(path) = &settings.ledger else {
            bail!(
                "there is no ledger to write to: name one with --ledger, or as `accepted` under [review] in methodical.toml"
            );
        };
        return accept::accept(arguments, fingerprint, &changes, &settings.policy, &ledger, path);
    }
    output::write(common, arguments, &found)?;
    Ok(if found.summary.fails { Exit::Failure } else { Exit::Success })
}

/// Both versions, at the same time.
fn read_both([old, new]: &[Inputs; 2]) -> [Reading; 2] {
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
        Ok(Some(Settings { policy, ledger }))
    }
}

/// In UTC: an acceptance ends for everybody at once.
fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}
