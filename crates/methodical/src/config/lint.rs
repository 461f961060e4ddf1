//! `[lint]` and `[api.lint]`: how grave a rule or a group of rules is.

use std::collections::BTreeMap;

use methodical_diagnostic::{Diagnostic, Diagnostics};
use methodical_document::nearest;
use methodical_lint::{Level, Levels, names};
use serde::Deserialize;
use toml::Spanned;

use super::span;

/// The table as written: a rule or a group, and its level.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Lint(BTreeMap<Spanned<String>, Spanned<String>>);

impl Lint {
    /// The levels that it sets; what cannot be one was reported when the configuration was read.
    pub fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        for (name, level) in &self.0 {
            if let Some(level) = Level::parse(level.get_ref()) {
                levels.set(name.get_ref(), level);
            }
        }
        levels
    }

    /// Reports unknown rules and levels, each at its place.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        for (name, level) in &self.0 {
            if !Levels::default().set(name.get_ref(), Level::Off) {
                let message = format!("there is no rule and no group `{}`", name.get_ref());
                let help = match nearest(name.get_ref(), names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`methodical explain` lists all of them".to_owned(),
                };
                diagnostics.push(Diagnostic::error("config/lint-rule", message, span(name.span())).help(help));
            }
            if Level::parse(level.get_ref()).is_none() {
                let message = format!("`{}` is no level", level.get_ref());
                let help = match nearest(level.get_ref(), Level::WORDS) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => "write \"error\", \"warning\", \"note\" or \"off\"".to_owned(),
                };
                diagnostics.push(Diagnostic::error("config/lint-level", message, span(level.span())).help(help));
            }
        }
    }
}
