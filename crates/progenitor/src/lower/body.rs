//! Request bodies: one media type each, of the four encodings that progenitor knows.

use indexmap::IndexMap;
use methodical_model::{Content, MediaType as Encoding, Operation, OperationId, ParameterLocation, Shape};
use openapiv3::{MediaType, ReferenceOr, RequestBody, Schema};

use super::parameter::{Arguments, data};
use super::schema::{binary, docs, string};
use super::{Lowering, MediaTypes};
use crate::loss::Subject;

/// The keys that progenitor takes.
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const TEXT: &str = "text/plain";
const BYTES: &str = "application/octet-stream";

impl Lowering<'_> {
    pub(crate) fn body(
        &mut self,
        id: OperationId,
        operation: &Operation,
        arguments: &mut Arguments,
        types: &mut MediaTypes,
    ) -> Option<RequestBody> {
        let body = operation.body.as_ref()?;
        let content = body.contents.first()?;
        let subject = Subject::Operation(id);
        if body.contents.len() > 1 {
            let text = format!("the body is sent as {} alone", methodical_generate::style::code(&content.media_type));
            self.lose(subject, &body.origin, text);
        }
        if !body.required {
            self.lose(subject, &body.origin, "the body cannot be left out");
        }
        let (key, schema) = self.body_content(subject, content);
        if is_range(&content.media_type) || content.kind == Encoding::Multipart {
            let text = match content.kind {
                Encoding::Multipart => {
                    "the parts of the body are written by the caller, and `Content-Type` with their boundary"
                }
                Encoding::Json
                | Encoding::Problem
                | Encoding::Form
                | Encoding::Text
                | Encoding::Binary
                | Encoding::Events
                | Encoding::TextEvents
                | Encoding::Lines
                | Encoding::Sequence => "the media type of the body is given by the caller",
            };
            self.lose(subject, &content.origin, text);
            let description = Some("The media type of the body.".to_owned());
            let content_type = data("Content-Type", true, ReferenceOr::Item(string(None)), description);
            arguments.add(ParameterLocation::Header, content_type);
        } else if content.media_type != key {
            types.content_type = header_value(&content.media_type);
        }
        let media = MediaType { schema: Some(schema), ..MediaType::default() };
        let content = IndexMap::from([(key.to_owned(), media)]);
        Some(RequestBody { description: docs(&body.docs), content, required: true, ..RequestBody::default() })
    }

    fn body_content(&mut self, subject: Subject, content: &Content) -> (&'static str, ReferenceOr<Schema>) {
        match content.kind {
            Encoding::Json | Encoding::Problem => (JSON, self.schema(&content.schema, subject)),
            Encoding::Form if self.is_flat(content) => (FORM, self.schema(&content.schema, subject)),
            Encoding::Form => {
                self.lose(subject, &content.origin, "the form is text that the caller writes");
                (TEXT, ReferenceOr::Item(string(None)))
            }
            Encoding::Text | Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence => {
                (TEXT, ReferenceOr::Item(string(None)))
            }
            Encoding::Multipart | Encoding::Binary => (BYTES, ReferenceOr::Item(binary())),
        }
    }

    /// Whether it is an object of texts, which is all that progenitor can write as a form.
    fn is_flat(&self, content: &Content) -> bool {
        if content.schema.nullable {
            return false;
        }
        match self.api.resolved(&content.schema).map(|definition| &definition.shape) {
            Some(Shape::Object(object)) => object.properties.iter().all(|property| {
                let optional_null = !property.schema.nullable || !property.required;
                optional_null && self.is_scalar(&property.schema)
            }),
            Some(Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_)) | None => false,
        }
    }
}

/// Whether it stands for several media types: `image/*`.
fn is_range(media_type: &str) -> bool {
    media_type.split(';').next().unwrap_or_default().contains('*')
}

/// A media type as a header may carry it.
pub(crate) fn header_value(media_type: &str) -> Option<String> {
    let sound = media_type.contains('/') && media_type.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    sound.then(|| media_type.to_owned())
}
