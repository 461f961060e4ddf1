//! A review as Markdown, for the comment of a pull request, which has a size limit.
//!
//! The gravest stand first. Where all does not fit, the least grave become one line each, and what still does not fit is
//! left out and counted: nothing is lost without being said.

use super::text::next_versions;
use super::{Entry, Report, Spot};

/// How many characters a report has at most: a comment on GitHub has 65,536.
pub const MARKDOWN_BUDGET: usize = 65_000;

/// How many operations are named before the rest is counted.
const NAMED: usize = 5;
/// How many characters of a value, a sentence or a signature are shown.
const LONGEST: usize = 400;
/// How many characters of a witness are shown.
const LONGEST_WITNESS: usize = 1_500;

/// Writes a review as Markdown of at most `budget` characters. What is left out is counted at its end.
pub fn render_markdown(report: &Report, budget: usize) -> String {
    let head = head(report);
    let foot = foot(report);
    let room = budget.saturating_sub(length(&head) + length(&foot) + LEFT_OUT_ROOM);
    let sizes: Vec<(String, String)> = report.changes.iter().map(|entry| (full(entry), short(entry))).collect();
    let plan = plan(&sizes, room);
    let mut text = head;
    let mut heading = None;
    for (index, (entry, (full, short))) in report.changes.iter().zip(&sizes).enumerate() {
        if index >= plan.kept {
            break;
        }
        if heading != Some(entry.level) {
            heading = Some(entry.level);
            text += &section(entry.level);
        }
        text += if index < plan.whole { full } else { short };
    }
    text += &left_out(&report.changes[plan.kept..]);
    text + &foot
}

/// Room for the sentence that counts what is left out, and for the headings of the levels.
const LEFT_OUT_ROOM: usize = 400;

/// How many changes are shown whole, and how many at all.
struct Plan {
    whole: usize,
    kept: usize,
}

fn plan(sizes: &[(String, String)], room: usize) -> Plan {
    let mut kept = sizes.len();
    let mut short: usize = sizes.iter().map(|(_, short)| length(short)).sum();
    while short > room && kept > 0 {
        kept -= 1;
        short -= length(&sizes[kept].1);
    }
    let mut used = short;
    let mut whole = 0;
    while whole < kept {
        used = used + length(&sizes[whole].0) - length(&sizes[whole].1);
        if used > room {
            break;
        }
        whole += 1;
    }
    Plan { whole, kept }
}

/// In characters.
fn length(text: &str) -> usize {
    text.chars().count()
}

fn head(report: &Report) -> String {
    let (old, new) = (&report.old, &report.new);
    let title = cut(&new.title, 200);
    let mut text = format!(
        "# Contract review: {} {} -> {}\n\n",
        inline(&title),
        inline(&cut(&old.version, 60)),
        inline(&cut(&new.version, 60))
    );
    let summary = &report.summary;
    let plural = if summary.changes == 1 { "" } else { "s" };
    text += &match (summary.changes, summary.failing) {
        (0, _) => "Nothing has changed.\n".to_owned(),
        (changes, 0) => format!("**Passes**: {changes} change{plural}"),
        (changes, failing) => format!("**Fails** on {failing} of {changes} change{plural}"),
    };
    if summary.changes == 0 {
        return text;
    }
    text += &match summary.accepted {
        0 => ".\n".to_owned(),
        accepted => format!("; {accepted} accepted.\n"),
    };
    text += &format!(
        "\nOn the wire: {}. Versions: {}.\n",
        summary.verdict,
        inline(&cut(&next_versions(&summary.versions), 300))
    );
    text += "\n| plane | breaking | undecided | risky | compatible |\n|---|---:|---:|---:|---:|\n";
    for (plane, counts) in [("wire", &summary.wire), ("Rust", &summary.rust), ("promises", &summary.promises)] {
        let numbers = [counts.breaking, counts.undecided, counts.risky, counts.compatible];
        text += &format!("| {plane} | {} | {} | {} | {} |\n", numbers[0], numbers[1], numbers[2], numbers[3]);
    }
    text
}

fn foot(report: &Report) -> String {
    let notes: String = report
        .acceptances
        .iter()
        .take(20)
        .map(|note| format!("- {}\n", inline(&cut(&note.message, LONGEST))))
        .collect();
    let more = match report.acceptances.len().saturating_sub(20) {
        0 => String::new(),
        more => format!("- and {more} more\n"),
    };
    if notes.is_empty() { notes } else { format!("\n## Acceptances in doubt\n\n{notes}{more}") }
}

fn section(level: &str) -> String {
    let mut name = level.to_owned();
    name[..1].make_ascii_uppercase();
    format!("\n## {name}\n\n")
}

fn left_out(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let count = |level: &str| entries.iter().filter(|entry| entry.level == level).count();
    let levels = ["breaking", "undecided", "risky", "compatible"];
    let counts: Vec<_> = levels
        .iter()
        .map(|level| (count(level), level))
        .filter(|(n, _)| *n > 0)
        .map(|(n, level)| format!("{n} {level}"))
        .collect();
    let plural = if entries.len() == 1 { "" } else { "s" };
    format!(
        "\n**{} more change{plural} would not fit here** ({}). All of them are in `methodical review OLD NEW --format json` and `--format html`.\n",
        entries.len(),
        counts.join(", ")
    )
}

/// One line.
fn short(entry: &Entry) -> String {
    let reach = match entry.operations().as_slice() {
        [] => String::new(),
        [one] => format!(" (`{}`)", code(&cut(one, 120))),
        [one, rest @ ..] => format!(" (`{}` and {} more)", code(&cut(one, 120)), rest.len()),
    };
    let fails = if entry.fails { "**fails** " } else { "" };
    format!("- {fails}`{}` {}{reach}\n", entry.kind, inline(&cut(&entry.message, LONGEST)))
}

/// Everything of a change.
fn full(entry: &Entry) -> String {
    let fails = if entry.fails { ", **fails**" } else { "" };
    let mut text = format!("### `{}`{fails}\n\n{}\n\n", entry.kind, inline(&cut(&entry.message, LONGEST)));
    let mut item = |line: String| text += &format!("- {line}\n");
    let operations = entry.operations();
    if !operations.is_empty() {
        let named = operations.iter().take(NAMED).map(|name| format!("`{}`", code(&cut(name, 200))));
        let more = match operations.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let ways = entry.ways();
        let ways = if ways.is_empty() { String::new() } else { format!(", {ways}") };
        item(format!("reaches {}{more}{ways}", named.collect::<Vec<_>>().join(", ")));
    }
    if let (Some(before), Some(after)) = (&entry.before, &entry.after) {
        item(format!("was `{}`, is `{}`", code(&cut(before, LONGEST)), code(&cut(after, LONGEST))));
    }
    if let Some(wire) = &entry.wire {
        item(format!(
            "wire: **{}**, {}",
            wire.level,
            inline(&cut(wire.reason.as_deref().unwrap_or(entry.summary), LONGEST))
        ));
    }
    if let Some(rust) = &entry.rust {
        let side = |text: &str| match text {
            "" => "nothing".to_owned(),
            text => format!("`{}`", code(&cut(text, LONGEST))),
        };
        let more = rust.items.len().saturating_sub(1);
        let more = if more == 0 { String::new() } else { format!(" and {more} items more") };
        let (before, after) = (side(&rust.before), side(&rust.after));
        item(format!("Rust: **{}** in `{}`: {before} -> {after}{more}", rust.level, rust.crate_));
    }
    if let Some(promises) = &entry.promises {
        let rule = promises.rule.unwrap_or("all that it promised");
        let sentence = promises.sentence.map_or_else(String::new, |sentence| format!(": {sentence}"));
        item(format!("promises: **{}**, {rule} {}{sentence}", promises.level, promises.kind));
    }
    for (plane, accepted) in entry.accepted() {
        item(format!(
            "accepted ({}) by {}: {}",
            plane.as_str(),
            inline(&accepted.by),
            inline(&cut(&accepted.reason, LONGEST))
        ));
    }
    match (&entry.old, &entry.new) {
        (Some(old), Some(new)) => item(format!("`{}` -> `{}`", place(old), place(new))),
        (Some(old), None) => item(format!("was at `{}`", place(old))),
        (None, Some(new)) => item(format!("is at `{}`", place(new))),
        (None, None) => {}
    }
    item(format!("fingerprint `{}`", entry.fingerprint));
    if let Some(witness) = entry.wire.as_ref().and_then(|wire| wire.witness.as_ref()) {
        let shown = cut(witness.text.trim_end(), LONGEST_WITNESS);
        let fence = fence(&shown);
        text += &format!(
            "\n<details><summary>A {} that shows it</summary>\n\n{fence}http\n{shown}\n{fence}\n\n</details>\n",
            witness.direction
        );
    }
    text + "\n"
}

fn place(spot: &Spot) -> String {
    format!("{}:{}", code(&spot.file), spot.line)
}

fn cut(text: &str, longest: usize) -> String {
    if length(text) <= longest {
        text.to_owned()
    } else {
        text.chars().take(longest - 3).chain("...".chars()).collect()
    }
}

/// A text within a code span of one backtick.
fn code(text: &str) -> String {
    text.replace('`', "'").replace(['\n', '\r'], " ").replace('|', "\\|")
}

/// A sentence of ours with names of others in it: outside of code spans nothing becomes markup, and nobody is called.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        match character {
            '`' => in_code = !in_code,
            '\n' | '\r' => {
                out.push(' ');
                continue;
            }
            '<' | '*' | '_' | '[' | ']' | '#' | '\\' if !in_code => out.push('\\'),
            '@' if !in_code => {
                out.push_str("@\u{200b}");
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    if in_code {
        out.push('`');
    }
    out
}

/// A fence that is longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}
