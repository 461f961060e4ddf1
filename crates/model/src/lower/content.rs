//! `content`: media types with their schemas, the one that generated code uses first.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, SpecVersion};

use super::Lowering;
use super::member::Object;
use super::reading::sorted_entries;
use super::scalar::any;
use super::stream::Streamed;
use crate::{
    Canonical, Content, Direction, ExampleLevel, FieldEncoding, Kind, MediaType, ParameterStyle, PartHeader,
    ProblemSchema, Schema, StringFormat, essence,
};

impl<'b> Lowering<'b, '_> {
    /// The media types of a body, in the order of [`rank`].
    pub(super) fn contents(&mut self, holder: &Node<'b>, way: Direction) -> Vec<Content> {
        self.contents_by(holder, |this, media_type, node| this.content(media_type, node, way))
    }

    /// The media types of a request or a success, of which some may be streams.
    pub(super) fn contents_or_streams(&mut self, holder: &Node<'b>, way: Direction) -> Vec<Content> {
        self.contents_by(holder, |this, media_type, node| match this.stream(media_type, node, way) {
            Some(content) => Some(content),
            None => this.content(media_type, node, way),
        })
    }

    fn contents_by(
        &mut self,
        holder: &Node<'b>,
        content: impl Fn(&mut Self, &str, &Node<'b>) -> Option<Content>,
    ) -> Vec<Content> {
        let entries = self.map(holder, "content");
        let mut contents: Vec<_> =
            entries.iter().filter_map(|(media_type, node)| content(self, media_type, node)).collect();
        contents.sort_by(|left, right| (rank(left.kind), &left.media_type).cmp(&(rank(right.kind), &right.media_type)));
        contents
    }

    fn stream(&mut self, media_type: &str, node: &Node<'b>, way: Direction) -> Option<Content> {
        let node = self.object(node)?;
        let Streamed { kind, item, text_events } = self.streamed(media_type, &node)?;
        self.check_members(&node, Object::MediaType);
        let (canonical, schema) = match &item {
            Some(item) => (self.canonical(item, way), self.schema(item, way, 0)),
            None => (Canonical::any(), any(&node)),
        };
        Some(Content {
            media_type: media_type.to_owned(),
            kind,
            schema,
            canonical,
            text_events,
            problem: None,
            example: self.example(&node),
            encodings: Vec::new(),
            origin: node.origin(),
        })
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
        let problem = node.get("schema").filter(|_| named == Some(MediaType::Problem)).map(|schema| {
            let canonical = self.expanded(&schema, way);
            let target = schema.resolve().node().unwrap_or(schema);
            Box::new(ProblemSchema { schema: any(&target), canonical })
        });
        // A range such as `*/*` promises nothing; what has a structure is taken for JSON, as its authors do.
        let kind = named.unwrap_or(if is_bytes(&schema) { MediaType::Binary } else { MediaType::Json });
        self.note_examples(&node, &schema, ExampleLevel::Message);
        self.check_structure(media_type, kind, &node, way);
        Some(Content {
            media_type: media_type.to_owned(),
            kind,
            schema,
            canonical,
            text_events: None,
            problem,
            example: self.example(&node),
            encodings: if matches!(kind, MediaType::Form | MediaType::Multipart) {
                self.encodings(&node, kind)
            } else {
                Vec::new()
            },
            origin: node.origin(),
        })
    }
}

impl<'b> Lowering<'b, '_> {
    /// `encoding`. A style that no form can have is that of a query. OpenAPI 3.0 has styles for `x-www-form-urlencoded` alone.
    fn encodings(&mut self, node: &Node<'b>, kind: MediaType) -> Vec<FieldEncoding> {
        let has_styles = kind == MediaType::Form || self.bundle.version() != SpecVersion::V3_0;
        let mut encodings = Vec::new();
        for (name, node) in self.map(node, "encoding") {
            let Some(node) = self.object(&node) else { continue };
            let text = |member: &str| node.get(member).and_then(|node| node.as_str().map(str::to_owned));
            let style = match text("style").as_deref() {
                Some("spaceDelimited") => ParameterStyle::SpaceDelimited,
                Some("pipeDelimited") => ParameterStyle::PipeDelimited,
                Some("deepObject") => ParameterStyle::DeepObject,
                Some(_) | None => ParameterStyle::Form,
            };
            let is_styled =
                has_styles && ["style", "explode", "allowReserved"].iter().any(|member| node.get(member).is_some());
            let explode = node.get("explode").and_then(|node| node.as_bool()).unwrap_or(style == ParameterStyle::Form);
            let allow_reserved = self.truth(&node, "allowReserved");
            let media_type = text("contentType");
            let headers = if kind == MediaType::Multipart { self.part_headers(&node) } else { Vec::new() };
            encodings.push(FieldEncoding {
                name: name.to_owned(),
                media_type,
                style: is_styled.then_some((style, explode, allow_reserved)),
                headers,
                origin: node.origin(),
            });
        }
        encodings
    }

    /// The header fields of a part; `Content-Type` is said by `contentType` (OpenAPI 3.1, section 4.8.15.1).
    fn part_headers(&mut self, encoding: &Node<'b>) -> Vec<PartHeader> {
        let mut headers = Vec::new();
        for (name, node) in self.map(encoding, "headers") {
            let Some(node) = self.object(&node).filter(|_| !name.eq_ignore_ascii_case("content-type")) else {
                continue;
            };
            self.check_members(&node, Object::Header);
            headers.push(PartHeader { name: name.to_owned(), required: self.truth(&node, "required") });
        }
        headers
    }

    /// Warns of a structure that its media type is not read for.
    fn check_structure(&mut self, media_type: &str, kind: MediaType, node: &Node<'_>, way: Direction) {
        let handed_over = match kind {
            MediaType::Json
            | MediaType::Problem
            | MediaType::Form
            | MediaType::Events
            | MediaType::TextEvents
            | MediaType::Lines
            | MediaType::Sequence => return,
            // A request's is a form with files, if its members have names.
            MediaType::Multipart
                if media_type.trim_start().starts_with("multipart/form-data")
                    && way == self.way(Direction::Request)
                    && node.get("schema").is_some_and(|schema| has_members(&schema)) =>
            {
                return;
            }
            MediaType::Text => "text",
            MediaType::Multipart | MediaType::Binary => "bytes",
        };
        if node.get("schema").is_some_and(|schema| has_structure(&schema)) {
            let message = format!("no type says what `{media_type}` holds: it is handed over as {handed_over}");
            let diagnostic = Diagnostic::warning("model/not-in-types", message, node.key_place());
            self.report(diagnostic.help("declare `application/json` beside it, if the API speaks that too"));
        }
    }
}

/// Whether a schema, or what it refers to, is plainly an object or a list.
fn has_structure(schema: &Node<'_>) -> bool {
    let resolved = schema.reference().and_then(|_| schema.resolve().node());
    let schema = resolved.as_ref().unwrap_or(schema);
    let says = |member: &str| schema.get(member).is_some();
    let type_name = schema.get("type").and_then(|name| name.as_str().map(str::to_owned));
    matches!(type_name.as_deref(), Some("object" | "array")) || says("properties") || says("items")
}

fn has_members(schema: &Node<'_>) -> bool {
    let resolved = schema.reference().and_then(|_| schema.resolve().node());
    let schema = resolved.as_ref().unwrap_or(schema);
    ["properties", "allOf"].iter().any(|member| schema.get(member).is_some())
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
        // A stream is something else than what most ask for, where there is a choice.
        MediaType::Events | MediaType::TextEvents | MediaType::Lines | MediaType::Sequence => 6,
    }
}

/// The kind that a media type names (RFC 6838); `None` for a range that covers several, and for what is none.
fn media_kind(media_type: &str) -> Option<MediaType> {
    let essence = essence(media_type);
    let (kind, subtype) = essence.split_once('/')?;
    Some(match (kind, subtype) {
        ("*", _) | ("application", "*") => return None,
        ("application", "problem+json") => MediaType::Problem,
        ("application", "x-www-form-urlencoded") => MediaType::Form,
        ("multipart", _) => MediaType::Multipart,
        // What JSON was called before it was registered.
        ("text", "json" | "x-json") => MediaType::Json,
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
