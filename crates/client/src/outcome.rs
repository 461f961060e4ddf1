//! What calls come to. Each shape stands for one kind of promise, and none claims more than the answer and the attempts
//! before it allow to know.

use std::fmt;

use methodical_wire::{Problem, ReadBody};

use crate::answer::Answer;
use crate::meta::{Location, Meta};

/// What a call may come to when it is not refused.
pub trait Outcome: Sized + Send + 'static {
    /// The outcome that an answer stands for; `Err` gives back an answer that is a refusal, undeclared, or unreadable.
    ///
    /// # Errors
    /// If the answer is none of this outcome's.
    fn decode(answer: Answer) -> Result<Self, Answer>;
}

/// Outcomes of reads that carry one value.
pub trait Carries: Outcome {
    /// The value.
    type Value: ReadBody + Send + 'static;
    /// What is said of its absence.
    type Absence: Absence;

    /// The value, or what is said of its absence.
    ///
    /// # Errors
    /// If there is none.
    fn carried(self) -> Result<Self::Value, Box<(Self::Absence, Meta)>>;
}

/// What may be said of the absence of what was asked for: a problem, or the body that is declared instead.
pub trait Absence: ReadBody + fmt::Debug + Send + Sync + 'static {}

impl<N: ReadBody + fmt::Debug + Send + Sync + 'static> Absence for N {}

/// Of a read that may find nothing (GET-ABSENT-404). `N` is what is said then.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Find<T, N = Problem> {
    /// It is there.
    Found {
        /// What it is.
        value: T,
        /// What else the answer says.
        meta: Meta,
    },
    /// It is not.
    NotFound(N, Meta),
}

impl<T, N> Find<T, N> {
    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Find::Found { value, .. } => Some(value),
            Find::NotFound(..) => None,
        }
    }

    /// What the answer says beside its body.
    pub fn meta(&self) -> &Meta {
        match self {
            Find::Found { meta, .. } | Find::NotFound(_, meta) => meta,
        }
    }
}

impl<T: ReadBody + Send + 'static, N: Absence> Outcome for Find<T, N> {
    fn decode(answer: Answer) -> Result<Find<T, N>, Answer> {
        match answer.status() {
            200..=299 => answer.read().map(|(value, meta)| Find::Found { value, meta }),
            404 => answer.absence().map(|(absence, meta)| Find::NotFound(absence, meta)),
            _ => Err(answer),
        }
    }
}

impl<T: ReadBody + Send + 'static, N: Absence> Carries for Find<T, N> {
    type Value = T;
    type Absence = N;

    fn carried(self) -> Result<T, Box<(N, Meta)>> {
        match self {
            Find::Found { value, .. } => Ok(value),
            Find::NotFound(absence, meta) => Err(Box::new((absence, meta))),
        }
    }
}

/// Of a read that always finds something: a list, a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    /// What it is.
    pub value: T,
    /// What else the answer says.
    pub meta: Meta,
}

impl<T: ReadBody + Send + 'static> Outcome for Fetched<T> {
    fn decode(answer: Answer) -> Result<Fetched<T>, Answer> {
        match answer.status() {
            200..=299 => answer.read().map(|(value, meta)| Fetched { value, meta }),
            _ => Err(answer),
        }
    }
}

impl<T: ReadBody + Send + 'static> Carries for Fetched<T> {
    type Value = T;
    type Absence = Problem;

    fn carried(self) -> Result<T, Box<(Problem, Meta)>> {
        Ok(self.value)
    }
}

/// Of a PUT that creates what is absent (PUT-UPSERT, PUT-STATUS-TRUE).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Put<T> {
    /// It was absent, and is there now.
    Created {
        /// What it is.
        value: T,
        /// Where it is.
        location: Location,
        /// What else the answer says.
        meta: Meta,
    },
    /// It was there, and has been replaced.
    Replaced {
        /// What it is.
        value: T,
        /// What else the answer says.
        meta: Meta,
    },
    /// It is there now. An attempt of ours before this one got lost, so that what the server replaced may well have
    /// been made by ourselves: whether it was absent before the call cannot be known.
    Stored {
        /// What it is.
        value: T,
        /// What else the answer says.
        meta: Meta,
    },
}

impl<T> Put<T> {
    /// The value.
    pub fn into_value(self) -> T {
        match self {
            Put::Created { value, .. } | Put::Replaced { value, .. } | Put::Stored { value, .. } => value,
        }
    }

    /// What the answer says beside its body.
    pub fn meta(&self) -> &Meta {
        match self {
            Put::Created { meta, .. } | Put::Replaced { meta, .. } | Put::Stored { meta, .. } => meta,
        }
    }
}

impl<T: ReadBody + Send + 'static> Outcome for Put<T> {
    fn decode(answer: Answer) -> Result<Put<T>, Answer> {
        let (location, after_loss) = (answer.location(), answer.is_after_loss());
        match answer.status() {
            201 => answer.read().map(|(value, meta)| Put::Created { value, location, meta }),
            200..=299 if after_loss => answer.read().map(|(value, meta)| Put::Stored { value, meta }),
            200..=299 => answer.read().map(|(value, meta)| Put::Replaced { value, meta }),
            _ => Err(answer),
        }
    }
}

/// Of a PUT or PATCH that creates nothing, and of a POST that changes what is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated<T> {
    /// What it is now.
    pub value: T,
    /// What else the answer says.
    pub meta: Meta,
}

impl<T: ReadBody + Send + 'static> Outcome for Updated<T> {
    fn decode(answer: Answer) -> Result<Updated<T>, Answer> {
        match answer.status() {
            200..=299 => answer.read().map(|(value, meta)| Updated { value, meta }),
            _ => Err(answer),
        }
    }
}

/// Of a DELETE that says whether there was something to delete (DELETE-ATOMIC-MISSING). `N` is what is said if there was not.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Deleted<N = Problem> {
    /// It was there, and is gone.
    Deleted(Meta),
    /// It was not there.
    NotFound(N, Meta),
    /// It is gone. An attempt of ours before this one got lost, and may have been what deleted it.
    Gone(Meta),
}

impl<N> Deleted<N> {
    /// Whether it is gone: always. For callers who do not care who deleted it, and want to say so.
    pub fn is_gone(&self) -> bool {
        match self {
            Deleted::Deleted(_) | Deleted::NotFound(..) | Deleted::Gone(_) => true,
        }
    }

    /// What the answer says beside its body.
    pub fn meta(&self) -> &Meta {
        match self {
            Deleted::Deleted(meta) | Deleted::NotFound(_, meta) | Deleted::Gone(meta) => meta,
        }
    }
}

impl<N: Absence> Outcome for Deleted<N> {
    fn decode(answer: Answer) -> Result<Deleted<N>, Answer> {
        match answer.status() {
            200..=299 => Ok(Deleted::Deleted(answer.into_meta())),
            404 | 410 if answer.is_after_loss() => Ok(Deleted::Gone(answer.into_meta())),
            404 => answer.absence().map(|(absence, meta)| Deleted::NotFound(absence, meta)),
            _ => Err(answer),
        }
    }
}

/// Of a DELETE that does not say whether there was something to delete.
#[derive(Debug, Clone, PartialEq)]
pub struct Discarded(pub Meta);

impl Outcome for Discarded {
    fn decode(answer: Answer) -> Result<Discarded, Answer> {
        match answer.status() {
            200..=299 => Ok(Discarded(answer.into_meta())),
            _ => Err(answer),
        }
    }
}

/// Of a POST that creates (POST-CREATED).
#[derive(Debug, Clone, PartialEq)]
pub struct Created<T> {
    /// What was created.
    pub value: T,
    /// Where it is.
    pub location: Location,
    /// What else the answer says.
    pub meta: Meta,
}

impl<T: ReadBody + Send + 'static> Outcome for Created<T> {
    fn decode(answer: Answer) -> Result<Created<T>, Answer> {
        let location = answer.location();
        match answer.status() {
            201 => answer.read().map(|(value, meta)| Created { value, location, meta }),
            _ => Err(answer),
        }
    }
}

/// Of a POST whose work goes on after the answer (LRO-MONITOR).
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted<T> {
    /// What the answer shows.
    pub value: T,
    /// Where the work is followed.
    pub monitor: Location,
    /// What else the answer says.
    pub meta: Meta,
}

impl<T: ReadBody + Send + 'static> Outcome for Accepted<T> {
    fn decode(answer: Answer) -> Result<Accepted<T>, Answer> {
        match (answer.status(), answer.declared_location()) {
            (202, Some(monitor)) => answer.read().map(|(value, meta)| Accepted { value, monitor, meta }),
            (202, None) => Err(answer.with_fault("it does not say in `Location` where the work is followed")),
            _ => Err(answer),
        }
    }
}

/// Of a HEAD (HEAD-MIRRORS-GET).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Head {
    /// GET would find it.
    Found(Meta),
    /// GET would not.
    NotFound(Meta),
}

impl Head {
    /// Whether it is there.
    pub fn is_found(&self) -> bool {
        match self {
            Head::Found(_) => true,
            Head::NotFound(_) => false,
        }
    }

    /// What the answer says.
    pub fn meta(&self) -> &Meta {
        match self {
            Head::Found(meta) | Head::NotFound(meta) => meta,
        }
    }
}

impl Outcome for Head {
    fn decode(answer: Answer) -> Result<Head, Answer> {
        match answer.status() {
            200..=299 => Ok(Head::Found(answer.into_meta())),
            404 => Ok(Head::NotFound(answer.into_meta())),
            _ => Err(answer),
        }
    }
}

/// Of a read that was told what the caller already has (COND-INM-304).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Revalidation<T, N = Problem> {
    /// What the caller has is what there is.
    NotModified(Meta),
    /// There is something else.
    Found {
        /// What it is.
        value: T,
        /// What else the answer says.
        meta: Meta,
    },
    /// There is nothing any more.
    NotFound(N, Meta),
}

impl<T, N> Revalidation<T, N> {
    /// What the answer says beside its body.
    pub fn meta(&self) -> &Meta {
        match self {
            Revalidation::NotModified(meta) | Revalidation::Found { meta, .. } | Revalidation::NotFound(_, meta) => {
                meta
            }
        }
    }
}

impl<T: ReadBody + Send + 'static, N: Absence> Outcome for Revalidation<T, N> {
    fn decode(answer: Answer) -> Result<Revalidation<T, N>, Answer> {
        match answer.status() {
            304 => Ok(Revalidation::NotModified(answer.into_meta())),
            200..=299 => answer.read().map(|(value, meta)| Revalidation::Found { value, meta }),
            404 => answer.absence().map(|(absence, meta)| Revalidation::NotFound(absence, meta)),
            _ => Err(answer),
        }
    }
}
