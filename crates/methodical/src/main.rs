//! The binary `methodical`.

use std::process::ExitCode;

use clap::Parser;
use methodical::{Cli, Exit, run};

/// Most of the work is many small pieces of memory, of two threads at once.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            methodical::report::complain(&format!("methodical: {error:#}"));
            Exit::Usage.into()
        }
    }
}
