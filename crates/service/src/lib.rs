//! The Stacklets service, all but its command line, which is thin; a library so that tests reach
//! the parts.

pub mod access;
mod addresses;
pub mod admin;
pub mod api;
mod catalogue;
pub mod certificate;
pub mod chain;
pub mod config;
mod default_project;
mod dns;
mod files;
mod handlers;
mod listing;
pub mod logging;
pub mod metrics;
mod network;
mod networks;
mod numbers;
pub mod observe;
mod page;
mod problems;
mod public_key;
mod reference;
pub mod scope;
pub mod service;
pub mod store;
mod tasks;
pub mod token;
pub mod welcome;
mod x509;
