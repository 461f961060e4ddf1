//! Where a request goes: paths, queries and methods.

use super::{Answer, Fine, Problem, Unreadable, Victim};

// Shows: NO-5XX
#[tokio::test]
async fn paths_that_lead_nowhere() {
    let mut victim = Victim::new().await;
    let put = victim.put("{}");
    victim.check("a tag that is there", &put, Fine(201)).await;
    let long = format!("/v1/tags/{}", "a".repeat(9000));
    let longer = format!("/v1/tags/{}", "a".repeat(100_000));
    let cases = [
        ("//v1/tags/x", Problem(404)),
        ("/v1//tags/x", Problem(404)),
        ("/v1/tags//x", Problem(404)),
        ("/v1/./tags/x", Problem(404)),
        ("/v1/y/../tags/x", Problem(404)),
        ("/v1/tags/x/.", Problem(404)),
        ("/v1/%2e%2e/v1/tags/x", Problem(404)),
        ("/v1/tags/%2e%2e/tags/x", Problem(404)),
        ("/%2e%2e/%2e%2e/etc/passwd", Problem(404)),
        ("/v1%2ftags%2fx", Problem(404)),
        ("/v1/tags%2fx", Problem(404)),
        ("/v1/tags/x%2f", Problem(400)),
        ("/v1/tags/x%5c..%5cy", Problem(400)),
        ("/v1%00/tags/x", Problem(404)),
        ("/v1/tags/%00", Problem(400)),
        ("/v1/tags/x%00", Problem(400)),
        ("/v1/tags/x/", Problem(404)),
        ("/v1/tags/", Problem(404)),
        ("/v1/", Problem(404)),
        ("/v1", Problem(404)),
        ("/V1/tags/x", Problem(404)),
        ("/v1/TAGS/x", Problem(404)),
        ("/v1/tags/X", Problem(404)),
        ("/v1/tags/x;y=z", Problem(400)),
        ("/v1/tags/%", Problem(400)),
        ("/v1/tags/%zz", Problem(400)),
        ("/v1/tags/%ff", Problem(400)),
        ("/v1/tags/%c0%af", Problem(400)),
        ("/v1/tags/ä", Problem(400)),
        ("/v1/stacklets/0x10", Problem(400)),
        ("/v1/stacklets/-1", Problem(400)),
        ("/v1/stacklets/1e3", Problem(400)),
        ("/v1/stacklets/1.0", Problem(400)),
        ("/v1/stacklets/99999999999999999999999999", Problem(400)),
        ("/reference/../v1/tags/x", Problem(404)),
        ("/reference/%2e%2e/Cargo.toml", Problem(404)),
        ("*", Problem(404)),
        (&long, Problem(414)),
        (&longer, Unreadable(431)),
        ("/v1/tags/x y", Unreadable(400)),
        ("v1/tags/x", Unreadable(400)),
        ("", Unreadable(400)),
        // RFC 9110, section 4.2.3: these are all the same.
        ("/v1/t%61gs/%78", Fine(200)),
        // RFC 9112, section 3.2.2: has to be understood.
        ("https://localhost/v1/tags/x", Fine(200)),
    ];
    for (path, answer) in cases {
        let request = victim.head(&format!("GET {path}"), "");
        victim.check(path, &request, answer).await;
    }
    for (what, byte) in [("NUL", 0), ("a bell", 7), ("no UTF-8", 0xff)] {
        let mut request = victim.head("GET /v1/tags/?", "");
        request[13] = byte;
        victim.check(what, &request, Unreadable(400)).await;
    }
    victim.expect_quiet();
}

// Shows: INVALID-REFUSED
#[tokio::test]
async fn queries_that_say_nothing() {
    let mut victim = Victim::new().await;
    let many = format!("page=1{}", "&other=1".repeat(900));
    let long = format!("page={}", "1".repeat(9000));
    let cases = [
        ("page=0", Problem(400)),
        ("page=-1", Problem(400)),
        ("page=+1", Problem(400)),
        ("page=1e3", Problem(400)),
        ("page=one", Problem(400)),
        ("page=", Problem(400)),
        ("page", Problem(400)),
        ("page=1&page=2", Problem(400)),
        ("page=1&page=1", Problem(400)),
        ("page=1&p%61ge=2", Problem(400)),
        ("page=99999999999999999999999", Problem(400)),
        ("page=%00", Problem(400)),
        ("page=%ff", Problem(400)),
        ("page=%", Problem(400)),
        ("per_page=201", Problem(400)),
        (&long, Problem(414)),
        // Names that no parameter has are nobody's mistake: caches and trackers add them.
        ("other=1", Fine(200)),
        ("PAGE=0", Fine(200)),
        (&many, Fine(200)),
        ("", Fine(200)),
        ("&&&=&=", Fine(200)),
        ("page=1000000", Fine(200)),
    ];
    for (query, answer) in cases {
        let request = victim.head(&format!("GET /v1/tags?{query}"), "");
        victim.check(query, &request, answer).await;
    }
    victim.expect_quiet();
}

// Shows: METHOD-UNKNOWN-501, METHOD-NOT-ALLOWED-ALLOW
#[tokio::test]
async fn methods_that_nobody_has() {
    let mut victim = Victim::new().await;
    let long = "A".repeat(1000);
    let cases = [
        ("BREW", Problem(501)),
        ("get", Problem(501)),
        ("PROPFIND", Problem(501)),
        ("PRI", Problem(501)),
        ("M-SEARCH", Problem(501)),
        (&long, Problem(501)),
        ("PATCH", Problem(405)),
        ("TRACE", Problem(405)),
        ("QUERY", Problem(405)),
        ("CONNECT", Problem(405)),
        ("DELETE", Problem(405)),
        ("G@T", Unreadable(400)),
        ("OPTIONS", Fine(204)),
    ];
    for (method, answer) in cases {
        let request = victim.head(&format!("{method} /v1/tags"), "");
        victim.check(method, &request, answer).await;
    }
    let tunnel = victim.head("CONNECT localhost:22", "");
    victim.check("a tunnel", &tunnel, Problem(404)).await;
    let all = victim.head("OPTIONS *", "");
    victim.check("OPTIONS of all", &all, Fine(204)).await;
    victim.expect_quiet();
}

// Shows: METHOD-NO-OVERRIDE
#[tokio::test]
async fn methods_in_disguise() {
    let mut victim = Victim::new().await;
    let put = victim.put("{}");
    victim.check("a tag to be aimed at", &put, Fine(201)).await;
    let names = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method", "_method"];
    for name in names {
        let field = format!("{name}: DELETE\r\n");
        for (line, answer) in [("GET /v1/tags/x", Fine(200)), ("POST /v1/tags/x", Problem(405))] {
            let request = victim.head(line, &field);
            victim.check(&format!("{line} {name}"), &request, answer).await;
        }
        let request = victim.head(&format!("GET /v1/tags/x?{name}=DELETE"), "");
        victim.check(&format!("{name} in the query"), &request, Fine(200)).await;
    }
    for name in ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"] {
        let request = victim.head("GET /v1/tags/none", &format!("{name}: /v1/tags/x\r\n"));
        victim.check(name, &request, Problem(404)).await;
    }
    let read = victim.head("GET /v1/tags/x", "");
    victim.check("it is still there", &read, Answer::Fine(200)).await;
    victim.expect_quiet();
}
