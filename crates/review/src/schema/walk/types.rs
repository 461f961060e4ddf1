//! The types of values, `null` among them, and truth values.

use std::rc::Rc;

use serde_json::Value as Json;

use super::Visit;
use super::words::{listed, quoted};
use crate::schema::change::{SchemaChangeKind, Verdict};
use crate::schema::facts::Numbers;
use crate::schema::normal::{Facts, Kind, Normal};
use crate::schema::textual::is_any_text;

impl Visit<'_, '_> {
    pub(super) fn compare_types(&mut self, [old, new]: &[Rc<Normal>; 2]) {
        self.compare_null(old, new);
        if !self.is_text_on_one_side([old, new]) {
            self.compare_truth(old, new);
        }
        let names = [old, new].map(|normal| self.type_names(normal));
        let have = [old, new].map(|normal| kinds(normal));
        if have[0] == have[1] {
            return;
        }
        let (writes, reads) = self.pair.way.roles([old, new]);
        let mut draft = self.draft(SchemaChangeKind::TypeChanged);
        let [before, after] = names;
        draft.message = format!("It was {before}, and is {after}.");
        (draft.before, draft.after) = (Some(before), Some(after));
        let is_lost = |kind: Kind| writes.of_kind(kind).next().is_some() && reads.of_kind(kind).next().is_none();
        let lost: Vec<_> = writes.cases.iter().filter(|case| is_lost(case.facts.kind())).cloned().collect();
        let lost_truth = has_truth(writes) && !has_truth(reads);
        let lost_null = writes.null && !reads.null;
        if lost.is_empty() && !lost_truth && !lost_null {
            return self.add(draft, Verdict::Compatible, None);
        }
        let mut values: Vec<Json> = lost.iter().flat_map(|case| self.engine.samples_of(case)).collect();
        values.extend(lost_null.then_some(Json::Null));
        values.extend(lost_truth.then_some([Json::Bool(false), Json::Bool(true)]).into_iter().flatten());
        self.judge_by(draft, values, None);
    }

    /// Whether one of two that travel as text may be any text.
    pub(super) fn is_text_on_one_side(&self, [old, new]: [&Normal; 2]) -> bool {
        self.pair.textual && is_any_text(old) != is_any_text(new)
    }

    fn type_names(&self, normal: &Normal) -> String {
        if self.pair.textual && is_any_text(normal) { "string".to_owned() } else { type_names(normal) }
    }

    fn compare_null(&mut self, old: &Normal, new: &Normal) {
        let is_all = |normal: &Normal| normal.null && !has_truth(normal) && normal.cases.is_empty();
        if old.null == new.null || is_all(old) || is_all(new) {
            return;
        }
        let kind = if new.null { SchemaChangeKind::BecameNullable } else { SchemaChangeKind::BecameNotNullable };
        let mut draft = self.draft(kind);
        draft.message = if new.null { "It may be null now." } else { "It may not be null any more." }.to_owned();
        let (writes, reads) = self.pair.way.roles([old, new]);
        if writes.null && !reads.null {
            self.judge_by(draft, vec![Json::Null], None);
        } else {
            self.add(draft, Verdict::Compatible, None);
        }
    }

    fn compare_truth(&mut self, old: &Normal, new: &Normal) {
        if !has_truth(old) || !has_truth(new) {
            return;
        }
        for truth in [false, true] {
            let [had, has] = [old, new].map(|normal| normal.booleans[usize::from(truth)]);
            if had != has {
                self.value_change(&Json::Bool(truth), has);
            }
        }
    }

    /// Counted values that came or went beside those that are told one by one.
    pub(super) fn more_values(&mut self, values: &[&Json], is_new: bool) {
        let Some(first) = values.first() else { return };
        let kind = if is_new { SchemaChangeKind::EnumValueAdded } else { SchemaChangeKind::EnumValueRemoved };
        let mut draft = self.draft(kind);
        let what = if is_new { "are new" } else { "are gone" };
        draft.message = format!("{} more values {what}, such as {}.", values.len(), quoted(first));
        let count = Some(format!("{} more", values.len()));
        (draft.before, draft.after) = if is_new { (None, count) } else { (count, None) };
        if is_new == self.pair.way.is_written_by_new() {
            self.judge_by(draft, values.iter().map(|value| (*value).clone()).collect(), None);
        } else {
            self.add(draft, Verdict::Compatible, None);
        }
    }

    /// A counted value that came or went.
    pub(super) fn value_change(&mut self, value: &Json, is_new: bool) {
        let kind = if is_new { SchemaChangeKind::EnumValueAdded } else { SchemaChangeKind::EnumValueRemoved };
        let mut draft = self.draft(kind);
        let shown = quoted(value);
        draft.message =
            if is_new { format!("The value {shown} is new.") } else { format!("The value {shown} is gone.") };
        (draft.before, draft.after) = if is_new { (None, Some(shown)) } else { (Some(shown), None) };
        if is_new == self.pair.way.is_written_by_new() {
            self.judge_by(draft, vec![value.clone()], None);
        } else {
            self.add(draft, Verdict::Compatible, None);
        }
    }
}

fn has_truth(normal: &Normal) -> bool {
    normal.booleans != [false, false]
}

/// Which types there are, `null` aside, which is looked at by itself.
fn kinds(normal: &Normal) -> (Vec<bool>, bool, bool) {
    let has = Kind::ALL.iter().map(|kind| normal.of_kind(*kind).next().is_some()).collect::<Vec<_>>();
    let nothing_else = normal.null && !has_truth(normal) && normal.cases.is_empty();
    (has, has_truth(normal), nothing_else)
}

/// The types in words.
fn type_names(normal: &Normal) -> String {
    let mut names: Vec<&str> = Vec::new();
    names.extend(has_truth(normal).then_some("boolean"));
    for kind in Kind::ALL {
        let whole = |facts: &Facts| matches!(facts, Facts::Numbers(Numbers { whole: true, .. }));
        let mut cases = normal.of_kind(kind).peekable();
        if cases.peek().is_some() {
            names.push(match kind {
                Kind::Number if cases.all(|case| case.values.is_none() && whole(&case.facts)) => "integer",
                Kind::Number => "number",
                Kind::Text => "string",
                Kind::List => "array",
                Kind::Object => "object",
            });
        }
    }
    match names.len() {
        0 if normal.null => "null".to_owned(),
        0 => "nothing".to_owned(),
        5 => "any value".to_owned(),
        _ => listed(&names, "or"),
    }
}
