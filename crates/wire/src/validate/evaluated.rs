//! `unevaluatedProperties` and `unevaluatedItems`: what no other part of a schema has looked at. Which parts that are depends
//! on which of them accept the value, so it is found out only where one of the two keywords stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Step, Walk};
use crate::rules::{Dependent, ListRules, ObjectRules, Rules};

/// What has been looked at: members by name, items by position.
#[derive(Default)]
struct Evaluated<'v> {
    names: BTreeSet<&'v str>,
    positions: BTreeSet<usize>,
}

impl<'v> Walk<'v> {
    pub(super) fn check_unevaluated(&mut self, rules: &'v Rules, value: &'v Value) {
        let members = rules.object.as_ref().and_then(|object| object.unevaluated.as_ref());
        if let (Some(wanted), Some(members)) = (members, value.as_object()) {
            let mut seen = Evaluated::default();
            self.evaluate(rules, value, Own::Without, &mut seen);
            for (name, member) in members.iter().filter(|(name, _)| !seen.names.contains(name.as_str())) {
                self.check_unnamed(wanted, name, member);
            }
        }
        let items = rules.list.as_ref().and_then(|list| list.unevaluated.as_ref());
        if let (Some(wanted), Some(list)) = (items, value.as_array()) {
            let mut seen = Evaluated::default();
            self.evaluate(rules, value, Own::Without, &mut seen);
            for (index, item) in list.iter().enumerate().filter(|(index, _)| !seen.positions.contains(index)) {
                self.below(Step::Index(index), |walk| match wanted.never {
                    true => walk.refuse("is unknown here"),
                    false => walk.check(wanted, item),
                });
            }
        }
    }

    fn evaluate(&mut self, rules: &'v Rules, value: &'v Value, own: Own, seen: &mut Evaluated<'v>) {
        let (Some(depth), Some(steps)) = (self.depth.checked_sub(1), self.steps.checked_sub(1)) else { return };
        (self.depth, self.steps) = (depth, steps);
        if let Some(object) = &rules.object {
            self.evaluate_members(object, value, own, seen);
        }
        if let Some(list) = &rules.list {
            self.evaluate_items(list, value, own, seen);
        }
        if let Some(target) = self.target(rules) {
            self.evaluate(target, value, Own::With, seen);
        }
        for part in &rules.all {
            self.evaluate(part, value, Own::With, seen);
        }
        for variant in rules.unions.iter().flat_map(|union| &union.variants) {
            self.evaluate_if_accepted(variant, value, seen);
        }
        if let Some(condition) = &rules.condition {
            let holds = self.evaluate_if_accepted(&condition.when, value, seen);
            let consequence = if holds { &condition.then } else { &condition.otherwise };
            if let Some(consequence) = consequence {
                self.evaluate(consequence, value, Own::With, seen);
            }
        }
        self.depth += 1;
    }

    fn evaluate_if_accepted(&mut self, rules: &'v Rules, value: &'v Value, seen: &mut Evaluated<'v>) -> bool {
        let accepted = self.accepts(rules, value);
        if accepted {
            self.evaluate(rules, value, Own::With, seen);
        }
        accepted
    }

    fn evaluate_members(&mut self, rules: &'v ObjectRules, value: &'v Value, own: Own, seen: &mut Evaluated<'v>) {
        let Some(members) = value.as_object() else { return };
        let all = rules.additional.is_some() || own == Own::With && rules.unevaluated.is_some();
        for name in members.keys() {
            let named = || rules.property(name).is_some_and(|property| property.known);
            if all || named() || rules.patterns.iter().any(|(pattern, _)| pattern.matches(name)) {
                seen.names.insert(name);
            }
        }
        for (name, demanded) in &rules.dependent {
            match demanded {
                Dependent::Schema(rules) if members.contains_key(name) => self.evaluate(rules, value, Own::With, seen),
                Dependent::Schema(_) | Dependent::Members(_) => {}
            }
        }
    }

    fn evaluate_items(&mut self, rules: &'v ListRules, value: &'v Value, own: Own, seen: &mut Evaluated<'v>) {
        let Some(list) = value.as_array() else { return };
        let all = rules.items.is_some() || own == Own::With && rules.unevaluated.is_some();
        for (index, item) in list.iter().enumerate() {
            let contained = |walk: &mut Walk<'v>| {
                rules.contains.as_ref().is_some_and(|contains| walk.accepts(&contains.rules, item))
            };
            if all || index < rules.prefix.len() || contained(self) {
                seen.positions.insert(index);
            }
        }
    }
}

/// Whether the schema's own `unevaluated...` counts: of the parts of a schema, but not of itself.
#[derive(Clone, Copy, PartialEq)]
enum Own {
    With,
    Without,
}
