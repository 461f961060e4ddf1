//! What lowering makes of a description that is without fault.

use std::fmt::Write as _;

use super::{faultless, operation, schemas};
use crate::{Additional, Api, Direction, IntegerFormat, Kind, LinkSource, Operation, Schema, Shape, TypeDef};

/// A description with one of everything; the shuffle test uses it too.
pub(super) const EVERYTHING: &str = include_str!("everything.yaml");

#[test]
fn one_of_everything() {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("everything", summary(&faultless(EVERYTHING)));
    });
}

#[test]
fn the_whole_model_of_a_small_description() {
    let mut api = faultless(&operation("/a", "responses: { '200': { description: D, content: { text/plain: {} } } }"));
    // Promises have tests of their own.
    api.operations[0].promises.clear();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_debug_snapshot!("small", api.operations[0]);
    });
}

#[test]
fn types_of_version_3_1() {
    let input = schemas(
        "A: { type: [string, 'null'], minLength: 1 }
B: { type: integer, exclusiveMinimum: 0, exclusiveMaximum: 10 }
C: { type: [string, integer] }
D: { const: 5 }
E: { anyOf: [{ $ref: '#/components/schemas/B' }, { type: 'null' }] }
F: { type: object, properties: { e: { $ref: '#/components/schemas/E' }, a: { $ref: '#/components/schemas/A' }, x: true, y: false } }",
    );
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("types-of-3-1", summary(&faultless(&input.replace("3.0.3", "3.1.0"))));
    });
}

/// Beside `properties` a union gives each of its members a type that holds what any alternative says of it.
#[test]
fn members_that_alternatives_tell_differently() {
    let alternative = |kind: &str, value: &str, size: &str| {
        format!(
            "{{ properties: {{ kind: {{ const: {kind} }}, id: {{ type: integer }}, value: {value}, size: {size}, list: {{ type: array, items: {value} }}, same: {{ type: boolean }} }} }}"
        )
    };
    let input = format!(
        "A: {{ type: object, properties: {{ id: {{ type: string }} }}, oneOf: [{}, {}] }}",
        alternative("a", "{ type: string, format: date }", "{ type: integer, format: int32 }"),
        alternative("b", "{ type: boolean }", "{ type: [integer, 'null'] }")
    );
    let (api, _) = super::lowered(&schemas(&input).replace("3.0.3", "3.1.0"));
    let Shape::Object(object) = &api.types[0].shape else { panic!("it has members") };
    let told = |name: &str| {
        let property = object.properties.iter().find(|property| property.name.wire == name).unwrap();
        (property.schema.kind.clone(), property.schema.nullable)
    };
    assert!(matches!(told("kind"), (Kind::Constant(_), false)), "a constant is any text to Rust");
    assert!(matches!(told("id"), (Kind::String { .. }, false)), "what stands beside the union holds for all of it");
    assert!(matches!(told("value"), (Kind::Any, false)));
    assert!(matches!(told("size"), (Kind::Integer { format: IntegerFormat::I64, minimum: None, .. }, true)));
    assert!(matches!(told("list"), (Kind::Any, false)));
    assert!(matches!(told("same"), (Kind::Boolean, false)));
}

#[test]
fn schemas_that_double_at_each_step_are_lowered_in_time() {
    let doubled = |index: usize| {
        let below = format!("{{ $ref: '#/components/schemas/A{index}' }}");
        format!("A{}: {{ allOf: [{below}, {below}], nullable: true }}\n", index + 1)
    };
    let steps: String = (0..25).map(doubled).collect();
    let last = "B: { type: object, properties: { a: { $ref: '#/components/schemas/A25' } } }";
    let api =
        faultless(&schemas(&format!("A0: {{ type: object, properties: {{ x: {{ type: string }} }} }}\n{steps}{last}")));
    assert_eq!(api.types.len(), 27);
}

/// What a discriminator tells apart is called by its tags, and the tag is no choice within an alternative.
#[test]
fn tagged_unions() {
    let input = schemas(
        "Action: { oneOf: [{ $ref: '#/components/schemas/ResizeThing' }, { $ref: '#/components/schemas/Command' }], discriminator: { propertyName: action, mapping: { resize: '#/components/schemas/ResizeThing', power_on: '#/components/schemas/Command', power_off: '#/components/schemas/Command' } } }
ResizeThing: { type: object, required: [action], additionalProperties: false, properties: { action: { type: string, enum: [resize] }, kind: { type: string, enum: [small] } } }
Command: { type: object, required: [action], additionalProperties: false, properties: { action: { type: string, enum: [power_on, power_off] } } }",
    );
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("tagged-unions", summary(&faultless(&input)));
    });
}

/// A parent is any of its children where it is referred to, itself where it is a part, and told apart by way where a child is.
#[test]
fn families() {
    let input = schemas(
        "Pet: { type: object, required: [kind], discriminator: { propertyName: kind, mapping: { meow: '#/components/schemas/Cat', other: Pet } }, properties: { kind: { type: string }, friend: { $ref: '#/components/schemas/Pet' } } }
Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { chip: { type: string, readOnly: true } } }] }
Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }] }
Puppy: { allOf: [{ $ref: '#/components/schemas/Dog' }], properties: { weeks: { type: integer } } }
Home: { type: object, properties: { pet: { nullable: true, allOf: [{ $ref: '#/components/schemas/Pet' }] }, dog: { $ref: '#/components/schemas/Dog' } } }
Alone: { type: object, discriminator: { propertyName: kind }, properties: { kind: { type: string } } }",
    );
    let operations = operation(
        "/homes",
        "requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Home' } } } }
responses: { '200': { description: D, content: { application/json: { schema: { $ref: '#/components/schemas/Home' } } } } }",
    );
    let (_, components) = input.split_once("components:").expect("it has some");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("families", summary(&faultless(&format!("{operations}components:{components}"))));
    });
}

/// What has every tag that the mapping does not know, as of version 3.2.
#[test]
fn a_mapping_may_have_a_default() {
    let input = schemas(
        "A: { oneOf: [{ $ref: '#/components/schemas/B' }, { $ref: '#/components/schemas/C' }], discriminator: { propertyName: kind, mapping: { b: B }, defaultMapping: C } }
B: { type: object, properties: { kind: { type: string } } }
C: { type: object, properties: { kind: { type: string } } }",
    );
    let api = faultless(&input.replace("3.0.3", "3.2.0"));
    let Shape::Union(union) = &api.types[0].shape else { panic!("it is a union") };
    assert_eq!(union.discriminator.as_ref().and_then(|discriminator| discriminator.default), Some(1));
}

/// A model in few lines: what a reader wants to compare.
fn summary(api: &Api) -> String {
    let mut text = String::new();
    for operation in &api.operations {
        operation_lines(api, operation, &mut text);
    }
    for resource in &api.resources {
        let collection = resource.collection.as_deref().unwrap_or("-");
        let _ =
            writeln!(text, "resource {} {collection} {} {:?}", resource.name.snake, resource.item, resource.id_pointer);
    }
    for definition in &api.types {
        type_lines(api, definition, &mut text);
    }
    text
}

fn operation_lines(api: &Api, operation: &Operation, text: &mut String) {
    let name = &operation.name;
    let line = format!("{} {} {} {}", name.snake, name.pascal, operation.method.as_str(), operation.path.text);
    let _ = writeln!(
        text,
        "{line} {:?} {:?} in {}",
        operation.outcome,
        operation.effect,
        api.tag(operation.tag).name.snake
    );
    for parameter in &operation.parameters {
        let name = &parameter.name;
        let mark = if parameter.required { "!" } else { "?" };
        let kind = shown(api, &parameter.schema);
        let _ = writeln!(
            text,
            "    {:?} {}{mark} {:?} {:?} {kind}",
            parameter.location, name.snake, parameter.role, parameter.style
        );
    }
    for content in operation.body.iter().flat_map(|body| &body.contents) {
        let _ = writeln!(text, "    body {} {}", content.media_type, shown(api, &content.schema));
    }
    for response in &operation.responses {
        let contents: Vec<_> = response
            .contents
            .iter()
            .map(|content| format!(" {} {}", content.media_type, shown(api, &content.schema)))
            .collect();
        let headers: Vec<_> = response.headers.iter().map(|header| format!(" {:?}", header.role)).collect();
        let _ = writeln!(text, "    {:?}{}{}", response.status, contents.concat(), headers.concat());
        for link in &response.links {
            let parameters: Vec<_> =
                link.parameters.iter().map(|(name, source)| format!("{name}={}", shown_source(source))).collect();
            let _ = writeln!(text, "        -> {} {}", api.operation(link.target).name.snake, parameters.join(" "));
        }
    }
    for location in &operation.locations {
        let _ = writeln!(text, "    location {} {:?}", api.operation(location.target).name.snake, location.parameters);
    }
    let _ = operation.paging.iter().try_for_each(|paging| writeln!(text, "    {paging:?}"));
    let _ = operation.idempotency.iter().try_for_each(|idempotency| writeln!(text, "    {idempotency:?}"));
}

fn shown_source(source: &LinkSource) -> String {
    match source {
        LinkSource::ResponseBody(pointer) => format!("body#{pointer}"),
        LinkSource::ResponseHeader(name) => format!("header {name}"),
        LinkSource::Request(location, name) => format!("request {location:?} {name}"),
        LinkSource::RequestBody(pointer) => format!("request body#{pointer}"),
        LinkSource::Constant(value) => format!("{value:?}"),
    }
}

fn type_lines(api: &Api, definition: &TypeDef, text: &mut String) {
    let direction = match definition.direction {
        Direction::Request => "request",
        Direction::Response => "response",
        Direction::Both => "both",
    };
    let counterpart =
        definition.counterpart.map(|id| format!(" for {}", api.type_def(id).name.pascal)).unwrap_or_default();
    let _ = writeln!(text, "{} {} ({direction}{counterpart})", definition.name.pascal, definition.name.snake);
    match &definition.shape {
        Shape::Object(object) => {
            for property in &object.properties {
                let mark = if property.required { "!" } else { "?" };
                let _ = writeln!(
                    text,
                    "    {}{mark} {:?} {}",
                    property.name.snake,
                    property.access,
                    shown(api, &property.schema)
                );
            }
            for name in &object.read_only {
                let _ = writeln!(text, "    not {name} {:?}", object.on_read_only);
            }
            match &object.additional {
                Additional::Unspecified => {}
                Additional::Denied => text.push_str("    nothing else\n"),
                Additional::Typed(schema) => _ = writeln!(text, "    others {}", shown(api, schema)),
            }
        }
        Shape::Enumeration(variants) => {
            for variant in variants {
                let _ = writeln!(text, "    {} = {:?}", variant.name.pascal, variant.value);
            }
        }
        Shape::Union(union) => {
            for (name, schema) in &union.variants {
                let _ = writeln!(text, "    | {} {}", name.pascal, shown(api, schema));
            }
            let _ = union.discriminator.iter().try_for_each(|discriminator| writeln!(text, "    {discriminator:?}"));
        }
        Shape::Alias(schema) => _ = writeln!(text, "    = {}", shown(api, schema)),
    }
}

fn shown(api: &Api, schema: &Schema) -> String {
    let null = if schema.nullable { " or null" } else { "" };
    let kind = match &schema.kind {
        Kind::Array { items, .. } => format!("[{}]", shown(api, items)),
        Kind::Tuple { items, required, rest, .. } => {
            let items: Vec<String> = items.iter().map(|item| shown(api, item)).collect();
            let rest = rest.iter().map(|rest| format!(", {}..", shown(api, rest))).collect::<String>();
            format!("({}{rest}), {required} at least", items.join(", "))
        }
        Kind::Map { values, .. } => format!("{{{}}}", shown(api, values)),
        Kind::Named(id) => api.type_def(*id).name.pascal.clone(),
        Kind::Constant(value) => format!("{value:?}"),
        Kind::Integer { format, minimum, maximum, .. } => format!("{format:?} {minimum:?}..{maximum:?}"),
        Kind::Number { format, minimum, maximum, .. } => format!("{format:?} {minimum:?}..{maximum:?}"),
        Kind::String { format, .. } => format!("{format:?}"),
        Kind::Any => "any".to_owned(),
        Kind::Nothing => "nothing".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
    };
    kind + null
}

#[test]
fn any_method_and_a_whole_query_are_read() {
    let input = "openapi: 3.2.0
info: { title: T, version: '1' }
paths:
  /files:
    additionalOperations:
      COPY:
        operationId: copyFiles
        parameters:
          - name: all
            in: querystring
            content:
              application/x-www-form-urlencoded:
                schema: { type: object, properties: { to: { type: string } } }
        responses: { '204': { description: Done } }
";
    let api = faultless(input);
    let operation = &api.operations[0];
    assert_eq!((operation.method.as_str(), operation.effect), ("COPY", crate::Effect::Unsafe));
    let parameter = &operation.parameters[0];
    assert_eq!(
        (parameter.location, parameter.style, parameter.explode),
        (crate::ParameterLocation::Query, crate::ParameterStyle::Form, true)
    );
}

/// Inline schemas that say the same are one type, whatever they contain. Components stay apart, and so does what is documented or
/// required otherwise.
#[test]
fn inline_schemas_that_say_the_same_are_shared() {
    let owner = |more: &str| {
        format!(
            "{{ type: object, properties: {{ name: {{ type: string }}, kind: {{ type: string, enum: [a, b] }} }}{more} }}"
        )
    };
    let (same, described) = (owner(""), owner(", description: Who pays."));
    let pet = |owner: &str| format!("{{ type: object, properties: {{ owner: {owner} }}, required: [owner] }}");
    let (cat, dog, bird) = (pet(&same), pet(&same), pet(&described));
    let walker = "{ type: object, properties: { next: { $ref: '#/components/schemas/Walk' }, pet: { type: object, properties: { id: { type: integer } } } } }";
    let api = faultless(&schemas(&format!(
        "Cat: {cat}\nDog: {dog}\nBird: {bird}\nWalk: {walker}\nRide: {walker}\nLead: {{ type: object, properties: {{ owner: {same} }} }}\n"
    )));
    let mut types = String::new();
    api.types.iter().for_each(|definition| type_lines(&api, definition, &mut types));
    insta::assert_snapshot!(types, @r#"
    Bird bird (both)
        owner! ReadWrite BirdOwner
    BirdOwner bird_owner (both)
        kind? ReadWrite OwnerKind
        name? ReadWrite Plain
    Cat cat (both)
        owner! ReadWrite CatOwner
    CatOwner cat_owner (both)
        kind? ReadWrite OwnerKind
        name? ReadWrite Plain
    Dog dog (both)
        owner! ReadWrite CatOwner
    Lead lead (both)
        owner? ReadWrite CatOwner
    OwnerKind owner_kind (both)
        A = Text("a")
        B = Text("b")
    Ride ride (both)
        next? ReadWrite Walk
        pet? ReadWrite RidePet
    RidePet ride_pet (both)
        id? ReadWrite I64 None..None
    Walk walk (both)
        next? ReadWrite Walk
        pet? ReadWrite RidePet
    "#);
}
