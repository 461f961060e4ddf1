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
    Parameter { name: "p", member: "p", location, style, explode, allow_reserved: false, required: false, schema }
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

#[test]
fn nothing_is_written_for_nothing() {
    let texts = parameter(ParameterLocation::Query, Style::Form, Yes, &TEXTS);
    assert_eq!(write_query(&texts, &json!(null)).as_deref(), Ok(""));
    assert_eq!(write_query(&texts, &json!([])).as_deref(), Ok(""));
    assert_eq!(write_query(&texts, &json!([[1]])), Err(StyleError::Nested { name: "p".to_owned() }));
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

    let cookie = |schema| parameter(ParameterLocation::Cookie, Style::Form, Yes, schema);
    assert_eq!(write_cookie(&cookie(&TEXT), &json!("a;b")), Ok(Some("p=a%3Bb".to_owned())));
    assert_eq!(read_cookie(&cookie(&TEXT), "q=1; p=a%3Bb"), Ok(Some(json!("a;b"))));
    assert_eq!(read_cookie(&cookie(&WHOLES), "p=1,2"), Ok(Some(json!([1, 2]))));
    assert_eq!(read_cookie(&cookie(&TEXT), "q=1"), Ok(None));
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
    ] {
        assert_eq!(coerce(schema, text), expect, "{schema:?} {text}");
    }
}
