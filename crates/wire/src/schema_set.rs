//! Schemas that come into being at run time, such as those of two descriptions that are compared. They refer to each other by
//! name within the set that owns them all, so that recursion needs no statics and leaves nothing behind.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::Violation;
use crate::rules::{Reference, Rules};
use crate::validate::judge;

/// Named schemas that may refer to each other.
#[derive(Default)]
pub struct SchemaSet {
    names: HashMap<String, usize>,
    entries: Vec<Entry>,
}

struct Entry {
    text: String,
    rules: OnceLock<Rules>,
}

/// A schema that was compiled for a set, and means something together with that alone.
pub struct CompiledSchema(Rules);

impl SchemaSet {
    /// Adds a schema under a name. It is compiled at first use, so that it may refer to what comes later; a name that is taken
    /// keeps its schema.
    pub fn insert(&mut self, name: &str, text: String) {
        if !self.contains(name) {
            self.names.insert(name.to_owned(), self.entries.len());
            self.entries.push(Entry { text, rules: OnceLock::new() });
        }
    }

    /// Whether a schema has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Compiles a schema that has no name. A reference in it to a name that the set does not have accepts everything.
    pub fn compile(&self, text: &str) -> CompiledSchema {
        CompiledSchema(self.rules(text))
    }

    /// Every violation of a value, at most a hundred. `None`: the value is too deep or too intricate to be sure.
    pub fn violations(&self, schema: &CompiledSchema, value: &Value) -> Option<Vec<Violation>> {
        judge(self, &schema.0, value)
    }

    /// The rules of the entry at a position.
    pub(crate) fn entry(&self, position: usize) -> Option<&Rules> {
        let entry = self.entries.get(position)?;
        Some(entry.rules.get_or_init(|| self.rules(&entry.text)))
    }

    fn rules(&self, text: &str) -> Rules {
        Rules::compile_with(text, &|name| self.names.get(name).copied().map(Reference::Entry))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_refer_to_each_other_and_to_themselves() {
        let mut set = SchemaSet::default();
        set.insert("Tree", r#"{"type": "object", "properties": {"of": {"$ref": "Trees"}}}"#.to_owned());
        set.insert("Trees", r#"{"type": "array", "items": {"$ref": "Tree"}}"#.to_owned());
        let tree = set.compile(r#"{"$ref": "Tree"}"#);
        let found = |value| set.violations(&tree, &value).map(|found| found.len());
        assert_eq!(found(json!({"of": [{"of": []}]})), Some(0));
        assert_eq!(found(json!({"of": [{"of": [1, {}]}]})), Some(1));
    }

    #[test]
    fn what_cannot_be_followed_to_its_end_is_not_decided() {
        let mut set = SchemaSet::default();
        set.insert("Self", r#"{"$ref": "Self"}"#.to_owned());
        assert_eq!(set.violations(&set.compile(r#"{"$ref": "Self"}"#), &json!(1)), None);
        assert_eq!(set.violations(&set.compile(r#"{"$ref": "None"}"#), &json!(1)), Some(Vec::new()));
    }

    #[test]
    fn unevaluated_members_are_seen_through_references() {
        let mut set = SchemaSet::default();
        set.insert("Base", r#"{"properties": {"a": {"type": "integer"}}}"#.to_owned());
        let closed = set.compile(r#"{"allOf": [{"$ref": "Base"}], "unevaluatedProperties": false}"#);
        let found = |value| set.violations(&closed, &value).map(|found| found.len());
        assert_eq!((found(json!({"a": 1})), found(json!({"b": 1}))), (Some(0), Some(1)));
    }
}
