//! `multipart/form-data` (RFC 7578): a form with files. What is no file is a value of the form's schema, as text or as JSON.

mod parser;
mod styled;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::blob::Blob;
use crate::body::{Body, BodyError, Payload, Written};
use crate::style::{encode_form, primitive_text};
use crate::union::located;
use crate::validate::child;
use crate::{Content, Field, FieldKind, Place, Violation, form, media, normalise, parse_json, validate};

pub use parser::{Found, Head, Parser};

/// A file in a form, with what stands above its part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// What it is called.
    pub name: Option<String>,
    /// What it holds, such as `image/png`; unless it is said, what is declared for it, or bytes.
    pub media_type: Option<String>,
    /// What is in it.
    pub content: Blob,
    /// Further header fields of its part, such as `X-Checksum`; names are in lower case where they were read.
    pub headers: Vec<(String, String)>,
}

impl File {
    /// A file by this name.
    pub fn new(name: impl Into<String>, content: impl Into<Blob>) -> File {
        File { name: Some(name.into()), content: content.into(), ..File::default() }
    }

    /// With what it holds.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> File {
        self.media_type = Some(media_type.into());
        self
    }

    /// With a header field of its part.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> File {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A header field of its part, by ASCII case-insensitive name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Its further header fields as they stand above its part.
    fn written_headers(&self) -> Result<String, BodyError> {
        let mut text = String::new();
        for (name, value) in &self.headers {
            let is_own = OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name));
            if is_own || name.is_empty() || !name.bytes().all(is_token_byte) {
                return Err(BodyError::new(format!("`{name}` is no name of a part's further header fields")));
            }
            if value.bytes().any(|byte| byte != b'\t' && byte.is_ascii_control()) {
                return Err(BodyError::new(format!("the header field `{name}` of a part has a control character")));
            }
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        Ok(text)
    }
}

/// The header fields of a part that are not the caller's: they follow from what it is (RFC 7578, section 4.8, knows no others).
const OWN_FIELDS: [&str; 3] = ["content-disposition", "content-type", "content-transfer-encoding"];

/// Whether a byte may stand in a token (RFC 9110, section 5.6.2).
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A form: its values, and its files by the names of their fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Form {
    values: Map<String, Value>,
    files: Vec<(String, File)>,
}

impl Form {
    /// Adds a file.
    pub fn put_file(&mut self, name: &str, file: File) {
        self.files.push((name.to_owned(), file));
    }

    /// Adds the files of a field.
    pub fn put_files(&mut self, name: &str, files: impl IntoIterator<Item = File>) {
        self.files.extend(files.into_iter().map(|file| (name.to_owned(), file)));
    }

    /// Adds a value; `null` is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&mut self, name: &str, value: &impl Serialize) -> Result<(), BodyError> {
        let value = serde_json::to_value(value)?;
        if !value.is_null() {
            self.values.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// The form as a body.
    pub fn written(self) -> Written {
        Payload::Form(self).into()
    }

    /// The form that a body is.
    ///
    /// # Errors
    /// When it is something else.
    pub fn of(body: Body) -> Result<Form, BodyError> {
        match body.payload {
            Payload::Form(form) => Ok(form),
            Payload::Json(_)
            | Payload::Bytes(_)
            | Payload::Value(_)
            | Payload::Blob(_)
            | Payload::Events(_)
            | Payload::Items(_) => Err(BodyError::new("it is no form")),
        }
    }

    /// A value.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, BodyError> {
        let value = self.values.remove(name).unwrap_or(Value::Null);
        serde_path_to_error::deserialize(value)
            .map_err(|error| BodyError::new(format!("`{name}`: {}", located(&error))))
    }

    /// A file that has to be there.
    ///
    /// # Errors
    /// When it is absent.
    pub fn take_file(&mut self, name: &str) -> Result<File, BodyError> {
        self.take_files(name).into_iter().next().ok_or_else(|| BodyError::new(format!("`{name}` is absent")))
    }

    /// The files of a field.
    pub fn take_files(&mut self, name: &str) -> Vec<File> {
        let own = self.files.extract_if(.., |(field, _)| field == name);
        own.map(|(_, file)| file).collect()
    }

    /// The text that two forms share if they are the same.
    pub fn canonical(&self) -> Vec<u8> {
        let mut text = Value::Object(self.values.clone()).to_string().into_bytes();
        for (name, file) in &self.files {
            let head = format!("\0{name}\0{:?}\0{:?}\0{:?}\0", file.name, file.media_type, file.headers);
            text.extend_from_slice(head.as_bytes());
            text.extend_from_slice(file.content.fingerprint().unwrap_or_default());
        }
        text
    }
}

/// A form as bytes, and the media type with its boundary. Fields go in the order of their declaration.
///
/// # Errors
/// When the style of a field cannot say its value.
pub(crate) fn write(content: &Content, mut form: Form) -> Result<(Blob, String), BodyError> {
    let boundary = uuid::Uuid::new_v4().simple().to_string();
    let mut pieces: Vec<Blob> = Vec::new();
    let mut part = |name: &str, file_name: Option<&str>, media_type: Option<&str>, headers: &str, content: Blob| {
        let file_name = file_name.map(|name| format!("; filename=\"{}\"", quoted(name))).unwrap_or_default();
        let media_type = media_type.filter(|text| !text.contains(['\r', '\n']));
        let media_type = media_type.map(|text| format!("Content-Type: {text}\r\n")).unwrap_or_default();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file_name}\r\n{media_type}{headers}\r\n",
            quoted(name)
        );
        pieces.extend([head.into(), content, "\r\n".into()]);
    };
    for field in content.fields {
        if field.kind == FieldKind::File {
            for file in form.take_files(field.name) {
                let declared = field.media_type.filter(|text| !text.contains(['*', ',']));
                let media_type = file.media_type.as_deref().or(declared).unwrap_or("application/octet-stream");
                let (file_name, headers) = (file.name.as_deref().unwrap_or("file"), file.written_headers()?);
                part(field.name, Some(file_name), Some(media_type), &headers, file.content);
            }
            continue;
        }
        let Some(value) = form.values.get(field.name) else { continue };
        if let Some(parameter) = content.styles.iter().find(|parameter| parameter.name == field.name) {
            for (name, text) in styled::write(parameter, value)? {
                part(&name, None, None, "", text.into());
            }
            continue;
        }
        let items = if field.many { value.as_array().map(Vec::as_slice) } else { None };
        for item in items.unwrap_or(std::slice::from_ref(value)) {
            match primitive_text(item).filter(|_| field.kind == FieldKind::Text) {
                Some(text) => part(field.name, None, field.media_type, "", text.into()),
                None => {
                    let media_type = field.media_type.unwrap_or("application/json");
                    part(field.name, None, Some(media_type), "", item.to_string().into());
                }
            }
        }
    }
    pieces.push(format!("--{boundary}--\r\n").into());
    Ok((Blob::chain(pieces), format!("{}; boundary={boundary}", media::essence(content.media_type))))
}

/// A name as it stands between quotes (RFC 7578, section 2; the escapes are those that browsers write).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A part as it came.
#[derive(Debug)]
pub struct Part {
    /// What stands above it.
    pub head: Head,
    /// It.
    pub content: Blob,
}

/// The boundary that a media type names.
///
/// # Errors
/// When it names none.
pub fn boundary(media_type: &str) -> Result<&str, BodyError> {
    let boundary = media::parameter(media_type, "boundary").filter(|boundary| !boundary.is_empty());
    boundary.ok_or_else(|| BodyError::new("`Content-Type` names no boundary"))
}

/// Whether a field is a file, and so need not be in memory.
pub fn is_file(content: &Content, name: &str) -> bool {
    content.fields.iter().any(|field| field.name == name && field.kind == FieldKind::File)
}

/// Makes a form of its parts, and holds it against its schema: what is wrong with it goes to `invalid`. What is no file has to be
/// in memory.
///
/// # Errors
/// When it does not have the form of one.
pub fn read(content: &Content, parts: Vec<Part>, invalid: &mut Vec<Violation>) -> Result<Form, BodyError> {
    let mut form = Form::default();
    let mut pairs = Vec::new();
    let mut json: Vec<(&'static Field, Value)> = Vec::new();
    for Part { head, content: value } in parts {
        let media_type = head.field("content-type").map(str::to_owned);
        let Head { name, file_name, fields } = head;
        let name = name.ok_or_else(|| BodyError::new("a part has no name"))?;
        let field = content.fields.iter().find(|field| field.name == name);
        let bytes = value.in_memory().cloned().unwrap_or_default();
        match field.map(|field| (field, field.kind)) {
            Some((field, FieldKind::File)) => {
                let headers: Vec<_> =
                    fields.into_iter().filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str())).collect();
                let file = File { name: file_name, media_type, content: value, headers };
                let absent = field.required_headers.iter().filter(|required| file.header(required).is_none());
                invalid.extend(absent.map(|required| Violation {
                    location: Place::Body,
                    pointer: child("", &name),
                    detail: format!("must have the header field `{required}` above its part"),
                }));
                form.files.push((name, file));
            }
            Some((field, FieldKind::Json)) => {
                let value = parse_json(&bytes)
                    .map_err(|error| BodyError::new(format!("the part `{name}` is not JSON: {error}")))?;
                json.push((field, value));
            }
            Some((_, FieldKind::Text)) | None => {
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| BodyError::new(format!("the part `{name}` is not UTF-8")))?;
                let parameter = content.styles.iter().find(|parameter| parameter.name == name);
                pairs.push(match parameter {
                    Some(parameter) => styled::pair(parameter, text),
                    None => format!("{}={}", encode_form(&name), encode_form(text)),
                });
            }
        }
    }
    // Texts have the types that the schema gives them, as those of any form.
    let mut value = form::read(content, &pairs.join("&")).map_err(|error| BodyError::new(error.to_string()))?;
    if let Value::Object(members) = &mut value {
        for (field, value) in json {
            insert(members, field.name, field.many, value);
        }
        for (name, _) in &form.files {
            let many = content.fields.iter().any(|field| field.name == name && field.many);
            insert(members, name, many, Value::String(String::new()));
        }
    }
    let is_file = |pointer: &str| {
        let mut steps = pointer.split('/').skip(1);
        let name = steps.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let fields = content.fields.iter().filter(|field| field.kind == FieldKind::File && field.name == name);
        let depth = steps.count();
        let is_there = form.files.iter().any(|(own, _)| *own == name);
        is_there && fields.map(|field| usize::from(field.many)).any(|own| own == depth)
    };
    // In the place of a file stands an empty text, of which its schema says nothing that is true of the file.
    invalid.extend(validate(content.schema, &value).into_iter().filter(|violation| !is_file(&violation.pointer)));
    for field in content.fields.iter().filter(|field| field.kind == FieldKind::File && !field.many) {
        if form.files.iter().filter(|(name, _)| name == field.name).count() > 1 {
            return Err(BodyError::new(format!("the part `{}` stands there more than once", field.name)));
        }
    }
    normalise(content.schema, &mut value);
    if let Value::Object(members) = value {
        form.values = members;
    }
    Ok(form)
}

fn insert(members: &mut Map<String, Value>, name: &str, many: bool, value: Value) {
    match members.get_mut(name) {
        Some(Value::Array(items)) if many => items.push(value),
        _ if many => drop(members.insert(name.to_owned(), Value::Array(vec![value]))),
        _ => drop(members.insert(name.to_owned(), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Encoding, schema};

    const fn field(name: &'static str, kind: FieldKind, many: bool) -> Field {
        Field { name, kind, many, ..Field::TEXT }
    }

    static FIELDS: [Field; 4] = [
        field("file", FieldKind::File, false),
        field("tags", FieldKind::Text, true),
        field("size", FieldKind::Text, false),
        field("place", FieldKind::Json, false),
    ];

    fn content() -> Content {
        let schema = schema!(
            r#"{"type": "object", "required": ["file", "size"], "properties": {
                "file": {"type": "string", "minLength": 1}, "tags": {"type": "array", "items": {"type": "string"}},
                "size": {"type": "integer"}, "place": {"type": "object"}}}"#
        );
        let encoding = Encoding::Multipart;
        Content { media_type: "multipart/form-data", encoding, schema, fields: &FIELDS, ..Content::JSON }
    }

    /// All parts of a body in memory.
    fn parts(media_type: &str, body: &[u8]) -> Result<Vec<Part>, BodyError> {
        let mut parser = Parser::new(boundary(media_type)?);
        parser.push(body);
        let mut parts: Vec<(Head, Vec<u8>)> = Vec::new();
        while let Some(found) = parser.take()? {
            match found {
                Found::Part(head) => parts.push((head, Vec::new())),
                Found::Data(data) => parts.last_mut().unwrap().1.extend_from_slice(&data),
                Found::End => {}
            }
        }
        parser.finish()?;
        Ok(parts.into_iter().map(|(head, content)| Part { head, content: content.into() }).collect())
    }

    #[test]
    fn what_is_written_is_read() {
        let mut form = Form::default();
        form.put_file("file", File::new("a \"b\";.txt", "--x\r\n").with_media_type("text/plain"));
        form.put("tags", &["1", "b&c"]).unwrap();
        form.put("size", &7).unwrap();
        form.put("place", &serde_json::json!({"x": [1]})).unwrap();
        let (bytes, media_type) = write(&content(), form.clone()).unwrap();
        let mut invalid = Vec::new();
        let parts = parts(&media_type, bytes.in_memory().unwrap()).unwrap();
        let mut read = read(&content(), parts, &mut invalid).unwrap();
        assert_eq!(invalid, []);
        assert_eq!(read.take::<Vec<String>>("tags").unwrap(), ["1", "b&c"]);
        assert_eq!(read.take::<u32>("size").unwrap(), 7);
        assert_eq!(read.take_file("file").unwrap(), form.take_file("file").unwrap());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let check = |body: &str, expect: &str| {
            let body = body.replace('\n', "\r\n");
            let mut invalid = Vec::new();
            let parts = parts("multipart/form-data; boundary=\"x y\"", body.as_bytes());
            let text = match parts.and_then(|parts| read(&content(), parts, &mut invalid)) {
                Ok(_) => {
                    invalid.iter().map(|one| format!("{} {}", one.pointer, one.detail)).collect::<Vec<_>>().join("; ")
                }
                Err(error) => error.to_string(),
            };
            assert_eq!(text, expect, "{body:?}");
        };
        let part = |head: &str, text: &str| format!("--x y\nContent-Disposition: form-data; {head}\n\n{text}\n");
        check("", "it ends before its last boundary");
        check("--x y--", "/file is missing; /size is missing");
        check(&part("name=size", "7"), "it ends before its last boundary");
        check(
            &format!("preamble\n{}--x y--\n", part("name=\"size\"", "big")),
            "/file is missing; /size must be an integer, not a string",
        );
        check(&format!("{}--x y--", part("nome=\"size\"", "7")), "a part has no name");
        check(
            &format!("{}--x y--", part("name=\"place\"", "{")),
            "the part `place` is not JSON: EOF while parsing an object at line 1 column 1",
        );
        let twice = part("name=file", "a").repeat(2);
        check(&format!("{twice}--x y--"), "the part `file` stands there more than once");
    }

    #[test]
    fn a_file_has_header_fields_of_its_own() {
        static FIELDS: [Field; 1] = [Field { name: "file", required_headers: &["X-Sum"], ..Field::FILE }];
        let content = Content { fields: &FIELDS, ..content() };
        let through = |file: File| {
            let mut form = Form::default();
            form.put_file("file", file);
            let (bytes, media_type) = write(&content, form).map_err(|error| error.to_string())?;
            let mut invalid = Vec::new();
            let parts = parts(&media_type, bytes.in_memory().unwrap()).unwrap();
            let file = read(&content, parts, &mut invalid).unwrap().take_file("file").unwrap();
            let missing =
                invalid.into_iter().filter(|one| one.pointer == "/file").map(|one| one.detail).collect::<Vec<_>>();
            Ok::<_, String>((file.headers, missing))
        };
        let file = || File::new("a", "b");
        let sums = vec![("x-sum".to_owned(), "1, 2".to_owned())];
        assert_eq!(through(file().with_header("X-Sum", "1, 2")), Ok((sums, Vec::new())));
        let missing = vec!["must have the header field `X-Sum` above its part".to_owned()];
        assert_eq!(through(file()), Ok((Vec::new(), missing)));
        let refused = |name: &str, value: &str| through(file().with_header(name, value)).unwrap_err();
        assert_eq!(refused("Content-Type", "a/b"), "`Content-Type` is no name of a part's further header fields");
        assert_eq!(refused("a b", "c"), "`a b` is no name of a part's further header fields");
        assert_eq!(refused("a", "b\r\nc: d"), "the header field `a` of a part has a control character");
    }
}
