//! Work that goes on after its request was answered.
//!
//! A task is a record like any other, with a timer beside it. Whatever happens to it happens in a unit of work that
//! reads both again: so it does not matter which instance looks at a timer, nor how many do, and an instance that is
//! killed leaves a timer that another one finds. The effect of the work, the end of the task and the release of its
//! resource are committed together or not at all.

mod begin;
#[cfg(test)]
mod meanwhile_tests;
mod provider;
mod record;
mod step;
#[cfg(test)]
mod tests;
mod work;
mod worker;

pub(crate) use self::begin::{Tasks, abandon, check_idle, work_of};
pub(crate) use self::record::TaskRecord;
pub(crate) use self::work::{Undone, Work};
pub(crate) use self::worker::run;
