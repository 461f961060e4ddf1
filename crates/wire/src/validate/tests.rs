//! One check for all: a schema, a value as JSON, and the violations as lines of pointer and detail.

use super::*;
use crate::schema;

fn check(schema: &Schema, json: &str, expect: &[&str]) {
    let value = serde_json::from_str(json).expect("JSON");
    let violations = validate(schema, &value);
    let lines: Vec<_> =
        violations.iter().map(|violation| format!("{}: {}", violation.pointer, violation.detail)).collect();
    assert_eq!(lines, expect, "{json}");
}

static WHOLE: Schema = Schema::new(r#"{"type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 2}"#, &[]);
static TEXT: Schema = Schema::new(r#"{"type": "string", "minLength": 2, "maxLength": 3}"#, &[]);
static TEXTS: Schema = Schema::new(
    r#"{"type": "array", "items": {"$ref": "Text"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}"#,
    &[("Text", &TEXT)],
);
static TREE: Schema = Schema::new(
    r#"{
      "type": "object",
      "required": ["a/b"],
      "properties": {
        "a/b": {"$ref": "Whole"},
        "below": {"anyOf": [{"$ref": "Tree"}, {"type": "null"}]},
        "id": {"x-read-only": "refuse"},
        "made": {"x-read-only": "ignore"}
      },
      "additionalProperties": false,
      "maxProperties": 3
    }"#,
    &[("Tree", &TREE), ("Whole", &WHOLE)],
);

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
    let number = schema!(r#"{"type": "number", "exclusiveMinimum": 0, "maximum": 1.5, "multipleOf": 0.1}"#);
    check(number, "0.3", &[]);
    check(number, "1.5", &[]);
    check(number, "0", &[": must be more than 0"]);
    check(number, "1.55", &[": must be at most 1.5", ": must be a multiple of 0.1"]);
    check(number, "null", &[": must be a number, not null"]);
}

#[test]
fn strings_count_characters() {
    check(&TEXT, "\"äöü\"", &[]);
    check(&TEXT, "\"😀\"", &[": must have at least 2 characters"]);
    check(&TEXT, "\"abcd\"", &[": must have at most 3 characters"]);
    let slug = schema!(r#"{"type": "string", "format": "uuid", "pattern": "^[a-z]+$"}"#);
    check(slug, "\"A\"", &[": must be a UUID", ": must match ^[a-z]+$"]);
}

#[test]
fn enumerations() {
    let colours = schema!(r#"{"enum": ["red", 1, null]}"#);
    check(colours, "\"red\"", &[]);
    check(colours, "1.0", &[]);
    check(colours, "null", &[]);
    check(colours, "\"blue\"", &[": must be one of `red`, 1, null"]);
    check(schema!(r#"{"const": true}"#), "false", &[": must be true"]);
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
    let sets = schema!(r#"{"type": "array", "uniqueItems": true}"#);
    check(sets, r#"[{"a":1,"b":2},{"b":2,"a":1.0}]"#, &[": must not contain an item twice"]);
    check(sets, r#"["1",1,[1],["1"],true,null]"#, &[]);
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
    let typed = schema!(
        r#"{"type": "object", "additionalProperties": {"$ref": "Whole"}, "minProperties": 1}"#,
        "Whole" => WHOLE
    );
    check(typed, r#"{"x":2,"y":"z"}"#, &["/y: must be an integer, not a string"]);
    check(typed, "{}", &[": must have at least 1 member"]);
}

static ONE: Schema = Schema::new(
    r#"{
      "type": "object",
      "required": ["name"],
      "properties": {"kind": {"type": "string"}, "name": {"$ref": "Text"}}
    }"#,
    &[("Text", &TEXT)],
);
static MANY: Schema = Schema::new(
    r#"{
      "type": "object",
      "required": ["names"],
      "properties": {"kind": {"type": "string"}, "names": {"$ref": "Texts"}}
    }"#,
    &[("Texts", &TEXTS)],
);

#[test]
fn unions_explain_the_nearest_alternative() {
    let one_of = schema!(r#"{"oneOf": [{"$ref": "One"}, {"$ref": "Many"}]}"#, "One" => ONE, "Many" => MANY);
    let any_of = schema!(r#"{"anyOf": [{"$ref": "One"}, {"$ref": "Many"}]}"#, "One" => ONE, "Many" => MANY);
    check(one_of, r#"{"name":"ab"}"#, &[]);
    check(one_of, r#"{"name":"abcd"}"#, &["/name: must have at most 3 characters"]);
    check(one_of, r#"{"names":["ab","x"]}"#, &["/names/1: must have at least 2 characters"]);
    check(one_of, r#"{"name":"ab","names":["ab"]}"#, &[": matches 2 alternatives; exactly one is allowed"]);
    check(any_of, r#"{"name":"ab","names":["ab"]}"#, &[]);
    check(schema!(r#"{"oneOf": []}"#), "1", &[": must be absent"]);
}

/// Of alternatives of several types the one of the value's type explains; where there is none, the types are named.
#[test]
fn unions_of_types_go_by_the_type() {
    static COUNT: Schema = Schema::new(r#"{"type": "integer", "minimum": 1}"#, &[]);
    let union = schema!(
        r#"{"oneOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"$ref": "Count"}]}"#,
        "Count" => COUNT
    );
    check(union, r#""debian""#, &[]);
    check(union, "7", &[]);
    check(union, r#""A B""#, &[": must match ^[a-z]+$"]);
    check(union, "0", &[": must be at least 1"]);
    check(union, "1.5", &[": must be a string or an integer, not a number"]);
    check(union, "null", &[": must be a string or an integer, not null"]);
}

#[test]
fn alternatives_without_a_tag_have_what_no_tag_tells() {
    static PARTLY: Schema = Schema::new(
        r#"{
          "oneOf": [
            {"type": "object", "required": ["kind", "side"], "properties": {"side": {"type": "number"}}},
            {"type": "object", "properties": {"kind": {"type": "string"}, "free": {"type": "string"}}},
            {"type": "integer"}
          ],
          "discriminator": {"propertyName": "kind", "mapping": {"square": 0}}
        }"#,
        &[],
    );
    check(&PARTLY, r#"{"kind": "square", "side": 1}"#, &[]);
    check(&PARTLY, r#"{"kind": "square"}"#, &["/side: is missing"]);
    check(&PARTLY, r#"{"kind": "other", "free": "a"}"#, &[]);
    check(&PARTLY, r#"{"free": 1}"#, &["/free: must be a string, not a number"]);
    check(&PARTLY, "3", &[]);
    check(&PARTLY, r#""3""#, &[": must be an object or an integer, not a string"]);
}

#[test]
fn discriminators_choose() {
    let union = schema!(
        r#"{
          "oneOf": [{"$ref": "One"}, {"$ref": "Many"}],
          "discriminator": {"propertyName": "kind", "mapping": {"bad": 9, "many": "Many", "one": 0}}
        }"#,
        "One" => ONE, "Many" => MANY
    );
    check(union, r#"{"kind":"one","name":"ab","names":["ab"]}"#, &[]);
    check(union, r#"{"kind":"many","name":"ab"}"#, &["/names: is missing"]);
    check(union, r#"{"kind":"bad"}"#, &["/kind: must be one of `bad`, `many`, `one`"]);
    check(union, r#"{"name":"ab"}"#, &["/kind: must be one of `bad`, `many`, `one`"]);
    check(union, "1", &[": must be an object, not a number"]);
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
    static SELF: Schema = Schema::new(r#"{"$ref": "Self"}"#, &[("Self", &SELF)]);
    check(&SELF, "1", &[": is nested too deeply"]);
    assert_eq!(crate::style::coerce(&SELF, "1"), Value::from("1"));

    static BUSH: Schema = Schema::new(
        r#"{"anyOf": [{"$ref": "Bushes"}, {"$ref": "Bushes"}, {"$ref": "Whole"}]}"#,
        &[("Bushes", &BUSHES), ("Whole", &WHOLE)],
    );
    static BUSHES: Schema = Schema::new(r#"{"type": "array", "items": {"$ref": "Bush"}}"#, &[("Bush", &BUSH)]);
    let deep = format!("{}\"x\"{}", "[".repeat(100), "]".repeat(100));
    let value: Value = serde_json::from_str(&deep).expect("JSON");
    assert!(!validate(&BUSH, &value).is_empty());
    assert_eq!(variant_of(BUSH.rules(), &value), Some(0));
    crate::normalise(&BUSH, &mut value.clone());

    static LOOP: Schema = Schema::new(r#"{"oneOf": [{"$ref": "Loop"}, {"$ref": "Loop"}]}"#, &[("Loop", &LOOP)]);
    assert!(!validate(&LOOP, &Value::Null).is_empty());
    assert_eq!(crate::style::coerce(&LOOP, "1"), Value::from("1"));
    crate::normalise(&LOOP, &mut Value::Null);

    static OPEN: Schema = Schema::new(
        r#"{"allOf": [{"$ref": "Open"}], "unevaluatedProperties": false, "not": {"$ref": "Open"}}"#,
        &[("Open", &OPEN)],
    );
    assert!(!validate(&OPEN, &serde_json::json!({"a": 1})).is_empty());

    let list = Value::from(vec!["x"; 100_000]);
    let items = schema!(r#"{"type": "array", "items": {"$ref": "Whole"}}"#, "Whole" => WHOLE);
    assert_eq!(validate(items, &list).len(), 100);
}

/// What a server thread's stack has to be enough for.
#[test]
fn the_deepest_value_fits_a_small_stack() {
    let deep = format!("{}1{}", r#"{"below":"#.repeat(125), "}".repeat(125));
    let value: Value = serde_json::from_str(&deep).expect("JSON");
    let work = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let mut value = value;
        crate::normalise(&TREE, &mut value);
        validate(&TREE, &value).len() + validate(schema!(r#"{"$ref": "Tree"}"#, "Tree" => TREE), &value).len()
    });
    assert!(work.expect("a thread").join().is_ok());
}

/// Everything that JSON Schema can say beyond types and members.
#[test]
fn conditions() {
    let not = schema!(r#"{"type": "string", "not": {"enum": ["a", "b"]}}"#);
    check(not, r#""c""#, &[]);
    check(not, r#""a""#, &[": is what the schema excludes"]);
    let condition = schema!(
        r#"{
          "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
          "then": {"required": ["x"]},
          "else": {"properties": {"x": false}}
        }"#
    );
    check(condition, r#"{"kind":"a","x":1}"#, &[]);
    check(condition, r#"{"kind":"a"}"#, &["/x: is missing"]);
    check(condition, r#"{"kind":"b","x":1}"#, &["/x: must be absent"]);
    let either = schema!(r#"{"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#);
    check(either, r#"{"b":1}"#, &[]);
    check(either, "{}", &["/a: is missing"]);
    let dependent = schema!(
        r#"{"dependentRequired": {"card": ["name"]}, "dependentSchemas": {"iban": {"properties": {"card": false}}}}"#
    );
    check(dependent, r#"{"card":1}"#, &["/name: is missing, and has to be with `card`"]);
    check(dependent, r#"{"card":1,"name":2,"iban":3}"#, &["/card: must be absent"]);
    check(dependent, r#"{"name":2}"#, &[]);
}

#[test]
fn names_patterns_and_positions() {
    let names = schema!(r#"{"propertyNames": {"pattern": "^[a-z]+$", "maxLength": 2}}"#);
    check(names, r#"{"ab":1}"#, &[]);
    check(
        names,
        r#"{"ABC":1}"#,
        &["/ABC: has a name that must have at most 2 characters", "/ABC: has a name that must match ^[a-z]+$"],
    );
    let patterns = schema!(
        r#"{"patternProperties": {"^x-": {"type": "string"}, "n$": {"minLength": 2}}, "additionalProperties": false}"#
    );
    check(patterns, r#"{"x-a":"1","x-n":"12"}"#, &[]);
    check(patterns, r#"{"a":1,"x-n":""}"#, &["/a: is unknown here", "/x-n: must have at least 2 characters"]);
    let tuple = schema!(
        r#"{"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}}"#
    );
    check(tuple, r#"["a",1,true]"#, &[]);
    check(tuple, r#"["a"]"#, &[]);
    check(
        tuple,
        r#"[1,"a",0]"#,
        &[
            "/0: must be a string, not a number",
            "/1: must be an integer, not a string",
            "/2: must be true or false, not a number",
        ],
    );
    let contains = schema!(r#"{"contains": {"type": "integer"}, "minContains": 2, "maxContains": 3}"#);
    check(contains, r#"[1,"a",2]"#, &[]);
    check(contains, "[1]", &[": must have at least 2 items of the kind that it has to contain"]);
    check(contains, "[1,2,3,4]", &[": must have at most 3 items of the kind that it has to contain"]);
}

#[test]
fn what_nothing_has_looked_at() {
    static BASE: Schema = Schema::new(r#"{"properties": {"a": {"type": "integer"}}}"#, &[]);
    let closed = schema!(
        r#"{
          "allOf": [{"$ref": "Base"}],
          "oneOf": [{"required": ["b"], "properties": {"b": true}}, {"required": ["c"], "properties": {"c": true}}],
          "unevaluatedProperties": false
        }"#,
        "Base" => BASE
    );
    check(closed, r#"{"a":1,"b":2}"#, &[]);
    check(closed, r#"{"a":1,"b":2,"d":3}"#, &["/d: is unknown here"]);
    let items =
        schema!(r#"{"allOf": [{"prefixItems": [true]}], "contains": {"const": "x"}, "unevaluatedItems": false}"#);
    check(items, r#"[1,"x"]"#, &[]);
    check(items, r#"[1,"x",2]"#, &["/2: is unknown here"]);
}

#[test]
fn constants_and_bounds_are_exact() {
    check(schema!(r#"{"const": {"a": [1, null]}}"#), r#"{"a":[1.0,null]}"#, &[]);
    check(schema!(r#"{"const": {"a": 1}}"#), "{}", &[r#": must be {"a":1}"#]);
    check(schema!(r#"{"const": null}"#), "1", &[": must be null"]);
    let big = schema!(
        r#"{"type": "integer", "minimum": 9007199254740993, "maximum": 340282366920938463463374607431768211455}"#
    );
    check(big, "9007199254740993", &[]);
    check(big, "9007199254740992", &[": must be at least 9007199254740993"]);
    check(schema!(r#"{"type": "integer", "format": "int32"}"#), "2147483648", &[": must be at most 2147483647"]);
    check(schema!(r#"{"type": "integer", "exclusiveMinimum": 2.5}"#), "2", &[": must be at least 3"]);
    check(schema!(r#"{"type": ["string", "null"]}"#), "1", &[": must be a string, not a number"]);
    check(schema!(r#"{"type": "null"}"#), "1", &[": must be null, not a number"]);
    check(schema!("false"), "1", &[": must be absent"]);
    check(schema!("no JSON"), "1", &[": must be absent"]);
}
