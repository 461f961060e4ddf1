//! The space of edits: one for every member that an object of OpenAPI can have, in both directions, each with a verdict or
//! with a reason why there is none. `docs/review-edits.md` is the table; this test writes it anew with
//! `METHODICAL_UPDATE_DOCS=1`, and holds it complete and true.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use methodical_diagnostic::{Diagnostics, Pointer, Style, render_text};
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower, openapi_members};
use methodical_review::{Change, compare};
use serde::Deserialize;
use serde_json::Value;

const BASE: &str = include_str!("edit_space/base.yaml");
const SCHEMAS: &str = include_str!("edit_space/schemas.yaml");
const OBJECTS: &str = include_str!("edit_space/objects.yaml");
const WAIVERS: &str = include_str!("edit_space/waivers.yaml");
/// How many characters of a value are shown.
const LONGEST: usize = 120;
const TABLE: &str = "../../docs/review-edits.md";

/// An edit of a schema: what stood there, and what stands there now.
#[derive(Deserialize)]
struct SchemaEdit {
    keyword: String,
    from: Value,
    to: Value,
    /// The way in which it is no change, and why.
    #[serde(default)]
    nothing: BTreeMap<String, String>,
}

/// An edit of any other object: what stands at a pointer now.
#[derive(Deserialize)]
struct ObjectEdit {
    object: String,
    member: String,
    at: String,
    to: Value,
    /// What is in both versions beside the base.
    #[serde(default)]
    with: Vec<Setting>,
    /// Why it is no change.
    nothing: Option<String>,
}

#[derive(Deserialize)]
struct Setting {
    at: String,
    to: Value,
}

type Waivers = BTreeMap<String, BTreeMap<String, String>>;

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn api(description: &Value) -> Api {
    let text = description.to_string();
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.json", &[("openapi.json", &text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    diagnostics.soften();
    assert!(!diagnostics.has_errors(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    api
}

/// The description with another value at a pointer; `none` takes it out.
fn set(description: &Value, at: &str, to: &Value) -> Value {
    let mut description = description.clone();
    let pointer = Pointer::parse(at).unwrap_or_else(|| panic!("{at} is no pointer"));
    let parent = pointer.parent().expect("not the root");
    let last = pointer.last().expect("a member").into_owned();
    let mut here = &mut description;
    for token in parent.tokens() {
        here = match here {
            Value::Array(items) => &mut items[token.parse::<usize>().expect("a position")],
            Value::Object(members) => {
                members.entry(token.into_owned()).or_insert_with(|| Value::Object(serde_json::Map::new()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("nothing is below {at}"),
        };
    }
    match (here, to.as_str() == Some("none")) {
        (Value::Array(items), false) if items.len().to_string() == last => items.push(to.clone()),
        (Value::Array(items), false) => items[last.parse::<usize>().expect("a position")] = to.clone(),
        (Value::Object(members), false) => drop(members.insert(last, to.clone())),
        (Value::Object(members), true) => drop(members.remove(&last).unwrap_or_else(|| panic!("nothing is at {at}"))),
        (other, _) => panic!("{at} is not in {other}"),
    }
    description
}

/// What an edit comes to: each change with its level, the gravest first.
fn verdict(old: &Value, new: &Value) -> String {
    let changes = compare(&api(old), &api(new)).changes;
    let mut cells: Vec<String> = Vec::new();
    for change in &changes {
        let cell = format!("{} `{}`", level(change), change.kind.as_str());
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells.join("<br>")
}

fn level(change: &Change) -> String {
    let wire = change.wire.as_ref().map(|verdict| verdict.level.as_str());
    let promises = change.promises.as_ref().map(|verdict| verdict.severity.as_str());
    let rust = change.rust.as_ref().map(|verdict| verdict.level.as_str());
    let planes = [("wire", wire), ("Rust", rust), ("promises", promises)];
    let planes = planes.into_iter().filter_map(|(plane, level)| Some(format!("{plane} **{}**", level?)));
    planes.collect::<Vec<_>>().join(", ")
}

/// A row of the table: the edit, and what it and its reverse come to.
struct Row {
    object: String,
    member: String,
    edit: String,
    there: String,
    back: String,
    nothing: Option<String>,
}

fn rows() -> Vec<Row> {
    let base: Value = parse(BASE);
    let mut rows = Vec::new();
    for edit in parse::<Vec<ObjectEdit>>(OBJECTS) {
        let base = edit.with.iter().fold(base.clone(), |base, Setting { at, to }| set(&base, at, to));
        let new = set(&base, &edit.at, &edit.to);
        let before = Pointer::parse(&edit.at).and_then(|_| base.pointer(&edit.at)).map_or("nothing".to_owned(), short);
        let after = if edit.to == "none" { "nothing".to_owned() } else { short(&edit.to) };
        let text = format!("`{}`: {before} → {after}", edit.at);
        rows.push(Row { nothing: edit.nothing, ..row(&edit.object, &edit.member, text, &base, &new) });
    }
    for edit in parse::<Vec<SchemaEdit>>(SCHEMAS) {
        for (way, place) in [("request", "Thing"), ("response", "Seen")] {
            let at = format!("/components/schemas/{place}/properties/probe");
            let base = with_animals(&base);
            let (old, new) = (set(&base, &at, &edit.from), set(&base, &at, &edit.to));
            let text = format!("in a {way}: {} → {}", short(&edit.from), short(&edit.to));
            let nothing = edit.nothing.get(way).cloned();
            rows.push(Row { nothing, ..row("a schema", &edit.keyword, text, &old, &new) });
        }
    }
    rows
}

/// The schemas that alternatives refer to.
fn with_animals(base: &Value) -> Value {
    let animal = |kind: &str, member: &str| {
        let text = format!(
            "{{\"type\": \"object\", \"required\": [\"kind\", \"{member}\"], \"properties\": {{\"kind\": {{\"type\": \"string\", \"enum\": [\"{kind}\"]}}, \"{member}\": {{\"type\": \"string\"}}}}}}"
        );
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    let base = set(base, "/components/schemas/Cat", &animal("Cat", "claws"));
    set(&base, "/components/schemas/Dog", &animal("Dog", "bark"))
}

fn row(object: &str, member: &str, edit: String, old: &Value, new: &Value) -> Row {
    let (there, back) = (verdict(old, new), verdict(new, old));
    Row { object: object.to_owned(), member: member.to_owned(), edit, there, back, nothing: None }
}

/// A value as code in a cell, cut where it is long.
fn short(value: &Value) -> String {
    let text = value.to_string().replace('|', "\\|");
    if text.len() <= LONGEST {
        format!("`{text}`")
    } else {
        format!("`{}` ...", text.chars().take(LONGEST).collect::<String>())
    }
}

fn table(rows: &[Row], waivers: &Waivers) -> String {
    let mut text = "# What each edit of a description comes to\n\n\
        One edit for every member that an object of OpenAPI can have, with the verdict of `methodical review` on it and on its\n\
        reverse; and, where an edit has none, why. `crates/review/tests/edit_space.rs` makes this table and holds it complete.\n"
        .to_owned();
    for (object, members) in openapi_members() {
        let of_object = || rows.iter().filter(|row| row.object == object);
        let _ = write!(text, "\n## {}\n", object.trim_matches('`'));
        if of_object().next().is_some() {
            text += "\n| member | edit | verdict | the other way round |\n|---|---|---|---|\n";
        }
        for row in of_object() {
            let (there, back) = match &row.nothing {
                Some(why) => (format!("no change: {why}"), "no change".to_owned()),
                None => (row.there.clone(), row.back.clone()),
            };
            let _ = writeln!(text, "| `{}` | {} | {there} | {back} |", row.member, row.edit);
        }
        let waived = members.iter().filter_map(|member| Some((member, waivers.get(object)?.get(*member)?)));
        let waived: Vec<String> = waived.map(|(member, why)| format!("| `{member}` | {why} |\n")).collect();
        if !waived.is_empty() {
            text += "\n| member without a verdict | why |\n|---|---|\n";
            text += &waived.concat();
        }
    }
    text
}

#[test]
fn every_member_has_a_verdict_or_a_waiver() {
    let (rows, waivers) = (rows(), parse::<Waivers>(WAIVERS));
    let tried: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.object.as_str(), row.member.as_str())).collect();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (object, members) in openapi_members() {
        for member in members {
            known.insert((object, *member));
            let waived = waivers.get(object).is_some_and(|members| members.contains_key(*member));
            match (tried.contains(&(object, *member)), waived) {
                (false, false) => wrong.push(format!("{object}: `{member}` has neither an edit nor a waiver")),
                (true, true) => wrong.push(format!("{object}: `{member}` has edits, and is waived")),
                (true, false) | (false, true) => {}
            }
        }
    }
    let named = waivers
        .iter()
        .flat_map(|(object, members)| members.keys().map(move |member| (object.as_str(), member.as_str())));
    wrong.extend(
        tried
            .into_iter()
            .chain(named)
            .filter(|cell| !known.contains(cell))
            .map(|cell| format!("{cell:?} is no member")),
    );
    for row in &rows {
        let Row { object, member, edit, there, back, nothing } = row;
        let silent = there.is_empty() && back.is_empty();
        match nothing {
            None if there.is_empty() || back.is_empty() => {
                wrong.push(format!("{object}: `{member}` has no verdict: {edit}: [{there}] [{back}]"));
            }
            Some(why) if !silent => {
                wrong.push(format!("{object}: `{member}` should be no change ({why}): {edit}: [{there}] [{back}]"));
            }
            None | Some(_) => {}
        }
    }
    let table = table(&rows, &waivers);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os("METHODICAL_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &table).expect("docs/ can be written to");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != table {
        wrong.push("docs/review-edits.md is out of date: run this test with METHODICAL_UPDATE_DOCS=1".to_owned());
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.join("\n"));
}
