//! The structure of OpenAPI objects, as far as a bundle needs it: where a `$ref` is a reference, and to what.
//!
//! Below `example`, `default`, `enum`, `const` and extensions everything is data, and a `$ref` there is somebody's JSON.
//! The tables hold OpenAPI 3.0, 3.1 and 3.2 at once; a member that a version does not know stays as it is anyway.

/// What an object is by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Root,
    Components,
    Paths,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Header,
    Schema,
    Discriminator,
    /// A string that names a schema, in a discriminator's mapping.
    SchemaName,
    Example,
    Link,
    /// A string that names an operation, in a link.
    OperationName,
    Callback,
    SecurityScheme,
    /// An object of which only the text matters: info, tags, servers. Files may still be split below it.
    Plain,
    /// Anything: no reference is followed.
    Data,
}

/// What the value of a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    One(Kind),
    List(Kind),
    Map(Kind),
    /// Maps by status or method, in which extensions may stand between.
    MapBesideExtensions(Kind),
}

impl Shape {
    /// What the objects in it are.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::One(kind) | Self::List(kind) | Self::Map(kind) | Self::MapBesideExtensions(kind) => kind,
        }
    }
}

use Kind::{
    Callback, Components, Data, Discriminator, Encoding, Example, Header, Link, MediaType, Operation, OperationName,
    Parameter, PathItem, Paths, Plain, RequestBody, Response, Responses, Schema, SchemaName, SecurityScheme,
};
use Shape::{List, Map, MapBesideExtensions, One};

impl Kind {
    /// The member of `components` that holds such objects, if there is one in every version or in the newer ones.
    pub(super) const fn section(self) -> Option<&'static str> {
        match self {
            Schema | SchemaName => Some("schemas"),
            Response => Some("responses"),
            Parameter => Some("parameters"),
            Example => Some("examples"),
            RequestBody => Some("requestBodies"),
            Header => Some("headers"),
            SecurityScheme => Some("securitySchemes"),
            Link => Some("links"),
            Callback => Some("callbacks"),
            // Path items and media types have a section in later versions only: they are put in place instead.
            Kind::Root
            | Components
            | Paths
            | PathItem
            | Operation
            | MediaType
            | Encoding
            | Responses
            | Discriminator
            | OperationName
            | Plain
            | Data => None,
        }
    }

    /// What a member of such an object holds.
    pub(super) fn member(self, key: &str) -> Shape {
        let extension = key.starts_with("x-");
        match self {
            Schema => schema(key),
            Data | SchemaName | OperationName => One(Data),
            _ if extension => One(Data),
            Kind::Root => root(key),
            Components => component_section(key).map_or(One(Data), Map),
            Paths => One(PathItem),
            Callback => One(PathItem),
            Responses => One(Response),
            PathItem => path_item(key),
            Operation => operation(key),
            Parameter | Header | MediaType | RequestBody | Response | Encoding => payload(key),
            Discriminator => {
                if key == "mapping" {
                    Map(SchemaName)
                } else {
                    One(Data)
                }
            }
            Example => One(Data),
            Link => match key {
                "operationRef" => One(OperationName),
                "server" => One(Plain),
                _ => One(Data),
            },
            SecurityScheme | Plain => One(Plain),
        }
    }
}

/// What a section of `components` holds.
pub(super) fn component_section(section: &str) -> Option<Kind> {
    Some(match section {
        "schemas" => Schema,
        "responses" => Response,
        "parameters" => Parameter,
        "examples" => Example,
        "requestBodies" => RequestBody,
        "headers" => Header,
        "securitySchemes" => SecurityScheme,
        "links" => Link,
        "callbacks" => Callback,
        "pathItems" => PathItem,
        "mediaTypes" => MediaType,
        _ => return None,
    })
}

fn root(key: &str) -> Shape {
    match key {
        "paths" => One(Paths),
        "webhooks" => MapBesideExtensions(PathItem),
        "components" => One(Components),
        "info" | "servers" | "tags" | "externalDocs" | "security" => One(Plain),
        _ => One(Data),
    }
}

fn path_item(key: &str) -> Shape {
    match key {
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" | "query" => One(Operation),
        "additionalOperations" => Map(Operation),
        "parameters" => List(Parameter),
        "servers" | "description" => One(Plain),
        _ => One(Data),
    }
}

fn operation(key: &str) -> Shape {
    match key {
        "parameters" => List(Parameter),
        "requestBody" => One(RequestBody),
        "responses" => One(Responses),
        "callbacks" => MapBesideExtensions(Callback),
        "servers" | "description" | "externalDocs" | "security" => One(Plain),
        _ => One(Data),
    }
}

/// Parameters, headers, bodies, responses, media types and encodings share the names of what they hold.
fn payload(key: &str) -> Shape {
    match key {
        "schema" | "itemSchema" => One(Schema),
        "content" => MapBesideExtensions(MediaType),
        "headers" => MapBesideExtensions(Header),
        "links" => MapBesideExtensions(Link),
        "examples" => Map(Example),
        "encoding" => Map(Encoding),
        "prefixEncoding" => List(Encoding),
        "itemEncoding" => One(Encoding),
        "description" => One(Plain),
        _ => One(Data),
    }
}

fn schema(key: &str) -> Shape {
    match key {
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => Map(Schema),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => List(Schema),
        "items"
        | "additionalItems"
        | "unevaluatedItems"
        | "contains"
        | "additionalProperties"
        | "unevaluatedProperties"
        | "propertyNames"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contentSchema" => One(Schema),
        "discriminator" => One(Discriminator),
        _ => One(Data),
    }
}
