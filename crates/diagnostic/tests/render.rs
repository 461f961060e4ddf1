//! What diagnostics look like: each form of place, severity and further part, as text and as JSON.

use std::ops::Range;

use insta::assert_snapshot;
use methodical_diagnostic::{
    Diagnostic, Diagnostics, DocumentId, Origin, Place, Pointer, SarifRule, Severity, Sources, Style, Tool,
    render_github, render_json, render_sarif, render_text,
};
use serde_json::Value;

/// Texts in which a pointer `/x` is where `x` first stands.
struct Texts(&'static [(&'static str, &'static str)]);

impl Sources for Texts {
    fn name(&self, document: DocumentId) -> &str {
        self.0.get(document.index()).map_or("", |(name, _)| name)
    }

    fn text(&self, document: DocumentId) -> &str {
        self.0.get(document.index()).map_or("", |(_, text)| text)
    }

    fn range(&self, place: &Place) -> Option<Range<usize>> {
        match place {
            Place::Span { range, .. } => Some(range.clone()),
            Place::Value(origin) | Place::Key(origin) => {
                let token = origin.pointer.last()?;
                let start = self.text(origin.document).find(token.as_ref())?;
                Some(start..start + token.len())
            }
            Place::Document(_) | Place::Nowhere => None,
        }
    }
}

const TEXTS: Texts = Texts(&[
    ("spec/openapi.yaml", "paths:\n  /tags:\n\tget: {}\n    post: {} # größer\r\n  /töne: {}\n"),
    ("methodical.toml", "[[api]]\n"),
]);

fn at(document: u32, token: &str) -> Place {
    Place::Value(Origin::new(DocumentId::new(document), Pointer::root().join(token)))
}

fn every_form() -> Diagnostics {
    Diagnostics::from_iter([
        Diagnostic::error("test/with-everything", "the path is wrong", at(0, "/töne"))
            .related(at(0, "/tags"), "another path stands here")
            .related(Place::Document(DocumentId::new(1)), "it was asked for here")
            .note_line("paths begin with a slash")
            .note_line("there are two of them")
            .help("change it"),
        Diagnostic::warning(
            "test/after-a-tab",
            "a long message that goes on and on, so that it has to be broken into more lines than one: word after word",
            at(0, "get"),
        ),
        Diagnostic::note(
            "test/span",
            "a span over several lines",
            Place::Span { document: DocumentId::new(0), range: 9..30 },
        ),
        Diagnostic::error("test/document", "the whole document", Place::Document(DocumentId::new(1)))
            .help("begin anew"),
        Diagnostic::error("test/not-found", "a place that is gone", at(1, "gone")),
        Diagnostic::error("test/nowhere", "the command line is wrong", Place::Nowhere),
        Diagnostic::error(
            "test/end",
            "something is missing",
            Place::Span { document: DocumentId::new(1), range: 8..8 },
        ),
    ])
}

#[test]
fn as_text() {
    assert_snapshot!("text", render_text(&every_form(), &TEXTS, Style::Plain));
}

#[test]
fn in_colour() {
    let coloured = render_text(&every_form(), &TEXTS, Style::Colour);
    assert!(coloured.contains('\u{1b}'));
    assert_snapshot!("colour", coloured.replace('\u{1b}', "ESC"));
}

#[test]
fn as_json() {
    let json = render_json(&every_form(), &TEXTS);
    assert_snapshot!("json", json);
    assert_eq!(render_json(&Diagnostics::new(), &TEXTS), "[]\n");
}

#[test]
fn for_github() {
    assert_snapshot!("github", render_github(&every_form(), &TEXTS));
}

fn sarif() -> String {
    let mut diagnostics = every_form();
    diagnostics.suppress(|one| (one.code == "test/end").then(|| "it is meant so".to_owned()));
    let rule = SarifRule {
        code: "test/with-everything".to_owned(),
        summary: "a path that is wrong".to_owned(),
        manual: "Paths begin with a slash.".to_owned(),
        severity: Severity::Error,
    };
    let tool = Tool { name: "methodical lint", version: "0.1.0", url: "https://methodical.example" };
    render_sarif(tool, &[rule], &[(&diagnostics, &TEXTS)])
}

#[test]
fn as_sarif() {
    assert_snapshot!("sarif", sarif());
}

/// What the schema of SARIF 2.1.0 demands of the members that are used.
#[test]
fn sarif_has_what_its_schema_demands() {
    let log: Value = serde_json::from_str(&sarif()).expect("it is JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules are a list");
    assert!(run["tool"]["driver"]["name"].is_string());
    assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap_or_default()));
    let results = run["results"].as_array().expect("results are a list");
    assert_eq!(results.len(), every_form().len());
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap_or_default()));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().expect("a list").iter().chain(related) {
            assert!(location["physicalLocation"]["artifactLocation"]["uri"].is_string());
            if let Some(region) = location["physicalLocation"].get("region") {
                let numbers = ["startLine", "startColumn", "endLine", "endColumn"].map(|name| region[name].as_u64());
                assert!(numbers.iter().all(|number| number.is_some_and(|number| number >= 1)), "{region}");
            }
        }
        for suppression in result["suppressions"].as_array().into_iter().flatten() {
            assert!(["inSource", "external"].contains(&suppression["kind"].as_str().unwrap_or_default()));
        }
        for print in result["partialFingerprints"].as_object().expect("an object").values() {
            assert!(print.is_string());
        }
    }
}

#[test]
fn a_line_of_megabytes_is_cut_around_the_place() {
    let text: &'static str = format!("{}ü\"needle\"{}", "x".repeat(1 << 20), "é".repeat(1 << 20)).leak();
    let texts = Texts(vec![("one-line.json", text)].leak());
    let start = text.find("\"needle\"").unwrap_or_default();
    let place = Place::Span { document: DocumentId::new(0), range: start..start + 8 };
    let whole = Place::Span { document: DocumentId::new(0), range: 0..text.len() };
    let diagnostics = Diagnostics::from_iter([
        Diagnostic::error("test/needle", "found", place),
        Diagnostic::error("test/hay", "all of it", whole),
    ]);
    assert_snapshot!("window", render_text(&diagnostics, &texts, Style::Plain));
}

#[test]
fn ranges_of_any_kind_are_drawn() {
    let text = "a\u{1b}[31mé\r\n\tb\n";
    let texts = Texts(vec![("a.yaml", text)].leak());
    for start in 0..text.len() + 2 {
        for end in start..text.len() + 2 {
            let place = Place::Span { document: DocumentId::new(0), range: start..end };
            let diagnostics = Diagnostics::from_iter([Diagnostic::error("test/range", "a\u{1b}b", place)]);
            let drawn = render_text(&diagnostics, &texts, Style::Plain);
            assert!(drawn.contains("[a.yaml:") && !drawn.contains('\u{1b}'), "{start}..{end}: {drawn}");
            assert!(render_json(&diagnostics, &texts).contains("\"line\""));
        }
    }
}

#[test]
fn the_list_is_sorted_by_place_and_says_nothing_twice() {
    let mut diagnostics = every_form();
    diagnostics.extend(every_form());
    diagnostics.sort(&TEXTS);
    let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_snapshot!("order", codes.join("\n"));
    assert_eq!(diagnostics.summary(), "5 errors, 1 warning, 1 note");
    diagnostics.suppress(|one| (one.code == "test/span").then(|| "it is meant so".to_owned()));
    assert_eq!(diagnostics.summary(), "5 errors, 1 warning, 1 suppressed");
    assert!(diagnostics.has_errors() && Severity::Error > Severity::Warning && Severity::Warning > Severity::Note);
}
