//! The manual page of a code: what `explain` prints, and what code scanning shows beside a result.
//!
//! Pages are Markdown beside the code that makes the diagnostics, many in a file:
//!
//! ````markdown
//! ## model/empty-enum
//!
//! warning: an enumeration has no value
//!
//! What it means and what to do, in any number of paragraphs.
//!
//! Bad:
//!
//! ```yaml
//! paths: {}
//! ```
//!
//! Good:
//! ...
//! ````

use crate::Severity;

/// The manual page of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// How grave it is: at most, where it depends.
    pub severity: Severity,
    /// Whether it is an error that leaves a plain meaning.
    pub slip: bool,
    /// What it means, in a line.
    pub summary: &'static str,
    /// The rest of the page, in CommonMark.
    pub manual: &'static str,
}

impl Page {
    /// The part of a description that is reported, if the page shows one.
    pub fn bad(&self) -> Option<String> {
        example(self.manual, "Bad:")
    }

    /// The same part, mended.
    pub fn good(&self) -> Option<String> {
        example(self.manual, "Good:")
    }
}

/// The pages of a file. What is no page is passed over; a test of each stage finds that all of its codes have one.
pub fn pages(text: &'static str) -> Vec<Page> {
    text.split("\n## ").skip(1).filter_map(page).collect()
}

fn page(text: &'static str) -> Option<Page> {
    let (code, rest) = text.split_once("\n\n")?;
    let (line, manual) = rest.split_once("\n\n")?;
    let (word, summary) = line.split_once(": ")?;
    let (severity, slip) = match word {
        "error" => (Severity::Error, false),
        "slip" => (Severity::Error, true),
        "warning" => (Severity::Warning, false),
        "note" => (Severity::Note, false),
        _ => return None,
    };
    Some(Page { code, severity, slip, summary, manual: manual.trim_end() })
}

/// The block of code behind the line `title` of a manual page.
pub fn example(manual: &str, title: &str) -> Option<String> {
    let behind = manual.lines().skip_while(|line| *line != title).skip_while(|line| !line.starts_with("```")).skip(1);
    let block: Vec<&str> = behind.take_while(|line| !line.starts_with("```")).collect();
    (!block.is_empty()).then(|| block.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let text = "# Title\n\n## a/b\n\nslip: it is wrong\n\nMend it.\n\nBad:\n\n```yaml\na: 1\nb: 2\n```\n\n## a/c\n\nnote: it is odd\n\nOr not.\n";
        let pages = pages(text);
        let [first, second] = pages.as_slice() else { panic!("{pages:?}") };
        assert_eq!(
            (first.code, first.severity, first.slip, first.summary),
            ("a/b", Severity::Error, true, "it is wrong")
        );
        assert_eq!((first.bad().as_deref(), first.good()), (Some("a: 1\nb: 2\n"), None));
        assert_eq!((second.code, second.severity, second.manual), ("a/c", Severity::Note, "Or not."));
    }
}
