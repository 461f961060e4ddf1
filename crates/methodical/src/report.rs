//! What a run says: results on standard output; diagnostics on standard error for people, on standard output as JSON.
//!
//! Nothing here uses `println!`, which panics when the reader has gone (`methodical promises | head`).

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};

use methodical_diagnostic::{Diagnostics, Sources, render_json, render_text};

use crate::cli::{Common, Format};

/// Shows diagnostics as the command line asks for. As JSON they are the whole of standard output, also when there are
/// none.
///
/// # Errors
///
/// Standard output cannot be written to.
pub fn show(common: &Common, diagnostics: &Diagnostics, sources: &dyn Sources) -> io::Result<()> {
    match common.format {
        Format::Json => print(&render_json(diagnostics, sources)),
        // What is asked for as SARIF or for GitHub is written by its verb, of all that it reads.
        Format::Text | Format::Markdown | Format::Sarif | Format::Github => {
            show_text(common, diagnostics, sources);
            Ok(())
        }
    }
}

/// Shows diagnostics to people, on standard error, whatever the results are written as.
pub fn show_text(common: &Common, diagnostics: &Diagnostics, sources: &dyn Sources) {
    if !diagnostics.is_empty() {
        complain(render_text(diagnostics, sources, common.style()).trim_end());
    }
}

/// How many diagnostics of one code are shown before the rest are only counted.
const SHOWN: usize = 3;

/// Shows people the first diagnostics of each code, and says of how many more there are: a large description has thousands,
/// of a few kinds.
pub fn show_folded(common: &Common, diagnostics: &Diagnostics, sources: &dyn Sources) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first = Diagnostics::new();
    for diagnostic in diagnostics.iter() {
        let times = seen.entry(diagnostic.code).or_default();
        *times += 1;
        if *times <= SHOWN {
            first.push(diagnostic.clone());
        }
    }
    show_text(common, &first, sources);
    let more: Vec<String> = seen
        .iter()
        .filter(|(_, times)| **times > SHOWN)
        .map(|(code, times)| format!("{} more of {code}", times - SHOWN))
        .collect();
    if !more.is_empty() {
        complain(&format!("\nand {} (`--verbose` shows them, and `methodical lint`)\n", more.join(", ")));
    }
}

/// Writes a result to standard output, with a line's end. A reader that has gone has read enough: that is no error.
///
/// # Errors
///
/// Standard output cannot be written to, for example because a disk is full.
pub fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{}", text.trim_end()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes to standard error. If that fails, nowhere is left to say so.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
