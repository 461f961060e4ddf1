//! The interactive API reference: a page for people who would rather look than read, at `/reference/`, outside of the
//! API and open to everybody, since the contract is no secret.
//!
//! It is Swagger UI, which works from its own files alone: it fetches nothing from another host, and the content
//! security policy would not let it. The files are in the program (see `build.rs`). A browser keeps them and asks each
//! time whether they still hold, so that nobody is shown the contract of an older service.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, HOST, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, Response, StatusCode, Version};
use axum::routing::any;
use methodical_server::wire::{Etag, EtagList, Problem};

/// Where the page is.
const HOME: &str = "/reference/";

/// Scripts and styles from here, requests to here, and no frame around it. Swagger UI has some pictures as `data:` URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every answer carries.
const FIELDS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-cache"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, "no-referrer"),
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (VARY, "Accept-Encoding"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// A file of the page, as it is and compressed. Each form has an entity tag of its own.
#[derive(Debug)]
struct File {
    name: &'static str,
    plain: &'static [u8],
    plain_tag: &'static str,
    gzip: &'static [u8],
    gzip_tag: &'static str,
}

static FILES: &[File] = &include!(concat!(env!("OUT_DIR"), "/reference/files.rs"));

/// The page and what belongs to it; to be merged with the API, which answers every other path.
pub(crate) fn router() -> Router {
    let redirect = || any(|request: Request| async move { answer(&request, |_| redirect()) });
    let mut router = Router::new().route("/", redirect()).route("/reference", redirect());
    for file in FILES {
        let path = if file.name == "index.html" { HOME.to_owned() } else { format!("{HOME}{}", file.name) };
        let send = move |request: Request| async move { answer(&request, |headers| send(file, headers)) };
        router = router.route(&path, any(send));
    }
    router
}

/// Answers GET and HEAD (the router takes the content off HEAD's), and refuses as the API would.
fn answer(request: &Request, content: impl FnOnce(&HeaderMap) -> Response<Body>) -> Response<Body> {
    let hosts = request.headers().get_all(HOST).iter().count();
    let mut response = match *request.method() {
        // RFC 9112, section 3.2.
        _ if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) => {
            refuse(400, "The request does not name one `Host`.")
        }
        Method::GET | Method::HEAD => content(request.headers()),
        _ => refuse(405, "This page is only to be read."),
    };
    for (name, value) in FIELDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn redirect() -> Response<Body> {
    let mut response = empty(StatusCode::FOUND);
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(HOME));
    response
}

fn send(file: &'static File, headers: &HeaderMap) -> Response<Body> {
    let compressed = takes_gzip(headers);
    let (content, tag) = if compressed { (file.gzip, file.gzip_tag) } else { (file.plain, file.plain_tag) };
    let mut response = match knows(headers, tag) {
        true => empty(StatusCode::NOT_MODIFIED),
        false => Response::new(Body::from(Bytes::from_static(content))),
    };
    let fields = response.headers_mut();
    // Of 304 too, which is without content: what is not said here axum would say of nothing (RFC 9110, section 8.6).
    fields.insert(CONTENT_LENGTH, content.len().into());
    fields.insert(ETAG, HeaderValue::from_static(tag));
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(file.name)));
    if compressed {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Whether the client has the form with this entity tag. Words that are no entity tags are as good as none.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let fields = headers.get_all(IF_NONE_MATCH).iter().filter_map(|field| field.to_str().ok());
    let known: Vec<&str> = fields.collect();
    match known.join(", ").parse::<EtagList>() {
        Ok(known) => known.matches_weak(tag.parse::<Etag>().ok().as_ref()),
        Err(_) => false,
    }
}

/// Whether gzip is asked for by name, and not by a weight of nothing (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|field| field.to_str().ok());
    fields.flat_map(|field| field.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some(_) | None => "text/plain; charset=utf-8",
    }
}

fn refuse(status: u16, detail: &str) -> Response<Body> {
    let problem = serde_json::to_vec(&Problem::new(status, detail)).unwrap_or_default();
    let mut response = Response::new(Body::from(problem));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == 405 {
        fields.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt as _;

    use super::*;

    /// The status of an answer, its fields except those that all have, and how long its content is.
    async fn check(method: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let response = router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let common = |name: &HeaderName| FIELDS.iter().any(|(common, _)| common == name);
        let mut text = response.status().as_str().to_owned();
        for (name, value) in response.headers().iter().filter(|(name, _)| !common(name)) {
            text += &format!("\n{name}: {}", value.to_str().unwrap());
        }
        let length = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes().len();
        if length == 0 { text } else { text + "\n(content)" }
    }

    fn file(name: &str) -> &'static File {
        FILES.iter().find(|file| file.name == name).unwrap()
    }

    #[tokio::test]
    async fn addresses_that_people_type_lead_to_the_page() {
        let answer = check("GET", "/", &[]).await;
        insta::assert_snapshot!(answer, @r#"
        302
        location: /reference/
        content-length: 0
        "#);
        assert_eq!(check("GET", "/reference", &[]).await, answer);
    }

    #[tokio::test]
    async fn files_are_sent_once() {
        let notice = file("NOTICE.txt");
        assert_ne!(notice.plain_tag, notice.gzip_tag);
        let known = |tag: &'static str| [("if-none-match", tag)];
        let path = "/reference/NOTICE.txt";
        insta::assert_snapshot!(check("GET", path, &[]).await, @r#"
        200
        content-length: 55
        etag: "0d20d1adef18aee3f40dd25817215552"
        content-type: text/plain; charset=utf-8
        (content)
        "#);
        insta::assert_snapshot!(check("HEAD", path, &[]).await, @r#"
        200
        content-length: 55
        etag: "0d20d1adef18aee3f40dd25817215552"
        content-type: text/plain; charset=utf-8
        "#);
        insta::assert_snapshot!(check("GET", path, &known(notice.plain_tag)).await, @r#"
        304
        content-length: 55
        etag: "0d20d1adef18aee3f40dd25817215552"
        content-type: text/plain; charset=utf-8
        "#);
        insta::assert_snapshot!(check("GET", path, &known("*")).await, @r#"
        304
        content-length: 55
        etag: "0d20d1adef18aee3f40dd25817215552"
        content-type: text/plain; charset=utf-8
        "#);
        assert!(check("GET", path, &known(notice.gzip_tag)).await.starts_with("200"));
        assert!(check("GET", path, &known("nonsense")).await.starts_with("200"));
    }

    #[tokio::test]
    async fn gzip_is_sent_to_who_takes_it() {
        let encoded = async |value| check("GET", "/reference/", &[("accept-encoding", value)]).await.contains("gzip");
        for taken in ["gzip", "br, GZIP ;q=0.5", "deflate, gzip;q=1.0"] {
            assert!(encoded(taken).await, "{taken}");
        }
        for refused in ["", "identity", "gzip;q=0", "gzip;q=0.0", "br", "gzip;what"] {
            assert!(!encoded(refused).await, "{refused}");
        }
    }

    #[tokio::test]
    async fn nothing_is_written_and_nothing_else_is_there() {
        insta::assert_snapshot!(check("POST", "/reference/", &[]).await, @r#"
        405
        content-type: application/problem+json
        allow: GET, HEAD
        content-length: 105
        (content)
        "#);
        insta::assert_snapshot!(check("GET", "/reference/", &[("host", "other")]).await, @r#"
        400
        content-type: application/problem+json
        content-length: 106
        (content)
        "#);
        for path in ["/reference/index.html", "/reference/../Cargo.toml", "/reference/x", "/Reference/", "/v1"] {
            assert!(check("GET", path, &[]).await.starts_with("404"), "{path}");
        }
    }

    #[test]
    fn the_description_is_the_one_that_the_server_was_generated_from() {
        assert_eq!(file("openapi.json").plain, stacklets_server::DESCRIPTION.as_bytes());
    }

    /// Apache-2.0, section 4: its text and its notice go with the work.
    #[test]
    fn the_licence_goes_with_it() {
        let text = |name| std::str::from_utf8(file(name).plain).unwrap();
        assert!(text("LICENSE.txt").contains("Apache License"));
        assert!(text("NOTICE.txt").contains("SmartBear"));
        assert!(text("index.html").contains("LICENSE.txt") && text("index.html").contains("NOTICE.txt"));
    }

    /// The page names no other host; the policy would not let it fetch from one anyway.
    #[test]
    fn the_page_names_no_other_host() {
        for name in ["index.html", "reference.css", "reference.js"] {
            let text = std::str::from_utf8(file(name).plain).unwrap();
            assert!(!text.contains("://"), "{name}");
        }
    }
}
