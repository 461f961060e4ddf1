//! `review --accept`: somebody takes a change on themselves, and the ledger says so.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};
use methodical_review::{Acceptance, Change, Ledger, Plane, Policy};

use crate::cli::Review;
use crate::{Exit, report};

/// The least of a fingerprint that names a change.
const SHORTEST: usize = 6;

/// Writes an acceptance for each plane on which the change makes the review fail, or for the one that is named.
pub(super) fn accept(
    arguments: &Review,
    fingerprint: &str,
    changes: &[Change],
    policy: &Policy,
    ledger: &Ledger,
    path: &Path,
) -> anyhow::Result<Exit> {
    let change = find(changes, fingerprint)?;
    let fingerprint = change.fingerprint();
    let reason = arguments.reason.clone().context("an acceptance needs a reason: --reason TEXT")?;
    let by = arguments.by.clone().map_or_else(user, Ok)?;
    let planes: Vec<Plane> = match arguments.plane {
        Some(plane) => vec![plane],
        None => Plane::ALL.into_iter().filter(|plane| policy.fails(change, *plane)).collect(),
    };
    ensure!(!planes.is_empty(), "the review does not fail on {fingerprint}: there is nothing to accept");
    let mut text = if path.exists() { fs_err::read_to_string(path)? } else { String::new() };
    let mut written = Vec::new();
    for plane in planes {
        let known = ledger.acceptances().iter().any(|other| other.fingerprint == fingerprint && other.plane == plane);
        ensure!(
            !known,
            "{fingerprint} is in {} already, on the plane {}: change the entry there",
            path.display(),
            plane.as_str()
        );
        let acceptance = Acceptance {
            fingerprint: fingerprint.clone(),
            plane,
            change: Some(change.message.clone()),
            reason: reason.clone(),
            by: by.clone(),
            until: arguments.until,
        };
        if !text.is_empty() {
            text = format!("{}\n\n", text.trim_end());
        }
        text += &acceptance.to_toml();
        written.push(plane.as_str());
    }
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::write(path, text)?;
    report::print(&format!("accepted {fingerprint} ({}) in {}", written.join(", "), path.display()))?;
    Ok(Exit::Success)
}

/// The one change whose fingerprint begins so.
fn find<'c>(changes: &'c [Change], fingerprint: &str) -> anyhow::Result<&'c Change> {
    ensure!(fingerprint.len() >= SHORTEST, "name at least {SHORTEST} characters of the fingerprint");
    let mut found = changes.iter().filter(|change| change.fingerprint().starts_with(fingerprint));
    match (found.next(), found.next()) {
        (Some(change), None) => Ok(change),
        (Some(_), Some(_)) => bail!("several changes have a fingerprint that begins with {fingerprint}: name it whole"),
        (None, _) => {
            bail!("no change has a fingerprint that begins with {fingerprint}: the review shows them in brackets")
        }
    }
}

/// Who is at work, as git knows them.
fn user() -> anyhow::Result<String> {
    let output = Command::new("git").args(["config", "user.name"]).output();
    let name = output.ok().filter(|output| output.status.success());
    let name = name.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    name.filter(|name| !name.is_empty()).context("git knows no user.name here: say who accepts it with --by NAME")
}
