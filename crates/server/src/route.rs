//! From a path to the operations on it.
//!
//! A tree over the segments, ours and not axum's: path templates of OpenAPI may name the parameter at one place differently, mix
//! text and parameters in a segment, and overlap; axum's router panics at such routes, and registering must never panic.
//! Literal text wins over a mixed segment, a mixed segment over a parameter (OpenAPI: "concrete before templated").
//!
//! Paths are not normalised: `//` has an empty segment, which no parameter matches, and dot segments are text. A segment is
//! percent-decoded once, after the path was split.

use std::collections::{BTreeMap, BTreeSet};

use methodical_wire::{Method, Operation};
use percent_encoding::percent_decode_str;

/// All routes, with a value for each operation.
#[derive(Debug)]
pub(crate) struct Routes<T> {
    root: Node<T>,
    methods: BTreeSet<Method>,
}

#[derive(Debug)]
struct Node<T> {
    literals: BTreeMap<String, Node<T>>,
    mixed: Vec<(Vec<Part>, Node<T>)>,
    parameter: Option<Box<Node<T>>>,
    routes: Vec<Route<T>>,
}

/// An operation at its place.
#[derive(Debug)]
pub(crate) struct Route<T> {
    pub(crate) data: &'static Operation,
    /// The names of its path parameters in the order of the template.
    names: Vec<&'static str>,
    pub(crate) value: T,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(&'static str),
    Parameter(&'static str),
}

/// The operations on a path, and the raw text of its parameters.
#[derive(Debug)]
pub(crate) struct Matched<'r, 'p, T> {
    pub(crate) routes: &'r [Route<T>],
    values: Vec<&'p str>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { literals: BTreeMap::new(), mixed: Vec::new(), parameter: None, routes: Vec::new() }
    }
}

impl<T> Default for Routes<T> {
    fn default() -> Self {
        Self { root: Node::default(), methods: BTreeSet::new() }
    }
}

impl<T> Routes<T> {
    /// Adds an operation. Of two with one method at one place, that with the path that sorts first is served: `/a` before
    /// `/a?b`.
    pub(crate) fn insert(&mut self, data: &'static Operation, value: T) {
        let mut names = Vec::new();
        let mut node = &mut self.root;
        for segment in segments(data.template().0) {
            let parts = split_parts(segment);
            names.extend(parts.iter().filter_map(|part| match part {
                Part::Parameter(name) => Some(*name),
                Part::Text(_) => None,
            }));
            node = node.child(parts);
        }
        self.methods.insert(data.method);
        let route = Route { data, names, value };
        match node.routes.iter_mut().find(|known| known.data.method == data.method) {
            Some(known) if known.data.path > data.path => *known = route,
            Some(_) => {}
            None => node.routes.push(route),
        }
    }

    /// The operation of this id.
    pub(crate) fn by_id(&mut self, id: &str) -> Option<&mut Route<T>> {
        self.root.by_id(id)
    }

    /// What `Allow` says of the whole service: the methods that any path has.
    pub(crate) fn allow(&self) -> String {
        allow(self.methods.clone())
    }

    /// Whether any path has this method.
    pub(crate) fn has(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known.as_str() == method)
    }

    /// All operations, in no order that means anything.
    pub(crate) fn operations(&self) -> Vec<&'static Operation> {
        let mut found = Vec::new();
        self.root.collect(&mut found);
        found
    }

    /// The operations on a raw path.
    pub(crate) fn find<'r, 'p>(&'r self, path: &'p str) -> Option<Matched<'r, 'p, T>> {
        let mut values = Vec::new();
        let routes = self.root.find(Some(path.strip_prefix('/').unwrap_or(path)), &mut values)?;
        Some(Matched { routes, values })
    }
}

impl<'r, 'p, T> Matched<'r, 'p, T> {
    /// The raw text of each path parameter of a route.
    pub(crate) fn values(&self, route: &Route<T>) -> Vec<(&'static str, &'p str)> {
        route.names.iter().copied().zip(self.values.iter().copied()).collect()
    }

    pub(crate) fn route(&self, method: &str) -> Option<&'r Route<T>> {
        self.routes.iter().find(|route| route.data.method.as_str() == method)
    }

    /// What `Allow` says: the declared methods, HEAD where there is GET, and OPTIONS.
    pub(crate) fn allow(&self) -> String {
        allow(self.routes.iter().map(|route| route.data.method).collect())
    }
}

/// What `Allow` says of these declared methods.
fn allow(declared: BTreeSet<Method>) -> String {
    let mut methods: BTreeSet<&str> = declared.iter().copied().map(Method::as_str).collect();
    if declared.contains(&Method::Get) {
        methods.insert(Method::Head.as_str());
    }
    methods.insert(Method::Options.as_str());
    methods.into_iter().collect::<Vec<_>>().join(", ")
}

impl<T> Node<T> {
    fn child(&mut self, parts: Vec<Part>) -> &mut Self {
        match parts.as_slice() {
            [Part::Text(text)] => self.literals.entry((*text).to_owned()).or_default(),
            [] => self.literals.entry(String::new()).or_default(),
            [Part::Parameter(_)] => self.parameter.get_or_insert_default(),
            [_, _, ..] => {
                let shape = shape_of(&parts);
                let place = self.mixed.iter().position(|(known, _)| shape_of(known) == shape);
                let place = place.unwrap_or_else(|| {
                    self.mixed.push((parts, Self::default()));
                    self.mixed.len() - 1
                });
                &mut self.mixed[place].1
            }
        }
    }

    fn by_id(&mut self, id: &str) -> Option<&mut Route<T>> {
        if let Some(place) = self.routes.iter().position(|route| route.data.id == id) {
            return self.routes.get_mut(place);
        }
        let literals = self.literals.values_mut();
        let mixed = self.mixed.iter_mut().map(|(_, node)| node);
        let parameter = self.parameter.as_deref_mut();
        literals.chain(mixed).chain(parameter).find_map(|node| node.by_id(id))
    }

    fn collect(&self, found: &mut Vec<&'static Operation>) {
        found.extend(self.routes.iter().map(|route| route.data));
        let mixed = self.mixed.iter().map(|(_, node)| node);
        for node in self.literals.values().chain(mixed).chain(self.parameter.as_deref()) {
            node.collect(found);
        }
    }

    /// Tries the children from the most literal on. A node is visited at most once for each way to reach it, and there is one
    /// way to each: the work is bounded by the number of routes.
    ///
    /// `path` is what is left of it: nothing, or one or more segments.
    fn find<'r, 'p>(&'r self, path: Option<&'p str>, values: &mut Vec<&'p str>) -> Option<&'r [Route<T>]> {
        let Some(path) = path else {
            return (!self.routes.is_empty()).then_some(self.routes.as_slice());
        };
        let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
        let decoded = percent_decode_str(segment).decode_utf8().ok();
        let literal = decoded.and_then(|text| self.literals.get(text.as_ref()));
        if let Some(routes) = literal.and_then(|node| node.find(rest, values)) {
            return Some(routes);
        }
        let known = values.len();
        for (parts, node) in &self.mixed {
            if match_parts(parts, segment, values)
                && let Some(routes) = node.find(rest, values)
            {
                return Some(routes);
            }
            values.truncate(known);
        }
        if segment.is_empty() {
            return None;
        }
        values.push(segment);
        let found = self.parameter.as_ref().and_then(|node| node.find(rest, values));
        if found.is_none() {
            values.truncate(known);
        }
        found
    }
}

/// The text of a segment with nameless parameters.
fn shape_of(parts: &[Part]) -> Vec<Option<&'static str>> {
    let text = |part: &Part| match part {
        Part::Text(text) => Some(*text),
        Part::Parameter(_) => None,
    };
    parts.iter().map(text).collect()
}

fn segments(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// `{name}.{format}` becomes a parameter, text and a parameter; a brace without its partner is text.
fn split_parts(segment: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some((text, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        parts.push(Part::Parameter(name));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// Matches a raw segment against text and parameters; a parameter takes as much as it can and at least one byte.
fn match_parts<'p>(parts: &[Part], segment: &'p str, values: &mut Vec<&'p str>) -> bool {
    match parts {
        [] => segment.is_empty(),
        [Part::Text(text), rest @ ..] => {
            segment.strip_prefix(text).is_some_and(|after| match_parts(rest, after, values))
        }
        [Part::Parameter(_)] => {
            values.push(segment);
            !segment.is_empty()
        }
        [Part::Parameter(_), rest @ ..] => {
            let known = values.len();
            let ends = segment.char_indices().rev().map(|(end, _)| end).filter(|end| *end > 0);
            for end in ends {
                let (value, after) = segment.split_at(end);
                values.push(value);
                if match_parts(rest, after, values) {
                    return true;
                }
                values.truncate(known);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn operation(id: &'static str, method: Method, path: &'static str) -> Operation {
        Operation { id, method, path, ..Operation::PLAIN }
    }

    static OPERATIONS: [Operation; 12] = [
        operation("root", Method::Get, "/"),
        operation("listTags", Method::Get, "/tags"),
        operation("getTag", Method::Get, "/tags/{name}"),
        operation("putTag", Method::Put, "/tags/{tag}"),
        operation("mine", Method::Get, "/tags/mine"),
        operation("tagged", Method::Get, "/tags/{name}/resources"),
        operation("special", Method::Get, "/tags/mine/special"),
        operation("file", Method::Get, "/files/{name}.{format}"),
        operation("other", Method::Get, "/files/{name}"),
        operation("slash", Method::Get, "/slash/"),
        operation("odd", Method::Get, "/odd/{un/{{closed}/}/{a}{b}/*x/:y"),
        operation("bare", Method::Get, "bare"),
    ];

    /// Each path with the operation ids there and the values of the first one's parameters.
    fn check(paths: &[&str]) -> String {
        let mut routes = Routes::default();
        for data in &OPERATIONS {
            routes.insert(data, ());
        }
        let line = |path: &&str| match routes.find(path) {
            None => format!("{path} -> none"),
            Some(matched) => {
                let ids: Vec<&str> = matched.routes.iter().map(|route| route.data.id).collect();
                let values = matched.values(&matched.routes[0]);
                format!("{path} -> {} {values:?} ({})", ids.join(" "), matched.allow())
            }
        };
        paths.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_most_literal_route_wins() {
        insta::assert_snapshot!(check(&[
            "/",
            "",
            "/tags",
            "/tags/",
            "/tags//",
            "//tags",
            "/tags/blue",
            "/tags/mine",
            "/tags/mine/resources",
            "/tags/mine/special",
            "/tags/a%2Fb",
            "/t%61gs/x",
            "/tags/%ff",
            "/%ff/x",
            "/tags/../tags",
            "/bare",
        ]));
    }

    #[test]
    fn segments_may_mix_text_and_parameters() {
        insta::assert_snapshot!(check(&[
            "/files/a.json",
            "/files/a.b.json",
            "/files/a.",
            "/files/.json",
            "/files/a",
            "/files/ä.ö",
            "/slash/",
            "/slash",
        ]));
    }

    #[test]
    fn of_paths_that_match_the_same_urls_the_first_is_served() {
        static SHARED: [Operation; 4] = [
            operation("query", Method::Get, "/a?b=c"),
            operation("plain", Method::Get, "/a"),
            operation("fragment", Method::Get, "/a#d"),
            operation("other", Method::Post, "/a#d"),
        ];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]] {
            let mut routes = Routes::default();
            order.iter().for_each(|place| routes.insert(&SHARED[*place], ()));
            let matched = routes.find("/a").expect("there is a route");
            assert_eq!(matched.route("GET").map(|route| route.data.id), Some("plain"));
            assert_eq!(matched.route("POST").map(|route| route.data.id), Some("other"));
        }
    }

    #[test]
    fn an_operation_is_found_by_its_id() {
        let mut routes = Routes::default();
        for data in &OPERATIONS {
            routes.insert(data, data.id);
        }
        for data in &OPERATIONS {
            assert_eq!(routes.by_id(data.id).map(|route| route.value), Some(data.id));
        }
        assert_eq!(routes.operations().len(), OPERATIONS.len());
        assert!(routes.by_id("nobody").is_none());
        assert!(OPERATIONS.iter().all(|data| routes.has(data.method.as_str())) && !routes.has("PURGE"));
    }
}
