//! The model: what an API *is*, once its description has been read.
//!
//! [`lower`] turns a [`Bundle`](methodical_document::Bundle) into an [`Api`]. Afterwards no `$ref` is unresolved, no
//! name is missing, no default is implicit, and every operation carries its set of [`Promise`]s. The model knows no
//! HTTP library and no Rust syntax: what two generated outputs both need is decided here, once.

mod api;
mod canonical;
mod content;
mod form;
mod guarantees;
mod lifecycle;
mod lower;
mod method;
mod names;
mod operation;
mod outcome;
mod places;
mod promises;
mod resource;
pub mod rules;
mod schema;
mod semantics;
pub mod surface;

pub use api::{
    Api, Docs, Example, ExampleLevel, OAuthFlow, OAuthFlowKind, SecurityKind, SecurityScheme, Server, ServerVariable,
    Tag, TagId,
};
pub use canonical::{Canonical, IMPLIED_TYPE};
pub use content::{Body, Content, FieldEncoding, MediaType, PartHeader, ProblemSchema, RequestBody, essence};
pub use form::{FieldKind, FormField, form_fields};
pub use guarantees::{Guarantee, Guarantees, Unpromised, Why, guarantees};
pub use lifecycle::{Day, Stability};
pub use lower::{lower, openapi_members};
pub use method::{Method, MethodToken};
pub use names::{Name, is_keyword};
pub use operation::{
    HeaderRole, Idempotency, Link, LinkSource, Location, Monitor, Operation, OperationId, Paging, PagingStyle,
    Parameter, ParameterLocation, ParameterRole, ParameterStyle, PathSegment, PathTemplate, Receiver, Replays,
    Requirement, Response, ResponseHeader, Status,
};
pub use outcome::Outcome;
pub use promises::{
    Held, OperationReport, PlaceReport, Promise, PromiseReport, PutMode, SentenceReport, render_promises,
    report_promises,
};
pub use resource::{Resource, ResourceId};
pub use rules::{DiffSeverity, Evidence, Family, Rule, RuleId, catalogue};
pub use schema::{
    Access, Additional, Direction, Discriminator, IntegerFormat, Kind, NumberFormat, Object, Property, Schema, Shape,
    StringFormat, TypeDef, TypeId, Union, Variant, VariantValue,
};
pub use semantics::{
    Atomicity, Children, Consistency, Effect, Hidden, IdReuse, IdempotencyKey, KeyScope, ListGuarantee,
    MonitorDeclaration, OnExisting, OnMissing, OnReadOnly, Order, ResourceDeclaration, Semantics,
};

/// The manual pages of the diagnostics of this stage.
pub fn codes() -> Vec<methodical_diagnostic::Page> {
    let files = [
        include_str!("codes/schema.md"),
        include_str!("codes/operation.md"),
        include_str!("codes/root.md"),
        include_str!("codes/semantics.md"),
    ];
    files.into_iter().flat_map(methodical_diagnostic::pages).collect()
}
