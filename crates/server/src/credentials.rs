//! The credentials of a request, taken from where the operation's security says they travel. Their values never show.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;
use methodical_wire::{ParameterLocation, SecurityScheme};
use percent_encoding::percent_decode_str;

/// The credentials of a request: a value for each scheme of the first alternative that the request satisfies.
#[derive(Clone, Default)]
pub struct Credentials {
    values: Vec<(&'static str, String)>,
}

impl Credentials {
    /// The value sent for the security scheme of this name: a token, a key, or `user:password` for Basic.
    #[must_use]
    pub fn get(&self, scheme: &str) -> Option<&str> {
        let (_, value) = self.values.iter().find(|(name, _)| *name == scheme)?;
        Some(value)
    }

    /// The value sent for the first scheme: what an API with one scheme asks for.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.values.first().map(|(_, value)| value.as_str())
    }

    /// Takes them from a request. `None`: no alternative is satisfied.
    pub(crate) fn read(alternatives: &'static [&'static [SecurityScheme]], parts: &Parts) -> Option<Self> {
        let read_all = |schemes: &&'static [SecurityScheme]| {
            schemes.iter().map(|scheme| Some((scheme.name(), value_of(scheme, parts)?))).collect::<Option<Vec<_>>>()
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
        let schemes = self.values.iter().map(|(name, _)| (name, "***"));
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
            let field = parts.headers.get(parameter)?;
            field.to_str().ok().map(str::to_owned)
        }
        ParameterLocation::Query => pairs(parts.uri.query()?, '&', parameter),
        ParameterLocation::Cookie => {
            let fields = parts.headers.get_all(COOKIE).iter();
            fields.filter_map(|field| field.to_str().ok()).find_map(|field| pairs(field, ';', parameter))
        }
        ParameterLocation::Path => None,
    }
}

fn pairs(text: &str, separator: char, wanted: &str) -> Option<String> {
    text.split(separator)
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .and_then(|(_, value)| percent_decode_str(value).decode_utf8().ok())
        .map(|value| value.into_owned())
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
        let challenge = format!("{name} realm=\"{realm}\"");
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
        Credentials::read(alternatives, &parts).map(|credentials| credentials.values)
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
        assert_eq!(check(&EITHER, "", &[]), None);
    }

    #[test]
    fn values_do_not_show() {
        let values = vec![("token", "secret".to_owned())];
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
