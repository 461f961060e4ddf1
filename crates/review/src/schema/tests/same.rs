//! Pairs that say the same in different words: no change, whichever way values travel.

use super::{api, api_of, changes};
use crate::Way;

/// Two lists of schemas that mean the same.
fn check(one: &str, other: &str) {
    let (left, right) = (api(one), api(other));
    for way in [Way::Request, Way::Response] {
        assert_eq!(changes(way, &left, &right), Vec::<String>::new(), "{way:?} from\n{one}\nto\n{other}");
        assert_eq!(changes(way, &right, &left), Vec::<String>::new(), "{way:?} from\n{other}\nto\n{one}");
    }
}

#[test]
fn references_are_what_they_lead_to() {
    check(
        "Root: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}\nA: {type: object, properties: {b: {type: string}}}",
        "Root: {type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}",
    );
    check(
        "Root: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}\nA: {type: string, enum: [x, y]}",
        "Root: {type: object, properties: {a: {$ref: '#/components/schemas/B'}}}\nB: {type: string, enum: [y, x]}",
    );
    check(
        "Root: {type: object, properties: {next: {$ref: '#/components/schemas/Root'}, a: {type: string}}}",
        "Root: {$ref: '#/components/schemas/Node'}\nNode: {type: object, properties: {a: {type: string}, next: {$ref: '#/components/schemas/Node'}}}",
    );
    check(
        "Root: {type: object, properties: {next: {$ref: '#/components/schemas/Root'}, a: {type: string}}}",
        "Root: {type: object, properties: {a: {type: string}, next: {type: object, properties: {a: {type: string}, next: {$ref: '#/components/schemas/Root'}}}}}",
    );
}

#[test]
fn parts_that_all_have_to_hold_are_one() {
    check("Root: {type: string, maxLength: 5}", "Root: {allOf: [{type: string, maxLength: 5}]}");
    check("Root: {type: string, maxLength: 5}", "Root: {allOf: [{type: string, maxLength: 9}, {maxLength: 5}]}");
    check(
        "Root: {type: object, required: [a], properties: {a: {type: string}, b: {type: integer}}}",
        "Root: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: integer}}}]}\nA: {type: object, required: [a], properties: {a: {type: string}}}",
    );
}

#[test]
fn null_is_said_in_many_ways() {
    check("Root: {type: [string, 'null']}", "Root: {oneOf: [{type: string}, {type: 'null'}]}");
    check("Root: {type: [string, 'null']}", "Root: {anyOf: [{type: 'null'}, {type: string}]}");
    check(
        "Root: {type: object, properties: {a: {type: [string, 'null'], enum: [x, null]}}}",
        "Root: {type: object, properties: {a: {oneOf: [{type: string, enum: [x]}, {type: 'null'}]}}}",
    );
}

#[test]
fn constants_are_an_enumeration() {
    check("Root: {type: string, enum: [a, b]}", "Root: {oneOf: [{const: a}, {const: b}]}");
    check("Root: {enum: [a]}", "Root: {const: a}");
    check("Root: {type: string, enum: [a, b, c]}", "Root: {anyOf: [{type: string, enum: [b, a]}, {const: c}]}");
}

#[test]
fn what_is_said_twice_counts_once() {
    check("Root: {type: array, items: {type: string}}", "Root: {type: array, items: {type: string}, minItems: 0}");
    check("Root: {type: integer, minimum: 5}", "Root: {type: integer, minimum: 5, exclusiveMinimum: 1}");
    check("Root: {type: [string, integer]}", "Root: {anyOf: [{type: integer}, {type: string}]}");
    check("Root: {type: string, minLength: 1}", "Root: {type: string, minLength: 1, not: {type: integer}}");
}

#[test]
fn versions_of_openapi_say_it_differently() {
    let old = "Root:\n  type: object\n  properties:\n    a: {type: string, nullable: true}\n    b: {type: integer, minimum: 1, exclusiveMinimum: true}";
    let new = "Root:\n  type: object\n  properties:\n    a: {type: [string, 'null']}\n    b: {type: integer, exclusiveMinimum: 1}";
    let (old, new) = (api_of("3.0.3", old), api_of("3.1.0", new));
    for way in [Way::Request, Way::Response] {
        assert_eq!(changes(way, &old, &new), Vec::<String>::new());
    }
}
