//! What every name means that the toolkit uses when it speaks: rules of lint, rules of the catalogue, codes of diagnostics.
//!
//! Their pages stand beside what makes them: at the head of a rule's file, in the catalogue, in each stage's `codes.md`. They are only
//! brought together here, and so `docs/rules.md`, which is this list as Markdown, cannot say anything else.

mod render;

use std::collections::BTreeMap;

use methodical_diagnostic::{Page, pages};
use methodical_document::nearest;
use methodical_lint::{Group, LintRule};
use methodical_model::{Family, Rule, RuleId};
use serde::Serialize;

pub use render::{render_list, render_markdown, render_page, render_reference};

/// Something that has a manual page.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Its name: `lint/unsecured-write`, `GET-SAFE`, `model/empty-enum`.
    pub name: String,
    /// Another name that finds it: without the stage, or its alias.
    pub alias: Option<String>,
    /// Under which heading it is listed.
    pub group: String,
    /// What it means, in a line.
    pub summary: String,
    /// How grave it is; nothing of a promise.
    pub severity: Option<&'static str>,
    /// What else is known of it, each with its name.
    pub facts: Vec<(&'static str, String)>,
    /// The manual page, in CommonMark, with the examples.
    pub manual: String,
    /// How it is mended, or silenced.
    pub remedy: String,
}

/// Everything that has a page, in the order in which it is listed.
pub fn entries() -> Vec<Entry> {
    let rules = methodical_lint::rules();
    let lint = Group::ALL.into_iter().flat_map(|group| rules.iter().filter(move |rule| rule.group == group));
    let mut entries: Vec<Entry> = lint.map(of_lint).collect();
    entries.extend(methodical_lint::codes().iter().map(|page| of_page(page, "Rules of lint: suppressions")));
    let concerns = concerns();
    entries.extend(methodical_model::catalogue().iter().map(|rule| of_catalogue(rule, &concerns)));
    entries.extend(methodical_document::codes().iter().map(|page| of_page(page, "Diagnostics of reading")));
    entries.extend(methodical_model::codes().iter().map(|page| of_page(page, "Diagnostics of the model")));
    let own = pages(include_str!("codes.md"));
    entries.extend(own.iter().map(|page| of_page(page, "Diagnostics of the command line")));
    entries.extend(second_client().iter().map(|page| of_page(page, "Diagnostics of the second client")));
    entries
}

#[cfg(feature = "progenitor")]
fn second_client() -> Vec<Page> {
    methodical_progenitor::codes()
}

#[cfg(not(feature = "progenitor"))]
fn second_client() -> Vec<Page> {
    Vec::new()
}

/// The entry of this name or alias, in any letter case; or the nearest names.
///
/// # Errors
///
/// There is none.
pub fn find<'e>(entries: &'e [Entry], name: &str) -> Result<&'e Entry, Vec<String>> {
    let names = |entry: &'e Entry| std::iter::once(&entry.name).chain(&entry.alias);
    let found = entries.iter().find(|entry| names(entry).any(|known| known.eq_ignore_ascii_case(name)));
    found.ok_or_else(|| {
        let (lower, upper) = (name.to_lowercase(), name.to_uppercase());
        let all: Vec<&str> = entries.iter().flat_map(names).map(String::as_str).collect();
        let mut near: Vec<String> = [lower.as_str(), upper.as_str()]
            .into_iter()
            .filter_map(|wanted| nearest(wanted, all.iter().copied()))
            .map(str::to_owned)
            .collect();
        let within = entries.iter().filter(|entry| !lower.is_empty() && entry.name.to_lowercase().contains(&lower));
        near.extend(within.map(|entry| entry.name.clone()));
        near.dedup();
        near.truncate(8);
        near
    })
}

fn of_lint(rule: &LintRule) -> Entry {
    let name = rule.id.strip_prefix("lint/").unwrap_or(rule.id);
    let concerns: Vec<&str> = rule.concerns.iter().map(|id| id.as_str()).collect();
    let mut facts = vec![("group", rule.group.as_str().to_owned())];
    facts.extend((!concerns.is_empty()).then(|| ("concerns", concerns.join(", "))));
    Entry {
        name: rule.id.to_owned(),
        alias: Some(name.to_owned()),
        group: format!("Rules of lint: {}", rule.group.as_str()),
        summary: rule.summary.to_owned(),
        severity: Some(rule.severity.as_str()),
        facts,
        manual: rule.manual(),
        remedy: format!(
            "For a whole API `{name} = \"off\"` under `[lint]` in methodical.toml silences it (or `\"note\"`, `\"warning\"`, \
             `\"error\"`); at one place `x-lint-ignore: {{ {name}: the reason }}` does, in the description or in an overlay."
        ),
    }
}

/// The rules of lint that concern each rule of the catalogue.
fn concerns() -> BTreeMap<RuleId, Vec<&'static str>> {
    let mut concerns: BTreeMap<RuleId, Vec<&'static str>> = BTreeMap::new();
    for rule in methodical_lint::rules() {
        rule.concerns.iter().for_each(|id| concerns.entry(*id).or_default().push(rule.id));
    }
    concerns
}

fn of_catalogue(rule: &Rule, concerns: &BTreeMap<RuleId, Vec<&'static str>>) -> Entry {
    let ids = |rules: &[RuleId]| rules.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
    let changes = rule.changes;
    let mut facts = vec![
        ("declared by", rule.declared_by.to_owned()),
        ("source", rule.source.to_owned()),
        ("held", rule.held.as_str().to_owned()),
        (
            "a change",
            format!(
                "withdrawn {}, weakened {}, introduced {}",
                changes.withdrawn.as_str(),
                changes.weakened.as_str(),
                changes.introduced.as_str()
            ),
        ),
    ];
    facts.extend((!rule.depends_on.is_empty()).then(|| ("depends on", ids(rule.depends_on))));
    facts.extend(concerns.get(&rule.id).map(|rules| ("checked by", rules.join(", "))));
    Entry {
        name: rule.id.as_str().to_owned(),
        alias: rule.alias.map(str::to_owned),
        group: format!("The catalogue: {}", family(rule.family)),
        summary: rule.title.to_owned(),
        severity: None,
        facts,
        manual: rule.manual.to_owned(),
        remedy: "`methodical promises` says which operations promise it, and where each declares it. The examples of the rules of \
                 lint that check it show descriptions that do and do not."
            .to_owned(),
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Access => "access",
        Family::Read => "reading",
        Family::List => "lists",
        Family::Delete => "DELETE",
        Family::Put => "PUT, PATCH and writes",
        Family::Post => "POST",
        Family::Conditional => "preconditions",
        Family::Method => "methods and errors",
    }
}

fn of_page(page: &Page, group: &str) -> Entry {
    let lint = page.code.strip_prefix("lint/");
    let remedy = match (page.severity, page.slip, lint) {
        (_, _, Some(name)) => format!("`{name} = \"off\"` under `[lint]` in methodical.toml silences it."),
        (methodical_diagnostic::Severity::Error, false, None) => {
            "Nothing is generated until it is mended: it leaves no meaning.".to_owned()
        }
        (_, true, None) => "`lint` fails on it; `generate` says it and goes on, unless it is `strict`.".to_owned(),
        (_, false, None) => "Nothing fails on it.".to_owned(),
    };
    Entry {
        name: page.code.to_owned(),
        alias: lint.map(str::to_owned),
        group: group.to_owned(),
        summary: page.summary.to_owned(),
        severity: Some(if page.slip { "slip" } else { page.severity.as_str() }),
        facts: Vec::new(),
        manual: page.manual.to_owned(),
        remedy,
    }
}
