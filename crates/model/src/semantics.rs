//! The `x-semantics` vocabulary: what standard OpenAPI has no word for.
//!
//! One extension key, on the root (defaults), a path item, an operation or a schema's property. Nothing in it repeats
//! what statuses and headers already say, so that every member here is either a promise of its own or a choice between
//! two policies that HTTP both allows. Reading is strict: a word that is misspelt would silently promise nothing.

mod duration;
mod places;
mod read;
mod words;

use methodical_diagnostic::Origin;

use crate::Replays;

pub(crate) use read::{SemanticsPlace, read, read_property};

/// `x-semantics`, merged from root, path item and operation. `None` where nothing was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each type says what its member means")]
pub struct Semantics {
    pub effect: Option<Effect>,
    pub on_missing: Option<OnMissing>,
    pub on_existing: Option<OnExisting>,
    pub on_read_only: Option<OnReadOnly>,
    pub atomicity: Option<Atomicity>,
    pub consistency: Option<Consistency>,
    /// The bound on staleness, in milliseconds, where `consistency` is eventual.
    pub within: Option<u64>,
    pub id_reuse: Option<IdReuse>,
    pub children: Option<Children>,
    pub hidden: Option<Hidden>,
    pub idempotency_key: Option<IdempotencyKey>,
    pub resource: Option<ResourceDeclaration>,
    pub order: Option<Order>,
    pub list: Option<ListGuarantee>,
    pub monitor: Option<MonitorDeclaration>,
    /// Where each member was declared, by member name (`effect`, `onMissing`, ...).
    pub origins: Vec<(String, Origin)>,
}

impl Semantics {
    /// Where the member with this name was declared, if it was.
    pub fn origin(&self, member: &str) -> Option<&Origin> {
        self.origins.iter().find(|(name, _)| name == member).map(|(_, origin)| origin)
    }

    /// What holds inside: each member from `inner`, and from here where `inner` says nothing.
    ///
    /// `resource` is no default: it speaks of one path and goes no further than from a path item to its operations.
    #[must_use]
    pub(crate) fn overlaid_by(&self, inner: &Semantics) -> Semantics {
        let mut origins = inner.origins.clone();
        let missing = self.origins.iter().filter(|(name, _)| inner.origin(name).is_none());
        origins.extend(missing.cloned());
        // `within` bounds the consistency that it was written beside; a nearer `consistency` takes no farther bound.
        let within = if inner.consistency.is_some() { inner.within } else { inner.within.or(self.within) };
        Semantics {
            effect: inner.effect.or(self.effect),
            on_missing: inner.on_missing.or(self.on_missing),
            on_existing: inner.on_existing.or(self.on_existing),
            on_read_only: inner.on_read_only.or(self.on_read_only),
            atomicity: inner.atomicity.or(self.atomicity),
            consistency: inner.consistency.or(self.consistency),
            within,
            id_reuse: inner.id_reuse.or(self.id_reuse),
            children: inner.children.or(self.children),
            hidden: inner.hidden.or(self.hidden),
            idempotency_key: inner.idempotency_key.or(self.idempotency_key),
            resource: inner.resource.clone().or_else(|| self.resource.clone()),
            order: inner.order.clone().or_else(|| self.order.clone()),
            list: inner.list.or(self.list),
            monitor: inner.monitor.clone().or_else(|| self.monitor.clone()),
            origins,
        }
    }
}

/// `idempotencyKey`: what a request's key promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// `replays`: which answers are replayed.
    pub replays: Option<Replays>,
    /// `retention`: how long a key is kept, in milliseconds.
    pub retention: Option<u64>,
    /// `scope`: among whose requests a key is unique.
    pub scope: Option<KeyScope>,
}

/// Among whose requests an idempotency key is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyScope {
    /// `principal`: those of one caller.
    Principal,
    /// `global`: those of all callers.
    Global,
}

/// `resource`: what a path cannot show by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceDeclaration {
    /// `name`, in the singular.
    pub name: Option<String>,
    /// `item`: the path template of one of them.
    pub item: Option<String>,
    /// `id`: JSON pointer to the identifier in the body that reading the item returns.
    pub id: Option<String>,
}

/// `order`: what a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// `by`: a JSON pointer into an item, after `-` where the order falls.
    pub by: String,
    /// `parameter`: the query parameter that asks for another order.
    pub parameter: Option<String>,
}

/// `monitor`: how what a GET returns tells where the work stands that it follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonitorDeclaration {
    /// `status`: a JSON pointer into the 200's body, or the name of a member of it or of what its envelope holds.
    pub status: String,
    /// `succeeded`: the values with which the work has ended well.
    pub succeeded: Vec<String>,
    /// `failed`: the values with which it has ended otherwise.
    pub failed: Vec<String>,
}

/// What a listing is, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListGuarantee {
    /// `snapshot`: the state at one moment.
    Snapshot,
}

/// What an operation does to the server's state (RFC 9110, section 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing that a client could see.
    Safe,
    /// The same, once or often.
    Idempotent,
    /// More each time.
    Unsafe,
}

/// What DELETE of something absent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMissing {
    /// `notFound`: it says so.
    NotFound,
    /// `silent`: success.
    Silent,
}

/// What PUT of something present does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExisting {
    /// `replace`: the whole value.
    Replace,
    /// `merge`: the members sent.
    Merge,
    /// `refuse`: nothing; 409.
    Refuse,
}

/// What `readOnly` members sent by a client get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnReadOnly {
    /// `ignore`: no effect.
    Ignore,
    /// `refuse`: the request is refused.
    Refuse,
    /// `match`: the request is refused unless the value is the present one.
    Match,
}

/// Whether a request for several objects makes all or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Atomicity {
    /// `all` or none.
    All,
    /// `each` for itself.
    Each,
}

/// When a write is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consistency {
    /// `eventual`.
    Eventual,
    /// `readYourWrites`.
    ReadYourWrites,
    /// `linearizable`.
    Linearizable,
}

/// Whether an identifier may come back after its resource was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdReuse {
    /// `never`.
    Never,
    /// `allowed`.
    Allowed,
}

/// What deletion does to children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Children {
    /// `refuse`: 409 while there are any.
    Refuse,
    /// `cascade`: they go too.
    Cascade,
    /// `orphan`: they stay, detached.
    Orphan,
}

/// What a caller without rights is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// `notFound`.
    NotFound,
    /// `forbidden`.
    Forbidden,
}
