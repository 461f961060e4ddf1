//! Lists that come in pages, as streams. No page is fetched before it is asked for. The walk ends where the list says
//! so, with the first error, or where the list sends us to a page that was there already.

use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use methodical_wire::ParameterLocation;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, Parts};
use crate::call::Common;
use crate::error::CallError;
use crate::exchange::{Failure, exchange};
use crate::meta::Meta;
use crate::operation::{Operation, Paginated};
use crate::outcome::Outcome;
use crate::request::Draft;

type Exchange = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>;

/// The walk itself, for pages and items alike.
struct Walk {
    common: Common,
    state: State,
    seen: HashSet<String>,
}

enum State {
    /// This is to be asked for next.
    Next(Box<Draft>),
    /// It is being asked for.
    Asking(Box<Draft>, Exchange),
    /// The list sent us where we have been.
    Repeated(String, Box<Meta>),
    Ended,
}

enum Step {
    Answer(Answer),
    Failed(Failure),
    Repeated(String, Box<Meta>),
}

impl Walk {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Step>> {
        loop {
            self.state = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Repeated(page, meta) => {
                    return Poll::Ready(Some(Step::Repeated(page, meta)));
                }
                State::Next(draft) => {
                    let asking = Box::pin(exchange((*draft).clone(), self.common.clone()));
                    State::Asking(draft, asking)
                }
                State::Asking(draft, mut asking) => match asking.as_mut().poll(cx) {
                    Poll::Pending => {
                        self.state = State::Asking(draft, asking);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(failure)) => return Poll::Ready(Some(Step::Failed(failure))),
                    Poll::Ready(Ok(answer)) => {
                        self.state = self.after(*draft, &answer);
                        return Poll::Ready(Some(Step::Answer(answer)));
                    }
                },
            };
        }
    }

    /// Where the walk goes from this page.
    fn after(&mut self, mut draft: Draft, answer: &Answer) -> State {
        let Some(paging) = draft.operation.paging.filter(|_| (200..300).contains(&answer.status())) else {
            return State::Ended;
        };
        let body: Option<Value> = serde_json::from_slice(&answer.parts().bytes()).ok();
        let next = body.and_then(|body| body.pointer(paging.next).cloned());
        let Some(next) = next.filter(|next| !next.is_null() && next.as_str() != Some("")) else {
            return State::Ended;
        };
        let present = draft.values.iter().find(|(parameter, _)| parameter.name == paging.parameter);
        self.seen.insert(present.map_or_else(String::new, |(_, value)| value.to_string()));
        if self.seen.contains(&next.to_string()) {
            return State::Repeated(next.to_string(), Box::new(answer.parts().meta.clone()));
        }
        draft.set(ParameterLocation::Query, paging.parameter, Ok(next));
        State::Next(Box::new(draft))
    }
}

/// The pages of a list, each as its operation's outcome.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<Op> {
    walk: Walk,
    marker: PhantomData<fn() -> Op>,
}

impl<Op: Paginated> Pages<Op> {
    pub(crate) fn new(mut draft: Draft, common: Common) -> Pages<Op> {
        draft.ask_for_json();
        let walk = Walk { common, state: State::Next(Box::new(draft)), seen: HashSet::new() };
        Pages { walk, marker: PhantomData }
    }

    fn read<T>(&mut self, step: Step, decode: impl FnOnce(Answer) -> Result<T, Answer>) -> PageResult<T, Op> {
        let result = match step {
            Step::Answer(answer) => decode(answer).map_err(CallError::refused),
            Step::Failed(failure) => Err(failure.into()),
            Step::Repeated(page, meta) => Err(CallError::RepeatedPage { page, meta }),
        };
        if result.is_err() {
            self.walk.state = State::Ended;
        }
        result
    }

    /// The next page, or nothing behind the last. [`Pages`] is a `Stream` besides; this needs no other crate.
    pub async fn next(&mut self) -> Option<PageResult<Op::Outcome, Op>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

type PageResult<T, Op> = Result<T, CallError<<Op as Operation>::Problem>>;

impl<Op: Paginated> Stream for Pages<Op> {
    type Item = PageResult<Op::Outcome, Op>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let step = ready!(self.walk.poll(cx));
        Poll::Ready(step.map(|step| self.read(step, Op::Outcome::decode)))
    }
}

/// The items of a list.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<Op: Paginated> {
    pages: Pages<Op>,
    ready: VecDeque<Op::Item>,
}

impl<Op: Paginated> Items<Op> {
    pub(crate) fn new(pages: Pages<Op>) -> Items<Op> {
        Items { pages, ready: VecDeque::new() }
    }

    /// The next item, or nothing behind the last. [`Items`] is a `Stream` besides; this needs no other crate.
    pub async fn next(&mut self) -> Option<PageResult<Op::Item, Op>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All items, if there are no more of them than memory holds.
    ///
    /// # Errors
    /// If a page cannot be read; the items before it are lost then.
    pub async fn all(mut self) -> PageResult<Vec<Op::Item>, Op> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

/// Nothing in it is ever pinned.
impl<Op: Paginated> Unpin for Items<Op> {}

impl<Op: Paginated> Stream for Items<Op> {
    type Item = PageResult<Op::Item, Op>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(step) = ready!(self.pages.walk.poll(cx)) else {
                return Poll::Ready(None);
            };
            match self.pages.read(step, items_of::<Op>) {
                Ok(items) => self.ready = items,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

/// The items where the description says they are.
fn items_of<Op: Paginated>(answer: Answer) -> Result<VecDeque<Op::Item>, Answer> {
    if !(200..300).contains(&answer.status()) {
        return Err(answer);
    }
    let pointer = Op::DATA.paging.map_or("", |paging| paging.items);
    let body: Result<Value, _> = serde_json::from_slice(&answer.parts().bytes());
    let items = body.and_then(|body| VecDeque::deserialize(body.pointer(pointer).unwrap_or(&Value::Null)));
    items.map_err(|error| {
        let fault = Some(format!("{pointer}: {error}"));
        Answer::new(Parts { fault, ..answer.into_parts() })
    })
}
