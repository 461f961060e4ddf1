//! The blocks of CommonMark, as far as descriptions use them: paragraphs, lists, quotes, headings, tables and code.

use super::inline::{clean, escape};

const WIDTH: usize = 116;

/// The text again, block by block.
pub(super) fn rewrite(text: &str) -> String {
    let mut writer = Writer::default();
    for line in paragraphs_of_html(&clean(text)).lines() {
        writer.line(line.trim_end());
    }
    writer.finish()
}

/// A paragraph of ours, wrapped.
pub(super) fn paragraph(text: &str) -> String {
    wrap(text, "", "")
}

/// One item of a list of ours, wrapped.
pub(super) fn list_item(text: &str) -> String {
    wrap(text, "- ", "  ")
}

/// `<p>` and `<br>` are the two tags that mean something for the shape of a text.
fn paragraphs_of_html(text: &str) -> String {
    let mut text = text.to_owned();
    if !text.contains('<') {
        return text;
    }
    for (tag, replacement) in
        [("<p>", "\n\n"), ("</p>", "\n\n"), ("<br>", "\n\n"), ("<br/>", "\n\n"), ("<br />", "\n\n"), ("</br>", "\n\n")]
    {
        text = text.replace(tag, replacement).replace(&tag.to_uppercase(), replacement);
    }
    text
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    open: Option<Paragraph>,
    fence: Option<Fence>,
    /// The columns at which the content of the open list items begins: as read, and as written.
    items: Vec<(usize, usize)>,
    blank: bool,
}

/// Finished lines, and whether they follow the block before them without a blank line.
struct Block {
    lines: String,
    tight: bool,
}

struct Paragraph {
    text: Vec<String>,
    first: String,
    rest: String,
    tight: bool,
}

struct Fence {
    mark: String,
    indent: usize,
    prefix: String,
    lines: Vec<String>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        if self.fence.is_some() {
            self.fenced(line, text);
        } else if text.is_empty() {
            self.flush();
            self.blank = true;
        } else if let Some(mark) = fence_mark(text) {
            self.open_fence(&mark, text, indent);
        } else if self.is_code(indent) {
            self.code(&line[4..]);
        } else {
            self.text(text, indent);
            self.blank = false;
        }
    }

    fn text(&mut self, text: &str, indent: usize) {
        if let Some((marker, content)) = list_marker(text) {
            self.item(marker, content, indent);
        } else if let Some(quoted) = text.strip_prefix('>') {
            self.quote(quoted.trim_start());
        } else if let Some((heading, title)) = heading(text) {
            self.flush();
            self.items.clear();
            self.block(format!("{heading} {}", escape(title)), Tight::No);
        } else if text.starts_with('|') {
            self.flush();
            self.table_row(text);
        } else if is_rule(text) {
            self.flush();
        } else {
            self.words(text, indent);
        }
    }

    /// Text of a paragraph: of the open one, of a list item it is indented under, or a new one.
    fn words(&mut self, text: &str, indent: usize) {
        if let Some(open) = &mut self.open {
            open.text.push(text.to_owned());
            return;
        }
        self.items.retain(|(read, _)| indent >= (*read).min(2));
        let prefix = self.prefix();
        self.open = Some(Paragraph { text: vec![text.to_owned()], first: prefix.clone(), rest: prefix, tight: false });
    }

    fn item(&mut self, marker: &str, content: &str, indent: usize) {
        let tight = !self.blank && (self.open.is_none() || !self.items.is_empty());
        let tight = tight && !self.items.is_empty();
        self.flush();
        self.items.retain(|(read, _)| indent >= *read);
        let outer = self.prefix();
        let marker = if marker.ends_with(['.', ')']) { marker } else { "-" };
        let width = marker.chars().count() + 1;
        self.items.push((indent + 1, outer.len() + width));
        let rest = self.prefix();
        self.open = Some(Paragraph { text: vec![content.to_owned()], first: format!("{outer}{marker} "), rest, tight });
    }

    fn quote(&mut self, text: &str) {
        match &mut self.open {
            Some(open) if open.rest.ends_with("> ") => open.text.push(text.to_owned()),
            Some(_) | None => {
                self.flush();
                let prefix = format!("{}> ", self.prefix());
                let text = vec![text.to_owned()];
                self.open = Some(Paragraph { text, first: prefix.clone(), rest: prefix, tight: false });
            }
        }
    }

    fn table_row(&mut self, text: &str) {
        let prefix = self.prefix();
        let tight = if self.blocks.last().is_some_and(|block| block.lines.trim_start().starts_with('|')) && !self.blank
        {
            Tight::Yes
        } else {
            Tight::No
        };
        self.block(format!("{prefix}{}", escape(text)), tight);
    }

    /// Four spaces after a blank line, outside lists, are code.
    fn is_code(&self, indent: usize) -> bool {
        let goes_on = self.blocks.last().is_none_or(|block| block.lines.starts_with("```text\n"));
        self.open.is_none() && (self.blank || goes_on) && indent >= 4 && self.items.is_empty()
    }

    fn code(&mut self, line: &str) {
        let end = "\n```";
        match self.blocks.last_mut() {
            Some(block) if block.lines.starts_with("```text\n") && block.lines.ends_with(end) => {
                block.lines.truncate(block.lines.len() - end.len());
                block.lines.push_str(&format!("\n{line}{end}"));
            }
            Some(_) | None => self.block(format!("```text\n{line}{end}"), Tight::No),
        }
    }

    fn open_fence(&mut self, mark: &str, text: &str, indent: usize) {
        self.flush();
        let language = text[mark.len()..].trim().split([' ', ',', '{']).next().unwrap_or_default();
        let known = !language.is_empty() && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let language = if known && !RUST_WORDS.contains(&language) { language } else { "text" };
        let prefix = self.prefix();
        let lines = vec![format!("{prefix}```{language}")];
        self.fence = Some(Fence { mark: mark.to_owned(), indent, prefix, lines });
    }

    fn fenced(&mut self, line: &str, text: &str) {
        let Some(fence) = &mut self.fence else { return };
        if text.starts_with(&fence.mark) && text.trim_matches(['`', '~']).is_empty() {
            self.close_fence();
        } else {
            let own = line.len() - text.len();
            let kept = " ".repeat(own.saturating_sub(fence.indent));
            let text = if text.starts_with("```") { text.replace("```", "~~~") } else { text.to_owned() };
            let line = format!("{}{kept}{text}", fence.prefix);
            fence.lines.push(line.trim_end().to_owned());
        }
    }

    fn close_fence(&mut self) {
        if let Some(fence) = self.fence.take() {
            self.block(format!("{}\n{}```", fence.lines.join("\n"), fence.prefix), Tight::No);
            self.blank = true;
        }
    }

    fn prefix(&self) -> String {
        " ".repeat(self.items.last().map_or(0, |(_, written)| *written))
    }

    fn flush(&mut self) {
        if let Some(open) = self.open.take() {
            let text = escape(&open.text.join(" "));
            let tight = if open.tight { Tight::Yes } else { Tight::No };
            self.block(wrap(&text, &open.first, &open.rest), tight);
        }
    }

    fn block(&mut self, lines: String, tight: Tight) {
        self.blocks.push(Block { lines, tight: tight == Tight::Yes });
        self.blank = false;
    }

    fn finish(mut self) -> String {
        self.flush();
        self.close_fence();
        let mut text = String::new();
        for block in &self.blocks {
            if !text.is_empty() {
                text.push_str(if block.tight { "\n" } else { "\n\n" });
            }
            text.push_str(&block.lines);
        }
        text
    }
}

#[derive(PartialEq, Eq)]
enum Tight {
    Yes,
    No,
}

/// Words after a fence's mark that make rustdoc compile what is inside.
const RUST_WORDS: [&str; 7] = ["rust", "rs", "no_run", "ignore", "should_panic", "compile_fail", "test_harness"];

fn fence_mark(text: &str) -> Option<String> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    let info = &text[length..];
    (length >= 3 && !info.contains('`')).then(|| mark.to_string().repeat(length))
}

fn heading(text: &str) -> Option<(&str, &str)> {
    let level = text.len() - text.trim_start_matches('#').len();
    let title = text[level..].trim_start();
    ((1..=6).contains(&level) && text[level..].starts_with(' ') && !title.is_empty()).then(|| (&text[..level], title))
}

fn is_rule(text: &str) -> bool {
    let mark = text.chars().next().unwrap_or(' ');
    matches!(mark, '-' | '=' | '_' | '*') && text.chars().all(|c| c == mark || c == ' ')
}

/// The marker of a list item and what follows it.
fn list_marker(text: &str) -> Option<(&str, &str)> {
    let (marker, content) = text.split_once(' ')?;
    let bullet = matches!(marker, "-" | "*" | "+" | "•");
    let digits = marker.trim_end_matches(['.', ')']);
    let number = digits.len() + 1 == marker.len() && (1..=3).contains(&digits.len());
    let number = number && digits.bytes().all(|byte| byte.is_ascii_digit());
    let content = content.trim_start();
    ((bullet || number) && !content.is_empty() && !is_rule(text)).then_some((marker, content))
}

/// Words in lines of [`WIDTH`] columns; no word that would begin a block stands first in a line.
fn wrap(text: &str, first: &str, rest: &str) -> String {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut column = first.chars().count();
    let mut fresh = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !fresh && column + 1 + length > WIDTH && !begins_block(word) {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            column = rest.chars().count();
            fresh = true;
        }
        if !fresh {
            line.push(' ');
            column += 1;
        }
        // A paragraph's own first word that looks like a block (`1.`, `+`) was text to its author.
        line.push_str(word);
        column += length;
        fresh = false;
    }
    lines.push(line);
    lines.join("\n")
}

fn begins_block(word: &str) -> bool {
    let fence = word.starts_with("```") || word.starts_with("~~~");
    fence || word.starts_with(['-', '+', '*', '#', '>', '|', '=', '_']) || word.as_bytes()[0].is_ascii_digit()
}
