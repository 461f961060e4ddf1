//! What a method's docs say of the call that it returns: what it comes to, and what may be said of it before. The
//! signature holds both only for those who follow it from `Call` through the operation's marker to its traits.

use std::collections::BTreeSet;

use methodical_model::{Effect, MediaType, Outcome};
use proc_macro2::TokenStream;

use super::{Expander, RUNTIME};
use crate::content;
use crate::docs::code;
use crate::promises::request_line;
use crate::render::type_text;

impl Expander<'_> {
    /// What it comes to, what the call takes, and where its header fields are.
    pub(super) fn usage_docs(&self) -> Vec<String> {
        let outcome = self.outcome_docs();
        let problem = &self.names.problem;
        let refused = if self.has_problem() { format!(", or is refused with [`{problem}`]") } else { String::new() };
        let options: Vec<String> = self.options().into_iter().map(|name| format!("`{name}`")).collect();
        let keyed = match self.plain_markers().contains(&"Keyable") {
            true => " With an idempotency key it takes `retries` too.",
            false => "",
        };
        let line = request_line(self.operation);
        let mut docs =
            vec![format!("{line} comes to {outcome}{refused}. The [`Call`] takes {}.{keyed}", and(&options))];
        docs.extend(self.header_docs());
        docs
    }

    fn header_docs(&self) -> Option<String> {
        let names: BTreeSet<String> = self.names.bodies.headers.iter().flatten().map(ToString::to_string).collect();
        let (types, operations) = (&self.context.types, self.context.operations);
        let names: Vec<String> =
            names.iter().map(|name| format!("[`{name}`]({types}::{operations}::{name})")).collect();
        let read = format!("[`Meta::typed_headers`]({RUNTIME}::Meta::typed_headers)");
        (!names.is_empty()).then(|| format!("{read} reads the header fields of the answer as {}.", and(&names)))
    }

    fn outcome_docs(&self) -> String {
        let name = match self.operation.outcome {
            Outcome::Find => "Find",
            Outcome::Fetch => "Fetched",
            Outcome::Upsert => "Put",
            Outcome::Update => "Updated",
            Outcome::Create => "Created",
            Outcome::Accept => "Accepted",
            Outcome::Delete => return "[`Deleted`]".to_owned(),
            Outcome::Discard => return "[`Discarded`]".to_owned(),
            Outcome::Other => return format!("[`{}`]", self.names.outcome),
        };
        let outcome = linked(&self.runtime(name));
        let Some(content) = self.success() else { return outcome };
        if let Some(name) =
            content::success(self.operation).and_then(|index| self.names.bodies.contents[index].as_ref())
        {
            let (types, operations) = (&self.context.types, self.context.operations);
            return format!("{outcome} of [`{name}`]({types}::{operations}::{name})");
        }
        match content.schema.type_id().filter(|_| matches!(content.kind, MediaType::Json | MediaType::Form)) {
            Some(id) => {
                format!("{outcome} of {}", linked(&self.context.expand_named(self.scope, id)))
            }
            None => format!("{outcome} of {}", code(&tight(&self.expand_success().to_string()))),
        }
    }

    /// The methods of `Call` that this operation's has.
    fn options(&self) -> Vec<&'static str> {
        let markers = self.plain_markers();
        let is = |name: &str| markers.contains(&name);
        let repeatable = self.operation.effect != Effect::Unsafe;
        let paginated = self.paginated_item().is_some();
        let all = [
            ("timeout", true),
            ("retries", repeatable),
            ("idempotency_key", is("Keyable")),
            ("if_match", is("Conditional")),
            ("create_only", is("CreateOnly")),
            ("head", is("HasHead")),
            ("if_none_match", is("Revalidate")),
            ("pages", paginated),
            ("items", paginated),
            ("wait", self.operation.monitor.is_some()),
            ("header", true),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect()
    }
}

/// A link to a name that the module brings in, or that stands with its path.
fn linked(name: &TokenStream) -> String {
    format!("[`{}`]", type_text(name))
}

/// `a, b and c`.
fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A type as people write it: tokens are printed with a space between any two.
fn tight(tokens: &str) -> String {
    tokens
        .replace(" < ", "<")
        .replace(" <", "<")
        .replace("< ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace(" :: ", "::")
}
