//! Bodies, responses and header fields.

use serde_json::{Map, Value, json};

use super::operation::Operations;
use super::{Version, name};

const MEDIA_TYPES: [&str; 16] = [
    "application/json",
    "application/json",
    "application/json",
    "application/vnd.drawn+json; version=1",
    "application/xml",
    "text/plain",
    "text/csv",
    "application/octet-stream",
    "image/*",
    "*/*",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/mixed",
    "text/event-stream",
    "application/x-ndjson",
    "application/yaml",
];

const STATUSES: [&str; 18] = [
    "200", "201", "202", "204", "206", "2XX", "301", "303", "304", "3XX", "400", "404", "409", "412", "429", "4XX",
    "500", "5XX",
];

impl Operations<'_> {
    pub(super) fn body(&mut self) -> Value {
        let count = 1 + self.schemas.below(2);
        json!({"required": self.schemas.once_in(2), "content": self.contents(count)})
    }

    pub(super) fn responses(&mut self) -> Value {
        let mut responses = Map::new();
        for _ in 0..1 + self.schemas.below(4) {
            let status = self.schemas.random.choose(&STATUSES).copied().unwrap_or("200");
            responses.insert(status.to_owned(), self.response());
        }
        if self.schemas.once_in(3) {
            responses.insert("default".to_owned(), self.response());
        }
        Value::Object(responses)
    }

    fn response(&mut self) -> Value {
        let mut response = json!({"description": "A response."});
        if !self.schemas.once_in(5) {
            let count = 1 + usize::from(self.schemas.once_in(4));
            response["content"] = self.contents(count);
        }
        if self.schemas.once_in(3) {
            let headers: Map<String, Value> = (0..1 + self.schemas.below(2))
                .map(|_| {
                    let schema = self.schemas.any(2);
                    (name::header(self.schemas.random), json!({"required": self.schemas.once_in(2), "schema": schema}))
                })
                .collect();
            response["headers"] = Value::Object(headers);
        }
        if self.schemas.once_in(8)
            && let Some(links) = self.links()
        {
            response["links"] = links;
        }
        response
    }

    fn contents(&mut self, count: usize) -> Value {
        let mut contents = Map::new();
        for _ in 0..count {
            let media_type = self.schemas.random.choose(&MEDIA_TYPES).copied().unwrap_or("application/json");
            contents.insert(media_type.to_owned(), self.content(media_type));
        }
        Value::Object(contents)
    }

    fn content(&mut self, media_type: &str) -> Value {
        if media_type.starts_with("multipart/") || media_type.ends_with("urlencoded") {
            return self.form(media_type);
        }
        let is_stream = matches!(media_type, "text/event-stream" | "application/x-ndjson");
        if is_stream && self.schemas.version >= Version::V3_2 {
            return json!({"itemSchema": self.schemas.any(1)});
        }
        if self.schemas.once_in(12) {
            return json!({});
        }
        json!({"schema": self.schemas.any(1)})
    }

    fn form(&mut self, media_type: &str) -> Value {
        let mut schema = self.schemas.object(1);
        let binary = match self.schemas.version {
            Version::V3_0 => json!({"type": "string", "format": "binary"}),
            Version::V3_1 | Version::V3_2 => json!({"type": "string", "contentMediaType": "application/octet-stream"}),
        };
        if media_type.starts_with("multipart/") && self.schemas.once_in(2) {
            let many = self.schemas.once_in(3);
            let name = name::any(self.schemas.random);
            schema["properties"][name] = if many { json!({"type": "array", "items": binary}) } else { binary };
        }
        let mut content = json!({"schema": schema});
        let names: Vec<String> =
            content["schema"]["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
        if self.schemas.once_in(3)
            && let Some(name) = self.schemas.random.choose(&names)
        {
            let media_types = ["application/json", "text/plain", "image/png, image/jpeg"];
            let media_type = self.schemas.random.choose(&media_types).copied().unwrap_or("text/plain");
            content["encoding"] = json!({name.as_str(): {"contentType": media_type}});
        }
        content
    }
}
