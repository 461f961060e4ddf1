//! The credentials of a request, taken from where the operation's security says they travel. Their values never show.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;
use methodical_wire::style::{self, Query};
use methodical_wire::{ParameterLocation, SecurityScheme};

/// The credentials of a request: a value for each scheme of the first alternative that the request satisfies.
#[derive(Clone, Default)]
pub struct Credentials {
    values: Vec<(&'static SecurityScheme, String)>,
}

impl Credentials {
    /// The value sent for the security scheme of this name: a token, a key, or `user:password` for Basic.
    #[must_use]
    pub fn get(&self, scheme: &str) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(known, _)| known.name() == scheme)?;
        Some(value)
    }

    /// User name and password sent for the security scheme of this name, if that is Basic.
    #[must_use]
    pub fn basic(&self, scheme: &str) -> Option<(&str, &str)> {
        let is_it = |known: &SecurityScheme| matches!(known, SecurityScheme::Basic { name } if *name == scheme);
        let (_, value) = self.values.iter().find(|(known, _)| is_it(known))?;
        // A user name has no colon; a password may (RFC 7617, section 2).
        value.split_once(':')
    }

    /// The schemes of the alternative that the request satisfies: which of them the caller chose to use.
    pub fn schemes(&self) -> impl Iterator<Item = &'static SecurityScheme> {
        self.values.iter().map(|(scheme, _)| *scheme)
    }

    /// The scopes that the operation wants of the token for this scheme.
    #[must_use]
    pub fn scopes(&self, scheme: &str) -> &'static [&'static str] {
        self.schemes().find(|known| known.name() == scheme).map_or(&[], SecurityScheme::scopes)
    }

    /// The value sent for the first scheme: what an API with one scheme asks for.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.values.first().map(|(_, value)| value.as_str())
    }

    /// Takes them from a request. `None`: no alternative is satisfied.
    pub(crate) fn read(alternatives: &'static [&'static [SecurityScheme]], parts: &Parts) -> Option<Self> {
        let read_all = |schemes: &&'static [SecurityScheme]| {
            schemes.iter().map(|scheme| Some((scheme, value_of(scheme, parts)?))).collect::<Option<Vec<_>>>()
        };
        // With `security: [{}, {token: []}]` a token that was sent is to be used.
        let satisfied = alternatives.iter().filter_map(read_all).rev();
        let values = satisfied.max_by_key(Vec::len)?;
        Some(Self { values })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.values.iter().map(|(scheme, _)| (scheme.name(), "***"));
        f.debug_map().entries(schemes).finish()
    }
}

/// No certificate of a client reaches this layer, so that scheme is never satisfied: it fails closed.
fn value_of(scheme: &SecurityScheme, parts: &Parts) -> Option<String> {
    match scheme {
        SecurityScheme::Http { scheme, .. } => authorization(parts, scheme),
        SecurityScheme::Bearer { .. } => authorization(parts, "Bearer"),
        SecurityScheme::Basic { .. } => {
            let decoded = BASE64_STANDARD.decode(authorization(parts, "Basic")?).ok()?;
            String::from_utf8(decoded).ok().filter(|text| text.contains(':'))
        }
        SecurityScheme::ApiKey { location, parameter, .. } => api_key(*location, parameter, parts),
        SecurityScheme::MutualTls { .. } => None,
    }
}

/// What follows the scheme in `Authorization`; schemes are compared without case (RFC 9110, section 11.1). Two fields are
/// ambiguous and count as none.
fn authorization(parts: &Parts, wanted: &str) -> Option<String> {
    let mut fields = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return None;
    };
    let (scheme, value) = field.to_str().ok()?.split_once(' ')?;
    let value = value.trim();
    (scheme.eq_ignore_ascii_case(wanted) && !value.is_empty()).then(|| value.to_owned())
}

fn api_key(location: ParameterLocation, parameter: &str, parts: &Parts) -> Option<String> {
    match location {
        ParameterLocation::Header => {
            let mut fields = parts.headers.get_all(parameter).iter();
            let (Some(field), None) = (fields.next(), fields.next()) else {
                return None;
            };
            field.to_str().ok().map(str::to_owned)
        }
        ParameterLocation::Query => Query::parse(parts.uri.query()?).text(parameter),
        // As it was sent: what cookies hold has no encoding of its own (RFC 6265, section 4.1.1).
        ParameterLocation::Cookie => {
            let fields = parts.headers.get_all(COOKIE).iter().filter_map(|field| field.to_str().ok());
            fields.filter_map(|field| style::cookie(field, parameter)).next().map(str::to_owned)
        }
        ParameterLocation::Path => None,
    }
}

/// The `WWW-Authenticate` values for a 401 (AUTH-CHALLENGE), one a scheme.
pub(crate) fn challenges(alternatives: &'static [&'static [SecurityScheme]], realm: &str) -> Vec<String> {
    let mut challenges = Vec::new();
    for scheme in alternatives.iter().copied().flatten() {
        let name = match scheme {
            SecurityScheme::Http { scheme, .. } => scheme,
            SecurityScheme::Bearer { .. } => "Bearer",
            SecurityScheme::Basic { .. } => "Basic",
            SecurityScheme::ApiKey { .. } => "ApiKey",
            SecurityScheme::MutualTls { .. } => "Mutual",
        };
        // RFC 6750, section 3: which scopes would do.
        let scopes = scheme.scopes().join(" ").replace(['"', '\\'], "");
        let scope = if scopes.is_empty() { String::new() } else { format!(", scope=\"{scopes}\"") };
        let challenge = format!("{name} realm=\"{realm}\"{scope}");
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    if challenges.is_empty() {
        challenges.push(format!("Bearer realm=\"{realm}\""));
    }
    challenges
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const TOKEN: SecurityScheme = SecurityScheme::Http { name: "token", scheme: "Token" };
    const BASIC: SecurityScheme = SecurityScheme::Basic { name: "basic" };
    const MTLS: SecurityScheme = SecurityScheme::MutualTls { name: "mtls" };
    const fn key(location: ParameterLocation) -> SecurityScheme {
        SecurityScheme::ApiKey { name: "key", location, parameter: "k" }
    }
    static SCOPED: [&[SecurityScheme]; 1] = [&[SecurityScheme::Bearer { name: "oauth", scopes: &["read", "write"] }]];
    static OPTIONAL: [&[SecurityScheme]; 2] = [&[], &[TOKEN]];
    static BOTH: [&[SecurityScheme]; 1] = [&[TOKEN, key(ParameterLocation::Query)]];
    static EITHER: [&[SecurityScheme]; 3] = [&[MTLS], &[BASIC], &[key(ParameterLocation::Cookie)]];

    /// The values that are found in a request with this query and these header fields.
    fn check(
        alternatives: &'static [&'static [SecurityScheme]],
        query: &str,
        fields: &[(&str, &str)],
    ) -> Option<Vec<(&'static str, String)>> {
        let mut request = Request::builder().uri(format!("/x?{query}"));
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let values = Credentials::read(alternatives, &parts)?.values;
        Some(values.into_iter().map(|(scheme, value)| (scheme.name(), value)).collect())
    }

    #[test]
    fn every_place_of_credentials_is_read() {
        let one = |name, value: &str| Some(vec![(name, value.to_owned())]);
        let token = ("authorization", "tOKEN  abc");
        assert_eq!(check(&OPTIONAL, "", &[token]), one("token", "abc"));
        assert_eq!(check(&OPTIONAL, "", &[]), Some(vec![]));
        assert_eq!(check(&OPTIONAL, "", &[token, token]), Some(vec![]), "two fields are ambiguous");
        assert_eq!(check(&BOTH, "", &[token]), None);
        let both = vec![("token", "abc".to_owned()), ("key", "a b".to_owned())];
        assert_eq!(check(&BOTH, "x=1&k=a%20b", &[token]), Some(both));
        assert_eq!(check(&EITHER, "", &[("authorization", "Basic YTpiOmM=")]), one("basic", "a:b:c"));
        assert_eq!(check(&EITHER, "", &[("authorization", "Basic ????")]), None);
        assert_eq!(check(&EITHER, "", &[("cookie", "a=b; k=v")]), one("key", "v"));
        assert_eq!(check(&EITHER, "", &[("cookie", "kk=a; k = \"v%41==\"")]), one("key", "v%41=="));
        assert_eq!(check(&EITHER, "", &[]), None);
        assert_eq!(check(&BOTH, "k=1&k=2", &[token]), None, "two keys are ambiguous");
    }

    #[test]
    fn what_an_alternative_wants_and_got_is_told() {
        let request = Request::builder().uri("/").header("authorization", "Basic YTpiOmM=").body(()).unwrap();
        let credentials = Credentials::read(&EITHER, &request.into_parts().0).unwrap();
        assert_eq!(credentials.basic("basic"), Some(("a", "b:c")));
        assert_eq!(credentials.basic("key"), None);
        assert_eq!(credentials.schemes().map(SecurityScheme::name).collect::<Vec<_>>(), ["basic"]);
        let request = Request::builder().uri("/").header("authorization", "Bearer t").body(()).unwrap();
        let credentials = Credentials::read(&SCOPED, &request.into_parts().0).unwrap();
        assert_eq!(credentials.scopes("oauth"), ["read", "write"]);
        assert_eq!(challenges(&SCOPED, "r"), ["Bearer realm=\"r\", scope=\"read write\""]);
    }

    #[test]
    fn values_do_not_show() {
        let values = vec![(&TOKEN, "secret".to_owned())];
        let shown = format!("{:?}", Credentials { values });
        assert_eq!(shown, r#"{"token": "***"}"#);
    }

    #[test]
    fn a_challenge_for_each_scheme() {
        let expected = ["Mutual realm=\"r\"", "Basic realm=\"r\"", "ApiKey realm=\"r\""];
        assert_eq!(challenges(&EITHER, "r"), expected);
        assert_eq!(challenges(&[], "r"), ["Bearer realm=\"r\""]);
    }
}
