//! The forms of a report, on standard output and in files.

use methodical_review::report::{
    Fold, MARKDOWN_BUDGET, Report, render_github, render_html, render_json, render_junit, render_markdown,
    render_sarif, render_text,
};

use crate::cli::{Common, Form, Format, ReportFile, Review};
use crate::report;

/// Writes the report to standard output, and to each file that is asked for.
pub(super) fn write(common: &Common, arguments: &Review, found: &Report) -> anyhow::Result<()> {
    for ReportFile { form, path } in &arguments.reports {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(path, render(found, *form))?;
    }
    let fold = if arguments.all { Fold::Nothing } else { Fold::Compatible };
    let text = match common.format {
        Format::Text => render_text(found, common.style_of_output(), fold),
        Format::Json => render(found, Form::Json),
        Format::Markdown => render(found, Form::Markdown),
        Format::Sarif => render(found, Form::Sarif),
        Format::Github => render(found, Form::Github),
    };
    Ok(report::print(&text)?)
}

fn render(found: &Report, form: Form) -> String {
    match form {
        Form::Text => render_text(found, methodical_diagnostic::Style::Plain, Fold::Nothing),
        Form::Json => render_json(found),
        Form::Markdown => render_markdown(found, MARKDOWN_BUDGET),
        Form::Html => render_html(found),
        Form::Sarif => render_sarif(found),
        Form::Junit => render_junit(found),
        Form::Github => render_github(found),
    }
}
