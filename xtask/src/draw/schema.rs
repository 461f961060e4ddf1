//! Schemas of every kind, as deep as they are let.

use methodical_fidelity::random::Random;
use serde_json::{Map, Value, json};

use super::{Version, name};

/// Draws schemas that may refer to components.
pub(super) struct Schemas<'a> {
    pub(super) version: Version,
    pub(super) names: &'a [String],
    pub(super) random: &'a mut Random,
}

/// How deep a schema nests.
const DEPTH: usize = 3;

impl Schemas<'_> {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    /// Once in that many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn name(&mut self) -> String {
        name::any(self.random)
    }

    /// What stands under `components`: no bare reference to itself, which would mean nothing.
    pub(super) fn component(&mut self) -> Value {
        match self.below(8) {
            0..4 => self.object(0),
            4 => self.union(0),
            5 => self.all_of(0),
            6 => self.enumeration(),
            _ => self.plain(0),
        }
    }

    /// Any schema.
    pub(super) fn any(&mut self, depth: usize) -> Value {
        let schema = match self.below(if depth >= DEPTH { 9 } else { 16 }) {
            0..5 => self.scalar(),
            5 => self.enumeration(),
            6..9 => self.reference(),
            9..12 => self.object(depth + 1),
            12 => self.union(depth + 1),
            13 => self.all_of(depth + 1),
            _ => self.plain(depth + 1),
        };
        self.dressed(schema)
    }

    /// A reference to a component.
    pub(super) fn reference(&mut self) -> Value {
        match self.random.choose(self.names) {
            Some(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
            None => json!({}),
        }
    }

    /// What is no object and no union.
    fn plain(&mut self, depth: usize) -> Value {
        match self.below(7) {
            0..2 => self.array(depth),
            2 => self.map(depth),
            3 if self.version >= Version::V3_1 => self.tuple(depth),
            4 if self.version >= Version::V3_1 => json!({"type": ["string", "integer", "null"]}),
            5 if self.version >= Version::V3_1 && self.once_in(3) => json!(true),
            6 if self.version >= Version::V3_1 => json!({"const": self.constant()}),
            _ => self.scalar(),
        }
    }

    fn constant(&mut self) -> Value {
        match self.below(5) {
            0 => json!(self.name()),
            1 => json!(1),
            2 => json!(true),
            3 => json!(1.5),
            _ => Value::Null,
        }
    }

    /// Null, words and bounds beside what is there.
    fn dressed(&mut self, mut schema: Value) -> Value {
        let Value::Object(members) = &mut schema else { return schema };
        let is_reference = members.contains_key("$ref");
        if is_reference && self.version == Version::V3_0 {
            return schema;
        }
        if self.once_in(6) {
            match (self.version, members.get("type").cloned()) {
                (Version::V3_0, Some(_)) => drop(members.insert("nullable".to_owned(), json!(true))),
                (Version::V3_1 | Version::V3_2, Some(Value::String(name))) if !members.contains_key("enum") => {
                    members.insert("type".to_owned(), json!([name, "null"]));
                }
                (_, _) => {}
            }
        }
        let words: [(&str, Value); 5] = [
            (
                "description",
                json!("Words with `code`, <angles>, [brackets](and a link) and\n\n    an indented line\n* a list"),
            ),
            ("title", json!(self.name())),
            ("deprecated", json!(true)),
            ("readOnly", json!(true)),
            ("writeOnly", json!(true)),
        ];
        for (word, value) in words {
            if self.once_in(9) && !(word == "writeOnly" && members.contains_key("readOnly")) {
                members.insert(word.to_owned(), value);
            }
        }
        schema
    }

    pub(super) fn scalar(&mut self) -> Value {
        let formats: [Value; 30] = [
            json!({"type": "string"}),
            json!({"type": "string", "minLength": 1, "maxLength": 40}),
            json!({"type": "string", "pattern": "^[a-z]+$"}),
            json!({"type": "string", "format": "date"}),
            json!({"type": "string", "format": "date-time"}),
            json!({"type": "string", "format": "time"}),
            json!({"type": "string", "format": "duration"}),
            json!({"type": "string", "format": "uuid"}),
            json!({"type": "string", "format": "uri"}),
            json!({"type": "string", "format": "byte"}),
            json!({"type": "string", "format": "email"}),
            json!({"type": "string", "format": "ipv4"}),
            json!({"type": "string", "format": "ipv6"}),
            json!({"type": "string", "format": "hostname"}),
            json!({"type": "string", "format": "decimal"}),
            json!({"type": "string", "format": "password"}),
            json!({"type": "string", "format": "nobody-knows"}),
            json!({"type": "string", "format": "int64"}),
            json!({"type": "string", "default": "a \"word\""}),
            json!({"type": "boolean"}),
            json!({"type": "boolean", "default": true}),
            json!({"type": "integer"}),
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int64", "minimum": 0}),
            json!({"type": "integer", "format": "uint64"}),
            json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 20}),
            json!({"type": "integer", "multipleOf": 5}),
            json!({"type": "number"}),
            json!({"type": "number", "format": "float", "minimum": 0.5}),
            json!({"type": "number", "default": 1}),
        ];
        self.random.choose(&formats).cloned().unwrap_or_default()
    }

    fn enumeration(&mut self) -> Value {
        let count = 1 + self.below(6);
        match self.below(8) {
            0 => json!({"type": "integer", "enum": (0..count).map(|n| n * 3).collect::<Vec<_>>()}),
            1 => json!({"enum": ["a", 1, true, null]}),
            2 => json!({"type": "number", "enum": [0.5, 1, 2.25]}),
            3 => json!({"type": "boolean", "enum": [true]}),
            _ => {
                let names = name::distinct(count, name::any, self.random);
                let first = names.first().cloned().unwrap_or_default();
                let mut schema = json!({"type": "string", "enum": names});
                if self.once_in(4) {
                    schema["default"] = json!(first);
                }
                schema
            }
        }
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut schema = json!({"type": "array", "items": self.any(depth + 1)});
        if self.once_in(4) {
            schema["maxItems"] = json!(10);
            schema["uniqueItems"] = json!(true);
        }
        schema
    }

    fn map(&mut self, depth: usize) -> Value {
        match self.below(3) {
            0 => json!({"type": "object", "additionalProperties": true}),
            1 if self.version >= Version::V3_1 => {
                json!({"type": "object", "patternProperties": {"^x-": self.any(depth + 1)}, "additionalProperties": false})
            }
            _ => json!({"type": "object", "additionalProperties": self.any(depth + 1)}),
        }
    }

    fn tuple(&mut self, depth: usize) -> Value {
        let items: Vec<Value> = (0..1 + self.below(3)).map(|_| self.any(depth + 1)).collect();
        let mut schema = json!({"type": "array", "prefixItems": items});
        if self.once_in(2) {
            schema["items"] = json!(false);
        }
        schema
    }

    pub(super) fn object(&mut self, depth: usize) -> Value {
        let count = self.below(6);
        let names = name::distinct(count, name::any, self.random);
        let properties: Map<String, Value> = names.iter().map(|name| (name.clone(), self.any(depth + 1))).collect();
        let required: Vec<&String> = names.iter().filter(|_| self.random.below(2) == 0).collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        match self.below(6) {
            0 => schema["additionalProperties"] = json!(false),
            1 => schema["additionalProperties"] = self.any(depth + 1),
            2 => drop(schema.as_object_mut().and_then(|members| members.remove("type"))),
            _ => {}
        }
        if self.once_in(12) {
            schema["oneOf"] = json!([self.any(depth + 1), self.object(depth + 2)]);
        }
        schema
    }

    fn union(&mut self, depth: usize) -> Value {
        let keyword = if self.once_in(2) { "oneOf" } else { "anyOf" };
        if self.once_in(3) {
            return self.told_apart(keyword);
        }
        let alternatives: Vec<Value> = (0..1 + self.below(4)).map(|_| self.any(depth + 1)).collect();
        let mut schema = json!({keyword: alternatives});
        if self.version >= Version::V3_1 && self.once_in(4) {
            schema[keyword].as_array_mut().into_iter().for_each(|all| all.push(json!({"type": "null"})));
        }
        schema
    }

    /// A union with a discriminator.
    fn told_apart(&mut self, keyword: &str) -> Value {
        let property = self.name();
        let references: Vec<Value> = (0..1 + self.below(3)).map(|_| self.reference()).collect();
        let mut schema = json!({keyword: references, "discriminator": {"propertyName": property}});
        if self.once_in(2) {
            let mapping: Map<String, Value> =
                references.iter().map(|reference| (self.name(), reference["$ref"].clone())).collect();
            schema["discriminator"]["mapping"] = Value::Object(mapping);
        }
        schema
    }

    fn all_of(&mut self, depth: usize) -> Value {
        let parts: Vec<Value> = (0..1 + self.below(3))
            .map(|_| match self.below(3) {
                0 => self.reference(),
                1 => self.object(depth + 1),
                _ => self.any(depth + 1),
            })
            .collect();
        let mut schema = json!({"allOf": parts});
        if self.once_in(3) {
            schema["properties"] = json!({self.name(): self.any(depth + 1)});
            schema["type"] = json!("object");
        }
        schema
    }
}
