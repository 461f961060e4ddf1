//! `x-stability-level` and `x-sunset`.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, nearest};

use super::Lowering;
use crate::{Day, Stability};

impl<'b> Lowering<'b, '_> {
    /// How settled an operation is. A word that nobody knows promises nothing that anybody could read.
    pub(super) fn stability(&mut self, node: &Node<'b>) -> Stability {
        let Some(member) = node.get("x-stability-level") else {
            return Stability::Stable;
        };
        let word = member.as_str().unwrap_or(member.kind_name());
        Stability::parse(word).unwrap_or_else(|| {
            let known = Stability::ALL.map(Stability::as_str);
            let message = format!("`{word}` is no level of stability, and is taken for a draft");
            let help = nearest(word, known).map_or_else(|| known.join(", "), |near| format!("`{near}`"));
            self.report(
                Diagnostic::warning("model/stability-level", message, member.place()).help(format!("write {help}")),
            );
            Stability::Draft
        })
    }

    /// The day from which on something that is deprecated may be gone.
    pub(super) fn sunset(&mut self, node: &Node<'b>) -> Option<Day> {
        let member = node.get("x-sunset")?;
        let text = member.as_str().unwrap_or(member.kind_name());
        let day = Day::parse(text);
        if day.is_none() {
            let message = format!("`{text}` is no day");
            let help = "write a date as RFC 3339 does, such as `2027-01-31`";
            self.report(Diagnostic::warning("model/sunset", message, member.place()).help(help));
        }
        day
    }
}
