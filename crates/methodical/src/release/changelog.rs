//! The CHANGELOG of a crate, in the form of Keep a Changelog. What is written here stands between two marks, so that it can be written anew
//! until it is released; all else is its author's and stays.

/// The file, beside the crate's manifest.
pub(crate) const FILE_NAME: &str = "CHANGELOG.md";

/// Behind it stands the version that people use: while that is the same, what follows is written anew.
const BEGIN: &str = "<!-- from the review ";
const BEGIN_END: &str = "; edits between these marks are lost -->";
const END: &str = "<!-- end of the review -->";

/// What a review says of one version of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// The crate.
    pub(crate) name: &'a str,
    /// Its new version.
    pub(crate) version: &'a str,
    /// The version that people use; `None`: this is the first.
    pub(crate) since: Option<&'a str>,
    /// The day, as `2026-11-30`.
    pub(crate) date: &'a str,
    /// What changed, as Markdown.
    pub(crate) body: &'a str,
}

impl Block<'_> {
    fn begin(&self) -> String {
        match self.since {
            Some(since) => format!("{BEGIN}against {since}{BEGIN_END}"),
            None => format!("{BEGIN}of the first version{BEGIN_END}"),
        }
    }

    fn between_marks(&self) -> String {
        format!("{}\n\n{}\n\n{END}\n", self.begin(), self.body.trim_end())
    }

    fn heading(&self) -> String {
        format!("## [{}] - {}", self.version, self.date)
    }

    fn head(&self) -> String {
        format!(
            "# Changes of {}\n\nIn the form of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/). Versions go up as cargo reads \
             them: below 1.0.0\nthe second number says that something breaks.\n",
            self.name
        )
    }
}

/// The file with this entry in it. The entry of an earlier review against the same version gives way to it; a day changes only with what is
/// said.
pub(crate) fn merge(file: Option<&str>, block: &Block<'_>) -> String {
    let file = file.map_or_else(|| block.head(), |text| text.replace("\r\n", "\n"));
    let (head, mut entries) = split(&file);
    let begin = block.begin();
    let open = entries.iter().position(|entry| entry.lines().any(|line| line == begin));
    let same = entries.iter().position(|entry| version_of(entry) == Some(block.version));
    match open.or(same) {
        Some(index) => entries[index] = renewed(&entries[index], block),
        None => {
            let at = entries.iter().position(|entry| version_of(entry).is_some()).unwrap_or(entries.len());
            entries.insert(at, format!("{}\n\n{}", block.heading(), block.between_marks()));
        }
    }
    let parts: Vec<&str> = std::iter::once(head.as_str()).chain(entries.iter().map(String::as_str)).collect();
    let parts: Vec<&str> = parts.into_iter().map(str::trim_end).filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("\n\n"))
}

/// An entry with what this review says in place of what the last one said.
fn renewed(entry: &str, block: &Block<'_>) -> String {
    let (heading, rest) = entry.split_once('\n').unwrap_or((entry, ""));
    let new = block.between_marks();
    let marks = rest.find(BEGIN).and_then(|start| Some((start, start + rest[start..].find(END)? + END.len())));
    let (text, is_same) = match marks {
        Some((start, end)) => {
            let is_same = rest[start..end].trim_end() == new.trim_end();
            (format!("{}{}{}", &rest[..start], new.trim_end(), &rest[end..]), is_same)
        }
        // Somebody wrote this entry by hand; what the review says stands above it.
        None => (format!("\n{new}\n{}", rest.trim_start()), false),
    };
    let keeps_heading = is_same && version_of(entry) == Some(block.version);
    format!("{}\n{text}", if keeps_heading { heading.to_owned() } else { block.heading() })
}

/// What stands above the first entry, and the entries, each with its heading.
fn split(file: &str) -> (String, Vec<String>) {
    let mut parts = vec![String::new()];
    let mut in_code = false;
    for line in file.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        if line.starts_with("## ") && !in_code {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    let head = parts.remove(0);
    (head, parts)
}

/// The version of an entry, by its heading: `## [0.2.0] - 2026-11-30`. `None` for what is not released.
fn version_of(entry: &str) -> Option<&str> {
    let heading = entry.lines().next()?.strip_prefix("## ")?.trim_start();
    let word = heading.split_whitespace().next()?;
    let word = word.trim_start_matches('[').split(']').next()?;
    word.starts_with(|c: char| c.is_ascii_digit()).then_some(word)
}

/// Whether there is an entry for a version.
pub(crate) fn has_entry(file: &str, version: &str) -> bool {
    split(file).1.iter().any(|entry| version_of(entry) == Some(version))
}

/// What a file says of a version, without its heading and marks.
pub(crate) fn section(file: &str, version: &str) -> Option<String> {
    let entries = split(&file.replace("\r\n", "\n")).1;
    let entry = entries.iter().find(|entry| version_of(entry) == Some(version))?;
    let is_mark = |line: &str| line.starts_with(BEGIN) || line == END;
    let lines: Vec<&str> = entry.lines().skip(1).filter(|line| !is_mark(line)).collect();
    let mut text = lines.join("\n").trim().to_owned();
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Block<'static> = Block {
        name: "shop-client",
        version: "0.1.0",
        since: None,
        date: "2026-01-01",
        body: "### Added\n\n- All of it.\n",
    };

    const SECOND: Block<'static> = Block {
        version: "0.1.1",
        since: Some("0.1.0"),
        date: "2026-02-02",
        body: "### Added\n\n- `Client::list_goods`.\n",
        ..FIRST
    };

    #[test]
    fn entries_come_above_those_that_were_there() {
        let first = merge(None, &FIRST);
        assert!(
            first.starts_with("# Changes of shop-client\n") && first.contains("## [0.1.0] - 2026-01-01\n"),
            "{first}"
        );
        let second = merge(Some(&first), &SECOND);
        let places = ["## [0.1.1] - 2026-02-02", "list_goods", "## [0.1.0] - 2026-01-01", "All of it."];
        let places: Vec<_> = places.iter().map(|text| second.find(text).expect("it is there")).collect();
        assert!(places.is_sorted(), "{second}");
        assert!(second.ends_with(first.split_once("\n## ").map_or("", |(_, rest)| rest)), "{second}");
        assert_eq!(section(&second, "0.1.1").as_deref(), Some("### Added\n\n- `Client::list_goods`."));
        assert!(has_entry(&second, "0.1.0") && !has_entry(&second, "0.1.2"));
    }

    #[test]
    fn the_same_review_changes_nothing_on_another_day() {
        let file = merge(Some(&merge(None, &FIRST)), &SECOND);
        assert_eq!(merge(Some(&file), &Block { date: "2026-03-03", ..SECOND }), file);
    }

    #[test]
    fn until_it_is_released_an_entry_is_written_anew_and_keeps_what_its_author_wrote() {
        let file = merge(Some(&merge(None, &FIRST)), &SECOND);
        let file = file.replace("## [0.1.1] - 2026-02-02\n", "## [0.1.1] - 2026-02-02\n\nThanks to all.\n");
        let file = file.replace("\n## [0.1.1]", "\n## [Unreleased]\n\n- By hand.\n\n## [0.1.1]");
        let grown =
            Block { version: "0.2.0", body: "### Removed\n\n- **Breaking:** much.\n", date: "2026-03-03", ..SECOND };
        let after = merge(Some(&file), &grown);
        assert!(!after.contains("0.1.1") && !after.contains("list_goods"), "{after}");
        assert!(
            after.contains("## [Unreleased]\n\n- By hand.\n\n## [0.2.0] - 2026-03-03\n\nThanks to all.\n"),
            "{after}"
        );
        assert_eq!(merge(Some(&after), &grown), after);
        let next = Block { version: "0.2.1", since: Some("0.2.0"), ..SECOND };
        let next = merge(Some(&after), &next);
        assert!(next.contains("## [0.2.0]") && next.contains("much") && next.contains("## [0.2.1]"), "{next}");
    }

    #[test]
    fn an_entry_that_was_written_by_hand_is_kept() {
        let file = "# Changes\n\n## 0.1.1\n\nWritten by hand:\n\n```\n## no heading\n```\n\n## 0.1.0\n\nThe first.\n";
        let after = merge(Some(file), &SECOND);
        for kept in ["Written by hand:", "## no heading", "## 0.1.0\n\nThe first.", "list_goods"] {
            assert!(after.contains(kept), "{after}");
        }
        assert_eq!(merge(Some(&after), &SECOND), after);
    }
}
