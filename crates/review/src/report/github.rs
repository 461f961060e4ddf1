//! A review as annotations of GitHub's workflows: one line each, which the page of a pull request shows beside the text.

use std::fmt::Write;

use methodical_diagnostic::{github_property as property, github_text as data};

use super::{Entry, Report};

/// Writes a workflow command for each change that is not merely compatible, and for each acceptance that is in doubt.
///
/// The annotation stands where the new side is written; where there is none, at the old one.
pub fn render_github(report: &Report) -> String {
    let mut text = String::new();
    for entry in report.changes.iter().filter(|entry| entry.level != "compatible" || entry.fails) {
        command(&mut text, entry);
    }
    for note in &report.acceptances {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "::notice title={}::{}", property("acceptance"), data(&note.message));
    }
    text
}

fn command(text: &mut String, entry: &Entry) {
    let level = match (entry.fails, entry.level) {
        (true, _) => "error",
        (false, "compatible") => "notice",
        (false, _) => "warning",
    };
    let place = entry.new.as_ref().or(entry.old.as_ref()).map_or_else(String::new, |spot| {
        format!("file={},line={},col={},", property(&spot.file), spot.line, spot.column)
    });
    let title = property(&format!("{}: {}", entry.level, entry.kind));
    let _ = writeln!(text, "::{level} {place}title={title}::{}", data(&message(entry)));
}

fn message(entry: &Entry) -> String {
    let mut lines = vec![entry.message.clone()];
    let operations = entry.operations();
    match operations.as_slice() {
        [] => {}
        [one] => lines.push(format!("In {one}.")),
        [one, rest @ ..] => lines.push(format!("In {one} and {} more operations.", rest.len())),
    }
    if let Some(wire) = &entry.wire {
        lines.push(format!("On the wire {}: {}", wire.level, wire.reason.as_deref().unwrap_or(entry.summary)));
    }
    if let Some(rust) = &entry.rust {
        lines.push(format!("In Rust {} ({}).", rust.level, rust.crate_));
    }
    if let Some(promises) = &entry.promises {
        lines.push(format!(
            "{}: {} {}.",
            promises.level,
            promises.rule.unwrap_or("all that it promised"),
            promises.kind
        ));
    }
    lines.push(format!("Fingerprint {}.", entry.fingerprint));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_separates_commands_is_escaped() {
        assert_eq!(data("50 %\nof: a, b"), "50 %25%0Aof: a, b");
        assert_eq!(property("a: b, 5 %"), "a%3A b%2C 5 %25");
    }
}
