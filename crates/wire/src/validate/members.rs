//! Objects: members by name, by pattern, and all others; and what the presence of one demands.

use serde_json::{Map, Value};

use super::{Step, Walk};
use crate::rules::{Dependent, ObjectRules, OnReadOnly, Rules};

impl<'v> Walk<'v> {
    pub(super) fn check_object(&mut self, rules: &'v ObjectRules, members: &'v Map<String, Value>, whole: &'v Value) {
        self.check_count(members.len(), rules.min_properties, rules.max_properties, "member");
        self.check_properties(rules, members);
        if !rules.patterns.is_empty() || rules.additional.is_some() || rules.names.is_some() {
            self.check_others(rules, members);
        }
        for (name, demanded) in &rules.dependent {
            if members.contains_key(name) {
                self.check_dependent(name, demanded, members, whole);
            }
        }
    }

    fn check_properties(&mut self, rules: &'v ObjectRules, members: &'v Map<String, Value>) {
        for property in &rules.properties {
            let name = property.name.as_str();
            match (members.get(name), property.read_only) {
                (Some(_), Some(OnReadOnly::Refuse)) => {
                    self.below(Step::Name(name), |walk| walk.refuse("is read-only and must be absent"));
                }
                // What is ignored may be anything.
                (Some(_), Some(OnReadOnly::Ignore)) => {}
                (Some(value), None | Some(OnReadOnly::Match)) => {
                    self.below(Step::Name(name), |walk| walk.check(&property.rules, value));
                }
                (None, None) if property.required => {
                    self.below(Step::Name(name), |walk| walk.refuse("is missing"));
                }
                (None, None | Some(_)) => {}
            }
        }
    }

    fn check_others(&mut self, rules: &'v ObjectRules, members: &'v Map<String, Value>) {
        for (name, value) in members {
            if self.is_full() {
                return;
            }
            if let Some(names) = &rules.names {
                self.check_name(names, name);
            }
            let mut known = rules.property(name).is_some_and(|property| property.known);
            for (pattern, wanted) in &rules.patterns {
                if pattern.matches(name) {
                    known = true;
                    self.below(Step::Name(name), |walk| walk.check(wanted, value));
                }
            }
            if let Some(additional) = rules.additional.as_ref().filter(|_| !known) {
                self.check_unnamed(additional, name, value);
            }
        }
    }

    /// A member that the schema has no name for.
    pub(super) fn check_unnamed(&mut self, rules: &'v Rules, name: &'v str, value: &'v Value) {
        self.below(Step::Name(name), |walk| match rules.never {
            true => walk.refuse("is unknown here"),
            false => walk.check(rules, value),
        });
    }

    fn check_name(&mut self, rules: &'v Rules, name: &'v str) {
        let text = Value::from(name);
        // The text lives no longer than this call, so it is walked by itself.
        let mut walk = Walk { entries: self.entries, ..Walk::new(self.location, self.steps) };
        walk.check(rules, &text);
        self.steps = walk.steps;
        self.gave_up |= walk.gave_up;
        let details: Vec<String> = walk.violations.into_iter().map(|violation| violation.detail).collect();
        for detail in details {
            self.below(Step::Name(name), |walk| walk.refuse(format!("has a name that {detail}")));
        }
    }

    fn check_dependent(
        &mut self,
        name: &'v str,
        demanded: &'v Dependent,
        members: &'v Map<String, Value>,
        whole: &'v Value,
    ) {
        match demanded {
            Dependent::Members(others) => {
                for other in others.iter().filter(|other| !members.contains_key(*other)) {
                    self.below(Step::Name(other), |walk| {
                        walk.refuse(format!("is missing, and has to be with `{name}`"))
                    });
                }
            }
            Dependent::Schema(rules) => self.check(rules, whole),
        }
    }
}
