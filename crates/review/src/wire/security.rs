//! Security: the credentials that sufficed must suffice still. What schemes are called means nothing; how their credentials
//! travel does.

use methodical_model::{Api, OAuthFlow, Operation, ParameterLocation, Requirement, SecurityKind, SecurityScheme};

use super::heard::Fault;
use super::message::Message;
use super::{Pair, Plane};
use crate::schema::Version;
use crate::{Change, ChangeKind, WireLevel, WireVerdict};

/// Which scheme of the one version is which of the other.
pub(super) struct Schemes {
    /// Of each old scheme the new ones that take the same credentials.
    same: Vec<Vec<usize>>,
}

impl Schemes {
    pub(super) fn new(old: &Api, new: &Api) -> Schemes {
        let of_one = |scheme: &SecurityScheme| {
            let takes_same = |other: &&SecurityScheme| {
                travel(scheme) == travel(other)
                    && (scheme.name.wire == other.name.wire || origins(scheme) == origins(other))
            };
            let others = new.security_schemes.iter().enumerate();
            others.filter(|(_, other)| takes_same(other)).map(|(index, _)| index).collect()
        };
        Schemes { same: old.security_schemes.iter().map(of_one).collect() }
    }

    fn is_same(&self, old: usize, new: usize) -> bool {
        self.same.get(old).is_some_and(|same| same.contains(&new))
    }

    /// What became of the schemes themselves.
    pub(super) fn compare(&self, plane: &Plane<'_>) -> Vec<Change> {
        let (old, new) = (&plane.old.security_schemes, &plane.new.security_schemes);
        let mut found = Vec::new();
        for (index, scheme) in old.iter().enumerate() {
            let named = new.iter().find(|other| other.name.wire == scheme.name.wire);
            match (named, self.same[index].first()) {
                (Some(other), _) if travel(scheme) == travel(other) => flows(scheme, other, &mut found),
                // That its credentials travel otherwise is said where they are asked for.
                (Some(_), _) => {}
                (None, Some(_)) => {}
                (None, None) => found.push(scheme_change(ChangeKind::SecuritySchemeRemoved, scheme, "is gone")),
            }
        }
        let is_known = |index: usize, scheme: &SecurityScheme| {
            self.same.iter().any(|same| same.contains(&index))
                || old.iter().any(|other| other.name.wire == scheme.name.wire)
        };
        let come = new.iter().enumerate().filter(|(index, scheme)| !is_known(*index, scheme));
        for (_, scheme) in come {
            let change = scheme_change(ChangeKind::SecuritySchemeAdded, scheme, "is new");
            found.push(Change { old: None, new: change.old, before: None, after: change.before, ..change });
        }
        found
    }
}

/// A scheme by itself asks for nothing: operations do.
fn scheme_change(kind: ChangeKind, scheme: &SecurityScheme, what: &str) -> Change {
    Change {
        subject: format!("security scheme {}", scheme.name.wire),
        old: Some(scheme.origin.clone()),
        before: Some(describe(scheme)),
        wire: Some(WireVerdict::plain(WireLevel::Compatible)),
        ..Change::new(kind, format!("The security scheme `{}` {what}.", scheme.name.wire))
    }
}

/// How credentials travel: equal where a request with those of the one is a request with those of the other.
fn travel(scheme: &SecurityScheme) -> SecurityKind {
    match &scheme.kind {
        SecurityKind::Http { scheme } => SecurityKind::Http { scheme: scheme.to_ascii_lowercase() },
        SecurityKind::ApiKey { location: location @ ParameterLocation::Header, name } => {
            SecurityKind::ApiKey { location: *location, name: name.to_ascii_lowercase() }
        }
        kind @ (SecurityKind::Basic
        | SecurityKind::ApiKey { .. }
        | SecurityKind::OAuth2
        | SecurityKind::OpenIdConnect
        | SecurityKind::MutualTls) => kind.clone(),
    }
}

/// Who gives the credentials out, as far as that is described.
fn origins(scheme: &SecurityScheme) -> Vec<(u8, Option<&str>)> {
    scheme.flows.iter().map(|flow| (flow.kind as u8, flow.token_url.as_deref())).collect()
}

/// `api key in header X-Key`.
fn describe(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SecurityKind::Http { scheme } => format!("HTTP {scheme}"),
        SecurityKind::Basic => "HTTP basic".to_owned(),
        SecurityKind::ApiKey { location, name } => format!("API key in {location:?} {name}")
            .replace("API key in H", "API key in h")
            .replace("in Q", "in q")
            .replace("in C", "in c"),
        SecurityKind::OAuth2 => "OAuth 2".to_owned(),
        SecurityKind::OpenIdConnect => "OpenID Connect".to_owned(),
        SecurityKind::MutualTls => "mutual TLS".to_owned(),
    }
}

/// How tokens are had: nothing on this API's wire, but who gets tokens must be told.
fn flows(old: &SecurityScheme, new: &SecurityScheme, found: &mut Vec<Change>) {
    let mut add = |kind, before: Option<String>, after: Option<String>, message: String, level| {
        found.push(Change {
            subject: format!("security scheme {}", old.name.wire),
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            before,
            after,
            wire: Some(WireVerdict::plain(level)),
            ..Change::new(kind, message)
        });
    };
    for (kind, is_so) in [
        (ChangeKind::SecuritySchemeDeprecated, !old.deprecated && new.deprecated),
        (ChangeKind::SecuritySchemeUndeprecated, old.deprecated && !new.deprecated),
    ] {
        if is_so {
            let message = format!("The security scheme `{}`: {}", old.name.wire, kind.summary());
            add(kind, None, None, message, WireLevel::Compatible);
        }
    }
    if old.bearer_format != new.bearer_format {
        let word = |format: &Option<String>| format.as_ref().map_or("nothing".to_owned(), |word| format!("`{word}`"));
        let (before, after) = (word(&old.bearer_format), word(&new.bearer_format));
        let message =
            format!("What tokens for `{}` look like is told as {after} now, and was as {before}.", old.name.wire);
        add(ChangeKind::TokenFormatChanged, Some(before), Some(after), message, WireLevel::Compatible);
    }
    let (before, after) = (urls(old), urls(new));
    if before != after {
        let message = format!("Tokens for `{}` are had in another way.", old.name.wire);
        add(ChangeKind::OauthFlowChanged, Some(before), Some(after), message, WireLevel::Compatible);
    }
    let (before, after) = (scopes(&old.flows), scopes(&new.flows));
    for scope in after.iter().filter(|scope| !before.contains(scope)) {
        let message = format!("`{}` has the scope `{scope}` now.", old.name.wire);
        add(ChangeKind::OauthScopeAdded, None, Some((*scope).to_owned()), message, WireLevel::Compatible);
    }
    for scope in before.iter().filter(|scope| !after.contains(scope)) {
        let message = format!("`{}` has the scope `{scope}` no longer.", old.name.wire);
        add(ChangeKind::OauthScopeRemoved, Some((*scope).to_owned()), None, message, WireLevel::Compatible);
    }
}

/// All that is said of where tokens are had.
fn urls(scheme: &SecurityScheme) -> String {
    let flow = |flow: &OAuthFlow| {
        let urls = flow.authorization_url.iter().chain(&flow.token_url).chain(&flow.refresh_url).map(String::as_str);
        format!("{:?} {}", flow.kind, urls.collect::<Vec<_>>().join(" ")).trim_end().to_owned()
    };
    scheme.flows.iter().map(flow).chain(scheme.metadata_url.clone()).collect::<Vec<_>>().join("; ")
}

fn scopes(flows: &[OAuthFlow]) -> Vec<&str> {
    let mut scopes: Vec<&str> = flows.iter().flat_map(|flow| &flow.scopes).map(|(name, _)| name.as_str()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Which credentials an operation wants.
pub(super) fn compare(plane: &Plane<'_>, pair: &Pair<'_>, found: &mut Vec<Change>) {
    let (old, new) = (alternatives(pair.old), alternatives(pair.new));
    let is_enough = |one: &[Requirement]| suffices(&plane.schemes, one, Version::Old, (pair.new, Version::New));
    let refused: Vec<&[Requirement]> = old.iter().copied().filter(|one| !is_enough(one)).collect();
    let was_enough = |other: &[Requirement]| suffices(&plane.schemes, other, Version::New, (pair.old, Version::Old));
    let added = new.iter().filter(|other| !was_enough(other));
    if let Some(first) = refused.first() {
        found.push(tightened(plane, pair, &refused, first));
    } else if added.count() > 0 {
        found.push(Change {
            wire: Some(WireVerdict::plain(WireLevel::Compatible)),
            ..change(plane, pair, ChangeKind::SecurityRelaxed, "Other or fewer credentials suffice.")
        });
    }
}

/// Whether credentials that were shown to `spoken` suffice for an operation of a version.
pub(super) fn suffices(
    schemes: &Schemes,
    shown: &[Requirement],
    spoken: Version,
    (operation, version): (&Operation, Version),
) -> bool {
    let is_same = |has: &Requirement, wanted: &Requirement| match (spoken, version) {
        (Version::Old, Version::New) => schemes.is_same(has.scheme, wanted.scheme),
        (Version::New, Version::Old) => schemes.is_same(wanted.scheme, has.scheme),
        (Version::Old, Version::Old) | (Version::New, Version::New) => has.scheme == wanted.scheme,
    };
    alternatives(operation).iter().any(|alternative| {
        alternative.iter().all(|wanted| {
            let mut has = shown.iter().filter(|has| is_same(has, wanted));
            has.any(|has| wanted.scopes.iter().all(|scope| has.scopes.contains(scope)))
        })
    })
}

/// The alternatives of an operation; no credentials are one of them where none are wanted.
fn alternatives(operation: &Operation) -> Vec<&[Requirement]> {
    if operation.security.is_empty() {
        return vec![&[]];
    }
    operation.security.iter().map(Vec::as_slice).collect()
}

fn change(plane: &Plane<'_>, pair: &Pair<'_>, kind: ChangeKind, message: &str) -> Change {
    Change {
        old: pair.old.security_origin.clone(),
        new: pair.new.security_origin.clone(),
        before: Some(written(plane.old, pair.old)),
        after: Some(written(plane.new, pair.new)),
        reach: vec![pair.reach.clone()],
        ..Change::new(kind, message)
    }
}

/// Where the same names are asked for, it is the scheme that changed.
fn tightened(plane: &Plane<'_>, pair: &Pair<'_>, refused: &[&[Requirement]], first: &[Requirement]) -> Change {
    let shown = Message::request(plane.old, pair.old).with_credentials(plane.old, first);
    let broken = |reason: String| {
        let ways = (pair.request(), Version::Old);
        plane.broken(pair, ways, shown.clone(), reason, |fault| *fault == Fault::Credentials)
    };
    if let Some((old, new)) = changed_scheme(plane, pair, first) {
        let message = format!("Credentials for `{}` travel in another way.", old.name.wire);
        return Change {
            subject: format!("security scheme {}", old.name.wire),
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            before: Some(describe(old)),
            after: Some(describe(new)),
            reach: vec![pair.reach.clone()],
            wire: Some(broken("Credentials of the old kind are not looked for.".to_owned())),
            ..Change::new(ChangeKind::SecuritySchemeChanged, message)
        };
    }
    let reason = match first {
        [] => "Requests without credentials are refused.".to_owned(),
        _ if refused.len() == 1 => format!("These credentials sufficed: {}.", alternative(plane.old, first)),
        _ => format!(
            "None of these suffices any more: {}.",
            refused.iter().map(|one| alternative(plane.old, one)).collect::<Vec<_>>().join("; ")
        ),
    };
    let change = change(plane, pair, ChangeKind::SecurityTightened, "Credentials that sufficed no longer do.");
    Change { wire: Some(broken(reason)), ..change }
}

/// A scheme of the same name that takes other credentials, in an alternative that is otherwise the same.
fn changed_scheme<'a>(
    plane: &Plane<'a>,
    pair: &Pair<'_>,
    one: &[Requirement],
) -> Option<(&'a SecurityScheme, &'a SecurityScheme)> {
    let scheme = |api: &'a Api, requirement: &Requirement| api.security_schemes.get(requirement.scheme);
    let same_names = |other: &[Requirement]| {
        other.len() == one.len()
            && other.iter().all(|wanted| {
                let name = scheme(plane.new, wanted).map(|scheme| &scheme.name.wire);
                let mut named = one.iter().filter(|has| scheme(plane.old, has).map(|scheme| &scheme.name.wire) == name);
                named.any(|has| has.scopes == wanted.scopes)
            })
    };
    let other = alternatives(pair.new).into_iter().find(|other| same_names(other))?;
    one.iter().find_map(|has| {
        let old = scheme(plane.old, has)?;
        let mut others = other.iter().filter_map(|wanted| scheme(plane.new, wanted));
        let new = others.find(|new| new.name.wire == old.name.wire && travel(old) != travel(new))?;
        Some((old, new))
    })
}

/// `token (read) + key, or none`.
fn written(api: &Api, operation: &Operation) -> String {
    alternatives(operation).into_iter().map(|one| alternative(api, one)).collect::<Vec<_>>().join(", or ")
}

fn alternative(api: &Api, requirements: &[Requirement]) -> String {
    if requirements.is_empty() {
        return "none".to_owned();
    }
    let requirement = |requirement: &Requirement| {
        let name = api.security_schemes.get(requirement.scheme).map_or("", |scheme| scheme.name.wire.as_str());
        if requirement.scopes.is_empty() {
            name.to_owned()
        } else {
            format!("{name} ({})", requirement.scopes.join(" "))
        }
    };
    requirements.iter().map(requirement).collect::<Vec<_>>().join(" + ")
}
