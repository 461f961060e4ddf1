//! Whole-system tests: the real `stacklets` binary, over TLS, from outside.
//!
//! Every test starts a service of its own, on its own port and its own data folder, so tests run at
//! once and a `kill -9` in one disturbs no other. What is checked is what `spec/` promises; the
//! numbers in "source 13" are those of the table in `spec/README.md`.

mod access;
mod bad_input;
mod browser;
mod checks;
mod client;
mod contract;
mod crash;
mod curl;
mod differential;
mod every_method;
mod exchange;
mod harness;
mod instances;
mod observe;
mod outage;
mod page;
mod postgres;
mod races;
mod races_of_parts;
mod races_of_references;
mod raw;
mod relay;
mod secrets;
mod start;
mod whole_contract;
