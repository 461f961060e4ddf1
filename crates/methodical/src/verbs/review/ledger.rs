//! The ledger of acceptances as a file.

use std::path::Path;

use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Place};
use methodical_review::Ledger;

use crate::cli::Common;
use crate::config::ConfigText;
use crate::report;

/// Reads the ledger; one that is not there yet is empty. `None` where it is wrong, which has been reported.
pub(super) fn read(common: &Common, path: Option<&Path>) -> anyhow::Result<Option<Ledger>> {
    let Some(path) = path.filter(|path| path.exists()) else {
        return Ok(Some(Ledger::default()));
    };
    let text = fs_err::read_to_string(path)?;
    match Ledger::parse(&text) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(error) => {
            let document = DocumentId::new(0);
            let place = error.span.map_or(Place::Document(document), |range| Place::Span { document, range });
            let mut diagnostics = Diagnostics::new();
            let help = "an entry is `[[accepted]]` with `fingerprint`, `plane` (wire, rust or promises), `reason`, `by` and, \
                        if it is for a time, `until = \"2027-01-31\"`; `methodical review --accept` writes it";
            diagnostics.push(Diagnostic::error("review/ledger", error.message, place).help(help));
            report::show_text(common, &diagnostics, &ConfigText::new(path.display().to_string(), text));
            Ok(None)
        }
    }
}
