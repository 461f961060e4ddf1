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
        &["format-changed . is fine"],
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
        &["format-changed . is fine"],
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

#[test]
fn alternatives() {
    let pets = "oneOf: [{type: object, required: [k], properties: {k: {const: cat}, a: {type: string}}}, \
                {type: object, required: [k], properties: {k: {const: dog}, b: {type: string}}}";
    check(
        &format!("{{{pets}]}}"),
        &format!("{{{pets}, {{type: object, required: [k], properties: {{k: {{const: cow}}}}}}]}}"),
        &["alternative-added . is fine"],
        &["alternative-added . breaks"],
    );
    check(
        &format!("{{{pets}]}}"),
        &format!("{{{}]}}", pets.replace("b: {type: string}", "b: {type: integer}")),
        &["type-changed /b breaks"],
        &["type-changed /b breaks"],
    );
    check(
        "{anyOf: [{type: string, maxLength: 5}, {type: string, pattern: '^a'}]}",
        "{anyOf: [{type: string, maxLength: 9}, {type: string, pattern: '^a'}]}",
        &["max-length-raised . is fine"],
        &["max-length-raised . breaks"],
    );
    // What one alternative does not accept any more, another one does.
    check(
        "{anyOf: [{type: string, maxLength: 5}, {type: string, maxLength: 9}]}",
        "{anyOf: [{type: string, maxLength: 3}, {type: string, maxLength: 9}]}",
        &["max-length-lowered . is fine"],
        &["max-length-lowered . is fine"],
    );
}

#[test]
fn discriminators() {
    let pet = |mapping: &str| {
        format!(
            "{{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], \
             discriminator: {{propertyName: kind, mapping: {{{mapping}}}}}}}\n\
             Cat: {{type: object, required: [kind], properties: {{kind: {{type: string}}, a: {{type: string}}}}}}\n\
             Dog: {{type: object, required: [kind], properties: {{kind: {{type: string}}, b: {{type: string}}}}}}"
        )
    };
    check(&pet("cat: Cat, dog: Dog"), &pet("dog: Dog, cat: Cat"), &[], &[]);
    check(
        &pet("cat: Cat, dog: Dog"),
        &pet("cat: Cat, hound: Dog"),
        &["enum-value-added Dog/kind is fine", "enum-value-removed Dog/kind breaks"],
        &["enum-value-added Dog/kind breaks", "enum-value-removed Dog/kind is fine"],
    );
}

#[test]
fn read_only_members() {
    check(
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string, readOnly: true}, b: {type: string}}}",
        &["became-read-only /a is risky"],
        &[],
    );
    check(
        "{type: object, properties: {a: {type: string, readOnly: true}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        &["no-longer-read-only /a is fine"],
        &[],
    );
}

#[test]
fn other_members() {
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
        &["additional-properties-closed . breaks"],
        &["additional-properties-closed . is fine"],
    );
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, patternProperties: {'^x-': {type: string}}}",
        &["pattern-property-added . breaks"],
        &["pattern-property-added . is fine"],
    );
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, maxProperties: 2}",
        &["max-properties-lowered . breaks"],
        &["max-properties-lowered . is fine"],
    );
    check(
        "{type: object, additionalProperties: {type: string}}",
        "{type: object, additionalProperties: false}",
        &["additional-properties-closed . breaks"],
        &["additional-properties-closed . is fine"],
    );
    check(
        "{type: object, additionalProperties: {type: string}}",
        "{type: object, additionalProperties: {type: integer}}",
        &["type-changed /* breaks"],
        &["type-changed /* breaks"],
    );
    check(
        "{type: object, properties: {a: {type: string}}, additionalProperties: true}",
        "{type: object, properties: {a: {type: string}, b: {type: integer}}, additionalProperties: true}",
        &["property-added /b is risky"],
        &["property-added /b is fine"],
    );
    check(
        "{type: object, patternProperties: {'^x-': {type: string}}, additionalProperties: false}",
        "{type: object, patternProperties: {'^x-': {type: string, maxLength: 3}}, additionalProperties: false}",
        &["max-length-lowered /* breaks"],
        &["max-length-lowered /* is fine"],
    );
    check(
        "{type: object, additionalProperties: {type: string}, propertyNames: {maxLength: 9}}",
        "{type: object, additionalProperties: {type: string}, propertyNames: {maxLength: 3}}",
        &["property-names-changed . breaks"],
        &["property-names-changed . is fine"],
    );
    check(
        "{type: object, additionalProperties: {type: string}, maxProperties: 9}",
        "{type: object, additionalProperties: {type: string}, maxProperties: 3, minProperties: 1}",
        &["max-properties-lowered . breaks", "min-properties-raised . breaks"],
        &["max-properties-lowered . is fine", "min-properties-raised . is fine"],
    );
}

#[test]
fn what_depends_on_a_member() {
    check(
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, dependentRequired: {a: [b]}}",
        &["dependent-required-changed . breaks"],
        &["dependent-required-changed . is fine"],
    );
    check(
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, dependentSchemas: {a: {required: [b]}}}",
        &["dependent-schemas-changed . breaks"],
        &["dependent-schemas-changed . is fine"],
    );
    check(
        "{type: object, properties: {a: {enum: [x, y]}, b: {type: string}}}",
        "{type: object, properties: {a: {enum: [x, y]}, b: {type: string}}, if: {required: [a], properties: {a: {const: x}}}, then: {required: [b]}}",
        &["exclusion-changed . breaks"],
        &["exclusion-changed . is fine"],
    );
}

#[test]
fn what_is_excluded() {
    check(
        "{type: string}",
        "{type: string, not: {const: a}}",
        &["exclusion-changed . breaks"],
        &["exclusion-changed . is fine"],
    );
    check(
        "{type: string, not: {const: a}}",
        "{type: string, not: {enum: [a, b]}}",
        &["exclusion-changed . breaks"],
        &["exclusion-changed . is fine"],
    );
}

#[test]
fn what_lists_contain() {
    check(
        "{type: array, items: {type: integer}}",
        "{type: array, items: {type: integer}, contains: {minimum: 5}}",
        &["contains-changed . breaks"],
        &["contains-changed . is fine"],
    );
    check(
        "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
        "{type: array, prefixItems: [{type: string}, {type: string}], items: false}",
        &["type-changed /1 breaks"],
        &["type-changed /1 breaks"],
    );
}

#[test]
fn circles_end() {
    check(
        "{type: object, properties: {next: {$ref: '#/components/schemas/Root'}, a: {type: string, maxLength: 9}}}",
        "{type: object, properties: {next: {$ref: '#/components/schemas/Root'}, a: {type: string, maxLength: 5}}}",
        &["max-length-lowered /a breaks"],
        &["max-length-lowered /a is fine"],
    );
    check(
        "{type: array, items: {$ref: '#/components/schemas/Root'}}",
        "{type: array, items: {$ref: '#/components/schemas/Root'}, maxItems: 2}",
        &["max-items-lowered . breaks"],
        &["max-items-lowered . is fine"],
    );
}

#[test]
fn circles_without_a_smallest_value_end() {
    let tree = |least: usize| {
        format!("{{type: array, items: {{$ref: '#/components/schemas/Root'}}, uniqueItems: true, minItems: {least}}}")
    };
    check(&tree(0), &tree(1), &["min-items-raised . breaks"], &["min-items-raised . is fine"]);
    check(&tree(2), &tree(3), &["min-items-raised . is undecided"], &["min-items-raised . is fine"]);
}

#[test]
fn alternatives_that_overlap() {
    check(
        "{oneOf: [{type: string, maxLength: 2}, {type: string, minLength: 4}]}",
        "{oneOf: [{type: string, maxLength: 5}, {type: string, minLength: 4}]}",
        &["exclusion-changed . breaks", "max-length-raised . is fine"],
        &["max-length-raised . breaks"],
    );
}

#[test]
fn what_stands_beside_schemas() {
    check(
        "{type: object, properties: {a: {type: integer, default: 1}}}",
        "{type: object, properties: {a: {type: integer, default: 2, deprecated: true}}}",
        &["default-changed /a is risky", "deprecated /a is fine"],
        &["default-changed /a is fine", "deprecated /a is fine"],
    );
}

#[test]
fn one_fact_of_a_component_is_one_change_from_wherever_it_is_reached() {
    let uses = "{type: object, properties: {one: {$ref: '#/components/schemas/A'}, \
                many: {type: array, items: {$ref: '#/components/schemas/A'}}, \
                maybe: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}, \
                either: {oneOf: [{$ref: '#/components/schemas/A'}, {type: array, items: {type: string}}]}}}";
    check(
        &format!("{uses}\nA: {{type: object, properties: {{b: {{type: string}}}}}}"),
        &format!("{uses}\nA: {{type: object, properties: {{b: {{type: integer}}}}}}"),
        &["type-changed A/b breaks"],
        &["type-changed A/b breaks"],
    );
}

#[test]
fn what_is_too_intricate_is_undecided_and_ends() {
    let parts = |limit: usize| {
        let one =
            |number: usize| format!("{{type: object, properties: {{p{number}: {{type: integer, maximum: {limit}}}}}}}");
        let union = |from: usize| format!("{{anyOf: [{}]}}", (from..from + 12).map(one).collect::<Vec<_>>().join(", "));
        format!("{{allOf: [{}, {}, {}]}}", union(0), union(20), union(40))
    };
    check(&parts(5), &parts(5), &[], &[]);
    let (old, new) = (super::api(&format!("Root: {}", parts(5))), super::api(&format!("Root: {}", parts(4))));
    for way in [crate::Way::Request, crate::Way::Response] {
        assert!(!super::changes(way, &old, &new).is_empty(), "{way:?}");
    }
}

#[test]
fn what_names_no_type_accepts_all() {
    check(
        "{type: [object, 'null'], properties: {a: {type: string}}}",
        "{properties: {a: {type: string}}}",
        &["type-changed . is fine"],
        &["type-changed . breaks"],
    );
    check(
        "{items: {type: string}}",
        "{type: array, items: {type: string}}",
        &["became-not-nullable . breaks", "type-changed . breaks"],
        &["became-not-nullable . is fine", "type-changed . is fine"],
    );
    check(
        "{properties: {a: {type: string}}}",
        "{properties: {a: {type: integer}}}",
        &["type-changed /a breaks"],
        &["type-changed /a breaks"],
    );
    check(
        "{oneOf: [{required: [a], properties: {a: {const: 1}}}, {required: [a], properties: {a: {const: 2}}}]}",
        "{oneOf: [{required: [a], properties: {a: {const: 1}}}, {required: [a], properties: {a: {enum: [2, 3]}}}]}",
        &["enum-value-added /a is fine"],
        &["enum-value-added /a breaks"],
    );
}

#[test]
fn keywords_for_other_types() {
    let idle = &["keyword-without-effect . is idle"];
    check("{type: integer, maxLength: 5}", "{type: integer, maxLength: 3}", idle, idle);
    check(
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, format: uuid, properties: {a: {type: string}}}",
        idle,
        idle,
    );
    check(
        "{type: [string, integer], maxLength: 5}",
        "{type: [string, integer], maxLength: 3}",
        &["max-length-lowered . breaks"],
        &["max-length-lowered . is fine"],
    );
}

/// A place of which one side says nothing is not followed for ever.
#[test]
fn schemas_that_lead_back_end() {
    check(
        "{type: array, items: {$ref: '#/components/schemas/Root'}}",
        "{type: array}",
        &["became-nullable /* is fine", "type-changed /* is fine"],
        &["became-nullable /* breaks", "type-changed /* breaks"],
    );
    check(
        "{type: array, items: {type: array, items: {$ref: '#/components/schemas/Root'}}}",
        "{type: array, maxItems: 3, items: {$ref: '#/components/schemas/Root'}}",
        &["max-items-lowered . breaks", "max-items-lowered /* breaks"],
        &["max-items-lowered . is fine", "max-items-lowered /* is fine"],
    );
}

/// What depends on a member that has to be there is demanded of objects alone.
#[test]
fn what_depends_on_a_member_says_nothing_of_null() {
    let depends = "required: [a], properties: {a: {type: integer}}, dependentSchemas: {a: {type: string}}";
    check(
        &format!("{{type: object, {depends}}}"),
        &format!("{{type: [object, 'null'], {depends}}}"),
        &["type-changed . is fine"],
        &["type-changed . breaks"],
    );
}

/// Names that a pattern matches may be matched by another one, or be declared, on the other side.
#[test]
fn patterns_beside_patterns() {
    check(
        "{type: object, additionalProperties: false, patternProperties: {'^a': {type: string}}}",
        "{type: object, additionalProperties: false, patternProperties: {'^a': {type: string}, '^ab': {type: integer}}}",
        &["pattern-property-added . breaks"],
        &["pattern-property-added . is fine"],
    );
    check(
        "{type: object, patternProperties: {'^a': {type: string}}}",
        "{type: object, patternProperties: {'^a': {type: string}}, properties: {ab: {type: integer}}}",
        &["property-added /ab breaks"],
        &["property-added /ab is fine"],
    );
    check("{const: 1}", "{const: 1, enum: [2]}", &["type-changed . breaks"], &["type-changed . is fine"]);
}
