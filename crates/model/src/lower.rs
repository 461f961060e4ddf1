//! From a bundle to the model.
//!
//! Lowering never fails: what is wrong is reported with its place and a way out, and lowering goes on with the most
//! faithful thing that can still be said. Objects are walked in the order of their keys, so that nothing in the model
//! depends on the order in which a description lists its members. Schemas are lowered on demand from a queue, not by
//! recursion, so that neither recursive components nor long chains of them can exhaust the stack.

mod canonical;
mod circle;
mod content;
mod direction;
mod enumeration;
mod expression;
mod family;
mod flat;
mod info;
mod lifecycle;
mod link;
mod location;
mod member;
mod mixed;
mod monitor;
mod object;
mod operation;
mod outcome;
mod paging;
mod parameter;
mod path;
mod place_name;
mod reading;
mod resource;
mod response;
mod route;
mod scalar;
mod schema;
mod security;
mod server;
mod share;
mod stream;
mod tag;
#[cfg(test)]
mod tests;
mod types;
mod union;
mod webhook;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

pub use member::openapi_members;
use methodical_diagnostic::{Diagnostic, Diagnostics, Origin};
use methodical_document::{Bundle, Node};

use crate::semantics::{self, SemanticsPlace};
use crate::{Api, Direction, Example, OnReadOnly, Operation, Response, SecurityScheme, TypeId, promises};

/// Lowers a bundle.
///
/// All diagnostics of this stage have codes that begin with `model/`. Where one of them is an error the model is still
/// complete, but says less than the description meant to.
pub fn lower(bundle: &Bundle, diagnostics: &mut Diagnostics) -> Api {
    let root = bundle.root();
    let semantics = semantics::read(&root, SemanticsPlace::Root, diagnostics);
    let mut lowering = Lowering::new(bundle, diagnostics);
    lowering.on_read_only = semantics.on_read_only.unwrap_or(OnReadOnly::Ignore);
    let info = lowering.info(&root);
    let servers = lowering.servers(&root);
    lowering.security_schemes = lowering.security_schemes(&root);
    let routes = lowering.routes(&root);
    let sent = lowering.sent(&root, &routes);
    let (tags, tag_ids) = lowering.tags(&root, routes.iter().chain(sent.iter().map(|sent| &sent.route)));
    let mut operations = lowering.operations(&root, &routes, &tag_ids, &semantics);
    let served = operations.len();
    operations.extend(lowering.webhooks(&root, sent, &tag_ids, &semantics));
    lowering.report_unknown_schemes();
    lowering.unused_components(&root);
    let types = lowering.finish_types(&mut operations);
    let webhooks = operations.split_off(served);
    let Lowering { links, security_schemes, unread, examples, .. } = lowering;
    let mut api = Api {
        version: bundle.version(),
        docs: info.docs,
        contract_version: info.version,
        servers,
        tags,
        types,
        operations,
        webhooks,
        resources: Vec::new(),
        security_schemes,
        semantics,
        examples,
        unread,
    };
    link::lower_links(&mut api, &links, diagnostics);
    resource::find_resources(&mut api);
    paging::find_paging(&mut api);
    paging::check_orders(&api, diagnostics);
    crate::form::check_part_headers(&api, diagnostics);
    monitor::find_monitors(&mut api, diagnostics);
    location::find_locations(&mut api);
    outcome::decide_outcomes(&mut api);
    promises::infer(&mut api);
    api
}

/// How deeply schemas may be nested in one another without a name between them.
const DEEPEST: usize = 64;

/// What one run of lowering knows.
struct Lowering<'b, 'd> {
    bundle: &'b Bundle,
    diagnostics: &'d mut Diagnostics,
    types: types::Types<'b>,
    directional: direction::Directional<'b>,
    families: Rc<family::Families<'b>>,
    tags: tag::Tags<'b>,
    operation_names: place_name::OperationNames,
    security_schemes: Vec<SecurityScheme>,
    examples: Vec<Example>,
    /// The examples that were kept, each with the type that it is one of: a component is reached on many ways.
    seen_examples: HashSet<(Origin, Option<TypeId>)>,
    links: Vec<PendingLinks<'b>>,
    /// The schemas of problem documents, which need no types.
    problem_schemas: Vec<Node<'b>>,
    /// Security schemes that are required and not declared, each with the places that require it.
    unknown_schemes: BTreeMap<String, (Diagnostic, BTreeSet<Origin>)>,
    /// Parts for which something else stands, since they could not be read.
    unread: BTreeSet<Origin>,
    /// What is being lowered is sent by the server: request and response go the other way.
    inverted: bool,
    /// What a `readOnly` member gets where nothing nearer says so.
    on_read_only: OnReadOnly,
}

/// The `links` of a response, which can be lowered only when every operation and every type is known.
struct PendingLinks<'b> {
    operation: usize,
    response: usize,
    node: Node<'b>,
}

impl<'b, 'd> Lowering<'b, 'd> {
    fn new(bundle: &'b Bundle, diagnostics: &'d mut Diagnostics) -> Self {
        let families = Rc::new(family::Families::of(&bundle.root()));
        Lowering {
            bundle,
            diagnostics,
            types: types::Types::default(),
            directional: direction::Directional::of(Rc::clone(&families)),
            tags: tag::Tags::of(&bundle.root(), &families),
            families,
            operation_names: place_name::OperationNames::default(),
            security_schemes: Vec::new(),
            examples: Vec::new(),
            seen_examples: HashSet::new(),
            links: Vec::new(),
            problem_schemas: Vec::new(),
            unknown_schemes: BTreeMap::new(),
            unread: BTreeSet::new(),
            inverted: false,
            on_read_only: OnReadOnly::Ignore,
        }
    }

    /// The way that a request, or a response, takes.
    fn way(&self, of: Direction) -> Direction {
        match (of, self.inverted) {
            (Direction::Request, false) | (Direction::Response, true) => Direction::Request,
            (Direction::Response, false) | (Direction::Request, true) => Direction::Response,
            (Direction::Both, _) => Direction::Both,
        }
    }
}

/// All responses of all operations, mutably.
fn responses_mut(operations: &mut [Operation]) -> impl Iterator<Item = &mut Response> {
    operations.iter_mut().flat_map(|operation| &mut operation.responses)
}
