//! `oneOf` and `anyOf`: which alternative a value belongs to, and which explains best why it belongs to none.

use serde_json::Value;

use super::values::{alternatives, equal, mistyped, one_of};
use super::{Place, REPORTED, Step, Violation, Walk, steps_for};
use crate::rules::{Discriminator, Property, Rules, Type, Union};

/// The alternative of a union that a value belongs to, as [`union::decode`](crate::union::decode) describes it.
pub(crate) fn variant_of(rules: &Rules, value: &Value) -> Option<usize> {
    variant_within(rules, value, &mut steps_for(value))
}

/// The same, within what is left of the steps that a walk of its own may take.
pub(crate) fn variant_within(rules: &Rules, value: &Value, steps: &mut u32) -> Option<usize> {
    let wraps_one = matches!(rules.unions.as_slice(), [only] if only.variants.len() == 1);
    let rules = rules.core();
    let Some(union) = rules.union() else {
        return type_of(rules, value).or(wraps_one.then_some(0));
    };
    let candidates = match &union.discriminator {
        None => (0..union.variants.len()).filter(|index| !is_another(&union.variants[*index], value)).collect(),
        Some(discriminator) => match tagged(discriminator, value) {
            Some(index) => return Some(index).filter(|index| *index < union.variants.len()),
            None => discriminator.untagged.clone(),
        },
    };
    let rank = |index: usize| {
        let variant = &union.variants[index];
        let mut walk = Walk::new(Place::Body, *steps);
        walk.check(variant, value);
        *steps = walk.steps;
        let unnamed = usize::MAX - named_members(variant, value);
        (walk.violations.len(), unnamed, index)
    };
    candidates.into_iter().map(rank).min().map(|(_, _, index)| index)
}

/// A list of types is a union too: of one alternative for each, `null` aside.
fn type_of(rules: &Rules, value: &Value) -> Option<usize> {
    let types: Vec<Type> = rules.types().collect();
    let position = types.iter().position(|named| named.has(value));
    position.or((types.len() > 1).then_some(0)).filter(|_| types.len() > 1)
}

fn tagged(discriminator: &Discriminator, value: &Value) -> Option<usize> {
    let tag = value.get(&discriminator.property).and_then(Value::as_str);
    let known = discriminator.mapping.iter().find(|(name, _)| Some(name.as_str()) == tag);
    known.map(|(_, index)| *index).or(discriminator.default)
}

/// Whether a member has a value that is not the constant which all objects of this alternative have there. Types do not hold what is
/// constant: read as one of these, the value would become another.
fn is_another(variant: &Rules, value: &Value) -> bool {
    let differs = |property: &Property| {
        let rules = property.rules.core();
        let said = value.get(&property.name).filter(|_| rules.constant);
        said.is_some_and(|said| rules.values.iter().flatten().all(|constant| !equal(said, constant)))
    };
    variant.core().properties().any(differs)
}

fn named_members(rules: &Rules, value: &Value) -> usize {
    rules.core().properties().filter(|property| value.get(&property.name).is_some()).count()
}

impl<'v> Walk<'v> {
    pub(super) fn check_union(&mut self, union: &'v Union, value: &'v Value) {
        if union.null && value.is_null() {
            return;
        }
        if let Some(discriminator) = &union.discriminator {
            return self.check_tagged(union, discriminator, value);
        }
        self.check_untagged(union.variants.iter().collect(), union.exclusive, value);
    }

    fn check_untagged(&mut self, variants: Vec<&'v Rules>, exclusive: bool, value: &'v Value) {
        if let [only] = variants.as_slice() {
            return self.check(only, value);
        }
        let attempts: Vec<_> = variants.iter().map(|variant| self.attempt(variant, value)).collect();
        let matching = attempts.iter().filter(|violations| violations.is_empty()).count();
        match (matching, exclusive) {
            (0, _) => self.report_nearest(&variants, attempts, value),
            (1, _) | (_, false) => {}
            (_, true) => self.refuse(format!("matches {matching} alternatives; exactly one is allowed")),
        }
    }

    fn check_tagged(&mut self, union: &'v Union, discriminator: &'v Discriminator, value: &'v Value) {
        match tagged(discriminator, value).and_then(|index| union.variants.get(index)) {
            Some(variant) => self.check(variant, value),
            None if !discriminator.untagged.is_empty() => {
                let variants = discriminator.untagged.iter().filter_map(|index| union.variants.get(*index)).collect();
                self.check_untagged(variants, union.exclusive, value);
            }
            None if !value.is_object() => self.refuse(mistyped("an object", value)),
            None => {
                let tags = discriminator.mapping.iter().map(|(tag, _)| format!("`{tag}`")).collect();
                self.below(Step::Name(&discriminator.property), |walk| {
                    walk.refuse(format!("must be {}", one_of(tags)));
                });
            }
        }
    }

    /// Nothing matched: the alternative that was nearest explains why, since all of them together would confuse. Where the
    /// value is of no alternative's type, the types themselves are what is wanted.
    fn report_nearest(&mut self, variants: &[&'v Rules], attempts: Vec<Vec<Violation>>, value: &'v Value) {
        let types: Vec<_> = variants.iter().map(|variant| only_type(variant)).collect();
        if let Some(types) = types.iter().copied().collect::<Option<Vec<_>>>()
            && !types.is_empty()
            && !types.iter().any(|wanted| wanted.has(value))
        {
            return self.refuse(mistyped(&alternatives(&types), value));
        }
        let here = self.pointer().len();
        let rank = |((variant, violations), wanted): &((&'v Rules, Vec<Violation>), Option<Type>)| {
            let mistyped = wanted.is_some_and(|wanted| !wanted.has(value));
            let at_the_top = violations.iter().any(|violation| violation.pointer.len() == here);
            (mistyped, at_the_top, violations.len(), usize::MAX - named_members(variant, value))
        };
        match variants.iter().copied().zip(attempts).zip(types).min_by_key(rank) {
            None => self.refuse("must be absent"),
            Some(((_, violations), _)) => {
                let room = REPORTED.saturating_sub(self.violations.len());
                self.violations.extend(violations.into_iter().take(room));
            }
        }
    }
}

/// `None` for a schema whose values are of several types, or of any.
fn only_type(rules: &Rules) -> Option<Type> {
    let rules = rules.core();
    let texts = || rules.values.as_ref().is_some_and(|values| values.iter().all(Value::is_string));
    rules.only_type().or_else(|| texts().then_some(Type::Text))
}
