//! What changes a text and not what it means changes no verdict: over real descriptions, which are edited as values. And what breaks one
//! way does so the other way round: what an API accepts is what a webhook may send.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Key, Object, Value, bundle};
use methodical_model::{Api, lower};
use methodical_review::{Change, ChangeKind, Review, SchemaChangeKind, WireLevel, compare};

/// Larger descriptions are left to the other tests: this one is built without optimization.
const LARGE: u64 = 300_000;

/// The stack of a main thread.
const STACK: usize = 8 << 20;

/// An edit that means nothing: the entry, and another file that it refers to. `None`: it does not apply.
type Edit = fn(&Value) -> Option<(Value, Option<Value>)>;

/// The name of the other file.
const OTHER: &str = "schemas.json";

const EDITS: &[(&str, Edit)] = &[
    ("the same", |value| Some((value.clone(), None))),
    ("components renamed", |value| Some((renamed(value)?, None))),
    ("references written out", |value| Some((inlined(value)?, None))),
    ("references in an allOf of one", |value| Some((wrapped(value)?, None))),
    ("members in another order", |value| Some((reordered(value)?, None))),
    ("OpenAPI 3.1 instead of 3.0", |value| Some((modernised(value)?, None))),
    ("discriminators with all of their mapping", |value| Some((mapped(value)?, None))),
    ("schemas in a file of their own", split),
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

/// What the one that accepts must not refuse, the one that sends must not begin to send: an edit of an API breaks it exactly where the
/// reverse of the edit breaks those who receive the same requests and answers as webhooks.
#[test]
fn reversed_pairs_mirror_their_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/review-cases");
    let Ok(table) = std::fs::read_to_string(folder.join("cases.tsv")) else {
        eprintln!("SKIPPED: reversed_pairs_mirror_their_verdict: there are no cases in {}", folder.display());
        return;
    };
    let (mut mirrored, mut breaks, mut wrong) = (0, 0, Vec::new());
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let sides = [columns[1], columns[2]].map(|file| value(&folder.join(file)));
        let [Some(old), Some(new)] = sides else { continue };
        // Members that one side alone sets are others where requests go the other way.
        if [&old, &new].into_iter().any(tells_a_way) {
            continue;
        }
        let sent = [&old, &new].map(|value| Some((api(&asked(value)?, None)?, api(&sent(value)?, None)?)));
        let [Some((old, old_sent)), Some((new, new_sent))] = sent else { continue };
        let here = broken(&compare(&old, &new));
        let there = broken(&compare(&new_sent, &old_sent));
        mirrored += 1;
        breaks += usize::from(!here.is_empty());
        if here != there {
            wrong.push(format!("{}: {here:?} there, and reversed {there:?}", columns[0]));
        }
    }
    println!("{mirrored} pairs, of which {breaks} break");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mirrored > 80 && breaks > 40, "only {mirrored} pairs were mirrored, and {breaks} of them break");
}

/// Where schemas break: the places, in the words of who accepts.
fn broken(review: &Review) -> BTreeSet<String> {
    let breaks = |change: &&Change| {
        let is_broken = change.wire.as_ref().is_some_and(|verdict| verdict.level == WireLevel::Breaking);
        // How settled a member is says nothing of values.
        let is_of_values = change.kind != ChangeKind::Schema(SchemaChangeKind::PropertyStabilityLowered);
        is_broken && is_of_values && matches!(change.kind, ChangeKind::Schema(_))
    };
    review.changes.iter().filter(breaks).flat_map(|change| &change.reach).map(|reach| reach.place.clone()).collect()
}

fn value(path: &Path) -> Option<Value> {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(path, &mut diagnostics);
    Some(bundle(&documents, &mut diagnostics)?.to_value().clone())
}

fn tells_a_way(value: &Value) -> bool {
    any(value, &|value| value.get("readOnly").or_else(|| value.get("writeOnly")).is_some())
}

/// The description as an API: operations, each without what a webhook cannot have.
fn asked(value: &Value) -> Option<Value> {
    let paths: Object = operations(value)?.into_iter().map(|(name, item)| (format!("/{name}"), item)).collect();
    Some(with(&without_security(value)?, "paths", Value::Object(paths)))
}

/// The same operations as webhooks.
fn sent(value: &Value) -> Option<Value> {
    let webhooks: Object = operations(value)?.into_iter().collect();
    let with_them = with(&without_security(value)?, "webhooks", Value::Object(webhooks));
    let modern = with(with_them.as_object()?, "openapi", value.get("openapi")?.clone());
    Some(with(modern.as_object()?, "paths", Value::Object(Object::default())))
}

fn without_security(value: &Value) -> Option<Object> {
    let mut members = value.as_object()?.clone();
    members.retain(|name, _| name != "security" && name != "servers" && name != "webhooks");
    Some(members)
}

/// Path items by a name, with parameters that are in no path.
fn operations(value: &Value) -> Option<Vec<(String, Value)>> {
    let in_path = |parameter: &Value| {
        let named = parameter.reference().and_then(|target| target.strip_prefix("#/components/parameters/"));
        let target = named.and_then(|name| value.get("components")?.get("parameters")?.get(name)).unwrap_or(parameter);
        target.get("in").and_then(Value::as_str) == Some("path")
    };
    let clean = |members: Object| {
        let mut members = members;
        if let Some(Value::Array(parameters)) = members.get_mut("parameters") {
            parameters.retain(|parameter| !in_path(parameter));
        }
        members.remove("callbacks");
        members.remove("security");
        members.remove("servers");
        Value::Object(members)
    };
    let items = value.get("paths")?.as_object()?.iter();
    // Paths that differ in the names of parameters only are one.
    let name = |path: &str| {
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment });
        segments.collect::<Vec<_>>().join("-").replace(['{', '}'], "")
    };
    let all = items.map(|(path, item)| (name(path), map(item, &clean)));
    Some(all.collect())
}

/// How many edits were tried of one description, and what changed where nothing should have.
fn check(entry: &Path) -> (usize, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(entry, &mut diagnostics);
    let Some(bundle) = bundle(&documents, &mut diagnostics) else { return (0, Vec::new()) };
    let Some(before) = api(bundle.to_value(), None) else { return (0, Vec::new()) };
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, edit) in EDITS {
        let edited = edit(bundle.to_value());
        let Some(after) = edited.and_then(|(value, other)| api(&value, other.as_ref())) else { continue };
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

fn api(value: &Value, other: Option<&Value>) -> Option<Api> {
    let mut diagnostics = Diagnostics::new();
    let (text, other) = (value.to_json(), other.map(Value::to_json));
    let mut files = vec![("openapi.json", text.as_str())];
    files.extend(other.as_deref().map(|text| (OTHER, text)));
    let documents = Documents::from_memory("openapi.json", &files, &mut diagnostics);
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
    let member = |(name, member): (&Key, &Value)| match (name.as_str(), member) {
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

/// `nullable` becomes a type more, and limits that are exclusive by a word become numbers. What stands beside a reference is read otherwise,
/// and so is left alone.
fn modernised(value: &Value) -> Option<Value> {
    value.get("openapi")?.as_str().filter(|version| version.starts_with("3.0"))?;
    // Of a list of values without null, and of a schema without a type, it is not agreed what `nullable` does.
    let is_left = any(value, &|value| {
        let lists_null = |list: &Value| list.as_array().is_some_and(|values| values.contains(&Value::Null));
        value.reference().is_some() && !is_alone(value)
            || value.get("nullable").is_some()
                && (value.get("enum").is_some_and(|list| !lists_null(list)) || value.get("type").is_none())
    });
    if is_left {
        return None;
    }
    let modern = map(value, &|mut members| {
        if members.remove("nullable") == Some(Value::Bool(true)) {
            let kind = members.get("type").cloned().unwrap_or(Value::Null);
            members.insert("type".to_owned(), Value::Array(vec![kind, Value::String("null".to_owned())]));
        }
        for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if let Some(Value::Bool(is_so)) = members.get(exclusive).cloned() {
                members.remove(exclusive);
                let number = members.get(limit).cloned().filter(|_| is_so);
                if let Some(number) = number {
                    members.remove(limit);
                    members.insert(exclusive.to_owned(), number);
                }
            }
        }
        Value::Object(members)
    });
    Some(with(modern.as_object()?, "openapi", Value::String("3.1.1".to_owned())))
}

/// Each alternative that is a component has its name among the tags, unless it has others.
fn mapped(value: &Value) -> Option<Value> {
    let has_any = any(value, &|value| value.get("discriminator").is_some() && value.get("oneOf").is_some());
    has_any.then(|| {
        map(value, &|members| {
            let targets = members.get("oneOf").and_then(Value::as_array).unwrap_or_default().iter();
            let targets: Vec<&str> = targets.filter_map(Value::reference).collect();
            let Some(Value::Object(discriminator)) = members.get("discriminator") else {
                return Value::Object(members);
            };
            let mut mapping = match discriminator.get("mapping") {
                Some(Value::Object(mapping)) => mapping.clone(),
                Some(_) | None => Object::default(),
            };
            for target in targets {
                let Some(name) = target.strip_prefix(SCHEMAS).filter(|name| !name.contains('/')) else { continue };
                let is_target = |value: &Value| value.as_str().is_some_and(|text| text == target || text == name);
                if !mapping.values().any(is_target) && !mapping.contains_key(name) {
                    mapping.insert(name.to_owned(), Value::String(target.to_owned()));
                }
            }
            let discriminator = with(discriminator, "mapping", Value::Object(mapping));
            with(&members, "discriminator", discriminator)
        })
    })
}

/// All schemas are in another file, and refer to each other there.
fn split(value: &Value) -> Option<(Value, Option<Value>)> {
    let schemas = value.get("components")?.get("schemas")?;
    // A tag may be the name of a component, and what is found by an anchor is not where it was.
    let is_left =
        tells_by_name(value) || any(value, &|value| value.get("$id").or_else(|| value.get("$anchor")).is_some());
    if is_left || schemas.as_object()?.is_empty() {
        return None;
    }
    let led = |value: &Value, to: &str| {
        let lead = |members: Object| match members.get("$ref").and_then(Value::as_str) {
            Some(target) if target.starts_with(SCHEMAS) => {
                let target = target.replacen(SCHEMAS, to, 1);
                with(&members, "$ref", Value::String(target))
            }
            Some(_) | None => Value::Object(members),
        };
        map(value, &lead)
    };
    let other = led(schemas, "#/");
    // What refers to the rest of the entry would have to be led back.
    let leads_back = any(&other, &|value| {
        value.reference().is_some_and(|target| target.starts_with("#/components/") || target.starts_with("#/paths"))
    });
    if leads_back {
        return None;
    }
    let entry = led(value, &format!("{OTHER}#/"));
    let components = entry.get("components")?.as_object()?;
    let rest = components.iter().filter(|(name, _)| name.as_str() != "schemas");
    let rest: Object = rest.map(|(name, member)| (name.clone(), member.clone())).collect();
    Some((with(entry.as_object()?, "components", Value::Object(rest)), Some(other)))
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
