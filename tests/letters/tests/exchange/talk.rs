//! The handlers that answer as it happens.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::{Stream, StreamExt as _, stream};
use letters_server::*;
use letters_types::operations::{AnnounceBody, AnswerContent, WatchArrivalsContent, WatchArrivalsHeaders};
use letters_types::{Card, Journey, JourneyLost, JourneyNoted, JourneyWeighed, Seen, Taken, TakenEvent};
use methodical_server::wire::{Blob, Event, Events, JsonItems};
use methodical_server::{Bytes, Cx, Found, Headed, MemoryStore, ReadTx, Refusal, Updated, WriteTx};

use crate::service::{Echo, noted};

/// What became of the stream that has no end.
#[derive(Debug, Default)]
pub(crate) struct Endless {
    pub(crate) made: AtomicUsize,
    pub(crate) dropped: AtomicBool,
}

/// Notes when it is dropped.
struct Noted(Arc<Endless>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.dropped.store(true, Ordering::SeqCst);
    }
}

fn card(text: impl Into<String>) -> Card {
    Card { text: text.into() }
}

fn cards(texts: &'static [&'static str]) -> impl Stream<Item = Result<Card, Infallible>> {
    stream::iter(texts).map(|text| Ok(card(*text)))
}

/// What happens to a letter, one event of each kind.
pub(crate) fn journey() -> Vec<Journey> {
    vec![
        Taken { data: card("a"), event: TakenEvent::Taken }.into(),
        JourneyNoted { data: "two\nlines".to_owned() }.into(),
        JourneyWeighed { data: 5, id: Some("7".to_owned()) }.into(),
        JourneyLost {}.into(),
    ]
}

/// Kilobytes without end.
fn endless(noted: Noted) -> impl Stream<Item = Result<Card, Infallible>> {
    stream::iter(0..).map(move |index: usize| {
        noted.0.made.fetch_add(1, Ordering::SeqCst);
        Ok(card(format!("{index} {}", "x".repeat(1024))))
    })
}

impl Streams for Echo {
    async fn watch_arrivals<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        request: WatchArrivalsRequest,
        _: &'t Cx<()>,
    ) -> Result<Option<Headed<Found<'t, WatchArrivalsContent>, WatchArrivalsHeaders>>, Refusal<WatchArrivals>> {
        let content = match (request.accept, request.after.as_deref()) {
            (_, Some("none")) => return Ok(None),
            (WatchArrivalsAccept::Json, _) => WatchArrivalsContent::Json(vec![card("a")]),
            (WatchArrivalsAccept::Events, after) => WatchArrivalsContent::Events(arrivals(after)),
        };
        Ok(Some(Headed::new(Found::now(None, content), WatchArrivalsHeaders { x_count: Some(1) })))
    }

    async fn watch_texts<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        _: WatchTextsRequest,
        _: &'t Cx<()>,
    ) -> Result<Found<'t, Events<String>>, Refusal<WatchTexts>> {
        let texts = stream::iter(["a", "two\nlines", "", "\"quoted\"", "[DONE]"]);
        Ok(Found::now(None, Events::new(texts.map(|text| Ok::<_, Infallible>(Event::new(text.to_owned()))))))
    }

    async fn watch_journeys<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        _: WatchJourneysRequest,
        _: &'t Cx<()>,
    ) -> Result<Found<'t, Events<Journey>>, Refusal<WatchJourneys>> {
        Ok(Found::now(None, Events::new(stream::iter(journey()).map(|event| Ok::<_, Infallible>(Event::new(event))))))
    }

    async fn report_journeys<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: ReportJourneysRequest,
        _: &'t Cx<()>,
    ) -> Result<ReportJourneysOutcome, Refusal<ReportJourneys>> {
        let events: Vec<Journey> = request.body.map(|event| event.expect("it was looked at").data).collect().await;
        Ok(ReportJourneysOutcome::Ok(Seen { text: if events == journey() { "all" } else { "another" }.to_owned() }))
    }

    async fn answer<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: AnswerRequest,
        _: &'t Cx<()>,
    ) -> Result<AnswerOutcome, Refusal<Answer>> {
        let content = match request.accept {
            AnswerAccept::Json => AnswerContent::Json(Seen { text: request.body.text }),
            AnswerAccept::Events => {
                let words: Vec<String> = request.body.text.split(' ').map(str::to_owned).collect();
                let events = stream::iter(words).map(|word| Ok::<_, Infallible>(Event::new(card(word))));
                AnswerContent::Events(Events::new(events).with_end())
            }
        };
        Ok(AnswerOutcome::Ok(content))
    }

    async fn read_log<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        request: ReadLogRequest,
        _: &'t Cx<()>,
    ) -> Result<Found<'t, JsonItems<Card>>, Refusal<ReadLog>> {
        let items = match request.after.as_deref() {
            Some("never") => JsonItems::new(endless(Noted(self.0.clone()))),
            _ => JsonItems::new(cards(&["a", "b\nc"])),
        };
        Ok(Found::now(None, items))
    }

    /// Reads the log as it was kept; each of its items is what is declared.
    async fn write_log<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: WriteLogRequest,
        _: &'t Cx<()>,
    ) -> Result<WriteLogOutcome, Refusal<WriteLog>> {
        let letters: Vec<String> = request.body.map(|letter| letter.expect("it was looked at").to).collect().await;
        Ok(WriteLogOutcome::Ok(Seen { text: letters.join(", ") }))
    }

    async fn announce<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: AnnounceRequest,
        _: &'t Cx<()>,
    ) -> Result<AnnounceOutcome, Refusal<Announce>> {
        let text = match request.body {
            None => "nothing".to_owned(),
            Some(AnnounceBody::Json(card)) => format!("{card:?}"),
            Some(AnnounceBody::JsonSeq(cards)) => format!("{:?}", cards.map(Result::ok).collect::<Vec<_>>().await),
            Some(AnnounceBody::Events(events)) => format!("{:?}", events.map(Result::ok).collect::<Vec<_>>().await),
        };
        Ok(AnnounceOutcome::Ok(Seen { text }))
    }

    async fn get_picture<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        request: GetPictureRequest,
        _: &'t Cx<()>,
    ) -> Result<Option<Found<'t, Blob>>, Refusal<GetPicture>> {
        let picture = match request.name.as_str() {
            "none" => return Ok(None),
            "large" => Blob::stream(pieces(Noted(self.0.clone()))),
            _ => "GIF".into(),
        };
        Ok(Some(Found::now(None, picture)))
    }

    /// Reads the picture twice, as a unit of work that is repeated would.
    async fn send_picture<'t>(
        &'t self,
        _: &'t mut WriteTx<MemoryStore>,
        request: SendPictureRequest,
        _: &'t Cx<()>,
    ) -> Result<SendPictureOutcome, Refusal<SendPicture>> {
        let (first, second) = (sum(request.body.clone()).await, sum(request.body.clone()).await);
        let place = if request.body.in_memory().is_some() { "memory" } else { "a file" };
        let length = request.body.length().unwrap_or_default();
        Ok(SendPictureOutcome::Ok(Seen { text: format!("{length} bytes in {place}, {first}, {second}") }))
    }

    async fn keep_picture<'t>(
        &'t self,
        tx: &'t mut WriteTx<MemoryStore>,
        request: KeepPictureRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<KeepPicture>> {
        let length = request.body.content.length().unwrap_or_default();
        noted(tx, format!("{length} bytes of {}", request.body.media_type)).await
    }

    async fn label_picture<'t>(
        &'t self,
        tx: &'t mut WriteTx<MemoryStore>,
        request: LabelPictureRequest,
        _: &'t Cx<()>,
    ) -> Result<Updated<Seen>, Refusal<LabelPicture>> {
        noted(tx, request.body).await
    }

    async fn read_records<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        _: ReadRecordsRequest,
        _: &'t Cx<()>,
    ) -> Result<Found<'t, JsonItems<Card>>, Refusal<ReadRecords>> {
        Ok(Found::now(None, JsonItems::new(cards(&["a", "b\nc"]))))
    }
}

/// How many pieces of a megabyte the large picture has.
pub(crate) const PIECES: usize = 256;

fn pieces(noted: Noted) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(0..PIECES).map(move |_| {
        noted.0.made.fetch_add(1, Ordering::SeqCst);
        Ok(Bytes::from(vec![1; 1024 * 1024]))
    })
}

/// The sum of all bytes, of which no more than a piece is held.
pub(crate) async fn sum(blob: Blob) -> u64 {
    let mut sum = 0;
    let mut pieces = blob.into_stream();
    while let Some(piece) = pieces.next().await {
        sum += piece.expect("a piece").iter().map(|byte| u64::from(*byte)).sum::<u64>();
    }
    sum
}

/// Some arrivals, after which it may go wrong.
fn arrivals(after: Option<&str>) -> Events<Card> {
    let first = Event::new(card("a")).of_kind("letter").with_id("1");
    let second = Event { retry: Some(50), ..Event::new(card("b")) };
    let third = match after {
        Some("error") => Err("the post office is on fire"),
        Some("panic") => Ok(None),
        _ => Ok(Some(Event::new(card("c")).with_id("2"))),
    };
    let events = stream::iter([Ok(Some(first)), Ok(Some(second)), third]);
    Events::new(events.map(|event| event.map(|event| event.expect("a panic that is wanted"))))
}
