//! Path templates (OpenAPI 3.1, section 4.8.2): cut up, and checked against each other.

use std::collections::BTreeMap;

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::route::METHODS;
use crate::{PathSegment, PathTemplate};

impl PathTemplate {
    /// The names of its parameters, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|part| match part {
            PathSegment::Parameter(name) => Some(name.as_str()),
            PathSegment::Literal(_) => None,
        })
    }

    /// The template with its parameters made alike: two paths with equal forms match the same URLs.
    pub fn form(&self) -> String {
        let mut form = String::new();
        for segment in &self.segments {
            form.push('/');
            segment.iter().for_each(|part| match part {
                PathSegment::Literal(text) => form.push_str(text),
                PathSegment::Parameter(_) => form.push_str("{}"),
            });
        }
        form
    }
}

/// Cuts a template up. The error says what is wrong with it, and the template goes on as well as it can.
pub(super) fn parse_path(text: &str) -> (PathTemplate, Option<PathFault>) {
    let mut fault = None;
    let (plain, rest) = text.split_at(end_of_path(text));
    if !text.starts_with('/') {
        fault = Some(PathFault::slip("it does not begin with `/`", "a `/` is put before it"));
    } else if !rest.is_empty() {
        let meaning = "requests go to the path before; a query is sent with each of them, a fragment never";
        fault = Some(PathFault::slip("it has a query or a fragment, which no path has", meaning));
    }
    let inner = plain.strip_prefix('/').unwrap_or(plain);
    let segments = inner.split('/').map(|segment| parse_segment(segment, &mut fault)).collect();
    let template = PathTemplate { text: text.to_owned(), segments };
    let mut names: Vec<&str> = template.parameters().collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        fault = Some(PathFault::slip("it has the same parameter twice", "both places get the same value"));
    }
    (template, fault)
}

/// What is wrong with a template, and what it is taken for. Without a meaning nothing can be made of it.
pub(super) struct PathFault {
    pub(super) reason: &'static str,
    pub(super) meaning: Option<&'static str>,
}

impl PathFault {
    fn slip(reason: &'static str, meaning: &'static str) -> Self {
        Self { reason, meaning: Some(meaning) }
    }
}

/// Where the query or the fragment begins. What stands between braces is a name.
fn end_of_path(text: &str) -> usize {
    let mut named = false;
    let end = text.find(|character| {
        named = character == '{' || named && character != '}';
        matches!(character, '?' | '#') && !named
    });
    end.unwrap_or(text.len())
}

fn parse_segment(segment: &str, fault: &mut Option<PathFault>) -> Vec<PathSegment> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some((literal, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            *fault = Some(PathFault::slip("a `{` is never closed", AS_TEXT));
            parts.push(PathSegment::Literal(rest.to_owned()));
            return parts;
        };
        push_literal(&mut parts, literal, fault);
        if name.is_empty() || name.contains('{') {
            *fault = Some(PathFault { reason: "a parameter has no name, or braces in it", meaning: None });
        }
        parts.push(PathSegment::Parameter(name.to_owned()));
        rest = after;
    }
    push_literal(&mut parts, rest, fault);
    parts
}

/// What becomes of a brace that has no partner.
const AS_TEXT: &str = "it is taken for text";

fn push_literal(parts: &mut Vec<PathSegment>, literal: &str, fault: &mut Option<PathFault>) {
    if literal.contains('}') {
        *fault = Some(PathFault::slip("a `}` closes nothing", AS_TEXT));
    }
    if !literal.is_empty() {
        parts.push(PathSegment::Literal(literal.to_owned()));
    }
}

impl<'b> Lowering<'b, '_> {
    /// Reports paths that differ in the names of their parameters only. OpenAPI forbids them; published descriptions
    /// have them, and where no method stands under both, a request has one meaning all the same.
    pub(super) fn check_ambiguous(&mut self, paths: &[(PathTemplate, Node<'b>)]) {
        let mut seen: BTreeMap<String, &(PathTemplate, Node<'b>)> = BTreeMap::new();
        for path in paths {
            let (first, first_node) = *seen.entry(path.0.form()).or_insert(path);
            if *first == path.0 {
                continue;
            }
            let message = format!("`{}` and `{}` match the same URLs", first.text, path.0.text);
            let shared = METHODS.iter().filter(|(key, _)| path.1.get(key).is_some() && first_node.get(key).is_some());
            let shared: Vec<&str> = shared.map(|(_, method)| method.as_str()).collect();
            let report = if shared.is_empty() { Diagnostic::warning } else { Diagnostic::slip };
            let mut diagnostic = report("model/ambiguous-paths", message, path.1.key_place())
                .related(first_node.key_place(), "the other path")
                .help("name the parameter alike and put the operations under one path");
            if !shared.is_empty() {
                let methods = shared.join(", ");
                diagnostic = diagnostic.note_line(format!(
                    "clients have methods for both; a server answers {methods} by `{}`",
                    first.text
                ));
            }
            self.report(diagnostic);
        }
    }
}
