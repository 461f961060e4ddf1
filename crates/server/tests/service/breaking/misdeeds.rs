//! The wrong handlers, each an operation of its own. All take a `name` in their path and, where they have a body, a `note`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use methodical_server::wire::{
    Content, Effect, Idempotency, Method, Operation as Data, Parameter, ParameterLocation, Place, Replays, RequestBody,
    Response, Schema, SecurityScheme, StatusPattern, Style, Violation,
};
use methodical_server::{
    Created, Cx, Declares, Discarded, Found, Key, Lookup as _, Operation, Read, ReadTx, Record, Refusal, Removed,
    Service, Store, Stored, Upserted, Write, WriteTx,
};
use serde::{Deserialize, Serialize};

use super::Crook;

/// What is stored, and shown as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) note: String,
}

impl Record for Tag {
    const TABLE: &'static str = "tags";
}

/// How often something was tried: what must not outlast a refusal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Tries(pub(super) u64);

impl Record for Tries {
    const TABLE: &'static str = "tries";
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    name: String,
    body: Option<Body>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Body {
    note: String,
}

impl Asked {
    fn tag(&self) -> Tag {
        Tag { name: self.name.clone(), note: self.note() }
    }

    fn note(&self) -> String {
        self.body.clone().unwrap_or_default().note
    }

    fn key(&self) -> Key {
        Key::new(self.name.as_str())
    }
}

static TEXT: Schema = Schema::new(r#"{"type": "string", "minLength": 1, "maxLength": 20}"#, &[]);
static BODY: Schema = Schema::new(
    r#"{"type": "object", "required": ["note"], "properties": {"note": {"$ref": "Text"}}, "additionalProperties": false}"#,
    &[("Text", &TEXT)],
);
static BY_NAME: [Parameter; 1] = [Parameter {
    name: "name",
    member: "name",
    location: ParameterLocation::Path,
    style: Style::Simple,
    explode: false,
    required: true,
    schema: &TEXT,
    ..Parameter::PLAIN
}];
static CONTENT: [Content; 1] = [Content { schema: &BODY, ..Content::JSON }];
static TOKEN: [&[SecurityScheme]; 1] = [&[SecurityScheme::Http { name: "token", scheme: "Token" }]];

const fn response(status: u16) -> Response {
    let contents: &[Content] = match status {
        204 => &[],
        ..400 => &[Content::JSON],
        400.. => &[Content::PROBLEM],
    };
    Response { status: StatusPattern::Code(status), contents }
}

const fn data(id: &'static str, method: Method, path: &'static str, responses: &'static [Response]) -> Data {
    let has_body = matches!(method, Method::Put | Method::Post);
    let schema = RequestBody { required: true, contents: &CONTENT };
    Data {
        id,
        method,
        path,
        effect: if has_body { Effect::Unsafe } else { Effect::Idempotent },
        parameters: &BY_NAME,
        body: if has_body { Some(schema) } else { None },
        responses,
        security: &TOKEN,
        idempotency: None,
        if_match: true,
        if_none_match: true,
        ..methodical_server::wire::Operation::PLAIN
    }
}

const fn keyed(replays: Replays) -> Option<Idempotency> {
    Some(Idempotency { header: "Idempotency-Key", required: false, replays, retention_seconds: 60 })
}

/// Marker, what it may refuse with, what it is, and its handler.
macro_rules! misdeeds {
    (
        read { $($(#[$rdoc:meta])* $read:ident $rdeclares:tt $rdata:expr, |$rapi:ident, $rtx:ident, $rask:ident| -> $ranswer:ty { $($rbody:tt)* })+ }
        write { $($(#[$wdoc:meta])* $write:ident $wdeclares:tt $wdata:expr, |$wapi:ident, $wtx:ident, $wask:ident| -> $wanswer:ty { $($wbody:tt)* })+ }
    ) => {
        $(
            misdeeds!(@operation $(#[$rdoc])* $read $rdeclares $rdata);
            impl<S: Store> Read<Crook<S>> for $read {
                type Answer<'t> = $ranswer;

                async fn call<'t>(
                    $rapi: &'t Crook<S>,
                    $rtx: &'t ReadTx<S>,
                    $rask: Asked,
                    _: &'t Cx<String>,
                ) -> Result<$ranswer, Refusal<Self>> {
                    $rapi.ran.fetch_add(1, Ordering::SeqCst);
                    $($rbody)*
                }
            }
        )+
        $(
            misdeeds!(@operation $(#[$wdoc])* $write $wdeclares $wdata);
            impl<S: Store> Write<Crook<S>> for $write {
                type Answer = $wanswer;

                async fn call<'t>(
                    $wapi: &'t Crook<S>,
                    $wtx: &'t mut WriteTx<S>,
                    $wask: Asked,
                    _: &'t Cx<String>,
                ) -> Result<$wanswer, Refusal<Self>> {
                    $wapi.ran.fetch_add(1, Ordering::SeqCst);
                    $($wbody)*
                }
            }
        )+
        pub(super) fn service<S: Store>(api: Crook<S>, store: S) -> Service<Crook<S>> {
            Service::new(api, store).base_path("/v1").realm("tags") $(.read::<$read>())+ $(.write::<$write>())+
        }
    };
    (@operation $(#[$doc:meta])* $marker:ident [$($status:literal)*] $data:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) enum $marker {}

        impl Operation for $marker {
            const DATA: &'static Data = &$data;
            type Request = Asked;
        }

        $(impl Declares<$status> for $marker {})*
    };
}

misdeeds! {
    read {
        /// Honest, to look with.
        GetTag [404] data("getTag", Method::Get, "/tags/{name}", &[response(200), response(401), response(404), response(503)]),
        |_api, tx, asked| -> Option<Found<'t, Tag>> {
            Ok(tx.get::<Tag>(&asked.key()).await?.map(|stored| Found::render(stored, |tag| tag)))
        }

        /// Honest, to count with.
        GetTries [] data("getTries", Method::Get, "/tries/{name}", &[response(200)]),
        |_api, tx, asked| -> Found<'t, u64> {
            let tries = tx.get::<Tries>(&asked.key()).await?.map_or(0, |stored| stored.0);
            Ok(Found::now(None, tries))
        }

        /// Its body breaks whoever renders it.
        GetExploding [404] data("getExploding", Method::Get, "/exploding/{name}", &[response(200), response(404)]),
        |_api, tx, asked| -> Option<Found<'t, Tag>> {
            let stored = tx.get::<Tag>(&asked.key()).await?;
            Ok(stored.map(|stored| Found::later(Some(stored.etag().clone()), async { panic!("secret: rendered") })))
        }

        /// Another body each time under the tag of one record.
        GetVarying [404] data("getVarying", Method::Get, "/varying/{name}", &[response(200), response(404)]),
        |api, tx, asked| -> Option<Found<'t, Tag>> {
            let note = api.ran.load(Ordering::SeqCst).to_string();
            Ok(tx.get::<Tag>(&asked.key()).await?.map(|stored| Found::render(stored, |tag| Tag { note, ..tag })))
        }
    }
    write {
        /// Honest, to prepare with.
        PutTag [] data("putTag", Method::Put, "/tags/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            Ok(tx.replace(target, asked.tag()).await?.map(Stored::into_record))
        }

        /// Changes the target after it has been read and before it is replaced.
        PutBehind [] data("putBehind", Method::Put, "/behind/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            tx.put(&asked.key(), Tag { note: "behind".to_owned(), ..asked.tag() }).await?;
            Ok(tx.replace(target, asked.tag()).await?.map(Stored::into_record))
        }

        /// Answers with one value and its tag, and stores another.
        PutOtherwise [] data("putOtherwise", Method::Put, "/otherwise/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let upserted = tx.replace(target, asked.tag()).await?;
            // Even whoever passes over the refusal does not get past it.
            tx.put(&asked.key(), Tag { note: "otherwise".to_owned(), ..asked.tag() }).await?;
            Ok(upserted.map(Stored::into_record))
        }

        /// Takes its time between looking and putting.
        PutSlowly [] data("putSlowly", Method::Put, "/slowly/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok(tx.replace(target, asked.tag()).await?.map(Stored::into_record))
        }

        /// Adds one to what it read a while ago.
        PutOneMore [] data("putOneMore", Method::Put, "/one-more/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let before: u32 = target.current().and_then(|tag| tag.note.parse().ok()).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(2)).await;
            let tag = Tag { note: (before + 1).to_string(), ..asked.tag() };
            Ok(tx.replace(target, tag).await?.map(Stored::into_record))
        }

        /// Writes past the target, so that no precondition is compared with anything.
        PutAround [] data("putAround", Method::Put, "/around/{name}", &[response(204)]),
        |_api, tx, asked| -> Discarded {
            tx.put(&asked.key(), asked.tag()).await?;
            Ok(Discarded)
        }

        /// Does not care whether its writing succeeded, and writes elsewhere then.
        PutCareless [] data("putCareless", Method::Put, "/careless/{name}", &[response(204)]),
        |_api, tx, asked| -> Discarded {
            let target = tx.target::<Tag>(asked.key()).await?;
            let _ = tx.replace(target, asked.tag()).await;
            tx.put(&Key::new("elsewhere"), asked.tag()).await.ok();
            Ok(Discarded)
        }

        /// Finds out too late that it has to refuse: all is written, the preconditions are long compared.
        PutTooLate [422] data("putTooLate", Method::Put, "/too-late/{name}", &[response(200), response(201), response(422)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let _upserted = tx.replace(target, asked.tag()).await?;
            tx.put(&asked.key(), Tries(1)).await?;
            let detail = "is not wanted".to_owned();
            Err(Refusal::unprocessable(vec![Violation { location: Place::Body, pointer: "/note".to_owned(), detail }]))
        }

        /// Panics with half of its work done.
        PutPanicking [] data("putPanicking", Method::Put, "/panicking/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let _upserted = tx.replace(target, asked.tag()).await?;
            panic!("secret: {}", asked.name)
        }

        /// Never ends, with half of its work done.
        PutForever [] data("putForever", Method::Put, "/forever/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let upserted = tx.replace(target, asked.tag()).await?;
            tokio::time::sleep(Duration::from_secs(86_400)).await;
            Ok(upserted.map(Stored::into_record))
        }

        /// Represents what it stored as something else.
        PutLying [] data("putLying", Method::Put, "/lying/{name}", &[response(200), response(201)]),
        |_api, tx, asked| -> Upserted<Tag> {
            let target = tx.target::<Tag>(asked.key()).await?;
            let upserted = tx.replace(target, asked.tag()).await?;
            Ok(upserted.map(|stored| Tag { note: "a lie".to_owned(), ..stored.into_record() }))
        }

        /// Takes its time between looking and removing.
        DeleteSlowly [404] data("deleteSlowly", Method::Delete, "/slowly/{name}", &[response(204), response(404)]),
        |_api, tx, asked| -> Removed {
            let target = tx.target::<Tag>(asked.key()).await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok(tx.remove(target).await?)
        }

        /// Counts the tries, whether anything is there or not.
        DeleteCounting [404] data("deleteCounting", Method::Delete, "/counting/{name}", &[response(204), response(404)]),
        |_api, tx, asked| -> Removed { delete_counting(tx, &asked).await }

        /// The same where absence is not told.
        DeleteSilently [] data("deleteSilently", Method::Delete, "/silently/{name}", &[response(204)]),
        |_api, tx, asked| -> Removed { delete_counting(tx, &asked).await }

        /// Puts back what it has removed.
        DeleteRestoring [404] data("deleteRestoring", Method::Delete, "/restoring/{name}", &[response(204), response(404)]),
        |_api, tx, asked| -> Removed {
            let target = tx.target::<Tag>(asked.key()).await?;
            let removed = tx.remove(target).await?;
            tx.put(&asked.key(), asked.tag()).await?;
            Ok(removed)
        }

        /// Gives every object the same identifier.
        PostSameId [409] data("postSameId", Method::Post, "/same-id/{name}", &[response(201), response(409)]),
        |_api, tx, asked| -> Created<Tag> {
            Ok(tx.create_one(Key::new("first"), asked.tag()).await?.map(Stored::into_record))
        }

        /// Makes its three objects one by one, and finds the last one wrong.
        PostOneByOne [422] data("postOneByOne", Method::Post, "/one-by-one/{name}", &[response(201), response(422)]),
        |_api, tx, asked| -> Created<Tag> {
            for number in ["1", "2"] {
                let _one = tx.create_one(Key::new(number), asked.tag()).await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            if asked.note() == "wrong" {
                return Err(Refusal::unprocessable(Vec::new()));
            }
            Ok(tx.create_one(Key::new("3"), asked.tag()).await?.map(Stored::into_record))
        }

        /// Makes another object each time it is asked, however often the same is asked.
        PostAnother [] Data {
            idempotency: keyed(Replays::Success),
            ..data("postAnother", Method::Post, "/another/{name}", &[response(201), response(409), response(422)])
        },
        |_api, tx, asked| -> Created<Tag> {
            let number = tx.next_number("tags").await?.to_string();
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok(tx.create_one(Key::new(number.as_str()), asked.tag()).await?.map(Stored::into_record))
        }

        /// Fails the first time, as only something that is no part of the store can know.
        PostMoody [422] Data {
            idempotency: keyed(Replays::Success),
            ..data("postMoody", Method::Post, "/moody/{name}", &[response(201), response(422)])
        },
        |api, tx, asked| -> Created<Tag> {
            if api.ran.load(Ordering::SeqCst) == 1 {
                return Err(Refusal::unprocessable(Vec::new()));
            }
            Ok(tx.create_one(asked.key(), asked.tag()).await?.map(Stored::into_record))
        }

        /// The same where failures are replayed too.
        PostResentful [422] Data {
            idempotency: keyed(Replays::All),
            ..data("postResentful", Method::Post, "/resentful/{name}", &[response(201), response(422)])
        },
        |api, tx, asked| -> Created<Tag> {
            if api.ran.load(Ordering::SeqCst) == 1 {
                return Err(Refusal::unprocessable(Vec::new()));
            }
            Ok(tx.create_one(asked.key(), asked.tag()).await?.map(Stored::into_record))
        }
    }
}

async fn delete_counting<S: Store, Op: Operation>(tx: &mut WriteTx<S>, asked: &Asked) -> Result<Removed, Refusal<Op>> {
    let tries = tx.get::<Tries>(&asked.key()).await?.map_or(0, |stored| stored.0);
    tx.put(&asked.key(), Tries(tries + 1)).await?;
    let target = tx.target::<Tag>(asked.key()).await?;
    Ok(tx.remove(target).await?)
}
