//! From a schema's text to its rules. Texts are written by the generator, which has reported what was wrong with the
//! description; a keyword whose value makes no sense is passed over here, and a text that is no schema accepts nothing.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::text::{items, members};
use super::{
    Bound, Condition, Contains, Dependent, Discriminator, Exact, ListRules, NumberRules, ObjectRules, OnReadOnly,
    Property, Reference, Rules, TextRules, Type, Union,
};
use crate::Schema;
use crate::format::Format;
use crate::pattern::Pattern;
use crate::validate::equal;

type Members<'t> = BTreeMap<String, &'t str>;

/// Deeper than any text that is written by the generator.
const DEEPEST: u32 = 250;

impl Rules {
    pub(crate) fn compile(text: &str, references: &[(&str, &'static Schema)]) -> Rules {
        let find = |name: &str| {
            references.iter().find(|(known, _)| *known == name).map(|(_, schema)| Reference::Static(schema))
        };
        Rules::compile_with(text, &find)
    }

    /// The rules of a text whose references `find` looks up by name.
    pub(crate) fn compile_with(text: &str, find: &dyn Fn(&str) -> Option<Reference>) -> Rules {
        Compiler { find }.rules(text, DEEPEST)
    }

    fn never() -> Rules {
        Rules { never: true, ..Rules::default() }
    }
}

struct Compiler<'r> {
    find: &'r dyn Fn(&str) -> Option<Reference>,
}

impl Compiler<'_> {
    fn rules(&self, text: &str, depth: u32) -> Rules {
        let Some(depth) = depth.checked_sub(1) else {
            return Rules::default();
        };
        match text.trim() {
            "true" => return Rules::default(),
            "false" => return Rules::never(),
            _ => {}
        }
        let Some(keywords) = members(text) else {
            return Rules::never();
        };
        let keywords = Keywords { compiler: self, members: keywords, depth };
        let types = keywords.types();
        Rules {
            never: false,
            values: keywords.values(),
            constant: keywords.raw("const").is_some(),
            reference: keywords.reference(),
            number: keywords.number(types.as_deref()),
            text: keywords.text(),
            list: keywords.list().map(Box::new),
            object: keywords.object().map(Box::new),
            unions: keywords.unions(),
            all: keywords.schemas("allOf"),
            not: keywords.schema("not").map(Box::new),
            condition: keywords.condition().map(Box::new),
            wraps: keywords.wraps(),
            types,
        }
    }
}

/// What a JSON text is, if it is that.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// The keywords of one schema.
struct Keywords<'t, 'c> {
    compiler: &'c Compiler<'c>,
    members: Members<'t>,
    depth: u32,
}

impl<'t> Keywords<'t, '_> {
    fn has(&self, keyword: &str) -> bool {
        self.members.contains_key(keyword)
    }

    fn raw(&self, keyword: &str) -> Option<&'t str> {
        self.members.get(keyword).copied()
    }

    fn get<T: DeserializeOwned>(&self, keyword: &str) -> Option<T> {
        self.raw(keyword).and_then(read)
    }

    fn exact(&self, keyword: &str) -> Option<Exact> {
        Exact::parse(self.raw(keyword)?)
    }

    fn compile(&self, text: &str) -> Rules {
        self.compiler.rules(text, self.depth)
    }

    fn schema(&self, keyword: &str) -> Option<Rules> {
        self.raw(keyword).map(|text| self.compile(text))
    }

    fn texts(&self, keyword: &str) -> Vec<&'t str> {
        self.raw(keyword).and_then(items).unwrap_or_default()
    }

    fn schemas(&self, keyword: &str) -> Vec<Rules> {
        self.texts(keyword).into_iter().map(|text| self.compile(text)).collect()
    }

    fn map(&self, keyword: &str) -> Members<'t> {
        self.raw(keyword).and_then(members).unwrap_or_default()
    }

    fn types(&self) -> Option<Vec<Type>> {
        let names = self.get::<String>("type").map(|name| vec![name]).or_else(|| self.get::<Vec<String>>("type"))?;
        let named = |name: &String| match name.as_str() {
            "null" => Some(Type::Null),
            "boolean" => Some(Type::Boolean),
            "integer" => Some(Type::Integer),
            "number" => Some(Type::Number),
            "string" => Some(Type::Text),
            "array" => Some(Type::List),
            "object" => Some(Type::Object),
            _ => None,
        };
        Some(names.iter().filter_map(named).collect())
    }

    fn values(&self) -> Option<Vec<serde_json::Value>> {
        // `null` as a constant is a value, which an `Option` would read as none.
        let constant: Option<serde_json::Value> = self.raw("const").and_then(read);
        let listed: Option<Vec<serde_json::Value>> = self.get("enum");
        match (constant, listed) {
            (Some(constant), Some(mut listed)) => {
                listed.retain(|value| equal(value, &constant));
                Some(listed)
            }
            (constant, listed) => constant.map(|value| vec![value]).or(listed),
        }
    }

    fn reference(&self) -> Option<Reference> {
        let name: String = self.get("$ref")?;
        (self.compiler.find)(&name)
    }

    /// Whether there is one keyword only, and that leads to one other schema.
    fn wraps(&self) -> bool {
        let keywords: Vec<&str> = self.members.keys().map(String::as_str).collect();
        match keywords.as_slice() {
            ["$ref"] => true,
            ["allOf"] => self.texts("allOf").len() == 1,
            [union @ ("oneOf" | "anyOf")] => self.texts(union).iter().filter(|text| !is_null(text)).count() == 1,
            _ => false,
        }
    }

    fn number(&self, types: Option<&[Type]>) -> Option<NumberRules> {
        let only_integers = types.is_some_and(|types| types.contains(&Type::Integer) && !types.contains(&Type::Number));
        let (least, greatest) =
            if only_integers { width(self.get::<String>("format").as_deref()) } else { (None, None) };
        let bound = |keyword, exclusive| self.exact(keyword).map(|value| Bound { value, exclusive });
        let width = |value: Option<i128>| value.map(|value| Bound { value: Exact::Integer(value), exclusive: false });
        let lower = [bound("minimum", false), bound("exclusiveMinimum", true), width(least)];
        let upper = [bound("maximum", false), bound("exclusiveMaximum", true), width(greatest)];
        let step = |(bound, step): (Bound, i128)| if only_integers { inclusive(bound, step) } else { bound };
        let lower = lower.into_iter().flatten().map(|bound| step((bound, 1)));
        let upper = upper.into_iter().flatten().map(|bound| step((bound, -1)));
        // Of two equal bounds the exclusive one is the tighter.
        let minimum = lower.max_by(|a, b| a.value.compare(b.value).then(a.exclusive.cmp(&b.exclusive)));
        let maximum = upper.min_by(|a, b| a.value.compare(b.value).then(b.exclusive.cmp(&a.exclusive)));
        let multiple_of = self.exact("multipleOf");
        let any = minimum.is_some() || maximum.is_some() || multiple_of.is_some();
        any.then_some(NumberRules { minimum, maximum, multiple_of })
    }

    fn text(&self) -> Option<Box<TextRules>> {
        let format =
            Format::of(self.get::<String>("format").as_deref(), self.get::<String>("contentEncoding").as_deref());
        let (min_length, max_length) = (self.get("minLength"), self.get("maxLength"));
        let pattern = self.get::<String>("pattern").map(|pattern| {
            let compiled = Pattern::shared(&pattern);
            (pattern, compiled)
        });
        let any = format != Format::Other || min_length.is_some() || max_length.is_some() || pattern.is_some();
        any.then(|| Box::new(TextRules { format, min_length, max_length, pattern }))
    }

    fn list(&self) -> Option<ListRules> {
        let keywords = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"];
        if !keywords.iter().any(|keyword| self.has(keyword)) {
            return None;
        }
        let contains = self.schema("contains").map(|rules| Contains {
            rules,
            minimum: self.get("minContains").unwrap_or(1),
            maximum: self.get("maxContains"),
        });
        Some(ListRules {
            prefix: self.schemas("prefixItems"),
            items: self.schema("items"),
            min_items: self.get("minItems"),
            max_items: self.get("maxItems"),
            unique: self.get("uniqueItems").unwrap_or_default(),
            contains,
            unevaluated: self.schema("unevaluatedItems"),
        })
    }

    fn object(&self) -> Option<ObjectRules> {
        let keywords = [
            "properties",
            "required",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ];
        if !keywords.iter().any(|keyword| self.has(keyword)) {
            return None;
        }
        let patterns = self.map("patternProperties").into_iter();
        Some(ObjectRules {
            properties: self.properties(),
            patterns: patterns.map(|(name, text)| (Pattern::shared(&name), self.compile(text))).collect(),
            additional: self.schema("additionalProperties"),
            names: self.schema("propertyNames"),
            min_properties: self.get("minProperties"),
            max_properties: self.get("maxProperties"),
            dependent: self.dependent(),
            unevaluated: self.schema("unevaluatedProperties"),
        })
    }

    fn properties(&self) -> Vec<Property> {
        let required: Vec<String> = self.get("required").unwrap_or_default();
        let mut properties: BTreeMap<String, Property> = BTreeMap::new();
        for (name, text) in self.map("properties") {
            let property = Property {
                name: name.clone(),
                rules: self.compile(text),
                known: true,
                required: false,
                read_only: read_only(text),
            };
            properties.insert(name, property);
        }
        for name in required {
            let unknown = || Property {
                name: name.clone(),
                rules: Rules::default(),
                known: false,
                required: false,
                read_only: None,
            };
            properties.entry(name.clone()).or_insert_with(unknown).required = true;
        }
        properties.into_values().collect()
    }

    fn dependent(&self) -> Vec<(String, Dependent)> {
        let required: BTreeMap<String, Vec<String>> = self.get("dependentRequired").unwrap_or_default();
        let required = required.into_iter().map(|(name, others)| (name, Dependent::Members(others)));
        let schemas = self.map("dependentSchemas").into_iter();
        let schemas = schemas.map(|(name, text)| (name, Dependent::Schema(Box::new(self.compile(text)))));
        required.chain(schemas).collect()
    }

    fn unions(&self) -> Vec<Union> {
        [("oneOf", true), ("anyOf", false)]
            .into_iter()
            .filter(|(keyword, _)| self.has(keyword))
            .map(|(keyword, exclusive)| {
                let texts = self.texts(keyword);
                let proper: Vec<&str> = texts.iter().copied().filter(|text| !is_null(text)).collect();
                Union {
                    null: proper.len() < texts.len(),
                    exclusive,
                    discriminator: self.discriminator(&proper),
                    of_conditions: !proper.is_empty() && proper.iter().all(|text| is_condition(text)),
                    variants: proper.into_iter().map(|text| self.compile(text)).collect(),
                }
            })
            .collect()
    }

    fn discriminator(&self, variants: &[&str]) -> Option<Discriminator> {
        let members = self.map("discriminator");
        let property = read(members.get("propertyName")?)?;
        let targets: Members<'_> =
            members.get("mapping").and_then(|mapping| self::members(mapping)).unwrap_or_default();
        let named = |name: &str| {
            let is_named = |text: &&str| {
                let target = self::members(text).and_then(|members| read::<String>(members.get("$ref")?));
                target.as_deref() == Some(name)
            };
            variants.iter().position(is_named)
        };
        let position = |text: &str| read::<usize>(text).or_else(|| named(&read::<String>(text)?));
        let mapping: Vec<(String, usize)> =
            targets.into_iter().filter_map(|(tag, target)| Some((tag, position(target)?))).collect();
        let default = members.get("defaultMapping").and_then(|target| position(target));
        let is_tagged = |index: &usize| mapping.iter().any(|(_, at)| at == index) || default == Some(*index);
        let untagged = (0..variants.len()).filter(|index| !is_tagged(index)).collect();
        Some(Discriminator { property, mapping, default, untagged })
    }

    fn condition(&self) -> Option<Condition> {
        let when = self.schema("if")?;
        Some(Condition { when, then: self.schema("then"), otherwise: self.schema("else") })
    }
}

/// Whether a schema accepts `null` and nothing else, in the one way in which the generator writes that.
fn is_null(text: &str) -> bool {
    members(text).is_some_and(|members| members.len() == 1 && members.get("type") == Some(&r#""null""#))
}

fn is_condition(text: &str) -> bool {
    let members = members(text).unwrap_or_default();
    !members.is_empty() && members.keys().all(|keyword| matches!(keyword.as_str(), "required" | "not"))
}

fn read_only(text: &str) -> Option<OnReadOnly> {
    let members = members(text)?;
    match read::<String>(members.get("x-read-only")?)?.as_str() {
        "ignore" => Some(OnReadOnly::Ignore),
        "refuse" => Some(OnReadOnly::Refuse),
        "match" => Some(OnReadOnly::Match),
        _ => None,
    }
}

/// The bounds that the width of an integer is.
fn width(format: Option<&str>) -> (Option<i128>, Option<i128>) {
    let between = |least: i128, greatest: i128| (Some(least), Some(greatest));
    match format {
        Some("int8") => between(i8::MIN.into(), i8::MAX.into()),
        Some("int16") => between(i16::MIN.into(), i16::MAX.into()),
        Some("int32") => between(i32::MIN.into(), i32::MAX.into()),
        Some("int64") => between(i64::MIN.into(), i64::MAX.into()),
        Some("uint8") => between(0, u8::MAX.into()),
        Some("uint16") => between(0, u16::MAX.into()),
        Some("uint32") => between(0, u32::MAX.into()),
        Some("uint64") => between(0, u64::MAX.into()),
        Some(_) | None => (None, None),
    }
}

/// The bound for integers: `exclusiveMinimum: 5` is `minimum: 6`, and `minimum: 5.5` too.
fn inclusive(bound: Bound, step: i128) -> Bound {
    let value = match bound.value {
        Exact::Integer(integer) if bound.exclusive => integer.checked_add(step).map(Exact::Integer),
        Exact::Integer(integer) => Some(Exact::Integer(integer)),
        Exact::Float(float) => {
            let rounded = if step > 0 { float.ceil() } else { float.floor() };
            Exact::parse(&format!("{rounded}"))
        }
    };
    Bound { value: value.unwrap_or(bound.value), exclusive: false }
}
