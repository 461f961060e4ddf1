//! Reading `x-semantics`: strict about words, places and values, and never stopping at the first mistake.

use methodical_diagnostic::{Diagnostic, Diagnostics};
use methodical_document::{Node, nearest};

use super::duration::milliseconds;
use super::places::check_places;
use super::words::{Choice, WORDS, Word};
use super::{IdempotencyKey, MonitorDeclaration, OnReadOnly, Order, ResourceDeclaration, Semantics};

/// Which object holds the `x-semantics` that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SemanticsPlace {
    /// The description's root: defaults.
    Root,
    /// A path item.
    PathItem,
    /// An operation.
    Operation,
    /// A property of a schema.
    Property,
}

impl SemanticsPlace {
    fn has(self, word: &Word) -> bool {
        match self {
            Self::Root => word.root,
            Self::PathItem => word.path_item,
            Self::Operation => word.operation,
            Self::Property => word.property,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Root => "the root",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Property => "a property",
        }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.iter().filter(move |word| self.has(word)).map(|word| word.name)
    }
}

/// What `x-semantics` says of a property.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PropertySemantics {
    /// Set at creation, does not move afterwards.
    pub(crate) immutable: bool,
    /// May move without a write.
    pub(crate) volatile: bool,
    /// What a client gets that sends it although it is `readOnly`.
    pub(crate) on_read_only: Option<OnReadOnly>,
}

/// Reads the `x-semantics` member of `holder`: the root, a path item or an operation. Nothing, if it has none.
pub(crate) fn read(holder: &Node<'_>, place: SemanticsPlace, diagnostics: &mut Diagnostics) -> Semantics {
    if place == SemanticsPlace::Root {
        check_places(holder, diagnostics);
    }
    let mut semantics = Semantics::default();
    for (word, node) in known_members(holder, place, diagnostics) {
        if set(&mut semantics, word, &node, diagnostics) {
            semantics.origins.push((word.to_owned(), node.origin()));
        }
    }
    semantics
}

/// Reads the `x-semantics` member of a schema's property.
pub(crate) fn read_property(property: &Node<'_>, diagnostics: &mut Diagnostics) -> PropertySemantics {
    let mut semantics = PropertySemantics::default();
    for (word, node) in known_members(property, SemanticsPlace::Property, diagnostics) {
        match word {
            "immutable" => semantics.immutable = truth(&node, diagnostics).unwrap_or_default(),
            "volatile" => semantics.volatile = truth(&node, diagnostics).unwrap_or_default(),
            _ => semantics.on_read_only = choice(&node, diagnostics),
        }
    }
    semantics
}

/// The members of `x-semantics` that its place knows, in order; each other one is reported.
fn known_members<'b>(
    holder: &Node<'b>,
    place: SemanticsPlace,
    diagnostics: &mut Diagnostics,
) -> Vec<(&'static str, Node<'b>)> {
    let Some(node) = holder.get("x-semantics") else {
        return Vec::new();
    };
    if !node.is_object() {
        diagnostics.push(wrong_value(&node, "an object"));
    }
    let mut known = Vec::new();
    for (name, member) in node.entries() {
        match WORDS.iter().find(|word| word.name == name) {
            Some(word) if place.has(word) => known.push((word.name, member)),
            Some(word) => diagnostics.push(misplaced(&member, word, place)),
            None => diagnostics.push(unknown(&member, name, place.words(), place.name())),
        }
    }
    known.sort_by_key(|(name, _)| *name);
    known
}

/// Puts one member in. Whether its value was right.
fn set(semantics: &mut Semantics, word: &str, node: &Node<'_>, diagnostics: &mut Diagnostics) -> bool {
    fn put<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
        *slot = value;
        slot.is_some()
    }
    match word {
        "effect" => put(&mut semantics.effect, choice(node, diagnostics)),
        "onMissing" => put(&mut semantics.on_missing, choice(node, diagnostics)),
        "onExisting" => put(&mut semantics.on_existing, choice(node, diagnostics)),
        "onReadOnly" => put(&mut semantics.on_read_only, choice(node, diagnostics)),
        "atomicity" => put(&mut semantics.atomicity, choice(node, diagnostics)),
        "consistency" => put(&mut semantics.consistency, choice(node, diagnostics)),
        "within" => put(&mut semantics.within, duration(node, diagnostics)),
        "idReuse" => put(&mut semantics.id_reuse, choice(node, diagnostics)),
        "children" => put(&mut semantics.children, choice(node, diagnostics)),
        "hidden" => put(&mut semantics.hidden, choice(node, diagnostics)),
        "idempotencyKey" => put(&mut semantics.idempotency_key, idempotency_key(node, diagnostics)),
        "resource" => put(&mut semantics.resource, resource(node, diagnostics)),
        "order" => put(&mut semantics.order, order(node, diagnostics)),
        "list" => put(&mut semantics.list, choice(node, diagnostics)),
        "monitor" => put(&mut semantics.monitor, monitor(node, diagnostics)),
        // `immutable` and `volatile` belong to properties, and `known_members` has kept them out.
        _ => false,
    }
}

fn idempotency_key(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<IdempotencyKey> {
    let mut key = IdempotencyKey::default();
    for (name, member) in object(node, diagnostics)?.entries() {
        match name {
            "replays" => key.replays = choice(&member, diagnostics),
            "retention" => key.retention = duration(&member, diagnostics),
            "scope" => key.scope = choice(&member, diagnostics),
            _ => diagnostics.push(unknown(&member, name, ["replays", "retention", "scope"], "`idempotencyKey`")),
        }
    }
    Some(key)
}

fn resource(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<ResourceDeclaration> {
    let mut resource = ResourceDeclaration::default();
    for (name, member) in object(node, diagnostics)?.entries() {
        match name {
            "name" => resource.name = text(&member, "a name", |name| !name.is_empty(), diagnostics),
            "item" => resource.item = text(&member, "a path template", |path| path.starts_with('/'), diagnostics),
            "id" => resource.id = text(&member, "a JSON pointer", |pointer| pointer.starts_with('/'), diagnostics),
            _ => diagnostics.push(unknown(&member, name, ["name", "item", "id"], "`resource`")),
        }
    }
    Some(resource)
}

/// A pointer, or that pointer with the parameter that asks for another order.
fn order(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<Order> {
    if !node.is_object() {
        return order_text(node, diagnostics).map(|by| Order { by, parameter: None });
    }
    let (mut by, mut parameter) = (None, None);
    for (name, member) in node.entries() {
        match name {
            "by" => by = Some(order_text(&member, diagnostics)),
            "parameter" => parameter = text(&member, "a parameter's name", |name| !name.is_empty(), diagnostics),
            _ => diagnostics.push(unknown(&member, name, ["by", "parameter"], "`order`")),
        }
    }
    if by.is_none() {
        diagnostics.push(incomplete(node, "by", "say by which member the list is sorted where nothing else is asked"));
    }
    Some(Order { by: by??, parameter })
}

fn order_text(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let is_order = |order: &str| order.strip_prefix('-').unwrap_or(order).starts_with('/');
    text(node, "a JSON pointer into an item (after `-` where it falls)", is_order, diagnostics)
}

fn monitor(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<MonitorDeclaration> {
    let (mut status, mut succeeded, mut failed) = (None, None, Some(Vec::new()));
    for (name, member) in object(node, diagnostics)?.entries() {
        match name {
            "status" => {
                let is_place = |place: &str| !place.is_empty() && (place.starts_with('/') || !place.contains('/'));
                status = Some(text(&member, "a JSON pointer into the body, or a member's name", is_place, diagnostics));
            }
            "succeeded" => succeeded = Some(texts(&member, diagnostics)),
            "failed" => failed = texts(&member, diagnostics),
            _ => diagnostics.push(unknown(&member, name, ["status", "succeeded", "failed"], "`monitor`")),
        }
    }
    if status.is_none() {
        diagnostics.push(incomplete(node, "status", "say which member tells how the work stands"));
    }
    if succeeded.is_none() {
        diagnostics.push(incomplete(node, "succeeded", "list the values with which the work has ended well"));
    }
    Some(MonitorDeclaration { status: status??, succeeded: succeeded??, failed: failed? })
}

/// A list of texts, no one twice.
fn texts(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let items: Vec<Node<'_>> = node.items().collect();
    if items.is_empty() {
        diagnostics.push(wrong_value(node, "a list of one or more values"));
        return None;
    }
    let mut found: Vec<String> = Vec::new();
    for item in &items {
        let value = item.as_str().filter(|value| !found.iter().any(|one| one == value));
        match value {
            Some(value) => found.push(value.to_owned()),
            None => diagnostics.push(wrong_item(node, item)),
        }
    }
    (found.len() == items.len()).then_some(found)
}

fn object<'n, 'b>(node: &'n Node<'b>, diagnostics: &mut Diagnostics) -> Option<&'n Node<'b>> {
    if node.is_object() {
        return Some(node);
    }
    diagnostics.push(wrong_value(node, "an object"));
    None
}

fn text(node: &Node<'_>, expected: &str, fits: impl Fn(&str) -> bool, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = node.as_str().filter(|text| fits(text));
    if text.is_none() {
        diagnostics.push(wrong_value(node, expected));
    }
    text.map(str::to_owned)
}

fn truth(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<bool> {
    let truth = node.as_bool();
    if truth.is_none() {
        diagnostics.push(wrong_value(node, "`true` or `false`"));
    }
    truth
}

fn duration(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<u64> {
    let duration = node.as_str().and_then(milliseconds);
    if duration.is_none() {
        diagnostics.push(wrong_value(node, "a duration such as `PT24H`, `P7D` or `PT0.5S`"));
    }
    duration
}

fn choice<T: Choice>(node: &Node<'_>, diagnostics: &mut Diagnostics) -> Option<T> {
    let found = node.as_str().and_then(|text| T::VALUES.iter().find(|(value, _)| *value == text));
    if found.is_none() {
        let values = T::VALUES.iter().map(|(value, _)| *value);
        let mut diagnostic = wrong_value(node, &one_of(values.clone()));
        if let Some(near) = node.as_str().and_then(|text| nearest(text, values)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        diagnostics.push(diagnostic);
    }
    found.map(|(_, value)| *value)
}

fn wrong_value(node: &Node<'_>, expected: &str) -> Diagnostic {
    let member = node.key().unwrap_or("x-semantics");
    let found = node.as_str().map_or_else(|| node.kind_name().to_owned(), |text| format!("`{text}`"));
    let message = format!("`{member}` is {found} here, and takes {expected}");
    Diagnostic::error("model/semantics-value", message, node.place()).help(format!("write {expected}"))
}

fn wrong_item(list: &Node<'_>, item: &Node<'_>) -> Diagnostic {
    let list = list.key().unwrap_or("x-semantics");
    let message = match item.as_str() {
        Some(value) => format!("`{list}` has `{value}` twice"),
        None => format!("`{list}` has {} here, and takes texts", item.kind_name()),
    };
    Diagnostic::error("model/semantics-value", message, item.place())
        .help("remove it, or write the value that was meant")
}

fn incomplete(node: &Node<'_>, member: &str, help: &str) -> Diagnostic {
    let holder = node.key().unwrap_or("x-semantics");
    let message = format!("`{holder}` has no `{member}`");
    Diagnostic::error("model/semantics-value", message, node.key_place()).help(help)
}

fn misplaced(node: &Node<'_>, word: &Word, place: SemanticsPlace) -> Diagnostic {
    use SemanticsPlace::{Operation, PathItem, Property, Root};
    let places = [Root, PathItem, Operation, Property].into_iter().filter(|place| place.has(word));
    let places: Vec<_> = places.map(SemanticsPlace::name).collect();
    let message = format!("`{}` has no meaning on {}", word.name, place.name());
    let help = format!("move it to {}, or remove it", places.join(" or "));
    Diagnostic::error("model/semantics-place", message, node.key_place()).help(help)
}

fn unknown(node: &Node<'_>, name: &str, words: impl IntoIterator<Item = &'static str>, holder: &str) -> Diagnostic {
    let words: Vec<_> = words.into_iter().collect();
    let message = format!("`x-semantics` has no member `{name}`");
    let diagnostic = Diagnostic::error("model/unknown-semantics", message, node.key_place());
    let diagnostic = diagnostic.note_line(format!("the words of {holder} are {}", words.join(", ")));
    match nearest(name, words) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("remove it: a promise in unknown words would be kept by nobody"),
    }
}

/// `a`, `b` or `c`, each in backquotes.
fn one_of(values: impl Iterator<Item = &'static str>) -> String {
    let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
    match values.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
