//! How grave a rule is, by configuration; what is right all the same at one place; and the forms in which lint tells.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const DESCRIPTION: &str = "openapi: 3.1.0
info: { title: Shelf, version: '1' }
paths:
  /books:
    post:
      operationId: addBook
      requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: Emma } } }
      responses: { '204': { description: Added }, '400': { description: It is no book } }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
";

const CONFIGURATION: &str = "[[api]]
name = 'shelf'
description = 'shelf.yaml'
output = 'generated'
crates = ['types']
package = { version = '0.1.0', license = 'MIT' }
";

struct Shelf(TempDir);

impl Shelf {
    fn new(configuration: &str) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("shelf.yaml"), DESCRIPTION)?;
        fs::write(folder.path().join("methodical.toml"), format!("{CONFIGURATION}{configuration}"))?;
        Ok(Self(folder))
    }

    fn run(&self, arguments: &[&str]) -> std::io::Result<(Option<i32>, String)> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_methodical"));
        let Output { status, stdout, .. } = command.args(arguments).current_dir(self.0.path()).output()?;
        Ok((status.code(), String::from_utf8_lossy(&stdout).into_owned()))
    }
}

#[test]
fn the_configuration_says_how_grave_a_rule_is() -> std::io::Result<()> {
    let said = |configuration: &str| Shelf::new(configuration)?.run(&["lint"]);
    assert_eq!(said("")?, (Some(0), "shelf.yaml: 2 warnings\n".to_owned()));
    assert_eq!(said("[lint]\nunsecured-write = 'error'\n")?, (Some(1), "shelf.yaml: 1 error, 1 warning\n".to_owned()));
    let overridden =
        "[api.lint]\nsecurity = 'off'\n[lint]\nunsecured-write = 'error'\nerror-without-problem = 'note'\n";
    assert_eq!(said(overridden)?, (Some(0), "shelf.yaml: 1 note\n".to_owned()));
    // A description that is named has the levels of the API that it is.
    let named = Shelf::new(overridden)?.run(&["lint", "./shelf.yaml"])?;
    assert_eq!(named, (Some(0), "./shelf.yaml: 1 note\n".to_owned()));
    Ok(())
}

#[test]
fn what_lint_fails_on_stops_generating_only_where_it_is_strict() -> std::io::Result<()> {
    let shelf = Shelf::new("[lint]\nunsecured-write = 'error'\n")?;
    assert_eq!(shelf.run(&["lint"])?.0, Some(1));
    assert_eq!(shelf.run(&["generate", "--strict"])?.0, Some(1));
    assert_eq!(shelf.run(&["generate"])?.0, Some(0));
    Ok(())
}

#[test]
fn what_an_overlay_says_is_right_is_put_aside_and_counted() -> std::io::Result<()> {
    let shelf = Shelf::new("")?;
    let overlay = "overlay: 1.0.0\ninfo: { title: Ours, version: '1' }\nactions:\n  - target: $.paths['/books'].post\n    update: { x-lint-ignore: { unsecured-write: anybody may add a book } }\n";
    fs::write(shelf.0.path().join("ours.yaml"), overlay)?;
    let arguments = ["lint", "--overlay", "ours.yaml"];
    assert_eq!(shelf.run(&arguments)?, (Some(0), "shelf.yaml: 1 warning, 1 suppressed\n".to_owned()));
    let (_, json) = shelf.run(&[&arguments[..], &["--format", "json"]].concat())?;
    let items: Vec<Value> = serde_json::from_str(&json)?;
    let reasons: Vec<_> = items.iter().map(|item| (&item["code"], &item["suppressed"])).collect();
    assert_eq!(
        reasons,
        [
            (&Value::from("lint/error-without-problem"), &Value::Null),
            (&Value::from("lint/unsecured-write"), &Value::from("anybody may add a book")),
        ]
    );
    Ok(())
}

#[test]
fn several_descriptions_are_one_text_for_programs() -> std::io::Result<()> {
    let shelf = Shelf::new("")?;
    let all = |json: &str| serde_json::from_str::<Vec<Value>>(json);
    let (_, one) = shelf.run(&["lint", "shelf.yaml", "--format", "json"])?;
    let (_, both) = shelf.run(&["lint", "shelf.yaml", "./shelf.yaml", "--format", "json"])?;
    let (one, both) = (all(&one)?, all(&both)?);
    assert!(!one.is_empty());
    assert_eq!(both.len(), 2 * one.len());
    Ok(())
}

#[test]
fn it_tells_code_scanning_and_pull_requests() -> std::io::Result<()> {
    let shelf = Shelf::new("")?;
    let (code, sarif) = shelf.run(&["lint", "--format", "sarif"])?;
    assert_eq!(code, Some(0));
    let log: Value = serde_json::from_str(&sarif)?;
    let run = &log["runs"][0];
    let codes: Vec<_> = run["results"].as_array().into_iter().flatten().map(|result| &result["ruleId"]).collect();
    assert_eq!(codes, ["lint/unsecured-write", "lint/error-without-problem"]);
    let rule = &run["tool"]["driver"]["rules"][1];
    assert!(rule["help"]["markdown"].as_str().is_some_and(|page| page.contains("security: []")), "{rule}");
    let (_, commands) = shelf.run(&["lint", "--format", "github"])?;
    let start =
        "::warning file=shelf.yaml,line=5,endLine=5,col=5,endColumn=9,title=lint/unsecured-write::`POST /books` can";
    assert!(commands.starts_with(start), "{commands}");
    assert_eq!(shelf.run(&["promises", "--format", "sarif"])?.0, Some(2));
    Ok(())
}
