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
pub(super) fn parse_path(text: &str) -> (PathTemplate, Option<&'static str>) {
    let mut error = None;
    if !text.starts_with('/') {
        error = Some("it does not begin with `/`");
    } else if text.contains(['?', '#']) {
        error = Some("it has a query or a fragment, which no path has");
    }
    let inner = text.strip_prefix('/').unwrap_or(text);
    let segments = inner.split('/').map(|segment| parse_segment(segment, &mut error)).collect();
    let template = PathTemplate { text: text.to_owned(), segments };
    let mut names: Vec<&str> = template.parameters().collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        error = Some("it has the same parameter twice");
    }
    (template, error)
}

fn parse_segment(segment: &str, error: &mut Option<&'static str>) -> Vec<PathSegment> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some((literal, after)) = rest.split_once('{') {
        push_literal(&mut parts, literal, error);
        let Some((name, after)) = after.split_once('}') else {
            *error = Some("a `{` is never closed");
            rest = after;
            break;
        };
        if name.is_empty() || name.contains('{') {
            *error = Some("a parameter has no name, or braces in it");
        }
        parts.push(PathSegment::Parameter(name.to_owned()));
        rest = after;
    }
    push_literal(&mut parts, rest, error);
    parts
}

fn push_literal(parts: &mut Vec<PathSegment>, literal: &str, error: &mut Option<&'static str>) {
    if literal.contains('}') {
        *error = Some("a `}` closes nothing");
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
            let Some((first, first_node)) = seen.insert(path.0.form(), path) else {
                continue;
            };
            let message = format!("`{}` and `{}` match the same URLs", first.text, path.0.text);
            let collide = METHODS.iter().any(|(key, _)| path.1.get(key).is_some() && first_node.get(key).is_some());
            let report = if collide { Diagnostic::error } else { Diagnostic::warning };
            let diagnostic = report("model/ambiguous-paths", message, path.1.key_place())
                .related(first_node.key_place(), "the other path")
                .help("name the parameter alike and put the operations under one path");
            self.report(diagnostic);
        }
    }
}
