//! What changed for who uses one crate, as its CHANGELOG says it: the sections of Keep a Changelog, a sentence for each fact.
//!
//! A crate speaks the whole contract, so what changes on the wire or among the promises is said in each; what changes for code is
//! said where that code is.

use methodical_model::surface::Artefact;

use crate::surface::{RustChange, RustLevel};
use crate::{Change, PromiseChange, PromiseVerdict, WireLevel};

/// A section of Keep a Changelog, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Added,
    Changed,
    Deprecated,
    Removed,
}

impl Section {
    const ALL: [Section; 4] = [Section::Added, Section::Changed, Section::Deprecated, Section::Removed];

    const fn title(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
        }
    }

    /// By the id of the kind, which says what became of its subject.
    fn of(change: &Change) -> Section {
        let last = change.kind.as_str().rsplit('-').next().unwrap_or_default();
        match last {
            "added" | "introduced" => Section::Added,
            "removed" | "withdrawn" => Section::Removed,
            "deprecated" => Section::Deprecated,
            _ => Section::Changed,
        }
    }
}

/// The sections for one crate, as Markdown; empty where nothing that has a name changed. `None` is a crate whose code is not compared: what is
/// said of it is what changed in the contract.
pub fn changelog(changes: &[Change], artefact: Option<Artefact>) -> String {
    let mut text = String::new();
    for section in Section::ALL {
        let changes = changes.iter().filter(|change| Section::of(change) == section);
        let lines: Vec<String> = changes.filter_map(|change| line(change, artefact)).collect();
        if !lines.is_empty() {
            let space = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{space}### {}\n\n", section.title()));
            lines.iter().for_each(|line| text.push_str(&format!("- {line}\n")));
        }
    }
    text
}

/// The sentences of one change, if it is one for this crate.
fn line(change: &Change, artefact: Option<Artefact>) -> Option<String> {
    let items: Vec<&RustChange> = change
        .rust
        .iter()
        .flat_map(|verdict| &verdict.items)
        .filter(|item| artefact.is_some_and(|artefact| item.artefact == artefact))
        .collect();
    // What sends and what receives webhooks knows no other operation.
    let speaks_all = !matches!(artefact, Some(Artefact::Sender | Artefact::Receiver));
    let is_of_contract = change.wire.is_some() || change.promises.is_some();
    if items.is_empty() && !(speaks_all && is_of_contract) {
        return None;
    }
    let promise = change.promises.as_ref().and_then(|verdict| promise(verdict, &change.message));
    let sentences = [Some(subject(change)), in_rust(&items), promise];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    Some(format!("{}{}", mark(change, &items), sentences.join(" ")))
}

fn mark(change: &Change, items: &[&RustChange]) -> &'static str {
    let breaks_code = items.iter().any(|item| item.level >= RustLevel::Meaning);
    match change.wire.as_ref().map(|verdict| verdict.level) {
        _ if breaks_code => "**Breaking:** ",
        Some(WireLevel::Breaking) => "**Breaking on the wire:** ",
        Some(WireLevel::Undecided) => "**Perhaps breaking on the wire:** ",
        Some(WireLevel::Risky | WireLevel::Compatible) | None => "",
    }
}

/// What it happened to, and what that was.
fn subject(change: &Change) -> String {
    let message = change.message.trim_end_matches('.');
    let operations = change.operations();
    let schema = change.subject.strip_prefix("schema ").and_then(|subject| subject.split('/').next());
    let among = match operations.as_slice() {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, other] => format!("`{one}` and `{other}`"),
        [one, other, more @ ..] => format!("`{one}`, `{other}` and {} more", more.len()),
    };
    match (schema, operations.as_slice()) {
        (Some(schema), []) => format!("`{schema}`: {message}."),
        (Some(schema), _) => format!("`{schema}`: {message} ({among})."),
        (None, []) => format!("{message}."),
        (None, [_]) => {
            let mut places = change.reach.iter().map(|reach| reach.place.as_str());
            let place = places.next().filter(|place| !place.is_empty() && places.all(|other| other == *place));
            let place = place.map_or(String::new(), |place| format!(", {place}"));
            format!("{among}{place}: {message}.")
        }
        (None, _) => format!("{message} ({among})."),
    }
}

/// A signature that is longer is left to the documentation.
const LONG: usize = 80;

/// How many items are named of one change: nobody reads a list of all that mentions a type.
const NAMES: usize = 8;

fn in_rust(items: &[&RustChange]) -> Option<String> {
    let named: Vec<&RustChange> = items.iter().copied().filter(|item| !is_data(item)).collect();
    // Data follows what it belongs to; alone, it is all there is to say.
    let items = if named.is_empty() { items } else { &named };
    let list = |names: Vec<String>| match names.len().checked_sub(NAMES) {
        Some(more @ 1..) => format!("{} and {more} more", names[..NAMES].join(", ")),
        Some(0) | None => names.join(", "),
    };
    let came = items.iter().filter(|item| item.before.is_none()).map(|item| with_type(item)).collect::<Vec<_>>();
    let went = items.iter().filter(|item| item.after.is_none()).map(|item| format!("`{}`", short(item)));
    let went: Vec<String> = went.collect();
    let mut sentences = Vec::new();
    if !came.is_empty() {
        sentences.push(format!("New in Rust: {}.", list(came)));
    }
    if !went.is_empty() {
        sentences.push(format!("Gone from Rust: {}.", list(went)));
    }
    let changed = items.iter().filter_map(|item| Some((item, item.before.as_ref()?, item.after.as_ref()?)));
    let changed: Vec<String> = changed.map(|(item, before, after)| changed_to(item, before, after)).collect();
    let more = changed.len().saturating_sub(NAMES);
    sentences.extend(changed.into_iter().take(NAMES));
    match more {
        0 => {}
        1 => sentences.push("One more item has changed with it.".to_owned()),
        more => sentences.push(format!("{more} more items have changed with it.")),
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn changed_to(item: &RustChange, before: &str, after: &str) -> String {
    let name = short(item);
    if after.starts_with("#[deprecated]") {
        return format!("`{name}` is deprecated.");
    }
    let means = if item.level == RustLevel::Meaning { "means" } else { "is" };
    if before.len().max(after.len()) > LONG {
        return format!("`{name}` has another signature.");
    }
    format!("`{name}` {means} `{after}` and was `{before}`.")
}

/// Whether it is data of an operation or a schema, or an impl that came or went with what it is for.
fn is_data(item: &RustChange) -> bool {
    let is_data = ["::operations::", "::schemas::", "::webhooks::"].iter().any(|module| item.path.contains(module));
    let came_or_went = item.before.is_none() || item.after.is_none();
    came_or_went && (is_data || item.path.contains(": ") && item.level == RustLevel::Compatible)
}

/// A name, with its type where that is no repetition of it.
fn with_type(item: &RustChange) -> String {
    let name = short(item);
    let last = name.rsplit("::").next().unwrap_or(name);
    let signature = item.after.as_deref().unwrap_or_default();
    match signature.strip_prefix(last).and_then(|rest| rest.strip_prefix(": ")) {
        Some(of_type) if of_type.len() <= LONG => format!("`{name}: {of_type}`"),
        Some(_) | None => format!("`{name}`"),
    }
}

/// The path without the crate.
fn short(item: &RustChange) -> &str {
    item.path.split_once("::").map_or(item.path.as_str(), |(_, rest)| rest)
}

/// What became of a promise; only its id where the message says the rest.
fn promise(verdict: &PromiseVerdict, message: &str) -> Option<String> {
    let rule = verdict.rule?;
    let sentence = rule.rule()?.title;
    if message.contains(sentence) {
        return Some(format!("({})", rule.as_str()));
    }
    let became = match verdict.kind {
        PromiseChange::Withdrawn => "No longer promised",
        PromiseChange::Weakened => "Promised with less",
        PromiseChange::MeaningChanged => "Promised with another meaning",
        PromiseChange::Introduced => "Promised now",
        PromiseChange::Strengthened => "Promised with more",
    };
    Some(format!("{became}: {sentence} ({}).", rule.as_str()))
}
