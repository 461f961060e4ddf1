//! What somebody sees who mistypes, or who reads only the first lines.

use std::process::{Command, Stdio};

use crate::workspace::Workspace;

#[test]
fn a_reader_that_goes_away_is_no_failure() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    for arguments in [&["promises"][..], &["bundle"], &["lint"], &["generate"], &["promises", "--format", "json"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_methodical"));
        let command = command.args(arguments).current_dir(workspace.path("."));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        drop(child.stdout.take());
        let output = child.wait_with_output()?;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

#[test]
fn a_mistyped_operation_is_answered_with_the_nearest() -> std::io::Result<()> {
    let run = Workspace::new()?.run(&["promises", "--operation", "deletTag"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "methodical: no operation has the operationId `deletTag`; did you mean `deleteTag`?\n");
    Ok(())
}

#[test]
fn without_a_configuration_the_message_fits_the_verb() -> std::io::Result<()> {
    let workspace = Workspace::new()?;
    std::fs::remove_file(workspace.path("methodical.toml"))?;
    let (generate, lint) = (workspace.run(&["generate"]), workspace.run(&["lint"]));
    assert_eq!((generate.code, lint.code), (Some(2), Some(2)));
    assert!(generate.stderr.starts_with("methodical: no methodical.toml here"), "{}", generate.stderr);
    assert!(lint.stderr.starts_with("methodical: no description is named"), "{}", lint.stderr);
    Ok(())
}
