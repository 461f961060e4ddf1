//! The values of each place of a description that a call fills: arguments, bodies and header fields.

use std::collections::HashMap;
use std::time::Instant;

use methodical_diagnostic::Origin;
use methodical_document::Bundle;
use methodical_fidelity::cases::{self, Limits};
use methodical_fidelity::judge::{Collector, Judge, Schemas, origins};
use methodical_fidelity::random::Random;
use methodical_model::{
    Api, Content, Direction, MediaType, Operation, ParameterLocation, ParameterStyle, Response, ResponseHeader, Schema,
};
use serde_json::{Value, json};

use super::sayable;

/// The values of each place, and what they are drawn from.
pub(super) struct Values {
    schemas: Schemas,
    judge: Judge,
    keys: HashMap<(Origin, Direction), String>,
    drawn: HashMap<(Origin, Direction), Vec<Value>>,
    seed: u64,
    /// Whether nothing is null or empty that may as well be absent.
    is_pruned: bool,
}

/// The schemas of an operation, each with the way in which its values go.
fn places(operation: &Operation) -> Vec<(&Schema, Direction)> {
    let parameters = operation.parameters.iter().map(|parameter| (&parameter.schema, Direction::Request));
    let contents = operation.body.iter().flat_map(|body| &body.contents);
    let bodies = contents.filter(|content| has_schema(content)).map(|content| (&content.schema, Direction::Request));
    let answers = operation.responses.iter().flat_map(|response| {
        let contents = response.contents.iter().filter(|content| has_schema(content));
        let headers = response.headers.iter().filter(|header| is_declared(response, header));
        contents.map(|content| &content.schema).chain(headers.map(|header| &header.schema))
    });
    parameters.chain(bodies).chain(answers.map(|schema| (schema, Direction::Response))).collect()
}

/// One that was not written stands where its content does.
fn has_schema(content: &Content) -> bool {
    content.schema.origin != content.origin
}

/// The `Location` of a redirect goes without saying.
fn is_declared(response: &Response, header: &ResponseHeader) -> bool {
    header.origin != response.origin
}

impl Values {
    /// What values of these operations are drawn from; what the deadline leaves no time for has none.
    ///
    /// # Errors
    ///
    /// The judge does not understand the schemas.
    pub(super) fn new<'a>(
        bundle: &Bundle,
        operations: impl Iterator<Item = &'a Operation>,
        seed: u64,
        is_pruned: bool,
        deadline: Instant,
    ) -> Result<Values, String> {
        let origins = origins(bundle);
        let mut collector = Collector::new(bundle);
        let mut keys = HashMap::new();
        for (schema, way) in operations.flat_map(places) {
            if let Some(node) = origins.get(&schema.origin).and_then(|pointer| bundle.at(pointer)) {
                keys.insert((schema.origin.clone(), way), collector.key(&node, way));
            }
        }
        let schemas = collector.finish();
        let judge = schemas.judge(keys.values().map(String::as_str), deadline)?;
        Ok(Values { schemas, judge, keys, drawn: HashMap::new(), seed, is_pruned })
    }

    /// What a header field of an answer says.
    pub(super) fn header(
        &mut self,
        api: &Api,
        response: &Response,
        header: &ResponseHeader,
        turn: usize,
    ) -> Option<Value> {
        if !is_declared(response, header) {
            return Some(Value::from("/elsewhere?after=1"));
        }
        let drawn = self.draw(&header.schema, Direction::Response);
        let sayable = |value: &&Value| sayable::is_said(value) && sayable::is_sent(ParameterLocation::Header, value);
        let drawn: Vec<&Value> = drawn.iter().filter(sayable).collect();
        let mut value = drawn.get(turn % drawn.len().max(1)).map(|value| (*value).clone())?;
        if header.style != ParameterStyle::Json {
            sayable::write_texts(api, &header.schema, &mut value);
        }
        Some(value)
    }

    /// Valid values of a schema.
    pub(super) fn draw(&mut self, schema: &Schema, way: Direction) -> &[Value] {
        let place = (schema.origin.clone(), way);
        let Values { schemas, judge, keys, drawn, seed, .. } = self;
        let number = drawn.len() as u64;
        drawn.entry(place.clone()).or_insert_with(|| {
            let Some(key) = keys.get(&place) else { return Vec::new() };
            let (Some(written), Ok(validator)) = (schemas.get(key), judge.of(key)) else { return Vec::new() };
            let limits = Limits { draws: 7, breaks: 0 };
            let cases = cases::of(schemas, written, &validator, Random::of(*seed, number + 1), limits);
            let valid = cases.into_iter().filter(|case| case.valid);
            valid.filter_map(|case| serde_json::from_str(&case.text).ok()).collect()
        })
    }

    /// What a body holds.
    pub(super) fn content(&mut self, api: &Api, content: &Content, way: Direction, turn: usize) -> Option<Value> {
        if content.kind == MediaType::Problem {
            return Some(json!({ "type": "about:blank", "title": "A title", "status": 200, "detail": "A detail." }));
        }
        if !has_schema(content) {
            return Some(Value::from("without a schema: anything"));
        }
        if content.kind == MediaType::Binary {
            return Some(Value::from("bytes \u{0} \u{1F980}"));
        }
        let drawn = self.draw(&content.schema, way);
        let mut value = drawn.get(turn % drawn.len().max(1)).cloned()?;
        // To progenitor's types what is null is absent.
        if self.is_pruned || matches!(content.kind, MediaType::Form | MediaType::Multipart) {
            sayable::prune(&mut value);
            if !matches!(content.kind, MediaType::Json) {
                sayable::write_texts(api, &content.schema, &mut value);
            }
            let key = self.keys.get(&(content.schema.origin.clone(), way))?;
            return self.judge.of(key).ok().filter(|judge| judge.is_valid(value.clone())).map(|_| value);
        }
        Some(value)
    }
}
