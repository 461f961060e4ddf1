//! The values of one description through its program.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use methodical_fidelity::cases::Case;
use methodical_fidelity::harness::Answer;
use methodical_fidelity::verdict::Verdict;

use super::prepare::Prepared;

/// Sends all cases through, and says what they come to.
///
/// # Errors
///
/// The program cannot be started.
pub(super) fn description(one: &Prepared, target: &Path) -> anyhow::Result<Verdict> {
    let name = format!("fidelity-{}", one.slug);
    let program = target.join("debug").join(&name).with_extension(std::env::consts::EXE_EXTENSION);
    let mut verdict = Verdict { barren: one.barren.clone(), unjudged: one.unjudged.clone(), ..Verdict::default() };
    let cases: Vec<(usize, &str, &Case)> = one
        .types
        .iter()
        .enumerate()
        .flat_map(|(position, (name, cases))| cases.iter().map(move |case| (position, name.as_str(), case)))
        .collect();
    let mut rest = cases.as_slice();
    while !rest.is_empty() {
        let answers = answers(&program, rest)?;
        for ((_, name, case), answer) in rest.iter().zip(&answers) {
            verdict.add(name, case, Some(answer));
        }
        rest = &rest[answers.len()..];
        // It ended before all were answered: at the first that has no answer.
        if let Some(((_, name, case), others)) = rest.split_first() {
            verdict.add(name, case, None);
            rest = others;
        }
    }
    std::fs::remove_file(&program).with_context(|| format!("could not remove {}", program.display()))?;
    Ok(verdict)
}

/// The answers of one run of the program: fewer than there are cases if it ended before.
fn answers(program: &Path, cases: &[(usize, &str, &Case)]) -> anyhow::Result<Vec<Answer>> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (mut stdin, stdout) = (stdin.context("it has an input")?, stdout.context("it has an output")?);
    let lines: Vec<String> =
        cases.iter().map(|(position, _, case)| serde_json::json!([position, case.text]).to_string()).collect();
    // A program that ended reads no more.
    let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| writeln!(stdin, "{line}")));
    let mut answers = Vec::new();
    for line in BufReader::new(stdout).lines() {
        answers.push(serde_json::from_str(&line?).context("it answers in JSON")?);
    }
    let _ = writer.join();
    child.wait()?;
    Ok(answers)
}
