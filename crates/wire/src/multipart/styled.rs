//! Fields of a form with files that have a `style` (OpenAPI 3.1): what a query would say of them in pairs is said in parts, each
//! of a pair's name and of its value, neither of them percent-encoded.

use serde_json::Value;

use crate::body::BodyError;
use crate::style::{self, Query, encode_form};
use crate::{Parameter, Style};

/// The names and texts of the parts of a value.
///
/// # Errors
/// When they would be read as something else: without percent-encoding a delimiter cannot stand in an item.
pub(super) fn write(parameter: &Parameter, value: &Value) -> Result<Vec<(String, String)>, BodyError> {
    let wrong = |error: style::StyleError| BodyError::new(error.to_string());
    let query = Query::parse(&style::write_query(parameter, value).map_err(wrong)?);
    let parts = query.decoded().map_err(wrong)?;
    let pairs: Vec<String> = parts.iter().map(|(name, text)| pair_of(parameter, name, text)).collect();
    let read = style::read_query(parameter, &Query::parse(&pairs.join("&"))).map_err(wrong)?;
    let written = style::read_query(parameter, &query).map_err(wrong)?;
    if read != written {
        return Err(BodyError::new(format!("`{}` has a delimiter of its style in it", parameter.name)));
    }
    Ok(parts)
}

/// The pair of a query that a part of this field stands for.
pub(super) fn pair(parameter: &Parameter, text: &str) -> String {
    pair_of(parameter, parameter.name, text)
}

fn pair_of(parameter: &Parameter, name: &str, text: &str) -> String {
    let delimiter = match parameter.style {
        _ if parameter.explode => None,
        Style::Form => Some((',', ",")),
        Style::SpaceDelimited => Some((' ', "%20")),
        Style::PipeDelimited => Some(('|', "|")),
        Style::Simple | Style::Label | Style::Matrix | Style::DeepObject | Style::Cookie | Style::Json => None,
    };
    let text = match delimiter {
        Some((shown, sent)) => text.split(shown).map(encode_form).collect::<Vec<_>>().join(sent),
        None => encode_form(text),
    };
    format!("{}={text}", encode_form(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema;

    fn check(parameter: &Parameter, value: &Value, expect: &[(&str, &str)]) {
        let parts = write(parameter, value).unwrap();
        let shown: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(shown, expect);
        let pairs: Vec<String> = parts.iter().map(|(name, text)| pair_of(parameter, name, text)).collect();
        let read = style::read_query(parameter, &Query::parse(&pairs.join("&"))).unwrap();
        assert_eq!(read.as_ref(), Some(value));
    }

    #[test]
    fn pairs_are_parts() {
        let list = schema!(r#"{"type": "array", "items": {"type": "string"}}"#);
        let object =
            schema!(r#"{"type": "object", "properties": {"number": {"type": "integer"}, "a b": {"type": "string"}}}"#);
        let of = |schema, style, explode| Parameter::query("ids", schema).style(style, explode);
        check(&of(list, Style::Form, true), &json!(["a b", "1&2"]), &[("ids", "a b"), ("ids", "1&2")]);
        check(&of(list, Style::Form, false), &json!(["a b", "1&2"]), &[("ids", "a b,1&2")]);
        check(&of(list, Style::PipeDelimited, false), &json!(["a b", "c,d"]), &[("ids", "a b|c,d")]);
        check(&of(list, Style::SpaceDelimited, false), &json!(["a", "c,d"]), &[("ids", "a c,d")]);
        let deep = of(object, Style::DeepObject, true);
        check(&deep, &json!({"number": 3, "a b": "c=d"}), &[("ids[a b]", "c=d"), ("ids[number]", "3")]);
        let torn = write(&of(list, Style::Form, false), &json!(["a,b"]));
        assert_eq!(torn, Err(BodyError::new("`ids` has a delimiter of its style in it")));
    }
}
