//! What changes a text and not what it means changes no verdict: over real descriptions, which are edited as values.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Object, Value, bundle};
use methodical_model::{Api, lower};
use methodical_review::{Review, compare};

/// Larger descriptions are left to the other tests: this one is built without optimization.
const LARGE: u64 = 300_000;

/// The stack of a main thread.
const STACK: usize = 8 << 20;

/// An edit that means nothing. `None`: it does not apply.
type Edit = fn(&Value) -> Option<Value>;

const EDITS: &[(&str, Edit)] = &[
    ("the same", |value| Some(value.clone())),
    ("components renamed", renamed),
    ("references written out", inlined),
    ("references in an allOf of one", wrapped),
    ("members in another order", reordered),
    ("OpenAPI 3.1 instead of 3.0", modernised),
];

#[test]
fn what_means_nothing_changes_nothing() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut entries = corpus(&shared.join("corpus"));
    entries.extend(cases(&shared.join("review-cases/specs")));
    if entries.is_empty() {
        eprintln!("SKIPPED: what_means_nothing_changes_nothing: there are no descriptions in {}", shared.display());
        return;
    }
    let found = on_all(&entries, check);
    let tried: usize = found.iter().map(|(tried, _)| tried).sum();
    let wrong: Vec<&String> = found.iter().flat_map(|(_, wrong)| wrong).collect();
    println!("{tried} edits of {} descriptions", entries.len());
    assert!(wrong.is_empty(), "{} of {tried} edits changed something:\n{}", wrong.len(), join(&wrong));
    assert!(tried > entries.len(), "hardly anything was tried");
}

/// How many edits were tried of one description, and what changed where nothing should have.
fn check(entry: &Path) -> (usize, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(entry, &mut diagnostics);
    let Some(bundle) = bundle(&documents, &mut diagnostics) else { return (0, Vec::new()) };
    let Some(before) = api(bundle.to_value()) else { return (0, Vec::new()) };
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, edit) in EDITS {
        let Some(after) = edit(bundle.to_value()).as_ref().and_then(api) else { continue };
        tried += 1;
        for (way, review) in [("", compare(&before, &after)), (", reversed", compare(&after, &before))] {
            wrong.extend(first(&review).map(|change| format!("{}: {name}{way}: {change}", entry.display())));
        }
    }
    (tried, wrong)
}

/// What a review says that concerns the wire or promises, if anything.
fn first(review: &Review) -> Option<String> {
    let change = review.changes.iter().find(|change| change.wire.is_some() || change.promises.is_some())?;
    Some(format!("{} {} {}", change.kind.as_str(), change.subject, change.message))
}

fn api(value: &Value) -> Option<Api> {
    let mut diagnostics = Diagnostics::new();
    let text = value.to_json();
    let documents = Documents::from_memory("openapi.json", &[("openapi.json", &text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics)?;
    Some(lower(&bundle, &mut diagnostics))
}

/// Whether it says somewhere which alternative a value is by the name of a component, or means by a reference what depends
/// on where it is.
fn tells_by_name(value: &Value) -> bool {
    any(value, &|value| value.get("discriminator").is_some() || value.get("$dynamicRef").is_some())
}

fn any(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    is(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| any(item, is)),
            Value::Object(members) => members.values().any(|member| any(member, is)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
}

/// Each object made anew, from the inside out.
fn map(value: &Value, change: &dyn Fn(Object) -> Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| map(item, change)).collect()),
        Value::Object(members) => {
            change(members.iter().map(|(name, member)| (name.clone(), map(member, change))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

const SCHEMAS: &str = "#/components/schemas/";

fn renamed(value: &Value) -> Option<Value> {
    let names = value.get("components")?.get("schemas")?.as_object()?;
    if tells_by_name(value) || names.is_empty() {
        return None;
    }
    let in_references = map(value, &|members| match members.get("$ref").and_then(Value::as_str) {
        Some(target) => {
            let target = target.replace(SCHEMAS, &format!("{SCHEMAS}Other"));
            with(&members, "$ref", Value::String(target))
        }
        None => Value::Object(members),
    });
    let schemas = in_references.get("components")?.get("schemas")?.as_object()?;
    let schemas: Object = schemas.iter().map(|(name, schema)| (format!("Other{name}"), schema.clone())).collect();
    let components = in_references.get("components")?.as_object()?;
    let components = with(components, "schemas", Value::Object(schemas));
    Some(with(in_references.as_object()?, "components", components))
}

fn with(members: &Object, name: &str, value: Value) -> Value {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

/// Whether nothing stands beside a reference.
fn is_alone(reference: &Value) -> bool {
    reference.as_object().is_some_and(|members| members.len() == 1)
}

/// Written out are parameters, headers, bodies and responses, and schemas that refer to nothing themselves.
fn inlined(value: &Value) -> Option<Value> {
    if tells_by_name(value) {
        return None;
    }
    let target = |reference: &str| -> Option<Value> {
        let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
        let found = value.get("components")?.get(section)?.get(name)?;
        let is_leaf = !any(found, &|value| value.reference().is_some());
        // What a component says beside its values is not taken for what its places say.
        let is_said = found.get("default").is_some() || found.get("deprecated").is_some();
        (is_leaf && !is_said && !name.contains('~') && section != "securitySchemes").then(|| found.clone())
    };
    Some(map(value, &|members| {
        let found = members.get("$ref").and_then(Value::as_str).filter(|_| members.len() == 1).and_then(target);
        found.unwrap_or(Value::Object(members))
    }))
}

/// Where a schema stands alone: as a member, as items, as the content of a media type.
fn wrapped(value: &Value) -> Option<Value> {
    if tells_by_name(value) {
        return None;
    }
    let says_nothing_else = |reference: &str| {
        let target =
            reference.strip_prefix(SCHEMAS).and_then(|name| value.get("components")?.get("schemas")?.get(name));
        target.is_some_and(|target| target.get("default").is_none() && target.get("deprecated").is_none())
    };
    let wrap = |value: &Value| match value.reference() {
        Some(reference) if says_nothing_else(reference) && is_alone(value) => {
            Value::Object([("allOf".to_owned(), Value::Array(vec![value.clone()]))].into_iter().collect())
        }
        Some(_) | None => value.clone(),
    };
    let member = |(name, member): (&String, &Value)| match (name.as_str(), member) {
        ("schema" | "items", member) => (name.clone(), wrap(member)),
        ("properties", Value::Object(properties)) => {
            let properties = properties.iter().map(|(name, schema)| (name.clone(), wrap(schema)));
            (name.clone(), Value::Object(properties.collect()))
        }
        (_, member) => (name.clone(), member.clone()),
    };
    Some(map(value, &|members| Value::Object(members.iter().map(member).collect())))
}

fn reordered(value: &Value) -> Option<Value> {
    Some(map(value, &|members| Value::Object(members.into_iter().rev().collect())))
}

/// `nullable` becomes a type more. What stands beside a reference is read otherwise, and so is left alone.
fn modernised(value: &Value) -> Option<Value> {
    let version = value.get("openapi")?.as_str().filter(|version| version.starts_with("3.0"))?;
    // A limit that is exclusive by a word of its own, and a list of values without null, are other edits.
    let is_left = any(value, &|value| {
        value.get("exclusiveMinimum").or_else(|| value.get("exclusiveMaximum")).is_some()
            || value.reference().is_some() && !is_alone(value)
            || value.get("nullable").is_some() && (value.get("enum").is_some() || value.get("type").is_none())
    });
    if is_left || version.is_empty() {
        return None;
    }
    let modern = map(value, &|mut members| {
        if members.get("nullable") == Some(&Value::Bool(true)) {
            let kind = members.get("type").cloned().unwrap_or(Value::Null);
            members.shift_remove("nullable");
            members.insert("type".to_owned(), Value::Array(vec![kind, Value::String("null".to_owned())]));
        }
        Value::Object(members)
    });
    Some(with(modern.as_object()?, "openapi", Value::String("3.1.1".to_owned())))
}

/// The entries of the corpus that are not too large.
fn corpus(folder: &Path) -> Vec<PathBuf> {
    let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap_or_default();
    let entries = manifest.lines().skip(1).filter_map(|row| Some(folder.join(row.split('\t').nth(2)?)));
    entries.filter(|entry| std::fs::metadata(entry).is_ok_and(|file| file.len() < LARGE)).collect()
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

/// Does some work for each description, on all cores.
fn on_all<T: Send>(entries: &[PathBuf], work: impl Fn(&Path) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || -> Vec<T> {
        std::iter::from_fn(|| entries.get(next.fetch_add(1, Ordering::Relaxed))).map(|entry| work(entry)).collect()
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let start = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let handles: Vec<_> = (0..workers).map(start).collect::<Result<_, _>>().expect("threads start");
        handles.into_iter().flat_map(|handle| handle.join().expect("no description makes a review panic")).collect()
    })
}

fn join(lines: &[&String]) -> String {
    lines.iter().take(40).map(|line| line.as_str()).collect::<Vec<_>>().join("\n")
}
