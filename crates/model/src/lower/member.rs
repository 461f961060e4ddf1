//! The members that OpenAPI's objects have, to recognise a misspelt one.
//!
//! OpenAPI allows no member beside these and `x-`. A member that resembles none of them is left alone, because it may
//! belong to a newer version or to another tool; one that is nearly right is a slip, and silently means nothing.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, nearest};

use super::Lowering;
use super::reading::is_extension;

/// An object of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Root,
    Info,
    Server,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Response,
    Header,
    Link,
    SecurityScheme,
    Schema,
}

impl Object {
    const ALL: [Object; 13] = [
        Object::Root,
        Object::Info,
        Object::Server,
        Object::PathItem,
        Object::Operation,
        Object::Parameter,
        Object::RequestBody,
        Object::MediaType,
        Object::Response,
        Object::Header,
        Object::Link,
        Object::SecurityScheme,
        Object::Schema,
    ];

    fn members(self) -> &'static [&'static str] {
        match self {
            Object::Root => &[
                "openapi",
                "info",
                "jsonSchemaDialect",
                "servers",
                "paths",
                "webhooks",
                "components",
                "security",
                "tags",
                "externalDocs",
                "$self",
            ],
            Object::Info => &["title", "summary", "description", "termsOfService", "contact", "license", "version"],
            Object::Server => &["url", "name", "description", "variables"],
            Object::PathItem => &[
                "$ref",
                "summary",
                "description",
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
                "query",
                "additionalOperations",
                "servers",
                "parameters",
            ],
            Object::Operation => &[
                "tags",
                "summary",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
            ],
            Object::Parameter => &[
                "name",
                "in",
                "description",
                "required",
                "deprecated",
                "allowEmptyValue",
                "style",
                "explode",
                "allowReserved",
                "schema",
                "example",
                "examples",
                "content",
            ],
            Object::RequestBody => &["description", "content", "required"],
            Object::MediaType => {
                &["schema", "itemSchema", "example", "examples", "encoding", "prefixEncoding", "itemEncoding"]
            }
            Object::Response => &["summary", "description", "headers", "content", "links"],
            Object::Header => &[
                "description",
                "required",
                "deprecated",
                "allowEmptyValue",
                "style",
                "explode",
                "allowReserved",
                "schema",
                "example",
                "examples",
                "content",
            ],
            Object::Link => &["operationRef", "operationId", "parameters", "requestBody", "description", "server"],
            Object::SecurityScheme => &[
                "type",
                "description",
                "name",
                "in",
                "scheme",
                "bearerFormat",
                "flows",
                "openIdConnectUrl",
                "oauth2MetadataUrl",
                "deprecated",
            ],
            Object::Schema => SCHEMA,
        }
    }

    /// Whether a `$ref` may stand in the place of the object.
    fn can_be_reference(self) -> bool {
        match self {
            Object::Root | Object::Info | Object::Server | Object::Operation => false,
            Object::PathItem
            | Object::Parameter
            | Object::RequestBody
            | Object::MediaType
            | Object::Response
            | Object::Header
            | Object::Link
            | Object::SecurityScheme
            | Object::Schema => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Object::Root => "the root",
            Object::Info => "`info`",
            Object::Server => "a server",
            Object::PathItem => "a path item",
            Object::Operation => "an operation",
            Object::Parameter => "a parameter",
            Object::RequestBody => "a request body",
            Object::MediaType => "a media type",
            Object::Response => "a response",
            Object::Header => "a header",
            Object::Link => "a link",
            Object::SecurityScheme => "a security scheme",
            Object::Schema => "a schema",
        }
    }
}

/// The objects of OpenAPI, each as it is called in a sentence, with the members that it may have.
pub fn openapi_members() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    Object::ALL.into_iter().map(|object| (object.name(), object.members()))
}

/// Keywords of OpenAPI 3.0 schemas and of JSON Schema 2020-12.
const SCHEMA: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "discriminator",
    "else",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// Below this length nearly every word is near some other.
const SHORTEST_SLIP: usize = 4;

impl Lowering<'_, '_> {
    /// Warns of each member of `node` that looks like a misspelt one, and reports a `$ref` that refers to nothing.
    pub(super) fn check_members(&mut self, node: &Node<'_>, object: Object) {
        if let Some(reference) = node.get("$ref").filter(|reference| reference.as_str().is_none()) {
            self.wrong_type(&reference, "a reference such as `#/components/schemas/Pet`");
        }
        self.diagnostics.extend(misspelt_members(node, object));
    }
}

/// A warning for each member of `node` that looks like a misspelt one.
pub(super) fn misspelt_members<'b>(node: &Node<'b>, object: Object) -> impl Iterator<Item = Diagnostic> + use<'b> {
    node.entries().filter_map(move |(key, member)| {
        if object.members().contains(&key) || key == "$ref" || is_extension(key) || key.len() < SHORTEST_SLIP {
            return None;
        }
        let reference = object.can_be_reference().then_some("$ref");
        let near = nearest(key, object.members().iter().copied().chain(reference))?;
        let message = format!("{} has no member `{key}`", object.name());
        let diagnostic = Diagnostic::warning("model/unknown-member", message, member.key_place());
        Some(diagnostic.help(format!("did you mean `{near}`? As it stands it means nothing")))
    })
}
