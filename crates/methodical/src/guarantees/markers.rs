//! Markers: how a test says which rules it shows.
//!
//! A marker is a line comment of one form, `// Shows: DELETE-ONCE, GET-SAFE`, directly above the test, in the comment of
//! whatever language the test is written in. Several may stand one below the other. Texts are read line by line and not
//! parsed, because no parser keeps the comments of all languages; a line within a string that looks like a marker is
//! taken for one.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context;
use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Place, Sources};
use methodical_document::nearest;
use methodical_model::{RuleId, catalogue, rules};

use super::targets::{Language, Target, Wrong, target};

/// What a marker says after the comment's own characters.
const SHOWS: &str = "Shows:";

/// A rule that a test shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// Which rule.
    pub rule: RuleId,
    /// The test's file, relative to the folder that was given.
    pub file: String,
    /// The line that the test begins on, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
}

/// All markers of some folders.
#[derive(Debug, Default)]
pub struct Markers {
    /// What is shown, by file and line.
    pub shown: Vec<Shown>,
    /// Markers that say nothing, or something wrong.
    pub diagnostics: Diagnostics,
    /// The texts that diagnostics point into.
    pub texts: Texts,
}

/// The files that were read.
#[derive(Debug, Default)]
pub struct Texts(Vec<(String, String)>);

impl Sources for Texts {
    fn name(&self, document: DocumentId) -> &str {
        self.0.get(document.index()).map_or("", |(name, _)| name)
    }

    fn text(&self, document: DocumentId) -> &str {
        self.0.get(document.index()).map_or("", |(_, text)| text)
    }

    fn range(&self, place: &Place) -> Option<Range<usize>> {
        match place {
            Place::Span { range, .. } => Some(range.clone()),
            Place::Value(_) | Place::Key(_) | Place::Document(_) | Place::Nowhere => None,
        }
    }
}

/// Reads the markers of all tests in `folders`, which may be files too, and are relative to `base`.
///
/// # Errors
///
/// A folder is not there or cannot be read.
pub fn read(base: &Path, folders: &[PathBuf]) -> anyhow::Result<Markers> {
    let mut paths = BTreeSet::new();
    for folder in folders {
        let path = base.join(folder);
        let found = fs_err::metadata(&path).with_context(|| format!("there are no tests in `{}`", folder.display()))?;
        if found.is_dir() {
            collect(&path, &mut paths)?;
        } else {
            paths.insert(path);
        }
    }
    let mut markers = Markers::default();
    for path in &paths {
        let Some(language) = Language::of(path) else {
            continue;
        };
        // What is no text is no test that a person has written.
        let Ok(text) = String::from_utf8(fs_err::read(path)?) else {
            continue;
        };
        let name = path.strip_prefix(base).unwrap_or(path).display().to_string().replace('\\', "/");
        markers.add(name, text, language);
    }
    markers.diagnostics.sort(&markers.texts);
    Ok(markers)
}

/// Hidden folders, and those that tools fill with what others wrote, hold no tests of ours.
fn collect(folder: &Path, paths: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if name.starts_with('.') || (kind.is_dir() && ["target", "node_modules"].contains(&name.as_str())) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), paths)?;
        } else if kind.is_file() {
            paths.insert(entry.path());
        }
    }
    Ok(())
}

impl Markers {
    /// Adds the markers of one text.
    pub fn add(&mut self, name: String, text: String, language: Language) {
        let document = DocumentId::new(u32::try_from(self.texts.0.len()).unwrap_or(u32::MAX));
        let lines = lines(&text);
        let words = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>();
        for (index, (start, line)) in lines.iter().enumerate() {
            let Some(said) = said(line, language) else {
                continue;
            };
            let at = |range: Range<usize>| Place::Span { document, range: start + range.start..start + range.end };
            let whole = at(line.len() - line.trim_start().len()..line.trim_end().len());
            let found = self.rules(line, said, &whole, &at);
            match target(&words, index, language) {
                Ok(Target { line, name: test }) => {
                    let shown =
                        found.into_iter().map(|rule| Shown { rule, file: name.clone(), line, name: test.clone() });
                    self.shown.extend(shown);
                }
                Err(wrong) => self.diagnostics.push(of_wrong(wrong, whole)),
            }
        }
        self.texts.0.push((name, text));
    }

    /// The rules that a marker names; what is none is reported.
    fn rules(&mut self, line: &str, said: &str, whole: &Place, at: &dyn Fn(Range<usize>) -> Place) -> Vec<RuleId> {
        if said.trim().is_empty() {
            let message = "this marker names no rule";
            let help = "name the rules that the test shows: `Shows: DELETE-ONCE, GET-SAFE`";
            self.diagnostics.push(Diagnostic::error("guarantees/no-rule", message, whole.clone()).help(help));
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut start = line.len() - said.len();
        for part in said.split(',') {
            let word = part.trim();
            let from = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            match rules::find(word).filter(|rule| rule.id.as_str() == word || rule.alias == Some(word)) {
                Some(rule) => found.push(rule.id),
                None => self.diagnostics.push(unknown(word, at(from..from + word.len()))),
            }
        }
        found
    }
}

/// What a line says after `Shows:`, if it is a marker.
fn said(line: &str, language: Language) -> Option<&str> {
    language.comment(line.trim())?.trim_start().strip_prefix(SHOWS).map(|_| {
        let start = line.find(SHOWS).map_or(line.len(), |found| found + SHOWS.len());
        &line[start..]
    })
}

/// Each line with the offset that it begins at.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let begin = start;
        start += line.len();
        (begin, line.trim_end_matches(['\n', '\r']))
    });
    lines.collect()
}

fn unknown(word: &str, place: Place) -> Diagnostic {
    let ids = catalogue().iter().map(|rule| rule.id.as_str());
    let near = nearest(&word.to_uppercase(), ids).map(|near| format!("did you mean `{near}`?"));
    let message = if word.is_empty() {
        "a rule is missing between the commas".to_owned()
    } else {
        format!("no rule of the catalogue is called `{word}`")
    };
    let help = near.unwrap_or_else(|| "`methodical promises --guarantees` lists all rules".to_owned());
    Diagnostic::error("guarantees/unknown-rule", message, place).help(help)
}

fn of_wrong(wrong: Wrong, place: Place) -> Diagnostic {
    match wrong {
        Wrong::NoTest => {
            let help = "put it directly above a test function, a file that must not compile, or the fence of a doctest";
            Diagnostic::error("guarantees/no-test", "this marker stands above no test", place).help(help)
        }
        Wrong::Ignored(name) => {
            let message = format!("the test `{name}` is not run, and so shows nothing");
            let help = "run it, or take the marker away";
            Diagnostic::error("guarantees/not-run", message, place).help(help)
        }
    }
}
