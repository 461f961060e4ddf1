//! Runtime expressions (OpenAPI 3.1, section 4.8.20.4), evaluated: where a callback goes is told by the request that it
//! belongs to, and by the answer to that.

use serde_json::Value;

/// A request and its answer, as far as expressions can speak of them. Headers' names are compared without case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Occasion {
    /// `$url`.
    pub url: String,
    /// `$method`.
    pub method: String,
    /// `$request.path.name`.
    pub path: Vec<(String, String)>,
    /// `$request.query.name`.
    pub query: Vec<(String, String)>,
    /// `$request.header.name`.
    pub headers: Vec<(String, String)>,
    /// `$request.body`.
    pub body: Value,
    /// `$statusCode`.
    pub status: Option<u16>,
    /// `$response.header.name`.
    pub response_headers: Vec<(String, String)>,
    /// `$response.body`.
    pub response_body: Value,
}

impl Occasion {
    /// An occasion of which the body of the request is all that matters, which it mostly is.
    pub fn of_body(body: Value) -> Occasion {
        Occasion { body, ..Occasion::default() }
    }
}

/// What an expression cannot be evaluated for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is none.
    #[error("`{0}` is no runtime expression")]
    Malformed(String),
    /// What it speaks of is not there, or is no text.
    #[error("the request has nothing for `{0}`")]
    Absent(String),
}

/// Runtime expressions.
#[derive(Debug, Clone, Copy)]
pub enum Expression {}

impl Expression {
    /// The template with each `{expression}` replaced by what it comes to; a template that is an expression as a whole
    /// needs no braces.
    ///
    /// # Errors
    /// If an expression is none, or what it speaks of is not there.
    pub fn fill(template: &str, occasion: &Occasion) -> Result<String, ExpressionError> {
        if template.starts_with('$') {
            return evaluate(template, occasion);
        }
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let malformed = || ExpressionError::Malformed(template.to_owned());
            let (expression, after) = after.split_once('}').ok_or_else(malformed)?;
            filled.push_str(before);
            filled.push_str(&evaluate(expression, occasion)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

fn evaluate(expression: &str, occasion: &Occasion) -> Result<String, ExpressionError> {
    let malformed = || ExpressionError::Malformed(expression.to_owned());
    let found = match expression {
        "$url" => Some(occasion.url.clone()),
        "$method" => Some(occasion.method.clone()),
        "$statusCode" => occasion.status.map(|status| status.to_string()),
        _ => {
            let (source, rest) = expression.split_once('.').ok_or_else(malformed)?;
            match (source, rest.split_once('.')) {
                ("$request", Some(("path", name))) => named(&occasion.path, |known| known == name),
                ("$request", Some(("query", name))) => named(&occasion.query, |known| known == name),
                ("$request", Some(("header", name))) => {
                    named(&occasion.headers, |known| known.eq_ignore_ascii_case(name))
                }
                ("$response", Some(("header", name))) => {
                    named(&occasion.response_headers, |known| known.eq_ignore_ascii_case(name))
                }
                ("$request", _) => in_body(&occasion.body, rest).ok_or_else(malformed)?,
                ("$response", _) => in_body(&occasion.response_body, rest).ok_or_else(malformed)?,
                _ => return Err(malformed()),
            }
        }
    };
    found.ok_or_else(|| ExpressionError::Absent(expression.to_owned()))
}

fn named(pairs: &[(String, String)], is_it: impl Fn(&str) -> bool) -> Option<String> {
    pairs.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.clone())
}

/// `body` or `body#/pointer`; the outer `None` is for what is neither.
fn in_body(body: &Value, source: &str) -> Option<Option<String>> {
    let pointer = source.strip_prefix("body")?;
    let pointer = if pointer.is_empty() { pointer } else { pointer.strip_prefix('#')? };
    if !(pointer.is_empty() || pointer.starts_with('/')) {
        return None;
    }
    Some(body.pointer(pointer).and_then(crate::style::primitive_text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_are_filled_from_the_request_and_its_answer() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let occasion = Occasion {
            url: "https://api.example/subscribe?cb=x".to_owned(),
            method: "POST".to_owned(),
            path: vec![pair("id", "7")],
            query: vec![pair("cb", "https://a.example/in")],
            headers: vec![pair("x-callback", "https://b.example")],
            status: Some(201),
            response_headers: vec![pair("location", "/subscriptions/1")],
            response_body: json!({"id": 1}),
            ..Occasion::of_body(json!({"urls": {"a/b": "https://c.example"}, "list": [true]}))
        };
        let check =
            |template: &str| Expression::fill(template, &occasion).unwrap_or_else(|error| format!("error: {error}"));
        assert_eq!(check("{$request.body#/urls/a~1b}/data?id={$request.path.id}"), "https://c.example/data?id=7");
        assert_eq!(check("$request.query.cb"), "https://a.example/in");
        assert_eq!(check("{$request.header.X-Callback}"), "https://b.example");
        assert_eq!(check("{$method} {$statusCode} {$url}"), "POST 201 https://api.example/subscribe?cb=x");
        assert_eq!(check("{$response.header.Location}-{$response.body#/id}"), "/subscriptions/1-1");
        assert_eq!(check("{$request.body#/list/0}"), "true");
        assert_eq!(check("https://fixed.example"), "https://fixed.example");
        assert_eq!(check("{$request.body#/none}"), "error: the request has nothing for `$request.body#/none`");
        assert_eq!(check("{$request.body#/urls}"), "error: the request has nothing for `$request.body#/urls`");
        assert_eq!(check("{$inputs.x}"), "error: `$inputs.x` is no runtime expression");
        assert_eq!(check("{$request.body"), "error: `{$request.body` is no runtime expression");
    }
}
