//! The Stacklets service, all but its command line, which is thin; a library so that tests reach
//! the parts.

pub mod access;
pub mod admin;
pub mod api;
mod catalogue;
pub mod certificate;
pub mod chain;
pub mod config;
mod files;
mod handlers;
pub mod logging;
mod networks;
mod numbers;
mod page;
mod problems;
mod public_key;
pub mod service;
pub mod store;
pub mod token;
pub mod welcome;
