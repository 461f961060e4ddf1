//! `servers`: URLs with the defaults of their variables put in.

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::member::Object;
use super::reading::key_place;
use crate::Server;

impl<'b> Lowering<'b, '_> {
    /// The servers. Without any, OpenAPI says, there is one at `/`.
    pub(super) fn servers(&mut self, root: &Node<'b>) -> Vec<Server> {
        let nodes = self.list(root, "servers");
        let servers: Vec<_> = nodes.iter().filter_map(|node| self.server(node)).collect();
        if servers.is_empty() {
            return vec![Server { url: "/".to_owned(), description: None, origin: root.origin() }];
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
        Some(Server { url, description, origin: node.origin() })
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
