//! Statuses: how they are written, and which of them covers which.

use methodical_model::{Response, Status};

/// As it is written: `200`, `4XX`, `default`.
pub(super) fn text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// What a status means to who waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Success,
    /// 1xx and 3xx: more has to be done.
    Between,
    Failure,
}

/// `default` is what errors are declared by: nobody means a success by it where others are declared.
pub(super) fn class(status: Status) -> Class {
    let of = |digit: u16| match digit {
        2 => Class::Success,
        1 | 3 => Class::Between,
        _ => Class::Failure,
    };
    match status {
        Status::Code(code) => of(code / 100),
        Status::Range(class) => of(class.into()),
        Status::Default => Class::Failure,
    }
}

/// The response that another version declares for a status that it does not name: of its range, or of `default`.
pub(super) fn covering(responses: &[Response], status: Status) -> Option<&Response> {
    let find = |wanted: Status| responses.iter().find(|response| response.status == wanted);
    let range = match status {
        Status::Code(code) => u8::try_from(code / 100).ok().and_then(|class| find(Status::Range(class))),
        Status::Range(_) | Status::Default => None,
    };
    let by_default = || find(Status::Default).filter(|_| class(status) == Class::Failure && status != Status::Default);
    range.or_else(by_default)
}

/// A code that it covers and none of `taken` names.
pub(super) fn code<'r>(status: Status, taken: impl IntoIterator<Item = &'r Response>) -> u16 {
    let (first, last) = match status {
        Status::Code(code) => return code,
        Status::Range(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
        Status::Default => (500, 599),
    };
    let taken: Vec<Status> = taken.into_iter().map(|response| response.status).collect();
    let is_taken = |code: &u16| taken.contains(&Status::Code(*code));
    (first..=last).find(|code| !is_taken(code)).unwrap_or(first)
}
