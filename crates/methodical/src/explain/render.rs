//! Pages for a terminal, and as Markdown.

use super::Entry;

/// One page, for a terminal.
pub fn render_page(entry: &Entry) -> String {
    let severity = entry.severity.map_or_else(String::new, |severity| format!(" ({severity})"));
    let mut page = format!("{}{severity}\n{}\n\n{}\n", entry.name, entry.summary, entry.manual);
    if !entry.facts.is_empty() {
        page.push('\n');
        let width = entry.facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        entry.facts.iter().for_each(|(name, fact)| page += &format!("{name:<width$}  {fact}\n"));
    }
    page + "\n" + &entry.remedy + "\n"
}

/// All names, each with what it means.
pub fn render_list(entries: &[Entry]) -> String {
    let mut list = String::new();
    let mut group = "";
    for entry in entries {
        if entry.group != group {
            let space = if group.is_empty() { "" } else { "\n" };
            list += &format!("{space}{}\n", entry.group);
            group = &entry.group;
        }
        list += &format!("  {:<36} {}\n", entry.name, entry.summary);
    }
    list + "\n`methodical explain NAME` says more of each.\n"
}

/// One page as Markdown.
pub fn render_markdown(entry: &Entry) -> String {
    let severity = entry.severity.map_or_else(String::new, |severity| format!("**{severity}** — "));
    let mut page = format!("### `{}`\n\n{severity}{}\n\n{}\n\n", entry.name, entry.summary, entry.manual);
    entry.facts.iter().for_each(|(name, fact)| page += &format!("- {name}: {fact}\n"));
    if !entry.facts.is_empty() {
        page.push('\n');
    }
    page + &entry.remedy + "\n"
}

/// The whole reference as Markdown: a table of each group, and the pages.
pub fn render_reference(entries: &[Entry]) -> String {
    let mut text = "# Rules and diagnostics\n\n<!-- Written by `methodical explain --format markdown`. Do not edit: a test compares the two. \
                    -->\n\nEvery name by which Methodical speaks. `methodical explain NAME` prints one of these pages.\n"
        .to_owned();
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|entry| entry.group != first.group).unwrap_or(rest.len());
        let (group, others) = rest.split_at(end);
        text += &format!("\n## {}\n\n| name | means |\n|---|---|\n", first.group);
        let summary = |entry: &Entry| entry.summary.replace('|', "\\|");
        group.iter().for_each(|entry| text += &format!("| `{}` | {} |\n", entry.name, summary(entry)));
        group.iter().for_each(|entry| text += &format!("\n{}", render_markdown(entry)));
        rest = others;
    }
    text
}
