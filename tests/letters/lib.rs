//! Nothing but tests: see `tests/exchange.rs`.
