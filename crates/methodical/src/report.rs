//! What a run says of a description: diagnostics on standard error for people, on standard output as JSON.

use methodical_diagnostic::{Diagnostics, Sources, render_json, render_text};

use crate::cli::{Common, Format};

/// Shows diagnostics as the command line asks for. As JSON they are the whole of standard output, also when there are
/// none.
pub fn show(common: &Common, diagnostics: &Diagnostics, sources: &dyn Sources) {
    match common.format {
        Format::Json => println!("{}", render_json(diagnostics, sources)),
        Format::Text => show_text(common, diagnostics, sources),
    }
}

/// Shows diagnostics to people, on standard error, whatever the results are written as.
pub fn show_text(common: &Common, diagnostics: &Diagnostics, sources: &dyn Sources) {
    if !diagnostics.is_empty() {
        eprintln!("{}", render_text(diagnostics, sources, common.style()).trim_end());
    }
}
