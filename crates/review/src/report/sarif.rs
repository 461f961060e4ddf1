//! A review as SARIF 2.1.0 (OASIS), which code scanning and editors read.

use std::collections::BTreeMap;

use methodical_diagnostic::uri_path;
use serde_json::{Value, json};

use super::{Entry, Report, Spot};

/// Writes a review as SARIF 2.1.0, with a line break at its end. Kinds of changes are its rules; the place of a result is
/// that of the new side, and the other side is related to it. Where there is no new side, the old one takes its place.
pub fn render_sarif(report: &Report) -> String {
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in &report.changes {
        rules.insert(entry.kind, entry.summary);
    }
    let position = |kind: &str| rules.keys().position(|rule| *rule == kind);
    let results: Vec<Value> = report.changes.iter().map(|entry| result(entry, position(entry.kind))).collect();
    let rules: Vec<Value> =
        rules.iter().map(|(id, summary)| json!({ "id": id, "shortDescription": { "text": summary } })).collect();
    let sarif = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "methodical review",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{sarif:#}\n")
}

fn result(entry: &Entry, rule: Option<usize>) -> Value {
    let level = match (entry.fails, entry.level) {
        (true, _) => "error",
        (false, "compatible") => "note",
        (false, _) => "warning",
    };
    let (main, other) = match (&entry.new, &entry.old) {
        (Some(new), old) => (Some(new), old.as_ref()),
        (None, old) => (old.as_ref(), None),
    };
    let mut result = json!({
        "ruleId": entry.kind,
        "ruleIndex": rule,
        "level": level,
        "message": { "text": entry.message },
        "locations": main.map(|spot| location(spot, entry)).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "methodicalChange/v1": entry.fingerprint },
        "properties": {
            "operations": entry.operations(),
            "wire": entry.wire.as_ref().map(|verdict| verdict.level),
            "rust": entry.rust.as_ref().map(|verdict| verdict.level),
            "promises": entry.promises.as_ref().map(|verdict| verdict.level),
        },
    });
    if let Some(other) = other {
        let mut related = location(other, entry);
        related["id"] = json!(0);
        related["message"] = json!({ "text": "the version that clients know" });
        result["relatedLocations"] = json!([related]);
    }
    let accepted = entry.accepted();
    if !accepted.is_empty() {
        let suppressions = accepted.iter().map(|(plane, accepted)| {
            let justification = format!("{} ({}): {}", accepted.by, plane.as_str(), accepted.reason);
            json!({ "kind": "external", "status": "accepted", "justification": justification })
        });
        result["suppressions"] = suppressions.collect();
    }
    result
}

fn location(spot: &Spot, entry: &Entry) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri_path(&spot.file) },
            "region": {
                "startLine": spot.line,
                "startColumn": spot.column,
                "endLine": spot.end_line,
                "endColumn": spot.end_column,
            },
        },
        "logicalLocations": [{ "fullyQualifiedName": spot.pointer, "name": entry.subject }],
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_a_uri_reference() {
        assert_eq!(super::uri_path("main:spec/my api.yaml"), "main%3Aspec/my%20api.yaml");
    }
}
