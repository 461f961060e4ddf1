//! The same calls by progenitor's client: the handler has to be given the same, the request has to look the same, and what comes
//! back has to be the same value.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use methodical_wire::{Timestamp, write_integers};
use progenitor_client::{Error, ResponseValue};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::case::Outcome;
use crate::turn::{Stage, Step, Turn};

/// What went over the wire.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) request: Asked,
    pub(crate) answer: Bytes,
}

/// A request, as far as it means something.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Asked {
    method: String,
    path: String,
    /// Names and values, sorted: the order of parameters means nothing.
    query: Vec<String>,
    media_type: Option<String>,
    body: Said,
}

/// What a body says.
#[derive(Debug, Clone, Default, PartialEq)]
enum Said {
    #[default]
    Nothing,
    Json(Value),
    /// Forms with files have boundaries by chance.
    Form,
    Bytes(Bytes),
}

/// Bodies are kept up to this size.
const MOST: usize = 16 << 20;

pub(crate) async fn record(State(stage): State<Stage>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await.unwrap_or_default();
    let media_type = parts.headers.get("content-type").and_then(|text| text.to_str().ok());
    let media_type = media_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let query = parts.uri.query().unwrap_or_default().replace('+', "%20");
    let mut query: Vec<String> = query.split('&').map(decoded).collect();
    query.sort_unstable();
    let said = match media_type.as_deref() {
        _ if body.is_empty() => Said::Nothing,
        Some(text) if text.starts_with("multipart/") => Said::Form,
        Some(text) if text.ends_with("json") => {
            serde_json::from_slice(&body).map_or(Said::Bytes(body.clone()), |value| {
                let mut value = value;
                plain(&mut value);
                Said::Json(value)
            })
        }
        Some(_) | None => Said::Bytes(body.clone()),
    };
    let (method, path) = (parts.method.to_string(), decoded(parts.uri.path()));
    let asked = Asked { method, path, query, media_type: media_type.filter(|_| !body.is_empty()), body: said };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let answer = to_bytes(body, MOST).await.unwrap_or_default();
    stage.record(Recorded { request: asked, answer: answer.clone() });
    Response::from_parts(parts, Body::from(answer))
}

/// Without percent-encoding: which characters have it is everybody's own choice.
fn decoded(text: &str) -> String {
    let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    // Numbers and UUIDs have several spellings.
    match text.split_once('=').and_then(|(name, value)| Some((name, value.parse::<f64>().ok()?))) {
        Some((name, number)) => format!("{name}={number:e}"),
        None => text.to_ascii_lowercase(),
    }
}

/// The client that progenitor's generated one stands on: plain HTTP, with these header fields in every request.
pub(crate) fn http(headers: &[(&str, &str)]) -> reqwest::Client {
    let fields = headers
        .iter()
        .filter_map(|(name, value)| Some((HeaderName::try_from(*name).ok()?, HeaderValue::try_from(*value).ok()?)));
    let fields: HeaderMap = fields.collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.expect("versions that ring has").with_root_certificates(rustls::RootCertStore::empty());
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls.with_no_client_auth());
    builder.default_headers(fields).redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

impl Turn {
    /// An argument that need not be there.
    ///
    /// # Errors
    /// When the value is not of that type.
    pub fn optional<T: serde::de::DeserializeOwned>(&self, member: &str) -> Step<Option<T>> {
        self.argument(member)
    }

    /// The body, as JSON.
    ///
    /// # Errors
    /// When there is none, or it is not of that type.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Step<T> {
        let none = || Outcome::NotOfType("progenitor's client has no type for this body".to_owned());
        let mut value = self.first_body().ok_or_else(none)?;
        write_integers(&mut value);
        serde_json::from_value(value).map_err(|error| Outcome::NotOfType(format!("the body: {error}")))
    }

    /// Whether progenitor's client came to what was answered.
    ///
    /// # Errors
    /// When the handler was given something else, or it came to something else.
    pub fn other_came<T: Serialize, E>(&self, result: Result<ResponseValue<T>, Error<E>>) -> Step<()> {
        let Some(value) = self.other_answered(result)? else { return Ok(()) };
        let Ok(mut answered) = serde_json::from_slice::<Value>(&self.recorded().answer) else { return Ok(()) };
        let mut came = serde_json::to_value(value).map_err(|error| Outcome::Misread(error.to_string()))?;
        plain(&mut answered);
        plain(&mut came);
        if is_alike(&answered, &came) {
            return Ok(());
        }
        Err(Outcome::Misread(format!("answered was {answered}, and {came} came")))
    }

    /// The same for an answer of which only the status is looked at.
    ///
    /// # Errors
    /// As with [`Turn::other_came`].
    pub fn other_status<T, E>(&self, result: Result<ResponseValue<T>, Error<E>>) -> Step<()> {
        self.other_answered(result).map(|_| ())
    }

    fn other_answered<T, E>(&self, result: Result<ResponseValue<T>, Error<E>>) -> Step<Option<T>> {
        self.heard_right(|| match &result {
            Err(Error::InvalidRequest(why)) => Outcome::NotSent(why.clone()),
            Err(error) => Outcome::Refused(said(error)),
            Ok(_) => Outcome::Misheard("the handler was not called, and there is an answer".to_owned()),
        })?;
        let expected = Some(self.status());
        match result {
            Ok(value) if Some(value.status().as_u16()) == expected => Ok(Some(value.into_inner())),
            Ok(value) => Err(Outcome::Misread(format!("answered was {expected:?}, and {} came", value.status()))),
            // It has one type for all successes, and one media type.
            Err(Error::UnexpectedResponse(response)) if Some(response.status().as_u16()) == expected => {
                Err(Outcome::NotOfType("progenitor's client has no type for this answer".to_owned()))
            }
            Err(Error::InvalidResponsePayload(..)) if self.answers_another_content() => {
                Err(Outcome::NotOfType("progenitor's client has no type for this media type".to_owned()))
            }
            // Whatever is no success that it knows is an error to it.
            Err(error) if error.status().map(|status| status.as_u16()) == expected && expected >= Some(300) => Ok(None),
            Err(error) => Err(Outcome::Misread(format!("answered was {expected:?}, and {} came", said(&error)))),
        }
    }

    /// Whether the same went over the wire as before.
    pub(crate) fn looked_alike(&self, native: &Asked, other: &Asked) -> Step<()> {
        let said = match (&native.body, &other.body) {
            (Said::Json(native), Said::Json(other)) => is_alike(native, other),
            (native, other) => native == other,
        };
        let queries = native.query.iter().zip(&other.query).all(|(native, other)| {
            let value = |pair: &str| Value::from(pair.split_once('=').map_or(pair, |(_, value)| value));
            is_alike(&value(native), &value(other))
        });
        let same_place =
            (&native.method, &native.path, native.query.len()) == (&other.method, &other.path, other.query.len());
        if said && queries && same_place && native.media_type == other.media_type {
            return Ok(());
        }
        Err(Outcome::Unlike(format!("{native:?} and {other:?}")))
    }
}

fn said<E>(error: &Error<E>) -> String {
    match error {
        Error::InvalidRequest(why) => why.clone(),
        Error::CommunicationError(error) => error.to_string(),
        Error::InvalidUpgrade(error) | Error::ResponseBodyError(error) => error.to_string(),
        Error::ErrorResponse(response) => format!("an error with status {}", response.status()),
        Error::InvalidResponsePayload(body, error) => {
            format!("{error}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]))
        }
        Error::UnexpectedResponse(response) => format!("an unexpected answer with status {}", response.status()),
        Error::Custom(why) => why.clone(),
    }
}

/// Whether two values are the same to progenitor's types, which spell points in time and UUIDs in one way.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            let instant = |text: &str| text.parse::<Timestamp>().ok().map(|time| time.as_nanosecond());
            one.eq_ignore_ascii_case(other) || instant(one).is_some_and(|one| Some(one) == instant(other))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_alike(value, other)))
        }
        (_, _) => one == other,
    }
}

/// What is absent, null or empty, and whole numbers written with a fraction, in one spelling.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(plain);
            members.retain(|_, member| match member {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
            });
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|_| number.is_i64() || number.is_u64()) {
                *value = Value::from(whole);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
