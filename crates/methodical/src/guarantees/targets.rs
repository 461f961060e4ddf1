//! Which test a marker belongs to.
//!
//! Rust is read strictly: below a marker come only attributes and comments and then a function that is a test. A `.rs`
//! file with a `.stderr` beside it is one test of a compiler's refusal. In the docs of Rust a marker stands above a
//! fence. In every other language the next line of code is the test, named as well as it can be.

use std::path::Path;

/// The language of a test's file, as far as markers need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust: functions with a test attribute, and doctests.
    Rust,
    /// Rust that must not compile: the file is the test.
    CompileFail,
    /// Any other, by what begins a comment in it.
    Other(&'static str),
}

/// What comes first in a comment, by the end of a file's name.
const COMMENTS: [(&str, &[&str]); 3] = [
    (
        "//",
        &[
            "c", "cc", "cpp", "cs", "dart", "go", "h", "hpp", "java", "js", "jsx", "cjs", "mjs", "kt", "kts", "php",
            "scala", "swift", "ts", "tsx", "mts", "zig",
        ],
    ),
    ("#", &["bash", "bats", "ex", "exs", "hurl", "pl", "ps1", "py", "r", "rb", "robot", "sh", "t", "tcl"]),
    ("--", &["hs", "lua", "sql"]),
];

impl Language {
    /// The language of a file; `None` for what is no source.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        if extension == "rs" {
            let refused = path.with_extension("stderr").is_file();
            return Some(if refused { Self::CompileFail } else { Self::Rust });
        }
        let known = COMMENTS.iter().find(|(_, extensions)| extensions.contains(&extension));
        known.map(|(comment, _)| Self::Other(comment))
    }

    /// What a line's comment says; `None` for a line that is no comment.
    pub(super) fn comment(self, line: &str) -> Option<&str> {
        let begins = match self {
            Self::Rust | Self::CompileFail => "//",
            Self::Other(comment) => comment,
        };
        let rest = line.strip_prefix(begins)?;
        match self {
            Self::Rust | Self::CompileFail => Some(rest.strip_prefix(['/', '!']).unwrap_or(rest)),
            Self::Other(_) => Some(rest),
        }
    }
}

/// The test that a marker belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The line that it begins on, from 1.
    pub(super) line: usize,
    pub(super) name: String,
}

/// Why a marker belongs to none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    NoTest,
    /// The test with this name is there and is never run.
    Ignored(String),
}

/// The test that the marker on line `index` (from 0) belongs to.
pub(super) fn target(lines: &[&str], index: usize, language: Language) -> Result<Target, Wrong> {
    match language {
        Language::CompileFail => whole_file(lines, index),
        Language::Rust if is_doc(lines[index]) => doctest(lines, index),
        Language::Rust => function(lines, index),
        Language::Other(_) => next_line(lines, index, language),
    }
}

fn is_doc(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("///") || line.starts_with("//!")
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Nothing but comments may stand before it: then it speaks of the whole file.
fn whole_file(lines: &[&str], index: usize) -> Result<Target, Wrong> {
    let only_comments = lines[..index].iter().all(|line| line.trim().is_empty() || is_comment(line));
    let name = "must not compile".to_owned();
    if only_comments { Ok(Target { line: 1, name }) } else { Err(Wrong::NoTest) }
}

fn doctest(lines: &[&str], index: usize) -> Result<Target, Wrong> {
    let below = lines[index + 1..].iter().position(|line| !is_marker_of_docs(line)).unwrap_or_default();
    let line = index + 1 + below;
    let text = lines.get(line).filter(|line| is_doc(line)).and_then(|line| Language::Rust.comment(line.trim()));
    let Some(info) = text.and_then(|text| text.trim().strip_prefix("```")) else {
        return Err(Wrong::NoTest);
    };
    let name = format!("doctest (line {})", line + 1);
    let words: Vec<&str> = info.split([',', ' ']).filter(|word| !word.is_empty()).collect();
    let run = ["rust", "should_panic", "compile_fail", "no_run"];
    let is_run = |word: &&str| run.contains(word) || word.starts_with("edition") || word.starts_with('E');
    if words.iter().all(is_run) { Ok(Target { line: line + 1, name }) } else { Err(Wrong::Ignored(name)) }
}

fn is_marker_of_docs(line: &str) -> bool {
    is_doc(line) && Language::Rust.comment(line.trim()).is_some_and(|text| text.trim_start().starts_with("Shows:"))
}

/// The function below, with the attributes on either side of the marker.
fn function(lines: &[&str], index: usize) -> Result<Target, Wrong> {
    let mut attributes = String::new();
    for line in lines[..index].iter().rev().take_while(|line| is_comment(line) || is_one_line_attribute(line)) {
        attributes.push_str(if is_comment(line) { "" } else { line.trim() });
    }
    let mut depth = 0_i64;
    for (number, line) in (1..).zip(lines).skip(index + 1) {
        let line = line.trim();
        if depth == 0 && is_comment(line) {
            continue;
        }
        if depth > 0 || line.starts_with("#[") {
            depth += brackets(line);
            attributes.push_str(line);
            continue;
        }
        let name = function_name(line).ok_or(Wrong::NoTest)?;
        return test_of(&attributes, number, name);
    }
    Err(Wrong::NoTest)
}

fn is_one_line_attribute(line: &str) -> bool {
    line.trim_start().starts_with("#[") && brackets(line) == 0
}

/// How many brackets a line opens and does not close.
fn brackets(line: &str) -> i64 {
    let count = |wanted: char| line.matches(wanted).count();
    i64::try_from(count('[')).unwrap_or(i64::MAX) - i64::try_from(count(']')).unwrap_or(i64::MAX)
}

/// A test has an attribute whose path ends in a word with `test` in it: `test`, `tokio::test`, `rstest`, `test_case`.
fn test_of(attributes: &str, line: usize, name: &str) -> Result<Target, Wrong> {
    let paths = attributes.split("#[").filter_map(|text| text.split(['(', ']', '=', ' ']).next());
    let last: Vec<&str> = paths.filter_map(|path| path.rsplit("::").next()).collect();
    if last.contains(&"ignore") {
        return Err(Wrong::Ignored(name.to_owned()));
    }
    let is_test = last.iter().any(|word| word.contains("test") || *word == "quickcheck");
    if is_test { Ok(Target { line, name: name.to_owned() }) } else { Err(Wrong::NoTest) }
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line;
    while let Some((word, after)) = rest.split_once(' ') {
        if word == "fn" {
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
            return Some(&after[..end]).filter(|name| !name.is_empty());
        }
        let leads = ["async", "unsafe", "const", "extern", "\"C\""].contains(&word) || word.starts_with("pub");
        rest = leads.then_some(after)?;
    }
    None
}

/// The next line that is neither empty, nor a comment, nor a decorator.
fn next_line(lines: &[&str], index: usize, language: Language) -> Result<Target, Wrong> {
    let below = (1..).zip(lines).skip(index + 1).map(|(number, line)| (number, line.trim()));
    let decorator = |line: &str| line.starts_with('@') && !line.starts_with("@test ");
    let mut code = below.filter(|(_, line)| !line.is_empty() && language.comment(line).is_none() && !decorator(line));
    let (line, text) = code.next().ok_or(Wrong::NoTest)?;
    Ok(Target { line, name: name_of(text) })
}

/// The title in quotes of `it("...")`, `test '...'` and their like; else the word behind `def`, `func`, `function`, `fun`
/// or before `(`; else the line.
fn name_of(line: &str) -> String {
    let titled = ["it(", "test(", "it ", "test ", "@test ", "specify(", "scenario("];
    if titled.iter().any(|word| line.starts_with(word))
        && let Some(quote) = line.find(['"', '\'', '`'])
    {
        let (quote, rest) = line[quote..].split_at(1);
        return rest.split(quote).next().unwrap_or(rest).to_owned();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let keyword = words.iter().position(|word| ["def", "func", "function", "fun", "sub"].contains(word));
    let named = keyword.and_then(|at| words.get(at + 1)).or_else(|| words.iter().find(|word| word.contains("()")));
    match named.and_then(|word| word.split(['(', ':', '{']).next()).filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => line.chars().take(80).collect(),
    }
}
