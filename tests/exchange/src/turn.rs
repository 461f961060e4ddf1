//! One case under way: what the client is about to say, and what the handler has heard.

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use methodical_client::{self as client, CallError, DeclaredProblem, Effect, Meta};
use methodical_server::{Credentials, Fault, Found, Unauthenticated};
use methodical_wire::body::Payload;
use methodical_wire::{
    Content, Encoding, Field, FieldKind, File, Form, Operation, Problem, ReadBody, Response, ResponseHeaders,
    WriteBody, Written, media, write_integers,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::came::Compared;
use crate::case::{Body, Case, Outcome};
use crate::other::Recorded;

/// A step of a call: whatever ends it is what the case comes to.
pub type Step<T> = Result<T, Outcome>;

/// What callers show, whatever the scheme.
pub(crate) const TOKEN: &str = "exchange";

/// A case under way.
#[derive(Debug)]
pub struct Turn {
    case: Case,
    number: u64,
    /// The request that the handler should be given.
    expected: Mutex<Option<Box<dyn Any + Send>>>,
    heard: Mutex<Heard>,
    /// Why there is no answer.
    unsaid: Mutex<Option<Outcome>>,
    recorded: Mutex<Recorded>,
}

#[derive(Debug, Clone)]
enum Heard {
    Nothing,
    TheSame,
    Other(String),
}

/// What the handlers and the client share: the case under way.
#[derive(Debug, Clone, Default)]
pub struct Stage(Arc<Mutex<Option<Arc<Turn>>>>);

impl Stage {
    /// The case under way.
    ///
    /// # Panics
    /// If there is none: a handler was called although nobody called.
    pub fn turn(&self) -> Arc<Turn> {
        locked(&self.0).clone().expect("somebody called")
    }

    /// Whoever shows what the client was given.
    ///
    /// # Errors
    /// When something else is shown.
    pub fn admit(&self, credentials: &Credentials) -> Result<(), Unauthenticated> {
        let expected = [TOKEN.to_owned(), format!("{TOKEN}:{TOKEN}")];
        match credentials.first() {
            None => Ok(()),
            Some(shown) if expected.iter().any(|expected| expected == shown) => Ok(()),
            Some(shown) => Err(Unauthenticated::Invalid(format!("`{shown}` is not what the client was given."))),
        }
    }

    pub(crate) fn record(&self, recorded: Recorded) {
        *locked(&self.turn().recorded) = recorded;
    }

    pub(crate) fn begin(&self, case: Case, number: u64) -> Arc<Turn> {
        let turn = Turn {
            case,
            number,
            expected: Mutex::default(),
            heard: Mutex::new(Heard::Nothing),
            unsaid: Mutex::default(),
            recorded: Mutex::default(),
        };
        let turn = Arc::new(turn);
        *locked(&self.0) = Some(turn.clone());
        turn
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is sent, as the client is given it.
impl Turn {
    /// An argument, by the field of the request struct. One that is absent is `null`.
    ///
    /// # Errors
    /// When the value is not of that type.
    pub fn argument<T: DeserializeOwned>(&self, member: &str) -> Step<T> {
        let mut value = self.case.arguments.get(member).cloned().unwrap_or_default();
        write_integers(&mut value);
        serde_json::from_value(value).map_err(|error| Outcome::NotOfType(format!("`{member}`: {error}")))
    }

    /// The body.
    ///
    /// # Errors
    /// When there is none, or it is not of that type.
    pub fn body<T: ReadBody>(&self, operation: &'static Operation) -> Step<T> {
        self.optional_body(operation)?.ok_or_else(|| Outcome::NotOfType("there is no body".to_owned()))
    }

    /// The body, if there is one.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn optional_body<T: ReadBody>(&self, operation: &'static Operation) -> Step<Option<T>> {
        let Some(body) = &self.case.body else { return Ok(None) };
        let contents = operation.body.map_or::<&'static [Content], _>(&[], |body| body.contents);
        made(contents, body).map(Some).map_err(|why| Outcome::NotOfType(format!("the body: {why}")))
    }

    /// Says what the handler should be given.
    pub fn expect<R: Send + 'static>(&self, request: R) {
        *locked(&self.expected) = Some(Box::new(request));
    }

    /// Calls; the refusal may be what should come.
    ///
    /// # Errors
    /// When the handler was given something else, or the answer is not the one that it gave.
    pub async fn ask<Op: client::Operation, E: Effect>(
        &self,
        call: client::Call<Op, E>,
    ) -> Step<Result<Op::Outcome, CallError<Op::Problem>>> {
        let needs_key = Op::DATA.idempotency.filter(|key| key.required);
        let call = match needs_key {
            Some(key) => call.header(key.header, &format!("case-{}", self.number)),
            None => call,
        };
        let answer = call.await;
        self.heard_right(|| match &answer {
            Err(CallError::Request(error)) => Outcome::NotSent(error.to_string()),
            Err(error) => Outcome::Refused(described(error)),
            Ok(_) => Outcome::Misheard("the handler was not called, and there is an answer".to_owned()),
        })?;
        Ok(answer)
    }

    /// Whether the handler was given what it should be, and had an answer; `otherwise` is what it means if it was not called.
    pub(crate) fn heard_right(&self, otherwise: impl FnOnce() -> Outcome) -> Step<()> {
        if let Some(outcome) = locked(&self.unsaid).take() {
            return Err(outcome);
        }
        match locked(&self.heard).clone() {
            Heard::TheSame => Ok(()),
            Heard::Other(what) => Err(Outcome::Misheard(what)),
            Heard::Nothing => Err(otherwise()),
        }
    }

    /// The body, if it is the first of the declared contents.
    pub(crate) fn first_body(&self) -> Option<Value> {
        self.case.body.as_ref().filter(|body| body.content == 0).map(|body| body.value.clone())
    }

    /// Whether what is answered is not the first of the declared contents.
    pub(crate) fn answers_another_content(&self) -> bool {
        self.case.answer.body.as_ref().is_some_and(|body| body.content > 0)
    }

    pub(crate) fn recorded(&self) -> Recorded {
        locked(&self.recorded).clone()
    }

    /// The refusal that was answered, and what stands beside it; none where its status says all there is to say.
    ///
    /// # Errors
    /// When it is another, or one that is not declared.
    pub fn refused<P: DeclaredProblem + Clone>(&self, error: CallError<P>) -> Step<Option<(P, Meta)>> {
        let expected = self.case.answer.status;
        let (declared, meta) = match (error.declared(), error.meta()) {
            (declared, Some(meta)) if meta.status == expected => (declared.cloned(), meta.clone()),
            (_, _) => return Err(Outcome::Misread(format!("{expected} expected, {}", described(&error)))),
        };
        let Some(problem) = declared else {
            let is_told = matches!(
                error,
                CallError::Unauthorized { .. } | CallError::RateLimited { .. } | CallError::Unavailable { .. }
            );
            return match is_told && self.case.answer.body.is_none() {
                true => Ok(None),
                false => Err(Outcome::Misread(format!("a declared {expected} expected, {}", described(&error)))),
            };
        };
        // What is no problem is compared by its type.
        let said = problem.problem().filter(|_| self.case.answer.body.is_none());
        said.map_or(Ok(()), |problem| self.problem_came(problem))?;
        Ok(Some((problem, meta)))
    }

    /// Whether this was said of what is absent, if the handler said anything.
    pub(crate) async fn absence_came<N: Compared>(&self, operation: &'static Operation, absence: &N) -> Step<()> {
        match &self.case.answer.body {
            Some(_) => self.value_came(operation, absence).await,
            None => Ok(()),
        }
    }

    /// Whether the answer is of this response.
    ///
    /// # Errors
    /// When it is of another.
    pub fn at(&self, response: usize) -> Step<()> {
        let expected = self.case.answer.response;
        if expected == response {
            return Ok(());
        }
        Err(Outcome::Misread(format!("answered was response {expected}, and it came as response {response}")))
    }

    /// Whether it has the status that was answered.
    ///
    /// # Errors
    /// When it has another.
    pub fn meta_came(&self, meta: &Meta) -> Step<()> {
        let expected = self.case.answer.status;
        if meta.status == expected {
            return Ok(());
        }
        Err(Outcome::Misread(format!("answered was {expected}, and {} came", meta.status)))
    }

    /// Whether this value was answered.
    ///
    /// # Errors
    /// When another was.
    pub async fn value_came<T: Compared>(&self, operation: &'static Operation, value: &T) -> Step<()> {
        let answered: T = self.answered(operation).map_err(Outcome::NotOfType)?;
        if answered == *value {
            return Ok(());
        }
        // Bytes that come piece by piece are equal to nothing until they are read.
        let (sent, came) = (piecemeal(answered.clone()).await, piecemeal(value.clone()).await);
        if sent.is_some() && sent == came {
            return Ok(());
        }
        let (answered, came) = differing(&answered, value);
        Err(Outcome::Misread(format!("answered was {answered}, and {came} came")))
    }

    /// Whether these header fields were answered.
    ///
    /// # Errors
    /// When others were.
    pub fn headers_came<H: ResponseHeaders + PartialEq + Debug>(&self, meta: &Meta) -> Step<()> {
        let answered: H = self.headers().map_err(|fault| Outcome::NotOfType(fault.to_string()))?;
        match meta.typed_headers::<H>() {
            Ok(came) if came == answered => Ok(()),
            Ok(came) => Err(Outcome::Misread(format!("answered was {answered:?}, and {came:?} came"))),
            Err(error) => Err(Outcome::Misread(error.to_string())),
        }
    }

    pub(crate) fn problem_came(&self, problem: &Problem) -> Step<()> {
        let expected = self.problem().detail;
        if problem.detail == expected {
            return Ok(());
        }
        Err(Outcome::Misread(format!("answered was {expected:?}, and {:?} came", problem.detail)))
    }
}

/// What is answered, as the handler gives it.
impl Turn {
    /// Notes what the handler was given.
    pub fn hear<R: PartialEq + Debug + 'static>(&self, request: &R) {
        let expected = locked(&self.expected);
        let heard = match expected.as_ref().and_then(|expected| expected.downcast_ref::<R>()) {
            Some(expected) if expected == request => Heard::TheSame,
            Some(expected) => {
                let (sent, heard) = differing(expected, request);
                Heard::Other(format!("sent was {sent}, and heard {heard}"))
            }
            None => Heard::Other("another operation was called".to_owned()),
        };
        *locked(&self.heard) = heard;
    }

    /// Which of the declared responses is answered, by position.
    pub fn response(&self) -> usize {
        self.case.answer.response
    }

    /// The status that is answered.
    pub fn status(&self) -> u16 {
        self.case.answer.status
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The body that is answered.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn value<T: ReadBody>(&self, operation: &'static Operation) -> Result<T, Fault> {
        self.answered(operation).map_err(|detail| self.unsaid(Outcome::NotOfType, detail))
    }

    /// The answer cannot be given: that is what the case comes to, and not what the client makes of it.
    fn unsaid(&self, outcome: fn(String) -> Outcome, why: impl ToString) -> Fault {
        let detail = why.to_string();
        *locked(&self.unsaid) = Some(outcome(format!("the answer: {detail}")));
        Fault::Other { detail }
    }

    /// The header fields that are answered.
    ///
    /// # Errors
    /// When they are not of that type.
    pub fn headers<H: ResponseHeaders>(&self) -> Result<H, Fault> {
        let mut headers = Value::Object(self.case.answer.headers.clone());
        write_integers(&mut headers);
        let headers: H = serde_json::from_value(headers).map_err(|error| self.unsaid(Outcome::NotOfType, error))?;
        headers.to_fields().map_err(|error| self.unsaid(Outcome::NotSent, error))?;
        Ok(headers)
    }

    /// The problem that is answered.
    pub fn problem(&self) -> Problem {
        Problem::new(self.case.answer.status, format!("This is the refusal of case {}.", self.number))
    }

    /// What a reading handler has found.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn found<'t, T>(&self, operation: &'static Operation) -> Result<Found<'t, T>, Fault>
    where
        T: ReadBody + WriteBody + Send + 't,
    {
        Ok(Found::now(None, self.value(operation)?))
    }

    fn answered<T: ReadBody>(&self, operation: &'static Operation) -> Result<T, String> {
        let contents = operation.response(self.case.answer.status);
        let contents = contents.map_or::<&'static [Content], _>(&[], |Response { contents, .. }| contents);
        match &self.case.answer.body {
            Some(body) => made(contents, body),
            None => made(contents, &Body { content: 0, value: Value::Null }),
        }
    }
}

/// A body of a generated type, made of what was drawn for it.
fn made<T: ReadBody>(contents: &'static [Content], body: &Body) -> Result<T, String> {
    static JSON: Content = Content::JSON;
    let data = contents.get(body.content).unwrap_or(&JSON);
    let mut value = body.value.clone();
    write_integers(&mut value);
    let payload = match (data.encoding, &value) {
        (Encoding::Json | Encoding::Problem | Encoding::Form, value) => Payload::Value(value.clone()),
        (Encoding::Text, Value::String(_)) => Payload::Value(value.clone()),
        (Encoding::Text, value) => Payload::Value(Value::String(value.to_string())),
        (Encoding::Multipart, Value::Object(members)) if !data.fields.is_empty() => {
            let mut form = Form::default();
            for field in data.fields {
                let Some(value) = members.get(field.name) else { continue };
                match (field.kind, field.many, value) {
                    (FieldKind::File, true, Value::Array(files)) => {
                        form.put_files(field.name, files.iter().map(|value| file(field, value)));
                    }
                    (FieldKind::File, _, value) => form.put_file(field.name, file(field, value)),
                    (FieldKind::Text | FieldKind::Json, _, value) => {
                        form.put(field.name, value).map_err(|error| error.to_string())?;
                    }
                }
            }
            Payload::Form(form)
        }
        (Encoding::Binary | Encoding::Multipart, value) => Payload::Bytes(bytes(value)),
        (Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence, _) => {
            return Err("it is a stream, and equal to nothing".to_owned());
        }
    };
    let media_type = media::is_range(data.media_type).then(|| data.media_type.replace('*', "x-drawn"));
    T::read(methodical_wire::Body { content: body.content, data, payload, media_type })
        .map_err(|error| error.to_string())
}

/// A file says what it is, so that nobody has to guess.
fn file(field: &Field, value: &Value) -> File {
    let file = File::new("a \"file\".bin", bytes(value)).with_media_type("application/octet-stream");
    field.required_headers.iter().fold(file, |file, name| file.with_header(name.to_ascii_lowercase(), "drawn"))
}

fn bytes(value: &Value) -> Bytes {
    match value.as_str() {
        Some(text) => Bytes::from(text.to_owned()),
        None => Bytes::from(value.to_string()),
    }
}

/// Which of the contents a body of bytes is, and the bytes.
async fn piecemeal(value: impl WriteBody) -> Option<(usize, Bytes)> {
    let Written { content, payload: Payload::Blob(blob), .. } = value.write().ok()? else { return None };
    Some((content, blob.bytes().await.ok()?))
}

/// Where two values differ.
fn differing(one: &impl Debug, other: &impl Debug) -> (String, String) {
    let [one, other] = [format!("{one:?}"), format!("{other:?}")].map(|text| text.chars().collect::<Vec<char>>());
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let cut = |text: &[char]| text.iter().skip(same.saturating_sub(60)).take(200).collect::<String>();
    (cut(&one), cut(&other))
}

fn described<P: DeclaredProblem>(error: &CallError<P>) -> String {
    if let CallError::Unexpected { status, body, .. } = error {
        return format!("{status} {}", String::from_utf8_lossy(&body[..body.len().min(400)]));
    }
    match error.declared().and_then(DeclaredProblem::problem) {
        Some(problem) => format!("{error}: {problem:?}"),
        None => format!("{error}: {error:?}"),
    }
}
