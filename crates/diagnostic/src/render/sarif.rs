//! Diagnostics as SARIF 2.1.0 (OASIS), which code scanning and editors read.

use serde_json::{Value, json};

use super::spot::Spot;
use crate::sources::LinesByDocument;
use crate::{Diagnostic, Diagnostics, Severity, Sources};

/// Who found it.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its version.
    pub version: &'t str,
    /// Where it comes from, as a URL.
    pub url: &'t str,
}

/// What SARIF says of a code beside its results.
#[derive(Debug, Clone)]
pub struct SarifRule {
    /// The code.
    pub code: String,
    /// What it means, in a line.
    pub summary: String,
    /// Its manual page, in CommonMark.
    pub manual: String,
    /// How grave it is unless a configuration says otherwise.
    pub severity: Severity,
}

/// Writes the diagnostics of one or several descriptions as one run, with a line break at its end. Of `rules` those are listed that have a
/// result; a code that is not among them is listed by its name alone.
pub fn render_sarif(tool: Tool<'_>, rules: &[SarifRule], runs: &[(&Diagnostics, &dyn Sources)]) -> String {
    let mut codes: Vec<&str> =
        runs.iter().flat_map(|(diagnostics, _)| all(diagnostics)).map(|(one, _)| one.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> =
        runs.iter().flat_map(|(diagnostics, sources)| results(diagnostics, *sources, &codes)).collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code, rules)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool.name,
                "semanticVersion": tool.version,
                "informationUri": tool.url,
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// All of them, with the reason of those that were suppressed.
fn all(diagnostics: &Diagnostics) -> impl Iterator<Item = (&Diagnostic, Option<&str>)> {
    let suppressed = diagnostics.suppressed().iter().map(|one| (&one.diagnostic, Some(one.reason.as_str())));
    diagnostics.iter().map(|diagnostic| (diagnostic, None)).chain(suppressed)
}

fn rule(code: &str, rules: &[SarifRule]) -> Value {
    let Some(rule) = rules.iter().find(|rule| rule.code == code) else {
        return json!({ "id": code });
    };
    json!({
        "id": code,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.manual, "markdown": rule.manual },
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

fn results(diagnostics: &Diagnostics, sources: &dyn Sources, codes: &[&str]) -> Vec<Value> {
    let mut lines = LinesByDocument::default();
    all(diagnostics).map(|(diagnostic, reason)| result(diagnostic, reason, sources, codes, &mut lines)).collect()
}

fn result(
    diagnostic: &Diagnostic,
    reason: Option<&str>,
    sources: &dyn Sources,
    codes: &[&str],
    lines: &mut LinesByDocument,
) -> Value {
    let spot = Spot::of(&diagnostic.place, sources, lines);
    let print = fingerprint(diagnostic, &spot);
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).ok(),
        "level": diagnostic.severity.as_str(),
        "message": { "text": message(diagnostic) },
        "locations": location(&spot).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "methodicalDiagnostic/v1": print },
    });
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .filter_map(|related| {
            let mut location = location(&Spot::of(&related.place, sources, lines))?;
            location["message"] = json!({ "text": related.message });
            Some(location)
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(reason) = reason {
        result["suppressions"] = json!([{ "kind": "inSource", "justification": reason }]);
    }
    result
}

/// SARIF has one text for a result: the message, the way out, and the facts.
fn message(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let parts: Vec<_> = std::iter::once(diagnostic.message.clone()).chain(help).chain(notes).collect();
    parts.join("\n")
}

fn location(spot: &Spot<'_>) -> Option<Value> {
    let mut physical = json!({ "artifactLocation": { "uri": uri(spot.file?) } });
    if let (Some(line), Some(column), Some(end_line), Some(end_column)) =
        (spot.line, spot.column, spot.end_line, spot.end_column)
    {
        physical["region"] =
            json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(pointer) = spot.pointer {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    Some(location)
}

/// The same diagnostic in a later version of the file, whatever was inserted above it: its code, the pointer, and what it says.
fn fingerprint(diagnostic: &Diagnostic, spot: &Spot<'_>) -> String {
    let parts = [diagnostic.code, spot.file.unwrap_or_default(), spot.pointer.unwrap_or_default(), &diagnostic.message];
    // FNV-1a: stable in every version of the toolkit, which `std`'s hashers need not be.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = parts.iter().flat_map(|part| part.bytes().chain([0])).fold(0xcbf2_9ce4_8422_2325, step);
    format!("{hash:016x}")
}

/// The name of a file as a URI: relative to the working folder, or absolute.
fn uri(file: &str) -> String {
    let scheme = if file.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", uri_path(file))
}

/// The name of a file as the path of a URI (RFC 3986).
pub fn uri_path(file: &str) -> String {
    let mut path = String::with_capacity(file.len());
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => path.push(char::from(byte)),
            other => path += &format!("%{other:02X}"),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_file_is_a_uri() {
        assert_eq!(uri("spec/my api.yaml"), "spec/my%20api.yaml");
        assert_eq!(uri("/spec/größe.yaml"), "file:///spec/gr%C3%B6%C3%9Fe.yaml");
    }
}
