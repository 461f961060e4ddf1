//! Names as progenitor makes them: a name that looks distinct here may fall together with another over there.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};

/// Whether a name becomes a type or a variant, or a method or an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Pascal,
    Snake,
}

/// The identifier that progenitor and typify make of a name. Both have this function; neither exports it.
pub(crate) fn identifier(name: &str, case: Case) -> String {
    let text = name.replace('\'', "").replace(|c: char| !unicode_ident::is_xid_continue(c), "-");
    let cased = match (name, case) {
        ("+1", _) => "plus1".to_owned(),
        ("-1", _) => "minus1".to_owned(),
        (_, Case::Pascal) => text.to_pascal_case(),
        (_, Case::Snake) => text.to_snake_case(),
    };
    match (cased.chars().next(), case) {
        (None, Case::Pascal) => "X".to_owned(),
        (None, Case::Snake) => "x".to_owned(),
        (Some(first), Case::Pascal) if !unicode_ident::is_xid_start(first) => format!("X{cased}"),
        (Some(first), Case::Snake) if !unicode_ident::is_xid_start(first) => format!("x{cased}"),
        (Some(_), _) => cased,
    }
}

/// Names of one room, as they are given out.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    case: Case,
    taken: BTreeSet<String>,
    suffix: &'static str,
}

impl Room {
    /// An empty room. A name that is `reserved` gets the suffix, as its last word.
    pub(crate) fn new(case: Case, suffix: &'static str, reserved: &[&str]) -> Self {
        Self { case, suffix, taken: reserved.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// Takes the name if it is free.
    pub(crate) fn take(&mut self, wish: &str) -> bool {
        self.taken.insert(identifier(wish, self.case))
    }

    /// The name, or the nearest that is free.
    pub(crate) fn name(&mut self, wish: &str) -> String {
        let wish = identifier(wish, self.case);
        let with_suffix = identifier(&format!("{wish}_{}", self.suffix), self.case);
        let numbered = (2..).map(|number| identifier(&format!("{with_suffix}_{number}"), self.case));
        let mut wishes = [wish.clone(), with_suffix.clone()].into_iter().chain(numbered);
        let free = wishes.find(|name| self.taken.insert(name.clone()));
        free.unwrap_or(wish)
    }
}

/// What stands beside the methods of a client, keywords included.
pub(crate) const RESERVED_METHODS: &[&str] = &[
    "new",
    "new_with_client",
    "api_version",
    "baseurl",
    "client",
    "inner",
    "pre",
    "post",
    "exec",
    "clone",
    "clone_from",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// What stands beside the arguments of a method.
pub(crate) const RESERVED_ARGUMENTS: &[&str] = &["header_map", "info", "self"];

/// What types must not be called: the prelude's names, which generated code writes without a path.
pub(crate) const RESERVED_TYPES: &[&str] = &[
    "Self", "Ok", "Err", "Some", "None", "Option", "Result", "String", "Vec", "Box", "From", "Into", "TryFrom",
    "TryInto", "Default", "Clone", "Debug", "Display", "FromStr", "Deref", "Iterator", "ToString", "Fn", "Send",
    "Sync",
];
