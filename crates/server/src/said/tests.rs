//! What becomes of one problem in the bodies that descriptions declare.

use methodical_wire::{Operation, Response, StatusPattern};
use serde_json::json;

use super::*;

/// The body that a 409 is said in, or that it is a problem document.
fn check(text: &'static str, expect: &str) {
    let schema: &'static Schema = Box::leak(Box::new(Schema::new(text, &[])));
    let value = filled(schema, &said(&problem())).or_else(|| accepted(schema, Value::from(problem())));
    let text = value.map_or("a problem".to_owned(), |value| value.to_string());
    assert_eq!(text, expect, "{}", schema.text());
}

fn problem() -> Problem {
    Problem::new(409, "It is there.")
}

fn said(problem: &Problem) -> Said<'_> {
    Said { problem, request_id: "00112233445566778899aabbccddeeff", path: "/a" }
}

#[test]
fn all_that_is_required_is_known_by_name() {
    check(
        r#"{"type": "object", "required": ["code", "message"], "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}}"#,
        r#"{"code":409,"message":"It is there."}"#,
    );
    check(
        r#"{"type": "object", "required": ["message", "request_id"], "properties": {"message": {"type": "string"},
            "request_id": {"type": "string", "format": "uuid"}, "error": {"type": "string"}, "other": {"type": "string"}}}"#,
        r#"{"error":"Conflict","message":"It is there.","request_id":"00112233-4455-6677-8899-aabbccddeeff"}"#,
    );
    check(r#"{"type": "object", "properties": {"error": {"type": "string"}}}"#, r#"{"error":"It is there."}"#);
    check(r#"{"type": "string"}"#, r#""It is there.""#);
}

#[test]
fn objects_and_lists_are_filled_in() {
    check(
        r#"{"type": "object", "required": ["error"], "properties": {"error": {"type": "object", "required": ["message", "type", "param"],
            "properties": {"message": {"type": "string"}, "type": {"type": "string"}, "param": {"type": ["string", "null"]}}}}}"#,
        r#"{"error":{"message":"It is there.","param":null,"type":"conflict"}}"#,
    );
    check(
        r#"{"type": "object", "required": ["errors"], "properties": {"errors": {"type": "array", "minItems": 1,
            "items": {"type": "object", "properties": {"detail": {"type": "string"}, "status": {"type": "string"}}}}}}"#,
        r#"{"errors":[{"detail":"It is there.","status":"409"}]}"#,
    );
    check(
        r#"{"type": "object", "required": ["success", "code"], "properties": {"success": {"type": "boolean"},
            "code": {"enum": ["not_found", "conflict"]}, "msg": {"type": "string"}}}"#,
        r#"{"code":"conflict","msg":"It is there.","success":false}"#,
    );
}

#[test]
fn what_cannot_be_said_truly_is_a_problem() {
    check(
        r#"{"type": "object", "required": ["holder"], "properties": {"holder": {"type": "string"}, "message": {"type": "string"}}}"#,
        "a problem",
    );
    check(
        r#"{"type": "object", "required": ["message"], "properties": {"message": {"type": "string", "maxLength": 3}}}"#,
        "a problem",
    );
    check(
        r#"{"type": "object", "required": ["code"], "properties": {"code": {"enum": ["gone", "moved"]}, "message": {"type": "string"}}}"#,
        "a problem",
    );
    check(
        r#"{"type": "object", "additionalProperties": false, "properties": {"code": {"type": "integer"}}}"#,
        "a problem",
    );
}

#[test]
fn what_accepts_a_problem_has_the_problem() {
    let whole =
        json!({"detail": "It is there.", "status": 409, "title": "Conflict", "type": "about:blank"}).to_string();
    check(r#"{"type": "object"}"#, &whole);
    check("true", &whole);
}

#[test]
fn a_schema_that_contains_itself_has_an_end() {
    static TREE: Schema = Schema::new(
        r#"{"type": "object", "required": ["error"], "properties": {"error": {"$ref": "Tree"}, "message": {"type": "string"}}}"#,
        &[("Tree", &TREE)],
    );
    assert_eq!(filled(&TREE, &said(&problem())), None);
}

#[test]
fn what_successes_look_like_is_not_said_of_a_failure() {
    static ONLY: [Response; 1] = [Response { status: StatusPattern::Default, contents: &[Content::JSON] }];
    static OPERATION: Operation = Operation { responses: &ONLY, ..Operation::PLAIN };
    assert!(say(&OPERATION, &said(&problem())).is_none());
}
