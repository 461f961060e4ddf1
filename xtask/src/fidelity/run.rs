//! The values of one description through its program.

use std::path::Path;

use methodical_fidelity::cases::Case;
use methodical_fidelity::harness::Answer;
use methodical_fidelity::verdict::Verdict;
use serde_json::json;

use super::prepare::Values;
use crate::corpus::trial::Program;

/// Sends all cases through, and says what they come to.
///
/// # Errors
///
/// The program cannot be started.
pub(super) fn description(program: &Program<Values>, target: &Path) -> anyhow::Result<Verdict> {
    let Values { types, barren, unjudged } = &program.tried;
    let mut verdict = Verdict { barren: barren.clone(), unjudged: unjudged.clone(), ..Verdict::default() };
    let cases: Vec<(usize, &str, &Case)> = types
        .iter()
        .enumerate()
        .flat_map(|(position, (name, cases))| cases.iter().map(move |case| (position, name.as_str(), case)))
        .collect();
    let mut rest = cases.as_slice();
    let file = program.work().join("cases");
    while !rest.is_empty() {
        let lines = rest.iter().map(|(position, _, case)| format!("{}\n", json!([position, case.text])));
        std::fs::write(&file, lines.collect::<String>())?;
        let (answers, _) = program.lines_of::<Answer>(target, &[&file.display().to_string()])?;
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
    program.remove(target)?;
    Ok(verdict)
}
