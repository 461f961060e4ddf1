//! A small API in the shape that generated code has, written by hand: what the generator writes must fit the same traits.

use std::future::Future;

use methodical_server::wire::{
    Content, Effect, Encoding, Idempotency, LocationTemplate, Method, Operation as Data, Parameter, ParameterLocation,
    Replays, RequestBody, Response, Schema, SecurityScheme, StatusPattern, Style,
};
use methodical_server::{
    Accepted, Answer, Api, Created, Cx, Declares, Discarded, Fault, Found, Operation, Read, ReadTx, Refusal, Removed,
    Reply, Service, Updated, Upserted, Write, WriteTx,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct TagInput {
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct TagsInput {
    pub(crate) names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TagList {
    pub(crate) tags: Vec<Tag>,
    pub(crate) total: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CreatedTags {
    pub(crate) tags: Vec<Tag>,
}

/// What is answered while a tag is on its way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Moving {
    /// The name of the tag that tells how it stands.
    pub(crate) task: Option<String>,
}

static NAME: Schema = Schema::new(r#"{"type": "string", "minLength": 1, "maxLength": 8}"#, &[]);
static COUNT: Schema = Schema::new(r#"{"type": "integer", "minimum": 1, "maximum": 10}"#, &[]);
static TAG_INPUT: Schema = Schema::new(
    r#"{
      "type": "object",
      "properties": {"note": {"type": ["string", "null"], "minLength": 1, "maxLength": 20}},
      "additionalProperties": false
    }"#,
    &[],
);
static TAGS_INPUT: Schema = Schema::new(
    r#"{
      "type": "object",
      "required": ["names"],
      "properties": {"names": {"type": "array", "items": {"$ref": "Name"}, "minItems": 1}},
      "additionalProperties": false
    }"#,
    &[("Name", &NAME)],
);

const fn parameter(name: &'static str, location: ParameterLocation, schema: &'static Schema) -> Parameter {
    Parameter {
        name,
        member: name,
        location,
        style: match location {
            ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
            ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
        },
        explode: false,
        required: matches!(location, ParameterLocation::Path),
        schema,
        ..Parameter::PLAIN
    }
}

static BY_NAME: [Parameter; 1] = [parameter("name", ParameterLocation::Path, &NAME)];
static PAGED: [Parameter; 1] = [parameter("per_page", ParameterLocation::Query, &COUNT)];

const fn json(contents: &'static [Content]) -> Option<RequestBody> {
    Some(RequestBody { required: true, contents })
}

const fn response(status: u16) -> Response {
    let contents: &[Content] = match status {
        204 => &[],
        ..400 => &[Content::JSON],
        400.. => &[Content::PROBLEM],
    };
    Response { status: StatusPattern::Code(status), contents }
}

static TAG_INPUT_CONTENT: [Content; 1] = [Content { schema: &TAG_INPUT, ..Content::JSON }];
static TAGS_INPUT_CONTENT: [Content; 1] = [Content { schema: &TAGS_INPUT, ..Content::JSON }];

static TOKEN: [&[SecurityScheme]; 1] = [&[SecurityScheme::Http { name: "token", scheme: "Token" }]];

const fn operation(id: &'static str, method: Method, path: &'static str, responses: &'static [Response]) -> Data {
    Data {
        id,
        method,
        path,
        effect: match method {
            Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => Effect::Safe,
            Method::Put | Method::Delete => Effect::Idempotent,
            Method::Post | Method::Patch | Method::Other(_) => Effect::Unsafe,
        },
        parameters: &[],
        body: None,
        responses,
        security: &TOKEN,
        idempotency: None,
        if_match: true,
        if_none_match: true,
        ..methodical_server::wire::Operation::PLAIN
    }
}

const fn key(replays: Replays) -> Option<Idempotency> {
    Some(Idempotency { header: "Idempotency-Key", required: false, replays, retention_seconds: 86_400 })
}

static LOCATION: [LocationTemplate; 1] =
    [LocationTemplate { path: "/tags/{name}", parameters: &[("name", "/name")], of_request: &[] }];

static MONITOR: [LocationTemplate; 1] =
    [LocationTemplate { path: "/tags/{name}", parameters: &[("name", "/task")], of_request: &[] }];

macro_rules! operations {
    ($($(#[$doc:meta])* $marker:ident, $request:ident { $($field:ident: $type:ty),* }, $declares:tt, $data:expr;)+) => {$(
        #[derive(Debug)]
        pub(crate) enum $marker {}

        #[derive(Debug, Clone, PartialEq, Deserialize)]
        pub(crate) struct $request { $(pub(crate) $field: $type),* }

        impl Operation for $marker {
            const DATA: &'static Data = &$data;
            type Request = $request;
        }

        operations!(@declares $marker $declares);
    )+};
    (@declares $marker:ident [$($status:literal)*]) => { $(impl Declares<$status> for $marker {})* };
}

operations! {
    ListTags, ListTagsRequest { per_page: Option<u64> }, [],
        Data { parameters: &PAGED, ..operation("listTags", Method::Get, "/tags", &[response(200)]) };
    GetTag, GetTagRequest { name: String }, [404],
        Data { parameters: &BY_NAME, ..operation("getTag", Method::Get, "/tags/{name}", &[response(200), response(404)]) };
    PutTag, PutTagRequest { name: String, body: TagInput }, [422],
        Data {
            parameters: &BY_NAME,
            body: json(&TAG_INPUT_CONTENT),
            ..operation("putTag", Method::Put, "/tags/{name}", &[response(200), response(201), response(422)])
        };
    DeleteTag, DeleteTagRequest { name: String }, [404],
        Data { parameters: &BY_NAME, ..operation("deleteTag", Method::Delete, "/tags/{name}", &[response(204), response(404)]) };
    CreateTags, CreateTagsRequest { body: TagsInput }, [409 422],
        Data {
            body: json(&TAGS_INPUT_CONTENT),
            idempotency: key(Replays::Success),
            ..operation("createTags", Method::Post, "/tags", &[response(201), response(409), response(422)])
        };
    NextTag, NextTagRequest { body: TagInput }, [404],
        Data {
            body: json(&TAG_INPUT_CONTENT),
            idempotency: key(Replays::All),
            locations: &LOCATION,
            ..operation("nextTag", Method::Post, "/next-tag", &[response(201), response(404)])
        };
    RenoteTag, RenoteTagRequest { name: String, body: TagInput }, [404],
        Data {
            parameters: &BY_NAME,
            body: json(&TAG_INPUT_CONTENT),
            ..operation("renoteTag", Method::Put, "/notes/{name}", &[response(204), response(404)])
        };
    DropNote, DropNoteRequest { name: String }, [],
        Data { parameters: &BY_NAME, ..operation("dropNote", Method::Delete, "/notes/{name}", &[response(204)]) };
    TakeNote, TakeNoteRequest { name: String }, [404],
        Data { parameters: &BY_NAME, ..operation("takeNote", Method::Delete, "/tags/{name}/note", &[response(204), response(404)]) };
    MoveTag, MoveTagRequest { name: String }, [404],
        Data {
            parameters: &BY_NAME,
            idempotency: key(Replays::Success),
            locations: &MONITOR,
            ..operation("moveTag", Method::Post, "/moves/{name}", &[response(202), response(404)])
        };
    Health, HealthRequest {}, [],
        Data { security: &[], ..operation("health", Method::Get, "/health", &[response(200), response(202)]) };
    SendBlob, SendBlobRequest { body: serde_json::Value }, [],
        Data {
            body: Some(RequestBody {
                required: true,
                contents: &[Content {
                    media_type: "application/octet-stream",
                    encoding: Encoding::Text,
                    ..Content::JSON
                }],
            }),
            ..operation("sendBlob", Method::Post, "/blobs", &[response(204)])
        };
    Misbehave, MisbehaveRequest { name: String }, [],
        Data { parameters: &BY_NAME, ..operation("misbehave", Method::Post, "/misbehave/{name}", &[response(204)]) };
}

pub(crate) enum HealthAnswer {
    Ok(TagList),
    Accepted,
}

impl Answer for HealthAnswer {
    fn into_reply(self) -> Result<Reply, Fault> {
        match self {
            Self::Ok(body) => Reply::content(200, &body),
            Self::Accepted => Ok(Reply::empty(202)),
        }
    }
}

pub(crate) trait Tags: Api {
    fn list_tags<'t>(
        &'t self,
        tx: &'t ReadTx<Self::Store>,
        request: ListTagsRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Found<'t, TagList>, Refusal<ListTags>>> + Send + 't;
    fn get_tag<'t>(
        &'t self,
        tx: &'t ReadTx<Self::Store>,
        request: GetTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Option<Found<'t, Tag>>, Refusal<GetTag>>> + Send + 't;
    fn put_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: PutTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Upserted<Tag>, Refusal<PutTag>>> + Send + 't;
    fn delete_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: DeleteTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Removed, Refusal<DeleteTag>>> + Send + 't;
    fn create_tags<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: CreateTagsRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Created<CreatedTags>, Refusal<CreateTags>>> + Send + 't;
    fn next_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: NextTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Created<Tag>, Refusal<NextTag>>> + Send + 't;
    fn renote_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: RenoteTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Updated<Tag>, Refusal<RenoteTag>>> + Send + 't;
    fn drop_note<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: DropNoteRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Removed, Refusal<DropNote>>> + Send + 't;
    fn take_note<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: TakeNoteRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Removed, Refusal<TakeNote>>> + Send + 't;
    fn move_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: MoveTagRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Accepted<Moving>, Refusal<MoveTag>>> + Send + 't;
    fn health<'t>(
        &'t self,
        tx: &'t ReadTx<Self::Store>,
        request: HealthRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<HealthAnswer, Refusal<Health>>> + Send + 't;
    fn send_blob<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: SendBlobRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Discarded, Refusal<SendBlob>>> + Send + 't;
    fn misbehave<'t>(
        &'t self,
        tx: &'t mut WriteTx<Self::Store>,
        request: MisbehaveRequest,
        cx: &'t Cx<Self::Principal>,
    ) -> impl Future<Output = Result<Discarded, Refusal<Misbehave>>> + Send + 't;
}

macro_rules! reads {
    ($($marker:ident => $function:ident: $answer:ty;)+) => {$(
        impl<A: Tags> Read<A> for $marker {
            type Answer<'t> = $answer;

            fn call<'t>(
                api: &'t A,
                tx: &'t ReadTx<A::Store>,
                request: Self::Request,
                cx: &'t Cx<A::Principal>,
            ) -> impl Future<Output = Result<Self::Answer<'t>, Refusal<Self>>> + Send + 't {
                api.$function(tx, request, cx)
            }
        }
    )+};
}

macro_rules! writes {
    ($($marker:ident => $function:ident: $answer:ty;)+) => {$(
        impl<A: Tags> Write<A> for $marker {
            type Answer = $answer;

            fn call<'t>(
                api: &'t A,
                tx: &'t mut WriteTx<A::Store>,
                request: Self::Request,
                cx: &'t Cx<A::Principal>,
            ) -> impl Future<Output = Result<Self::Answer, Refusal<Self>>> + Send + 't {
                api.$function(tx, request, cx)
            }
        }
    )+};
}

reads! {
    ListTags => list_tags: Found<'t, TagList>;
    GetTag => get_tag: Option<Found<'t, Tag>>;
    Health => health: HealthAnswer;
}

writes! {
    PutTag => put_tag: Upserted<Tag>;
    DeleteTag => delete_tag: Removed;
    CreateTags => create_tags: Created<CreatedTags>;
    NextTag => next_tag: Created<Tag>;
    RenoteTag => renote_tag: Updated<Tag>;
    DropNote => drop_note: Removed;
    TakeNote => take_note: Removed;
    MoveTag => move_tag: Accepted<Moving>;
    SendBlob => send_blob: Discarded;
    Misbehave => misbehave: Discarded;
}

pub(crate) fn service<A: Tags>(api: A, store: A::Store) -> Service<A> {
    Service::new(api, store)
        .base_path("/v1")
        .realm("tags")
        .read::<ListTags>()
        .read::<GetTag>()
        .read::<Health>()
        .write::<PutTag>()
        .write::<DeleteTag>()
        .write::<CreateTags>()
        .write::<NextTag>()
        .write::<RenoteTag>()
        .write::<DropNote>()
        .write::<TakeNote>()
        .write::<MoveTag>()
        .write::<SendBlob>()
        .write::<Misbehave>()
}
