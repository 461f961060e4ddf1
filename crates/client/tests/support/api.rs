//! What the generator would write for a small API of tags and reports.

use methodical_client::wire::Problem;
use methodical_client::wire::{
    self, Content, Effect, Idempotency, Method, Paging, PagingStyle, Parameter, ParameterLocation, Replays,
    RequestBody, Response, Schema, SecurityScheme, StatusPattern, Style,
};
use methodical_client::{
    Accepted, BaseUrl, BuildError, Call, Conditional, CreateOnly, Created, DeclaredProblem, Deleted, ErrorBody,
    Fetched, Find, HasHead, Idempotent, Keyable, Monitor, Monitored, NoProblem, Operation, Paginated, Put, Revalidate,
    Safe, Token, Unsafe, Wait,
};
use serde::{Deserialize, Serialize};

/// A label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tag {
    pub(crate) name: String,
}

/// Work, as its monitor shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Task {
    pub(crate) status: String,
}

/// A page of labels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct TagList {
    pub(crate) tags: Vec<Tag>,
}

/// Optional parameters of [`Client::list_tags`].
#[derive(Debug, Default, Serialize)]
pub(crate) struct ListTagsQuery {
    pub(crate) page: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Client {
    inner: methodical_client::Client,
}

impl Client {
    pub(crate) fn new(base: BaseUrl, token: Token) -> Result<Client, BuildError> {
        Ok(Client { inner: methodical_client::Client::builder(base).credential("token", token).build()? })
    }

    pub(crate) fn from_runtime(inner: methodical_client::Client) -> Client {
        Client { inner }
    }

    pub(crate) fn get_tag(&self, name: &str) -> Call<GetTag> {
        self.inner.call().path("name", name)
    }

    pub(crate) fn put_tag(&self, name: &str, body: &Tag) -> Call<PutTag> {
        self.inner.call().path("name", name).body(body)
    }

    pub(crate) fn delete_tag(&self, name: &str) -> Call<DeleteTag> {
        self.inner.call().path("name", name)
    }

    pub(crate) fn create_tag(&self, body: &Tag) -> Call<CreateTag> {
        self.inner.call().body(body)
    }

    pub(crate) fn move_tag(&self, name: &str) -> Call<MoveTag> {
        self.inner.call().path("name", name)
    }

    pub(crate) fn get_task(&self, id: u64) -> Call<GetTask> {
        self.inner.call().path("id", id)
    }

    pub(crate) fn wait_task(&self, id: u64) -> Wait<GetTask> {
        self.get_task(id).wait()
    }

    pub(crate) fn list_tags(&self, query: ListTagsQuery) -> Call<ListTags> {
        self.inner.call().parameters(&query)
    }
}

static TEXT: Schema = Schema::new(r#"{"type": "string", "minLength": 1, "maxLength": 9}"#, &[]);
static WHOLE: Schema = Schema::new(r#"{"type": "integer", "minimum": 1}"#, &[]);
static TAG: Schema = Schema::new(
    r#"{"type": "object", "required": ["name"], "properties": {"name": {"$ref": "Text"}}}"#,
    &[("Text", &TEXT)],
);
const SECURITY: &[&[SecurityScheme]] = &[&[SecurityScheme::Http { name: "token", scheme: "Token" }]];
const BODY: Option<RequestBody> =
    Some(RequestBody { required: true, contents: &[Content { schema: &TAG, ..Content::JSON }] });

const fn json(status: u16) -> Response {
    Response { status: StatusPattern::Code(status), contents: &[Content::JSON] }
}

const fn empty(status: u16) -> Response {
    Response { status: StatusPattern::Code(status), contents: &[] }
}

const fn operation(id: &'static str, method: Method, path: &'static str, effect: Effect) -> wire::Operation {
    wire::Operation { id, method, path, effect, security: SECURITY, ..wire::Operation::PLAIN }
}

const TAG_PARAMETERS: &[Parameter] = &[Parameter {
    name: "name",
    member: "name",
    location: ParameterLocation::Path,
    style: Style::Simple,
    explode: false,
    required: true,
    schema: &TEXT,
    ..Parameter::PLAIN
}];
static GET_TAG: wire::Operation = wire::Operation {
    parameters: TAG_PARAMETERS,
    responses: &[json(200), json(404)],
    if_none_match: true,
    ..operation("getTag", Method::Get, "/tags/{name}", Effect::Safe)
};
static PUT_TAG: wire::Operation = wire::Operation {
    parameters: TAG_PARAMETERS,
    body: BODY,
    responses: &[json(200), json(201), json(412), json(422)],
    if_match: true,
    if_none_match: true,
    ..operation("putTag", Method::Put, "/tags/{name}", Effect::Idempotent)
};
static MOVE_TAG: wire::Operation = wire::Operation {
    parameters: TAG_PARAMETERS,
    responses: &[json(202)],
    ..operation("moveTag", Method::Post, "/tags/{name}", Effect::Unsafe)
};
static GET_TASK: wire::Operation = wire::Operation {
    parameters: &[Parameter { name: "id", member: "id", schema: &WHOLE, ..TAG_PARAMETERS[0] }],
    responses: &[json(200), json(404)],
    ..operation("getTask", Method::Get, "/tasks/{id}", Effect::Safe)
};
static DELETE_TAG: wire::Operation = wire::Operation {
    parameters: TAG_PARAMETERS,
    responses: &[empty(204), json(404)],
    if_match: true,
    ..operation("deleteTag", Method::Delete, "/tags/{name}", Effect::Idempotent)
};
static CREATE_TAG: wire::Operation = wire::Operation {
    body: BODY,
    responses: &[json(201), json(422)],
    idempotency: Some(Idempotency {
        header: "Idempotency-Key",
        required: false,
        replays: Replays::Success,
        retention_seconds: 60,
    }),
    ..operation("createTag", Method::Post, "/tags", Effect::Unsafe)
};
static LIST_TAGS: wire::Operation = wire::Operation {
    parameters: &[Parameter {
        name: "page",
        member: "page",
        location: ParameterLocation::Query,
        style: Style::Form,
        explode: true,
        required: false,
        schema: &WHOLE,
        ..Parameter::PLAIN
    }],
    responses: &[json(200)],
    paging: Some(Paging { style: PagingStyle::Number, parameter: "page", next: "/meta/next", items: "/tags" }),
    ..operation("listTags", Method::Get, "/tags", Effect::Safe)
};

#[derive(Debug)]
pub(crate) enum GetTag {}
impl Operation for GetTag {
    const DATA: &'static wire::Operation = &GET_TAG;
    type Effect = Safe;
    type Outcome = Find<Tag>;
    type Problem = NoProblem;
}
impl HasHead for GetTag {}
impl Revalidate for GetTag {}

#[derive(Debug)]
pub(crate) enum PutTag {}
impl Operation for PutTag {
    const DATA: &'static wire::Operation = &PUT_TAG;
    type Effect = Idempotent;
    type Outcome = Put<Tag>;
    type Problem = PutTagProblem;
}
impl Conditional for PutTag {}
impl CreateOnly for PutTag {}

/// What [`Client::put_tag`] may be refused with.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub(crate) enum PutTagProblem {
    PreconditionFailed(Box<Problem>),
    UnprocessableContent(Box<Problem>),
}
impl DeclaredProblem for PutTagProblem {
    fn from_answer(status: u16, body: ErrorBody) -> Result<Self, ErrorBody> {
        match status {
            412 => body.problem().map(Self::PreconditionFailed),
            422 => body.problem().map(Self::UnprocessableContent),
            _ => Err(body),
        }
    }

    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::PreconditionFailed(problem) | Self::UnprocessableContent(problem) => Some(problem),
        }
    }
}

#[derive(Debug)]
pub(crate) enum MoveTag {}
impl Operation for MoveTag {
    const DATA: &'static wire::Operation = &MOVE_TAG;
    type Effect = Unsafe;
    type Outcome = Accepted<Tag>;
    type Problem = NoProblem;
}

#[derive(Debug)]
pub(crate) enum GetTask {}
impl Operation for GetTask {
    const DATA: &'static wire::Operation = &GET_TASK;
    type Effect = Safe;
    type Outcome = Find<Task>;
    type Problem = NoProblem;
}
impl Monitored for GetTask {
    const MONITOR: Monitor = Monitor { status: "/status", succeeded: &["done"], failed: &["broken", "late"] };
}

#[derive(Debug)]
pub(crate) enum DeleteTag {}
impl Operation for DeleteTag {
    const DATA: &'static wire::Operation = &DELETE_TAG;
    type Effect = Idempotent;
    type Outcome = Deleted;
    type Problem = NoProblem;
}
impl Conditional for DeleteTag {}

#[derive(Debug)]
pub(crate) enum CreateTag {}
impl Operation for CreateTag {
    const DATA: &'static wire::Operation = &CREATE_TAG;
    type Effect = Unsafe;
    type Outcome = Created<Tag>;
    type Problem = NoProblem;
}
impl Keyable for CreateTag {}

#[derive(Debug)]
pub(crate) enum ListTags {}
impl Operation for ListTags {
    const DATA: &'static wire::Operation = &LIST_TAGS;
    type Effect = Safe;
    type Outcome = Fetched<TagList>;
    type Problem = NoProblem;
}
impl Paginated for ListTags {
    type Item = Tag;
}
