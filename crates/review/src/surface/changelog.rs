//! What changed in one crate, as its CHANGELOG says it: the sections of Keep a Changelog, a line for each item.

use methodical_model::surface::Artefact;

use super::{RustChange, RustFact, RustLevel};

/// A section of Keep a Changelog, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Added,
    Changed,
    Deprecated,
    Removed,
}

impl Section {
    const fn title(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
        }
    }
}

/// What a CHANGELOG says of one version of one crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The version.
    pub version: String,
    /// The day, as `2026-11-30`.
    pub date: String,
    /// Its sections, as Markdown; empty where nothing that has a name changed.
    pub body: String,
}

impl Entry {
    /// The entry as it stands in the file.
    pub fn text(&self) -> String {
        let body = if self.body.is_empty() { "Nothing that code can name has changed.\n" } else { &self.body };
        format!("## [{}] - {}\n\n{body}", self.version, self.date)
    }
}

/// The sections for one crate. What a renamed type took with it is said once.
pub fn changelog(facts: &[RustFact], artefact: Artefact) -> String {
    let mut lines: Vec<(Section, String)> = Vec::new();
    for fact in facts {
        let items: Vec<&RustChange> = fact.items.iter().filter(|change| change.artefact == artefact).collect();
        match &fact.renamed {
            Some((old, new)) if !items.is_empty() => lines.push((Section::Changed, renamed(old, new, items.len()))),
            Some(_) => {}
            None => lines.extend(items.into_iter().filter(|change| has_a_line(change)).map(line)),
        }
    }
    lines.sort();
    lines.dedup();
    let mut text = String::new();
    let mut last = None;
    for (section, line) in lines {
        if last != Some(section) {
            let space = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{space}### {}\n\n", section.title()));
            last = Some(section);
        }
        text.push_str(&format!("- {line}\n"));
    }
    text
}

/// Data and impls follow what they belong to, which has a line of its own.
fn has_a_line(change: &RustChange) -> bool {
    let is_data = ["::operations::", "::schemas::", "::webhooks::"].iter().any(|module| change.path.contains(module));
    let came_or_went = change.before.is_none() || change.after.is_none();
    !(came_or_went && (is_data || (change.path.contains(": ") && change.level == RustLevel::Compatible)))
}

fn renamed(old: &str, new: &str, items: usize) -> String {
    let others = if items > 2 { ", and with it what mentions it" } else { "" };
    format!("**Breaking:** `{}` is called `{}` now{others}.", short(old), short(new))
}

fn line(change: &RustChange) -> (Section, String) {
    let name = short(&change.path);
    let (section, text) = match (&change.before, &change.after) {
        (None, Some(after)) => (Section::Added, format!("`{name}`{}.", colon(name, after))),
        (Some(_), None) => (Section::Removed, format!("`{name}`.")),
        (_, Some(after)) if after.starts_with("#[deprecated]") => (Section::Deprecated, format!("`{name}`.")),
        (Some(before), after) => {
            let after = after.as_deref().unwrap_or_default();
            let what = if change.level == RustLevel::Meaning { "means" } else { "is" };
            (Section::Changed, format!("`{name}` {what} `{after}`; it was `{before}`."))
        }
        (None, None) => (Section::Changed, format!("`{name}`.")),
    };
    let mark = match change.level {
        RustLevel::Compatible => "",
        RustLevel::Meaning | RustLevel::Breaking => "**Breaking:** ",
    };
    let why = if change.level == RustLevel::Breaking && section == Section::Added {
        format!(" {}", change.why)
    } else {
        String::new()
    };
    (section, format!("{mark}{text}{why}"))
}

/// A signature that is longer is left to the documentation.
const LONG: usize = 100;

/// The signature, where it says more than the name.
fn colon(name: &str, signature: &str) -> String {
    let says_more = !name.ends_with(signature.rsplit(' ').next().unwrap_or_default());
    if says_more && signature.len() <= LONG { format!(": `{signature}`") } else { String::new() }
}

/// A path without the crate.
fn short(path: &str) -> &str {
    path.split_once("::").map_or(path, |(_, rest)| rest)
}
