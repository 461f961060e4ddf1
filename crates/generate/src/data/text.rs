//! JSON for people: what fits into a line stands on one, all else member by member.

use methodical_document::{Key, Value};

/// How long a line may be.
const WIDTH: usize = 100;
/// Before each line but the first: the text stands in an argument.
const MARGIN: usize = 4;
const STEP: usize = 2;

/// A value as text of one or more lines.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, MARGIN);
    text
}

/// A file of values by their names, after a comment; each begins a line that is indented by one step, and nothing else does.
pub(super) fn file<'v>(comment: &str, members: impl Iterator<Item = (&'v str, &'v Value)>) -> String {
    let mut text = format!("{{\n  \"$comment\": {}", scalar(&Value::String(comment.to_owned())));
    for (name, value) in members {
        text.push_str(&format!(",\n  \"{name}\": "));
        write(&mut text, value, STEP);
    }
    text.push_str("\n}\n");
    text
}

fn write(text: &mut String, value: &Value, indent: usize) {
    let line = flat(value);
    let used = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    match value {
        _ if used + line.len() <= WIDTH => text.push_str(&line),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| (format!("{}: ", scalar(&Value::String(name.to_string()))), member));
            write_lines(text, ['{', '}'], members, indent);
        }
        Value::Array(items) => write_lines(text, ['[', ']'], items.iter().map(|item| (String::new(), item)), indent),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&line),
    }
}

fn write_lines<'v>(
    text: &mut String,
    [open, close]: [char; 2],
    parts: impl Iterator<Item = (String, &'v Value)>,
    indent: usize,
) {
    text.push(open);
    for (position, (name, part)) in parts.enumerate() {
        text.push_str(if position == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(indent + STEP));
        text.push_str(&name);
        write(text, part, indent + STEP);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}

/// On one line.
fn flat(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let member = |(name, member): (&Key, &Value)| {
                format!("{}: {}", scalar(&Value::String(name.to_string())), flat(member))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value),
    }
}

fn scalar(value: &Value) -> String {
    value.to_json().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_into_a_line_stands_on_one() {
        let name = |text: &str| Value::String(text.to_owned());
        let short = Value::Object([("type".to_owned(), name("string"))].into_iter().collect());
        assert_eq!(json(&short), r#"{"type": "string"}"#);
        let list = Value::Array((0..12).map(|_| name("of ten char")).collect());
        let long = Value::Object([("a\"b".to_owned(), short), ("enum".to_owned(), list)].into_iter().collect());
        let lines = json(&long);
        assert!(
            lines.starts_with("{\n      \"a\\\"b\": {\"type\": \"string\"},\n      \"enum\": [\n        \"of"),
            "{lines}"
        );
        assert!(lines.ends_with("\n      ]\n    }"), "{lines}");
    }
}
