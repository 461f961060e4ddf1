//! The table for people: as text for a terminal, and as Markdown for a page.

use std::fmt::Write;

use super::report::{ApartReport, GuaranteeReport, TableReport, TestReport};

/// How many operations are named before the rest is only counted. JSON names all.
const NAMED: usize = 4;
/// What stands for a core rule, as in the catalogue.
const CORE: char = '●';

/// The table as text: a paragraph a rule, because a line could not hold its tests.
pub fn render_text(table: &TableReport) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{}\n", heading(table));
    for rule in &table.rules {
        let _ = writeln!(text, "{} {}  {}", mark(rule.core), rule.rule, rule.title);
        let _ = writeln!(text, "    operations  {}", operations(rule));
        let _ = writeln!(text, "    held        {}", held(rule));
        let tests = rule.tests.iter().map(test_text).collect::<Vec<_>>();
        let tests = if tests.is_empty() { "NONE".to_owned() } else { tests.join("\n                ") };
        let _ = writeln!(text, "    shown by    {tests}\n");
    }
    if !table.others.is_empty() {
        let _ = writeln!(text, "Rules that hold for no operation here:\n");
    }
    for other in &table.others {
        let _ = writeln!(text, "{} {}  {}\n    {}", mark(other.core), other.rule, other.title, other.why);
        for test in &other.tests {
            let _ = writeln!(text, "    shown by    {}", test_text(test));
        }
    }
    let _ = writeln!(text, "\n{}", summary(table));
    text
}

/// The table as Markdown: two tables, for what is promised and for what is not.
pub fn render_markdown(table: &TableReport) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "# {}\n", escape(&heading(table)));
    let _ = writeln!(text, "{CORE} marks the core of the catalogue.\n");
    let _ = writeln!(text, "| | rule | promise | operations | held | shown by |\n|---|---|---|---|---|---|");
    for rule in &table.rules {
        let cells = [escape(rule.title), operations(rule), held(rule), tests(&rule.tests)];
        let _ = writeln!(text, "| {} | {} | {} |", mark(rule.core), rule.rule, cells.join(" | "));
    }
    if !table.others.is_empty() {
        let _ = writeln!(text, "\n## Rules that hold for no operation here\n");
        let _ = writeln!(text, "| | rule | promise | why not | shown by |\n|---|---|---|---|---|");
    }
    for ApartReport { rule, core, title, why, tests: shown } in &table.others {
        let cells = [escape(title), escape(why), if shown.is_empty() { String::new() } else { tests(shown) }];
        let _ = writeln!(text, "| {} | {rule} | {} |", mark(*core), cells.join(" | "));
    }
    let _ = writeln!(text, "\n{}", summary(table));
    text
}

fn heading(table: &TableReport) -> String {
    let TableReport { title, version, operations, .. } = table;
    format!("{title} {version}: what its {operations} operations guarantee")
}

fn mark(core: bool) -> char {
    if core { CORE } else { ' ' }
}

/// `3: getTag, putTag, deleteTag`, with the rest counted where there are many.
fn operations(rule: &GuaranteeReport) -> String {
    let names: Vec<&str> = rule.held.iter().flat_map(|held| &held.operations).map(String::as_str).collect();
    let named = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => format!("{}: {named}", names.len()),
        more => format!("{}: {named} and {more} more", names.len()),
    }
}

/// `by type`; where operations differ, with how many of each.
fn held(rule: &GuaranteeReport) -> String {
    match rule.held.as_slice() {
        [one] => one.how.to_owned(),
        several => {
            let ways = several.iter().map(|held| format!("{} ({})", held.how, held.operations.len()));
            ways.collect::<Vec<_>>().join(", ")
        }
    }
}

fn test_text(test: &TestReport) -> String {
    format!("{}:{} {}", test.file, test.line, test.name)
}

fn tests(tests: &[TestReport]) -> String {
    if tests.is_empty() {
        return "**none**".to_owned();
    }
    let one = |test: &TestReport| format!("`{}:{}` {}", test.file, test.line, escape(&test.name));
    tests.iter().map(one).collect::<Vec<_>>().join("<br>")
}

/// What would end a cell, or be read as HTML.
fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// One sentence: how many rules are promised, and how many of them no test shows.
pub fn summary(table: &TableReport) -> String {
    let promised = table.rules.len();
    let without = table.rules.iter().filter(|rule| rule.tests.is_empty()).count();
    let core = table.rules.iter().filter(|rule| rule.core).count();
    let all = promised + table.others.len();
    format!("{promised} of {all} rules are promised, {core} of them core; {without} of them are shown by no test.")
}
