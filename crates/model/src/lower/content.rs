//! `content`: media types with their schemas, the one that generated code uses first.

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::member::Object;
use super::reading::sorted_entries;
use super::scalar::any;
use crate::{Canonical, Content, Direction, ExampleLevel, Kind, MediaType, Schema, StringFormat};

impl<'b> Lowering<'b, '_> {
    /// The media types of a body, in the order of [`rank`].
    pub(super) fn contents(&mut self, holder: &Node<'b>, way: Direction) -> Vec<Content> {
        let entries = self.map(holder, "content");
        let mut contents: Vec<_> =
            entries.iter().filter_map(|(media_type, node)| self.content(media_type, node, way)).collect();
        contents.sort_by(|left, right| (rank(left.kind), &left.media_type).cmp(&(rank(right.kind), &right.media_type)));
        contents
    }

    fn content(&mut self, media_type: &str, node: &Node<'b>, way: Direction) -> Option<Content> {
        let node = self.object(node)?;
        self.check_members(&node, Object::MediaType);
        let named = media_kind(media_type);
        if named.is_none() && !media_type.contains('/') {
            let message = format!("`{media_type}` is no media type");
            let diagnostic = Diagnostic::slip("model/media-type", message, node.key_place());
            self.report(diagnostic.help("write a type and a subtype, such as `application/json`"));
        }
        let canonical = match (named, node.get("schema")) {
            (Some(MediaType::Problem), _) | (_, None) => Canonical::any(),
            (_, Some(schema)) => self.canonical(&schema, way),
        };
        let schema = match (named, node.get("schema")) {
            // The runtimes have a type of their own for problem documents (RFC 9457).
            (Some(MediaType::Problem), schema) => {
                self.problem_schemas.extend(schema);
                any(&node)
            }
            (_, None) => any(&node),
            (_, Some(schema)) => self.schema(&schema, way, 0),
        };
        // A range such as `*/*` promises nothing; what has a structure is taken for JSON, as its authors do.
        let kind = named.unwrap_or(if is_bytes(&schema) { MediaType::Binary } else { MediaType::Json });
        self.note_examples(&node, &schema, ExampleLevel::Message);
        Some(Content {
            media_type: media_type.to_owned(),
            kind,
            schema,
            canonical,
            example: self.example(&node),
            origin: node.origin(),
        })
    }
}

/// JSON, which generated types are made for, first; problems where nothing else describes an error.
fn rank(kind: MediaType) -> u8 {
    match kind {
        MediaType::Problem => 0,
        MediaType::Json => 1,
        MediaType::Form => 2,
        MediaType::Multipart => 3,
        MediaType::Text => 4,
        MediaType::Binary => 5,
    }
}

/// The kind that a media type names (RFC 6838); `None` for a range that covers several, and for what is none.
fn media_kind(media_type: &str) -> Option<MediaType> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    Some(match (kind, subtype) {
        ("*", _) | ("application", "*") => return None,
        ("application", "problem+json") => MediaType::Problem,
        ("application", "x-www-form-urlencoded") => MediaType::Form,
        ("multipart", _) => MediaType::Multipart,
        // Streams of JSON are not one JSON value.
        ("text", _) | ("application", "xml" | "jsonl" | "x-ndjson" | "json-seq" | "yaml" | "x-yaml" | "graphql") => {
            MediaType::Text
        }
        (_, "json") => MediaType::Json,
        (_, subtype) if subtype.ends_with("+json") => MediaType::Json,
        (_, subtype) if subtype.ends_with("+xml") => MediaType::Text,
        _ => MediaType::Binary,
    })
}

fn is_bytes(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::String { format: StringFormat::Binary, .. })
}

/// The first media type of a parameter's or header's `content`, by name; OpenAPI allows only one.
pub(super) fn only_content<'b>(holder: &Node<'b>) -> Option<(&'b str, Node<'b>)> {
    sorted_entries(&holder.get("content")?).into_iter().next()
}
