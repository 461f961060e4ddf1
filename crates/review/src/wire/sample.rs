//! A value of a schema, for the parts of a witness that are not what it is about.

use std::collections::HashSet;

use methodical_document::{Integer, Number, Object, Value};
use methodical_model::{Additional, Api, Kind, Schema, Shape, StringFormat, TypeId, Union, VariantValue};

use crate::schema::{Found, search};

/// How deep a value is made before optional things are left out, and the rest is null.
const DEEPEST: usize = 12;

/// A short value: examples first, then what the schema demands and no more.
pub(super) fn sample(api: &Api, schema: &Schema) -> Value {
    Sampler { api, trusting: true, open: HashSet::new() }.value(schema, 0)
}

/// The same where the examples and defaults are wrong.
pub(super) fn sample_without_examples(api: &Api, schema: &Schema) -> Value {
    Sampler { api, trusting: false, open: HashSet::new() }.value(schema, 0)
}

struct Sampler<'a> {
    api: &'a Api,
    /// Whether examples and defaults are taken for values.
    trusting: bool,
    /// The unions whose alternatives are being tried.
    open: HashSet<TypeId>,
}

impl Sampler<'_> {
    fn value(&mut self, schema: &Schema, depth: usize) -> Value {
        if let Some(default) = schema.default.as_ref().filter(|_| self.trusting) {
            return default.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        match &schema.kind {
            Kind::Any | Kind::Nothing => text("any"),
            Kind::Boolean => Value::Bool(true),
            Kind::Integer { minimum, maximum, multiple_of, .. } => {
                let [least, most, step] = [minimum, maximum, multiple_of].map(|bound| bound.map(Integer::get));
                integer(within(least, most, step.unwrap_or(1)))
            }
            Kind::Number { minimum, maximum, .. } => number(*minimum, *maximum),
            Kind::String { format, min_length, max_length, pattern } => {
                let found = pattern.as_deref().and_then(|pattern| matching(pattern, *min_length, *max_length));
                found.map_or_else(|| string(format, *min_length, *max_length), Value::String)
            }
            Kind::Constant(value) => value.clone(),
            Kind::Array { items, min_items, max_items, unique } => {
                let wanted = usize::from(depth < 3) as u64;
                let count = min_items.unwrap_or(0).clamp(wanted, 8).min(max_items.unwrap_or(u64::MAX));
                let mut all: Vec<Value> = (0..count).map(|_| self.value(items, depth + 1)).collect();
                if *unique {
                    self.tell_apart(&mut all, items);
                }
                Value::Array(all)
            }
            Kind::Tuple { items, .. } => Value::Array(items.iter().map(|item| self.value(item, depth + 1)).collect()),
            Kind::Map { values, min_properties, .. } => {
                let names = (0..min_properties.unwrap_or(0).min(8)).map(|index| format!("key{index}"));
                Value::Object(names.map(|name| (name, self.value(values, depth + 1))).collect())
            }
            Kind::Named(id) => self.named(*id, depth),
        }
    }

    /// Makes items differ, where that is easily done: by what is counted, by numbers, by a letter more.
    fn tell_apart(&self, items: &mut [Value], schema: &Schema) {
        let schema = self.api.unaliased(schema);
        let counted = schema.type_id().and_then(|id| match &self.api.type_def(id).shape {
            Shape::Enumeration(variants) => Some(variants),
            Shape::Object(_) | Shape::Union(_) | Shape::Alias(_) => None,
        });
        for (index, item) in items.iter_mut().enumerate().skip(1) {
            match (counted.and_then(|variants| variants.get(index)), &mut *item) {
                (Some(variant), _) => *item = counted_value(&variant.value),
                (None, Value::Number(Number::Integer(number))) => {
                    *number = number.get().saturating_add(i128::try_from(index).unwrap_or_default()).into();
                }
                (None, Value::String(text)) => text.push_str(&index.to_string()),
                (None, Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {}
            }
        }
    }

    fn named(&mut self, id: TypeId, depth: usize) -> Value {
        let definition = self.api.type_def(id);
        if let Some(example) = definition.example.as_ref().filter(|_| self.trusting) {
            return example.clone();
        }
        match &definition.shape {
            Shape::Object(object) => {
                let required = object.properties.iter().filter(|property| property.required);
                let members = required
                    .map(|property| (property.name.wire.clone(), self.value(&property.schema, depth + 1)))
                    .collect::<Object>();
                let missing = object.min_properties.unwrap_or(0).saturating_sub(members.len() as u64);
                Value::Object(self.filled(members, &object.additional, missing.min(8), depth))
            }
            Shape::Enumeration(variants) => {
                variants.first().map_or(Value::Null, |variant| counted_value(&variant.value))
            }
            Shape::Union(union) => self.alternative(id, union, depth),
            Shape::Alias(schema) => self.value(schema, depth + 1),
        }
    }

    /// Adds members that only a count demands.
    fn filled(&mut self, mut members: Object, additional: &Additional, missing: u64, depth: usize) -> Object {
        for index in 0..missing {
            let value = match additional {
                Additional::Typed(schema) => self.value(schema, depth + 1),
                Additional::Unspecified => text("any"),
                Additional::Denied => return members,
            };
            members.insert(format!("key{index}"), value);
        }
        members
    }

    /// The first alternative, with the tag that it goes by.
    fn alternative(&mut self, id: TypeId, union: &Union, depth: usize) -> Value {
        let Some((_, first)) = union.variants.first().filter(|_| self.open.insert(id)) else {
            return Value::Null;
        };
        let mut value = self.value(first, depth + 1);
        self.open.remove(&id);
        if let (Some(discriminator), Value::Object(members)) = (&union.discriminator, &mut value)
            && let Some((tag, _)) = discriminator.mapping.iter().find(|(_, position)| *position == 0)
        {
            members.insert(discriminator.property.clone(), text(tag));
        }
        value
    }
}

fn counted_value(value: &VariantValue) -> Value {
    match value {
        VariantValue::Text(value) => text(value),
        VariantValue::Integer(value) => integer(*value),
        VariantValue::Other(value) => value.clone(),
    }
}

/// A text that a pattern matches, if one is found.
fn matching(pattern: &str, least: Option<u64>, most: Option<u64>) -> Option<String> {
    match search(&[pattern], None, least.unwrap_or(0), most) {
        Found::Text(text) => Some(text),
        Found::Nothing | Found::Unknown => None,
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn integer(value: i128) -> Value {
    Value::Number(Number::Integer(value.into()))
}

/// A multiple of `step` within the bounds, near 1.
fn within(minimum: Option<i128>, maximum: Option<i128>, step: i128) -> i128 {
    let step = step.max(1);
    let wanted = 1.max(minimum.unwrap_or(1)).min(maximum.unwrap_or(i128::MAX));
    let up = wanted.div_euclid(step).saturating_add(i128::from(wanted.rem_euclid(step) != 0)).saturating_mul(step);
    if maximum.is_some_and(|maximum| up > maximum) { up.saturating_sub(step) } else { up }
}

fn number(minimum: Option<(f64, bool)>, maximum: Option<(f64, bool)>) -> Value {
    let float = match (minimum, maximum) {
        (None, None) => 1.5,
        (Some((low, _)), None) => low + 1.0,
        (None, Some((high, _))) => high - 1.0,
        (Some((low, _)), Some((high, _))) => f64::midpoint(low, high),
    };
    Value::Number(Number::Float(float))
}

fn string(format: &StringFormat, least: Option<u64>, most: Option<u64>) -> Value {
    let plain = match format {
        StringFormat::DateTime => "2026-01-31T12:00:00Z",
        StringFormat::Date => "2026-01-31",
        StringFormat::Uuid => "3f0c6a1e-9d4b-4b6e-8a55-0c2f7d1e9b10",
        StringFormat::Base64 => "dGV4dA==",
        StringFormat::Email => "someone@example.com",
        StringFormat::Uri => "https://example.com/",
        StringFormat::Ipv4 => "192.0.2.1",
        StringFormat::Ipv6 => "2001:db8::1",
        StringFormat::Hostname => "example.com",
        StringFormat::Plain | StringFormat::Binary | StringFormat::Password | StringFormat::Other(_) => "text",
    };
    let mut chosen: String = plain.to_owned();
    let least = usize::try_from(least.unwrap_or(0).min(256)).unwrap_or(0);
    while chosen.len() < least {
        chosen.push('x');
    }
    let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    chosen.truncate(most);
    Value::String(chosen)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use methodical_diagnostic::Diagnostics;
    use methodical_document::{Documents, bundle};
    use methodical_model::{Api, Canonical, MediaType, Parameter, ParameterLocation, ParameterRole, Schema, lower};

    use super::sample;
    use crate::Way;
    use crate::schema::{Comparer, Version};
    use crate::wire::heard::Fault;
    use crate::wire::message::{Message, compact};
    use crate::wire::style::{Written, kind_of};
    use crate::wire::{Pair, Plane};

    /// Larger descriptions are left to other tests.
    const LARGE: u64 = 200_000;

    /// Parts of messages that are not what a witness is about are valid themselves, but for examples and defaults that are wrong, and for
    /// schemas that hardly have a value.
    #[test]
    fn values_of_real_schemas_are_valid() {
        let apis = corpus("values_of_real_schemas_are_valid");
        let (mut made, mut wrong) = (0, Vec::new());
        for api in &apis {
            let mut comparer = Comparer::new(api, api);
            for (schema, canonical) in parts(api) {
                let value = sample(api, schema);
                let json = serde_json::from_str(&compact(&value)).expect("it is JSON");
                made += 1;
                if comparer.accepts(Version::Old, &canonical.value, &json) == Some(false) {
                    wrong.push(format!("{:?} {}: {}", api.docs.summary, schema.origin.pointer, compact(&value)));
                }
            }
        }
        println!("{} of {made} values are not valid:\n{}", wrong.len(), wrong.join("\n"));
        assert!(apis.is_empty() || made > 1_000, "only {made} values were made");
        assert!(wrong.len() * 100 <= 3 * made, "{} of {made} values are not valid:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// The descriptions of the corpus that are not large.
    fn corpus(test: &str) -> Vec<Api> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap_or_default();
        let entries = manifest.lines().skip(1).filter_map(|row| Some(folder.join(row.split('\t').nth(2)?)));
        let entries: Vec<PathBuf> =
            entries.filter(|entry| std::fs::metadata(entry).is_ok_and(|file| file.len() < LARGE)).collect();
        if entries.is_empty() {
            eprintln!("SKIPPED: {test}: there are no descriptions in {}", folder.display());
        }
        let read = |entry: &PathBuf| {
            let mut diagnostics = Diagnostics::new();
            let documents = Documents::read(entry, &mut diagnostics);
            bundle(&documents, &mut diagnostics).map(|bundle| lower(&bundle, &mut diagnostics))
        };
        entries.iter().filter_map(read).collect()
    }

    /// The message that is to show a break is one that the version takes that it was made for, and not without what has to be there.
    #[test]
    fn messages_of_real_operations_are_taken_by_their_own_version() {
        let apis = corpus("messages_of_real_operations_are_taken_by_their_own_version");
        let (mut made, mut refused, mut missed) = (0, Vec::new(), 0);
        for api in &apis {
            let plane = Plane::new(api, api);
            for operation in api.operations.iter().chain(&api.webhooks) {
                let pair = Pair::new(api, operation, operation);
                let listener = plane.listener(&pair, Version::Old);
                let request = || Message::request(api, operation);
                let required = operation.parameters.iter().filter(|one| one.required && is_by_itself(api, one));
                for parameter in required {
                    let faults = listener.faults(&request().without_parameter(parameter), Version::Old);
                    assert!(faults.iter().any(|fault| matches!(fault, Fault::Missing(_))), "{parameter:?}: {faults:?}");
                    missed += 1;
                }
                let responses = operation.responses.iter().map(|response| Message::response(api, operation, response));
                for message in responses.chain([request()]) {
                    made += 1;
                    let (message, faults) = listener.made_valid(message, Version::Old);
                    let way = if message.method.is_some() { Way::Request } else { Way::Response };
                    let text = message.witness(way).text;
                    refused.extend(faults.first().map(|fault| format!("{:?}: {fault}\n{text}", api.docs.summary)));
                }
            }
        }
        assert!(apis.is_empty() || missed > 100, "only {missed} parameters were left out");
        println!("{} of {made} messages are refused:\n{}", refused.len(), refused.join("\n"));
        assert!(apis.is_empty() || made > 1_000, "only {made} messages were made");
        assert!(refused.len() * 100 <= 2 * made, "{} of {made}:\n{}", refused.len(), refused.join("\n"));
    }

    /// Whether a parameter is sent under its own name, and not in the path.
    fn is_by_itself(api: &Api, parameter: &Parameter) -> bool {
        let is_spread = parameter.explode && matches!(kind_of(api, &parameter.schema), Written::Object | Written::Any);
        parameter.location != ParameterLocation::Path && parameter.role != ParameterRole::Ignored && !is_spread
    }

    /// What the smallest messages have.
    fn parts(api: &Api) -> Vec<(&Schema, &Canonical)> {
        let mut parts = Vec::new();
        for operation in &api.operations {
            let parameters = operation.parameters.iter().filter(|parameter| parameter.required);
            parts.extend(parameters.map(|parameter| (&parameter.schema, &parameter.canonical)));
            let of_answers = operation.responses.iter().flat_map(|response| &response.contents);
            let contents = operation.body.iter().flat_map(|body| &body.contents).chain(of_answers);
            let contents = contents.filter(|content| content.kind == MediaType::Json && content.example.is_none());
            parts.extend(contents.map(|content| (&content.schema, &content.canonical)));
        }
        parts
    }
}
