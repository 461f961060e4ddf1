//! The root of the model, and the small things that hang directly from it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use methodical_diagnostic::{Origin, Pointer};
use methodical_document::{SpecVersion, Value};

use crate::{Additional, Kind, Name, Operation, OperationId, Resource, Schema, Semantics, Shape, TypeDef, TypeId};

/// One HTTP API, ready to be checked, compared and generated.
///
/// Every list is in an order that does not depend on the order of members in the description: `types` by Rust name,
/// `operations` by path and method, `tags` by name.
#[derive(Debug, Clone)]
pub struct Api {
    /// The version of OpenAPI it was described in.
    pub version: SpecVersion,
    /// `info.title`, `info.summary`, `info.description`.
    pub docs: Docs,
    /// `info.version`: the version of the contract.
    pub contract_version: String,
    /// Where the API is served.
    pub servers: Vec<Server>,
    /// The tags in use. Every operation has exactly one home tag; one without any is at home in `default`.
    pub tags: Vec<Tag>,
    /// Named types, split by [`Direction`](crate::Direction) where request and response differ.
    pub types: Vec<TypeDef>,
    /// All operations of all paths.
    pub operations: Vec<Operation>,
    /// The requests that the server sends, webhooks first.
    pub webhooks: Vec<Operation>,
    /// The resources that paths and methods make up.
    pub resources: Vec<Resource>,
    /// `components.securitySchemes`.
    pub security_schemes: Vec<SecurityScheme>,
    /// The root's `x-semantics`, defaults filled in.
    pub semantics: Semantics,
    /// Every example that was written, with what it is one of.
    pub examples: Vec<Example>,
    /// The places of responses that could not be read, which was reported: each has a stand-in that says nothing but
    /// that its status is declared.
    pub unread: BTreeSet<Origin>,
}

impl Api {
    /// The type that `id` names.
    pub fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.types[id.index()]
    }

    /// The operation that `id` names.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.index()]
    }

    /// The tag that `id` names.
    pub fn tag(&self, id: TagId) -> &Tag {
        &self.tags[id.index()]
    }

    /// The API that receivers have: its operations are the webhooks and callbacks of this one, its types the same. `None`
    /// where there are none.
    pub fn receivers(&self) -> Option<Api> {
        if self.webhooks.is_empty() {
            return None;
        }
        Some(Api {
            operations: self.webhooks.clone(),
            webhooks: Vec::new(),
            resources: Vec::new(),
            servers: Vec::new(),
            examples: Vec::new(),
            ..self.clone()
        })
    }

    /// All named types, each with its id.
    pub fn types_with_ids(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        (0..).map(TypeId).zip(&self.types)
    }

    /// All operations, each with its id.
    pub fn operations_with_ids(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        (0..).map(OperationId).zip(&self.operations)
    }

    /// All tags, each with its id.
    pub fn tags_with_ids(&self) -> impl Iterator<Item = (TagId, &Tag)> {
        (0..).map(TagId).zip(&self.tags)
    }

    /// The definition behind `schema`, if it is a named type.
    pub fn named<'a>(&'a self, schema: &Schema) -> Option<&'a TypeDef> {
        schema.type_id().map(|id| self.type_def(id))
    }

    /// The schema that an alias stands for, through any number of aliases; anything else is itself.
    pub fn unaliased<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let mut schema = schema;
        // Lowering has broken aliases that come back to themselves; the bound is there for models made otherwise.
        for _ in 0..self.types.len() {
            match self.named(schema).map(|definition| &definition.shape) {
                Some(Shape::Alias(inner)) => schema = inner,
                Some(Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_)) | None => break,
            }
        }
        schema
    }

    /// The definition behind `schema`, aliases of named types followed. `None` for what has no named type in the end.
    pub fn resolved<'a>(&'a self, schema: &'a Schema) -> Option<&'a TypeDef> {
        self.named(self.unaliased(schema))
    }

    /// The schema of what a JSON pointer leads to in a value of `schema`. `None` where no such value has anything there.
    ///
    /// In a union the first alternative that has it counts; in a map every name, and in a list every index leads on.
    pub fn schema_at<'a>(&'a self, schema: &'a Schema, pointer: &str) -> Option<&'a Schema> {
        let pointer = Pointer::parse(pointer)?;
        let tokens: Vec<_> = pointer.tokens().collect();
        self.schema_below(schema, &tokens, &mut Vec::new())
    }

    /// `tried` are the unions that have nothing at the first token, or are being looked at for it.
    fn schema_below<'a>(
        &'a self,
        schema: &'a Schema,
        tokens: &[Cow<'_, str>],
        tried: &mut Vec<TypeId>,
    ) -> Option<&'a Schema> {
        let schema = self.unaliased(schema);
        let Some((token, rest)) = tokens.split_first() else {
            return Some(schema);
        };
        let inner = match &schema.kind {
            Kind::Any => return Some(schema),
            Kind::Array { items, .. } => token.parse::<usize>().ok().map(|_| &**items)?,
            Kind::Tuple { items, rest, .. } => items.get(token.parse::<usize>().ok()?).or(rest.as_deref())?,
            Kind::Map { values, .. } => values,
            Kind::Named(id) => return self.schema_in_shape(*id, tokens, tried),
            Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_) => return None,
        };
        self.schema_below(inner, rest, &mut Vec::new())
    }

    fn schema_in_shape<'a>(
        &'a self,
        id: TypeId,
        tokens: &[Cow<'_, str>],
        tried: &mut Vec<TypeId>,
    ) -> Option<&'a Schema> {
        let (token, rest) = tokens.split_first()?;
        match &self.type_def(id).shape {
            Shape::Object(object) => {
                let property = object.properties.iter().find(|property| property.name.wire == **token);
                let inner = match (property, &object.additional) {
                    (Some(property), _) => &property.schema,
                    (None, Additional::Typed(schema)) => schema,
                    (None, Additional::Unspecified | Additional::Denied) => return None,
                };
                self.schema_below(inner, rest, &mut Vec::new())
            }
            Shape::Union(_) if tried.contains(&id) => None,
            Shape::Union(union) => {
                tried.push(id);
                union.variants.iter().find_map(|(_, schema)| self.schema_below(schema, tokens, tried))
            }
            Shape::Enumeration(_) | Shape::Alias(_) => None,
        }
    }
}

/// An example: what people copy first.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it is an example of.
    pub schema: Schema,
    /// It.
    pub value: Value,
    /// Whether it stands with a message.
    pub level: ExampleLevel,
    /// Where it was written.
    pub origin: Origin,
}

/// Where an example stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleLevel {
    /// With a schema: it serves both ways, with the `readOnly` and the `writeOnly` members alike.
    Schema,
    /// With a body, a parameter or a header: it shows what travels there.
    Message,
}

/// What the author wrote for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// `title` or `summary`: one line.
    pub summary: Option<String>,
    /// `description`: CommonMark.
    pub description: Option<String>,
}

/// An entry of `servers`.
#[derive(Debug, Clone)]
pub struct Server {
    /// What it is called: by the first words of its description that say what it is for, else by its URL.
    pub name: Name,
    /// The URL with defaults put in; may be relative.
    pub url: String,
    /// The URL as written, with `{name}` for each variable.
    pub template: String,
    /// The variables that occur in it.
    pub variables: Vec<ServerVariable>,
    /// `description`.
    pub description: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// A variable of a server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVariable {
    /// Wire name and Rust name.
    pub name: Name,
    /// `enum`: the values that it may have, each with the name of a variant; empty: any.
    pub values: Vec<Name>,
    /// `default`.
    pub default: String,
    /// `description`.
    pub description: Option<String>,
}

/// An index into [`Api::tags`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub(crate) u32);

impl TagId {
    /// The position in [`Api::tags`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A tag: the unit in which operations are grouped into modules and handler traits.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Wire name; as a module (`ssh_keys`) and as a trait (`SshKeys`).
    pub name: Name,
    /// Its `description`.
    pub docs: Docs,
}

/// An entry of `components.securitySchemes`.
#[derive(Debug, Clone)]
pub struct SecurityScheme {
    /// The component's name.
    pub name: Name,
    /// What credentials it takes.
    pub kind: SecurityKind,
    /// Of OAuth 2: how tokens are had.
    pub flows: Vec<OAuthFlow>,
    /// `openIdConnectUrl`, or `oauth2MetadataUrl` (OpenAPI 3.2): where all about the server that gives tokens is to be found.
    pub metadata_url: Option<String>,
    /// `bearerFormat`: a word on what tokens look like.
    pub bearer_format: Option<String>,
    /// Whether it is `deprecated` (OpenAPI 3.2).
    pub deprecated: bool,
    /// Its `description`.
    pub docs: Docs,
    /// Where it was written.
    pub origin: Origin,
}

/// An entry of `flows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthFlow {
    /// Which flow it is.
    pub kind: OAuthFlowKind,
    /// `authorizationUrl`, or `deviceAuthorizationUrl` (OpenAPI 3.2): where people are asked for their consent.
    pub authorization_url: Option<String>,
    /// `tokenUrl`; of the implicit flow there is none.
    pub token_url: Option<String>,
    /// `refreshUrl`, where refreshing has a URL of its own.
    pub refresh_url: Option<String>,
    /// `scopes`, each with what it is for.
    pub scopes: Vec<(String, String)>,
}

/// The flows of OAuth 2 that OpenAPI 3.0 to 3.2 describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum OAuthFlowKind {
    AuthorizationCode,
    ClientCredentials,
    DeviceAuthorization,
    Implicit,
    Password,
}

/// How credentials travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityKind {
    /// `Authorization: <scheme> <credentials>`; `bearer`, `Token` and any other registered or private scheme.
    Http {
        /// The scheme as written.
        scheme: String,
    },
    /// `Authorization: Basic ...`.
    Basic,
    /// A key in a header, a query parameter or a cookie.
    ApiKey {
        /// Where it goes.
        location: crate::ParameterLocation,
        /// Its name there.
        name: String,
    },
    /// OAuth 2: an access token sent as bearer.
    OAuth2,
    /// OpenID Connect: an access token sent as bearer.
    OpenIdConnect,
    /// A client certificate.
    MutualTls,
}
