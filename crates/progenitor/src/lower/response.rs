//! Responses: progenitor has one type for all successes of an operation and one for all its failures.
//!
//! A status that does not fit in is not declared to it; its clients hand such a response over whole
//! (`Error::UnexpectedResponse`), so that nothing is hidden, but nothing is decoded either.

use indexmap::IndexMap;
use methodical_model::{
    Content, Kind, MediaType as Encoding, Method, Operation, OperationId, Response as Model, Status,
};
use openapiv3::{MediaType, ReferenceOr, Response, Responses, Schema, StatusCode};

use super::body::header_value;
use super::schema::{binary, one_of, reference_to};
use super::{Lowering, MediaTypes};
use crate::loss::Subject;

/// The body that all answers of one side have.
#[derive(Debug, Clone, PartialEq)]
enum Side {
    Nothing,
    Json(Box<ReferenceOr<Schema>>),
    Bytes,
}

impl Lowering<'_> {
    pub(crate) fn responses(
        &mut self,
        id: OperationId,
        operation: &Operation,
        name: &str,
        types: &mut MediaTypes,
    ) -> Responses {
        let head = operation.method == Method::Head;
        let default = operation.responses.iter().find(|response| response.status == Status::Default);
        let mut successes = select(operation, &|code| matches!(code, 200..=299), &[2]);
        let mut failures = select(operation, &|code| matches!(code, 400..=599), &[4, 5]);
        if let Some(default) = default {
            if successes.is_empty() {
                successes.push((StatusCode::Range(2), default));
            }
            let classes = [4, 5].map(StatusCode::Range);
            let new: Vec<_> =
                classes.into_iter().filter(|class| failures.iter().all(|(status, _)| status != class)).collect();
            failures.extend(new.into_iter().map(|class| (class, default)));
        }
        let mut responses = Responses::default();
        let (success, body) = self.side(id, &successes, head, &format!("{name}_success"));
        let (failure, _) = self.side(id, &failures, head, &format!("{name}_failure"));
        types.accept = body.filter(|_| !matches!(success, Side::Nothing)).and_then(accept);
        for (side, answers) in [(success, successes), (failure, failures)] {
            self.insert(id, &mut responses, &side, &answers, head);
        }
        if responses.responses.is_empty() || !responses.responses.keys().any(is_success) {
            // progenitor would make up bytes of its own.
            responses.responses.insert(StatusCode::Range(2), ReferenceOr::Item(response(&Side::Nothing)));
        }
        responses
    }

    /// What the answers of one side have in common, and the content that decided it.
    fn side<'m>(
        &mut self,
        id: OperationId,
        answers: &[(StatusCode, &'m Model)],
        head: bool,
        name: &str,
    ) -> (Side, Option<&'m Content>) {
        let subject = Subject::Operation(id);
        let contents: Vec<&Content> =
            if head { Vec::new() } else { answers.iter().filter_map(|(_, model)| model.content()).collect() };
        let json: Vec<&Content> = contents.iter().copied().filter(|content| is_json(content)).collect();
        let Some(first) = json.first().or(contents.first()).copied() else { return (Side::Nothing, None) };
        if json.is_empty() {
            return (Side::Bytes, Some(first));
        }
        let mut alternatives: Vec<ReferenceOr<Schema>> = Vec::new();
        for content in &json {
            let schema = self.schema(&content.schema, subject);
            if !alternatives.contains(&schema) {
                alternatives.push(schema);
            }
        }
        if let [only] = alternatives.as_slice() {
            return (Side::Json(Box::new(only.clone())), Some(first));
        }
        let what = if name.ends_with("success") { "successes" } else { "failures" };
        let text =
            format!("the {what} have {} types: the first that fits is taken, whatever the status", alternatives.len());
        self.lose(subject, &first.origin, text);
        let name = self.type_names.name(name);
        self.schemas.insert(name.clone(), (one_of(alternatives), subject, first.origin.clone()));
        (Side::Json(Box::new(reference_to(&name))), Some(first))
    }

    /// Declares the answers that have the common body, a range in place of the codes in it.
    fn insert(
        &mut self,
        id: OperationId,
        responses: &mut Responses,
        side: &Side,
        answers: &[(StatusCode, &Model)],
        head: bool,
    ) {
        let fits = |model: &Model| match (side, model.content()) {
            (_, _) if head => true,
            (Side::Nothing, content) => content.is_none(),
            (Side::Json(_), content) => content.is_some_and(is_json),
            (Side::Bytes, _) => true,
        };
        for (status, model) in answers {
            if !fits(model) {
                let text = format!("{status} is handed over undecoded, as an unexpected response");
                self.lose(Subject::Operation(id), &model.origin, text);
                continue;
            }
            let in_range =
                |code: u16| answers.iter().any(|(other, model)| *other == StatusCode::Range(code / 100) && fits(model));
            if matches!(status, StatusCode::Code(code) if in_range(*code)) {
                continue;
            }
            let mut response = response(side);
            response.description = super::schema::docs(&model.docs).unwrap_or_default();
            responses.responses.insert(status.clone(), ReferenceOr::Item(response));
        }
    }
}

/// The declared answers of one side, in the order of their statuses.
fn select<'m>(operation: &'m Operation, is_in: &dyn Fn(u16) -> bool, classes: &[u8]) -> Vec<(StatusCode, &'m Model)> {
    let answers = operation.responses.iter().filter_map(|model| match model.status {
        Status::Code(code) if is_in(code) => Some((StatusCode::Code(code), model)),
        Status::Range(class) if classes.contains(&class) => Some((StatusCode::Range(class.into()), model)),
        Status::Code(_) | Status::Range(_) | Status::Default => None,
    });
    answers.collect()
}

fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => matches!(code, 200..=299),
        StatusCode::Range(class) => *class == 2,
    }
}

fn is_json(content: &Content) -> bool {
    match content.kind {
        Encoding::Json | Encoding::Problem => !matches!(content.schema.kind, Kind::Nothing),
        Encoding::Form
        | Encoding::Multipart
        | Encoding::Text
        | Encoding::Binary
        | Encoding::Events
        | Encoding::TextEvents
        | Encoding::Lines
        | Encoding::Sequence => false,
    }
}

/// What is asked for, where it is not what progenitor asks for by itself.
fn accept(content: &Content) -> Option<String> {
    let own = content.media_type == "application/json";
    if own { None } else { header_value(&content.media_type) }
}

fn response(side: &Side) -> Response {
    let content = match side {
        Side::Nothing => IndexMap::new(),
        Side::Json(schema) => {
            let media = MediaType { schema: Some((**schema).clone()), ..MediaType::default() };
            IndexMap::from([("application/json".to_owned(), media)])
        }
        Side::Bytes => {
            let media = MediaType { schema: Some(ReferenceOr::Item(binary())), ..MediaType::default() };
            IndexMap::from([("application/octet-stream".to_owned(), media)])
        }
    };
    Response { content, ..Response::default() }
}
