//! Who may ask, and over what.

use super::reading::{Reading, and};
use crate::rules::{AUTH_CHALLENGE, AUTH_ENFORCED, AUTH_NO_ORACLE, HTTPS_ONLY};
use crate::{HeaderRole, Hidden, Server};

pub(super) fn infer(reading: &mut Reading<'_>) {
    https_only(reading);
    auth(reading);
    no_oracle(reading);
}

/// Loopback is excepted: what never leaves the machine needs no TLS. Relative URLs say nothing either way.
fn https_only(reading: &mut Reading<'_>) {
    let servers = &reading.api.servers;
    let Some(first) = servers.iter().find(|server| server.is_https()) else {
        return;
    };
    if servers.iter().all(|server| server.is_https() || server.is_loopback()) {
        let sentence = format!("{} is served over TLS only, at `{}`.", reading.title(), first.url);
        reading.holds(HTTPS_ONLY, Some(&first.origin), sentence);
    }
}

impl Server {
    /// Whether its URL is `https`.
    pub fn is_https(&self) -> bool {
        has_scheme(&self.url, "https://")
    }

    /// Whether its URL is plain `http` to the machine itself.
    pub fn is_loopback(&self) -> bool {
        let Some(authority) = self.url.get("http://".len()..).filter(|_| has_scheme(&self.url, "http://")) else {
            return false;
        };
        let host = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let name = if host.starts_with('[') { host.split(']').next() } else { host.split(':').next() };
        let name = name.unwrap_or_default();
        name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1"
    }
}

fn has_scheme(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn auth(reading: &mut Reading<'_>) {
    let operation = reading.operation;
    // An empty alternative lets everybody in.
    if operation.security.is_empty() || operation.security.iter().any(Vec::is_empty) {
        return;
    }
    let schemes = |alternative: &Vec<crate::Requirement>| {
        let names = alternative.iter().filter_map(|requirement| reading.api.security_schemes.get(requirement.scheme));
        and(&names.map(|scheme| format!("`{}`", scheme.name.wire)).collect::<Vec<_>>())
    };
    let alternatives = operation.security.iter().map(schemes).collect::<Vec<_>>().join(" or ");
    let unauthorised = operation.response(401);
    let origin = unauthorised.map(|response| response.origin.clone()).or_else(|| operation.security_origin.clone());
    let sentence = format!(
        "{} without valid credentials ({alternatives}) is refused with 401 before it has any effect.",
        reading.title()
    );
    reading.holds(AUTH_ENFORCED, origin.as_ref(), sentence).parameters.push(("credentials", alternatives));

    let challenge = unauthorised
        .and_then(|response| response.headers.iter().find(|header| header.role == HeaderRole::WwwAuthenticate));
    let sentence = "The 401 says in `WWW-Authenticate` how to authenticate.";
    reading.holds(AUTH_CHALLENGE, challenge.map(|header| &header.origin), sentence);
}

fn no_oracle(reading: &mut Reading<'_>) {
    let Some(hidden) = reading.operation.semantics.hidden else {
        return;
    };
    let sentence = match hidden {
        Hidden::NotFound => "What a caller may not see is answered 404, exactly as if it were absent.",
        Hidden::Forbidden => "What a caller may not see is answered 403, whether it is there or not.",
    };
    let origin = reading.word("hidden");
    reading.holds(AUTH_NO_ORACLE, origin, sentence).parameters.push(("hidden", hidden.as_str().to_owned()));
}
