//! What is taken for an item of a stream.

use super::{lowered, operation};
use crate::{Kind, MediaType};

/// What a media type with these members streams, with the code of what is said of it, if anything is.
fn check(media_type: &str, members: &str, expect: (MediaType, &str), code: &str) {
    let content = format!("responses: {{ '200': {{ description: D, content: {{ {media_type}: {members} }} }} }}");
    let schemas = "components: { schemas: { Thing: { type: object, properties: { name: { type: string } } }, \
                   Text: { type: string }, Event: { type: object, properties: { event: { type: string }, data: { $ref: '#/components/schemas/Thing' } } } } }\n";
    let (api, report) = lowered(&(operation("/a", &content) + schemas));
    let content = &api.operations[0].responses[0].contents[0];
    let id = content.schema.type_id();
    let of = id.map_or("Any", |id| api.type_def(id).name.pascal.as_str());
    assert_eq!(id.is_none(), matches!(content.schema.kind, Kind::Any));
    assert_eq!((content.kind, of), expect, "{media_type} {members}");
    assert_eq!(report.contains("warning["), !code.is_empty(), "{report}");
    assert!(report.contains(code), "{report}");
}

const THING: &str = "{ $ref: '#/components/schemas/Thing' }";
const GUESSED: &str = "model/stream-item";

#[test]
fn items_are_what_is_said_of_them() {
    for (media_type, kind) in [
        ("application/jsonl", MediaType::Lines),
        ("application/x-ndjson", MediaType::Lines),
        ("application/json-seq", MediaType::Sequence),
    ] {
        check(media_type, &format!("{{ itemSchema: {THING} }}"), (kind, "Thing"), "");
        check(media_type, &format!("{{ schema: {{ type: array, items: {THING} }} }}"), (kind, "Thing"), "");
        check(media_type, &format!("{{ schema: {THING} }}"), (kind, "Thing"), GUESSED);
        check(media_type, "{}", (kind, "Any"), "");
    }
}

#[test]
fn events_are_described_as_events_or_by_their_data() {
    let check = |members: &str, expect, code| check("text/event-stream", members, expect, code);
    let event = |data: &str| {
        format!("{{ itemSchema: {{ type: object, properties: {{ id: {{ type: string }}, data: {data} }} }} }}")
    };
    check(&event("{ type: string }"), (MediaType::TextEvents, "Any"), "");
    check(&event("{ $ref: '#/components/schemas/Text' }"), (MediaType::TextEvents, "Any"), "");
    let json =
        "{ type: string, contentMediaType: application/json, contentSchema: { $ref: '#/components/schemas/Thing' } }";
    check(&event(json), (MediaType::Events, "Thing"), "");
    check(&event(&json.replace("contentMediaType: application/json, ", "")), (MediaType::Events, "Thing"), "");
    check(&event(&json.replace("application/json", "text/csv")), (MediaType::TextEvents, "Any"), "");
    check(&event(THING), (MediaType::Events, "Thing"), "");
    check(&format!("{{ itemSchema: {THING} }}"), (MediaType::Events, "Thing"), "");
    check(&format!("{{ schema: {{ type: array, items: {THING} }} }}"), (MediaType::Events, "Thing"), "");
    check(&format!("{{ schema: {THING} }}"), (MediaType::Events, "Thing"), GUESSED);
    check("{ schema: { $ref: '#/components/schemas/Event' } }", (MediaType::Events, "Thing"), GUESSED);
    check("{ schema: { type: string } }", (MediaType::TextEvents, "Any"), "");
    check("{}", (MediaType::TextEvents, "Any"), "");
    let several = format!(
        "{{ itemSchema: {{ oneOf: [{{ type: object, properties: {{ data: {json} }} }}, {{ type: object, properties: {{ data: {{ type: string }} }} }}] }} }}"
    );
    check(&several, (MediaType::TextEvents, "Any"), "model/not-in-types");
}
