//! The URL of what was created, made from the body by the links that the description declares.

use serde_json::Value;

use crate::LocationTemplate;
use crate::style::{encode_segment, primitive_text};

impl LocationTemplate {
    /// The path for this body; `None` where a parameter's place is missing, null, empty, or no primitive.
    pub fn expand(&self, body: &Value) -> Option<String> {
        let mut path = String::new();
        let mut rest = self.path;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let (_, pointer) = self.parameters.iter().find(|(parameter, _)| *parameter == name)?;
            let text = primitive_text(body.pointer(pointer)?)?;
            if text.is_empty() {
                return None;
            }
            path.push_str(literal);
            path.push_str(&encode_segment(&text));
            rest = after;
        }
        path.push_str(rest);
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_in_the_body_fill_the_template() {
        let template = LocationTemplate { path: "/a/{id}/b/{name}", parameters: &[("id", "/a/id"), ("name", "/a/n")] };
        let expand = |body: Value| template.expand(&body);
        assert_eq!(expand(json!({"a": {"id": 7, "n": "x/y z"}})).as_deref(), Some("/a/7/b/x%2Fy%20z"));
        assert_eq!(expand(json!({"a": {"id": 7}})), None);
        assert_eq!(expand(json!({"a": {"id": 7, "n": null}})), None);
        assert_eq!(expand(json!({"a": {"id": 7, "n": ""}})), None);
    }
}
