//! `generate` and `generate --check`, run as a user runs them.

use crate::workspace::Workspace;

#[test]
fn an_edit_updates_exactly_the_files_concerned() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    let first = workspace.run(&["generate"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(first.paths("created").len(), 4, "each crate is told in one line: {first:?}");

    let second = workspace.run(&["generate"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.contains("nothing changed"), "{second:?}");
    let check = workspace.run(&["generate", "--check"]);
    assert_eq!(check.code, Some(0), "{check:?}");

    let modified = |path: &str| std::fs::metadata(workspace.path(path))?.modified();
    let untouched = modified("generated/stacklets-client/src/regions.rs")?;
    workspace.replace("spec/paths/tag.yaml", "operationId: deleteTag", "operationId: dropTag")?;
    // Links name the operation too.
    workspace.replace("spec/components/links/tags.yaml", "operationId: deleteTag", "operationId: dropTag")?;
    let stale = workspace.run(&["generate", "--check"]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    let expected = stale.paths("stale").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let concerned = [
        "generated/stacklets-client-progenitor/src/client.rs",
        "generated/stacklets-client/src/links.rs",
        "generated/stacklets-client/src/tags.rs",
        "generated/stacklets-server/openapi.json",
        "generated/stacklets-server/src/tags.rs",
        "generated/stacklets-types/src/operations/tags.rs",
    ];
    assert_eq!(expected, concerned, "{stale:?}");

    let update = workspace.run(&["generate"]);
    assert_eq!(update.code, Some(0), "{update:?}");
    assert_eq!(update.paths("updated"), expected, "what --check called stale is what is written");
    assert_eq!(modified("generated/stacklets-client/src/regions.rs")?, untouched);
    assert_eq!(workspace.run(&["generate", "--check"]).code, Some(0));
    Ok(())
}

#[test]
fn missing_and_orphaned_files_are_named_and_nobody_loses_work() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    assert_eq!(workspace.run(&["generate"]).code, Some(0));
    std::fs::write(workspace.path("generated/notes.txt"), "mine")?;
    std::fs::remove_file(workspace.path("generated/stacklets-types/src/lib.rs"))?;
    let left = "generated/stacklets-client/src/old.rs";
    std::fs::copy(workspace.path("generated/stacklets-client/src/tags.rs"), workspace.path(left))?;

    let check = workspace.run(&["generate", "--check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    assert_eq!(check.paths("missing"), ["generated/stacklets-types/src/lib.rs"]);
    assert_eq!(check.paths("orphaned"), ["generated/notes.txt", left]);

    let run = workspace.run(&["generate"]);
    assert_eq!(run.paths("created"), ["generated/stacklets-types/src/lib.rs"]);
    assert_eq!(run.paths("removed"), [left], "an earlier run wrote it, so this run may remove it");
    assert_eq!(run.paths("not ours"), ["generated/notes.txt"]);
    assert_eq!(std::fs::read_to_string(workspace.path("generated/notes.txt"))?, "mine");
    assert_eq!(workspace.run(&["generate", "--check"]).code, Some(1), "the foreign file is still there");
    Ok(())
}

#[test]
fn a_description_with_errors_touches_no_file() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    assert_eq!(workspace.run(&["generate"]).code, Some(0));
    workspace.replace("spec/paths/tag.yaml", "operationId: deleteTag", "operationId: getTag")?;
    let run = workspace.run(&["generate"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("nothing was written"), "{run:?}");
    assert!(run.stderr.contains("getTag") && run.stderr.contains("spec/paths/tag.yaml"), "{run:?}");
    Ok(())
}

#[test]
fn a_wrong_configuration_is_shown_with_line_and_column() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    workspace.replace("methodical.toml", "output = \"generated\"", "outputs = \"generated\"")?;
    let run = workspace.run(&["generate"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    insta::assert_snapshot!(run.stderr);
    Ok(())
}

#[test]
fn results_come_as_json_too() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    let run = workspace.run(&["generate", "--check", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("standard output is JSON alone");
    assert_eq!(report["read"][0]["api"], "stacklets");
    assert_eq!(report["failed"], false);
    assert!(report["outputs"][0]["missing"].as_array().is_some_and(|missing| missing.len() > 10), "{report:#}");
    Ok(())
}
