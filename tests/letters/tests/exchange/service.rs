//! A server that answers what it heard.

use std::fmt::Debug;
use std::sync::Arc;

use std::time::Duration;

use axum::Router;
use letters_server::*;
use letters_types::operations::{
    DeliverAcceptedHeaders, DeliverConflictContent, DeliverConflictHeaders, DeliverSeeOtherHeaders, GetReportContent,
    GetReportHeaders, PutTitleHeaders, WeighNotFoundHeaders,
};
use letters_types::{Card, Mistake, Page, Report, Seen, WeighResponse5xx};
use methodical_server::wire::{Media, Problem};
use methodical_server::{
    Api, Credentials, Cx, Fault, Found, Headed, Key, Limits, Lookup as _, MemoryStore, ReadTx, Record, Refusal,
    Removed, Unauthenticated, Updated, Upserted, WriteTx,
};
use serde::{Deserialize, Serialize};

use crate::talk::Endless;

pub(crate) fn router() -> Router {
    router_of(Arc::default())
}

/// With little space.
pub(crate) fn narrow_router() -> Router {
    let limits = Limits { upload: 1000, ..Limits::default() };
    letters_server::service(Echo(Arc::default()), MemoryStore::new()).limits(limits).into_router()
}

/// With what is known of the stream that has no end.
pub(crate) fn router_of(endless: Arc<Endless>) -> Router {
    letters_server::service(Echo(endless), MemoryStore::new()).into_router()
}

pub(crate) struct Echo(pub(crate) Arc<Endless>);

impl Api for Echo {
    type Store = MemoryStore;
    type Principal = ();

    async fn authenticate<'t>(&'t self, _: &'t ReadTx<MemoryStore>, _: &'t Credentials) -> Result<(), Unauthenticated> {
        Ok(())
    }

    fn rate_key(&self, (): &()) -> String {
        String::new()
    }

    fn anonymous(&self) -> Option<()> {
        Some(())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Title(String);

impl Record for Title {
    const TABLE: &'static str = "titles";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Note;

impl Record for Note {
    const TABLE: &'static str = "notes";
}

fn seen(heard: impl Debug) -> Seen {
    Seen { text: format!("{heard:?}") }
}

type Tx = WriteTx<MemoryStore>;

impl Letters for Echo {
    async fn send_letter<'t>(
        &'t self,
        _: &'t mut Tx,
        request: SendLetterRequest,
        _: &'t Cx<()>,
    ) -> Result<SendLetterOutcome, Refusal<SendLetter>> {
        Ok(SendLetterOutcome::Ok(seen(request.body)))
    }

    async fn send_parcel<'t>(
        &'t self,
        _: &'t mut Tx,
        request: SendParcelRequest,
        _: &'t Cx<()>,
    ) -> Result<SendParcelOutcome, Refusal<SendParcel>> {
        let form = request.body;
        let mut contents = Vec::new();
        for file in [&form.content].into_iter().chain(&form.cover).chain(&form.pictures) {
            let bytes = file.content.clone().bytes_within(1000).await;
            contents.push(bytes.map_or_else(|error| error.to_string(), |bytes| String::from_utf8_lossy(&bytes).into()));
        }
        Ok(SendParcelOutcome::Ok(Seen { text: format!("{form:?} {contents:?}") }))
    }

    async fn replace_parcel<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: ReplaceParcelRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<ReplaceParcel>> {
        noted(tx, request.body).await
    }

    async fn keep_draft<'t>(
        &'t self,
        _: &'t mut Tx,
        request: KeepDraftRequest,
        _: &'t Cx<()>,
    ) -> Result<KeepDraftOutcome, Refusal<KeepDraft>> {
        Ok(KeepDraftOutcome::Ok(seen(request.body)))
    }

    async fn order<'t>(
        &'t self,
        _: &'t mut Tx,
        request: OrderRequest,
        _: &'t Cx<()>,
    ) -> Result<OrderOutcome, Refusal<Order>> {
        Ok(OrderOutcome::Ok(seen(request.body)))
    }

    async fn note_down<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: NoteDownRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<NoteDown>> {
        noted(tx, request.body).await
    }

    async fn replace_note<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: ReplaceNoteRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<ReplaceNote>> {
        noted(tx, request.body).await
    }
}

fn card(text: &str) -> Card {
    Card { text: text.to_owned() }
}

fn held() -> DeliverConflictHeaders {
    DeliverConflictHeaders { retry_after: Some(7), x_holder: "Zoë's cousin".replace('ë', "e") }
}

pub(crate) fn mistake(message: &str) -> Mistake {
    Mistake { code: "of_ours".to_owned(), errors: None, message: message.to_owned(), request_id: None }
}

/// A change, which needs something that is changed.
pub(crate) async fn noted<Op: methodical_server::Operation>(
    tx: &mut Tx,
    body: impl Debug,
) -> Result<Updated<Seen>, Refusal<Op>> {
    let key = Key::new("note");
    tx.put(&key, Note).await?;
    let target = tx.target::<Note>(key).await?;
    Ok(tx.update(target, Note).await?.map(|_| seen(body)))
}

impl Reports for Echo {
    async fn deliver<'t>(
        &'t self,
        _: &'t mut Tx,
        request: DeliverRequest,
        _: &'t Cx<()>,
    ) -> Result<DeliverOutcome, Refusal<Deliver>> {
        let accepted = DeliverAcceptedHeaders { location: "/v1/reports/2".to_owned(), retry_after: Some(3) };
        let elsewhere = DeliverSeeOtherHeaders { location: Some("https://elsewhere.example/".to_owned()) };
        Ok(match request.wish.as_str() {
            "202" => DeliverOutcome::Accepted(accepted),
            "204" => DeliverOutcome::NoContent,
            "299" => DeliverOutcome::Success(299, request.wish),
            "303" => DeliverOutcome::SeeOther(elsewhere),
            "409 json" => {
                return Err(DeliverProblem::Conflict(DeliverConflictContent::Json(card("409")), held()).into());
            }
            "409 xml" => {
                return Err(DeliverProblem::Conflict(DeliverConflictContent::Xml("<taken/>".to_owned()), held()).into());
            }
            "418" => return Err(DeliverProblem::ClientError(418, "no".to_owned()).into()),
            "507" => return Err(DeliverProblem::Default(507, card("507")).into()),
            // Statuses that these are not for.
            "409 text" => return Err(DeliverProblem::ClientError(409, "no".to_owned()).into()),
            "404 card" => return Err(DeliverProblem::Default(404, card("404")).into()),
            "200 card" => return Err(DeliverProblem::Default(200, card("200")).into()),
            _ => DeliverOutcome::Ok(Seen { text: request.wish }),
        })
    }

    async fn weigh<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: WeighRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<Weigh>> {
        match request.body.grams {
            400 => Err(WeighProblem::BadRequest.into()),
            401 => Err(WeighProblem::Unauthorized(mistake("nobody")).into()),
            404 => {
                let headers = WeighNotFoundHeaders { x_nearest: Some("Ulm".to_owned()) };
                Err(WeighProblem::NotFound(Problem::new(404, "none"), headers).into())
            }
            409 => Err(WeighProblem::Conflict(card("busy")).into()),
            500 => Err(Fault::Other { detail: "for the log".to_owned() }.into()),
            503 => Err(Refusal::busy(Duration::from_secs(5))),
            507 => Err(WeighProblem::ServerError(507, WeighResponse5xx { error: mistake("full") }).into()),
            grams => noted(tx, grams).await,
        }
    }

    async fn get_weight<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        request: GetWeightRequest,
        _: &'t Cx<()>,
    ) -> Result<Option<Found<'t, Seen>>, Refusal<GetWeight>> {
        match request.name.as_str() {
            "none" => Ok(None),
            "never" => Err(GetWeightProblem::NotFound(mistake("never")).into()),
            name => Ok(Some(Found::now(None, seen(name)))),
        }
    }

    async fn forget_weight<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: ForgetWeightRequest,
        _: &'t Cx<()>,
    ) -> Result<Removed, Refusal<ForgetWeight>> {
        if request.name == "never" {
            return Err(ForgetWeightProblem::NotFound(mistake("never")).into());
        }
        let target = tx.target::<Note>(Key::new(request.name)).await?;
        Ok(tx.remove(target).await?)
    }

    async fn get_report<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        request: GetReportRequest,
        _: &'t Cx<()>,
    ) -> Result<Option<Headed<Found<'t, GetReportContent>, GetReportHeaders>>, Refusal<GetReport>> {
        if request.name == "none" {
            return Ok(None);
        }
        let lines = vec!["a".to_owned(), "b".to_owned()];
        let headers = GetReportHeaders {
            x_count: 2,
            x_page: Some(Page { number: 1 }),
            x_tags: Some(vec!["old".to_owned(), "dry".to_owned()]),
        };
        let content = match request.accept_media_type {
            GetReportAccept::Json => GetReportContent::Json(Report { lines, name: request.name }),
            GetReportAccept::Csv => GetReportContent::Csv("a\nb\n".to_owned()),
            GetReportAccept::Image if request.name == "page" => GetReportContent::Image(Media::new("text/html", "<p>")),
            GetReportAccept::Image => GetReportContent::Image(Media::new("image/gif", "GIF")),
        };
        Ok(Some(Headed::new(Found::now(None, content), headers)))
    }

    async fn get_title<'t>(
        &'t self,
        tx: &'t ReadTx<MemoryStore>,
        request: GetTitleRequest,
        _: &'t Cx<()>,
    ) -> Result<Option<Found<'t, String>>, Refusal<GetTitle>> {
        let stored = tx.get::<Title>(&Key::new(request.name)).await?;
        Ok(stored.map(|stored| Found::render(stored, |Title(text)| text)))
    }

    async fn put_title<'t>(
        &'t self,
        tx: &'t mut Tx,
        request: PutTitleRequest,
        _: &'t Cx<()>,
    ) -> Result<Headed<Upserted<Seen>, PutTitleHeaders>, Refusal<PutTitle>> {
        let target = tx.target::<Title>(Key::new(request.name)).await?;
        let former = target.current().map(|stored| stored.0.clone());
        let upserted = tx.replace(target, Title(request.body)).await?;
        let upserted = upserted.map(|stored| Seen { text: stored.into_record().0 });
        Ok(Headed::new(upserted, PutTitleHeaders { x_former: former }))
    }
}
