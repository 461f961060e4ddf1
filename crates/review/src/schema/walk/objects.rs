//! Objects: members that came, went, or have to be there; and what is said of all others.

use std::collections::{BTreeMap, BTreeSet};

use methodical_model::{Additional, Shape};
use serde_json::Value as Json;

use super::scalars::Counts;
use super::words::listed;
use super::{Draft, Step, Visit};
use crate::Way;
use crate::schema::change::{SchemaChangeKind, Verdict};
use crate::schema::facts::{Member, Objects, OnReadOnly};
use crate::schema::inclusion::{Facet, Gap};
use crate::schema::space::{Term, Version};

const MEMBERS: Counts = Counts {
    least: "least number of members",
    most: "greatest number of members",
    raised: (SchemaChangeKind::MinPropertiesRaised, SchemaChangeKind::MaxPropertiesRaised),
    lowered: (SchemaChangeKind::MinPropertiesLowered, SchemaChangeKind::MaxPropertiesLowered),
    facets: (Facet::MinProperties, Facet::MaxProperties),
};

impl<'a> Visit<'_, 'a> {
    pub(super) fn compare_objects(&mut self, old: &Objects, new: &Objects, gaps: &[Gap]) {
        let names: BTreeSet<&String> = old.members.keys().chain(new.members.keys()).collect();
        for name in names {
            match (old.members.get(name), new.members.get(name)) {
                (Some(before), Some(after)) if before.declared == after.declared => {
                    self.compare_member(name, [before, after], gaps);
                }
                (before, Some(after)) if after.declared => {
                    self.member_added(name, before, after, [old, new], gaps);
                }
                (Some(before), after) if before.declared => self.member_removed(name, before, after, old, gaps),
                (before, after) => self.compare_required(name, before, after, gaps),
            }
        }
        self.compare_counts([old.least, new.least], [old.most, new.most], &MEMBERS, gaps);
        self.compare_additional(old, new, gaps);
        self.compare_patterns(&old.patterns, &new.patterns, gaps);
        if old.names != new.names {
            let draft =
                self.said(SchemaChangeKind::PropertyNamesChanged, "The rule for the names of members is another.");
            self.judge(draft, gaps, &Facet::Names, Verdict::Compatible);
        }
        self.compare_together(old, new, gaps);
    }

    fn said(&self, kind: SchemaChangeKind, message: impl Into<String>) -> Draft<'a> {
        Draft { message: message.into(), ..self.draft(kind) }
    }

    /// A change of a member, placed at the member.
    fn at_member(&self, kind: SchemaChangeKind, name: &str, message: String) -> Draft<'a> {
        let origins = [Version::Old, Version::New]
            .map(|version| self.pair.places[version as usize].member_origin(self.api(version), name));
        Draft { origins, step: Some(Step::Member(name.to_owned())), message, ..self.draft(kind) }
    }

    fn compare_member(&mut self, name: &str, [before, after]: [&Member; 2], gaps: &[Gap]) {
        self.compare_required(name, Some(before), Some(after), gaps);
        self.compare_read_only(name, [before, after], gaps);
        if before.read_only.is_none() && after.read_only.is_none() {
            self.below_member(name, [before.term, after.term]);
        }
    }

    fn compare_required(&mut self, name: &str, before: Option<&Member>, after: Option<&Member>, gaps: &[Gap]) {
        let has_to =
            |member: Option<&Member>| member.is_some_and(|member| member.required && member.read_only.is_none());
        match (has_to(before), has_to(after)) {
            (false, true) => {
                let message = format!("`{name}` has to be there now.");
                let draft = self.at_member(SchemaChangeKind::BecameRequired, name, message);
                self.judge(draft, gaps, &Facet::Required(name.to_owned()), Verdict::Compatible);
            }
            (true, false) => {
                let message = format!("`{name}` need not be there any more.");
                let draft = self.at_member(SchemaChangeKind::BecameOptional, name, message);
                self.judge(draft, gaps, &Facet::Required(name.to_owned()), Verdict::Compatible);
            }
            (false, false) | (true, true) => {}
        }
    }

    /// Only requests know members that may not be sent.
    fn compare_read_only(&mut self, name: &str, [before, after]: [&Member; 2], gaps: &[Gap]) {
        match (before.read_only, after.read_only) {
            (None, Some(policy)) => self.became_read_only(name, before.term, policy),
            (Some(_), None) => {
                let message = format!("`{name}` is not read-only any more: requests may set it.");
                let draft = self.at_member(SchemaChangeKind::NoLongerReadOnly, name, message);
                self.judge(draft, gaps, &Facet::Member(name.to_owned()), Verdict::Compatible);
            }
            (Some(one), Some(other)) if one != other => {
                let message = format!("What becomes of `{name}`, which is read-only, in a request is another.");
                let draft = self.at_member(SchemaChangeKind::ReadOnlyPolicyChanged, name, message);
                let reason = "clients that send back what they read may notice";
                self.add(draft, Verdict::Risky(reason.to_owned()), None);
            }
            (None | Some(_), None | Some(_)) => {}
        }
    }

    fn became_read_only(&mut self, name: &str, term: Term, policy: OnReadOnly) {
        let message = format!("`{name}` is read-only now: requests do not set it any more.");
        let draft = self.at_member(SchemaChangeKind::BecameReadOnly, name, message);
        match policy {
            // The reader has it declared, so that the gap is not among those of the object itself.
            OnReadOnly::Refuse => {
                let values = self.with_member(name, term);
                self.judge_by(draft, values, None);
            }
            OnReadOnly::Tolerate => {
                let reason = "what clients send in it has no effect any more";
                self.add(draft, Verdict::Risky(reason.to_owned()), None);
            }
        }
    }

    /// Values of the writer that have a member.
    fn with_member(&mut self, name: &str, term: Term) -> Vec<Json> {
        let Some(value) = self.engine.sample(term) else { return Vec::new() };
        let (writer, _) = self.pair.roles();
        let wish = crate::schema::sample::Wish { members: vec![(name.to_owned(), value)], ..Default::default() };
        let normal = self.engine.normal(writer);
        normal.cases.iter().filter_map(|case| self.engine.sample_case(case, &wish)).collect()
    }

    fn member_added(
        &mut self,
        name: &str,
        before: Option<&Member>,
        after: &Member,
        [old, new]: [&Objects; 2],
        gaps: &[Gap],
    ) {
        let is_required = after.required && after.read_only.is_none();
        let was_required = before.is_some_and(|member| member.required);
        let (kind, words) = if is_required && !was_required {
            (SchemaChangeKind::RequiredPropertyAdded, ", and has to be there")
        } else {
            (SchemaChangeKind::PropertyAdded, "")
        };
        let draft = self.at_member(kind, name, format!("`{name}` is new{words}."));
        let facet = match (self.pair.way, is_required) {
            (Way::Request, true) => Facet::Required(name.to_owned()),
            (Way::Request | Way::Response, _) => Facet::Member(name.to_owned()),
        };
        let was_free = old.additional.is_none() && (old.members.is_empty() || self.says_open(Version::Old));
        let otherwise = if self.pair.way == Way::Request && was_free && new.members[name].term != Term::ANY {
            Verdict::Risky("the object was open: clients may have sent something else under that name".to_owned())
        } else {
            Verdict::Compatible
        };
        self.judge(draft, gaps, &facet, otherwise);
    }

    fn member_removed(&mut self, name: &str, before: &Member, after: Option<&Member>, old: &Objects, gaps: &[Gap]) {
        if before.read_only.is_some() {
            return;
        }
        let is_required = old.is_required(name);
        let kind =
            if is_required { SchemaChangeKind::RequiredPropertyRemoved } else { SchemaChangeKind::PropertyRemoved };
        let draft = self.at_member(kind, name, format!("`{name}` is gone."));
        let is_still_required = after.is_some_and(|member| member.required);
        let (facet, risk) = match self.pair.way {
            Way::Request => (Facet::Member(name.to_owned()), "what clients send in it has no effect any more"),
            Way::Response if is_required && !is_still_required => (Facet::Required(name.to_owned()), ""),
            Way::Response => (Facet::Member(name.to_owned()), "clients that read it find it missing"),
        };
        self.judge(draft, gaps, &facet, Verdict::Risky(risk.to_owned()));
    }

    /// Whether the author has written that other members are welcome.
    fn says_open(&self, version: Version) -> bool {
        match self.pair.places[version as usize].shape(self.api(version)) {
            Some(Shape::Object(object)) => matches!(object.additional, Additional::Typed(_)),
            Some(Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_)) | None => false,
        }
    }

    fn compare_additional(&mut self, old: &Objects, new: &Objects, gaps: &[Gap]) {
        let [before, after] = [old, new].map(|objects| objects.additional.unwrap_or(Term::ANY));
        if before == after {
            return;
        }
        let (kind, message) = match (before, after) {
            (_, Term::NEVER) => {
                (SchemaChangeKind::AdditionalPropertiesClosed, "Members that are not named are refused now.")
            }
            (Term::NEVER, _) => {
                (SchemaChangeKind::AdditionalPropertiesOpened, "Members that are not named are accepted now.")
            }
            _ => (SchemaChangeKind::AdditionalPropertiesChanged, "What other members have to be is another."),
        };
        let is_said = before != Term::ANY && after != Term::ANY;
        let both_typed = is_said && before != Term::NEVER && after != Term::NEVER;
        if both_typed {
            let places = [Version::Old, Version::New]
                .map(|version| self.pair.places[version as usize].others(self.api(version)));
            return self.below(Step::Others, [before, after], places);
        }
        let draft = self.said(kind, message);
        let narrows = self.pair.way == Way::Request && after != Term::ANY && old.additional.is_none();
        let otherwise = if narrows && (self.says_open(Version::Old) || old.members.is_empty()) {
            Verdict::Risky("the object was open: clients may have sent other members".to_owned())
        } else {
            Verdict::Compatible
        };
        self.judge(draft, gaps, &Facet::Additional, otherwise);
    }

    fn compare_patterns(&mut self, old: &BTreeMap<String, Term>, new: &BTreeMap<String, Term>, gaps: &[Gap]) {
        let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for pattern in all {
            let facet = Facet::Patterned(pattern.clone());
            match (old.get(pattern), new.get(pattern)) {
                (Some(before), Some(after)) => {
                    let places = [Version::Old, Version::New]
                        .map(|version| self.pair.places[version as usize].others(self.api(version)));
                    self.below(Step::Patterned(pattern.clone()), [*before, *after], places);
                }
                (None, _) => {
                    let message = format!("Members whose names match `{pattern}` have a schema of their own now.");
                    let draft = self.said(SchemaChangeKind::PatternPropertyAdded, message);
                    self.judge(draft, gaps, &facet, Verdict::Compatible);
                }
                (_, None) => {
                    let message =
                        format!("Members whose names match `{pattern}` have no schema of their own any more.");
                    let draft = self.said(SchemaChangeKind::PatternPropertyRemoved, message);
                    self.judge(draft, gaps, &facet, Verdict::Compatible);
                }
            }
        }
    }

    fn compare_together(&mut self, old: &Objects, new: &Objects, gaps: &[Gap]) {
        let all: BTreeSet<&String> = old.together.keys().chain(new.together.keys()).collect();
        for name in all.into_iter().filter(|name| old.together.get(*name) != new.together.get(*name)) {
            let others = |objects: &Objects| {
                let names: Vec<&String> = objects.together.get(name).into_iter().flatten().collect();
                (!names.is_empty()).then(|| listed(&names, "and"))
            };
            let (before, after) = (others(old), others(new));
            let words = |names: &Option<String>| names.clone().unwrap_or_else(|| "no others".to_owned());
            let message = format!("With `{name}` there had to be {}, and now {}.", words(&before), words(&after));
            let draft = self.said(SchemaChangeKind::DependentRequiredChanged, message);
            let draft = Draft { before, after, ..draft };
            self.judge(draft, gaps, &Facet::Together(name.clone()), Verdict::Compatible);
        }
        let all: BTreeSet<&String> = old.dependent.keys().chain(new.dependent.keys()).collect();
        for name in all.into_iter().filter(|name| old.dependent.get(*name) != new.dependent.get(*name)) {
            let message = format!("What has to hold where `{name}` is there is another.");
            let draft = self.said(SchemaChangeKind::DependentSchemasChanged, message);
            self.judge(draft, gaps, &Facet::Dependent(name.clone()), Verdict::Compatible);
        }
    }
}
