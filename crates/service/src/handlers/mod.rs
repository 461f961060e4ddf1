//! The handlers, one file for each tag of the contract.
//!
//! A record in the store is the very value that a GET shows, under the account's name and its own
//! identity: so a page of a list is a range of keys in the list's order, an entity tag changes with
//! what is shown and with nothing else, and no account can reach into another.

mod account;
pub(crate) mod backups;
mod balancing;
mod certificates;
mod domains;
#[cfg(test)]
mod edge_tests;
mod firewall_rules;
mod firewalls;
pub(crate) mod floating_ips;
mod image;
mod images;
pub(crate) mod load_balancers;
mod projects;
mod records;
mod reference;
mod regions;
#[cfg(test)]
mod relation_tests;
mod relations;
mod sizes;
pub(crate) mod snapshots;
mod ssh_keys;
pub(crate) mod stacklet_work;
mod stacklets;
mod tag_resources;
mod tags;
mod tasks;
#[cfg(test)]
pub(crate) mod tests;
mod userdata;
pub(crate) mod volumes;
mod vpcs;
mod wanted;

use methodical_server::{Cx, Key, KeyPart, KeyRange};

use crate::access::Caller;

/// The key of something that the caller's account owns.
fn owned(cx: &Cx<Caller>, identity: impl KeyPart) -> Key {
    Key::new((cx.principal().account.name.as_str(), identity))
}

/// The same, where there is no caller: a task's.
pub(crate) fn owned_by(account: &str, identity: impl KeyPart) -> Key {
    Key::new((account, identity))
}

/// All of one kind that the caller's account owns.
fn all_owned(cx: &Cx<Caller>) -> KeyRange {
    Key::prefix(cx.principal().account.name.as_str())
}

/// The same, where there is no caller.
pub(crate) fn all_owned_by(account: &str) -> KeyRange {
    Key::prefix(account)
}
