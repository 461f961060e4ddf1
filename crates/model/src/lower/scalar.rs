//! Schemas that need no type of their own: scalars, lists, maps, constants, and everything that is any value.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Integer, Node, Number, nearest};

use super::Lowering;
use super::flat::Flat;
use super::reading::canonical;
use crate::{Direction, IntegerFormat, Kind, NumberFormat, Schema, StringFormat};

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

impl<'b> Lowering<'b, '_> {
    /// The kind of a schema that is neither an object with members, nor an enumeration, nor a union.
    pub(super) fn plain(&mut self, flat: &Flat<'b>, way: Direction, depth: usize) -> Kind {
        if let Some(constant) = flat.get("const") {
            return Kind::Constant(canonical(constant.value()));
        }
        if let Some(values) = flat.get("enum") {
            return self.odd_enumeration(flat, &values);
        }
        if flat.unions().len() > 1 {
            let node = flat.own();
            let message = "no type says several `oneOf` and `anyOf` at once: it is any value, which servers check";
            let diagnostic = Diagnostic::warning("model/not-in-types", message, node.place());
            self.report(diagnostic.help("write one `oneOf` whose alternatives are the combinations"));
            return Kind::Any;
        }
        match flat.types().as_slice() {
            [name] => self.typed(name, flat, way, depth),
            [] => self.untyped(flat, way, depth),
            types if types.iter().all(|name| matches!(*name, "integer" | "number")) => number(flat),
            _ => {
                let message =
                    "no type says an object with members beside other types: it is any value, which servers check";
                let diagnostic = Diagnostic::warning("model/not-in-types", message, flat.own().place());
                self.report(diagnostic.help("use `oneOf` with one alternative for each type"));
                Kind::Any
            }
        }
    }

    /// The kind of a schema that names this type.
    pub(super) fn typed(&mut self, name: &str, flat: &Flat<'b>, way: Direction, depth: usize) -> Kind {
        match name {
            "boolean" => Kind::Boolean,
            "integer" => {
                let kind = integer(flat);
                self.check_width(flat, &kind);
                kind
            }
            "number" => number(flat),
            "string" => string(flat),
            "array" => self.array(flat, way, depth),
            "object" => self.free_map(flat, way, depth),
            // Version 2.0 called bytes so.
            "file" => {
                self.unknown_type(flat, name);
                Kind::String { format: StringFormat::Binary, min_length: None, max_length: None, pattern: None }
            }
            other => {
                self.unknown_type(flat, other);
                Kind::Any
            }
        }
    }

    /// Warns of bounds that the type does not reach.
    fn check_width(&mut self, flat: &Flat<'b>, kind: &Kind) {
        let is_unsigned = matches!(kind, Kind::Integer { format: IntegerFormat::U64, .. });
        let signed = (i128::from(i64::MIN), i128::from(i64::MAX));
        let (least, greatest) = if is_unsigned { (0, i128::from(u64::MAX)) } else { signed };
        let below = flat.get("minimum").filter(|node| floor(node).is_some_and(|bound| bound < least));
        let above = flat.get("maximum").filter(|node| ceiling(node).is_some_and(|bound| bound > greatest));
        for bound in below.into_iter().chain(above) {
            let message = "the type does not reach this bound: it holds integers of 64 bits";
            let diagnostic = Diagnostic::warning("model/not-in-types", message, bound.place());
            self.report(
                diagnostic.help("for larger ones use a string of digits; for those up to 2^64 say `minimum: 0`"),
            );
        }
    }

    /// Guesses from keywords that make sense for one type only, as people do who leave `type` out.
    fn untyped(&mut self, flat: &Flat<'b>, way: Direction, depth: usize) -> Kind {
        let has = |keyword| flat.get(keyword).is_some();
        let says_type = has("type");
        if has("additionalProperties") || has("patternProperties") || has("maxProperties") || has("minProperties") {
            self.free_map(flat, way, depth)
        } else if has("items") || has("prefixItems") || has("maxItems") || has("minItems") {
            self.array(flat, way, depth)
        } else if says_type && !flat.types_conflict() {
            // Nothing but `null` was named, or what was named is not even text.
            self.only_null(flat)
        } else {
            Kind::Any
        }
    }

    fn only_null(&mut self, flat: &Flat<'b>) -> Kind {
        let Some(node) = flat.get("type") else {
            return Kind::Any;
        };
        if super::schema::is_null_schema(flat.own()) {
            return Kind::Constant(methodical_document::Value::Null);
        }
        self.wrong_type(&node, "a type or a list of types");
        Kind::Any
    }

    fn unknown_type(&mut self, flat: &Flat<'b>, name: &str) {
        let place = flat.get("type").map_or_else(|| flat.own().place(), |node| node.place());
        let diagnostic = Diagnostic::slip("model/unknown-type", format!("there is no type `{name}`"), place);
        let help = match (name, nearest(name, TYPES)) {
            ("file", _) => "write `type: string` with `format: binary`".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => format!("the types are {}", TYPES.join(", ")),
        };
        self.report(diagnostic.help(help));
    }

    fn array(&mut self, flat: &Flat<'b>, way: Direction, depth: usize) -> Kind {
        if let Some(prefix) = flat.get("prefixItems") {
            if let Some(tuple) = self.tuple(flat, &prefix, way, depth) {
                return tuple;
            }
            let message = "the type does not say these `prefixItems`: its items are any values, which servers check";
            let diagnostic = Diagnostic::warning("model/not-in-types", message, prefix.key_place());
            let help =
                format!("use an object with a member for each position, or say it once and of at most {LONGEST_TUPLE}");
            self.report(diagnostic.help(help));
        }
        let items = flat.get("items").filter(|_| flat.get("prefixItems").is_none());
        let items = match items {
            Some(items) => self.schema(&items, way, depth + 1),
            None => any(flat.own()),
        };
        Kind::Array {
            items: Box::new(items),
            min_items: flat.largest("minItems"),
            max_items: flat.smallest("maxItems"),
            unique: flat.all("uniqueItems").any(|unique| unique.as_bool() == Some(true)),
        }
    }

    /// A list whose positions have types of their own, where it is said in one place which.
    fn tuple(&mut self, flat: &Flat<'b>, prefix: &Node<'b>, way: Direction, depth: usize) -> Option<Kind> {
        let holder = is_tuple(prefix).then(|| flat.nodes().iter().find(|node| node.get("prefixItems").is_some()))??;
        let is_said_once = flat.all("prefixItems").count() == 1
            && flat.all("items").count() == usize::from(holder.get("items").is_some());
        if !is_said_once {
            return None;
        }
        let items: Vec<Schema> = prefix.items().map(|item| self.schema(&item, way, depth + 1)).collect();
        let (min_items, max_items) = (flat.largest("minItems"), flat.smallest("maxItems"));
        let length = items.len() as u64;
        let closes = holder.get("items").is_some_and(|items| !is_accepting(&items))
            || max_items.is_some_and(|most| most <= length);
        let rest = (!closes).then(|| match holder.get("items") {
            Some(items) => self.schema(&items, way, depth + 1),
            None => any(holder),
        });
        let required = usize::try_from(min_items.unwrap_or_default().min(length)).unwrap_or_default();
        let unique = flat.all("uniqueItems").any(|unique| unique.as_bool() == Some(true));
        Some(Kind::Tuple { items, required, rest: rest.map(Box::new), min_items, max_items, unique })
    }

    /// An object without named members.
    fn free_map(&mut self, flat: &Flat<'b>, way: Direction, depth: usize) -> Kind {
        self.check_required(flat);
        Kind::Map {
            values: Box::new(self.map_values(flat, way, depth).unwrap_or_else(|| any(flat.own()))),
            min_properties: flat.largest("minProperties"),
            max_properties: flat.smallest("maxProperties"),
        }
    }

    /// The schema of members that are not named, if anything says what they are.
    pub(super) fn map_values(&mut self, flat: &Flat<'b>, way: Direction, depth: usize) -> Option<Schema> {
        let patterns: Vec<_> = flat.all("patternProperties").flat_map(|node| node.entries()).collect();
        if let Some((_, first)) = patterns.iter().min_by_key(|(pattern, _)| *pattern) {
            let alone = patterns.len() == 1 && !flat.all("additionalProperties").any(|node| is_accepting(&node));
            // Names are checked as other texts of a pattern are.
            if alone {
                return Some(self.schema(first, way, depth + 1));
            }
            let message = "no type says what different names hold: it is a map of any values, which servers check";
            let place = flat.get("patternProperties").map_or_else(|| first.place(), |node| node.key_place());
            let diagnostic = Diagnostic::warning("model/not-in-types", message, place);
            self.report(diagnostic.help("put what each pattern names into a map of its own"));
            return Some(any(first));
        }
        let additional = flat.get("additionalProperties").filter(is_accepting)?;
        Some(self.schema(&additional, way, depth + 1))
    }
}

/// How many positions a tuple may have: as many as Rust compares and shows.
const LONGEST_TUPLE: usize = 12;

/// Whether `prefixItems` make a tuple.
pub(super) fn is_tuple(prefix: &Node<'_>) -> bool {
    prefix.is_array() && (1..=LONGEST_TUPLE).contains(&prefix.items().len())
}

/// Whether a schema is not `false`.
pub(super) fn is_accepting(node: &Node<'_>) -> bool {
    node.as_bool() != Some(false)
}

/// Any value, written at `node`.
pub(super) fn any(node: &Node<'_>) -> Schema {
    Schema { kind: Kind::Any, nullable: false, default: None, origin: node.origin() }
}

pub(super) fn integer(flat: &Flat<'_>) -> Kind {
    let lower = flat.all("minimum").filter_map(|node| ceiling(&node));
    let lower =
        lower.chain(exclusive(flat, "minimum", "exclusiveMinimum").filter_map(|node| floor(&node)?.checked_add(1)));
    let upper = flat.all("maximum").filter_map(|node| floor(&node));
    let upper =
        upper.chain(exclusive(flat, "maximum", "exclusiveMaximum").filter_map(|node| ceiling(&node)?.checked_sub(1)));
    let (minimum, maximum) = (lower.max(), upper.min());
    let format = integer_format(flat, minimum, maximum);
    // A declared width is a bound like any other.
    let (least, greatest) = match format {
        IntegerFormat::I32 => (Some(i128::from(i32::MIN)), Some(i128::from(i32::MAX))),
        IntegerFormat::U32 => (Some(0), Some(i128::from(u32::MAX))),
        IntegerFormat::U64 => (Some(0), None),
        IntegerFormat::I64 => (None, None),
    };
    let greatest = if is_signed_32(flat) { Some(i128::from(i32::MAX)) } else { greatest };
    let multiple_of = flat.get("multipleOf").and_then(|node| node.as_i128()).filter(|step| *step > 0);
    Kind::Integer {
        format,
        minimum: minimum.max(least).map(Integer::from),
        maximum: lesser(maximum, greatest).map(Integer::from),
        multiple_of: multiple_of.map(Integer::from),
    }
}

fn is_signed_32(flat: &Flat<'_>) -> bool {
    flat.get("format").and_then(|node| node.as_str()) == Some("int32")
}

fn integer_format(flat: &Flat<'_>, minimum: Option<i128>, maximum: Option<i128>) -> IntegerFormat {
    let never_negative = minimum.is_some_and(|minimum| minimum >= 0);
    let fits_32 = maximum.is_some_and(|maximum| maximum <= i128::from(u32::MAX));
    match flat.get("format").and_then(|node| node.as_str()) {
        Some("uint8" | "uint16" | "uint32") => IntegerFormat::U32,
        Some("uint64") => IntegerFormat::U64,
        Some("int8" | "int16" | "int32") if never_negative => IntegerFormat::U32,
        Some("int8" | "int16" | "int32") => IntegerFormat::I32,
        _ if never_negative && fits_32 => IntegerFormat::U32,
        _ if never_negative => IntegerFormat::U64,
        _ => IntegerFormat::I64,
    }
}

pub(super) fn number(flat: &Flat<'_>) -> Kind {
    let format = match flat.get("format").and_then(|node| node.as_str()) {
        Some("float") => NumberFormat::F32,
        _ => NumberFormat::F64,
    };
    let inclusive = |keyword| flat.all(keyword).filter_map(|node| Some((node.as_f64()?, false)));
    let beyond = |bound, keyword| exclusive(flat, bound, keyword).filter_map(|node| Some((node.as_f64()?, true)));
    // Of two equal bounds the exclusive one is the tighter.
    let lower = inclusive("minimum").chain(beyond("minimum", "exclusiveMinimum"));
    let upper = inclusive("maximum").chain(beyond("maximum", "exclusiveMaximum"));
    Kind::Number {
        format,
        minimum: lower.max_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1))),
        maximum: upper.min_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1))),
        multiple_of: flat.get("multipleOf").and_then(|node| node.as_f64()).filter(|step| *step > 0.0),
    }
}

/// The bounds that exclude themselves: `exclusiveMinimum: 5` (3.1), or `minimum: 5` beside `exclusiveMinimum: true` (3.0).
fn exclusive<'b>(flat: &Flat<'b>, bound: &'static str, keyword: &'static str) -> impl Iterator<Item = Node<'b>> {
    flat.nodes().iter().filter_map(move |node| {
        let exclusive = node.get(keyword)?;
        match exclusive.as_bool() {
            Some(true) => node.get(bound),
            Some(false) => None,
            None => Some(exclusive),
        }
    })
}

/// The greatest integer that is not above a number.
fn floor(node: &Node<'_>) -> Option<i128> {
    whole(node, f64::floor)
}

/// The least integer that is not below a number.
fn ceiling(node: &Node<'_>) -> Option<i128> {
    whole(node, f64::ceil)
}

fn whole(node: &Node<'_>, round: fn(f64) -> f64) -> Option<i128> {
    match node.as_number()? {
        Number::Integer(integer) => Some(integer.get()),
        // The cast saturates, and a bound beyond 128 bits bounds nothing.
        Number::Float(float) => Some(round(*float) as i128),
        Number::Text(_) => None,
    }
}

/// The tighter of two upper bounds.
fn lesser(left: Option<i128>, right: Option<i128>) -> Option<i128> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (bound, None) | (None, bound) => bound,
    }
}

fn string(flat: &Flat<'_>) -> Kind {
    Kind::String {
        format: string_format(flat),
        min_length: flat.largest("minLength"),
        max_length: flat.smallest("maxLength"),
        pattern: flat.get("pattern").and_then(|node| node.as_str()).map(str::to_owned),
    }
}

pub(super) fn string_format(flat: &Flat<'_>) -> StringFormat {
    let text = |keyword| flat.get(keyword).and_then(|node| node.as_str());
    match (text("format"), text("contentEncoding"), text("contentMediaType")) {
        (Some("date-time"), ..) => StringFormat::DateTime,
        (Some("date"), ..) => StringFormat::Date,
        (Some("uuid"), ..) => StringFormat::Uuid,
        (Some("binary"), ..) => StringFormat::Binary,
        (Some("byte"), ..) | (None, Some("base64"), _) => StringFormat::Base64,
        (Some("email"), ..) => StringFormat::Email,
        (Some("uri" | "url"), ..) => StringFormat::Uri,
        (Some("ipv4"), ..) => StringFormat::Ipv4,
        (Some("ipv6"), ..) => StringFormat::Ipv6,
        (Some("hostname"), ..) => StringFormat::Hostname,
        (Some("password"), ..) => StringFormat::Password,
        (Some(other), ..) => StringFormat::Other(other.to_owned()),
        (None, None, Some("application/octet-stream")) => StringFormat::Binary,
        (None, ..) => StringFormat::Plain,
    }
}
