//! The handlers, one file for each tag of the contract.
//!
//! A record in the store is the very value that a GET shows, under the account's name and its own
//! identity: so a page of a list is a range of keys in the list's order, an entity tag changes with
//! what is shown and with nothing else, and no account can reach into another.

mod account;
mod reference;
mod regions;
mod sizes;
mod ssh_keys;
mod stacklets;
mod tags;
#[cfg(test)]
mod tests;
mod wanted;

use methodical_server::{Cx, Key, KeyPart, KeyRange};

use crate::access::Account;

/// The key of something that the caller's account owns.
fn owned(cx: &Cx<Account>, identity: impl KeyPart) -> Key {
    Key::new((cx.principal().name.as_str(), identity))
}

/// All of one kind that the caller's account owns.
fn all_owned(cx: &Cx<Account>) -> KeyRange {
    Key::prefix(cx.principal().name.as_str())
}
