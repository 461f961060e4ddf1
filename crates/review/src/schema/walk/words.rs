//! Facts in words.

use serde_json::Value as Json;

use super::{Draft, SchemaChangeKind, Visit};
use crate::schema::change::Verdict;
use crate::schema::inclusion::{Facet, Gap};

/// `a`, `a or b`, `a, b or c`.
pub(super) fn listed<T: AsRef<str>>(words: &[T], last: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.as_ref().to_owned(),
        [first @ .., end] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", first.join(", "), end.as_ref())
        }
    }
}

/// A value as it stands in a sentence, cut where it is long.
pub(in crate::schema) fn quoted(value: &Json) -> String {
    const LONGEST: usize = 80;
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return format!("`{text}`");
    }
    format!("`{}...`", text.chars().take(LONGEST).collect::<String>())
}

/// Two facts that are texts or nothing, and whether the first limits more.
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Told {
    fn message(&self) -> String {
        let name = self.name;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("The {name} was {before}, and is {after}."),
            (None, Some(after)) => format!("There was no {name}, and it is {after} now."),
            (Some(before), None) => format!("The {name} was {before}, and there is none any more."),
            (None, None) => format!("The {name} is another."),
        }
    }
}

impl<'a> Visit<'_, 'a> {
    /// A fact that differs: breaking if there is a gap of its facet.
    pub(super) fn fact(&mut self, kind: SchemaChangeKind, told: Told, gaps: &[Gap], facet: &Facet) {
        self.fact_or(kind, told, gaps, facet, Verdict::Compatible);
    }

    pub(super) fn fact_or(
        &mut self,
        kind: SchemaChangeKind,
        told: Told,
        gaps: &[Gap],
        facet: &Facet,
        otherwise: Verdict,
    ) {
        let draft: Draft<'a> = self.draft(kind);
        let message = told.message();
        let draft = Draft { message, before: told.before, after: told.after, ..draft };
        self.judge(draft, gaps, facet, otherwise);
    }
}
