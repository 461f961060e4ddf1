//! JSON as it is written: numbers are kept as text, so that two values can be compared exactly, whatever a program that read
//! one of them keeps numbers in.

use std::collections::BTreeMap;
use std::fmt;

use methodical_document as document;
use serde_json::Value;

/// A JSON value; a number is what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the kinds of JSON values")]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// A step of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To a member.
    Name(String),
    /// To an item.
    Index(usize),
}

/// The JSON pointer of a way.
pub fn pointer(path: &[Step]) -> String {
    path.iter().fold(String::new(), |pointer, step| match step {
        Step::Name(name) => format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("{pointer}/{index}"),
    })
}

impl Json {
    /// An integer.
    pub fn integer(integer: i128) -> Json {
        Json::Number(integer.to_string())
    }

    /// A string.
    pub fn text(text: &str) -> Json {
        Json::String(text.to_owned())
    }

    /// The value of a JSON text; `None` if it is none.
    pub fn parse(text: &str) -> Option<Json> {
        let mut reader = Reader { text, at: 0, path: Vec::new(), starts: Vec::new() };
        let value = reader.value()?;
        reader.space();
        (reader.at == text.len()).then_some(value)
    }

    /// What a description says.
    pub fn of(value: &document::Value) -> Json {
        match value {
            document::Value::Null => Json::Null,
            document::Value::Bool(truth) => Json::Bool(*truth),
            document::Value::Number(number) => Json::Number(number.to_string()),
            document::Value::String(text) => Json::String(text.clone()),
            document::Value::Array(items) => Json::Array(items.iter().map(Json::of).collect()),
            document::Value::Object(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.to_string(), Json::of(value))).collect())
            }
        }
    }

    /// As `serde_json` keeps it; what it cannot keep exactly is rounded.
    pub fn to_value(&self) -> Value {
        serde_json::from_str(&self.to_string()).unwrap_or_default()
    }

    /// The value at the end of a way.
    pub fn at_mut(&mut self, path: &[Step]) -> Option<&mut Json> {
        path.iter().try_fold(self, |value, step| match (value, step) {
            (Json::Object(members), Step::Name(name)) => members.get_mut(name),
            (Json::Array(items), Step::Index(index)) => items.get_mut(*index),
            _ => None,
        })
    }

    /// The pointer to the first place in which two values differ: numbers by their value, members whatever their order.
    pub fn difference(&self, other: &Json) -> Option<String> {
        let mut path = Vec::new();
        differs(self, other, &mut path).then(|| pointer(&path))
    }
}

fn differs(left: &Json, right: &Json, path: &mut Vec<Step>) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => exact(left) != exact(right),
        (Json::Array(left), Json::Array(right)) => {
            let found = left.iter().zip(right).enumerate().any(|(index, (left, right))| {
                path.push(Step::Index(index));
                let found = differs(left, right, path);
                if !found {
                    path.pop();
                }
                found
            });
            found || left.len() != right.len()
        }
        (Json::Object(left), Json::Object(right)) => {
            for (name, value) in left {
                path.push(Step::Name(name.clone()));
                if right.get(name).is_none_or(|other| differs(value, other, path)) {
                    return true;
                }
                path.pop();
            }
            right.keys().any(|name| !left.contains_key(name))
        }
        (left, right) => left != right,
    }
}

/// A number as its sign, its digits without zeros at either end, and the power of ten that they are multiplied by.
fn exact(text: &str) -> (bool, String, i64) {
    let (negative, magnitude) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let shift = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let significant = digits.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.is_empty() {
        return (false, String::new(), 0);
    }
    let zeros = i64::try_from(significant.len() - trimmed.len()).unwrap_or(i64::MAX);
    (negative, trimmed.to_owned(), exponent.parse::<i64>().unwrap_or(i64::MAX / 2) - shift + zeros)
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| Value::from(text).to_string();
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(truth) => truth.fmt(f),
            Json::Number(text) => f.write_str(text),
            Json::String(text) => f.write_str(&quoted(text)),
            Json::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Json::Object(members) => {
                f.write_str("{")?;
                for (index, (name, member)) in members.iter().enumerate() {
                    write!(f, "{}{}:{member}", if index == 0 { "" } else { "," }, quoted(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The pointer to the value that a reader had begun last when it stopped in column `column` (from 1) of a text without line
/// breaks.
pub fn pointer_at(text: &str, column: usize) -> String {
    let mut reader = Reader { text, at: 0, path: Vec::new(), starts: Vec::new() };
    reader.value();
    let begun = reader.starts.iter().filter(|(start, _)| *start < column);
    begun.max_by_key(|(start, _)| *start).map(|(_, pointer)| pointer.clone()).unwrap_or_default()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    path: Vec<Step>,
    /// Where each value begins, in bytes.
    starts: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn takes(&mut self, word: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn value(&mut self) -> Option<Json> {
        self.space();
        self.starts.push((self.at, pointer(&self.path)));
        if self.takes("null") {
            return Some(Json::Null);
        }
        if self.takes("true") {
            return Some(Json::Bool(true));
        }
        if self.takes("false") {
            return Some(Json::Bool(false));
        }
        match self.rest().as_bytes().first()? {
            b'"' => self.string().map(Json::String),
            b'[' => self.array(),
            b'{' => self.object(),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Json> {
        let length = self.rest().bytes().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
        let text = self.rest()[..length].to_owned();
        self.at += length;
        text.parse::<f64>().ok().map(|_| Json::Number(text))
    }

    fn string(&mut self) -> Option<String> {
        let mut escaped = true;
        let inner = self.rest().bytes().take_while(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            !ends
        });
        let length = inner.count() + 1;
        let text = serde_json::from_str(self.rest().get(..length)?).ok()?;
        self.at += length;
        Some(text)
    }

    fn array(&mut self) -> Option<Json> {
        let mut items = Vec::new();
        self.takes("[");
        if self.takes("]") {
            return Some(Json::Array(items));
        }
        loop {
            self.path.push(Step::Index(items.len()));
            items.push(self.value()?);
            self.path.pop();
            if self.takes("]") {
                return Some(Json::Array(items));
            }
            self.takes(",").then_some(())?;
        }
    }

    fn object(&mut self) -> Option<Json> {
        let mut members = BTreeMap::new();
        self.takes("{");
        if self.takes("}") {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.takes(":").then_some(())?;
            self.path.push(Step::Name(name.clone()));
            let value = self.value()?;
            self.path.pop();
            members.insert(name, value);
            if self.takes("}") {
                return Some(Json::Object(members));
            }
            self.takes(",").then_some(())?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(left: &str, right: &str) -> Option<String> {
        Json::parse(left).expect(left).difference(&Json::parse(right).expect(right))
    }

    #[test]
    fn values_are_compared_exactly() {
        let same =
            [("1", "1.0"), ("-0", "0"), ("1e2", "100"), ("0.10", "1e-1"), (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#)];
        for (left, right) in same {
            assert_eq!(difference(left, right), None, "{left} {right}");
        }
        assert_eq!(difference("9007199254740993", "9007199254740992").as_deref(), Some(""));
        assert_eq!(difference(r#"{"a":[1,{"b/c":1}]}"#, r#"{"a":[1,{}]}"#).as_deref(), Some("/a/1/b~1c"));
        assert_eq!(difference("[1]", "[1,2]").as_deref(), Some(""));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [r#"{"a":[null,true,1e400,"\"\\\u0001é"],"b":{}}"#, "[]", "\"\"", "-1.5E+3"] {
            assert_eq!(Json::parse(text).expect(text).to_string(), text);
        }
        for text in ["", "[1", "{\"a\"}", "1 2", "\"", "nul"] {
            assert_eq!(Json::parse(text), None, "{text}");
        }
        let text = r#"{"a":[10,"x"]}"#;
        assert_eq!(pointer_at(text, 13), "/a/1");
        assert_eq!(pointer_at(text, 8), "/a/0");
    }
}
