//! Names that some generator has stumbled over.

use methodical_fidelity::random::Random;

/// Words of Rust, of its prelude, of the crates that generated code uses, of its own modules; and what is no word.
const NAMES: [&str; 169] = [
    "as",
    "async",
    "await",
    "box",
    "break",
    "const",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "use",
    "where",
    "yield",
    "macro_rules",
    "raw",
    "auto",
    "default",
    "Option",
    "Result",
    "Vec",
    "String",
    "Box",
    "Default",
    "Some",
    "None",
    "Ok",
    "Err",
    "Clone",
    "Debug",
    "From",
    "Into",
    "TryFrom",
    "AsRef",
    "Iterator",
    "Send",
    "Sync",
    "Copy",
    "Drop",
    "Eq",
    "Hash",
    "PartialEq",
    "Display",
    "ToString",
    "FromStr",
    "Deref",
    "Borrow",
    "Cow",
    "HashMap",
    "BTreeMap",
    "Map",
    "Value",
    "Uuid",
    "Date",
    "Timestamp",
    "Duration",
    "Decimal",
    "Serialize",
    "Deserialize",
    "Serializer",
    "Error",
    "Client",
    "Server",
    "Builder",
    "Request",
    "Response",
    "Body",
    "Meta",
    "Problem",
    "Context",
    "Handler",
    "Router",
    "Service",
    "Blob",
    "File",
    "Form",
    "Media",
    "Found",
    "NotFound",
    "Unknown",
    "Other",
    "Undefined",
    "Null",
    "Present",
    "Absent",
    "Any",
    "Nothing",
    "Page",
    "Cursor",
    "Link",
    "Links",
    "Query",
    "Path",
    "Header",
    "Headers",
    "Cookie",
    "Accept",
    "Content",
    "Status",
    "str",
    "u8",
    "i64",
    "f64",
    "bool",
    "char",
    "usize",
    "serde",
    "serde_json",
    "std",
    "core",
    "alloc",
    "http",
    "methodical_wire",
    "types",
    "operations",
    "client",
    "server",
    "webhooks",
    "prelude",
    "new",
    "build",
    "into",
    "from",
    "clone",
    "fmt",
    "eq",
    "drop",
    "value",
    "key",
    "index",
    "kind",
    "name",
    "id",
    "items",
    "body",
    "query",
    "request",
    "response",
    "meta",
    "state",
];

/// What is no identifier.
const ODD: [&str; 40] = [
    "", "_", "__", "1", "2nd", "+1", "-1", "1.0", "0x1F", "@id", "$value", "#tag", "foo bar", "foo-bar", "foo_bar",
    "fooBar", "FooBar", "FOO_BAR", "foo.bar", "foo/bar", "foo~bar", "foo:bar", "foo[bar]", "foo[]", "foo\"bar",
    "foo\\bar", "größe", "Straße", "名前", "имя", "😀", "e\u{301}", "a'b", "{x}", "<T>", "a&b", "a=b", "%20", "*", "!",
];

/// Any name.
pub(super) fn any(random: &mut Random) -> String {
    let common = ["name", "size", "owner", "created_at", "isActive", "item count", "Tags", "url", "ID", "userId"];
    match random.below(10) {
        0..4 => random.choose(&common).map(|name| (*name).to_owned()),
        4..7 => random.choose(&NAMES).map(|name| (*name).to_owned()),
        7..9 => random.choose(&ODD).map(|name| (*name).to_owned()),
        _ => Some(format!("a_very_long_name_{}_{}", "that_goes_on_".repeat(5), random.below(100))),
    }
    .unwrap_or_default()
}

/// A name of a component: only letters, digits, `.`, `-` and `_`.
pub(super) fn component(random: &mut Random) -> String {
    let name: String = any(random).chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    if name.is_empty() { format!("n{}", random.below(1000)) } else { name }
}

/// The name of a header field: a token, and none that the transport owns.
pub(super) fn header(random: &mut Random) -> String {
    format!("X-{}", component(random).replace('.', "-"))
}

/// That many different ones.
pub(super) fn distinct(count: usize, draw: fn(&mut Random) -> String, random: &mut Random) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    while names.len() < count {
        let name = draw(random);
        let name = if names.contains(&name) { format!("{name}{}", names.len()) } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
