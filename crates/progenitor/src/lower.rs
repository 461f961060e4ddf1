//! From the model to a description that progenitor takes: OpenAPI 3.0, of an allow-list of constructs.
//!
//! The model is the better start than the bundle: in it references are resolved, `allOf` is merged, versions are one,
//! types are split by direction and names are chosen. Nothing is passed on that progenitor is not known to handle.

mod body;
mod operation;
mod parameter;
mod query;
mod response;
pub(crate) mod schema;
mod union;

use std::collections::BTreeMap;

use methodical_diagnostic::Origin;
use methodical_model::{Api, OperationId, TypeId};
use openapiv3::{Info, OpenAPI, Operation, PathItem, Schema};

use crate::loss::{Loss, Subject};
use crate::names::{Case, RESERVED_METHODS, RESERVED_TYPES, Room};

/// A description for progenitor, in parts that can be left out.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The document without schemas and operations.
    pub(crate) frame: OpenAPI,
    /// Schemas, then operations.
    pub(crate) entries: Vec<Entry>,
    /// What the description says and this does not.
    pub(crate) losses: Vec<Loss>,
    /// What progenitor would say wrongly of media types, by its name of the operation.
    pub(crate) media_types: BTreeMap<String, MediaTypes>,
    /// What progenitor calls each type, by `TypeId::index`.
    pub(crate) types: Vec<String>,
    /// The method of each operation that is there.
    pub(crate) methods: BTreeMap<OperationId, String>,
}

impl Lowered {
    /// Whether methods have to set media types that progenitor does not know.
    pub(crate) fn has_media_types(&self) -> bool {
        !self.media_types.is_empty()
    }
}

/// A part of the document.
#[derive(Debug)]
pub(crate) enum Entry {
    Schema { name: String, schema: Box<Schema>, subject: Subject, origin: Origin },
    Operation { path: String, method: Slot, operation: Box<Operation>, subject: Subject, origin: Origin },
}

/// The media types of an operation's bodies, where they are not `application/json`.
#[derive(Debug, Clone, Default)]
pub(crate) struct MediaTypes {
    /// `Content-Type`.
    pub(crate) content_type: Option<String>,
    /// `Accept`.
    pub(crate) accept: Option<String>,
}

/// The methods that progenitor's clients can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Get,
    Head,
    Put,
    Post,
    Patch,
    Delete,
}

impl Slot {
    /// The place of the method in a path item.
    pub(crate) fn of(self, item: &mut PathItem) -> &mut Option<Operation> {
        match self {
            Slot::Get => &mut item.get,
            Slot::Head => &mut item.head,
            Slot::Put => &mut item.put,
            Slot::Post => &mut item.post,
            Slot::Patch => &mut item.patch,
            Slot::Delete => &mut item.delete,
        }
    }
}

/// What the parts of the lowering share.
pub(crate) struct Lowering<'a> {
    pub(crate) api: &'a Api,
    /// The component of each type, by [`TypeId::index`].
    types: Vec<String>,
    /// Types that are referred to and not lowered yet.
    queue: Vec<TypeId>,
    queued: Vec<bool>,
    schemas: BTreeMap<String, (Schema, Subject, Origin)>,
    /// The component of each constant text.
    constants: BTreeMap<String, String>,
    type_names: Room,
    method_names: Room,
    media_types: BTreeMap<String, MediaTypes>,
    losses: Vec<Loss>,
}

/// The description for progenitor.
pub(crate) fn lower(api: &Api) -> Lowered {
    let mut type_names = Room::new(Case::Pascal, "Type", RESERVED_TYPES);
    let types = api.types.iter().map(|definition| type_names.name(plain(&definition.name.pascal))).collect();
    let mut lowering = Lowering {
        api,
        types,
        queue: Vec::new(),
        queued: vec![false; api.types.len()],
        schemas: BTreeMap::new(),
        constants: BTreeMap::new(),
        type_names,
        method_names: Room::new(Case::Snake, "operation", RESERVED_METHODS),
        media_types: BTreeMap::new(),
        losses: Vec::new(),
    };
    let (operations, methods) = lowering.lower_operations();
    lowering.lower_types();
    let schemas = lowering.schemas.into_iter();
    let schemas = schemas.map(|(name, (schema, subject, origin))| {
        let schema = Box::new(schema);
        Entry::Schema { name, schema, subject, origin }
    });
    let entries = schemas.chain(operations).collect();
    let mut losses = lowering.losses;
    losses.sort_by_key(|loss| loss.subject);
    Lowered { frame: frame(api), entries, losses, media_types: lowering.media_types, types: lowering.types, methods }
}

impl Lowering<'_> {
    /// Says what is lost.
    pub(crate) fn lose(&mut self, subject: Subject, origin: &Origin, text: impl Into<String>) {
        let (text, origin) = (text.into(), origin.clone());
        self.losses.push(Loss { subject, text, origin, whole: false, by_progenitor: false });
    }

    /// Says that all of it is lost.
    pub(crate) fn lose_whole(&mut self, subject: Subject, origin: &Origin, text: impl Into<String>) {
        let (text, origin) = (text.into(), origin.clone());
        self.losses.push(Loss { subject, text, origin, whole: true, by_progenitor: false });
    }
}

/// A name without the mark of a raw identifier.
pub(crate) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// progenitor sends the version in a header: it must be one that HTTP can carry.
fn frame(api: &Api) -> OpenAPI {
    let version: String = api.contract_version.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    let title = methodical_generate::style::code(&methodical_generate::style::title(api));
    let info = Info { title, version: version.trim().to_owned(), ..Info::default() };
    OpenAPI { openapi: "3.0.3".to_owned(), info, ..OpenAPI::default() }
}
