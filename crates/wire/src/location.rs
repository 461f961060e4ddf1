//! The URL of what was created, made from the body and the path of the request by the links that the description declares.

use serde_json::Value;

use crate::LocationTemplate;
use crate::operation::split_path;
use crate::style::{encode_segment, primitive_text};

impl LocationTemplate {
    /// The path for this body; `None` where a parameter's place is missing, null, empty, or no primitive. `template` and
    /// `request` are the path of the request as it is declared and as it was sent.
    pub fn expand(&self, body: &Value, template: &str, request: &str) -> Option<String> {
        let mut path = String::new();
        let (mut rest, _) = split_path(self.path);
        let (template, _) = split_path(template);
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            path.push_str(literal);
            path.push_str(&self.parameter(name, body, template, request)?);
            rest = after;
        }
        path.push_str(rest);
        Some(path)
    }

    /// The value of a parameter, in the form that it has in a URL.
    fn parameter(&self, name: &str, body: &Value, template: &str, request: &str) -> Option<String> {
        if let Some((_, there)) = self.of_request.iter().find(|(parameter, _)| *parameter == name) {
            return segment(template, request, there).map(str::to_owned);
        }
        let (_, pointer) = self.parameters.iter().find(|(parameter, _)| *parameter == name)?;
        let text = primitive_text(body.pointer(pointer)?)?;
        (!text.is_empty()).then(|| encode_segment(&text))
    }
}

/// The segment of a path that a parameter of its template stands for, if it is one to itself.
fn segment<'p>(template: &str, path: &'p str, name: &str) -> Option<&'p str> {
    let mut pairs = template.split('/').zip(path.split('/'));
    let is_it = |declared: &str| declared.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name);
    let (_, sent) = pairs.find(|(declared, _)| is_it(declared))?;
    (!sent.is_empty()).then_some(sent)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_in_the_body_fill_the_template() {
        let parameters = &[("id", "/a/id"), ("name", "/a/n")];
        let template = LocationTemplate { path: "/a/{id}/b/{name}", parameters, of_request: &[] };
        let expand = |body: Value| template.expand(&body, "/a", "/a");
        assert_eq!(expand(json!({"a": {"id": 7, "n": "x/y z"}})).as_deref(), Some("/a/7/b/x%2Fy%20z"));
        assert_eq!(expand(json!({"a": {"id": 7}})), None);
        assert_eq!(expand(json!({"a": {"id": 7, "n": null}})), None);
        assert_eq!(expand(json!({"a": {"id": 7, "n": ""}})), None);
    }

    #[test]
    fn the_path_of_the_request_does_too() {
        let of_request = &[("domain", "name")];
        let template =
            LocationTemplate { path: "/domains/{domain}/records/{id}", parameters: &[("id", "/id")], of_request };
        let expand = |path: &str| template.expand(&json!({"id": 7}), "/domains/{name}/records", path);
        assert_eq!(expand("/domains/a%20b/records").as_deref(), Some("/domains/a%20b/records/7"));
        assert_eq!(expand("/domains//records"), None);
        assert_eq!(expand("/domains"), None);
        assert_eq!(template.expand(&json!({"id": 7}), "/x{name}", "/xa"), None);
    }
}
