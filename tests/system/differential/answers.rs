//! What comes back: the real service over TLS, and what each client makes of its answer, as JSON again.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use stacklets_client::runtime::{BaseUrl, Find, Put, Token};
use stacklets_client::{ListRegionsQuery, ListSizesQuery, ListStackletsQuery, ListTagsQuery, ListTasksQuery};

use super::bodies::body;
use crate::harness::{PREFIX, Service};

fn clients(service: &Service) -> (stacklets_client::Client, stacklets_client_progenitor::Client) {
    let url = format!("https://localhost:{}{PREFIX}", service.address.port());
    let certificate = std::fs::read(service.home().certificate()).expect("a certificate");
    let builder = stacklets_client::Client::builder(BaseUrl::https(&url).expect("an https URL"));
    let builder = builder.credential("token", Token::new(&service.token)).root_certificates_pem(certificate.clone());
    let native = builder.only_own_roots().build().expect("a client");

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&certificate).expect("PEM")).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.expect("versions that ring has").with_root_certificates(roots).with_no_client_auth();
    let token = HeaderValue::from_str(&format!("Token {}", service.token)).expect("a token that a header can carry");
    let http = reqwest::Client::builder().tls_backend_preconfigured(tls);
    let http = http.default_headers(HeaderMap::from_iter([(AUTHORIZATION, token)])).build().expect("a client");
    let progenitor = stacklets_client_progenitor::Client::new_with_client(&url, http);
    (stacklets_client::Client::from_runtime(native), progenitor)
}

fn json(value: impl serde::Serialize) -> Value {
    same_times(serde_json::to_value(value).expect("it came as JSON"))
}

/// The type that progenitor has for times writes fractions of a second in groups of three digits: `12.817690Z` for `12.81769Z`.
fn same_times(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(match text.split_once('.') {
            Some((seconds, fraction)) if seconds.contains('T') && fraction.ends_with('Z') => {
                format!("{seconds}.{}Z", fraction.trim_end_matches('Z').trim_end_matches('0'))
            }
            Some(_) | None => text,
        }),
        Value::Array(items) => items.into_iter().map(same_times).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, same_times(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

#[tokio::test]
async fn both_clients_make_the_same_of_an_answer() {
    let service = Service::start();
    let (native, progenitor) = clients(&service);

    let Ok(Put::Created { value: created, .. }) = native.put_tag("blue", &body("TagCreated")).await else {
        panic!("expected Created")
    };
    let replaced = progenitor.put_tag("blue", None, None, &body("TagCreated")).await.expect("a PUT that replaces");
    assert_eq!((replaced.status().as_u16(), json(replaced.into_inner())), (200, json(created)));

    let Ok(Find::Found { value, .. }) = native.get_tag("blue").await else { panic!("expected Found") };
    let other = progenitor.get_tag("blue", None).await.expect("a GET");
    assert_eq!(json(other.into_inner()), json(value));

    let Ok(Find::NotFound(problem, _)) = native.get_tag("red").await else { panic!("expected NotFound") };
    let refused = progenitor.get_tag("red", None).await.expect_err("there is none");
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(problem.status));

    let profile = native.get_profile().await.expect("a GET").value;
    let same = progenitor.get_profile(None).await.expect("a GET").into_inner();
    assert_eq!(json(same), json(profile));
}

/// Lists, which the service has from its beginning, or of what the first test has put there.
#[tokio::test]
async fn both_clients_make_the_same_of_lists() {
    let service = Service::start();
    let (native, progenitor) = clients(&service);
    let put = native.put_tag("blue", &body("TagCreated")).await.expect("a PUT");
    assert!(matches!(put, Put::Created { .. }), "{put:?}");
    macro_rules! same {
        ($list:ident($query:expr), ($($other:expr),*)) => {{
            let one = native.$list($query).await.expect("a GET").value;
            let other = progenitor.$list($($other),*).await.expect("a GET").into_inner();
            assert_eq!(json(other), json(one), "{}", stringify!($list));
        }};
    }
    same!(list_tags(ListTagsQuery::default()), (None, None, None, None, None));
    same!(list_sizes(ListSizesQuery::default()), (None, None));
    same!(list_regions(ListRegionsQuery::default()), (None, None));
    same!(list_tasks(ListTasksQuery::default()), (None, None, None, None, None));
    same!(list_stacklets(ListStackletsQuery::default()), (None, None, None, None, None, None, None, None, None, None));
}
