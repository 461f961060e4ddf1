//! The order of keywords: what a schema is first, then its limits, then what it combines, as a person would write it.

use methodical_document::{Object, Value};

use crate::canonical::IMPLIED_TYPE;

const ORDER: &[&str] = &[
    "$ref",
    "type",
    IMPLIED_TYPE,
    "format",
    "contentEncoding",
    "contentMediaType",
    "const",
    "enum",
    "x-extensible-enum",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "prefixItems",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedItems",
    "required",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
    "x-read-only",
];

/// The keywords in their order; the schema that says nothing is `true`.
pub(super) fn ordered(mut schema: Object) -> Value {
    if schema.is_empty() {
        return Value::Bool(true);
    }
    let rank = |keyword: &str| ORDER.iter().position(|known| *known == keyword).unwrap_or(ORDER.len());
    if schema.len() > 1 {
        schema.sort_by_key(|keyword| (rank(keyword), keyword.clone()));
    }
    Value::Object(schema)
}
