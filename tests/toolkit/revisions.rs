//! `review`: versions are named as files, as folders and by revisions of a git repository.

use std::path::Path;
use std::process::Command;

use crate::workspace::{Run, Workspace};

/// A description of one operation, whose query parameter has this name.
fn description(parameter: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Tags, version: '1' }}\nservers: [{{ url: 'https://api.example.com' }}]\npaths:\n  \
         /tags:\n    get:\n      operationId: listTags\n      parameters: [{{ $ref: 'shared/{parameter}.yaml' }}]\n      \
         responses: {{ '200': {{ description: All. }} }}\n"
    )
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    let command = command.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]);
    let output = command.args(arguments).output().expect("git is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with a tagged release, in which the operation has gone since.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        std::fs::create_dir_all(path.join("spec/shared"))?;
        std::fs::write(path.join("spec/openapi.yaml"), description("page"))?;
        let page = "{ name: page, in: query, schema: { type: integer } }\n";
        std::fs::write(path.join("spec/shared/page.yaml"), page)?;
        let package = "[api.package]\nversion = \"0.1.0\"\nlicense = \"MIT\"\n";
        let api = "[[api]]\nname = \"tags\"\ndescription = \"spec/openapi.yaml\"\noutput = \"generated\"\n";
        std::fs::write(path.join("methodical.toml"), format!("{api}{package}"))?;
        git(path, &["init", "--quiet", "--initial-branch", "main"]);
        git(path, &["add", "."]);
        git(path, &["commit", "--quiet", "--message", "Begin"]);
        git(path, &["tag", "v1"]);
        let gone = description("page").replace("  /tags:", "  /labels:");
        std::fs::write(path.join("spec/openapi.yaml"), gone)?;
        Ok(Self(folder))
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::methodical(self.0.path(), arguments)
    }
}

#[test]
fn a_revision_is_compared_with_the_files_as_they_are() -> std::io::Result<()> {
    let repository = Repository::new()?;
    let by_default = repository.run(&["review"]);
    assert_eq!(by_default.code, Some(1), "{}", by_default.stderr);
    assert!(by_default.stdout.contains("operation-removed"), "{}", by_default.stdout);
    assert!(by_default.stdout.contains("was at v1:spec/openapi.yaml:6"), "{}", by_default.stdout);
    for arguments in [
        &["review", "main"][..],
        &["review", "v1:spec/openapi.yaml"],
        &["review", "v1:spec"],
        &["review", "v1", "spec"],
        &["review", "main:spec/openapi.yaml", "spec/openapi.yaml"],
    ] {
        let run = repository.run(arguments);
        assert!(run.stdout.contains("operation-removed"), "{arguments:?}: {} {}", run.stdout, run.stderr);
    }
    assert_eq!(repository.run(&["review", "v1", "main"]).stdout, "nothing has changed\n");
    Ok(())
}

#[test]
fn a_policy_counts_for_revisions_too() -> std::io::Result<()> {
    let repository = Repository::new()?;
    assert_eq!(repository.run(&["review", "--fail-on", "wire=none", "--fail-on", "promises=none"]).code, Some(0));
    Ok(())
}

#[test]
fn what_is_no_version_is_answered_with_what_is() -> std::io::Result<()> {
    let repository = Repository::new()?;
    for (version, answer) in [
        ("nonsense", "`nonsense` is no file, no folder and no revision"),
        ("nonsense:spec/openapi.yaml", "`nonsense` is no revision of the repository"),
        ("v1:openapi.yaml", "there is no `openapi.yaml` at `v1`"),
        ("v1:spec/shared", "spec/shared has no description"),
        ("spec/shared", "spec/shared has no description"),
    ] {
        let run = repository.run(&["review", version]);
        assert_eq!(run.code, Some(2), "{version}: {}", run.stderr);
        assert!(run.stderr.contains(answer), "{version}: {}", run.stderr);
    }
    let elsewhere = Workspace::new()?.run(&["review", "v1"]);
    assert!(elsewhere.stderr.contains("is in no git repository"), "{}", elsewhere.stderr);
    Ok(())
}
