//! One pair for each kind of change.

use super::check;

#[test]
fn types() {
    check("{type: string}", "{type: string}", &[], &[]);
    check("{type: string}", "{type: integer}", &["type-changed . breaks"], &["type-changed . breaks"]);
    check("{type: integer}", "{type: number}", &["type-changed . is fine"], &["type-changed . breaks"]);
    check(
        "{type: [string, 'null']}",
        "{type: string}",
        &["became-not-nullable . breaks"],
        &["became-not-nullable . is fine"],
    );
}

#[test]
fn numbers() {
    check(
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 5}",
        &["minimum-raised . breaks"],
        &["minimum-raised . is fine"],
    );
    check(
        "{type: number}",
        "{type: number, maximum: 5}",
        &["maximum-lowered . breaks"],
        &["maximum-lowered . is fine"],
    );
    check(
        "{type: integer, multipleOf: 2}",
        "{type: integer, multipleOf: 4}",
        &["multiple-of-changed . breaks"],
        &["multiple-of-changed . is fine"],
    );
    check(
        "{type: integer, exclusiveMinimum: 4}",
        "{type: integer, minimum: 5}",
        &["minimum-raised . is fine"],
        &["minimum-raised . is fine"],
    );
    check(
        "{type: integer, format: int64}",
        "{type: integer, format: int32}",
        &["format-changed . breaks"],
        &["format-changed . is risky"],
    );
}

#[test]
fn strings() {
    check(
        "{type: string, minLength: 1}",
        "{type: string, minLength: 3, maxLength: 9}",
        &["max-length-lowered . breaks", "min-length-raised . breaks"],
        &["max-length-lowered . is fine", "min-length-raised . is fine"],
    );
    check(
        "{type: string, pattern: '^[a-z]+$'}",
        "{type: string, pattern: '^[a-f]+$'}",
        &["pattern-changed . breaks"],
        &["pattern-changed . is fine"],
    );
    check(
        "{type: string}",
        "{type: string, format: uuid}",
        &["format-changed . breaks"],
        &["format-changed . is risky"],
    );
}

#[test]
fn enumerations() {
    check(
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [b, c]}",
        &["enum-value-added . is fine", "enum-value-removed . breaks"],
        &["enum-value-added . breaks", "enum-value-removed . is fine"],
    );
    check("{type: string}", "{type: string, enum: [a]}", &["enum-added . breaks"], &["enum-added . is fine"]);
    check("{type: string, enum: [a]}", "{type: string}", &["enum-removed . is fine"], &["enum-removed . breaks"]);
}

#[test]
fn members() {
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        &["property-added /b is fine"],
        &["property-added /b is fine"],
    );
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [b], properties: {a: {type: string}, b: {type: string}}}",
        &["required-property-added /b breaks"],
        &["required-property-added /b is fine"],
    );
    check(
        "{type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {}}",
        &["property-removed /b is risky", "required-property-removed /a is risky"],
        &["property-removed /b is risky", "required-property-removed /a breaks"],
    );
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        &["became-required /a breaks"],
        &["became-required /a is fine"],
    );
    check(
        "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}",
        &["property-added /b is fine"],
        &["property-added /b breaks"],
    );
}

#[test]
fn lists() {
    check(
        "{type: array, items: {type: string}, maxItems: 9}",
        "{type: array, items: {type: string, maxLength: 3}, maxItems: 5, uniqueItems: true}",
        &["items-became-unique . breaks", "max-items-lowered . breaks", "max-length-lowered /* breaks"],
        &["items-became-unique . is fine", "max-items-lowered . is fine", "max-length-lowered /* is fine"],
    );
}
