//! Paths, operations and what calls them.

use methodical_fidelity::random::Random;
use serde_json::{Map, Value, json};

use super::schema::Schemas;
use super::{Version, name};

/// Draws operations that may refer to each other.
pub(super) struct Operations<'a> {
    pub(super) schemas: Schemas<'a>,
    /// Those that a link may lead to, each with the names of its path's parameters.
    known: Vec<(String, Vec<String>)>,
}

/// Segments of paths, with parameters where a person may put them.
const SEGMENTS: [&str; 12] = [
    "things",
    "{id}",
    "{thing-id}",
    "a.b",
    "v1.0",
    "{name}.{ext}",
    "{a}-{b}",
    "größe",
    "type",
    "x:act",
    "{self}",
    "~me",
];

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

impl<'a> Operations<'a> {
    pub(super) fn new(schemas: Schemas<'a>) -> Self {
        Self { schemas, known: Vec::new() }
    }

    pub(super) fn random(&mut self) -> &mut Random {
        self.schemas.random
    }

    /// `paths`: no two of the same shape.
    pub(super) fn paths(&mut self, count: usize) -> Value {
        let mut paths = Map::new();
        for number in 0..count {
            let segments: Vec<&str> =
                (0..self.schemas.below(4)).filter_map(|_| self.schemas.random.choose(&SEGMENTS).copied()).collect();
            let mut seen: Vec<&str> = Vec::new();
            let segments: Vec<&str> = segments
                .into_iter()
                .filter(|segment| {
                    let is_new = !seen.contains(segment);
                    seen.push(segment);
                    is_new
                })
                .collect();
            let path =
                format!("/p{number}{}", segments.iter().map(|segment| format!("/{segment}")).collect::<String>());
            let item = self.item(&parameters_of(&path), true);
            paths.insert(path, item);
        }
        Value::Object(paths)
    }

    pub(super) fn webhooks(&mut self) -> Value {
        let names = name::distinct(2, name::any, self.schemas.random);
        Value::Object(names.into_iter().map(|name| (name, self.item(&[], false))).collect())
    }

    fn item(&mut self, names: &[String], calls_back: bool) -> Value {
        let mut item = Map::new();
        let given: Vec<Value> = names.iter().map(|name| self.path_parameter(name)).collect();
        let for_all = self.schemas.once_in(2);
        if for_all && !given.is_empty() {
            item.insert("parameters".to_owned(), json!(given));
        }
        for _ in 0..1 + self.schemas.below(3) {
            let method = self.schemas.random.choose(&METHODS).copied().unwrap_or("get");
            let mut operation = self.operation(method, names, calls_back);
            if !for_all {
                let own = operation["parameters"].as_array_mut().map(std::mem::take).unwrap_or_default();
                operation["parameters"] = given.iter().cloned().chain(own).collect();
            }
            item.insert(method.to_owned(), operation);
        }
        if self.schemas.version >= Version::V3_2 && self.schemas.once_in(4) {
            item.insert("query".to_owned(), self.operation("query", &[], false));
            if !for_all {
                item["query"]["parameters"] = json!(given);
            }
        }
        Value::Object(item)
    }

    fn operation(&mut self, method: &str, names: &[String], calls_back: bool) -> Value {
        let mut operation = json!({"responses": self.responses()});
        if self.schemas.once_in(2) {
            operation["tags"] = json!([name::any(self.schemas.random)]);
        }
        if !self.schemas.once_in(4) {
            let id = format!("{} {}", name::any(self.schemas.random), self.known.len());
            operation["operationId"] = json!(id);
            self.known.push((id, names.to_vec()));
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        if !matches!(method, "get" | "head" | "delete" | "trace" | "options") || self.schemas.once_in(12) {
            operation["requestBody"] = self.body();
        }
        match self.schemas.below(5) {
            0 => operation["security"] = json!([]),
            1 => operation["security"] = json!([{"key": []}, {"bearer": [], "cookie": []}, {}]),
            2 => operation["security"] = json!([{"oauth": ["read"]}, {"basic": []}]),
            _ => {}
        }
        if calls_back && self.schemas.once_in(8) {
            let called = self.item(&[], false);
            operation["callbacks"] = json!({name::any(self.schemas.random): {"{$request.query.url}/done": called}});
        }
        if self.schemas.once_in(6) {
            operation["deprecated"] = json!(true);
            operation["description"] = json!("Ends with a backslash \\ and has `a tick and */ a comment's end.");
        }
        operation
    }

    /// Links to operations that were drawn before, which stand in the same description.
    pub(super) fn links(&mut self) -> Option<Value> {
        let (id, names) = self.known.get(self.schemas.random.below(self.known.len()))?.clone();
        let sources = ["$response.body#/id", "$request.path.id", "constant", "$response.header.X-Id"];
        let parameters: Map<String, Value> = names
            .into_iter()
            .map(|name| (name, json!(self.schemas.random.choose(&sources).copied().unwrap_or("constant"))))
            .collect();
        Some(json!({name::any(self.schemas.random): {"operationId": id, "parameters": parameters}}))
    }

    fn path_parameter(&mut self, name: &str) -> Value {
        let style = ["simple", "simple", "label", "matrix"];
        let style = self.schemas.random.choose(&style).copied().unwrap_or("simple");
        json!({"name": name, "in": "path", "required": true, "style": style, "schema": self.schemas.scalar()})
    }

    fn parameters(&mut self) -> Vec<Value> {
        let count = self.schemas.below(5);
        let names = name::distinct(count, name::any, self.schemas.random);
        names.into_iter().map(|name| self.parameter(&name)).collect()
    }

    fn parameter(&mut self, name: &str) -> Value {
        let schema = self.schemas.any(2);
        let mut parameter = match self.schemas.below(8) {
            0 => json!({"name": name::header(self.schemas.random), "in": "header", "schema": schema}),
            1 => json!({"name": name::component(self.schemas.random), "in": "cookie", "schema": schema}),
            2 => {
                json!({"name": name, "in": "query", "style": "deepObject", "explode": true, "schema": self.schemas.object(2)})
            }
            3 => json!({"name": name, "in": "query", "content": {"application/json": {"schema": schema}}}),
            4 => {
                let styles = ["spaceDelimited", "pipeDelimited", "form"];
                let style = self.schemas.random.choose(&styles).copied().unwrap_or("form");
                let items = self.schemas.scalar();
                json!({"name": name, "in": "query", "style": style, "explode": false,
                    "schema": {"type": "array", "items": items}})
            }
            _ => json!({"name": name, "in": "query", "schema": schema}),
        };
        parameter["required"] = json!(self.schemas.once_in(3));
        if self.schemas.once_in(6) {
            parameter["description"] = json!("A parameter.");
            parameter["deprecated"] = json!(true);
        }
        parameter
    }
}

/// The names between braces.
fn parameters_of(path: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in path.split('{').skip(1) {
        let name = piece.split('}').next().unwrap_or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// `securitySchemes`, one of each kind.
pub(super) fn security_schemes() -> Value {
    json!({
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
        "basic": {"type": "http", "scheme": "basic"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": "https://drawn.example/token", "scopes": {"read": "Reads."}}}},
    })
}
