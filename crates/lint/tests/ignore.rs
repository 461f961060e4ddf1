//! `x-lint-ignore`: what it puts aside, and what is said of one that is wrong.

use methodical_diagnostic::{Diagnostics, Style, render_json, render_text};
use methodical_document::{Documents, bundle};
use methodical_lint::{Level, Levels, check, codes as codes_of_ignore, names, suppress};
use methodical_model::lower;

const HEAD: &str = "openapi: 3.1.0\ninfo: { title: Fixture, version: \"1\" }\n";
const BEARER: &str = "components: { securitySchemes: { token: { type: http, scheme: bearer } } }\n";

fn lint(files: &[(&str, &str)]) -> (Diagnostics, Documents) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", files, &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("the fixture is a description");
    let api = lower(&bundle, &mut diagnostics);
    diagnostics.extend(check(&api));
    suppress(&bundle, &mut diagnostics);
    diagnostics.sort(&documents);
    (diagnostics, documents)
}

/// The codes of what is left, and those of what was put aside.
fn codes(text: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let (diagnostics, _) = lint(&[("openapi.yaml", &(HEAD.to_owned() + text + BEARER))]);
    let suppressed = diagnostics.suppressed().iter().map(|one| one.diagnostic.code).collect();
    (diagnostics.iter().map(|one| one.code).collect(), suppressed)
}

fn sign_up(root: &str, item: &str, operation: &str) -> String {
    format!(
        "{root}paths:\n  /users:\n    {item}post: {{ {operation}operationId: signUp, responses: {{ \"204\": {{ description: Done }} }} }}\n"
    )
}

#[test]
fn it_is_put_aside_at_the_place_and_above() {
    let unsecured = "lint/unsecured-write";
    assert_eq!(codes(&sign_up("", "", "")), (vec![unsecured], vec![]));
    let ignore = "x-lint-ignore: { unsecured-write: for everybody }";
    assert_eq!(codes(&sign_up("", "", &format!("{ignore}, "))), (vec![], vec![unsecured]));
    assert_eq!(codes(&sign_up("", &format!("{ignore}\n    "), "")), (vec![], vec![unsecured]));
    assert_eq!(codes(&sign_up(&format!("{ignore}\n"), "", "")), (vec![], vec![unsecured]));
    let whole = ignore.replace("unsecured", "lint/unsecured");
    assert_eq!(codes(&sign_up("", "", &format!("{whole}, "))), (vec![], vec![unsecured]));
}

#[test]
fn what_the_model_says_is_put_aside_unless_nothing_was_understood() {
    let ignore = "x-lint-ignore: { model/missing-operation-id: it has no name }, ";
    let unnamed = "paths:\n  /a:\n    get: { IGNORE responses: { \"204\": { description: Done } } }\n";
    let (left, _) = codes(&unnamed.replace("IGNORE", ""));
    assert!(left.contains(&"model/missing-operation-id"), "{left:?}");
    let (left, suppressed) = codes(&unnamed.replace("IGNORE", ignore));
    assert!(!left.contains(&"model/missing-operation-id"), "{left:?}");
    assert_eq!(suppressed, ["model/missing-operation-id"]);
    let lost = "paths:\n  /a:\n    x-lint-ignore: { model/status: it is meant }\n    get: { operationId: a, responses: { \"20O\": { description: Done } } }\n";
    let (left, suppressed) = codes(lost);
    assert!(left.contains(&"model/status") && suppressed.is_empty(), "{left:?} {suppressed:?}");
}

#[test]
fn levels_are_for_the_model_too() {
    let text = HEAD.to_owned() + "paths:\n  /a:\n    get: { responses: { \"20O\": { description: Done } } }\n";
    let mut levels = Levels::default();
    assert!(levels.set("model/missing-operation-id", Level::Off) && levels.set("model/status", Level::Off));
    let (mut diagnostics, _) = lint(&[("openapi.yaml", &text)]);
    levels.apply(&mut diagnostics);
    let left: Vec<_> = diagnostics.iter().map(|one| one.code).collect();
    assert!(!left.contains(&"model/missing-operation-id") && left.contains(&"model/status"), "{left:?}");
}

#[test]
fn beside_and_below_it_means_nothing() {
    let below = "requestBody: { x-lint-ignore: { unsecured-write: for all }, content: { text/plain: { schema: { type: string } } } }, ";
    let (left, suppressed) = codes(&sign_up("", "", below));
    assert!(left.contains(&"lint/unsecured-write") && left.contains(&"lint/ignore-stale"), "{left:?}");
    assert_eq!(suppressed, Vec::<&str>::new());
}

#[test]
fn where_data_stand_it_is_data() {
    let body = "requestBody: { content: { application/json: { example: { x-lint-ignore: 1 }, schema: { type: object, properties: { x-lint-ignore: { type: integer } } } } } }, ";
    let (left, _) = codes(&sign_up("", "", body));
    assert!(!left.iter().any(|code| code.starts_with("lint/ignore")), "{left:?}");
    let in_default = "paths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        default: { x-lint-ignore: { error-without-problem: ours is older }, description: D }\n";
    assert_eq!(codes(in_default), (vec!["lint/ignore-stale"], vec![]), "the status `default` is no data");
}

#[test]
fn what_lies_in_another_file_is_reached_from_the_root_and_from_there() {
    let root = |ignore: &str| format!("{HEAD}{ignore}paths: {{ /users: {{ $ref: users.yaml }} }}\n{BEARER}");
    let users = |ignore: &str| {
        format!("{ignore}post: {{ operationId: signUp, responses: {{ \"204\": {{ description: Done }} }} }}\n")
    };
    let ignore = "x-lint-ignore: { unsecured-write: for everybody }\n";
    for (root, users) in [(root(ignore), users("")), (root(""), users(ignore))] {
        let (diagnostics, _) = lint(&[("openapi.yaml", &root), ("users.yaml", &users)]);
        assert_eq!((diagnostics.len(), diagnostics.suppressed().len()), (0, 1));
        assert_eq!(diagnostics.summary(), "1 suppressed");
    }
}

#[test]
fn one_that_is_wrong_is_reported() {
    let ignore =
        "x-lint-ignore: { unsecured-write: '', unsecured-wirte: why, head-exceeds-get: it did once, plain-http: 3 }, ";
    let item = "x-lint-ignore: unsecured-write\n    ";
    let text = HEAD.to_owned() + &sign_up("", item, ignore) + BEARER;
    let (diagnostics, documents) = lint(&[("openapi.yaml", &text)]);
    insta::assert_snapshot!(render_text(&diagnostics, &documents, Style::Plain));
}

#[test]
fn programs_are_told_what_was_put_aside_and_why() {
    let text = HEAD.to_owned() + &sign_up("", "", "x-lint-ignore: { unsecured-write: for everybody }, ") + BEARER;
    let (diagnostics, documents) = lint(&[("openapi.yaml", &text)]);
    let json = render_json(&diagnostics, &documents);
    assert!(json.contains("\"suppressed\": \"for everybody\""), "{json}");
    assert_eq!(render_text(&diagnostics, &documents, Style::Plain), "");
}

#[test]
fn a_rule_counts_more_than_its_group_and_the_nearer_more_than_the_farther() {
    let levels = |settings: &[(&str, &str)]| {
        let mut levels = Levels::default();
        for (name, level) in settings {
            assert!(levels.set(name, Level::parse(level).expect("a level")), "{name}");
        }
        levels
    };
    let said = |levels: &Levels| {
        let (mut diagnostics, _) = lint(&[("openapi.yaml", &(HEAD.to_owned() + &sign_up("", "", "") + BEARER))]);
        levels.apply(&mut diagnostics);
        diagnostics.summary()
    };
    assert_eq!(said(&levels(&[])), "1 warning");
    assert_eq!(said(&levels(&[("unsecured-write", "error")])), "1 error");
    assert_eq!(said(&levels(&[("security", "note")])), "1 note");
    assert_eq!(said(&levels(&[("security", "off"), ("lint/unsecured-write", "error")])), "1 error");
    let all = levels(&[("unsecured-write", "error")]);
    assert_eq!(said(&all.clone().overlaid_by(&levels(&[("security", "off")]))), "");
    assert_eq!(said(&levels(&[("security", "off")]).overlaid_by(&all)), "1 error");
    assert!(!Levels::default().set("unsecured", Level::Off) && Level::parse("fatal").is_none());
    let mut known: Vec<_> = names().collect();
    let all = known.len();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), all, "no rule is called as another, or as a group");
}

#[test]
fn the_examples_of_the_pages_are_true() {
    for page in codes_of_ignore() {
        let reported = |example: Option<String>| {
            let text = HEAD.to_owned() + &example.unwrap_or_else(|| panic!("{} shows nothing", page.code));
            lint(&[("openapi.yaml", &text)]).0.iter().any(|one| one.code == page.code)
        };
        assert!(reported(page.bad()) && !reported(page.good()), "{}", page.code);
    }
}
