//! One operation as the families read it: with its path, its resource, and what was found so far.

use methodical_diagnostic::Origin;

use crate::rules::{
    DELETE_ATOMIC_MISSING, DELETE_EFFECTIVE, DELETE_ONCE, GET_ABSENT_404, POST_CREATED, PUT_CREATE_ONCE,
    PUT_STATUS_TRUE, PUT_UPSERT,
};
use crate::{Api, Held, Method, Operation, OperationId, Outcome, Promise, Resource, Response, RuleId, Schema, Status};

/// An operation in its surroundings.
pub(super) struct Reading<'a> {
    pub(super) api: &'a Api,
    pub(super) operation: &'a Operation,
    /// All operations of its path, itself among them.
    pub(super) neighbours: Vec<&'a Operation>,
    pub(super) resource: Option<&'a Resource>,
    id: OperationId,
    promises: Vec<Promise>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(api: &'a Api, index: usize) -> Self {
        let operation = &api.operations[index];
        let neighbours = api.operations.iter().filter(|other| other.path.text == operation.path.text);
        Self {
            api,
            operation,
            neighbours: neighbours.collect(),
            resource: operation.resource.map(|id| &api.resources[id.index()]),
            id: OperationId(u32::try_from(index).unwrap_or(u32::MAX)),
            promises: Vec::new(),
        }
    }

    /// Adds a promise: held as the catalogue says, unless this operation has no outcome type of its own to hold it.
    pub(super) fn holds(
        &mut self,
        rule: RuleId,
        declared_by: Option<&Origin>,
        sentence: impl Into<String>,
    ) -> &mut Promise {
        let held = rule.rule().map_or(Held::ByProofOnly, |rule| rule.held);
        let held = if follows_from_outcome(rule) && self.operation.outcome == Outcome::Other {
            Held::ByProofOnly
        } else {
            held
        };
        let declared_by = declared_by.cloned();
        let promise = Promise { rule, sentence: sentence.into(), declared_by, held, parameters: Vec::new() };
        self.promises.push(promise);
        let last = self.promises.len() - 1;
        &mut self.promises[last]
    }

    /// What was found, in the order of the catalogue.
    pub(super) fn finish(mut self) -> Vec<Promise> {
        self.promises.sort_by_key(|promise| promise.rule.position());
        self.promises
    }

    /// `GET /tags/{name}`, in backquotes.
    pub(super) fn title(&self) -> String {
        title(self.operation)
    }

    /// The path, in backquotes.
    pub(super) fn path(&self) -> String {
        format!("`{}`", self.operation.path.text)
    }

    pub(super) fn method(&self) -> Method {
        self.operation.method
    }

    /// Whether the method is one that writes.
    pub(super) fn writes(&self) -> bool {
        match self.method() {
            Method::Put | Method::Post | Method::Patch | Method::Delete => true,
            Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => false,
            // Nothing says that it does not.
            Method::Other(_) => true,
        }
    }

    /// The operation of the same path with another method.
    pub(super) fn neighbour(&self, method: Method) -> Option<&'a Operation> {
        self.neighbours.iter().copied().find(|other| other.method == method)
    }

    /// The GET that shows what this operation acts on: of its own path, or of its resource's item.
    pub(super) fn reader(&self) -> Option<&'a Operation> {
        let of_resource = || self.resource.and_then(|resource| resource.get).map(|id| self.api.operation(id));
        self.neighbour(Method::Get).or_else(of_resource)
    }

    /// Whether this is the operation that lists its resource.
    pub(super) fn is_list(&self) -> bool {
        self.resource.is_some_and(|resource| resource.list == Some(self.id))
    }

    /// The first declared of some statuses.
    pub(super) fn first_of(&self, codes: &[u16]) -> Option<&'a Response> {
        codes.iter().find_map(|code| self.operation.response(*code))
    }

    /// The schema of the request body.
    pub(super) fn request_schema(&self) -> Option<&'a Schema> {
        let content = self.operation.body.as_ref()?.contents.first()?;
        Some(&content.schema)
    }

    /// Where a member of the merged `x-semantics` was declared.
    pub(super) fn word(&self, member: &str) -> Option<&'a Origin> {
        self.operation.semantics.origin(member)
    }
}

/// `GET /tags/{name}`, in backquotes.
pub(super) fn title(operation: &Operation) -> String {
    format!("`{} {}`", operation.method.as_str(), operation.path.text)
}

/// A status as it is written in a description.
pub(super) fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(words: &[String]) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A duration in the largest unit that it is a whole number of.
pub(super) fn duration_text(milliseconds: u64) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")];
    let whole = units.iter().find(|(unit, _)| milliseconds >= *unit && milliseconds.is_multiple_of(*unit));
    let (amount, name) = whole.map_or((milliseconds, "millisecond"), |(unit, name)| (milliseconds / unit, *name));
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {name}{plural}")
}

/// Rules that a generated server holds by the type of the outcome, where there is one.
fn follows_from_outcome(rule: RuleId) -> bool {
    [
        GET_ABSENT_404,
        DELETE_EFFECTIVE,
        DELETE_ATOMIC_MISSING,
        DELETE_ONCE,
        PUT_UPSERT,
        PUT_STATUS_TRUE,
        PUT_CREATE_ONCE,
        POST_CREATED,
    ]
    .contains(&rule)
}
