//! `servers`: URLs, their variables, and what they are called.

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::member::Object;
use super::reading::key_place;
use crate::names::{Scope, distinct};
use crate::{Name, Server, ServerVariable};

/// Words by which a description says what a server is for.
const PURPOSES: &[&str] = &[
    "production",
    "staging",
    "sandbox",
    "test",
    "testing",
    "development",
    "local",
    "localhost",
    "demo",
    "mock",
    "preview",
];

/// Descriptions of more words are sentences and no names.
const LONGEST_NAME: usize = 3;

impl<'b> Lowering<'b, '_> {
    /// The servers. Without any, OpenAPI says, there is one at `/`.
    pub(super) fn servers(&mut self, root: &Node<'b>) -> Vec<Server> {
        let servers = self.server_list(root);
        if servers.is_empty() {
            return vec![Server {
                name: Name::new("root"),
                url: "/".to_owned(),
                template: "/".to_owned(),
                variables: Vec::new(),
                description: None,
                origin: root.origin(),
            }];
        }
        servers
    }

    /// The servers of an operation, or else those of its path item.
    pub(super) fn own_servers(&mut self, item: &Node<'b>, operation: &Node<'b>) -> Vec<Server> {
        let own = self.server_list(operation);
        if own.is_empty() { self.server_list(item) } else { own }
    }

    fn server_list(&mut self, holder: &Node<'b>) -> Vec<Server> {
        let nodes = self.list(holder, "servers");
        let mut servers: Vec<_> = nodes.iter().filter_map(|node| self.server(node)).collect();
        let wires: Vec<String> = servers.iter().map(|server| server.name.wire.clone()).collect();
        for (server, name) in servers.iter_mut().zip(distinct(&wires, Scope::Plain)) {
            server.name = name;
        }
        servers
    }

    fn server(&mut self, node: &Node<'b>) -> Option<Server> {
        let node = self.object(node)?;
        self.check_members(&node, Object::Server);
        let Some(url_node) = node.get("url") else {
            self.missing(&node, "url", "add the URL, or remove the server");
            return None;
        };
        let template = self.text(&node, "url")?;
        let url = self.fill(&node, &url_node, template);
        if let Err(reason) = check_url(&url) {
            let message = format!("`{url}` is no URL: {reason}");
            let help = "write an absolute URL such as `https://api.example.com/v1`, or a path such as `/v1`";
            self.report(Diagnostic::slip("model/server-url", message, url_node.place()).help(help));
            return None;
        }
        let description = self.text(&node, "description").map(str::to_owned);
        Some(Server {
            name: Name::new(&called(description.as_deref(), &url)),
            url,
            template: template.to_owned(),
            variables: variables(&node, template),
            description,
            origin: node.origin(),
        })
    }

    /// Puts the default of each variable in its place.
    fn fill(&mut self, server: &Node<'b>, url: &Node<'b>, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                continue;
            };
            filled.push_str(&self.variable(server, url, name));
            rest = after;
        }
        filled + rest
    }

    fn variable(&mut self, server: &Node<'b>, url: &Node<'b>, name: &str) -> String {
        let variables = self.object_member(server, "variables");
        let Some(variable) = variables.and_then(|variables| variables.get(name)) else {
            let message = format!("the variable `{name}` of this URL is not declared");
            let help = format!("declare `{name}` under `variables` with a `default`");
            self.report(Diagnostic::slip("model/server-variable", message, url.place()).help(help));
            return name.to_owned();
        };
        if variable.get("default").is_none() {
            let message = format!("the server variable `{name}` has no `default`");
            let help = "add the value that is used when nobody chooses one";
            self.report(Diagnostic::slip("model/server-variable", message, key_place(&variable)).help(help));
        }
        self.text(&variable, "default").unwrap_or(name).to_owned()
    }
}

/// The declared variables that occur in a template, in its order.
fn variables(server: &Node<'_>, template: &str) -> Vec<ServerVariable> {
    let Some(declared) = server.get("variables") else {
        return Vec::new();
    };
    let mut found: Vec<(&str, Node<'_>)> = Vec::new();
    for part in template.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if let Some(node) = declared.get(name).filter(|_| found.iter().all(|(known, _)| *known != name)) {
            found.push((name, node));
        }
    }
    let wires: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let names = distinct(&wires, Scope::Parameters);
    let variable = |((wire, node), name): (&(&str, Node<'_>), Name)| {
        let text = |member: &str| node.get(member).and_then(|node| node.as_str()).map(str::to_owned);
        let values = node.get("enum").map(|values| values.items().collect::<Vec<_>>()).unwrap_or_default();
        let mut values: Vec<String> = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        let default = text("default").unwrap_or_else(|| (*wire).to_owned());
        if !values.is_empty() && !values.contains(&default) {
            values.insert(0, default.clone());
        }
        let mut seen = std::collections::BTreeSet::new();
        values.retain(|value| seen.insert(value.clone()));
        let values = distinct(&values, Scope::Variants);
        ServerVariable { name, values, default, description: text("description") }
    };
    found.iter().zip(names).map(variable).collect()
}

/// What a server is called.
fn called(description: Option<&str>, url: &str) -> String {
    let words = description.map(crate::names::words).unwrap_or_default();
    let purpose = words.iter().find(|word| PURPOSES.contains(&word.as_str()));
    if let Some(purpose) = purpose {
        return purpose.clone();
    }
    if !words.is_empty() && words.len() <= LONGEST_NAME {
        return words.join(" ");
    }
    let place = url.split_once("://").map_or(url, |(_, rest)| rest);
    if place.trim_matches('/').is_empty() { "root".to_owned() } else { place.to_owned() }
}

/// Whether a URL can be used: absolute with an authority, or relative (RFC 3986, section 4.1).
fn check_url(url: &str) -> Result<(), &'static str> {
    if let Some(bad) = url.chars().find(|&character| character.is_whitespace() || character.is_control()) {
        return Err(if bad == ' ' { "it has a space" } else { "it has a control character" });
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return Ok(());
    };
    let first_is_letter = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    let others_fit = scheme.chars().all(|other| other.is_ascii_alphanumeric() || "+-.".contains(other));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !first_is_letter || !others_fit {
        Err("its scheme is malformed")
    } else if authority.is_empty() {
        Err("it names no host")
    } else {
        Ok(())
    }
}
