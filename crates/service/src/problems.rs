//! The kinds of problem that the contract names, and how all mistakes of a request are told at once.

use methodical_server::wire::{Place, Problem, ProblemError};
use methodical_server::{Declares, Operation, Refusal};

/// What a request did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A PUT would create under a number that is not the client's to choose.
    IdentifierReserved,
    /// A POST would create what exists.
    NameTaken,
    /// A member names what does not exist.
    ReferenceMissing,
    /// A member names what exists and does not fit.
    ReferenceUnfit,
    /// A task is at work on what is to be changed.
    TaskInProgress,
    /// A DELETE would take away what something else is made from.
    InUse,
    /// A DELETE would take away the default project.
    DefaultProject,
    /// A value has the form that its schema asks for and makes no sense all the same.
    Senseless,
}

impl Kind {
    /// The type and the title of the problem; none for a kind that has no name of its own.
    pub(crate) const fn name(self) -> Option<(&'static str, &'static str)> {
        match self {
            Kind::IdentifierReserved => Some((
                "https://api.stacklets.example/problems/identifier-reserved",
                "The number is not yours to choose",
            )),
            Kind::NameTaken => Some(("https://api.stacklets.example/problems/name-taken", "The name is taken")),
            Kind::ReferenceMissing => {
                Some(("https://api.stacklets.example/problems/reference-missing", "A reference leads nowhere"))
            }
            Kind::ReferenceUnfit => {
                Some(("https://api.stacklets.example/problems/reference-unfit", "A reference does not fit"))
            }
            Kind::TaskInProgress => {
                Some(("https://api.stacklets.example/problems/task-in-progress", "A task is at work"))
            }
            Kind::InUse => Some(("https://api.stacklets.example/problems/in-use", "Something else needs it")),
            Kind::DefaultProject => Some((
                "https://api.stacklets.example/problems/default-project",
                "The default project cannot be deleted",
            )),
            Kind::Senseless => None,
        }
    }
}

/// The mistakes of a request. The first decides what kind of problem they are.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    kind: Option<Kind>,
    errors: Vec<ProblemError>,
}

impl Mistakes {
    /// Adds that a member of the body names what does not exist.
    pub(crate) fn add_missing(&mut self, pointer: String, detail: String) {
        self.add(Kind::ReferenceMissing, Place::Body, pointer, detail);
    }

    /// Adds that a member of the body names what exists and does not fit.
    pub(crate) fn add_unfit(&mut self, pointer: String, detail: String) {
        self.add(Kind::ReferenceUnfit, Place::Body, pointer, detail);
    }

    /// Adds that a member of the body has a value that makes no sense.
    pub(crate) fn add_senseless(&mut self, pointer: String, detail: String) {
        self.add(Kind::Senseless, Place::Body, pointer, detail);
    }

    /// Adds a mistake; `detail` is a sentence.
    pub(crate) fn add(&mut self, kind: Kind, place: Place, pointer: String, detail: String) {
        self.kind.get_or_insert(kind);
        self.errors.push(ProblemError { detail, location: Some(place), pointer: Some(pointer) });
    }

    /// Refuses the request with 422 if there are any.
    pub(crate) fn check<Op: Declares<422> + Operation>(self) -> Result<(), Refusal<Op>> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(self.refuse()),
        }
    }

    /// Refuses the request with 422.
    pub(crate) fn refuse<Op: Declares<422> + Operation>(self) -> Refusal<Op> {
        Refusal::status::<422>(self.into_problem(422))
    }

    pub(crate) fn into_problem(self, status: u16) -> Problem {
        let detail = match self.errors.as_slice() {
            [one] => one.detail.clone(),
            several => format!("The request has {} mistakes; `errors` names each.", several.len()),
        };
        let problem = Problem::new(status, detail).with_errors(self.errors);
        match self.kind.and_then(Kind::name) {
            Some((type_, title)) => problem.with_type(type_, title),
            None => problem,
        }
    }
}

/// Refuses to create what is there, with 409.
pub(crate) fn name_taken<Op: Declares<409> + Operation>(pointer: &str, detail: String) -> Refusal<Op> {
    let mut mistakes = Mistakes::default();
    mistakes.add(Kind::NameTaken, Place::Body, pointer.to_owned(), detail);
    Refusal::status::<409>(mistakes.into_problem(409))
}

/// Refuses with 409 what the present state does not allow.
pub(crate) fn conflict<Op: Declares<409> + Operation>(kind: Kind, detail: String) -> Refusal<Op> {
    let problem = Problem::new(409, detail);
    Refusal::status::<409>(match kind.name() {
        Some((type_, title)) => problem.with_type(type_, title),
        None => problem,
    })
}

/// Refuses with 409 to delete what something else needs.
pub(crate) fn in_use<Op: Declares<409> + Operation>(detail: String) -> Refusal<Op> {
    conflict(Kind::InUse, detail)
}
