//! A review in a terminal: the gravest first; what needs nobody's attention is folded into counts.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style as Ansi};
use methodical_diagnostic::Style;

use super::{Entry, NextVersion, Report, Rust, Spot};

/// How many operations are named before the rest is counted.
const NAMED: usize = 3;
/// How many lines of a witness are shown before the rest is counted.
const WITNESS_LINES: usize = 12;

/// Whether a terminal shows everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Compatible changes are counted by kind, and long lists are cut.
    Compatible,
    /// Nothing is folded.
    Nothing,
}

/// Writes a review for people in a terminal.
pub fn render_text(report: &Report, style: Style, fold: Fold) -> String {
    let mut text = Text { out: String::new(), style, fold };
    let is_quiet = |entry: &Entry| entry.level == "compatible" && !entry.fails && !entry.is_major();
    let folded = |entry: &&Entry| fold == Fold::Compatible && is_quiet(entry);
    for entry in report.changes.iter().filter(|entry| !folded(entry)) {
        text.entry(entry);
    }
    text.folded(report.changes.iter().filter(folded));
    for note in &report.acceptances {
        text.line(0, &format!("{}: {}", text.painted("acceptance", AnsiColor::Yellow), note.message));
    }
    text.summary(report);
    text.out
}

struct Text {
    out: String,
    style: Style,
    fold: Fold,
}

impl Text {
    fn line(&mut self, indent: usize, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{:indent$}{line}", "");
    }

    fn painted(&self, text: &str, colour: AnsiColor) -> String {
        let ansi = Ansi::new().fg_color(Some(colour.into())).bold();
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("{ansi}{text}{ansi:#}"),
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let colour = match entry.level {
            "breaking" => AnsiColor::Red,
            "undecided" => AnsiColor::Magenta,
            "risky" => AnsiColor::Yellow,
            _ => AnsiColor::Green,
        };
        let level = self.painted(entry.level, colour);
        self.line(0, &format!("{level}: {} [{}]", entry.kind, entry.fingerprint));
        self.line(2, &entry.message);
        self.reach(entry);
        if let (Some(before), Some(after)) = (&entry.before, &entry.after) {
            self.line(2, &format!("was {before}, is {after}"));
        }
        self.wire(entry);
        if let Some(rust) = &entry.rust {
            self.rust(rust);
        }
        self.promises(entry);
        for (plane, accepted) in entry.accepted() {
            let until = accepted.until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
            self.line(2, &format!("accepted ({}) by {}{until}: {}", plane.as_str(), accepted.by, accepted.reason));
        }
        match (&entry.old, &entry.new) {
            (Some(old), Some(new)) => self.line(2, &format!("{} -> {}", place(old), place(new))),
            (Some(old), None) => self.line(2, &format!("was at {}", place(old))),
            (None, Some(new)) => self.line(2, &format!("is at {}", place(new))),
            (None, None) => {}
        }
        self.line(0, "");
    }

    /// The gravest items, each with its signature on both sides.
    fn rust(&mut self, rust: &Rust) {
        let shown = if self.fold == Fold::Nothing { rust.items.len() } else { rust.items.len().min(NAMED) };
        for item in &rust.items[..shown] {
            self.line(2, &format!("in Rust {}: {}", item.level, item.path));
            item.before.iter().for_each(|side| self.signature("-", side));
            item.after.iter().for_each(|side| self.signature("+", side));
        }
        if shown < rust.items.len() {
            self.line(2, &format!("and {} items of {} more", rust.items.len() - shown, rust.crate_));
        }
    }

    fn reach(&mut self, entry: &Entry) {
        let operations = entry.operations();
        let named = if self.fold == Fold::Nothing { operations.len() } else { operations.len().min(NAMED) };
        let names = operations[..named].join(", ");
        let ways = entry.ways();
        let ways = if ways.is_empty() { String::new() } else { format!(", {ways}") };
        match operations.len() {
            0 => {}
            1 => self.line(2, &format!("in {names}{}", only_place(entry))),
            count if count == named => self.line(2, &format!("reaches {count} operations{ways}: {names}")),
            count => {
                self.line(2, &format!("reaches {count} operations{ways}: {names} and {} more", count - named));
            }
        }
    }

    fn wire(&mut self, entry: &Entry) {
        let Some(wire) = &entry.wire else { return };
        self.line(2, &format!("on the wire {}: {}", wire.level, wire.reason.as_deref().unwrap_or(entry.summary)));
        let Some(witness) = &wire.witness else { return };
        let lines: Vec<&str> = witness.text.trim_end().lines().collect();
        let shown = if self.fold == Fold::Nothing { lines.len() } else { lines.len().min(WITNESS_LINES) };
        lines[..shown].iter().for_each(|line| self.line(4, &format!("| {line}")));
        if shown < lines.len() {
            self.line(4, &format!("| ... and {} lines more", lines.len() - shown));
        }
    }

    fn promises(&mut self, entry: &Entry) {
        let Some(promises) = &entry.promises else { return };
        let rule = promises.rule.unwrap_or("all that it promised");
        self.line(2, &format!("{}: {rule} {}", promises.level, promises.kind));
        if !promises.consequences.is_empty() {
            let verb = if promises.level == "strengthens" { "with it" } else { "lost with it" };
            self.line(2, &format!("{verb}: {}", promises.consequences.join(", ")));
        }
        promises.also.iter().for_each(|(kind, rule)| self.line(2, &format!("also {rule} {kind}")));
    }

    fn signature(&mut self, sign: &str, text: &str) {
        text.lines().for_each(|line| self.line(4, &format!("{sign} {line}")));
    }

    /// `5 compatible changes: 3 property-added, 2 response-added`.
    fn folded<'e>(&mut self, entries: impl Iterator<Item = &'e Entry>) {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        entries.for_each(|entry| *kinds.entry(entry.kind).or_default() += 1);
        let count: usize = kinds.values().sum();
        if count > 0 {
            let list: Vec<_> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            let level = self.painted("compatible", AnsiColor::Green);
            self.line(
                0,
                &format!("{level}: {} (--all shows {})", list.join(", "), if count == 1 { "it" } else { "them" }),
            );
            self.line(0, "");
        }
    }

    fn summary(&mut self, report: &Report) {
        let summary = &report.summary;
        if summary.changes == 0 {
            return self.line(0, "nothing has changed");
        }
        let planes = [("wire", &summary.wire), ("Rust", &summary.rust), ("promises", &summary.promises)];
        let planes = planes.map(|(plane, counts)| {
            let numbers = [
                (counts.breaking, "breaking"),
                (counts.undecided, "undecided"),
                (counts.risky, "risky"),
                (counts.compatible, "compatible"),
            ];
            let numbers: Vec<_> =
                numbers.iter().filter(|(n, _)| *n > 0).map(|(n, level)| format!("{n} {level}")).collect();
            format!("{plane}: {}", if numbers.is_empty() { "nothing".to_owned() } else { numbers.join(", ") })
        });
        let plural = if summary.changes == 1 { "" } else { "s" };
        let accepted = if summary.accepted > 0 { format!(", {} accepted", summary.accepted) } else { String::new() };
        let verdict = match summary.failing {
            0 => self.painted("passes", AnsiColor::Green),
            failing => self.painted(&format!("fails on {failing}"), AnsiColor::Red),
        };
        self.line(0, &format!("verdict on the wire: {}", summary.verdict));
        self.line(0, &format!("versions: {}", next_versions(&summary.versions)));
        self.line(0, &format!("{} change{plural}; {}; {verdict}{accepted}", summary.changes, planes.join("; ")));
    }
}

/// `description 1.0.0 -> 1.1.0 (minor), types patch, client minor, server major`.
pub(super) fn next_versions(versions: &[NextVersion]) -> String {
    let words = versions.iter().map(|next| match (&next.from, &next.to) {
        (Some(from), Some(to)) => format!("{} {from} -> {to} ({})", next.artefact, next.step),
        (Some(_) | None, _) => format!("{} {}", next.artefact, next.step),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn place(spot: &Spot) -> String {
    format!("{}:{}", spot.file, spot.line)
}

/// Where in the one operation it is.
fn only_place(entry: &Entry) -> String {
    let places: Vec<&str> =
        entry.reach.iter().map(|reached| reached.place.as_str()).filter(|place| !place.is_empty()).collect();
    match places.as_slice() {
        [] => String::new(),
        [place] => format!(", {place}"),
        [place, rest @ ..] => format!(", {place} and {} more places", rest.len()),
    }
}
