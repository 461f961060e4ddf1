//! Numbers within bounds, and those just outside of them.

use serde_json::Value;

use super::Drawer;
use super::facets::Facets;
use crate::json::Json;

impl<'s> Drawer<'s> {
    pub(super) fn integer(&mut self, facets: &Facets<'s>) -> Json {
        let construct = named(facets, "integer");
        self.note(construct.as_str());
        let bounds = Bounds::of(facets);
        let step = facets.all("multipleOf").filter_map(exact).filter(|step| *step > 0).max().unwrap_or(1);
        let (least, greatest) =
            (bounds.least.map(|one| ceiling(one, step)), bounds.greatest.map(|one| floor(one, step)));
        if bounds.least.is_some() || bounds.greatest.is_some() {
            self.note("bounds of numbers");
        }
        if let Some(least) = bounds.least {
            self.break_here("bounds of numbers", Json::integer(least - 1));
        }
        if let Some(greatest) = bounds.greatest {
            self.break_here("bounds of numbers", Json::integer(greatest + 1));
        }
        self.break_here(construct, Json::Number("0.5".to_owned()));
        let near = least.or(greatest.map(|greatest| greatest.min(0))).unwrap_or(0);
        let inner = floor(
            (near + i128::try_from(self.random.below(1_000)).unwrap_or(0)).min(greatest.unwrap_or(i128::MAX)),
            step,
        );
        let wide = greatest.unwrap_or_else(|| floor(i128::from(i64::MAX), step));
        let narrow = least.unwrap_or_else(|| ceiling(i128::from(i64::MIN), step));
        let chosen = match self.random.below(5) {
            0 => wide,
            1 => narrow,
            2 | 3 => inner,
            _ => {
                // JSON Schema counts `1.0` as an integer.
                self.note("integer written with a fraction");
                return Json::Number(format!("{inner}.0"));
            }
        };
        if step > 1 {
            self.note("multipleOf");
            self.break_here("multipleOf", Json::integer(chosen + 1));
        }
        Json::integer(chosen)
    }

    pub(super) fn number(&mut self, facets: &Facets<'s>) -> Json {
        let construct = named(facets, "number");
        self.note(construct.as_str());
        let bound = |keyword: &str| facets.any(keyword).and_then(Value::as_f64);
        let (least, greatest) = (bound("minimum"), bound("maximum"));
        let (above, below) = (bound("exclusiveMinimum"), bound("exclusiveMaximum"));
        if least.is_some() || greatest.is_some() || above.is_some() || below.is_some() {
            self.note("bounds of numbers");
        }
        for (wrong, by) in [(least, -1.0), (greatest, 1.0), (above, 0.0), (below, 0.0)] {
            if let Some(wrong) = wrong {
                self.break_here("bounds of numbers", float(wrong + by));
            }
        }
        if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
            self.note("multipleOf");
            self.break_here("multipleOf", float(step * 1.5));
            let from = least.or(above).map_or(1.0, |least| (least / step).floor() + 1.0);
            // Written by its digits, as people write 0.3, not as what the nearest doubles come to.
            let digits = step.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
            return Json::Number(format!("{:.digits$}", from * step));
        }
        let (low, high) = (least.or(above), greatest.or(below));
        let middle = match (low, high) {
            (Some(low), Some(high)) => low + (high - low) * [0.25, 0.5, 0.75][self.random.below(3)],
            (Some(low), None) => low + [0.25, 1.0, 1e6][self.random.below(3)],
            (None, Some(high)) => high - [0.25, 1.0, 1e6][self.random.below(3)],
            (None, None) => return self.free_number(facets),
        };
        match (self.random.below(3), least, greatest) {
            (0, Some(least), _) => float(least),
            (1, _, Some(greatest)) => float(greatest),
            _ => float(middle),
        }
    }

    fn free_number(&mut self, facets: &Facets<'s>) -> Json {
        let narrow = facets.any("format").and_then(Value::as_str) == Some("float");
        let some: &[&str] = if narrow {
            &["0.5", "-1.25", "3", "0", "1e10", "16777216"]
        } else {
            &["0.1", "-1.25", "3", "0", "1e300", "9007199254740991", "-0.000001", "1.7976931348623157e308"]
        };
        Json::Number((*self.random.choose(some).unwrap_or(&"1")).to_owned())
    }
}

/// The type with its format.
fn named(facets: &Facets<'_>, kind: &str) -> String {
    match facets.any("format").and_then(Value::as_str) {
        Some(
            format @ ("int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "float"
            | "double"),
        ) => {
            format!("{kind}, {format}")
        }
        Some(_) | None => kind.to_owned(),
    }
}

/// A bound beyond this bounds nothing that is drawn.
const MOST: u128 = 1 << 120;

struct Bounds {
    least: Option<i128>,
    greatest: Option<i128>,
}

impl Bounds {
    fn of(facets: &Facets<'_>) -> Bounds {
        let mut bounds = Bounds { least: None, greatest: None };
        for schema in facets.schemas() {
            let read = |keyword: &str| {
                let beyond = |bound: &i128| bound.unsigned_abs() < MOST;
                let long = schema.get(&format!("x-{keyword}")).and_then(|text| text.as_str()?.parse().ok());
                long.or_else(|| schema.get(keyword).and_then(exact)).filter(beyond)
            };
            let whole =
                |keyword: &str| schema.get(keyword).and_then(Value::as_f64).is_none_or(|bound| bound.fract() == 0.0);
            let least = [
                read("minimum").map(|bound| if whole("minimum") { bound } else { bound + 1 }),
                read("exclusiveMinimum").map(|bound| bound + 1),
            ];
            let greatest = [
                read("maximum"),
                read("exclusiveMaximum").map(|bound| if whole("exclusiveMaximum") { bound - 1 } else { bound }),
            ];
            bounds.least = bounds.least.max(least.into_iter().flatten().max());
            let lesser = greatest.into_iter().flatten().chain(bounds.greatest).min();
            bounds.greatest = lesser;
        }
        bounds
    }
}

/// The greatest integer that is not above a number.
fn exact(value: &Value) -> Option<i128> {
    let integer = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    #[expect(clippy::cast_possible_truncation, reason = "a bound beyond 128 bits bounds nothing that is drawn")]
    integer.or_else(|| value.as_f64().map(|float| float.floor() as i128))
}

fn floor(number: i128, step: i128) -> i128 {
    number.div_euclid(step) * step
}

fn ceiling(number: i128, step: i128) -> i128 {
    let down = floor(number, step);
    if down == number { number } else { down + step }
}

fn float(number: f64) -> Json {
    Json::Number(serde_json::Number::from_f64(number).map_or_else(|| "0".to_owned(), |number| number.to_string()))
}
