//! One check for all: a schema, a value as JSON, and the violations as lines of pointer and detail.

use super::*;
use crate::{Format, Literal};

fn check(schema: &Schema, json: &str, expect: &[&str]) {
    let value = serde_json::from_str(json).expect("JSON");
    let violations = validate(schema, &value);
    let lines: Vec<_> =
        violations.iter().map(|violation| format!("{}: {}", violation.pointer, violation.detail)).collect();
    assert_eq!(lines, expect, "{json}");
}

static WHOLE: Schema = Schema::Integer { minimum: Some(1), maximum: Some(10), multiple_of: Some(2) };
static TEXT: Schema = Schema::String { format: Format::Plain, min_length: Some(2), max_length: Some(3), pattern: None };
static ANY_TEXT: Schema = Schema::String { format: Format::Plain, min_length: None, max_length: None, pattern: None };
static TEXTS: Schema = Schema::Array { items: &TEXT, min_items: Some(1), max_items: Some(2), unique: true };

const fn property(name: &'static str, schema: &'static Schema, required: bool) -> Property {
    Property { name, schema, required, access: Access::ReadWrite }
}

const fn read_only(name: &'static str, policy: OnReadOnly) -> Property {
    Property { name, schema: &ANY_TEXT, required: true, access: Access::ReadOnly(policy) }
}

static TREE: Schema = Schema::Object {
    properties: &[
        property("a/b", &WHOLE, true),
        property("below", &Schema::Nullable(&Schema::Ref(&TREE)), false),
        read_only("id", OnReadOnly::Refuse),
        read_only("made", OnReadOnly::Ignore),
    ],
    additional: Additional::Denied,
    min_properties: None,
    max_properties: Some(3),
};

#[test]
fn integers() {
    check(&WHOLE, "4", &[]);
    check(&WHOLE, "4.0", &[]);
    check(&WHOLE, "0", &[": must be at least 1"]);
    check(&WHOLE, "11", &[": must be at most 10", ": must be a multiple of 2"]);
    check(&WHOLE, "4.5", &[": must be an integer, not a number"]);
    check(&WHOLE, "1e300", &[": must be an integer, not a number"]);
    check(&WHOLE, "18446744073709551615", &[": must be at most 10", ": must be a multiple of 2"]);
    check(&WHOLE, "\"4\"", &[": must be an integer, not a string"]);
}

#[test]
fn numbers() {
    let open = Some(Bound { value: 0.0, exclusive: true });
    let number =
        Schema::Number { minimum: open, maximum: Some(Bound { value: 1.5, exclusive: false }), multiple_of: Some(0.1) };
    check(&number, "0.3", &[]);
    check(&number, "1.5", &[]);
    check(&number, "0", &[": must be more than 0"]);
    check(&number, "1.55", &[": must be at most 1.5", ": must be a multiple of 0.1"]);
    check(&number, "null", &[": must be a number, not null"]);
}

#[test]
fn strings_count_characters() {
    check(&TEXT, "\"äöü\"", &[]);
    check(&TEXT, "\"😀\"", &[": must have at least 2 characters"]);
    check(&TEXT, "\"abcd\"", &[": must have at most 3 characters"]);
    let slug = Schema::String { format: Format::Uuid, min_length: None, max_length: None, pattern: Some("^[a-z]+$") };
    check(&slug, "\"A\"", &[": must be a UUID", ": must match ^[a-z]+$"]);
}

#[test]
fn enumerations() {
    let colours = Schema::Enumeration(&[Literal::Text("red"), Literal::Integer(1), Literal::Null]);
    check(&colours, "\"red\"", &[]);
    check(&colours, "1.0", &[]);
    check(&colours, "null", &[]);
    check(&colours, "\"blue\"", &[": must be one of `red`, 1, null"]);
    check(&Schema::Enumeration(&[Literal::Boolean(true)]), "false", &[": must be true"]);
}

#[test]
fn lists() {
    check(&TEXTS, r#"["ab","cd"]"#, &[]);
    check(&TEXTS, "[]", &[": must have at least 1 item"]);
    check(
        &TEXTS,
        r#"["ab","ab","x"]"#,
        &[": must have at most 2 items", ": must not contain an item twice", "/2: must have at least 2 characters"],
    );
    let sets = Schema::Array { items: &Schema::Any, min_items: None, max_items: None, unique: true };
    check(&sets, r#"[{"a":1,"b":2},{"b":2,"a":1.0}]"#, &[": must not contain an item twice"]);
    check(&sets, r#"["1",1,[1],["1"],true,null]"#, &[]);
}

#[test]
fn objects_report_every_violation_with_its_pointer() {
    check(&TREE, r#"{"a/b":2,"made":7,"below":null}"#, &[]);
    check(
        &TREE,
        r#"{"id":"x","below":{"a/b":3,"no~pe":1}}"#,
        &[
            "/a~1b: is missing",
            "/below/a~1b: must be a multiple of 2",
            "/below/no~0pe: is unknown here",
            "/id: is read-only and must be absent",
        ],
    );
    check(&TREE, "[]", &[": must be an object, not a list"]);
    let typed = Schema::Object {
        properties: &[],
        additional: Additional::Typed(&WHOLE),
        min_properties: Some(1),
        max_properties: None,
    };
    check(&typed, r#"{"x":2,"y":"z"}"#, &["/y: must be an integer, not a string"]);
    check(&typed, "{}", &[": must have at least 1 member"]);
}

static ONE: Schema = Schema::Object {
    properties: &[property("kind", &ANY_TEXT, false), property("name", &TEXT, true)],
    additional: Additional::Allowed,
    min_properties: None,
    max_properties: None,
};
static MANY: Schema = Schema::Object {
    properties: &[property("kind", &ANY_TEXT, false), property("names", &TEXTS, true)],
    additional: Additional::Allowed,
    min_properties: None,
    max_properties: None,
};

static EITHER: &[&Schema] = &[&ONE, &MANY];

#[test]
fn unions_explain_the_nearest_alternative() {
    let union = |exclusive| Schema::Union { variants: EITHER, exclusive, discriminator: None };
    check(&union(true), r#"{"name":"ab"}"#, &[]);
    check(&union(true), r#"{"name":"abcd"}"#, &["/name: must have at most 3 characters"]);
    check(&union(true), r#"{"names":["ab","x"]}"#, &["/names/1: must have at least 2 characters"]);
    check(&union(true), r#"{"name":"ab","names":["ab"]}"#, &[": matches 2 alternatives; exactly one is allowed"]);
    check(&union(false), r#"{"name":"ab","names":["ab"]}"#, &[]);
    check(&Schema::Union { variants: &[], exclusive: true, discriminator: None }, "1", &[": must be absent"]);
}

/// Of alternatives of several types the one of the value's type explains; where there is none, the types are named.
#[test]
fn unions_of_types_go_by_the_type() {
    static SLUG: Schema =
        Schema::String { format: Format::Plain, min_length: None, max_length: None, pattern: Some("^[a-z]+$") };
    static NUMBER: Schema = Schema::Ref(&COUNT);
    static COUNT: Schema = Schema::Integer { minimum: Some(1), maximum: None, multiple_of: None };
    static EITHER: &[&Schema] = &[&SLUG, &NUMBER];
    let union = Schema::Union { variants: EITHER, exclusive: true, discriminator: None };
    check(&union, r#""debian""#, &[]);
    check(&union, "7", &[]);
    check(&union, r#""A B""#, &[": must match ^[a-z]+$"]);
    check(&union, "0", &[": must be at least 1"]);
    check(&union, "1.5", &[": must be a string or an integer, not a number"]);
    check(&union, "null", &[": must be a string or an integer, not null"]);
}

#[test]
fn discriminators_choose() {
    let discriminator = Some(Discriminator { property: "kind", mapping: &[("one", 0), ("many", 1), ("bad", 9)] });
    let union = Schema::Union { variants: EITHER, exclusive: true, discriminator };
    check(&union, r#"{"kind":"one","name":"ab","names":["ab"]}"#, &[]);
    check(&union, r#"{"kind":"many","name":"ab"}"#, &["/names: is missing"]);
    check(&union, r#"{"kind":"bad"}"#, &["/kind: must be one of `one`, `many`, `bad`"]);
    check(&union, r#"{"name":"ab"}"#, &["/kind: must be one of `one`, `many`, `bad`"]);
    check(&union, "1", &[": must be an object, not a number"]);
}

#[test]
fn parameters_are_named_in_the_pointer() {
    use crate::{ParameterLocation, Style};
    let parameter = Parameter {
        name: "per_page",
        member: "per_page",
        location: ParameterLocation::Query,
        style: Style::Form,
        explode: true,
        required: false,
        schema: &WHOLE,
        ..Parameter::PLAIN
    };
    let violations = validate_parameter(&parameter, &Value::from("x"));
    assert_eq!((violations[0].location, violations[0].pointer.as_str()), (Place::Query, "/per_page"));
}

/// A schema that is nothing but itself, unions in unions, many wrong items, deep values: all come back.
#[test]
fn nothing_makes_it_run_away() {
    static SELF: Schema = Schema::Ref(&SELF);
    check(&SELF, "1", &[": is nested too deeply"]);
    assert_eq!(crate::style::coerce(&SELF, "1"), Value::from("1"));

    static BUSH: Schema =
        Schema::Union { variants: &[&BUSHES, &BUSHES, &WHOLE], exclusive: false, discriminator: None };
    static BUSHES: Schema = Schema::Array { items: &BUSH, min_items: None, max_items: None, unique: false };
    let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
    let value: Value = serde_json::from_str(&deep).expect("JSON");
    assert!(!validate(&BUSH, &value).is_empty());
    assert_eq!(variant_of(&BUSH, &value), Some(0));
    crate::normalise(&BUSH, &mut value.clone());

    static LOOP: Schema = Schema::Union { variants: &[&LOOP, &LOOP], exclusive: true, discriminator: None };
    assert!(!validate(&LOOP, &Value::Null).is_empty());
    assert_eq!(crate::style::coerce(&LOOP, "1"), Value::from("1"));
    crate::normalise(&LOOP, &mut Value::Null);

    let list = Value::from(vec!["x"; 100_000]);
    let items = Schema::Array { items: &WHOLE, min_items: None, max_items: None, unique: false };
    assert_eq!(validate(&items, &list).len(), 100);
}

/// What a server thread's stack has to be enough for.
#[test]
fn the_deepest_value_fits_a_small_stack() {
    let deep = format!("{}1{}", r#"{"below":"#.repeat(125), "}".repeat(125));
    let value: Value = serde_json::from_str(&deep).expect("JSON");
    let work = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let mut value = value;
        crate::normalise(&TREE, &mut value);
        validate(&TREE, &value).len() + validate(&Schema::Ref(&TREE), &value).len()
    });
    assert!(work.expect("a thread").join().is_ok());
}
