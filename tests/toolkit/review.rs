//! `methodical review`, as who reviews a contract uses it.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::workspace::Run;

/// What clients know.
pub(crate) const OLD: &str = "\
openapi: 3.1.0
info: { title: Tags, version: 1.0.0 }
servers: [{ url: https://api.stacklets.example/v1 }]
paths:
  /tags/{name}:
    parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
    put:
      operationId: putTag
      tags: [tags]
      requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
      responses:
        '200': { description: replaced }
        '201': { description: created }
    delete:
      operationId: deleteTag
      tags: [tags]
      responses:
        '204': { description: deleted }
        '404': { description: there was none }
  /regions:
    get:
      operationId: listRegions
      tags: [regions]
      responses: { '200': { description: all } }
";

/// A folder with `old.yaml`, and `new.yaml` after some edits of it.
pub(crate) struct Pair {
    pub(crate) folder: TempDir,
}

impl Pair {
    pub(crate) fn new(edits: &[(&str, &str)]) -> std::io::Result<Pair> {
        let folder = tempfile::tempdir()?;
        let mut text = OLD.to_owned();
        for (from, to) in edits {
            assert!(text.contains(from), "{from} is not in the old version");
            text = text.replace(from, to);
        }
        std::fs::write(folder.path().join("old.yaml"), OLD)?;
        std::fs::write(folder.path().join("new.yaml"), text)?;
        Ok(Pair { folder })
    }

    /// A PUT that no longer creates, a DELETE that is gone, and an operation that comes.
    pub(crate) fn broken() -> std::io::Result<Pair> {
        let delete = &OLD[OLD.find("    delete:").unwrap_or(0)..OLD.find("  /regions").unwrap_or(0)];
        let post = "    post:\n      operationId: addRegion\n      tags: [regions]\n      responses: { '201': { description: added } }\n";
        Pair::new(&[
            ("        '201': { description: created }\n", ""),
            (delete, ""),
            ("  /regions:\n", &format!("  /regions:\n{post}")),
        ])
    }

    pub(crate) fn review(&self, arguments: &[&str]) -> Run {
        let arguments = [&["review", "old.yaml", "new.yaml"], arguments].concat();
        Run::methodical(self.folder.path(), &arguments)
    }

    /// The fingerprints of the changes that fail, or of those that do not.
    fn fingerprints(&self, fails: bool) -> Vec<String> {
        let report: Value = serde_json::from_str(&self.review(&["--format", "json"]).stdout).expect("JSON");
        let changes = report["changes"].as_array().expect("changes").iter().filter(|change| change["fails"] == fails);
        changes.map(|change| change["fingerprint"].as_str().expect("a fingerprint").to_owned()).collect()
    }

    fn write(&self, file: &str, text: &str) -> std::io::Result<()> {
        std::fs::write(self.folder.path().join(file), text)
    }

    fn read(&self, file: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).expect("a file")
    }
}

#[test]
fn nothing_changed() -> std::io::Result<()> {
    let run = Pair::new(&[])?.review(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "nothing has changed\n"), "{}", run.stderr);
    Ok(())
}

#[test]
fn what_broke_is_shown_and_fails() -> std::io::Result<()> {
    let run = Pair::broken()?.review(&[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
    Ok(())
}

/// The lint of a description is no matter of a review, nor a slip in it.
#[test]
fn slips_do_not_keep_a_contract_from_being_reviewed() -> std::io::Result<()> {
    let pair = Pair::new(&[("description: all", "x-none: 1")])?;
    let run = pair.review(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "nothing has changed\n"), "{}", run.stderr);
    Ok(())
}

#[test]
fn the_policy_decides_what_fails() -> std::io::Result<()> {
    let pair = Pair::broken()?;
    let none = ["--fail-on", "wire=none", "--fail-on", "promises=none"];
    assert_eq!(pair.review(&none).code, Some(0));
    pair.write("methodical.toml", "api = []\n[review]\nfail-on = [\"wire=none\", \"promises=none\"]\n")?;
    assert_eq!(pair.review(&[]).code, Some(0));
    assert_eq!(pair.review(&["--fail-on", "promises=breaks"]).code, Some(1), "the command line counts after the file");

    let wrong = pair.review(&["--fail-on", "wire=severe"]);
    assert_eq!(wrong.code, Some(2));
    insta::assert_snapshot!(wrong.stderr);
    pair.write("methodical.toml", "api = []\n[review]\nfail-on = [\"wire\"]\n")?;
    let wrong = pair.review(&[]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("methodical.toml:3") && wrong.stderr.contains("PLANE=LEVEL"), "{}", wrong.stderr);
    Ok(())
}

/// From a review that fails to one that passes, and what becomes of the ledger afterwards.
#[test]
fn what_is_accepted_does_not_fail() -> std::io::Result<()> {
    let pair = Pair::broken()?;
    let ledger = ["--ledger", "spec/accepted.toml"];
    let accept = |fingerprint: &str, more: &[&str]| {
        let arguments =
            ["--accept", &fingerprint[..8], "--reason", "agreed with all three \"clients\"", "--by", "A. Reviewer"];
        pair.review(&[&ledger[..], &arguments, more].concat())
    };
    let failing = pair.fingerprints(true);
    for fingerprint in &failing {
        let run = accept(fingerprint, &["--until", "2999-12-31"]);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    }
    let again = accept(&failing[0], &[]);
    assert_eq!(again.code, Some(2), "{}", again.stdout);
    assert!(again.stderr.contains("is in spec/accepted.toml already"), "{}", again.stderr);
    insta::assert_snapshot!("the_ledger", pair.read("spec/accepted.toml"));

    let run = pair.review(&ledger);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(run.stdout.contains(&format!("passes, {} accepted", failing.len())), "{}", run.stdout);

    pair.write("spec/accepted.toml", &pair.read("spec/accepted.toml").replace("2999-12-31", "2026-01-31"))?;
    let expired = pair.review(&ledger);
    assert_eq!(expired.code, Some(1), "what was accepted for a time fails after it");
    assert!(expired.stdout.contains("that ended on 2026-01-31"), "{}", expired.stdout);

    std::fs::copy(pair.folder.path().join("old.yaml"), pair.folder.path().join("new.yaml"))?;
    let stale = pair.review(&ledger);
    assert_eq!(stale.code, Some(0));
    assert!(stale.stdout.contains("Nothing needs the acceptance of"), "{}", stale.stdout);
    Ok(())
}

#[test]
fn what_cannot_be_accepted_is_refused() -> std::io::Result<()> {
    let pair = Pair::broken()?;
    let reason = ["--reason", "why not", "--by", "A. Reviewer"];
    let refused = |arguments: &[&str]| {
        let run = pair.review(&[arguments, &reason].concat());
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        run.stderr
    };
    let said = [
        refused(&["--ledger", "a.toml", "--accept", "abc"]),
        refused(&["--ledger", "a.toml", "--accept", "0123456789"]),
        refused(&["--ledger", "a.toml", "--accept", &pair.fingerprints(false)[0]]),
        refused(&["--accept", &pair.fingerprints(true)[0]]),
    ];
    pair.write(
        "wrong.toml",
        "[[accepted]]\nfingerprint = \"0123456789abcdef\"\nplane = \"air\"\nreason = \"r\"\nby = \"b\"\n",
    )?;
    let wrong = pair.review(&["--ledger", "wrong.toml"]);
    assert_eq!(wrong.code, Some(2));
    insta::assert_snapshot!(format!("{}{}", said.concat(), wrong.stderr));
    Ok(())
}

#[test]
fn every_form_is_written_in_one_run() -> std::io::Result<()> {
    let pair = Pair::broken()?;
    let forms = ["text", "json", "markdown", "html", "sarif", "junit", "github"];
    let reports = forms.map(|form| format!("{form}=out/review.{form}"));
    let arguments: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let run = pair.review(&arguments);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for form in forms {
        let text = pair.read(format!("out/review.{form}"));
        assert!(text.contains("operation-removed"), "{form}: {text}");
    }
    let wrong = pair.review(&["--report", "pdf=review.pdf"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("there are text, json, markdown, html, sarif, junit and github"), "{}", wrong.stderr);
    Ok(())
}
