//! CommonMark by strangers, made into doc comments that neither `rustdoc` nor `clippy` objects to.
//!
//! A description may hold anything: HTML, bare URLs, `[brackets]` that rustdoc would take for links, indented text that
//! it would compile as a test, lists whose second lines begin anywhere. The text is read block by block and written
//! again with every line where it belongs, wrapped for a reader of the diff.

mod block;
mod inline;

use methodical_model::Docs;
use proc_macro2::TokenStream;
use quote::quote;

/// A doc comment's text: paragraphs, put together in the order in which they are read.
#[derive(Debug, Default, Clone)]
pub(crate) struct Text(Vec<String>);

impl Text {
    /// What the author wrote; `fallback` where that is nothing.
    pub(crate) fn of(docs: &Docs, fallback: &str) -> Text {
        let mut text = Text::default();
        let summary = docs.summary.as_deref().map(markdown).unwrap_or_default();
        let description = docs.description.as_deref().map(markdown).unwrap_or_default();
        text.push(&summary);
        if description != summary {
            text.push(&description);
        }
        if text.0.is_empty() {
            text.push(fallback);
        }
        text
    }

    /// A text of our own words.
    pub(crate) fn new(paragraph: impl AsRef<str>) -> Text {
        let mut text = Text::default();
        text.push(paragraph.as_ref());
        text
    }

    /// Adds a paragraph; nothing where it is empty. It has to be valid already.
    pub(crate) fn push(&mut self, paragraph: &str) {
        if !paragraph.trim().is_empty() {
            self.0.push(paragraph.trim_end().to_owned());
        }
    }

    /// This text with one more paragraph.
    pub(crate) fn and(mut self, paragraph: impl AsRef<str>) -> Text {
        self.push(paragraph.as_ref());
        self
    }

    /// This text, or this paragraph where there is none.
    pub(crate) fn and_if_empty(self, paragraph: &str) -> Text {
        if self.0.is_empty() { self.and(paragraph) } else { self }
    }

    /// As one string.
    pub(crate) fn text(&self) -> String {
        self.0.join("\n\n")
    }

    /// This text with a section under a heading, unless the section is empty.
    pub(crate) fn section(mut self, heading: &str, items: &[String]) -> Text {
        if !items.is_empty() {
            let lines: Vec<String> = items.iter().map(|item| block::list_item(item)).collect();
            self.0.push(format!("# {heading}"));
            self.0.push(lines.join("\n"));
        }
        self
    }

    /// As `///` lines of finished text, each of which begins with `indent`.
    pub(crate) fn comment(&self, indent: &str) -> String {
        let text = self.text();
        let lines = text.lines().map(|line| format!("{indent}///{}\n", comment_line(line).trim_end()));
        lines.collect()
    }

    /// As `///` lines.
    pub(crate) fn outer(&self) -> TokenStream {
        let text = self.text();
        let lines = text.lines().map(comment_line);
        quote!(#(#[doc = #lines])*)
    }
}

/// Somebody's CommonMark as a doc comment may hold it.
pub(crate) fn markdown(text: &str) -> String {
    block::rewrite(text)
}

/// A paragraph of our own in lines of a readable length.
pub(crate) fn wrapped(paragraph: &str) -> String {
    block::paragraph(paragraph)
}

/// The first paragraph of somebody's text.
pub(crate) fn first_paragraph(text: &str) -> String {
    block::rewrite(text).split("\n\n").next().unwrap_or_default().to_owned()
}

/// The same on one line, for lists and tables of contents.
pub(crate) fn first_line(text: &str) -> String {
    first_paragraph(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As `//!` lines.
pub(crate) fn inner_docs(text: &str) -> TokenStream {
    let lines = text.lines().map(comment_line);
    quote!(#(#![doc = #lines])*)
}

fn comment_line(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// Somebody's text as a code span: a name, a value.
pub(crate) fn code(text: &str) -> String {
    let line: String = inline::clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "(nothing)".to_owned();
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::{code, markdown};

    fn check(input: &str, expect: &str) {
        assert_eq!(markdown(input), expect, "from {input:?}");
    }

    #[test]
    fn paragraphs_are_wrapped_and_nothing_else_begins_in_them() {
        check("One\ntwo.\n\n\n\nThree.", "One two.\n\nThree.");
        let long = format!("{} - {}", "word ".repeat(23).trim_end(), "end");
        check(&long, &format!("{} -\nend", "word ".repeat(23).trim_end()));
    }

    #[test]
    fn what_rustdoc_would_misread_is_escaped() {
        check("See [Pet] and <b>bold</b>.", "See \\[Pet\\] and \\<b>bold\\</b>.");
        check("At https://example.com/a?b=c.", "At <https://example.com/a?b=c>.");
        check("[docs](https://example.com) [here](#there)", "[docs](<https://example.com>) here");
        check("`[x]` and a lone ` tick", "`[x]` and a lone \\` tick");
        check("<https://example.com>", "<https://example.com>");
    }

    #[test]
    fn code_is_never_a_test() {
        check("Text\n\n    let x = 1;\n    y\n\nEnd", "Text\n\n```text\nlet x = 1;\ny\n```\n\nEnd");
        check("```\ncode\n```", "```text\ncode\n```");
        check("```rust\ncode", "```text\ncode\n```");
        check("```json\n{}\n```\nafter", "```json\n{}\n```\n\nafter");
    }

    #[test]
    fn lists_keep_their_shape() {
        check("List:\n* a\nlazy\n* b\n    * c\n", "List:\n\n- a lazy\n- b\n  - c");
        check("1. a\n\n   more\n2. b", "1. a\n\n   more\n2. b");
        check("> a\n> b", "> a b");
        check("| a | b |\n|---|---|\n| [x] | y |", "| a | b |\n|---|---|\n| \\[x\\] | y |");
    }

    #[test]
    fn html_paragraphs_and_hidden_characters_are_shape_or_nothing() {
        check("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\n\nthree");
        check("a\u{202E}b\tc\r\nd", "a b c d");
        check("\u{a0}\u{a0}\u{a0}\u{a0}x\n\n\u{3000}\u{3000}\u{3000}y", "x\n\ny");
    }

    #[test]
    fn names_become_code_spans() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" \n"), "(nothing)");
    }
}
