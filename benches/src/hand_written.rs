//! The operations on tags as a careful person writes them in axum without a toolkit: the same routes, the same store, the
//! same fields in the answers (entity tag, rate, request id), validation of what comes in, and nothing beyond; and the same with
//! the layers that such a service gets before it meets the public.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{Key, Reads, Record as _, Store, StoreError, Writes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stacklets_service::access::{Account, TokenRecord, account_key};
use stacklets_service::token::Token;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

const TAGS: &str = "tags";
const PROJECTS: &str = "projects";
const DEFAULT_PROJECTS: &str = "default_projects";
const WINDOW: Duration = Duration::from_secs(60);

/// The routes.
pub(crate) fn router<S: Store>(store: S) -> Router {
    let app = App { store, windows: Arc::default() };
    Router::new()
        .route("/v1/tags", get(list::<S>))
        .route("/v1/tags/{name}", get(read::<S>).put(put::<S>).delete(delete::<S>))
        .with_state(app)
}

/// The routes with what the generated server has too: limits of time and size, panics that are caught, a span for each request.
pub(crate) fn with_layers<S: Store>(store: S) -> Router {
    router(store)
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
        .layer(RequestBodyLimitLayer::new(1024 * 1024))
        .layer(TraceLayer::new_for_http())
}

#[derive(Clone)]
struct App<S> {
    store: S,
    windows: Arc<Mutex<HashMap<String, (Instant, u32)>>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Tag {
    created_at: Timestamp,
    description: Option<String>,
    name: String,
    project_uuid: Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TagInput {
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    project_uuid: Option<Uuid>,
}

#[derive(Debug, Deserialize)]
struct Page {
    page: Option<u64>,
    per_page: Option<u64>,
}

/// A refusal: status and what to say.
struct Refusal(StatusCode, String);

/// An answer, or a refusal; both carry the fields that every answer has.
fn with_fields(fields: HeaderMap, answer: Result<Response, Refusal>) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().extend(fields);
    response
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let title = self.0.canonical_reason().unwrap_or_default();
        let problem = json!({ "type": "about:blank", "title": title, "status": self.0.as_u16(), "detail": self.1 });
        let mut response = (self.0, Json(problem)).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert("content-type", media_type);
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::Unavailable(_) => {
                Refusal(StatusCode::SERVICE_UNAVAILABLE, "Come back in a second.".to_owned())
            }
            StoreError::Corrupt(_) | StoreError::Undecided(_) | StoreError::Other(_) => Refusal::internal(),
        }
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(_: serde_json::Error) -> Self {
        Refusal::internal()
    }
}

impl Refusal {
    fn internal() -> Refusal {
        Refusal(StatusCode::INTERNAL_SERVER_ERROR, "The service has made a mistake.".to_owned())
    }

    fn absent(name: &str) -> Refusal {
        Refusal(StatusCode::NOT_FOUND, format!("There is no tag `{name}`."))
    }
}

impl<S: Store> App<S> {
    /// Who is calling, and the fields that every answer has.
    async fn enter(&self, view: &impl Reads, headers: &HeaderMap) -> Result<(Account, HeaderMap), Refusal> {
        let unknown = || Refusal(StatusCode::UNAUTHORIZED, "The token is not valid.".to_owned());
        let text = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(unknown)?;
        let token = text.strip_prefix("Token ").and_then(Token::parse).ok_or_else(unknown)?;
        let key = Key::new(token.id().as_str());
        let record = view.get(TokenRecord::TABLE, key.as_bytes()).await?.ok_or_else(unknown)?;
        let record: TokenRecord = serde_json::from_slice(&record)?;
        if record.digest != token.digest() {
            return Err(unknown());
        }
        let key = account_key(&record.account);
        let account = view.get(Account::TABLE, key.as_bytes()).await?.ok_or_else(unknown)?;
        let account: Account = serde_json::from_slice(&account)?;
        Ok((account, self.fields(token.id().as_str())))
    }

    fn fields(&self, caller: &str) -> HeaderMap {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(caller.to_owned()).or_insert_with(|| (Instant::now(), 0));
        if window.0.elapsed() >= WINDOW {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        let (reset, remaining) = ((WINDOW - window.0.elapsed().min(WINDOW)).as_secs() + 1, u32::MAX - window.1);
        drop(windows);
        let mut fields = HeaderMap::new();
        fields.insert("ratelimit-limit", HeaderValue::from(u32::MAX));
        fields.insert("ratelimit-remaining", HeaderValue::from(remaining));
        fields.insert("ratelimit-reset", HeaderValue::from(reset));
        let id = getrandom::u64().unwrap_or_default();
        let id = HeaderValue::from_str(&format!("{id:016x}"));
        if let Ok(id) = id {
            fields.insert("x-request-id", id);
        }
        fields.insert("cache-control", HeaderValue::from_static("no-store"));
        fields.insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
        fields
    }
}

fn etag_of(bytes: &[u8]) -> String {
    format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..16]))
}

fn with_etag(mut fields: HeaderMap, bytes: &[u8]) -> HeaderMap {
    fields.extend(HeaderValue::from_str(&etag_of(bytes)).ok().map(|value| (ETAG, value)));
    fields
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:".contains(&byte);
    match (1..=255).contains(&name.len()) && name.bytes().all(allowed) {
        true => Ok(()),
        false => Err(Refusal(StatusCode::BAD_REQUEST, "The name has characters that names have not.".to_owned())),
    }
}

fn matches(headers: &HeaderMap, field: axum::http::HeaderName, bytes: Option<&Bytes>) -> Option<bool> {
    let value = headers.get(field)?.to_str().ok()?;
    let Some(bytes) = bytes else { return Some(false) };
    let etag = etag_of(bytes);
    Some(value == "*" || value.split(',').any(|one| one.trim() == etag))
}

fn check_preconditions(headers: &HeaderMap, current: Option<&Bytes>) -> Result<(), Refusal> {
    let stale = matches(headers, IF_MATCH, current) == Some(false);
    if stale || matches(headers, IF_NONE_MATCH, current) == Some(true) {
        return Err(Refusal(StatusCode::PRECONDITION_FAILED, "A precondition does not hold.".to_owned()));
    }
    Ok(())
}

async fn list<S: Store>(
    State(app): State<App<S>>,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Response, Refusal> {
    let view = app.store.read().await?;
    let (account, fields) = app.enter(&view, &headers).await?;
    Ok(with_fields(fields, page_of_tags(&view, &account, page).await))
}

async fn page_of_tags(view: &impl Reads, account: &Account, page: Page) -> Result<Response, Refusal> {
    let (number, size) = (page.page.unwrap_or(1), page.per_page.unwrap_or(25));
    if number == 0 || !(1..=200).contains(&size) {
        return Err(Refusal(StatusCode::BAD_REQUEST, "There is no such page.".to_owned()));
    }
    let range = Key::prefix(account.name.as_str());
    let total = view.count(TAGS, range.clone()).await?;
    let rows = view.scan(TAGS, range, (number - 1) * size, usize::try_from(size).unwrap_or(200)).await?;
    let tags: Vec<Tag> = rows.iter().map(|(_, bytes)| serde_json::from_slice(bytes)).collect::<Result<_, _>>()?;
    let pages = total.div_ceil(size).max(1);
    let pagination = json!({
        "current_page": number, "next_page": (number < pages).then_some(number + 1), "pages": pages, "per_page": size,
        "previous_page": (number > 1).then(|| (number - 1).min(pages)), "total": total,
    });
    let meta = json!({ "pagination": pagination, "query": null, "sort": null });
    Ok(Json(json!({ "meta": meta, "tags": tags })).into_response())
}

async fn read<S: Store>(
    State(app): State<App<S>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let view = app.store.read().await?;
    let (account, fields) = app.enter(&view, &headers).await?;
    Ok(with_fields(fields, tag(&view, &account, &name, &headers).await))
}

async fn tag(view: &impl Reads, account: &Account, name: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    check_name(name)?;
    let key = Key::new((account.name.as_str(), name));
    let bytes = view.get(TAGS, key.as_bytes()).await?.ok_or_else(|| Refusal::absent(name))?;
    let fields = with_etag(HeaderMap::new(), &bytes);
    if matches(headers, IF_NONE_MATCH, Some(&bytes)) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, fields).into_response());
    }
    let tag: Tag = serde_json::from_slice(&bytes)?;
    Ok((fields, Json(json!({ "tag": tag }))).into_response())
}

async fn put<S: Store>(
    State(app): State<App<S>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    // As the generated server does: who calls is found out by reading, before there is a unit of work.
    let (account, fields) = app.enter(&app.store.read().await?, &headers).await?;
    Ok(with_fields(fields, write(&app, &account, name, &headers, &body).await))
}

async fn write<S: Store>(
    app: &App<S>,
    account: &Account,
    name: String,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    check_name(&name)?;
    let mut fields = HeaderMap::new();
    let input: TagInput =
        serde_json::from_slice(body).map_err(|error| Refusal(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    if input.description.as_ref().is_some_and(|text| text.chars().count() > 255) {
        return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, "The description is too long.".to_owned()));
    }
    let key = Key::new((account.name.as_str(), name.as_str()));
    let mut unit = app.store.write().await?;
    let current = unit.get(TAGS, key.as_bytes()).await?;
    let project_uuid = project(&unit, account, input.project_uuid).await?;
    check_preconditions(headers, current.as_ref())?;
    let before: Option<Tag> = current.as_ref().map(|bytes| serde_json::from_slice(bytes)).transpose()?;
    let created_at = before.as_ref().map_or_else(now, |tag| tag.created_at);
    let tag = Tag { created_at, description: input.description, name, project_uuid };
    let bytes = Bytes::from(serde_json::to_vec(&tag)?);
    unit.put(TAGS, key.as_bytes(), bytes.clone()).await?;
    unit.commit().await?;
    let status = match before {
        Some(_) => StatusCode::OK,
        None => {
            let location = HeaderValue::from_str(&format!("/v1/tags/{}", tag.name));
            fields.extend(location.ok().map(|value| (LOCATION, value)));
            StatusCode::CREATED
        }
    };
    Ok((status, with_etag(fields, &bytes), Json(json!({ "tag": tag }))).into_response())
}

async fn project(unit: &impl Reads, account: &Account, wanted: Option<Uuid>) -> Result<Uuid, Refusal> {
    let Some(uuid) = wanted else {
        let default = unit.get(DEFAULT_PROJECTS, account_key(&account.name).as_bytes()).await?;
        return Ok(serde_json::from_slice(&default.ok_or_else(Refusal::internal)?)?);
    };
    match unit.get(PROJECTS, Key::new((account.name.as_str(), uuid)).as_bytes()).await? {
        Some(_) => Ok(uuid),
        None => Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, format!("There is no project `{uuid}`."))),
    }
}

async fn delete<S: Store>(
    State(app): State<App<S>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (account, fields) = app.enter(&app.store.read().await?, &headers).await?;
    Ok(with_fields(fields, remove(&app, &account, &name, &headers).await))
}

async fn remove<S: Store>(
    app: &App<S>,
    account: &Account,
    name: &str,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    check_name(name)?;
    let key = Key::new((account.name.as_str(), name));
    let mut unit = app.store.write().await?;
    let current = unit.get(TAGS, key.as_bytes()).await?;
    if current.is_none() {
        return Err(Refusal::absent(name));
    }
    check_preconditions(headers, current.as_ref())?;
    unit.remove(TAGS, key.as_bytes()).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
