//! Each rule has one description that fails it and one that passes: the examples of its manual page, and where these do not show
//! every case `tests/fixtures/<rule>/{fail,pass}.yaml`.

use std::fs;
use std::path::Path;

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Documents, bundle};
use methodical_lint::{LintRule, check, rules};
use methodical_model::lower;

/// The fixture of a rule with this name, if it has one.
fn fixture(rule: &LintRule, name: &str) -> Option<String> {
    let folder = rule.id.strip_prefix("lint/").expect("a code begins with the stage");
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder).join(name)).ok()
}

fn failing(rule: &LintRule) -> String {
    fixture(rule, "fail.yaml")
        .or_else(|| rule.bad().map(whole))
        .unwrap_or_else(|| panic!("{} has none that fails", rule.id))
}

fn passing(rule: &LintRule) -> String {
    fixture(rule, "pass.yaml")
        .or_else(|| rule.good().map(whole))
        .unwrap_or_else(|| panic!("{} has none that passes", rule.id))
}

/// An example with what every description has.
fn whole(example: String) -> String {
    format!("openapi: 3.1.0\ninfo: {{ title: Fixture, version: \"1\" }}\n{example}")
}

/// What one rule says about a description, as it is printed.
fn lint(rule: &LintRule, text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("the fixture is a description");
    let api = lower(&bundle, &mut diagnostics);
    let earlier = render_text(&diagnostics, &documents, Style::Plain);
    assert!(!diagnostics.has_errors(), "{}: a fixture is wrong in nothing else\n{earlier}", rule.id);

    let mut found = check(&api);
    found.retain(|diagnostic| diagnostic.code == rule.id);
    found.sort(&documents);
    assert!(found.iter().all(|diagnostic| diagnostic.severity == rule.severity));
    render_text(&found, &documents, Style::Plain)
}

#[test]
fn each_rule_says_what_is_wrong_and_what_to_do() {
    for rule in rules() {
        let name = rule.id.replace('/', "__");
        let found = lint(rule, &failing(rule));
        assert!(found.contains("help: "), "{} offers no way out:\n{found}", rule.id);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, found);
        });
    }
}

#[test]
fn each_rule_is_silent_where_all_is_well() {
    for rule in rules() {
        assert_eq!(lint(rule, &passing(rule)), "", "{}", rule.id);
    }
}

#[test]
fn the_examples_of_manual_pages_are_true() {
    for rule in rules() {
        let (bad, good) = rule.bad().zip(rule.good()).unwrap_or_else(|| panic!("{} shows nothing", rule.id));
        assert_ne!(lint(rule, &whole(bad)), "", "{}: the bad example is well", rule.id);
        assert_eq!(lint(rule, &whole(good)), "", "{}: the good example is not", rule.id);
    }
}

#[test]
fn what_could_not_be_read_is_not_missed_as_well() {
    let text = "openapi: 3.0.3
info: { title: Fixture, version: '1' }
security: [{ tokn: [] }]
paths:
  /tags/{name}:
    parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getTag
      responses:
        '200': { description: The tag }
        '401': { description: Who are you, headers: { WWW-Authenticate: { required: true, schema: { type: string } } } }
        '404': { $ref: '#/components/responses/Abesnt' }
    put:
      operationId: putTag
      parameters: [{ $ref: '#/components/parameters/IfMtach' }]
      responses:
        '201': { description: Made }
        '401': { description: Who are you, headers: { WWW-Authenticate: { $ref: '#/components/headers/Wwww' } } }
        '412': { description: Stale }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
";
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    assert_eq!(diagnostics.count(methodical_diagnostic::Severity::Error), 4);
    let mut found = check(&api);
    found.retain(|diagnostic| diagnostic.code != "lint/error-without-problem");
    assert_eq!(render_text(&found, &documents, Style::Plain), "");
}

#[test]
fn the_registry_is_in_order_and_every_rule_has_a_manual_page() {
    assert!(rules().is_sorted_by_key(|rule| rule.id));
    for rule in rules() {
        assert!(rule.manual().len() > 80, "{}", rule.id);
        assert!(rule.concerns.iter().all(|id| id.rule().is_some()), "{}", rule.id);
    }
}
