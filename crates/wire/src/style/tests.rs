//! One check a place: what a value is written as, and that reading gives it back.

use serde_json::json;

use super::*;
use crate::{Parameter, ParameterLocation, Schema, Style, schema};

static TEXT: Schema = Schema::new(r#"{"type": "string"}"#, &[]);
static WHOLE: Schema = Schema::new(r#"{"type": "integer"}"#, &[]);
static TEXTS: Schema = Schema::new(r#"{"type": "array", "items": {"$ref": "Text"}}"#, &[("Text", &TEXT)]);
static WHOLES: Schema = Schema::new(r#"{"type": "array", "items": {"$ref": "Whole"}}"#, &[("Whole", &WHOLE)]);
static COLOUR: Schema =
    Schema::new(r#"{"type": "object", "properties": {"R": {"type": "integer"}, "name": {"type": "string"}}}"#, &[]);

#[derive(Clone, Copy)]
enum Exploded {
    Yes,
    No,
}
use Exploded::{No, Yes};

fn parameter(location: ParameterLocation, style: Style, exploded: Exploded, schema: &'static Schema) -> Parameter {
    let explode = matches!(exploded, Yes);
    Parameter { name: "p", member: "p", location, style, explode, schema, ..Parameter::PLAIN }
}

fn path(style: Style, exploded: Exploded, schema: &'static Schema, value: Value, expect: &str) {
    let parameter = parameter(ParameterLocation::Path, style, exploded, schema);
    assert_eq!(write_path(&parameter, &value).as_deref(), Ok(expect));
    assert_eq!(read_path(&parameter, expect), Ok(value), "{expect}");
}

fn query(style: Style, exploded: Exploded, schema: &'static Schema, value: Value, expect: &str) {
    let parameter = parameter(ParameterLocation::Query, style, exploded, schema);
    assert_eq!(write_query(&parameter, &value).as_deref(), Ok(expect));
    assert_eq!(read_query(&parameter, &Query::parse(expect)), Ok(Some(value)), "{expect}");
}

#[test]
fn paths() {
    path(Style::Simple, No, &TEXT, json!("a/b,c ü"), "a%2Fb%2Cc%20%C3%BC");
    path(Style::Simple, No, &WHOLE, json!(-5), "-5");
    path(Style::Simple, No, &TEXTS, json!(["a", "b,c"]), "a,b%2Cc");
    path(Style::Simple, Yes, &COLOUR, json!({"R": 1, "name": "x"}), "R=1,name=x");
    path(Style::Simple, No, &COLOUR, json!({"R": 1, "name": "x"}), "R,1,name,x");
    path(Style::Label, No, &WHOLES, json!([1, 2]), ".1,2");
    path(Style::Label, Yes, &WHOLES, json!([1, 2]), ".1.2");
    path(Style::Label, Yes, &TEXT, json!("a.b"), ".a.b");
    path(Style::Matrix, No, &TEXT, json!("a"), ";p=a");
    path(Style::Matrix, No, &WHOLES, json!([1, 2]), ";p=1,2");
    path(Style::Matrix, Yes, &WHOLES, json!([1, 2]), ";p=1;p=2");
    path(Style::Matrix, Yes, &COLOUR, json!({"R": 1}), ";R=1");
    path(Style::Matrix, No, &COLOUR, json!({"R": 1}), ";p=R,1");
    path(Style::Json, No, &COLOUR, json!({"R": [1]}), "%7B%22R%22%3A%5B1%5D%7D");
}

#[test]
fn a_path_is_never_shortened_by_a_value() {
    let simple = parameter(ParameterLocation::Path, Style::Simple, No, &TEXT);
    for value in [json!(""), json!(null)] {
        assert_eq!(write_path(&simple, &value), Err(StyleError::Empty { name: "p".to_owned() }));
    }
    assert_eq!(read_path(&simple, "%ff"), Err(StyleError::NotUtf8 { name: "p".to_owned() }));
    let label = parameter(ParameterLocation::Path, Style::Label, No, &TEXT);
    assert_eq!(read_path(&label, "a"), Err(StyleError::Malformed { name: "p".to_owned() }));
}

#[test]
fn queries() {
    query(Style::Form, Yes, &TEXT, json!("a&b=c+d e"), "p=a%26b%3Dc%2Bd%20e");
    query(Style::Form, Yes, &TEXT, json!("a,b"), "p=a%2Cb");
    query(Style::Form, Yes, &TEXT, json!(""), "p=");
    query(Style::Form, Yes, &TEXTS, json!(["a", "b,c"]), "p=a&p=b%2Cc");
    query(Style::Form, No, &TEXTS, json!(["a", "b,c"]), "p=a,b%2Cc");
    query(Style::Form, Yes, &COLOUR, json!({"R": 1, "name": "x"}), "R=1&name=x");
    query(Style::Form, No, &COLOUR, json!({"R": 1, "name": "x"}), "p=R,1,name,x");
    query(Style::SpaceDelimited, No, &WHOLES, json!([1, 2]), "p=1%202");
    query(Style::PipeDelimited, No, &WHOLES, json!([1, 2]), "p=1%7C2");
    query(Style::DeepObject, Yes, &COLOUR, json!({"R": 1, "other": "y"}), "p%5BR%5D=1&p%5Bother%5D=y");
    query(Style::Json, No, &COLOUR, json!({"R": [1]}), "p=%7B%22R%22%3A%5B1%5D%7D");
}

#[test]
fn what_others_write_is_read_too() {
    let read = |style, exploded, schema, raw: &str| {
        read_query(&parameter(ParameterLocation::Query, style, exploded, schema), &Query::parse(raw))
    };
    assert_eq!(read(Style::Form, Yes, &TEXT, "x=1&p=a+b&&y"), Ok(Some(json!("a b"))));
    assert_eq!(read(Style::Form, Yes, &TEXT, "p=a,b"), Ok(Some(json!("a,b"))));
    assert_eq!(read(Style::Form, Yes, &WHOLE, "p=05"), Ok(Some(json!("05"))));
    assert_eq!(read(Style::Form, Yes, &WHOLE, "p"), Ok(Some(json!(""))));
    assert_eq!(read(Style::Form, Yes, &TEXT, "q=1"), Ok(None));
    assert_eq!(read(Style::PipeDelimited, No, &WHOLES, "p=1|2"), Ok(Some(json!([1, 2]))));
    assert_eq!(read(Style::SpaceDelimited, No, &WHOLES, "p=1+2"), Ok(Some(json!([1, 2]))));
    assert_eq!(read(Style::DeepObject, Yes, &COLOUR, "p[R]=1"), Ok(Some(json!({"R": 1}))));
    assert_eq!(read(Style::Form, Yes, &TEXT, "p=1&p=2"), Err(StyleError::Repeated { name: "p".to_owned() }));
    assert_eq!(read(Style::Form, No, &COLOUR, "p=R"), Err(StyleError::Malformed { name: "p".to_owned() }));
    assert!(matches!(read(Style::Json, No, &COLOUR, "p={"), Err(StyleError::NotJson { .. })));
}

static COLOURS: Schema = Schema::new(r#"{"type": "array", "items": {"$ref": "Colour"}}"#, &[("Colour", &COLOUR)]);
static NULLABLES: Schema = Schema::new(r#"{"type": "array", "items": {"type": ["integer", "null"]}}"#, &[]);
static NUMBERS: Schema = Schema::new(r#"{"type": "array", "items": {"type": "number"}}"#, &[]);
static OPEN: Schema = Schema::new(
    r#"{"type": "object", "properties": {"tags": {"$ref": "Texts"}}, "additionalProperties": {"type": "string"}}"#,
    &[("Texts", &TEXTS)],
);
static DEEP: Schema = Schema::new(
    r#"{
      "type": "object",
      "properties": {"in": {"$ref": "Colour"}, "all": {"$ref": "Colours"}, "n": {"$ref": "Wholes"}},
      "additionalProperties": false
    }"#,
    &[("Colour", &COLOUR), ("Colours", &COLOURS), ("Wholes", &WHOLES)],
);
static RANGE_OR_TIME: Schema =
    Schema::new(r#"{"anyOf": [{"$ref": "Colour"}, {"$ref": "Whole"}]}"#, &[("Colour", &COLOUR), ("Whole", &WHOLE)]);

/// Every kind of value, with awkward texts among them.
fn kinds() -> Vec<(&'static str, &'static Schema, Value)> {
    let awkward = "a b,c|d.e;f=g&h/i?j#k%20+ü[x]\"~";
    vec![
        ("text", &TEXT, json!(awkward)),
        ("number", &WHOLE, json!(-5)),
        ("texts", &TEXTS, json!(["a", "b"])),
        ("one text", &TEXTS, json!(["a"])),
        ("awkward texts", &TEXTS, json!([awkward, "x"])),
        ("empty texts", &TEXTS, json!(["", ""])),
        ("one empty text", &TEXTS, json!([""])),
        ("fractions", &NUMBERS, json!([1.5, 2.25])),
        ("null among numbers", &NULLABLES, json!([1, null])),
        ("object", &COLOUR, json!({"R": 1, "name": "x"})),
        ("awkward object", &COLOUR, json!({"name": awkward})),
        ("free object", &OPEN, json!({"tags": ["a", "b"], "other": "y"})),
        ("objects", &COLOURS, json!([{"R": 1}, {"name": "x,y"}])),
        ("deep object", &DEEP, json!({"in": {"R": 1}, "all": [{"R": 2}], "n": [1, 2]})),
        ("either, as object", &RANGE_OR_TIME, json!({"R": 1})),
        ("either, as number", &RANGE_OR_TIME, json!(5)),
    ]
}

fn written_and_read(parameter: &Parameter, value: &Value) -> Result<(String, Option<Value>), StyleError> {
    let text = match parameter.location {
        ParameterLocation::Path => write_path(parameter, value)?,
        ParameterLocation::Query => write_query(parameter, value)?,
        ParameterLocation::Header => write_header(parameter, value)?.unwrap_or_default(),
        ParameterLocation::Cookie => write_cookie(parameter, value)?.unwrap_or_default(),
    };
    let read = match parameter.location {
        ParameterLocation::Path => read_path(parameter, &text).map(Some)?,
        ParameterLocation::Query => read_query(parameter, &Query::parse(&text))?,
        ParameterLocation::Header => read_header(parameter, text.trim()).map(Some)?,
        ParameterLocation::Cookie => read_cookie(parameter, &text)?,
    };
    Ok((text, read))
}

/// What is written is read as the same value, or is not written at all: for each place, style and kind of value.
#[test]
fn what_a_style_can_say_is_read_as_it_was_written() {
    use ParameterLocation::{Cookie, Header, Path, Query};
    let styles = [
        (Path, Style::Simple),
        (Path, Style::Label),
        (Path, Style::Matrix),
        (Path, Style::Json),
        (Query, Style::Form),
        (Query, Style::SpaceDelimited),
        (Query, Style::PipeDelimited),
        (Query, Style::DeepObject),
        (Query, Style::Json),
        (Header, Style::Simple),
        (Header, Style::Json),
        (Cookie, Style::Form),
        (Cookie, Style::Cookie),
        (Cookie, Style::Json),
    ];
    let mut refused = String::new();
    for (location, style) in styles {
        for exploded in [No, Yes] {
            let mut unsaid = Vec::new();
            for (kind, schema, value) in kinds() {
                let parameter = parameter(location, style, exploded, schema);
                match written_and_read(&parameter, &value) {
                    Ok((text, read)) => assert_eq!(read, Some(value), "{location:?} {style:?} {kind}: {text}"),
                    Err(
                        StyleError::Ambiguous { .. }
                        | StyleError::Nested { .. }
                        | StyleError::Empty { .. }
                        | StyleError::NotInHeader { .. },
                    ) => unsaid.push(kind),
                    Err(error) => panic!("{location:?} {style:?} {kind}: {error}"),
                }
            }
            let explode = if matches!(exploded, Yes) { "exploded" } else { "whole" };
            refused += &format!("{location:?} {style:?}, {explode}: {}\n", unsaid.join("; "));
        }
    }
    insta::assert_snapshot!(refused);
}

#[test]
fn names_may_have_brackets_and_deep_objects_come_in_many_spellings() {
    let named = |name, schema| Parameter { name, ..parameter(ParameterLocation::Query, Style::Form, Yes, schema) };
    assert_eq!(write_query(&named("ids[]", &WHOLES), &json!([1, 2])).as_deref(), Ok("ids%5B%5D=1&ids%5B%5D=2"));
    assert_eq!(read_query(&named("ids[]", &WHOLES), &Query::parse("ids[]=1&ids%5B%5D=2")), Ok(Some(json!([1, 2]))));
    assert_eq!(read_query(&named("filter[x]", &TEXT), &Query::parse("filter[x]=1")), Ok(Some(json!("1"))));
    let deep = |schema, raw: &str| {
        read_query(&parameter(ParameterLocation::Query, Style::DeepObject, Yes, schema), &Query::parse(raw))
    };
    assert_eq!(deep(&DEEP, "p[n]=1&p[n]=2"), Ok(Some(json!({"n": [1, 2]}))));
    assert_eq!(deep(&DEEP, "p[n][]=1&p[n][]=2"), Ok(Some(json!({"n": [1, 2]}))));
    assert_eq!(deep(&DEEP, "p[n][1]=2&p[n][0]=1"), Ok(Some(json!({"n": [1, 2]}))));
    assert_eq!(deep(&DEEP, "p[all][10][R]=2&p[all][9][R]=1"), Ok(Some(json!({"all": [{"R": 1}, {"R": 2}]}))));
    assert_eq!(deep(&WHOLES, "p[]=1&p[]=2"), Ok(Some(json!([1, 2]))));
    assert_eq!(deep(&crate::ANY, "p[a][b]=1&p[c][0]=2"), Ok(Some(json!({"a": {"b": "1"}, "c": ["2"]}))));
    assert_eq!(deep(&RANGE_OR_TIME, "p=5"), Ok(Some(json!(5))));
    assert_eq!(deep(&DEEP, "p=1"), Err(StyleError::Malformed { name: "p".to_owned() }));
    let bottomless = format!("p{}=1", "[a]".repeat(2000));
    assert_eq!(deep(&crate::ANY, &bottomless), Err(StyleError::Malformed { name: "p".to_owned() }));
}

#[test]
fn members_in_the_query_leave_others_their_names() {
    let open = parameter(ParameterLocation::Query, Style::Form, Yes, &OPEN);
    let read = read_query_among(&open, &Query::parse("page=1&a=x&tags=b"), &|name| name == "page");
    assert_eq!(read, Ok(Some(json!({"a": "x", "tags": ["b"]}))));
}

#[test]
fn an_empty_value_may_be_allowed() {
    let flag = Parameter { allow_empty: true, ..parameter(ParameterLocation::Query, Style::Form, Yes, &WHOLE) };
    assert_eq!(read_query(&flag, &Query::parse("p")), Ok(None));
    assert_eq!(read_query(&Parameter { schema: &TEXT, ..flag }, &Query::parse("p")), Ok(Some(json!(""))));
}

#[test]
fn nothing_is_written_for_nothing() {
    let texts = parameter(ParameterLocation::Query, Style::Form, Yes, &TEXTS);
    assert_eq!(write_query(&texts, &json!(null)).as_deref(), Ok(""));
    assert_eq!(write_query(&texts, &json!([])).as_deref(), Ok(""));
    assert_eq!(write_query(&texts, &json!([[1]])), Err(StyleError::Nested { name: "p".to_owned() }));
    let required = Parameter { required: true, ..texts };
    assert_eq!(write_query(&required, &json!([])), Err(StyleError::Empty { name: "p".to_owned() }));
    let colour = parameter(ParameterLocation::Query, Style::DeepObject, Yes, &COLOUR);
    assert_eq!(write_query(&colour, &json!({"R": null})).as_deref(), Ok(""));
}

#[test]
fn reserved_characters_stay_where_that_is_allowed() {
    let free = Parameter { allow_reserved: true, ..parameter(ParameterLocation::Query, Style::Form, Yes, &TEXT) };
    assert_eq!(write_query(&free, &json!("a/b:c?d&e#f+g")).as_deref(), Ok("p=a/b:c?d%26e%23f%2Bg"));
}

#[test]
fn headers_and_cookies() {
    let header = |exploded, schema| parameter(ParameterLocation::Header, Style::Simple, exploded, schema);
    assert_eq!(write_header(&header(No, &TEXTS), &json!(["a", "b"])), Ok(Some("a,b".to_owned())));
    assert_eq!(read_header(&header(No, &TEXTS), "a, b"), Ok(json!(["a", "b"])));
    assert_eq!(read_header(&header(No, &TEXT), "a,b"), Ok(json!("a,b")));
    assert_eq!(write_header(&header(Yes, &COLOUR), &json!({"R": 1})), Ok(Some("R=1".to_owned())));
    assert_eq!(read_header(&header(Yes, &COLOUR), "R=1"), Ok(json!({"R": 1})));
    assert_eq!(write_header(&header(No, &TEXT), &json!(null)), Ok(None));

    let cookie_of = |schema| parameter(ParameterLocation::Cookie, Style::Form, Yes, schema);
    assert_eq!(write_cookie(&cookie_of(&TEXT), &json!("a;b")), Ok(Some("p=a%3Bb".to_owned())));
    assert_eq!(read_cookie(&cookie_of(&TEXT), "q=1; p=a%3Bb"), Ok(Some(json!("a;b"))));
    assert_eq!(read_cookie(&cookie_of(&WHOLES), "p=1,2"), Ok(Some(json!([1, 2]))));
    assert_eq!(read_cookie(&cookie_of(&TEXT), "q=1"), Ok(None));
    assert_eq!(read_cookie(&cookie_of(&TEXT), "q=p=2;p =\"x\""), Ok(Some(json!("x"))));
}

#[test]
fn text_becomes_what_the_schema_expects() {
    static NULLABLE: &Schema = schema!(r#"{"type": ["integer", "null"]}"#);
    static NULLABLE_TEXT: &Schema = schema!(r#"{"anyOf": [{"$ref": "Text"}, {"type": "null"}]}"#, "Text" => TEXT);
    static EITHER: &Schema =
        schema!(r#"{"anyOf": [{"$ref": "Whole"}, {"$ref": "Text"}]}"#, "Text" => TEXT, "Whole" => WHOLE);
    static TYPES: &Schema = schema!(r#"{"type": ["string", "integer", "boolean"], "maxLength": 4}"#);
    static CHOICE: &Schema = schema!(r#"{"enum": [1, "one", null]}"#);
    static BOOLEAN: &Schema = schema!(r#"{"type": "boolean"}"#);
    for (schema, text, expect) in [
        (BOOLEAN, "true", json!(true)),
        (BOOLEAN, "TRUE", json!("TRUE")),
        (&WHOLE, "1.5", json!("1.5")),
        (&WHOLE, "+1", json!("+1")),
        (&WHOLE, "1 ", json!("1 ")),
        (&WHOLE, "\n1", json!("\n1")),
        (&WHOLE, "99999999999999999999", json!("99999999999999999999")),
        (NULLABLE, "null", json!(null)),
        (NULLABLE_TEXT, "null", json!("null")),
        (EITHER, "5", json!(5)),
        (EITHER, "b-5", json!("b-5")),
        (CHOICE, "1", json!(1)),
        (CHOICE, "two", json!("two")),
        (TYPES, "5", json!("5")),
        (TYPES, "12345", json!(12345)),
        (&crate::ANY, "5", json!("5")),
        (&COLOUR, r#"{"R":1}"#, json!({"R": 1})),
        (&WHOLES, "[1]", json!([1])),
        (&WHOLES, "[1", json!("[1")),
    ] {
        assert_eq!(coerce(schema, text), expect, "{schema:?} {text}");
    }
}
