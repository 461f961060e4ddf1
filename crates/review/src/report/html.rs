//! A review as one page, which needs nothing beside itself: filters by plane, level and tag, a search, both sides of the
//! text, and the promises in sentences.
//!
//! Without JavaScript it is a page that shows everything; with it, what the filters choose.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::text::next_versions;
use super::{Counts, Entry, Report, Spot};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// The script and the style of the page itself, and nothing from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The levels of a change, the gravest first.
const LEVELS: [&str; 4] = ["breaking", "undecided", "risky", "compatible"];
/// The planes: what a filter is called, and what is shown.
const PLANES: [(&str, &str); 3] = [("wire", "Wire"), ("rust", "Rust"), ("promises", "Promises")];

/// Writes a review as a page of HTML.
pub fn render_html(report: &Report) -> String {
    let title = format!("Contract review: {} {} → {}", report.new.title, report.old.version, report.new.version);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    p.names { code { (report.old.name) } " → " code { (report.new.name) } }
                    (summary(report))
                }
                @if !report.changes.is_empty() {
                    (filters(report))
                }
                main {
                    @for entry in &report.changes { (change(entry)) }
                    p #none hidden { "No change is of this kind." }
                }
                @if !report.acceptances.is_empty() {
                    section #acceptances {
                        h2 { "Acceptances in doubt" }
                        ul { @for note in &report.acceptances { li { b { (note.state) } ": " (note.message) } } }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn summary(report: &Report) -> Markup {
    let summary = &report.summary;
    let planes = [("Wire", &summary.wire), ("Rust", &summary.rust), ("Promises", &summary.promises)];
    html! {
        p.verdict data-fails=(summary.fails) {
            @match (summary.changes, summary.failing) {
                (0, _) => "Nothing has changed.",
                (changes, 0) => { "Passes: " (counted(changes, "change")) "." },
                (changes, failing) => { "Fails on " (failing) " of " (counted(changes, "change")) "." },
            }
            @if summary.accepted > 0 { " " (summary.accepted) " accepted." }
        }
        @if !summary.versions.is_empty() { p.versions { "Versions: " (next_versions(&summary.versions)) "." } }
        table {
            thead { tr { th { "Plane" } @for level in LEVELS { th { (level) } } } }
            tbody { @for (plane, counts) in planes { tr { th { (plane) } @for count in numbers(counts) { td { (count) } } } } }
        }
    }
}

fn numbers(counts: &Counts) -> [usize; 4] {
    [counts.breaking, counts.undecided, counts.risky, counts.compatible]
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn filters(report: &Report) -> Markup {
    let tags: BTreeSet<&str> =
        report.changes.iter().flat_map(|entry| &entry.reach).map(|reached| reached.tag.as_str()).collect();
    html! {
        form #filters aria-label="Filters" {
            fieldset {
                legend { "Plane" }
                @for (plane, name) in PLANES {
                    label { input type="checkbox" name="plane" value=(plane) checked; (name) }
                }
            }
            fieldset {
                legend { "Level" }
                @for level in LEVELS {
                    label { input type="checkbox" name="level" value=(level) checked; (level) }
                }
            }
            label { "Tag " select name="tag" { option value="" { "all" } @for tag in tags { option value=(tag) { (tag) } } } }
            label { "Search " input type="search" name="text" placeholder="operation, property, rule"; }
            output #shown { (counted(report.changes.len(), "change")) }
        }
    }
}

fn change(entry: &Entry) -> Markup {
    let planes: Vec<&str> = [entry.wire.is_some(), entry.rust.is_some(), entry.promises.is_some()]
        .into_iter()
        .zip(PLANES)
        .filter_map(|(there, (plane, _))| there.then_some(plane))
        .collect();
    let tags: BTreeSet<&str> = entry.reach.iter().map(|reached| reached.tag.as_str()).collect();
    // Tags may hold any character but, by this page's choice, no line break.
    let tags = tags.into_iter().map(|tag| tag.replace('\n', " ")).collect::<Vec<_>>().join("\n");
    html! {
        article id=(entry.fingerprint) data-planes=(planes.join(" ")) data-level=(entry.level) data-tags=(tags) {
            h2 {
                span.level { (entry.level) } " "
                code { (entry.kind) }
                @if entry.fails { " " span.fails { "fails" } }
                a.anchor href={ "#" (entry.fingerprint) } title="This change" { (entry.fingerprint) }
            }
            p.message { (spans(&entry.message)) }
            (reach(entry))
            @if let (Some(before), Some(after)) = (&entry.before, &entry.after) {
                p { "Was " code { (before) } ", is " code { (after) } "." }
            }
            dl { (wire(entry)) (rust(entry)) (promises(entry)) (accepted(entry)) }
            @if entry.old.is_some() || entry.new.is_some() {
                div.sides { (side("Old", entry.old.as_ref())) (side("New", entry.new.as_ref())) }
            }
        }
    }
}

/// What stands between backticks as code.
fn spans(text: &str) -> Markup {
    html! { @for (index, part) in text.split('`').enumerate() { @if index % 2 == 1 { code { (part) } } @else { (part) } } }
}

fn reach(entry: &Entry) -> Markup {
    let operations = entry.operations();
    html! {
        @match operations.as_slice() {
            [] => {},
            [one] => p.reach { "In " code { (one) } @if !entry.ways().is_empty() { ", " (entry.ways()) } "." },
            several => details.reach {
                summary { "Reaches " (several.len()) " operations" @if !entry.ways().is_empty() { ", " (entry.ways()) } }
                ul { @for reached in &entry.reach {
                    li { code { (reached.operation) } @if !reached.place.is_empty() { ", " (reached.place) } }
                } }
            },
        }
    }
}

fn wire(entry: &Entry) -> Markup {
    html! { @if let Some(wire) = &entry.wire {
        dt { "Wire: " (wire.level) }
        dd {
            (spans(wire.reason.as_deref().unwrap_or(entry.summary)))
            @if let Some(witness) = &wire.witness {
                details { summary { "A " (witness.direction) " that shows it" } pre { (witness.text) } }
            }
        }
    } }
}

fn rust(entry: &Entry) -> Markup {
    html! { @if let Some(rust) = &entry.rust {
        dt { "Rust: " (rust.level) }
        dd {
            code { (rust.crate_) }
            @for item in &rust.items {
                div title=(item.why) { code { (item.path) } " " (item.level) }
                pre.signatures {
                    @if let Some(before) = &item.before { del { (before) } "\n" }
                    @if let Some(after) = &item.after { ins { (after) } }
                }
            }
        }
    } }
}

fn promises(entry: &Entry) -> Markup {
    html! { @if let Some(promises) = &entry.promises {
        dt { "Promises: " (promises.level) }
        dd {
            (promises.rule.unwrap_or("All that it promised")) " " (promises.kind) "."
            @if let Some(sentence) = promises.sentence { q { (spans(sentence)) } }
            @if !promises.consequences.is_empty() {
                p { @if promises.level == "strengthens" { "With it: " } @else { "Lost with it: " } (promises.consequences.join(", ")) "." }
            }
            @if !promises.also.is_empty() {
                ul { @for (kind, rule) in &promises.also { li { "also " (rule) " " (kind) } } }
            }
        }
    } }
}

fn accepted(entry: &Entry) -> Markup {
    html! { @for (plane, accepted) in entry.accepted() {
        dt { "Accepted: " (plane.as_str()) }
        dd { (accepted.reason) " (" (accepted.by) @if let Some(until) = &accepted.until { ", until " (until) } ")" }
    } }
}

fn side(name: &str, spot: Option<&Spot>) -> Markup {
    html! {
        figure {
            @match spot {
                Some(spot) => {
                    figcaption { (name) ": " code { (spot.file) ":" (spot.line) } }
                    pre { @for (number, line) in (spot.line..).zip(&spot.text) { span.number { (number) } (line) "\n" } }
                },
                None => figcaption { (name) ": not there" },
            }
        }
    }
}
