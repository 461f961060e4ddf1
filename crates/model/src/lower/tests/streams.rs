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

/// The kinds of event with text that these alternatives have, or the code of what is said of them.
fn whole(around: &str, alternatives: &[&str]) -> Result<Vec<String>, String> {
    let schema = format!("{{ {around} oneOf: [{}] }}", alternatives.join(", "));
    let content = format!("text/event-stream: {{ itemSchema: {schema} }}");
    let response = format!("responses: {{ '200': {{ description: D, content: {{ {content} }} }} }}");
    let (api, report) = lowered(&operation("/a", &response));
    let content = &api.operations[0].responses[0].contents[0];
    match &content.text_events {
        Some(texts) => {
            assert_eq!((content.kind, report.as_str()), (MediaType::Events, ""));
            assert!(content.schema.type_id().is_some(), "{schema}");
            Ok(texts.clone())
        }
        None => {
            assert_eq!(content.kind, MediaType::TextEvents);
            Err(report)
        }
    }
}

#[test]
fn events_that_differ_are_told_apart_by_their_kind() {
    let added = "{ type: object, properties: { event: { const: added }, data: { type: object, properties: { at: { type: integer } } } } }";
    let noted = "{ type: object, properties: { event: { enum: [noted, told] }, data: { type: string } } }";
    let pinged = "{ type: object, properties: { event: { const: ping } } }";
    let unnamed = "{ type: object, properties: { data: { type: string } } }";
    let counted = "{ type: object, properties: { data: { type: integer } } }";
    assert_eq!(whole("", &[added, noted]), Ok(vec!["noted".to_owned(), "told".to_owned()]));
    assert_eq!(whole("", &[&format!("{{ oneOf: [{added}, {noted}] }}"), pinged]).map(|texts| texts.len()), Ok(3));
    assert_eq!(whole("", &[added, counted]), Ok(vec![]));
    let closed = pinged.replace("type: object,", "type: object, additionalProperties: false,");
    assert_eq!(whole("", &[added, &closed]), Ok(vec![]));
    let unclear = whole("", &[added, unnamed]).unwrap_err();
    assert!(unclear.contains("model/not-in-types") && unclear.contains("`const`"), "{unclear}");
    let shared = added.replace("added", "noted");
    assert!(whole("", &[&shared, noted]).is_err());
    // What lies around alternatives holds for each: all of these are text, and no JSON is said of any.
    let around = "type: object, properties: { data: { type: string } },";
    assert_eq!(whole(around, &[pinged]), Err(String::new()));
    let held = "{ properties: { event: { const: held }, data: { contentMediaType: application/json } } }";
    let beside = whole(around, &[pinged, held]).unwrap_err();
    assert!(beside.contains("model/not-in-types") && beside.contains("`allOf`"), "{beside}");
}

/// Each alternative leads to all of them again, and each is asked once, or a thousand times at most.
#[test]
fn alternatives_that_lead_back_are_not_asked_on_every_way() {
    let names: Vec<String> = (0..24).map(|number| format!("U{number}")).collect();
    let references: Vec<String> =
        names.iter().map(|name| format!("{{ $ref: '#/components/schemas/{name}' }}")).collect();
    let union = format!("{{ oneOf: [{}] }}", references.join(", "));
    let unions: Vec<String> = names.iter().map(|name| format!("{name}: {union}")).collect();
    let part = "{ properties: { a: { $ref: '#/components/schemas/U0' }, b: { type: object } } }";
    let content = "responses: { '200': { description: D, content: { text/event-stream: { itemSchema: { $ref: '#/components/schemas/U1' } } } } }";
    let schemas =
        format!("components: {{ schemas: {{ Parts: {{ allOf: [{part}, {part}] }}, {} }} }}\n", unions.join(", "));
    let (api, _) = lowered(&(operation("/a", content) + &schemas));
    assert_eq!(api.operations[0].responses[0].contents.len(), 1);
}
