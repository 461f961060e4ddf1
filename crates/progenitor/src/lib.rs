//! A second client: [progenitor](https://docs.rs/progenitor) writes it, for descriptions that it refuses alone.
//!
//! progenitor reads OpenAPI 3.0 of one habit, and panics on what it does not expect. So it is not handed somebody's
//! description but one that is made for it: `lower` writes an `openapiv3` document from the *model*, in which
//! references are resolved, `allOf` is merged and names are distinct, out of an allow-list of constructs. What that
//! loses is told (`loss`), and stands in the generated crate's README. progenitor itself runs on a thread of its own
//! (`run`); should it fail all the same, the schema or operation at fault is found and left out (`culprit`).

mod code;
mod culprit;
mod files;
mod loss;
mod lower;
mod names;
mod readme;
mod run;
#[cfg(test)]
mod tests;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place};
use methodical_generate::{Files, Package};
use methodical_model::Api;

use crate::loss::Subject;

/// What came of asking progenitor.
#[derive(Debug, Default)]
pub struct Output {
    /// The files of the crate; none where there is an error.
    pub files: Files,
    /// What was left out, and why.
    pub diagnostics: Diagnostics,
}

/// The manual pages of the diagnostics of this stage.
pub fn codes() -> Vec<methodical_diagnostic::Page> {
    methodical_diagnostic::pages(include_str!("codes.md"))
}

/// The crate of the client that progenitor writes.
pub fn client(api: &Api, package: &Package) -> Output {
    client_by(&run::generate, api, package)
}

fn client_by(run: &run::Run<'_>, api: &Api, package: &Package) -> Output {
    let mut lowered = lower::lower(api);
    let mut diagnostics = Diagnostics::new();
    let written = culprit::generate(&mut lowered, run);
    for loss in lowered.losses.iter().filter(|loss| loss.whole) {
        let code = if loss.by_progenitor { "progenitor/refused" } else { "progenitor/left-out" };
        let what = match loss.subject {
            Subject::Operation(id) => format!("`{}` is not in progenitor's client", request_line(api, id)),
            Subject::Type(id) => format!("`{}` is any JSON in progenitor's client", api.type_def(id).name.wire),
        };
        let place = Place::Value(loss.origin.clone());
        diagnostics.push(Diagnostic::warning(code, what, place).note_line(loss.text.clone()));
    }
    let files = match written.and_then(|written| files::files(api, package, &lowered, &written)) {
        Ok(files) => files,
        Err(message) => {
            let what = "progenitor writes no client for this description";
            let help = "take `progenitor` out of `client` in methodical.toml, and tell us of it";
            diagnostics
                .push(Diagnostic::error("progenitor/failed", what, Place::Nowhere).note_line(message).help(help));
            Files::default()
        }
    };
    Output { files, diagnostics }
}

fn request_line(api: &Api, id: methodical_model::OperationId) -> String {
    let operation = api.operation(id);
    format!("{} {}", operation.method.as_str(), operation.path.text)
}
