//! From OpenAPI's schemas to JSON Schema 2020-12, keyword by keyword, with these readings of what OpenAPI leaves open:
//! `nullable` accepts null whatever stands beside it; a `discriminator` demands the tag of the alternative, and of one without a tag that it has none of the others'; an integer's `format`
//! is a bound; where a parent with a `discriminator` is referred to, the tag demands the child that it means (`family.rs`); of a member that may not travel this way nothing is demanded; null in an `enum` is accepted, though the type beside
//! it may not say so; and what has the keywords of objects or of lists without a `type` is one.

use methodical_document::{Node, Number, SpecVersion, Value as Written};
use methodical_model::Direction;
use serde_json::{Map, Value, json};

use super::Collector;

/// What every reference begins with.
pub(super) const PREFIX: &str = "#/$defs/";

/// Values of which this is said are of the construct that it names.
pub(crate) const CONSTRUCT: &str = "x-construct";

/// Alternatives of which this is said are told apart by a `discriminator`.
pub(crate) const TAGGED: &str = "x-tagged";

type Object = Map<String, Value>;

/// How many nodes are looked into for `readOnly`, `writeOnly`.
const MOST_ANNOTATIONS: usize = 200;

/// A schema that others refer to: a parent is any of its children under their tags, and itself under every other.
pub(super) fn named<'b>(collector: &mut Collector<'b>, node: &Node<'b>, way: Direction, own: bool) -> Value {
    let Some(parent) = collector.parents.get(node).filter(|_| !own) else {
        return schema(collector, node, way, false);
    };
    let property = parent.property;
    let children: Vec<_> = parent.children.iter().map(|child| (child.node, child.tags.clone(), child.own)).collect();
    let mut alternatives = Vec::new();
    let mut known = Vec::new();
    for (child, tags, own) in children {
        let reference = json!({ "$ref": format!("{PREFIX}{}", collector.key_of(&child, way, own)) });
        let tag = json!({ "type": "string", "enum": tags, CONSTRUCT: "discriminator of a parent" });
        alternatives.push(json!({ "allOf": [reference, { "required": [property], "properties": { property: tag } }] }));
        known.extend(tags);
    }
    let itself = json!({ "$ref": format!("{PREFIX}{}", collector.key_of(node, way, true)) });
    let tagged = json!({ "type": "object", "required": [property], "properties": { property: { "enum": known } } });
    alternatives.push(json!({ "allOf": [itself, { "not": tagged }] }));
    json!({ "anyOf": alternatives, CONSTRUCT: "parent with children" })
}

/// A schema in place; `part`: a reference that it is leads to what a parent says itself.
pub(super) fn schema<'b>(collector: &mut Collector<'b>, node: &Node<'b>, way: Direction, part: bool) -> Value {
    if let Some(anything) = node.as_bool() {
        return Value::Bool(anything);
    }
    if !node.is_object() {
        return Value::Bool(true);
    }
    let old = collector.bundle.version() == SpecVersion::V3_0;
    let reference = node.reference().map(|_| match node.resolve().node() {
        Some(target) => json!(format!("{PREFIX}{}", collector.key_of(&target, way, part))),
        None => Value::Null,
    });
    let mut schema = Object::default();
    if let Some(reference) = reference.filter(|reference| !reference.is_null()) {
        schema.insert("$ref".to_owned(), reference);
        if old {
            return Value::Object(schema);
        }
    }
    let mut translator = Translator { collector, node, way, schema };
    for (keyword, member) in node.entries() {
        translator.keyword(keyword, &member);
    }
    translator.members();
    translator.tags();
    translator.widths();
    translator.implied();
    translator.finish()
}

struct Translator<'c, 'b> {
    collector: &'c mut Collector<'b>,
    node: &'c Node<'b>,
    way: Direction,
    schema: Object,
}

impl<'b> Translator<'_, 'b> {
    fn set(&mut self, keyword: &str, value: Value) {
        self.schema.insert(keyword.to_owned(), value);
    }

    fn below(&mut self, node: &Node<'b>) -> Value {
        schema(self.collector, node, self.way, false)
    }

    /// Whether `allOf` is only there to say something beside a reference: nothing is put together from what it leads to.
    fn is_wrapper(&self) -> bool {
        let pointer = self.node.pointer();
        let is_component = pointer.tokens().count() == 3 && pointer.as_str().starts_with("/components/schemas/");
        let beside = ["allOf", "description", "title", "nullable", "readOnly", "writeOnly", "deprecated", "default"];
        let says_more =
            |keyword: &str| !beside.contains(&keyword) && !keyword.starts_with("x-") && keyword != "example";
        let parts = self.node.get("allOf").map_or(0, |parts| parts.items().len());
        !is_component && parts == 1 && !self.node.entries().any(|(keyword, _)| says_more(keyword))
    }

    fn map(&mut self, node: &Node<'b>) -> Value {
        let members: Vec<_> = node.entries().collect();
        Value::Object(members.iter().map(|(name, member)| ((*name).to_owned(), self.below(member))).collect())
    }

    fn keyword(&mut self, keyword: &str, member: &Node<'b>) {
        match keyword {
            "type" | "enum" | "const" | "examples" | "default" | "dependentRequired" => {
                self.set(keyword, plain(member.value()));
            }
            "example" => self.set("examples", Value::Array(vec![plain(member.value())])),
            // The name that it had before it was standardised.
            "format" if member.as_str() == Some("url") => self.set(keyword, json!("uri")),
            "format" | "pattern" if member.as_str().is_some() => self.set(keyword, plain(member.value())),
            "contentEncoding" if member.as_str() == Some("base64") && self.node.get("format").is_none() => {
                self.set("format", Value::from("byte"));
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
            | "maxContains"
                if member.as_u64().is_some() =>
            {
                self.set(keyword, plain(member.value()));
            }
            "multipleOf" if member.as_f64().is_some_and(|step| step > 0.0) => self.number(keyword, member),
            "minimum" | "maximum" if member.as_number().is_some() => self.bound(keyword, member),
            "exclusiveMinimum" | "exclusiveMaximum" if member.as_number().is_some() => self.number(keyword, member),
            "uniqueItems" if member.as_bool().is_some() => self.set(keyword, plain(member.value())),
            "required" if member.is_array() => {
                let names = member.items().filter_map(|name| name.as_str()).map(Value::from);
                let mut distinct: Vec<Value> = Vec::new();
                names.for_each(|name| {
                    if !distinct.contains(&name) {
                        distinct.push(name)
                    }
                });
                self.set(keyword, Value::Array(distinct));
            }
            "allOf" if member.items().len() > 0 => {
                let items: Vec<_> = member.items().collect();
                let part = !self.is_wrapper();
                let items = items.iter().map(|item| schema(self.collector, item, self.way, part)).collect();
                self.set(keyword, items);
            }
            "oneOf" | "anyOf" | "prefixItems" if member.items().len() > 0 => {
                let items: Vec<_> = member.items().collect();
                let items = items.iter().map(|item| self.below(item)).collect();
                self.set(keyword, items);
            }
            "items" if !member.is_array() => {
                let value = self.below(member);
                self.set(keyword, value);
            }
            "additionalProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "contains"
            | "propertyNames"
            | "not"
            | "if"
            | "then"
            | "else" => {
                let value = self.below(member);
                self.set(keyword, value);
            }
            "patternProperties" | "dependentSchemas" => {
                let value = self.map(member);
                self.set(keyword, value);
            }
            _ => {}
        }
    }

    /// `exclusiveMinimum: true` (3.0) makes the bound beside it exclusive.
    fn bound(&mut self, keyword: &str, member: &Node<'b>) {
        let exclusive = if keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
        let excludes = self.node.get(exclusive).and_then(|node| node.as_bool()) == Some(true);
        self.number(if excludes { exclusive } else { keyword }, member);
    }

    /// A number, and as a comment for those that read it what JSON as it is kept here would round.
    fn number(&mut self, keyword: &str, member: &Node<'b>) {
        self.set(keyword, plain(member.value()));
        if let Some(Number::Integer(integer)) = member.as_number()
            && i64::try_from(integer.get()).is_err()
        {
            self.set(&format!("x-{keyword}"), Value::from(integer.to_string()));
        }
    }

    /// `properties`, without those that do not travel this way.
    fn members(&mut self) {
        let Some(properties) = self.node.get("properties").filter(Node::is_object) else { return };
        let mut members = Object::default();
        let mut absent = Vec::new();
        for (name, member) in properties.entries().collect::<Vec<_>>() {
            match (self.way, access(&member)) {
                (Direction::Request, Some("readOnly")) => {
                    members.insert(name.to_owned(), json!({ "x-absent": true }));
                    absent.push(name);
                }
                (Direction::Response, Some("writeOnly")) => absent.push(name),
                (Direction::Request | Direction::Response | Direction::Both, _) => {
                    let value = self.below(&member);
                    members.insert(name.to_owned(), value);
                }
            }
        }
        self.set("properties", Value::Object(members));
        if let Some(Value::Array(names)) = self.schema.get_mut("required") {
            names.retain(|name| name.as_str().is_none_or(|name| !absent.contains(&name)));
        }
    }

    /// `discriminator`: an alternative is one only under its tag.
    fn tags(&mut self) {
        let Some(discriminator) = self.node.get("discriminator") else { return };
        let Some(property) = discriminator.get("propertyName").and_then(|name| name.as_str()) else { return };
        self.set(TAGGED, Value::Bool(true));
        for keyword in ["oneOf", "anyOf"] {
            let Some(list) = self.node.get(keyword) else { continue };
            let tags: Vec<Vec<&str>> = list.items().map(|item| tags_of(&discriminator, &item)).collect();
            let known: Vec<&str> = tags.iter().flatten().copied().collect();
            let Some(Value::Array(alternatives)) = self.schema.get_mut(keyword) else { continue };
            let null = json!({ "type": "null" });
            for (alternative, _) in alternatives.iter_mut().zip(&tags).filter(|(_, tags)| tags.is_empty()) {
                let tagged =
                    json!({ "type": "object", "required": [property], "properties": { property: { "enum": known } } });
                if *alternative != null {
                    *alternative = json!({ "allOf": [alternative.take(), { "not": tagged }] });
                }
            }
            for (alternative, tags) in alternatives.iter_mut().zip(tags).filter(|(_, tags)| !tags.is_empty()) {
                let tag = json!({ "type": "string", "enum": tags, CONSTRUCT: "discriminator" });
                let tagged = json!({ "required": [property], "properties": { property: tag } });
                *alternative = json!({ "allOf": [alternative.take(), tagged] });
            }
        }
    }

    /// The width that a `format` names is a bound. Without one it is 64 bits.
    fn widths(&mut self) {
        let names_integer = |value: &Value| value == "integer";
        let is_integer = match self.schema.get("type") {
            Some(Value::Array(types)) => types.iter().any(names_integer) && !types.iter().any(|name| name == "number"),
            Some(name) => names_integer(name),
            None => false,
        };
        let format = self.schema.get("format").and_then(Value::as_str);
        let (least, greatest) = match format {
            Some("int8") => (json!(i8::MIN), json!(i8::MAX)),
            Some("int16") => (json!(i16::MIN), json!(i16::MAX)),
            Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
            Some("uint8") => (json!(0), json!(u8::MAX)),
            Some("uint16") => (json!(0), json!(u16::MAX)),
            Some("uint32") => (json!(0), json!(u32::MAX)),
            Some("uint64") => (json!(0), json!(u64::MAX)),
            _ => return,
        };
        if is_integer {
            let width = json!({ "minimum": least, "maximum": greatest });
            let parts = self.schema.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(parts) = parts {
                parts.push(json!({ "anyOf": [{ "type": "null" }, width] }));
            }
        }
    }

    /// What authors mean that leave `type` out, or null out of it.
    fn implied(&mut self) {
        let says = |keywords: &[&str]| keywords.iter().any(|keyword| self.schema.contains_key(*keyword));
        if says(&["type", "enum", "const", "$ref", "if", "not"]) {
            let null = |values: &Value| values.as_array().is_some_and(|values| values.contains(&Value::Null));
            if self.schema.get("enum").is_some_and(null) && self.schema.contains_key("type") {
                self.accept_null();
            }
            return;
        }
        let names = |keyword: &str| {
            self.schema.get(keyword).and_then(Value::as_object).is_some_and(|members| !members.is_empty())
        };
        let combines = says(&["allOf", "oneOf", "anyOf"]);
        if names("properties")
            || !combines && says(&["additionalProperties", "patternProperties", "minProperties", "maxProperties"])
        {
            self.set("type", json!("object"));
        } else if !combines && says(&["items", "prefixItems", "minItems", "maxItems"]) {
            self.set("type", json!("array"));
        }
    }

    fn accept_null(&mut self) {
        match self.schema.get_mut("type") {
            Some(Value::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
            Some(Value::Array(_)) | None => {}
            Some(name) => *name = json!([name.take(), "null"]),
        }
    }

    fn finish(mut self) -> Value {
        let nullable = self.node.get("nullable").and_then(|node| node.as_bool()) == Some(true);
        if !nullable {
            return Value::Object(self.schema);
        }
        let refuses = ["$ref", "allOf", "oneOf", "anyOf", "not", "if", "const"];
        if refuses.iter().any(|keyword| self.schema.contains_key(*keyword)) {
            return json!({ "anyOf": [self.schema, { "type": "null" }], CONSTRUCT: "nullable" });
        }
        self.accept_null();
        if let Some(Value::Array(values)) = self.schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
        Value::Object(self.schema)
    }
}

/// The tags under which an alternative goes: those that the mapping leads to it by, else the name of its component.
fn tags_of<'b>(discriminator: &Node<'b>, alternative: &Node<'b>) -> Vec<&'b str> {
    let Some(reference) = alternative.reference() else { return Vec::new() };
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let mapping = discriminator.get("mapping");
    let leads_here = |text: &str| text == reference || !text.starts_with("#/") && text.rsplit('/').next() == Some(name);
    let mapped = mapping.iter().flat_map(|mapping| mapping.entries());
    let tags: Vec<&str> = mapped.filter(|(_, to)| to.as_str().is_some_and(leads_here)).map(|(tag, _)| tag).collect();
    if tags.is_empty() { vec![name] } else { tags }
}

/// `readOnly` or `writeOnly`, said by a member, by what it refers to or is put together from.
fn access(member: &Node<'_>) -> Option<&'static str> {
    let mut waiting = vec![*member];
    for _ in 0..MOST_ANNOTATIONS {
        let node = waiting.pop()?;
        let says = |keyword: &&'static str| node.get(keyword).and_then(|node| node.as_bool()) == Some(true);
        if let Some(said) = ["readOnly", "writeOnly"].into_iter().find(says) {
            return Some(said);
        }
        let parts: Vec<_> = node.get("allOf").into_iter().flat_map(|parts| parts.items()).collect();
        waiting.extend(parts.into_iter().rev());
        waiting.extend(node.reference().and_then(|_| node.resolve().node()));
    }
    None
}

/// A value as `serde_json` keeps it.
fn plain(value: &Written) -> Value {
    match value {
        Written::Null => Value::Null,
        Written::Bool(truth) => Value::Bool(*truth),
        Written::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Written::String(text) => Value::from(text.as_str()),
        Written::Array(items) => items.iter().map(plain).collect(),
        Written::Object(members) => members.iter().map(|(name, member)| (name.clone(), plain(member))).collect(),
    }
}
