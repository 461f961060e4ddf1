//! What `rustdoc` writes down of a crate, as far as a surface has it: items by path, with their kinds and types.
//!
//! Its format changes from version to version; what is read here is the part that has not changed for long. What is not found is a
//! difference, and so is noticed.

use std::collections::BTreeMap;

use serde_json::Value;

/// An item.
pub(super) struct Seen {
    /// What it is.
    pub(super) kind: &'static str,
    /// Its types, bare; `None` where it has none.
    pub(super) types: Option<String>,
}

/// All items that can be named from outside of the crate.
pub(super) fn items(document: &Value, library: &str) -> BTreeMap<String, Seen> {
    let mut reader = Reader { index: &document["index"], items: BTreeMap::new() };
    reader.module(&document["root"], library);
    let impls: Vec<&Value> = reader.index.as_object().into_iter().flat_map(|items| items.values()).collect();
    for item in impls.into_iter().filter(|item| item["crate_id"] == 0) {
        reader.implementation(&item["inner"]["impl"], library);
    }
    reader.items
}

struct Reader<'a> {
    index: &'a Value,
    items: BTreeMap<String, Seen>,
}

impl<'a> Reader<'a> {
    fn item(&self, id: &Value) -> &'a Value {
        &self.index[id.to_string()]
    }

    fn all(&self, ids: &Value) -> Vec<&'a Value> {
        list(ids).map(|id| self.item(id)).collect()
    }

    fn add(&mut self, path: String, kind: &'static str, types: Option<String>) {
        self.items.insert(path, Seen { kind, types });
    }

    fn module(&mut self, id: &Value, prefix: &str) {
        for id in list(&self.item(id)["inner"]["module"]["items"]) {
            let item = self.item(id);
            let path = format!("{prefix}::{}", item["name"].as_str().unwrap_or_default());
            let inner = &item["inner"];
            if item["visibility"] != "public" {
                continue;
            } else if let Some(of) = inner.get("use") {
                self.used(of, prefix);
            } else if inner.get("module").is_some() {
                self.add(path.clone(), "a module", None);
                self.module(id, &path);
            } else if let Some(of) = inner.get("struct") {
                self.structure(item, of, path);
            } else if let Some(of) = inner.get("enum") {
                self.enumeration(item, of, path);
            } else if let Some(of) = inner.get("trait") {
                self.interface(of, path);
            } else if let Some(of) = inner.get("function") {
                self.add(path, "a function", Some(function(of)));
            } else if let Some(of) = inner.get("type_alias") {
                self.add(path, "an alias", Some(name(&of["type"])));
            } else if let Some(of) = inner.get("static") {
                self.add(path, "a static", Some(name(&of["type"])));
            } else if let Some(of) = inner.get("constant") {
                self.add(path, "a constant", Some(name(&of["type"])));
            }
        }
    }

    /// All of a private module, or another crate; what is brought in without a name has none.
    fn used(&mut self, of: &Value, prefix: &str) {
        if of["is_glob"] == true {
            self.module(&of["id"], prefix);
        } else if of["name"] != "_" {
            self.add(format!("{prefix}::{}", of["name"].as_str().unwrap_or_default()), "a crate", None);
        }
    }

    fn structure(&mut self, item: &Value, of: &Value, path: String) {
        let fields = &of["kind"]["plain"];
        let is_open = fields["has_stripped_fields"] != true && !is_non_exhaustive(item);
        for field in self.all(&fields["fields"]) {
            let field_path = format!("{path}::{}", field["name"].as_str().map(raw).unwrap_or_default());
            self.add(field_path, "a field", Some(name(&field["inner"]["struct_field"])));
        }
        self.add(path, if is_open { "an open struct" } else { "a closed struct" }, None);
    }

    fn enumeration(&mut self, item: &Value, of: &Value, path: String) {
        for variant in self.all(&of["variants"]) {
            let fields = list(&variant["inner"]["variant"]["kind"]["tuple"]).map(|id| self.item(id));
            let types: Vec<String> = fields.map(|field| name(&field["inner"]["struct_field"])).collect();
            let types = if types.is_empty() { String::new() } else { format!("({})", types.join(",")) };
            self.add(format!("{path}::{}", variant["name"].as_str().unwrap_or_default()), "a variant", Some(types));
        }
        self.add(path, if is_non_exhaustive(item) { "an open enum" } else { "an exhaustive enum" }, None);
    }

    fn interface(&mut self, of: &Value, path: String) {
        for member in self.all(&of["items"]) {
            if let Some(function_) = member["inner"].get("function") {
                let kind = if function_["has_body"] == true { "a provided function" } else { "a required function" };
                let path = format!("{path}::{}", member["name"].as_str().map(raw).unwrap_or_default());
                self.add(path, kind, Some(function(function_)));
            }
        }
        self.add(path, "a trait", Some(bounds(&of["bounds"])));
    }

    /// What the compiler adds by itself, and what holds for all types, is not of the crate.
    fn implementation(&mut self, of: &Value, library: &str) {
        let is_own = of["is_synthetic"] == false && of["blanket_impl"].is_null();
        if !is_own {
            return;
        }
        let own = name(&of["for"]);
        let members = self.all(&of["items"]);
        if of["trait"].is_null() {
            for member in members.into_iter().filter(|member| member["visibility"] == "public") {
                if let Some(function_) = member["inner"].get("function") {
                    let path = format!("{library}::{own}::{}", member["name"].as_str().map(raw).unwrap_or_default());
                    self.add(path, "a function", Some(function(function_)));
                }
            }
            return;
        }
        let of_trait = path(&of["trait"]);
        // Derived with `PartialEq`, and of no use but to the compiler.
        if of_trait == "StructuralPartialEq" {
            return;
        }
        for member in members {
            if let Some(associated) = member["inner"].get("assoc_type") {
                let path = format!("{own}: {of_trait}::{}", member["name"].as_str().unwrap_or_default());
                self.add(path, "an associated type", Some(name(&associated["type"])));
            }
        }
        self.add(format!("{own}: {of_trait}"), "an impl", None);
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn raw(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() { name.to_owned() } else { format!("r#{name}") }
}

fn is_non_exhaustive(item: &Value) -> bool {
    list(&item["attrs"]).any(|attribute| attribute.to_string().contains("non_exhaustive"))
}

/// `(&Self,&str)->Call<GetTag>`.
fn function(of: &Value) -> String {
    let inputs: Vec<String> = list(&of["sig"]["inputs"]).map(|input| name(&input[1])).collect();
    let output = &of["sig"]["output"];
    let output = if output.is_null() { String::new() } else { name(output) };
    format!("({})->{output}", inputs.join(","))
}

/// A type, without paths, lifetimes and spaces.
fn name(of: &Value) -> String {
    let inner = |member: &str| of[member].is_object().then(|| &of[member]);
    if let Some(text) = of["primitive"].as_str().or(of["generic"].as_str()) {
        text.to_owned()
    } else if let Some(of) = inner("resolved_path") {
        path(of)
    } else if let Some(of) = inner("borrowed_ref") {
        format!("&{}{}", if of["is_mutable"] == true { "mut" } else { "" }, name(&of["type"]))
    } else if let Some(of) = inner("qualified_path") {
        of["name"].as_str().unwrap_or_default().to_owned()
    } else if let Some(of) = inner("slice") {
        format!("[{}]", name(of))
    } else if let Some(types) = of["tuple"].as_array() {
        format!("({})", types.iter().map(name).collect::<Vec<_>>().join(","))
    } else if of["impl_trait"].is_array() {
        format!("impl{}", bounds(&of["impl_trait"]))
    } else {
        format!("unknown type {of}")
    }
}

fn bounds(of: &Value) -> String {
    let bounds = list(of).filter(|bound| bound.get("trait_bound").is_some());
    bounds.map(|bound| path(&bound["trait_bound"]["trait"])).collect::<Vec<_>>().join("+")
}

/// A name with its arguments.
fn path(of: &Value) -> String {
    let text = of["path"].as_str().or(of["name"].as_str()).unwrap_or_default();
    let last = text.rsplit("::").next().unwrap_or_default();
    let arguments = &of["args"]["angle_bracketed"];
    let types = list(&arguments["args"]).filter_map(|argument| match argument.get("const") {
        Some(constant) => constant["expr"].as_str().map(str::to_owned),
        None => argument.get("type").map(name),
    });
    let constraints = list(&arguments["constraints"]).map(|constraint| {
        let to = &constraint["binding"]["equality"]["type"];
        format!("{}={}", constraint["name"].as_str().unwrap_or_default(), name(to))
    });
    let all: Vec<String> = types.chain(constraints).collect();
    if all.is_empty() { last.to_owned() } else { format!("{last}<{}>", all.join(",")) }
}

/// The text of a surface in the same manner.
pub(super) fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' => while characters.next_if(|next| next.is_alphanumeric() || *next == '_').is_some() {},
            ':' if bare.ends_with(':') => {
                bare.pop();
                let start = bare.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
                bare.truncate(start);
            }
            character => bare.push(character),
        }
    }
    let bare =
        bare.replace(' ', "").replace("<>", "").replace("+>", ">").replace("<,", "<").replace("(&self", "(&Self");
    let bare = bare.replace("(self", "(Self");
    bare.trim_end_matches('+').to_owned()
}
