//! One diagnostic, and the list of all that a run has found.
//!
//! The list is not sorted while it grows: stages walk in their own order. It is sorted once, before it is shown.

use crate::{Place, Sources};

/// How grave a diagnostic is. The order is by gravity: `Note < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Something is lost or doubtful; the run goes on.
    Warning,
    /// Nothing is generated until this is mended.
    Error,
}

impl Severity {
    /// The word for it: `note`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A further place that belongs to a diagnostic, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Related {
    /// The further place.
    pub place: Place,
    /// What is to be seen there, such as `first declared here`.
    pub message: String,
}

/// One thing to tell the author of a description.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// What kind of thing it is, in kebab case after the stage: `document/broken-reference`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it is an error that leaves a plain meaning, with which the run can go on. See [`Diagnostics::soften`].
    pub slip: bool,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// Where it is wrong.
    pub place: Place,
    /// Further places that belong to it.
    pub related: Vec<Related>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// The way out: what the author may do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error: nothing is generated until it is mended.
    pub fn error(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self::new(Severity::Error, code, message.into(), place)
    }

    /// A slip: an error by the letter, whose meaning is plain all the same, or which concerns a part that can be done
    /// without. The message or a note says what it is taken for.
    pub fn slip(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self::error(code, message, place).as_slip()
    }

    /// A warning: the run goes on, with something lost or doubtful.
    pub fn warning(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self::new(Severity::Warning, code, message.into(), place)
    }

    /// A note: worth knowing.
    pub fn note(code: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self::new(Severity::Note, code, message.into(), place)
    }

    fn new(severity: Severity, code: &'static str, message: String, place: Place) -> Self {
        Self { code, severity, slip: false, message, place, related: Vec::new(), notes: Vec::new(), help: None }
    }

    /// Says the way out. The last one said counts.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as a slip: what cannot be read here can be done without.
    #[must_use]
    pub fn as_slip(mut self) -> Self {
        self.slip = true;
        self
    }

    /// Adds a fact that helps to understand it.
    #[must_use]
    pub fn note_line(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }
}

/// A diagnostic that the author does not want to hear of, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suppressed {
    /// It.
    pub diagnostic: Diagnostic,
    /// Why, in the author's words.
    pub reason: String,
}

/// All diagnostics of a run.
///
/// Those that were suppressed are kept apart: they count for nothing but their number, and are shown to programs only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
}

impl Diagnostics {
    /// An empty list.
    pub const fn new() -> Self {
        Self { found: Vec::new(), suppressed: Vec::new() }
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Each of them, in the order of the list.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// Keeps those that satisfy a condition.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Changes each, and keeps those for which the change says so.
    pub fn adjust(&mut self, change: impl FnMut(&mut Diagnostic) -> bool) {
        self.found.retain_mut(change);
    }

    /// Puts aside each for which there is a reason to.
    pub fn suppress(&mut self, mut reason: impl FnMut(&Diagnostic) -> Option<String>) {
        for diagnostic in std::mem::take(&mut self.found) {
            match reason(&diagnostic) {
                Some(reason) => self.suppressed.push(Suppressed { diagnostic, reason }),
                None => self.found.push(diagnostic),
            }
        }
    }

    /// Those that were put aside.
    pub fn suppressed(&self) -> &[Suppressed] {
        &self.suppressed
    }

    /// Makes warnings of slips and of contradictions: who only uses a description can mend neither, and can go on.
    pub fn soften(&mut self) {
        for diagnostic in
            self.found.iter_mut().filter(|diagnostic| diagnostic.slip || diagnostic.code.starts_with("lint/"))
        {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
    }

    /// Sorts by document and then by byte offset, and drops what was said twice. What lies at no place comes last.
    ///
    /// Two stages, or one component that is reached on two ways, may report the same thing; an author reads it once.
    pub fn sort(&mut self, sources: &dyn Sources) {
        let key = |diagnostic: &Diagnostic| {
            let document = diagnostic.place.document();
            let offset = sources.range(&diagnostic.place).map_or(0, |range| range.start);
            (document.is_none(), document, offset, diagnostic.code, diagnostic.message.clone())
        };
        self.found.sort_by_cached_key(key);
        self.found.dedup();
        self.suppressed.sort_by_cached_key(|suppressed| key(&suppressed.diagnostic));
        self.suppressed.dedup();
    }

    /// How many of each there are, in words: `2 errors, 1 warning, 3 suppressed`. Empty when there is none.
    pub fn summary(&self) -> String {
        let counts =
            [Severity::Error, Severity::Warning, Severity::Note].map(|severity| (self.count(severity), severity));
        let words = counts.iter().filter(|(count, _)| *count > 0).map(|(count, severity)| {
            let plural = if *count == 1 { "" } else { "s" };
            format!("{count} {}{plural}", severity.as_str())
        });
        let suppressed = (!self.suppressed.is_empty()).then(|| format!("{} suppressed", self.suppressed.len()));
        words.chain(suppressed).collect::<Vec<_>>().join(", ")
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        self.found.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(diagnostics: T) -> Self {
        Self { found: diagnostics.into_iter().collect(), suppressed: Vec::new() }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.iter()
    }
}
