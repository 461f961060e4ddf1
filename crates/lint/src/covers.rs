//! Whether one schema accepts all that another one accepts, where that can be seen from how they are written.
//!
//! `false` means that it was not seen. What a rule says of "all values" has to be true of all, so everything here errs on
//! that side; a review, which has to answer for any two schemas, compares what they accept by other means.

use methodical_document::{Number, Value};
use methodical_model::{
    Additional, Api, IntegerFormat, Kind, NumberFormat, Object, Schema, Shape, StringFormat, VariantValue,
};

use crate::fits;

/// How deep two schemas are followed.
const DEPTH: usize = 16;

/// Whether every value that is valid under `narrow` is valid under `wide` too.
pub(crate) fn covers(api: &Api, wide: &Schema, narrow: &Schema) -> bool {
    Covering { api }.schema(wide, narrow, DEPTH)
}

struct Covering<'a> {
    api: &'a Api,
}

/// What a schema is made of, once the names of other schemas are seen through.
enum Form<'a> {
    Kind(&'a Kind),
    Shape(&'a Shape),
}

impl<'a> Covering<'a> {
    /// The form, and whether `null` is accepted beside it.
    fn form(&self, mut schema: &'a Schema) -> Option<(Form<'a>, bool)> {
        let mut nullable = schema.nullable;
        for _ in 0..DEPTH {
            let Some(id) = schema.type_id() else {
                return Some((Form::Kind(&schema.kind), nullable));
            };
            match &self.api.type_def(id).shape {
                Shape::Alias(other) => {
                    schema = other;
                    nullable |= other.nullable;
                }
                shape @ (Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_)) => {
                    return Some((Form::Shape(shape), nullable));
                }
            }
        }
        None
    }

    fn schema(&self, wide: &'a Schema, narrow: &'a Schema, depth: usize) -> bool {
        let (Some((wider, takes_null)), Some((narrower, has_null))) = (self.form(wide), self.form(narrow)) else {
            return false;
        };
        if depth == 0 {
            return false;
        }
        if matches!(wider, Form::Kind(Kind::Any)) {
            return true;
        }
        if has_null && !takes_null {
            return false;
        }
        if wide.type_id().is_some() && wide.type_id() == narrow.type_id() {
            return true;
        }
        match (wider, narrower) {
            (_, Form::Kind(Kind::Nothing)) => true,
            (_, Form::Kind(Kind::Constant(value))) => {
                self.is_judged(wide) && fits::value(self.api, wide, value).is_none()
            }
            (_, Form::Shape(Shape::Enumeration(variants))) => {
                self.is_judged(wide)
                    && variants.iter().all(|variant| {
                        let value = match &variant.value {
                            VariantValue::Text(text) => Value::String(text.clone()),
                            VariantValue::Integer(integer) => Value::Number(Number::Integer((*integer).into())),
                            VariantValue::Other(other) => other.clone(),
                        };
                        fits::value(self.api, wide, &value).is_none()
                    })
            }
            (_, Form::Shape(Shape::Union(union))) => {
                union.variants.iter().all(|(_, variant)| self.schema(wide, variant, depth - 1))
            }
            // One that takes the alternative may be joined by another, and then none is taken.
            (Form::Shape(Shape::Union(union)), _) => {
                !union.exclusive && union.variants.iter().any(|(_, variant)| self.schema(variant, narrow, depth - 1))
            }
            (Form::Kind(wide), Form::Kind(narrow)) => self.kind(wide, narrow, depth),
            (Form::Shape(Shape::Object(wide)), Form::Shape(Shape::Object(narrow))) => self.object(wide, narrow, depth),
            (
                Form::Kind(Kind::Map { values, min_properties: None | Some(0), max_properties: None }),
                Form::Shape(Shape::Object(_)),
            ) => {
                matches!(values.kind, Kind::Any)
            }
            (Form::Kind(_) | Form::Shape(_), Form::Kind(_) | Form::Shape(_)) => false,
        }
    }

    /// Whether [`fits`] knows all that the schema asks of a value: it does not look into formats.
    fn is_judged(&self, schema: &Schema) -> bool {
        match self.form(schema) {
            Some((Form::Kind(Kind::String { format, .. }), _)) => is_unchecked(format),
            Some((Form::Kind(Kind::Boolean | Kind::Integer { .. } | Kind::Number { .. } | Kind::Constant(_)), _)) => {
                true
            }
            Some((Form::Shape(Shape::Enumeration(_)), _)) => true,
            Some((Form::Kind(_) | Form::Shape(_), _)) | None => false,
        }
    }

    fn kind(&self, wide: &'a Kind, narrow: &'a Kind, depth: usize) -> bool {
        match (wide, narrow) {
            (Kind::Boolean, Kind::Boolean) => true,
            (
                Kind::Integer { format: wide, minimum: least, maximum: most, multiple_of: step },
                Kind::Integer { format, minimum, maximum, multiple_of },
            ) => {
                is_as_wide(*wide, *format)
                    && least.is_none_or(|least| minimum.is_some_and(|minimum| minimum.get() >= least.get()))
                    && most.is_none_or(|most| maximum.is_some_and(|maximum| maximum.get() <= most.get()))
                    && (step.is_none() || step == multiple_of)
            }
            (
                Kind::Number { format: NumberFormat::F64, minimum: None, maximum: None, multiple_of: None },
                Kind::Integer { .. } | Kind::Number { .. },
            ) => true,
            (
                Kind::Number { format: wide, minimum: least, maximum: most, multiple_of: step },
                Kind::Number { format, minimum, maximum, multiple_of },
            ) => {
                let same = |wide: &Option<(f64, bool)>, narrow| wide.is_none() || wide == narrow;
                (wide == format || *wide == NumberFormat::F64)
                    && same(least, minimum)
                    && same(most, maximum)
                    && (step.is_none() || step == multiple_of)
            }
            (
                Kind::String { format: wide, min_length: least, max_length: most, pattern: must },
                Kind::String { format, min_length, max_length, pattern },
            ) => {
                (wide == format || is_unchecked(wide))
                    && within((*least, *most), (*min_length, *max_length))
                    && (must.is_none() || must == pattern)
            }
            (
                Kind::Array { items: wide, min_items: least, max_items: most, unique: distinct },
                Kind::Array { items, min_items, max_items, unique },
            ) => {
                (!distinct || *unique)
                    && within((*least, *most), (*min_items, *max_items))
                    && self.schema(wide, items, depth - 1)
            }
            (
                Kind::Map { values: wide, min_properties: least, max_properties: most },
                Kind::Map { values, min_properties, max_properties },
            ) => within((*least, *most), (*min_properties, *max_properties)) && self.schema(wide, values, depth - 1),
            _ => false,
        }
    }

    fn object(&self, wide: &'a Object, narrow: &'a Object, depth: usize) -> bool {
        let of_narrow = |name: &str| narrow.properties.iter().find(|member| member.name.wire == name);
        let asks_no_more = wide
            .properties
            .iter()
            .filter(|member| member.required)
            .all(|member| of_narrow(&member.name.wire).is_some_and(|other| other.required));
        let takes_members = wide.properties.iter().all(|member| match of_narrow(&member.name.wire) {
            Some(other) => self.schema(&member.schema, &other.schema, depth - 1),
            None => matches!(narrow.additional, Additional::Denied) || matches!(member.schema.kind, Kind::Any),
        });
        let knows = |name: &str| wide.properties.iter().any(|member| member.name.wire == name);
        let mut unknown = narrow.properties.iter().filter(|member| !knows(&member.name.wire));
        let takes_others = match &wide.additional {
            Additional::Unspecified => true,
            Additional::Denied => matches!(narrow.additional, Additional::Denied) && unknown.next().is_none(),
            Additional::Typed(values) => matches!(values.kind, Kind::Any),
        };
        let sized = (wide.min_properties, wide.max_properties);
        // What a request may not have is refused or ignored by rules of its own.
        wide.read_only.is_empty()
            && asks_no_more
            && takes_members
            && takes_others
            && within(sized, (narrow.min_properties, narrow.max_properties))
    }
}

/// Whether limits from and to are no narrower than others.
fn within(wide: (Option<u64>, Option<u64>), narrow: (Option<u64>, Option<u64>)) -> bool {
    let least = wide.0.is_none_or(|least| least == 0 || narrow.0.is_some_and(|other| other >= least));
    least && wide.1.is_none_or(|most| narrow.1.is_some_and(|other| other <= most))
}

/// Whether a format lets every text through.
fn is_unchecked(format: &StringFormat) -> bool {
    matches!(format, StringFormat::Plain | StringFormat::Password | StringFormat::Binary)
}

fn is_as_wide(wide: IntegerFormat, narrow: IntegerFormat) -> bool {
    wide == narrow
        || match wide {
            IntegerFormat::I64 => matches!(narrow, IntegerFormat::I32 | IntegerFormat::U32),
            IntegerFormat::U64 => narrow == IntegerFormat::U32,
            IntegerFormat::I32 | IntegerFormat::U32 => false,
        }
}
