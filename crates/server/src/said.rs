//! What the runtime itself has to say to a failed request, in the words of the description: where an operation declares another
//! body than a problem for a status, the problem is put into that body if this can be done soundly, and else sent as
//! `application/problem+json`. It can be done if
//!
//! - the body is `text/plain`, and its schema accepts the problem's detail; or
//! - the body is JSON, and all that its schema requires is known by name (a message, a title, a status, an id, a time and the like,
//!   in objects and lists too), the detail is among it, and the schema accepts the whole; or
//! - the body is JSON, and its schema accepts the problem document as it is.
//!
//! What is filled in is always true, and is never more than the problem says.

use methodical_wire::body::Payload;
use methodical_wire::{Content, Encoding, Operation, Problem, Schema, StatusPattern, Timestamp, media, validate};
use serde_json::{Map, Value};

use crate::respond::Finished;

/// How deep objects are filled in.
const DEEPEST: u32 = 8;

/// What there is to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'s> {
    pub(crate) problem: &'s Problem,
    pub(crate) request_id: &'s str,
    /// The path of the request.
    pub(crate) path: &'s str,
}

/// The problem in a body that the operation declares for its status; `None`: a problem document says it best.
pub(crate) fn say(operation: &'static Operation, said: &Said<'_>) -> Option<Finished> {
    let declared = operation.response(said.problem.status)?;
    let is_problem = |content: &Content| content.encoding == Encoding::Problem;
    let is_error = match declared.status {
        StatusPattern::Code(_) | StatusPattern::Range(_) => true,
        // Where nothing else is declared it is what successes look like.
        StatusPattern::Default => operation.responses.len() > 1,
    };
    if !is_error || declared.contents.iter().any(is_problem) {
        return None;
    }
    declared.contents.iter().find_map(|content| {
        let payload = Payload::Json(written(content, said)?.to_string().into_bytes());
        let mut finished = Finished::empty(said.problem.status);
        finished.set_body(content, payload.into()).ok()?;
        Some(finished)
    })
}

/// The value of one declared content.
fn written(content: &'static Content, said: &Said<'_>) -> Option<Value> {
    match content.encoding {
        Encoding::Text if media::essence(content.media_type).eq_ignore_ascii_case("text/plain") => {
            accepted(content.schema, Value::from(said.detail()))
        }
        Encoding::Json => filled(content.schema, said).or_else(|| accepted(content.schema, said.whole())),
        Encoding::Text
        | Encoding::Problem
        | Encoding::Form
        | Encoding::Binary
        | Encoding::Multipart
        | Encoding::Events
        | Encoding::TextEvents
        | Encoding::Lines
        | Encoding::Sequence => None,
    }
}

/// A value of this schema that says the detail: with all members that are known by name, else with those that are required.
fn filled(schema: &'static Schema, said: &Said<'_>) -> Option<Value> {
    [false, true].into_iter().find_map(|is_sparse| {
        let mut filling = Filling { said, is_sparse, tells: false };
        let value = filling.of_static(schema, "", DEEPEST)?;
        accepted(schema, value).filter(|_| filling.tells)
    })
}

fn accepted(schema: &'static Schema, value: Value) -> Option<Value> {
    validate(schema, &value).is_empty().then_some(value)
}

impl Said<'_> {
    fn detail(&self) -> &str {
        self.problem.detail.as_deref().unwrap_or(&self.problem.title)
    }

    /// The problem document.
    fn whole(&self) -> Value {
        Value::from(self.problem.clone().with_extension("request_id", self.request_id))
    }
}

/// A value on its way.
struct Filling<'f> {
    said: &'f Said<'f>,
    /// Whether it has only what it must have, and the detail.
    is_sparse: bool,
    /// Whether the detail has been said.
    tells: bool,
}

/// A schema's text, and what its references mean.
type References = &'static [(&'static str, &'static Schema)];

impl Filling<'_> {
    fn of_static(&mut self, schema: &'static Schema, name: &str, depth: u32) -> Option<Value> {
        let text = serde_json::from_str(schema.text()).ok()?;
        self.of(&text, schema.references(), name, depth)
    }

    /// A value for what stands under this name, in letters alone and without case; at the top there is none.
    fn of(&mut self, schema: &Value, references: References, name: &str, depth: u32) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let (_, target) = references.iter().find(|(known, _)| *known == target)?;
            return self.of_static(target, name, depth);
        }
        if let Some(value) = schema.get("const") {
            return Some(value.clone());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.one_of(values);
        }
        for keyword in ["oneOf", "anyOf"] {
            let alternatives = schema.get(keyword).and_then(Value::as_array);
            if let Some(alternatives) = alternatives.filter(|_| schema.get("properties").is_none()) {
                return alternatives.iter().find_map(|schema| self.of(schema, references, name, depth));
            }
        }
        let members = Members::of(schema, references, depth);
        if !members.properties.is_empty() {
            return self.object(&members, depth);
        }
        let types = types(schema);
        let is = |wanted: &str| types.iter().any(|name| name == wanted);
        let any = types.is_empty();
        if is("array") && (name.is_empty() || is_list_of_errors(name)) {
            return self.list(schema, references, depth);
        }
        if is("string") || any && !name.is_empty() {
            let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
            return self.text(name, format).map(Value::from);
        }
        if is("integer") || is("number") {
            return self.number(name);
        }
        is("boolean").then(|| truth(name)).flatten()
    }

    fn object(&mut self, members: &Members, depth: u32) -> Option<Value> {
        let mut object = Map::new();
        for (wire, schema, references) in &members.properties {
            let is_required = members.required.contains(wire);
            let name = plain(wire);
            if !is_required && (self.is_sparse && self.tells || !is_known(&name)) {
                continue;
            }
            // One that is called `error` beside a message is the title.
            let name = if name == "error" && members.has_message() { "title".to_owned() } else { name };
            match self.of(schema, references, &name, depth) {
                Some(Value::Array(items)) if items.is_empty() && !is_required => {}
                Some(value) => {
                    object.insert(wire.clone(), value);
                }
                None if is_required && types(schema).iter().any(|name| name == "null") => {
                    object.insert(wire.clone(), Value::Null);
                }
                None if is_required => return None,
                None => {}
            }
        }
        (!object.is_empty()).then_some(Value::Object(object))
    }

    /// One item, which says the detail.
    fn list(&mut self, schema: &Value, references: References, depth: u32) -> Option<Value> {
        let items = schema.get("items")?;
        let told = std::mem::replace(&mut self.tells, false);
        let item = self.of(items, references, "message", depth).filter(|_| self.tells);
        self.tells |= told;
        item.map(|item| Value::Array(vec![item])).or(Some(Value::Array(Vec::new())))
    }

    fn text(&mut self, name: &str, format: &str) -> Option<String> {
        let Said { problem, request_id, path } = *self.said;
        match name {
            "" | "message" | "msg" | "detail" | "details" | "description" | "errordescription" | "errormessage"
            | "errormsg" | "error" | "reason" | "text" | "usermessage" | "developermessage" | "faultstring" => {
                self.tells = true;
                Some(self.said.detail().to_owned())
            }
            "title" | "name" | "statustext" | "statusmessage" | "reasonphrase" | "summary" => {
                Some(problem.title.clone())
            }
            "status" | "statuscode" | "httpstatus" | "httpcode" | "httpstatuscode" => Some(problem.status.to_string()),
            "type" | "code" | "errorcode" | "errortype" | "kind" => match format {
                "uri" | "uri-reference" | "iri" => Some(problem.type_.clone()),
                _ => Some(snake(&problem.title)),
            },
            "id" | "requestid" | "traceid" | "correlationid" | "errorid" | "logid" => match format {
                "uuid" => hyphenated(request_id),
                _ => Some(request_id.to_owned()),
            },
            "timestamp" | "time" | "datetime" if matches!(format, "" | "date-time") => {
                Some(Timestamp::now().to_string())
            }
            "path" | "instance" => Some(problem.instance.clone().unwrap_or_else(|| path.to_owned())),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<Value> {
        let is_status = matches!(
            name,
            "status" | "code" | "statuscode" | "errorcode" | "error" | "httpstatus" | "httpcode" | "httpstatuscode"
        );
        is_status.then(|| Value::from(self.said.problem.status))
    }

    /// The only value, or the one that means the title or that something failed.
    fn one_of(&self, values: &[Value]) -> Option<Value> {
        let status = self.said.problem.status;
        let title = plain(&self.said.problem.title);
        let means = |value: &&Value| match value {
            Value::String(text) => {
                let text = plain(text);
                text == title
                    || text == status.to_string()
                    || matches!(text.as_str(), "error" | "fail" | "failed" | "failure")
            }
            Value::Number(number) => number.as_u64() == Some(u64::from(status)),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        };
        match values {
            [only] => Some(only.clone()),
            several => several.iter().find(means).cloned(),
        }
    }
}

/// The members of an object, those of the parts of an `allOf` among them.
#[derive(Default)]
struct Members {
    properties: Vec<(String, Value, References)>,
    required: Vec<String>,
}

impl Members {
    fn of(schema: &Value, references: References, depth: u32) -> Members {
        let mut members = Members::default();
        members.add(schema, references, depth);
        // A message first, so that others can know that there is one.
        members.properties.sort_by_key(|(name, ..)| !matches!(plain(name).as_str(), "message" | "detail" | "msg"));
        members
    }

    fn add(&mut self, schema: &Value, references: References, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(part, references, depth);
        }
        let target = schema.get("$ref").and_then(Value::as_str);
        if let Some((_, target)) = references.iter().find(|(known, _)| Some(*known) == target)
            && let Ok(text) = serde_json::from_str(target.text())
        {
            self.add(&text, target.references(), depth);
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.properties.retain(|(known, ..)| known != name);
            self.properties.push((name.clone(), property.clone(), references));
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
    }

    fn has_message(&self) -> bool {
        self.properties
            .iter()
            .any(|(name, ..)| matches!(plain(name).as_str(), "message" | "detail" | "msg" | "errordescription"))
    }
}

fn types(schema: &Value) -> Vec<String> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

/// Whether a member that may be absent is filled in: what has a meaning by its name, and what holds such members.
fn is_known(name: &str) -> bool {
    let by_itself = [
        "message",
        "msg",
        "detail",
        "description",
        "errordescription",
        "errormessage",
        "errormsg",
        "error",
        "title",
        "status",
        "statuscode",
        "code",
        "requestid",
        "traceid",
        "correlationid",
        "timestamp",
        "path",
    ];
    by_itself.contains(&name) || is_list_of_errors(name)
}

fn is_list_of_errors(name: &str) -> bool {
    matches!(name, "errors" | "messages" | "details" | "errormessages")
}

fn truth(name: &str) -> Option<Value> {
    match name {
        "success" | "ok" | "succeeded" => Some(Value::Bool(false)),
        "error" | "iserror" | "failed" => Some(Value::Bool(true)),
        _ => None,
    }
}

/// Letters and digits alone, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn snake(title: &str) -> String {
    title
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

fn hyphenated(id: &str) -> Option<String> {
    let parts = [id.get(..8)?, id.get(8..12)?, id.get(12..16)?, id.get(16..20)?, id.get(20..32)?];
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests;
