//! The stages, named once: read, bundle, lower, check.
//!
//! No stage stops at the first mistake, and none hides the mistakes of another: a file that does not parse is reported,
//! and the rest of the description is lowered and checked all the same, so that one run shows everything.

use std::path::Path;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Bundle, Documents, Inputs, both, bundle};
use methodical_lint::Levels;
use methodical_model::{Api, lower};

/// A description, as far as it could be read.
#[derive(Debug)]
pub struct Reading {
    /// All files that were read: diagnostics point into them.
    pub documents: Documents,
    /// The description and its model; `None` when not even the entry file could be parsed.
    pub contract: Option<Contract>,
    /// Everything that every stage found, sorted by place wherever it is to be shown.
    pub diagnostics: Diagnostics,
}

/// A description that was read.
#[derive(Debug)]
pub struct Contract {
    /// One document, with external references brought in.
    pub bundle: Bundle,
    /// The model, with its promises.
    pub api: Api,
}

/// Runs all stages on the description whose entry file is `entry`.
pub fn read(entry: &Path) -> Reading {
    read_from(&Inputs::of(entry))
}

/// Runs all stages on a description, with what its user says of its files.
pub fn read_from(inputs: &Inputs) -> Reading {
    read_at(inputs, &Levels::default())
}

/// Runs all stages on a description, with what its user says of its files and of the rules of lint.
pub fn read_at(inputs: &Inputs, levels: &Levels) -> Reading {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read_from(inputs, &mut diagnostics);
    let mut reading = from_documents(documents, diagnostics);
    levels.apply(&mut reading.diagnostics);
    reading
}

/// Runs all stages on documents that are already in memory.
pub fn from_documents(documents: Documents, mut diagnostics: Diagnostics) -> Reading {
    // Seldom there is nothing to be shown, and a second core is mostly there.
    let ((), contract) = both(|| documents.find_places(), || contract(&documents, &mut diagnostics));
    let mut reading = Reading { documents, contract, diagnostics };
    if let Some(contract) = &reading.contract {
        reading.diagnostics.extend(methodical_lint::check(&contract.api));
        methodical_lint::suppress(&contract.bundle, &mut reading.diagnostics);
    }
    reading.diagnostics.sort(&reading.documents);
    reading
}

/// Reads a description as far as its model, for who has to take it as it is: it is not checked, and slips are warnings. What was found
/// is sorted if it has errors; nobody is shown it otherwise.
pub fn read_as_it_is(inputs: &Inputs) -> Reading {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read_from(inputs, &mut diagnostics);
    let contract = contract(&documents, &mut diagnostics);
    let mut reading = Reading { documents, contract, diagnostics };
    reading.diagnostics.soften();
    if reading.diagnostics.has_errors() {
        reading.diagnostics.sort(&reading.documents);
    }
    reading
}

fn contract(documents: &Documents, diagnostics: &mut Diagnostics) -> Option<Contract> {
    let bundle = bundle(documents, diagnostics)?;
    let api = lower(&bundle, diagnostics);
    Some(Contract { bundle, api })
}
