//! What a token may do. A scope is asked for by an operation's effect and not by its name, so that
//! no operation can be added which forgets to ask.

use std::collections::BTreeSet;
use std::fmt;

use clap::ValueEnum;
use methodical_server::Forbidden;
use methodical_server::wire::{Effect, Operation, Problem};
use serde::{Deserialize, Serialize};

const SCOPE_MISSING: &str = "https://api.stacklets.example/problems/scope-missing";

/// A part of what can be done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// To look: GET and HEAD.
    Read,
    /// To change: PUT, POST and DELETE.
    Write,
}

/// The scopes of a token: one at least.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scope {
    /// What an operation asks for.
    pub fn of(operation: &Operation) -> Scope {
        match operation.effect {
            Effect::Safe => Scope::Read,
            Effect::Idempotent | Effect::Unsafe => Scope::Write,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
        }
    }
}

impl Scopes {
    /// These; all of them if none is named.
    pub fn new(named: impl IntoIterator<Item = Scope>) -> Scopes {
        let named: BTreeSet<Scope> = named.into_iter().collect();
        if named.is_empty() { Scopes::default() } else { Scopes(named) }
    }

    /// May an operation be called with these?
    ///
    /// # Errors
    /// The problem that names the scope it lacks.
    pub fn check(&self, operation: &Operation) -> Result<(), Forbidden> {
        let needed = Scope::of(operation);
        if self.0.contains(&needed) {
            return Ok(());
        }
        let detail = format!("This needs a token with the scope `{needed}`; the token that was sent has `{self}`.");
        Err(Problem::new(403, detail).with_type(SCOPE_MISSING, "The token lacks a scope").into())
    }
}

/// All of them: what a token has that was made before there were scopes.
impl Default for Scopes {
    fn default() -> Scopes {
        Scopes(BTreeSet::from([Scope::Read, Scope::Write]))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// `read,write`.
impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|scope| scope.name()).collect();
        formatter.pad(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use methodical_server::Limits;
    use methodical_server::wire::Method;
    use serde_json::Value;
    use stacklets_server::types::operations;
    use tower::ServiceExt as _;

    use super::*;
    use crate::access::{self, Grant};
    use crate::service;
    use crate::store::Database;
    use crate::tasks::Tasks;

    /// What a token with these scopes gets of an operation.
    fn check(scopes: &[Scope], operation: &Operation) -> String {
        match Scopes::new(scopes.iter().copied()).check(operation) {
            Ok(()) => "allowed".to_owned(),
            Err(forbidden) => forbidden.to_string(),
        }
    }

    #[test]
    fn the_refusal_names_the_scope() {
        let (read, write) = (Scope::Read, Scope::Write);
        insta::assert_snapshot!(check(&[read], &operations::PUT_TAG), @"403 The token lacks a scope: This needs a token with the scope `write`; the token that was sent has `read`.");
        insta::assert_snapshot!(check(&[write], &operations::GET_TAG), @"403 The token lacks a scope: This needs a token with the scope `read`; the token that was sent has `write`.");
        for scopes in [&[][..], &[read, write], &[write, write, read]] {
            assert_eq!(check(scopes, &operations::PUT_TAG), "allowed");
            assert_eq!(check(scopes, &operations::GET_TAG), "allowed");
        }
    }

    /// Every operation there is, GET by HEAD too, with parameters and bodies that are wrong: who may not call it is not told so.
    // Shows: AUTH-ENFORCED
    #[tokio::test]
    async fn no_operation_forgets_to_ask() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        let all = service::operations(store.clone(), Limits::default(), Tasks::default()).operations();
        let router = service::router(store.clone(), Limits::default());
        assert!(all.len() > 15, "there are operations");
        for scope in [Scope::Read, Scope::Write] {
            let grant = Grant { scopes: Scopes::new([scope]), ..Grant::to("ada") };
            let token = access::grant_token(&store, &grant).await.unwrap();
            for operation in &all {
                let reads = operation.method == Method::Get;
                let methods = if reads { vec!["GET", "HEAD"] } else { vec![operation.method.as_str()] };
                for method in methods {
                    let request = Request::builder()
                        .method(method)
                        .uri(format!("/v1{}?nonsense=1", operation.path.replace(['{', '}'], "")))
                        .header("Authorization", format!("Token {}", token.reveal()))
                        .header("Content-Type", "text/nonsense");
                    let request = request.body(Body::from("nonsense")).unwrap();
                    let response = router.clone().oneshot(request).await.unwrap();
                    let status = response.status().as_u16();
                    let bytes = response.into_body().collect().await.unwrap().to_bytes();
                    let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                    let refused = status == 403 && (method == "HEAD" || problem["type"] == SCOPE_MISSING);
                    let asked = if reads { Scope::Read } else { Scope::Write };
                    assert_eq!(refused, asked != scope, "{method} {} with {scope}: {status} {problem}", operation.path);
                    assert!(refused || status != 403, "{method} {}: {problem}", operation.path);
                    let declared = operation.response(403).is_some();
                    assert!(declared, "{} does not declare 403", operation.id);
                }
            }
        }
    }
}
