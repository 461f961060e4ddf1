//! `securitySchemes` and `security`: which credentials there are, and which an operation wants.

use std::collections::BTreeSet;

use methodical_diagnostic::{Diagnostic, Origin};
use methodical_document::{Node, nearest};

use super::Lowering;
use super::member::Object;
use super::reading::sorted_entries;
use crate::names::{Scope, distinct};
use crate::{Docs, Name, OAuthFlow, OAuthFlowKind, ParameterLocation, Requirement, SecurityKind, SecurityScheme};

/// The members of `flows`.
const FLOWS: &[(&str, OAuthFlowKind)] = &[
    ("authorizationCode", OAuthFlowKind::AuthorizationCode),
    ("clientCredentials", OAuthFlowKind::ClientCredentials),
    ("deviceAuthorization", OAuthFlowKind::DeviceAuthorization),
    ("implicit", OAuthFlowKind::Implicit),
    ("password", OAuthFlowKind::Password),
];

impl<'b> Lowering<'b, '_> {
    /// `components.securitySchemes`, sorted by name. One that is not understood is reported and left out.
    pub(super) fn security_schemes(&mut self, root: &Node<'b>) -> Vec<SecurityScheme> {
        let Some(components) = self.object_member(root, "components") else {
            return Vec::new();
        };
        let entries = self.map(&components, "securitySchemes");
        let wires: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let names = distinct(&wires, Scope::Plain);
        let mut schemes = Vec::new();
        for ((_, node), name) in entries.iter().zip(names) {
            let Some(node) = self.object(node) else {
                continue;
            };
            self.check_members(&node, Object::SecurityScheme);
            let Some(kind) = self.security_kind(&node) else {
                continue;
            };
            let flows = if kind == SecurityKind::OAuth2 { self.flows(&node) } else { Vec::new() };
            let docs = self.description(&node);
            let text = |member: &str| node.get(member).and_then(|node| node.as_str()).map(str::to_owned);
            schemes.push(SecurityScheme {
                name,
                kind,
                flows,
                metadata_url: text("openIdConnectUrl").or_else(|| text("oauth2MetadataUrl")),
                bearer_format: text("bearerFormat"),
                deprecated: self.truth(&node, "deprecated"),
                docs,
                origin: node.origin(),
            });
        }
        schemes
    }

    fn security_kind(&mut self, node: &Node<'b>) -> Option<SecurityKind> {
        let Some(kind) = node.get("type") else {
            self.missing(node, "type", "add one of `apiKey`, `http`, `mutualTLS`, `oauth2`, `openIdConnect`");
            return None;
        };
        match self.text(node, "type")? {
            "http" => {
                let scheme = self.scheme_member(node, "scheme")?;
                let is_basic = scheme.eq_ignore_ascii_case("basic");
                Some(if is_basic { SecurityKind::Basic } else { SecurityKind::Http { scheme: scheme.to_owned() } })
            }
            "apiKey" => {
                let name = self.scheme_member(node, "name")?.to_owned();
                let location = self.key_location(node)?;
                Some(SecurityKind::ApiKey { location, name })
            }
            "oauth2" => Some(SecurityKind::OAuth2),
            "openIdConnect" => Some(SecurityKind::OpenIdConnect),
            "mutualTLS" => Some(SecurityKind::MutualTls),
            other => {
                let message = format!("`{other}` is no kind of security scheme");
                let known = ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"];
                let near = nearest(other, known).map_or_else(|| known.join(", "), |near| format!("`{near}`"));
                let diagnostic = Diagnostic::slip("model/security-scheme", message, kind.place());
                self.report(diagnostic.help(format!("write {near}")));
                None
            }
        }
    }

    /// `flows`: how tokens are had. What is wrong there keeps nobody from sending one, so it is left out in silence.
    fn flows(&mut self, node: &Node<'b>) -> Vec<OAuthFlow> {
        let Some(flows) = node.get("flows") else {
            return Vec::new();
        };
        let flow = |(member, kind): &(&str, OAuthFlowKind)| {
            let flow = flows.get(member)?;
            let text = |name: &str| flow.get(name).and_then(|node| node.as_str()).map(str::to_owned);
            let scopes = flow.get("scopes").map(|scopes| sorted_entries(&scopes)).unwrap_or_default();
            let scope =
                |(name, docs): &(&str, Node<'b>)| ((*name).to_owned(), docs.as_str().unwrap_or_default().to_owned());
            Some(OAuthFlow {
                kind: *kind,
                authorization_url: text("authorizationUrl").or_else(|| text("deviceAuthorizationUrl")),
                token_url: text("tokenUrl"),
                refresh_url: text("refreshUrl"),
                scopes: scopes.iter().map(scope).collect(),
            })
        };
        FLOWS.iter().filter_map(flow).collect()
    }

    fn scheme_member(&mut self, node: &Node<'b>, member: &str) -> Option<&'b str> {
        if node.get(member).is_none() {
            self.missing(node, member, "add it: this kind of security scheme needs it");
        }
        self.text(node, member)
    }

    fn key_location(&mut self, node: &Node<'b>) -> Option<ParameterLocation> {
        match self.scheme_member(node, "in")? {
            "header" => Some(ParameterLocation::Header),
            "query" => Some(ParameterLocation::Query),
            "cookie" => Some(ParameterLocation::Cookie),
            other => {
                let message = format!("an API key cannot travel in `{other}`");
                let place = node.get("in").map_or_else(|| node.place(), |node| node.place());
                let diagnostic = Diagnostic::slip("model/security-scheme", message, place);
                self.report(diagnostic.help("write `header`, `query` or `cookie`"));
                None
            }
        }
    }

    /// The alternatives of an operation, and where they were written: its own `security`, or the root's, which it
    /// replaces (OpenAPI 3.0.4, section 4.8.10.1).
    pub(super) fn security(
        &mut self,
        root: &Node<'b>,
        operation: &Node<'b>,
    ) -> (Vec<Vec<Requirement>>, Option<Origin>) {
        let holder = if operation.get("security").is_some() { operation } else { root };
        let alternatives = self.list(holder, "security");
        let alternatives = alternatives.iter().filter_map(|alternative| self.alternative(alternative)).collect();
        (alternatives, holder.get("security").map(|node| node.origin()))
    }

    /// One alternative. `None` where it is no object, which is reported.
    fn alternative(&mut self, node: &Node<'b>) -> Option<Vec<Requirement>> {
        let node = self.object(node)?;
        Some(sorted_entries(&node).into_iter().map(|(name, scopes)| self.requirement(name, &scopes)).collect())
    }

    fn requirement(&mut self, name: &str, scopes: &Node<'b>) -> Requirement {
        if !scopes.is_array() {
            self.wrong_type(scopes, "an array of scopes");
        }
        let scopes_found = scopes.items().filter_map(|scope| scope.as_str().map(str::to_owned)).collect();
        let position = self.security_schemes.iter().position(|scheme| scheme.name.wire == name);
        if !self.declares_scheme(name) {
            let message = format!("there is no security scheme `{name}`; it is taken for a bearer token");
            let diagnostic = Diagnostic::slip("model/unknown-security-scheme", message, scopes.key_place());
            let known = self.security_schemes.iter().map(|scheme| scheme.name.wire.as_str());
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare it as `components.securitySchemes.{name}`, or remove the requirement"),
            };
            let (_, places) =
                self.unknown_schemes.entry(name.to_owned()).or_insert((diagnostic.help(help), BTreeSet::new()));
            places.insert(scopes.origin());
        }
        let scheme = position.unwrap_or_else(|| self.stand_in(name, scopes));
        Requirement { scheme, scopes: scopes_found }
    }

    /// A scheme for one that is not declared, or not so that it could be read. An operation that wants credentials nobody
    /// understands is better closed than open.
    fn stand_in(&mut self, name: &str, scopes: &Node<'b>) -> usize {
        let mut wires: Vec<&str> = self.security_schemes.iter().map(|scheme| scheme.name.wire.as_str()).collect();
        wires.push(name);
        let name = distinct(&wires, Scope::Plain).pop().unwrap_or_else(|| Name::new(name));
        let kind = SecurityKind::Http { scheme: "Bearer".to_owned() };
        let origin = scopes.origin();
        self.security_schemes.push(SecurityScheme {
            name,
            kind,
            flows: Vec::new(),
            metadata_url: None,
            bearer_format: None,
            deprecated: false,
            docs: Docs::default(),
            origin,
        });
        self.security_schemes.len() - 1
    }

    /// Reports each scheme that requirements name and nobody declares once: mostly the declaration is what is missing.
    pub(super) fn report_unknown_schemes(&mut self) {
        for (diagnostic, places) in std::mem::take(&mut self.unknown_schemes).into_values() {
            self.report(match places.len() - 1 {
                0 => diagnostic,
                1 => diagnostic.note_line("one more requirement names it"),
                others => diagnostic.note_line(format!("{others} more requirements name it")),
            });
        }
    }

    /// Whether the scheme is declared, if only in a way that was reported already.
    fn declares_scheme(&self, name: &str) -> bool {
        let components = self.bundle.root().get("components");
        components.and_then(|components| components.get("securitySchemes")?.get(name)).is_some()
    }
}
