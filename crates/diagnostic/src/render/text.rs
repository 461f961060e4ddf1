//! Diagnostics as text for a person, drawn by miette.
//!
//! The width is fixed, so that the same diagnostics are the same bytes on every machine.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};

use super::excerpt::Excerpt;
use crate::sources::LinesByDocument;
use crate::{Diagnostic, Diagnostics, Place, Severity, Sources};

/// The width of the text, in columns.
const WIDTH: usize = 100;

/// For what the text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Files, logs and tests: ASCII, without colours.
    Plain,
    /// A terminal: box drawing and ANSI colours.
    Colour,
}

/// Draws each diagnostic, in the order of the list, with a blank line after each.
pub fn render_text(diagnostics: &Diagnostics, sources: &dyn Sources, style: Style) -> String {
    let mut renderer =
        Renderer { sources, handler: handler(style), lines: LinesByDocument::default(), out: String::new() };
    for diagnostic in diagnostics {
        renderer.render(diagnostic);
        renderer.out.push('\n');
    }
    renderer.out
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme = match style {
        Style::Plain => GraphicalTheme { characters: ThemeCharacters::ascii(), styles: ThemeStyles::none() },
        Style::Colour => GraphicalTheme { characters: ThemeCharacters::unicode(), styles: ThemeStyles::ansi() },
    };
    GraphicalReportHandler::new_themed(theme).with_links(false).with_width(WIDTH).tab_width(2)
}

struct Renderer<'s> {
    sources: &'s dyn Sources,
    handler: GraphicalReportHandler,
    lines: LinesByDocument,
    out: String,
}

impl Renderer<'_> {
    fn render(&mut self, diagnostic: &Diagnostic) {
        let excerpt = self.excerpt(&diagnostic.place);
        let head = match self.unseen_document(&diagnostic.place, &excerpt) {
            Some(name) => format!("{}[{}] in {name}", diagnostic.severity.as_str(), diagnostic.code),
            None => format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code),
        };
        self.draw(&Report {
            head: Some(head),
            severity: severity(diagnostic.severity),
            message: printable(&diagnostic.message),
            help: diagnostic.help.as_deref().map(printable),
            excerpt,
        });
        // miette has no notes of its own.
        for note in &diagnostic.notes {
            self.out.push_str("  note: ");
            self.out.push_str(&printable(note));
            self.out.push('\n');
        }
        for related in &diagnostic.related {
            let excerpt = self.excerpt(&related.place);
            let message = match self.unseen_document(&related.place, &excerpt) {
                Some(name) => format!("{} (in {name})", related.message),
                None => related.message.clone(),
            };
            self.draw(&Report {
                head: None,
                severity: miette::Severity::Advice,
                message: printable(&message),
                help: None,
                excerpt,
            });
        }
    }

    fn draw(&mut self, report: &Report) {
        // Writing to a `String` fails only if miette cannot read the excerpt, which always answers.
        if self.handler.render_report(&mut self.out, report).is_err() {
            self.out.push_str(&report.message);
            self.out.push('\n');
        }
    }

    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        let document = place.document()?;
        let range = self.sources.range(place)?;
        let text = self.sources.text(document);
        let lines = self.lines.of(document, text);
        Some(Excerpt::cut(self.sources.name(document), text, lines, range))
    }

    /// The name of the document, where no excerpt tells it.
    fn unseen_document(&self, place: &Place, excerpt: &Option<Excerpt>) -> Option<String> {
        let document = place.document().filter(|_| excerpt.is_none())?;
        let name = self.sources.name(document);
        let pointer = place.pointer().filter(|pointer| !pointer.is_root());
        Some(pointer.map_or_else(|| name.to_owned(), |pointer| format!("{name}#{pointer}")))
    }
}

/// What miette draws: a diagnostic, or one of its further places.
#[derive(Debug)]
struct Report {
    head: Option<String>,
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.head.as_ref().map(|head| Box::new(head) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.excerpt.as_ref()?.span();
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, span))))
    }
}

const fn severity(severity: Severity) -> miette::Severity {
    match severity {
        Severity::Note => miette::Severity::Advice,
        Severity::Warning => miette::Severity::Warning,
        Severity::Error => miette::Severity::Error,
    }
}

/// Messages quote the document, and must not carry its control characters to a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() && character != '\n' { ' ' } else { character }).collect()
}
