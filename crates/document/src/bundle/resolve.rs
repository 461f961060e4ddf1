//! Finds what a reference names, and says what is wrong where it names nothing.

use std::cell::Cell;
use std::collections::HashSet;

use methodical_diagnostic::{Diagnostic, DocumentId, Origin, Place, Pointer};

use super::kind::Kind;
use crate::documents::Documents;
use crate::nearest::nearest;
use crate::reference::{FileError, Fragment, LONGEST_CHAIN, Reference, file_of, local_pointer, local_reference};
use crate::value::Value;

/// Why a reference leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It has a scheme or a host.
    Remote,
    /// The file that it names is not there.
    File { path: String, error: FileError },
    /// The file is there and did not parse, which has been reported.
    Unparsed,
    /// A node has no such child.
    Missing { holder: Origin, token: String },
    /// No schema of the document has this `$anchor`.
    Anchor(String),
    /// The chain of references comes back to where it was.
    Cycle(Origin),
    /// It brings something in at a place that is too deep already.
    TooDeep,
}

/// Finds the node that a reference of a document names, going through references on the way to it.
///
/// The last node is not looked into: it may be a reference itself.
pub(super) fn find(documents: &Documents, from: DocumentId, reference: &str) -> Result<Origin, Broken> {
    find_within(documents, from, reference, &Cell::new(LONGEST_CHAIN))
}

fn find_within(
    documents: &Documents,
    from: DocumentId,
    reference: &str,
    patience: &Cell<usize>,
) -> Result<Origin, Broken> {
    let (document, fragment) = match Reference::parse(reference) {
        Reference::Remote { uri, fragment } => match (documents.file_elsewhere(&uri), documents.identified(&uri)) {
            (Some(found), _) => (found.map_err(|error| Broken::File { path: uri, error })?, fragment),
            (None, Some(base)) => return find_below(documents, base, fragment, patience),
            (None, None) => return Err(Broken::Remote),
        },
        Reference::Local(fragment) => (from, fragment),
        Reference::File { path, fragment } => match (documents.file(from, &path), documents.identified(&path)) {
            (Ok(document), _) => (document, fragment),
            (Err(FileError::NotFound), Some(base)) => return find_below(documents, base, fragment, patience),
            (Err(error), _) => return Err(Broken::File { path, error }),
        },
    };
    let root = documents.value(document).ok_or(Broken::Unparsed)?;
    match fragment {
        Fragment::Pointer(pointer) => descend(documents, document, root, &pointer, patience),
        Fragment::Anchor(name) => {
            let pointer = find_anchor(root, &name, &Pointer::root()).ok_or(Broken::Anchor(name))?;
            Ok(Origin::new(document, pointer))
        }
    }
}

/// Finds what a fragment names within a part that has an identifier (`$id`, `$self`) of its own.
fn find_below(
    documents: &Documents,
    base: Origin,
    fragment: Fragment,
    patience: &Cell<usize>,
) -> Result<Origin, Broken> {
    let root = documents.value(base.document).ok_or(Broken::Unparsed)?;
    match fragment {
        Fragment::Pointer(pointer) => descend(documents, base.document, root, &base.pointer.concat(&pointer), patience),
        Fragment::Anchor(name) => {
            let part = value_at(documents, &base);
            let pointer = part.and_then(|part| find_anchor(part, &name, &base.pointer)).ok_or(Broken::Anchor(name))?;
            Ok(Origin::new(base.document, pointer))
        }
    }
}

fn descend(
    documents: &Documents,
    document: DocumentId,
    root: &Value,
    pointer: &Pointer,
    patience: &Cell<usize>,
) -> Result<Origin, Broken> {
    let mut at = Pointer::root();
    let mut value = root;
    let mut tokens = pointer.tokens();
    while let Some(token) = tokens.next() {
        if let Some(child) = value.child(&token) {
            at.push(&token);
            value = child;
            continue;
        }
        let holder = Origin::new(document, at);
        let Some(reference) = value.reference() else {
            return Err(Broken::Missing { holder, token: token.into_owned() });
        };
        // The rest of the way goes on behind a reference.
        // One budget for all branches: references on the way to references must not multiply.
        patience.set(patience.get().checked_sub(1).ok_or(Broken::Cycle(holder))?);
        let target = find_within(documents, document, reference, patience)?;
        let rest = Pointer::from_tokens(std::iter::once(token).chain(tokens));
        let root = documents.value(target.document).ok_or(Broken::Unparsed)?;
        return descend(documents, target.document, root, &target.pointer.concat(&rest), patience);
    }
    Ok(Origin::new(document, at))
}

/// The value at an origin.
pub(super) fn value_at<'d>(documents: &'d Documents, origin: &Origin) -> Option<&'d Value> {
    let root = documents.value(origin.document)?;
    origin.pointer.tokens().try_fold(root, |value, token| value.child(&token))
}

/// The schema within which a reference is meant, where it leads nowhere from the root of the document.
///
/// Who pastes a JSON Schema into a description keeps its `#/$defs/X`, which were meant from the root of that schema. The
/// nearest enclosing object from which the pointer leads somewhere is taken for it.
pub(super) fn find_in_enclosing(documents: &Documents, at: &Origin, reference: &str) -> Option<Origin> {
    let pointer = local_pointer(reference)?;
    let enclosing = std::iter::successors(at.pointer.parent(), Pointer::parent);
    let mut candidates = enclosing.map(|root| Origin::new(at.document, root.concat(&pointer)));
    // The object with the reference does not mean itself.
    candidates.find(|candidate| candidate != at && value_at(documents, candidate).is_some())
}

/// Follows references from an origin to the end of the chain, as long as `goes_on` holds of the values on the way.
pub(super) fn follow(documents: &Documents, start: Origin, goes_on: impl Fn(&Value) -> bool) -> Result<Origin, Broken> {
    let mut seen = HashSet::new();
    let mut origin = start;
    while let Some(value) = value_at(documents, &origin).filter(|value| goes_on(value)) {
        let Some(reference) = value.reference() else {
            break;
        };
        if !seen.insert(origin.clone()) || seen.len() > LONGEST_CHAIN {
            // The least of the circle's nodes stands for it, so that it is told once from wherever it is entered.
            let least = seen.into_iter().min().unwrap_or(origin);
            return Err(Broken::Cycle(least));
        }
        origin = find(documents, origin.document, reference)?;
    }
    Ok(origin)
}

fn find_anchor(value: &Value, name: &str, at: &Pointer) -> Option<Pointer> {
    match value {
        Value::Object(members) => {
            // Whoever does not follow the dynamic scope takes a dynamic anchor for a plain one (JSON Schema, section 8.2.2).
            let is_it = |keyword: &&str| members.get(keyword).and_then(Value::as_str) == Some(name);
            if ["$anchor", "$dynamicAnchor"].iter().any(is_it) {
                return Some(at.clone());
            }
            members.iter().find_map(|(key, member)| find_anchor(member, name, &at.join(key)))
        }
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| find_anchor(item, name, &at.join(&index.to_string())))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// What can be done where a reference of this kind leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fallback {
    /// Any value is accepted.
    AnyValue,
    /// It is left out.
    LeftOut,
    /// Nothing: what is generated would say what the author did not mean.
    None,
}

impl Fallback {
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Schema => Self::AnyValue,
            Kind::SchemaName
            | Kind::Discriminator
            | Kind::Example
            | Kind::Link
            | Kind::OperationName
            | Kind::Callback
            | Kind::PathItem
            | Kind::Header
            | Kind::Response
            | Kind::Encoding
            | Kind::Plain
            | Kind::Data => Self::LeftOut,
            Kind::Root
            | Kind::Components
            | Kind::Paths
            | Kind::Operation
            | Kind::Parameter
            | Kind::RequestBody
            | Kind::MediaType
            | Kind::Responses
            | Kind::SecurityScheme => Self::None,
        }
    }

    /// The diagnostic, as grave as what is lost.
    fn weigh(self, diagnostic: Diagnostic) -> Diagnostic {
        match self {
            Self::AnyValue => diagnostic.as_slip().note_line("until then, any value is accepted in its place"),
            Self::LeftOut => diagnostic.as_slip().note_line("until then, it is left out"),
            Self::None => diagnostic,
        }
    }
}

/// What is told once, however many references come upon it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Problem {
    /// A string in a document.
    At(Origin),
    /// A circle, by the least of its nodes.
    Circle(Origin),
    /// A file, by its path from the folder of the entry or, outside of it, as it was written.
    File(String),
    /// A node that is not there, by where it would be.
    Missing(Origin),
    /// A document elsewhere, by its URI.
    Remote(String),
}

impl Problem {
    /// The problem behind a broken reference, which stands at `origin`.
    pub(super) fn of(documents: &Documents, reference: &str, origin: &Origin, broken: &Broken) -> Self {
        match broken {
            Broken::Cycle(least) => Self::Circle(least.clone()),
            Broken::File { path, .. } => {
                Self::File(file_of(documents.key(origin.document), path).unwrap_or_else(|| path.clone()))
            }
            Broken::Remote => Self::Remote(reference.split('#').next().unwrap_or_default().to_owned()),
            Broken::Missing { holder, token } => {
                Self::Missing(Origin::new(holder.document, holder.pointer.join(token)))
            }
            Broken::Unparsed | Broken::Anchor(_) | Broken::TooDeep => Self::At(origin.clone()),
        }
    }
}

/// Says what is wrong with a reference to this kind of object; `origin` is the place of the string. `None` where it has
/// been said.
pub(super) fn describe(
    documents: &Documents,
    reference: &str,
    kind: Kind,
    origin: &Origin,
    broken: &Broken,
) -> Option<Diagnostic> {
    let diagnostic = describe_gravely(documents, reference, origin, broken)?;
    match broken {
        // That a file may not be read is for its user to decide, and no slip of its author.
        Broken::File { error: FileError::Outside, .. } => Some(diagnostic),
        Broken::Remote
        | Broken::File { .. }
        | Broken::Unparsed
        | Broken::Missing { .. }
        | Broken::Anchor(_)
        | Broken::Cycle(_)
        | Broken::TooDeep => Some(Fallback::of(kind).weigh(diagnostic)),
    }
}

fn describe_gravely(documents: &Documents, reference: &str, origin: &Origin, broken: &Broken) -> Option<Diagnostic> {
    let place = Place::Value(origin.clone());
    let broken_reference = |message: String| Diagnostic::error("document/broken-reference", message, place.clone());
    Some(match broken {
        Broken::Unparsed => return None,
        Broken::Remote => remote(reference, place),
        Broken::File { path, error: FileError::Outside } => outside(path, place),
        Broken::File { path, error: FileError::NotFound } => missing_file(documents, origin, path, place),
        Broken::File { path, error: FileError::Unreadable(reason) } => {
            broken_reference(format!("the file `{path}` cannot be read: {reason}"))
                .help("make it a readable file, or correct the reference")
        }
        Broken::Missing { holder, token } => {
            let diagnostic = missing_node(documents, reference, holder, token, place);
            match meant_in_entry(documents, reference, origin.document) {
                Some(meant) => diagnostic.help(format!("`#` stays within its own file: write `{meant}`")),
                None => diagnostic,
            }
        }
        Broken::Anchor(name) => {
            broken_reference(format!("`{reference}` leads nowhere: no `$anchor` is named `{name}`"))
                .help("a reference into a document is `#` and a JSON pointer, such as `#/components/schemas/Pet`")
        }
        Broken::Cycle(least) => cycle(reference, least, place),
        Broken::TooDeep => broken_reference(format!("`{reference}` brings in something more than 100 levels deep"))
            .help("flatten the files that bring each other in"),
    })
}

fn remote(reference: &str, place: Place) -> Diagnostic {
    let message = format!("`{reference}` lies outside of the description's files, and is never fetched");
    Diagnostic::error("document/remote-reference", message, place).help(format!(
        "save that document beside the description and say so in methodical.toml: `[api.references]` with \"{}\" = \
             \"the/saved/file.yaml\"; or refer to it by a relative path",
        reference.split('#').next().unwrap_or_default()
    ))
}

fn outside(path: &str, place: Place) -> Diagnostic {
    let message = format!("`{path}` lies outside of the folder of the description");
    Diagnostic::error("document/outside-folder", message, place)
        .help("move the file there, or name a folder that holds both: `--root ..`, or `root` in methodical.toml")
}

fn missing_file(documents: &Documents, origin: &Origin, path: &str, place: Place) -> Diagnostic {
    let wanted = path.rsplit('/').next().unwrap_or(path);
    let neighbours = documents.neighbours(origin.document, path).iter().map(String::as_str);
    let diagnostic = Diagnostic::error("document/broken-reference", format!("the file `{path}` does not exist"), place);
    let schemas = Pointer::from_tokens(["components", "schemas", path]);
    let is_bare_name = value_at(documents, &Origin::new(origin.document, schemas.clone())).is_some();
    match nearest(wanted, neighbours) {
        _ if is_bare_name => diagnostic.help(format!("did you mean `{}`?", local_reference(&schemas))),
        Some(name) => diagnostic.help(format!("did you mean `{}`?", replace_last(path, name))),
        None => diagnostic.help("create the file, or correct the path; it counts from the file in which it stands"),
    }
}

fn replace_last(path: &str, name: &str) -> String {
    path.rsplit_once('/').map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"))
}

fn missing_node(documents: &Documents, reference: &str, holder: &Origin, token: &str, place: Place) -> Diagnostic {
    let value = value_at(documents, holder);
    let at = if holder.pointer.is_root() { "the document".to_owned() } else { format!("`{}`", holder.pointer) };
    let what = match value {
        Some(Value::Object(_)) => format!("{at} has no member `{token}`"),
        Some(Value::Array(items)) => {
            format!("{at} has {} items, and none at `{token}`", items.len())
        }
        Some(other) => format!("{at} is {}, without anything below", other.kind_name()),
        None => format!("{at} has nothing at `{token}`"),
    };
    let diagnostic =
        Diagnostic::error("document/broken-reference", format!("`{reference}` leads nowhere: {what}"), place);
    let names = value.and_then(Value::as_object).into_iter().flat_map(|members| members.keys());
    match nearest(token, names.map(|name| name.as_str())) {
        Some(name) => {
            let file = reference.split('#').next().unwrap_or_default();
            diagnostic.help(format!("did you mean `{file}{}`?", local_reference(&holder.pointer.join(name))))
        }
        None => diagnostic.help("declare it there, or correct the reference"),
    }
}

/// What somebody meant who wrote a reference to the entry as if all files were one already.
fn meant_in_entry(documents: &Documents, reference: &str, from: DocumentId) -> Option<String> {
    let entry = documents.entry();
    let is_local = reference.starts_with('#') && from != entry;
    find(documents, entry, reference).ok().filter(|_| is_local)?;
    let up = "../".repeat(documents.key(from).matches('/').count());
    Some(format!("{up}{}{reference}", documents.key(entry)))
}

fn cycle(reference: &str, least: &Origin, place: Place) -> Diagnostic {
    let message = format!("`{reference}` leads around in a circle, and never to anything");
    let diagnostic = Diagnostic::error("document/reference-cycle", message, place)
        .help("put the object itself in the place of one of these references");
    let reference_there = Origin::new(least.document, least.pointer.join("$ref"));
    diagnostic.related(Place::Value(reference_there), "the circle comes through here")
}
