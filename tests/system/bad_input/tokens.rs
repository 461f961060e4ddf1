//! Credentials that are none.

use super::{Fine, Problem, Victim};
use crate::raw::{Connection, Request};

// Shows: AUTH-ENFORCED, AUTH-CHALLENGE
#[tokio::test]
async fn tokens_that_open_nothing() {
    let mut victim = Victim::new().await;
    let token = victim.service.token.clone();
    let end = if token.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{end}", &token[..token.len() - 1]);
    let fields = [
        String::new(),
        "Authorization:\r\n".to_owned(),
        "Authorization: Token\r\n".to_owned(),
        "Authorization: Token \r\n".to_owned(),
        format!("Authorization: {token}\r\n"),
        format!("Authorization: Token{token}\r\n"),
        format!("Authorization: Bearer {token}\r\n"),
        format!("Authorization: Basic {token}\r\n"),
        "Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n".to_owned(),
        format!("Authorization: Token {forged}\r\n"),
        format!("Authorization: Token {}\r\n", "0".repeat(40)),
        format!("Authorization: Token {}\r\n", &token[..8]),
        format!("Authorization: Token {token}0\r\n"),
        format!("Authorization: Token 0{token}\r\n"),
        format!("Authorization: Token {}\r\n", token.to_uppercase() + "G"),
        format!("Authorization: Token \"{token}\"\r\n"),
        format!("Authorization: Token token={token}\r\n"),
        format!("Authorization: Token {token}, Token {token}\r\n"),
        format!("Authorization: Token {token}\r\nAuthorization: Token {token}\r\n"),
        format!("Authorization: Token {token}\r\nAuthorization: Token {forged}\r\n"),
        format!("Authorization: Token {}\r\n", "a".repeat(50_000)),
        "Authorization: Token ' OR '1'='1\r\n".to_owned(),
        "Authorization: Token ä\r\n".to_owned(),
        format!("Proxy-Authorization: Token {token}\r\n"),
        format!("X-Authorization: Token {token}\r\n"),
        format!("Cookie: token={token}; Authorization=Token {token}\r\n"),
    ];
    for fields in fields {
        for line in ["GET /v1/tags", "PUT /v1/tags/x", "DELETE /v1/tags/x"] {
            let json = "Content-Type: application/json\r\nContent-Length: 2\r\n";
            let request = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{fields}{json}\r\n{{}}");
            let what = format!("{line} {}", fields.trim().chars().take(60).collect::<String>());
            victim.check(&what, request.as_bytes(), Problem(401)).await;
        }
    }
    let query = format!("GET /v1/tags?token={token}&access_token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    victim.check("in the query", query.as_bytes(), Problem(401)).await;
    let read = victim.head("GET /v1/tags/x", "");
    victim.check("none of them was carried out", &read, Problem(404)).await;
    // RFC 9110, section 11.1: the scheme is compared without case.
    let good = format!("GET /v1/tags HTTP/1.1\r\nHost: localhost\r\nAuthorization: tOKEN {token}\r\n\r\n");
    victim.check("a scheme in other letters", good.as_bytes(), Fine(200)).await;
    victim.expect_quiet();
}

/// Who may not enter learns nothing: what is there and what is not are refused alike.
#[tokio::test]
async fn a_forged_token_learns_nothing() {
    let mut victim = Victim::new().await;
    let put = victim.put("{}");
    victim.check("a tag that is there", &put, Fine(201)).await;
    let mut connection = Connection::open(&victim.service).await;
    let mut details = Vec::new();
    for path in ["/tags/x", "/tags/none"] {
        let bytes =
            format!("GET /v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {}\r\n\r\n", "0".repeat(40));
        let exchange = connection.send_bytes(bytes.as_bytes()).await.expect_problem(401);
        details.push((exchange.at("/detail"), exchange.at("/type"), exchange.content.len()));
    }
    assert_eq!(details[0], details[1]);
    connection.send(&Request::new("GET", "/tags/x")).await.expect(200);
    victim.expect_quiet();
}
