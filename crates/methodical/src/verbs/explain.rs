//! `explain`: the manual page of a rule, of a promise or of a diagnostic.

use crate::cli::{Common, Explain, Format};
use crate::explain::{entries, find, render_list, render_markdown, render_page, render_reference};
use crate::{Exit, report};

/// Prints one page, or the list of all.
///
/// # Errors
///
/// Standard output cannot be written to.
pub fn explain(common: &Common, arguments: &Explain) -> anyhow::Result<Exit> {
    let entries = entries();
    let Some(name) = &arguments.name else {
        report::print(&match common.format {
            Format::Text | Format::Sarif | Format::Github => render_list(&entries),
            Format::Markdown => render_reference(&entries),
            Format::Json => serde_json::to_string_pretty(&entries)?,
        })?;
        return Ok(Exit::Success);
    };
    match find(&entries, name) {
        Ok(entry) => {
            report::print(&match common.format {
                Format::Text | Format::Sarif | Format::Github => render_page(entry),
                Format::Markdown => render_markdown(entry),
                Format::Json => serde_json::to_string_pretty(entry)?,
            })?;
            Ok(Exit::Success)
        }
        Err(near) => {
            let near: Vec<String> = near.iter().map(|near| format!("`{near}`")).collect();
            let meant = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
            report::complain(&format!(
                "methodical: nothing is called `{name}`{meant}\n`methodical explain` lists all names"
            ));
            Ok(Exit::Usage)
        }
    }
}
