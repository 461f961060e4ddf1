//! Keywords for types of which no value is: they refuse nothing. What becomes of them is told all the same, since whoever wrote them may
//! have meant something else.

use std::rc::Rc;

use serde_json::Value as Json;

use super::Visit;
use super::words::quoted;
use crate::schema::change::{SchemaChangeKind, Verdict};
use crate::schema::draft::json;
use crate::schema::normal::{Kind, Normal};

/// Keywords, and what they say something of: in types, and in words.
const IDLE: &[(&[&str], &[Kind], &str)] = &[
    (&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], &[Kind::Number], "numbers"),
    (&["minLength", "maxLength", "pattern"], &[Kind::Text], "strings"),
    (&["format"], &[Kind::Number, Kind::Text], "strings and numbers"),
    (&["minItems", "maxItems", "uniqueItems"], &[Kind::List], "arrays"),
    (&["minProperties", "maxProperties"], &[Kind::Object], "objects"),
];

impl Visit<'_, '_> {
    pub(super) fn compare_idle(&mut self, normals: &[Rc<Normal>; 2]) {
        let [old, new] = self.pair.terms.map(|term| self.engine.space.single(term));
        let (Some(old), Some(new)) = (old, new) else { return };
        let has = |kind: &Kind| normals.iter().any(|normal| normal.of_kind(*kind).next().is_some());
        let idle = IDLE.iter().filter(|(_, kinds, _)| !kinds.iter().any(has));
        for (keyword, what) in
            idle.flat_map(|(keywords, _, what)| keywords.iter().map(move |keyword| (*keyword, *what)))
        {
            let [before, after] = [&old, &new].map(|text| text.value().get(keyword).map(json));
            if before != after {
                self.idle(keyword, what, [before, after]);
            }
        }
    }

    fn idle(&mut self, keyword: &str, what: &str, values: [Option<Json>; 2]) {
        let [before, after] = values.map(|value| value.as_ref().map(quoted));
        let became = match (&before, &after) {
            (Some(before), Some(after)) => format!("`{keyword}` was {before}, and is {after}"),
            (None, Some(after)) => format!("There was no `{keyword}`, and it is {after} now"),
            (Some(before), None) => format!("`{keyword}` was {before}, and there is none any more"),
            (None, None) => return,
        };
        let mut draft = self.draft(SchemaChangeKind::KeywordWithoutEffect);
        draft.message = format!("{became}: it is for {what}, and refuses nothing here.");
        (draft.before, draft.after) = (before, after);
        self.add(draft, Verdict::Idle, None);
    }
}
