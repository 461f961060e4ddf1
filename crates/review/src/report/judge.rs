//! From changes to a report: places are found in the texts, and verdicts held against the policy and the ledger.

use jiff::civil::Date;
use methodical_diagnostic::{Locator, Origin, Place};
use methodical_model::surface::Artefact;
use methodical_model::{Api, DiffSeverity, RuleId, Stability};

use super::{
    Accepted, Counts, EXCERPT_LINES, EXCERPT_WIDTH, Entry, LedgerNote, NextVersion, Promises, Reached, Report, Rust,
    RustItem, Spot, Summary, Version, Wire, Witness,
};
use crate::surface::{Bump, RustChange, RustLevel, Step};
use crate::{Acceptance, Change, Doubt, Ledger, Plane, Policy, PromiseVerdict, RustVerdict, Verdict, WireLevel};

/// The two versions, each with what it is called and where its texts are.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    /// The version that clients know.
    pub old: (&'a str, &'a Api, &'a Locator<'a>),
    /// The new one.
    pub new: (&'a str, &'a Api, &'a Locator<'a>),
}

impl Report {
    /// Settles what each change comes to: by the policy, and by what the ledger says on the day `today`.
    pub fn new(changes: &[Change], versions: Versions<'_>, policy: &Policy, ledger: &Ledger, today: Date) -> Report {
        let judge = Judge { policy, ledger, today };
        let entries: Vec<Entry> = changes.iter().map(|change| judge.entry(change, versions)).collect();
        Report {
            format: "methodical-review/1",
            old: version(versions.old),
            new: version(versions.new),
            summary: Summary {
                verdict: Verdict::of(changes).as_str(),
                versions: next_versions(changes, versions.old.1),
                ..summary(&entries)
            },
            acceptances: judge.doubts(&entries),
            changes: entries,
        }
    }
}

impl Report {
    /// The same, where it is known which versions of the crates belong to the old contract; `version_of` tells it by what a crate is called
    /// behind the API's name.
    #[must_use]
    pub fn with_released(mut self, version_of: impl Fn(&str) -> Option<String>) -> Report {
        for next in &mut self.summary.versions {
            let Some(step) = Step::ALL.into_iter().find(|step| step.as_str() == next.step) else { continue };
            if let Some(from) = version_of(next.artefact) {
                next.to = step.after(&from);
                next.from = Some(from);
            }
        }
        self
    }
}

fn next_versions(changes: &[Change], old: &Api) -> Vec<NextVersion> {
    if changes.is_empty() {
        return Vec::new();
    }
    let bump = Bump::of_review(changes);
    let description = NextVersion {
        artefact: "description",
        step: bump.description.as_str(),
        from: Some(old.contract_version.clone()),
        to: bump.description.after(&old.contract_version),
    };
    let crates = [("types", bump.types), ("client", bump.client), ("server", bump.server)];
    let crates = crates.map(|(artefact, step)| NextVersion { artefact, step: step.as_str(), from: None, to: None });
    std::iter::once(description).chain(crates).collect()
}

fn version((name, api, _): (&str, &Api, &Locator<'_>)) -> Version {
    let title = api.docs.summary.clone().unwrap_or_default();
    Version { name: name.to_owned(), title, version: api.contract_version.clone() }
}

#[derive(Clone, Copy)]
struct Judge<'a> {
    policy: &'a Policy,
    ledger: &'a Ledger,
    today: Date,
}

impl Judge<'_> {
    fn entry(&self, change: &Change, versions: Versions<'_>) -> Entry {
        let fingerprint = change.fingerprint();
        let accepted = |plane| self.ledger.holding(&fingerprint, plane, self.today).map(Acceptance::shown);
        let fails = |plane: Plane| self.policy.fails(change, plane) && accepted(plane).is_none();
        Entry {
            kind: change.kind.as_str(),
            summary: change.kind.summary(),
            level: change.gravity().as_str(),
            fails: Plane::ALL.into_iter().any(fails),
            subject: change.subject.clone(),
            message: change.message.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
            old: change.old.as_ref().and_then(|origin| spot(versions.old.2, origin)),
            new: change.new.as_ref().and_then(|origin| spot(versions.new.2, origin)),
            unstable: change.unstable.map(Stability::as_str),
            wire: change.wire.as_ref().map(|verdict| Wire {
                level: verdict.level.as_str(),
                reason: verdict.reason.clone(),
                witness: verdict
                    .witness
                    .as_ref()
                    .map(|witness| Witness { direction: witness.direction.as_str(), text: witness.text.clone() }),
                accepted: accepted(Plane::Wire),
            }),
            rust: change.rust.as_ref().map(|verdict| Rust {
                level: verdict.level.as_str(),
                crate_: crates(verdict),
                before: gravest(verdict, |item| item.before.as_ref()),
                after: gravest(verdict, |item| item.after.as_ref()),
                items: verdict.items.iter().map(item).collect(),
                accepted: accepted(Plane::Rust),
            }),
            promises: change.promises.as_ref().map(|verdict| promises(verdict, accepted(Plane::Promises))),
            reach: change.reach.iter().map(reached).collect(),
            fingerprint,
        }
    }

    /// The acceptances of the ledger that are over, or that nothing needs.
    fn doubts(&self, entries: &[Entry]) -> Vec<LedgerNote> {
        let doubt = |acceptance: &Acceptance| {
            let entry = entries.iter().find(|entry| entry.fingerprint == acceptance.fingerprint);
            match entry.is_some_and(|entry| entry.has(acceptance.plane)) {
                false => Some(Doubt::Stale),
                true if acceptance.is_over(self.today) => Some(Doubt::Expired),
                true => None,
            }
        };
        let doubtful = self.ledger.acceptances().iter().filter_map(|acceptance| Some((acceptance, doubt(acceptance)?)));
        doubtful.map(|(acceptance, doubt)| note(acceptance, doubt)).collect()
    }
}

impl Acceptance {
    fn shown(&self) -> Accepted {
        Accepted { reason: self.reason.clone(), by: self.by.clone(), until: self.until.map(|until| until.to_string()) }
    }
}

impl Entry {
    /// Whether it has a verdict on a plane.
    pub(super) fn has(&self, plane: Plane) -> bool {
        match plane {
            Plane::Wire => self.wire.is_some(),
            Plane::Rust => self.rust.is_some(),
            Plane::Promises => self.promises.is_some(),
        }
    }

    /// Its level on a plane.
    pub(super) fn level_on(&self, plane: Plane) -> Option<&'static str> {
        match plane {
            Plane::Wire => self.wire.as_ref().map(|verdict| verdict.level),
            Plane::Rust => self.rust.as_ref().map(|verdict| verdict.level),
            Plane::Promises => self.promises.as_ref().map(|verdict| verdict.level),
        }
    }

    /// Whether a crate needs a major version for it.
    pub(super) fn is_major(&self) -> bool {
        self.rust.as_ref().is_some_and(|verdict| verdict.level != RustLevel::Compatible.as_str())
    }

    /// The acceptances that hold for it, each with its plane.
    pub(super) fn accepted(&self) -> Vec<(Plane, &Accepted)> {
        let on = |plane| match plane {
            Plane::Wire => self.wire.as_ref().and_then(|verdict| verdict.accepted.as_ref()),
            Plane::Rust => self.rust.as_ref().and_then(|verdict| verdict.accepted.as_ref()),
            Plane::Promises => self.promises.as_ref().and_then(|verdict| verdict.accepted.as_ref()),
        };
        Plane::ALL.into_iter().filter_map(|plane| Some((plane, on(plane)?))).collect()
    }

    /// The operations that it reaches, each once, in the order of their first mention.
    pub(super) fn operations(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        self.reach.iter().map(|reached| reached.operation.as_str()).filter(|name| seen.insert(*name)).collect()
    }

    /// `in requests`, `in responses` or `in requests and responses`; empty where operations as such are concerned.
    pub(super) fn ways(&self) -> &'static str {
        let within = || self.reach.iter().filter(|reached| !reached.place.is_empty());
        match (within().any(|place| place.way == "request"), within().any(|place| place.way == "response")) {
            (true, true) => "in requests and responses",
            (true, false) => "in requests",
            (false, true) => "in responses",
            (false, false) => "",
        }
    }
}

fn note(acceptance: &Acceptance, doubt: Doubt) -> LedgerNote {
    let (fingerprint, plane) = (&acceptance.fingerprint, acceptance.plane.as_str());
    let what = acceptance.change.as_deref().unwrap_or("no text of the change was kept");
    let message = match (doubt, acceptance.until) {
        (Doubt::Expired, Some(until)) => format!(
            "The acceptance of {fingerprint} ({plane}) was for a time that ended on {until}: {what} Settle it, or accept it anew."
        ),
        (Doubt::Expired | Doubt::Stale, _) => {
            format!("Nothing needs the acceptance of {fingerprint} ({plane}) any more: {what} Take the entry out.")
        }
    };
    LedgerNote { fingerprint: fingerprint.clone(), state: doubt.as_str(), message }
}

fn promises(verdict: &PromiseVerdict, accepted: Option<Accepted>) -> Promises {
    Promises {
        level: verdict.severity.as_str(),
        kind: verdict.kind.as_str(),
        rule: verdict.rule.map(RuleId::as_str),
        sentence: verdict.rule.and_then(RuleId::rule).map(|rule| rule.title),
        consequences: verdict.consequences.iter().copied().map(RuleId::as_str).collect(),
        also: verdict.also.iter().map(|(kind, rule)| (kind.as_str(), rule.as_str())).collect(),
        accepted,
    }
}

fn reached(reach: &crate::Reach) -> Reached {
    Reached {
        operation: reach.operation.clone(),
        id: reach.id.clone(),
        tag: reach.tag.clone(),
        place: reach.place.clone(),
        way: reach.way.as_str(),
    }
}

fn spot(locator: &Locator<'_>, origin: &Origin) -> Option<Spot> {
    let key = Place::Key(origin.clone());
    let found = locator.spot(&key)?;
    let end = locator.spot(&Place::Value(origin.clone())).map_or(found.end_line, |value| value.end_line);
    // A block of YAML ends at the start of the line after it.
    let last = end.max(found.line).min(found.line + EXCERPT_LINES - 1);
    let text = locator.text(&key, found.line, last, EXCERPT_WIDTH);
    let pointer = origin.pointer.to_string();
    let methodical_diagnostic::Spot { file, line, column, end_line, end_column } = found;
    Some(Spot { file, line, column, end_line, end_column, pointer, text })
}

fn summary(entries: &[Entry]) -> Summary {
    let mut summary = Summary { changes: entries.len(), ..Summary::default() };
    for entry in entries {
        summary.failing += usize::from(entry.fails);
        summary.accepted += usize::from(!entry.fails && !entry.accepted().is_empty());
        for (plane, counts) in [
            (Plane::Wire, &mut summary.wire),
            (Plane::Rust, &mut summary.rust),
            (Plane::Promises, &mut summary.promises),
        ] {
            counts.count(entry.level_on(plane));
        }
    }
    summary.fails = summary.failing > 0;
    summary
}

fn item(change: &RustChange) -> RustItem {
    RustItem {
        crate_: change.artefact.as_str(),
        path: change.path.clone(),
        level: change.level.as_str(),
        before: change.before.clone(),
        after: change.after.clone(),
        why: change.why,
    }
}

/// The crates whose items changed, each once.
fn crates(verdict: &RustVerdict) -> String {
    let names: std::collections::BTreeSet<Artefact> = verdict.items.iter().map(|item| item.artefact).collect();
    names.into_iter().map(Artefact::as_str).collect::<Vec<_>>().join(", ")
}

/// One side of the gravest item.
fn gravest(verdict: &RustVerdict, side: impl Fn(&RustChange) -> Option<&String>) -> String {
    verdict.items.first().and_then(side).cloned().unwrap_or_default()
}

impl Counts {
    fn count(&mut self, level: Option<&str>) {
        let known = |levels: [&str; 3]| level.is_some_and(|level| levels.contains(&level));
        let breaking = [WireLevel::Breaking.as_str(), RustLevel::Breaking.as_str(), DiffSeverity::Breaks.as_str()];
        let risky = [WireLevel::Risky.as_str(), DiffSeverity::Weakens.as_str(), "meaning"];
        self.breaking += usize::from(known(breaking));
        self.undecided += usize::from(level == Some(WireLevel::Undecided.as_str()));
        self.risky += usize::from(known(risky));
        let compatible =
            [WireLevel::Compatible.as_str(), RustLevel::Compatible.as_str(), DiffSeverity::Strengthens.as_str()];
        self.compatible += usize::from(known(compatible));
    }
}
