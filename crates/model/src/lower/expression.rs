//! Runtime expressions of links (OpenAPI 3.1, section 4.8.20.4).

use methodical_document::Value;

use super::reading::canonical;
use crate::{LinkSource, ParameterLocation};

/// Reads the value of a link's parameter: an expression if it begins with `$`, else a constant. The error says why an
/// expression is none.
pub(super) fn source(value: &Value) -> Result<LinkSource, String> {
    let Some(expression) = value.as_str().and_then(expression) else {
        return Ok(LinkSource::Constant(canonical(value)));
    };
    if let Some(source) = expression.strip_prefix("$response.") {
        return response_source(source).ok_or_else(|| unknown(expression));
    }
    if let Some(source) = expression.strip_prefix("$request.") {
        return request_source(source).ok_or_else(|| unknown(expression));
    }
    if ["$url", "$method", "$statusCode"].contains(&expression) {
        return Err(format!("`{expression}` is not supported in links"));
    }
    Err(unknown(expression))
}

/// The expression in a text: the text itself, or what stands in its braces, if that is all of it.
fn expression(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    inner.starts_with('$').then_some(inner)
}

fn response_source(source: &str) -> Option<LinkSource> {
    match source.split_once('.') {
        Some(("header", name)) => Some(LinkSource::ResponseHeader(name.to_owned())),
        _ => body_pointer(source).map(LinkSource::ResponseBody),
    }
}

fn request_source(source: &str) -> Option<LinkSource> {
    let located = |location| move |name: &str| LinkSource::Request(location, name.to_owned());
    match source.split_once('.') {
        Some(("path", name)) => Some(located(ParameterLocation::Path)(name)),
        Some(("query", name)) => Some(located(ParameterLocation::Query)(name)),
        Some(("header", name)) => Some(located(ParameterLocation::Header)(name)),
        _ => body_pointer(source).map(LinkSource::RequestBody),
    }
}

/// `body` is the whole body, `body#/id` a part of it.
fn body_pointer(source: &str) -> Option<String> {
    let pointer = source.strip_prefix("body")?;
    let pointer = if pointer.is_empty() { pointer } else { pointer.strip_prefix('#')? };
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.to_owned())
}

fn unknown(expression: &str) -> String {
    format!("`{expression}` is no runtime expression")
}
