//! The binary `methodical`.

use std::process::ExitCode;

use clap::Parser;
use methodical::{Cli, Exit, run};

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            methodical::report::complain(&format!("methodical: {error:#}"));
            Exit::Usage.into()
        }
    }
}
