//! `x-lint-ignore`: what is right all the same at one place, and why.
//!
//! It stands in any object of a description, and names rules with the reasons for which they are not to be heard of there and below:
//!
//! ```yaml
//! x-lint-ignore: { unsecured-write: the sign-up form is for everybody }
//! ```
//!
//! Without a reason it does nothing but be reported: who reads it later has to know whether it still holds. What suppresses nothing any more is
//! reported too. At the root it speaks of all files; elsewhere of what is written there, and not of what is only referred to.

use std::collections::{HashMap, HashSet};

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place};
use methodical_document::{Bundle, Node, nearest};

use crate::levels::{code, leaves_no_meaning, names};

/// The name of the extension.
pub const EXTENSION: &str = "x-lint-ignore";

/// The codes of what is wrong with it.
pub(crate) const CODES: [&str; 3] = [WITHOUT_REASON, UNKNOWN_RULE, STALE];

const WITHOUT_REASON: &str = "lint/ignore-without-reason";
const UNKNOWN_RULE: &str = "lint/ignore-unknown-rule";
const STALE: &str = "lint/ignore-stale";

/// One rule that is not to be heard of at one place.
struct Ignore<'b> {
    code: &'static str,
    reason: &'b str,
    holder: Node<'b>,
    /// Where it says so.
    place: Place,
}

/// Puts aside what the description itself says is right, and reports what is wrong with how it says so.
pub fn suppress(bundle: &Bundle, diagnostics: &mut Diagnostics) {
    let ignores = read(bundle, diagnostics);
    if ignores.is_empty() {
        return;
    }
    let found = by_place(diagnostics);
    let mut reasons: HashMap<(&str, Place), &str> = HashMap::new();
    let mut stale = Vec::new();
    for ignore in &ignores {
        let covered = covered(ignore, &found);
        if covered.is_empty() {
            stale.push(diagnose_stale(ignore));
        }
        for place in covered {
            reasons.entry((ignore.code, place.clone())).or_insert(ignore.reason);
        }
    }
    diagnostics.suppress(|one| {
        let reason = reasons.get(&(one.code, one.place.clone())).filter(|_| !leaves_no_meaning(one));
        reason.map(|reason| (*reason).to_owned())
    });
    diagnostics.extend(stale);
}

/// The places of diagnostics, by code.
fn by_place(diagnostics: &Diagnostics) -> HashMap<&'static str, HashSet<Place>> {
    let mut found: HashMap<&'static str, HashSet<Place>> = HashMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| !leaves_no_meaning(diagnostic)) {
        found.entry(diagnostic.code).or_default().insert(diagnostic.place.clone());
    }
    found
}

/// The places that it speaks of: in its holder and below, wherever those parts were written.
fn covered<'f>(ignore: &Ignore<'_>, found: &'f HashMap<&'static str, HashSet<Place>>) -> Vec<&'f Place> {
    let Some(places) = found.get(ignore.code) else {
        return Vec::new();
    };
    if ignore.holder.pointer().is_root() {
        return places.iter().collect();
    }
    let origin = |place: &'f Place| match place {
        Place::Value(origin) | Place::Key(origin) => Some((origin, place)),
        Place::Span { .. } | Place::Document(_) | Place::Nowhere => None,
    };
    let wanted: Vec<(&Origin, &Place)> = places.iter().filter_map(origin).collect();
    let mut covered = Vec::new();
    let mut pending = vec![ignore.holder];
    while let Some(node) = pending.pop() {
        let here = node.origin();
        covered.extend(wanted.iter().filter(|(origin, _)| **origin == here).map(|(_, place)| *place));
        pending.extend(node.items());
        pending.extend(node.entries().map(|(_, member)| member));
    }
    covered
}

/// What the members of an object are.
#[derive(Clone, Copy, PartialEq)]
enum Members {
    /// Those that OpenAPI gives it, and extensions.
    Own,
    /// Statuses, of which `default` is one, and extensions.
    Statuses,
    /// Whatever the author calls them.
    Named,
}

impl Members {
    /// What the members of the member `key` are. `None` for data.
    fn below(self, key: &str) -> Option<Self> {
        match self {
            Members::Named => Some(Members::Own),
            Members::Statuses if key == "default" => Some(Members::Own),
            Members::Own | Members::Statuses => match key {
                "example" | "examples" | "default" | "enum" | "const" => None,
                extension if extension.starts_with("x-") => None,
                "responses" => Some(Members::Statuses),
                "properties" | "patternProperties" | "$defs" | "schemas" | "headers" | "variables" => {
                    Some(Members::Named)
                }
                _ => Some(Members::Own),
            },
        }
    }
}

/// All that are sound; what is wrong with the others is reported.
fn read<'b>(bundle: &'b Bundle, diagnostics: &mut Diagnostics) -> Vec<Ignore<'b>> {
    let mut ignores = Vec::new();
    let mut pending = vec![(bundle.root(), Members::Own)];
    while let Some((node, members)) = pending.pop() {
        if let Some(ignore) = node.get(EXTENSION).filter(|_| members != Members::Named) {
            read_one(&node, &ignore, &mut ignores, diagnostics);
        }
        pending.extend(node.items().map(|item| (item, Members::Own)));
        pending.extend(node.entries().filter_map(|(key, child)| Some((child, members.below(key)?))));
    }
    ignores
}

fn read_one<'b>(holder: &Node<'b>, ignore: &Node<'b>, ignores: &mut Vec<Ignore<'b>>, diagnostics: &mut Diagnostics) {
    if !ignore.is_object() {
        let message =
            format!("`{EXTENSION}` is {} here, and takes an object of rules with reasons", ignore.kind_name());
        let help = "write `{ unsecured-write: why it is right here }`";
        diagnostics.push(Diagnostic::warning(WITHOUT_REASON, message, ignore.key_place()).help(help));
    }
    for (name, reason) in ignore.entries() {
        let Some(code) = code(name) else {
            diagnostics.push(unknown(name, &reason));
            continue;
        };
        match reason.as_str().filter(|reason| !reason.trim().is_empty()) {
            Some(text) => {
                ignores.push(Ignore { code, reason: text, holder: *holder, place: reason.key_place() });
            }
            None => {
                let message = format!("`{name}` is to be ignored here, and nothing says why");
                let help = "write the reason as its value; without one it is not ignored";
                diagnostics.push(Diagnostic::warning(WITHOUT_REASON, message, reason.key_place()).help(help));
            }
        }
    }
}

fn unknown(name: &str, node: &Node<'_>) -> Diagnostic {
    let message = format!("there is no rule `{name}` that could be ignored");
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`methodical explain` lists all rules".to_owned(),
    };
    Diagnostic::warning(UNKNOWN_RULE, message, node.key_place()).help(help)
}

fn diagnose_stale(ignore: &Ignore<'_>) -> Diagnostic {
    let name = ignore.code.strip_prefix("lint/").unwrap_or(ignore.code);
    let message = format!("`{name}` has nothing to report here or below");
    Diagnostic::note(STALE, message, ignore.place.clone())
        .help("remove it: what it was for is mended, or lies elsewhere")
}
