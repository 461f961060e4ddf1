//! What `methodical promises` shows: each operation's promises in sentences, with the place that declares each.
//!
//! Places are given by the caller, who has the documents; this crate reads no file.

use std::collections::BTreeMap;
use std::fmt::Write;

use methodical_diagnostic::Origin;
use serde::Serialize;

use crate::{Api, Operation, Promise};

/// The promises of an API, for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseReport {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// By path and method.
    pub operations: Vec<OperationReport>,
}

/// The promises of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationReport {
    /// Its id.
    pub operation: String,
    /// Its method.
    pub method: String,
    /// Its path template.
    pub path: String,
    /// In the order of the catalogue.
    pub promises: Vec<SentenceReport>,
}

/// A promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentenceReport {
    /// The rule's id.
    pub rule: &'static str,
    /// Whether the rule belongs to the core.
    pub core: bool,
    /// What it means here.
    pub sentence: String,
    /// `by type`, `at run time` or `by proof only`.
    pub held: &'static str,
    /// What tells two promises of one rule apart.
    pub parameters: BTreeMap<&'static str, String>,
    /// The place that declares it; `null` where HTTP itself does.
    pub declared_by: Option<PlaceReport>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceReport {
    /// File and line, as the caller names them.
    pub location: String,
    /// JSON pointer in that file.
    pub pointer: String,
}

/// All promises as data. `locate` names the file and line of an origin.
pub fn report_promises(api: &Api, locate: &dyn Fn(&Origin) -> String) -> PromiseReport {
    let operations = api.operations.iter().map(|operation| OperationReport {
        operation: operation.name.wire.clone(),
        method: operation.method.as_str().to_owned(),
        path: operation.path.text.clone(),
        promises: operation.promises.iter().map(|promise| report_promise(promise, locate)).collect(),
    });
    PromiseReport {
        title: api.docs.summary.clone().unwrap_or_default(),
        version: api.contract_version.clone(),
        operations: operations.collect(),
    }
}

fn report_promise(promise: &Promise, locate: &dyn Fn(&Origin) -> String) -> SentenceReport {
    let parameters = promise.parameters.iter().map(|(name, value)| (*name, value.clone()));
    SentenceReport {
        rule: promise.rule.as_str(),
        core: promise.rule.rule().is_some_and(|rule| rule.core),
        sentence: promise.sentence.clone(),
        held: promise.held.as_str(),
        parameters: parameters.collect(),
        declared_by: promise
            .declared_by
            .as_ref()
            .map(|origin| PlaceReport { location: locate(origin), pointer: origin.pointer.to_string() }),
    }
}

/// All promises as text. `locate` names the file and line of an origin.
pub fn render_promises(api: &Api, locate: &dyn Fn(&Origin) -> String) -> String {
    let mut text = String::new();
    for (index, operation) in api.operations.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        render_operation(&mut text, operation, locate);
    }
    text
}

fn render_operation(text: &mut String, operation: &Operation, locate: &dyn Fn(&Origin) -> String) {
    let Operation { method, path, name, promises, .. } = operation;
    let width = promises.iter().map(|promise| promise.rule.as_str().len()).max().unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{} {}  ({})", method.as_str(), path.text, name.wire);
    for Promise { rule, sentence, declared_by, held, .. } in promises {
        let place = declared_by.as_ref().map_or_else(|| "HTTP".to_owned(), locate);
        let _ = writeln!(text, "  {rule:width$}  {sentence}  [{place}; {}]", held.as_str());
    }
}
