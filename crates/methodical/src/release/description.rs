//! `info.version` where it is written, with nothing around it touched.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use methodical_diagnostic::{Place, Sources};

use crate::pipeline::Reading;

/// Writes another version into the file that holds it, and says which that was.
///
/// # Errors
///
/// The description has none, or the file cannot be written.
pub(crate) fn set_version(reading: &Reading, version: &str) -> anyhow::Result<PathBuf> {
    let contract = reading.contract.as_ref().context("the description cannot be read")?;
    let node = contract.bundle.root().get("info").and_then(|info| info.get("version"));
    let origin = node.context("the description has no `info.version` that could be set")?.origin();
    let path = PathBuf::from(reading.documents.name(origin.document));
    let place = reading.documents.range(&Place::Value(origin.clone()));
    let range = place.with_context(|| format!("`info.version` is not found in {}", path.display()))?;
    let text = reading.documents.text(origin.document);
    let written = text.get(range.clone()).unwrap_or_default();
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    ensure!(
        quote.is_some() || !written.contains('\n'),
        "`info.version` in {} is written over several lines: write it on one",
        path.display()
    );
    let new = match quote {
        Some(quote) => format!("{quote}{version}{quote}"),
        // What is no string there would be none here: `1.0` was a number, and `1.1.0` is a string by itself.
        None => version.to_owned(),
    };
    fs_err::write(&path, format!("{}{new}{}", &text[..range.start], &text[range.end..]))?;
    Ok(path)
}
