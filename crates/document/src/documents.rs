//! All files of a description: the entry, and what its references name, transitively.
//!
//! Which `$ref` is a reference and which is part of somebody's example only the walk of the bundle knows. So reading
//! follows each string that could be one and stays silent where no file is; the bundle reports what it really misses.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Origin, Place, Pointer, Sources};

use crate::inputs::Inputs;
use crate::overlay::{self, Written};
use crate::parse::{self, Failure, Parsed};
use crate::places::{self, Places, Syntax};
use crate::reference::{FileError, Reference, file_of, folder_of};
use crate::store::{Disk, Memory, ReadError, Store};
use crate::value::Value;

/// All files that were read, and any other text that diagnostics may point into.
#[derive(Debug, Default)]
pub struct Documents {
    documents: Vec<Document>,
    /// What became of each file that was asked for, by its path from the folder of the entry.
    files: HashMap<String, Result<DocumentId, FileError>>,
    /// The paths of files that are there, for suggestions; only asked for when one is missing.
    neighbours: BTreeMap<String, Vec<String>>,
    /// The paths of files that stand for documents elsewhere, by URI.
    elsewhere: BTreeMap<String, String>,
    /// What overlays did to the entry.
    written: Written,
    /// The parts that have an identifier of their own, by it; only collected when a reference leads to no file.
    identified: OnceLock<HashMap<String, Origin>>,
}

#[derive(Debug)]
struct Document {
    /// The path by which a person knows it.
    name: String,
    /// The path from the folder of the entry, with `/`.
    key: String,
    text: String,
    syntax: Syntax,
    /// Shared with the bundle, where nothing had to be changed for that.
    value: Option<Arc<Value>>,
    places: OnceLock<Places>,
}

impl Documents {
    /// Reads the entry and, transitively, each file that a relative `$ref` names.
    ///
    /// Each file that does not parse gives one diagnostic; the others are read all the same. Nothing outside the folder
    /// of the entry is read, and nothing from the network.
    pub fn read(entry: &Path, diagnostics: &mut Diagnostics) -> Documents {
        Self::read_from(&Inputs::of(entry), diagnostics)
    }

    /// The same with all that a user may say of a description's files: a folder within which references may lead anywhere,
    /// files that stand for documents elsewhere, and overlays.
    pub fn read_from(inputs: &Inputs, diagnostics: &mut Diagnostics) -> Documents {
        let (folder, file, placed) = inputs.place();
        let segments: Vec<_> = file.iter().map(|segment| segment.to_string_lossy()).collect();
        let file = segments.join("/");
        let (store, elsewhere) = Disk::new(&folder, &file).with_elsewhere(&inputs.references);
        let overlays: Vec<_> = inputs.overlays.iter().map(|path| read_overlay(path)).collect();
        let documents = Documents { elsewhere, ..Documents::default() };
        let documents = documents.load(&file, &store, overlays, diagnostics);
        if let Err(root) = placed
            && documents.value(documents.entry()).is_some()
        {
            diagnostics.push(outside_root(root, documents.entry()));
        }
        documents
    }

    /// The same for texts in memory: pairs of a name and a text, and the name of the entry among them.
    pub fn from_memory(entry: &str, files: &[(&str, &str)], diagnostics: &mut Diagnostics) -> Documents {
        Self::from_memory_with(entry, &[], files, diagnostics)
    }

    /// The same with overlays, which are named among the texts too.
    pub fn from_memory_with(
        entry: &str,
        overlays: &[&str],
        files: &[(&str, &str)],
        diagnostics: &mut Diagnostics,
    ) -> Documents {
        let (folder, file) = entry.rsplit_once('/').unwrap_or(("", entry));
        let all = Memory::new("", files);
        let overlays = overlays.iter().map(|name| ((*name).to_owned(), all.read(name))).collect();
        Documents::default().load(file, &Memory::new(folder, files), overlays, diagnostics)
    }

    fn load(
        self,
        entry: &str,
        store: &dyn Store,
        overlays: Vec<(String, Result<String, ReadError>)>,
        diagnostics: &mut Diagnostics,
    ) -> Documents {
        let mut documents = self;
        let mut queue = VecDeque::new();
        match documents.load_file(entry, store, diagnostics) {
            Ok(id) => queue.push_back(id),
            Err(error) => {
                let id = documents.attach(&store.name(entry), "");
                diagnostics.push(unreadable_entry(&error, id));
            }
        }
        for (name, text) in overlays {
            documents.overlay(&name, text, diagnostics);
        }
        while let Some(id) = queue.pop_front() {
            for key in documents.files_named_in(id) {
                if documents.files.contains_key(&key) {
                    continue;
                }
                let loaded = documents.load_file(&key, store, diagnostics);
                queue.extend(loaded.as_ref().ok());
                if loaded == Err(FileError::NotFound) {
                    let folder = folder_of(&key).to_owned();
                    documents.neighbours.entry(folder).or_insert_with_key(|folder| store.list(folder));
                }
                documents.files.insert(key, loaded);
            }
        }
        documents
    }

    /// Reads and parses one file. That it is there but does not parse is reported, and no error.
    fn load_file(
        &mut self,
        key: &str,
        store: &dyn Store,
        diagnostics: &mut Diagnostics,
    ) -> Result<DocumentId, FileError> {
        let text = match store.read(key) {
            Ok(text) => text,
            Err(ReadError::NotFound) => return Err(FileError::NotFound),
            Err(ReadError::Outside) => return Err(FileError::Outside),
            Err(ReadError::Other(reason)) => return Err(FileError::Unreadable(reason)),
            Err(ReadError::NotUtf8(offset)) => {
                let id = self.attach_file(store.name(key), key, String::new(), Syntax::Text);
                diagnostics.push(not_utf8(offset, id));
                return Ok(id);
            }
        };
        let id = self.attach_file(store.name(key), key, text, Syntax::Text);
        self.files.insert(key.to_owned(), Ok(id));
        self.parse(id, diagnostics);
        Ok(id)
    }

    /// Applies an overlay to the entry.
    fn overlay(&mut self, name: &str, text: Result<String, ReadError>, diagnostics: &mut Diagnostics) {
        let (text, fault) = match text {
            Ok(text) => (text, None),
            Err(error) => (String::new(), Some(error)),
        };
        let id = self.attach_file(name.to_owned(), name, text, Syntax::Text);
        if let Some(error) = fault {
            diagnostics.push(unreadable_overlay(&error, id));
            return;
        }
        self.parse(id, diagnostics);
        let Some(overlay) = self.documents[id.index()].value.take() else {
            return;
        };
        let entry = self.entry();
        let document = &mut self.documents[entry.index()];
        if let Some(root) = document.value.as_mut().map(Arc::make_mut) {
            let target = overlay::Target { entry, name: &document.name, root, written: &mut self.written };
            overlay::apply(target, &overlay, id, diagnostics);
        }
    }

    fn parse(&mut self, id: DocumentId, diagnostics: &mut Diagnostics) {
        let document = &mut self.documents[id.index()];
        if is_prose(&document.key) {
            document.value = Some(Arc::new(Value::String(document.text.clone())));
            return;
        }
        match parse::parse(&document.key, &document.text) {
            Ok(Parsed { value, syntax, duplicate }) => {
                document.value = Some(Arc::new(value));
                document.syntax = syntax;
                if let Some(key) = duplicate {
                    diagnostics.extend(duplicate_keys(document, id, &key));
                }
            }
            Err(failure) => diagnostics.push(syntax_error(&failure, &document.text, id)),
        }
    }

    /// The files that a document names, in order.
    fn files_named_in(&self, id: DocumentId) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(value) = self.value(id) {
            collect_references(value, &mut |reference| match Reference::parse(reference) {
                Reference::File { path, .. } => found.extend(file_of(self.key(id), &path)),
                Reference::Remote { uri, .. } => found.extend(self.elsewhere(&uri)),
                Reference::Local(_) => {}
            });
        }
        found
    }

    fn attach_file(&mut self, name: String, key: &str, text: String, syntax: Syntax) -> DocumentId {
        let id = DocumentId::new(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        let key = key.to_owned();
        self.documents.push(Document { name, key, text, syntax, value: None, places: OnceLock::new() });
        id
    }

    /// Adds any other text that diagnostics may point into, such as `methodical.toml`. It has no value.
    pub fn attach(&mut self, name: &str, text: &str) -> DocumentId {
        self.attach_file(name.to_owned(), name, text.to_owned(), Syntax::Text)
    }

    /// The document that describes the API, from which all others are named. It is there even if it could not be read.
    pub fn entry(&self) -> DocumentId {
        DocumentId::new(0)
    }

    /// The value of a document. `None` if it did not parse, or is another text.
    pub fn value(&self, document: DocumentId) -> Option<&Value> {
        self.documents.get(document.index())?.value.as_deref()
    }

    /// The same, to be kept.
    pub(crate) fn shared_value(&self, document: DocumentId) -> Option<Arc<Value>> {
        self.documents.get(document.index())?.value.clone()
    }

    /// All texts by name, the entry first.
    pub fn files(&self) -> impl Iterator<Item = (DocumentId, &str)> {
        self.documents.iter().zip(0..).map(|(document, index)| (DocumentId::new(index), document.name.as_str()))
    }

    /// The path of a document from the folder of the entry.
    pub(crate) fn key(&self, document: DocumentId) -> &str {
        self.documents.get(document.index()).map_or("", |document| &document.key)
    }

    /// What became of a file that a document names.
    pub(crate) fn file(&self, from: DocumentId, path: &str) -> Result<DocumentId, FileError> {
        let key = file_of(self.key(from), path).ok_or(FileError::Outside)?;
        self.files.get(&key).cloned().unwrap_or(Err(FileError::NotFound))
    }

    /// The path of the file that stands for a document elsewhere, if there is one.
    fn elsewhere(&self, uri: &str) -> Option<String> {
        if let Some(key) = self.elsewhere.get(uri) {
            return Some(key.clone());
        }
        // Of several folders around it the nearest counts.
        let folders = self.elsewhere.iter().rev().filter(|(folder, _)| folder.ends_with('/'));
        let mut below = folders.filter_map(|(folder, key)| file_of(key, uri.strip_prefix(folder.as_str())?));
        below.next()
    }

    /// What became of the file that stands for a document elsewhere; its path is what a person calls it.
    pub(crate) fn file_elsewhere(&self, uri: &str) -> Option<Result<DocumentId, FileError>> {
        Some(self.files.get(&self.elsewhere(uri)?).cloned().unwrap_or(Err(FileError::NotFound)))
    }

    /// The schema with this `$id`, or the document with this `$self`.
    pub(crate) fn identified(&self, uri: &str) -> Option<Origin> {
        let identified = self.identified.get_or_init(|| {
            let mut found = HashMap::new();
            for (document, id) in self.documents.iter().zip((0..).map(DocumentId::new)) {
                if let Some(value) = &document.value {
                    collect_identified(value, &Origin::new(id, Pointer::root()), &mut found);
                }
            }
            found
        });
        identified.get(uri.trim_end_matches('#')).cloned()
    }

    /// Where those nodes of the entry were written that overlays brought in.
    pub(crate) fn written(&self) -> &Written {
        &self.written
    }

    /// The names of the files in the folder of one that is missing.
    pub(crate) fn neighbours(&self, from: DocumentId, path: &str) -> &[String] {
        let key = file_of(self.key(from), path).unwrap_or_default();
        self.neighbours.get(folder_of(&key)).map_or(&[], Vec::as_slice)
    }
}

impl Documents {
    /// Finds the places of all nodes of JSON, which is else done when the first is asked for. It can be done while something else is,
    /// and takes less time than any later stage; of YAML it would take more.
    pub fn find_places(&self) {
        let json = self.documents.iter().filter(|document| document.syntax == Syntax::Json);
        json.for_each(|document| _ = document.places());
    }
}

impl Sources for Documents {
    fn name(&self, document: DocumentId) -> &str {
        self.documents.get(document.index()).map_or("", |document| &document.name)
    }

    fn text(&self, document: DocumentId) -> &str {
        self.documents.get(document.index()).map_or("", |document| &document.text)
    }

    fn range(&self, place: &Place) -> Option<Range<usize>> {
        let document = self.documents.get(place.document()?.index())?;
        match place {
            Place::Value(origin) => document.places().value(&document.text, &origin.pointer),
            Place::Key(origin) => document.places().key(&document.text, &origin.pointer),
            Place::Span { range, .. } => Some(range.start.min(document.text.len())..range.end.min(document.text.len())),
            Place::Document(_) | Place::Nowhere => None,
        }
    }
}

impl Document {
    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.text, self.syntax))
    }
}

/// Whether a file holds prose, which a description may include as a string.
fn is_prose(key: &str) -> bool {
    matches!(parse::extension(key).to_ascii_lowercase().as_str(), "md" | "markdown" | "txt" | "html")
}

/// Gives each string that may name another document.
fn collect_references<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "$ref" || key == "operationRef" => found(text),
                    Value::Object(mapping) if key == "mapping" => {
                        mapping.values().filter_map(Value::as_str).for_each(&mut *found)
                    }
                    Value::Array(_) | Value::Object(_) => collect_references(member, found),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Finds the identifiers in a value. Of two equal ones the first counts.
fn collect_identified(value: &Value, at: &Origin, found: &mut HashMap<String, Origin>) {
    let below = |token: &str| Origin::new(at.document, at.pointer.join(token));
    match value {
        Value::Object(members) => {
            let keyword = if at.pointer.is_root() { ["$self", "$id"] } else { ["$id", "$id"] };
            for id in keyword.iter().filter_map(|keyword| members.get(keyword)?.as_str()) {
                found.entry(id.trim_end_matches('#').to_owned()).or_insert_with(|| at.clone());
            }
            let nested = members.iter().filter(|(_, member)| matches!(member, Value::Array(_) | Value::Object(_)));
            nested.for_each(|(key, member)| collect_identified(member, &below(key), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| collect_identified(item, &below(&index.to_string()), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn unreadable_entry(error: &FileError, id: DocumentId) -> Diagnostic {
    let message = match error {
        FileError::NotFound => "the description does not exist".to_owned(),
        FileError::Outside => "the description does not lie where its path says".to_owned(),
        FileError::Unreadable(reason) => format!("the description cannot be read: {reason}"),
    };
    Diagnostic::error("document/unreadable", message, Place::Document(id))
        .help("give the path of the entry file, such as `openapi.yaml`")
}

/// The text of an overlay, which may lie anywhere.
fn read_overlay(path: &Path) -> (String, Result<String, ReadError>) {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let text = Disk::new(path.parent().unwrap_or(Path::new("")), &file).read(&file);
    (path.display().to_string(), text)
}

fn unreadable_overlay(error: &ReadError, id: DocumentId) -> Diagnostic {
    let message = match error {
        ReadError::NotFound => "the overlay does not exist".to_owned(),
        ReadError::Outside => "the overlay does not lie where its path says".to_owned(),
        ReadError::NotUtf8(offset) => return not_utf8(*offset, id),
        ReadError::Other(reason) => format!("the overlay cannot be read: {reason}"),
    };
    Diagnostic::error("document/unreadable", message, Place::Document(id)).help("give the path of an overlay")
}

fn outside_root(root: &Path, entry: DocumentId) -> Diagnostic {
    let message = format!("the description does not lie in the folder `{}` that was named as its root", root.display());
    Diagnostic::error("document/outside-folder", message, Place::Document(entry))
        .help("name a folder that holds the entry file and everything it refers to")
}

fn not_utf8(offset: usize, id: DocumentId) -> Diagnostic {
    let message = format!("the file is not UTF-8: byte {offset} does not belong to a character");
    Diagnostic::error("document/not-utf-8", message, Place::Document(id)).help(
        "save the file as UTF-8; JSON demands it, and YAML files in other encodings are rarely readable elsewhere",
    )
}

fn syntax_error(failure: &Failure, text: &str, id: DocumentId) -> Diagnostic {
    let place = Place::Span { document: id, range: failure.range.clone() };
    let (name, help) = match failure.syntax {
        Syntax::Json => ("JSON", "mend the syntax there or just before; a file that is YAML must be named `.yaml`"),
        Syntax::Yaml | Syntax::Text if indents_with_tab(text, failure.range.start) => {
            ("YAML", "YAML does not allow tabs as indentation: put spaces in their place")
        }
        Syntax::Yaml | Syntax::Text => {
            ("YAML", "mend the syntax there or just before; members of one mapping begin in the same column")
        }
    };
    Diagnostic::error("document/syntax", format!("this is not valid {name}: {}", failure.message), place).help(help)
}

/// Whether the line of an error, or the one before, begins with a tab.
fn indents_with_tab(text: &str, offset: usize) -> bool {
    let line_end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    let indent = |line: &str| line.chars().take_while(|character| character.is_whitespace()).any(|it| it == '\t');
    text[..line_end].lines().rev().take(2).any(indent)
}

fn duplicate_keys(document: &Document, id: DocumentId, key: &str) -> Vec<Diagnostic> {
    const HELP: &str = "keep one of the two; readers disagree on which of them counts, here it is the first";
    let duplicates = places::duplicates(&document.text, document.syntax);
    if duplicates.is_empty() {
        let message = format!("an object has the key `{key}` twice");
        return vec![Diagnostic::slip("document/duplicate-key", message, Place::Document(id)).help(HELP)];
    }
    let describe = |duplicate: &crate::places::Duplicate| {
        let message = format!("the key `{}` stands here a second time", duplicate.key);
        Diagnostic::slip(
            "document/duplicate-key",
            message,
            Place::Span { document: id, range: duplicate.second.clone() },
        )
        .related(Place::Span { document: id, range: duplicate.first.clone() }, "it stands here first")
        .help(HELP)
    };
    duplicates.iter().map(describe).collect()
}
