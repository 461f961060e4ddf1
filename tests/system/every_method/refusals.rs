//! What every operation refuses in the same way, tried on every operation of the description that the service was built
//! from: so an operation that is added is tried as well.

use serde_json::{Value, json};

use super::everything;
use crate::curl::{self, Curl};
use crate::exchange::Exchange;
use crate::harness::Service;

/// More than the service reads.
const TOO_MUCH: usize = 2 * 1024 * 1024;

/// An operation with a path and a body that it would take.
struct Operation {
    id: String,
    method: &'static str,
    path: String,
    body: Option<Value>,
    declared: Vec<String>,
}

/// What a reference leads to, or the value itself.
fn resolve<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => description.pointer(reference.trim_start_matches('#')).expect("what the reference names"),
        None => value,
    }
}

impl Operation {
    fn read(description: &Value, path: &str, item: &Value, method: &'static str) -> Option<Operation> {
        // HEAD goes with GET.
        let name = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
        let operation = item.get(&name)?;
        let parameters = [item, operation].into_iter().filter_map(|place| place["parameters"].as_array()).flatten();
        let path =
            parameters.map(|parameter| resolve(description, parameter)).fold(path.to_owned(), |path, parameter| {
                let example = &parameter["example"];
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                path.replace(&format!("{{{}}}", parameter["name"].as_str().expect("a name")), &text)
            });
        assert!(!path.contains('{'), "expected an example for each parameter of {path}");
        let media = &operation["requestBody"]["content"]["application/json"];
        let examples = media["examples"].as_object().and_then(|examples| examples.values().next());
        let body = media.get("example").or_else(|| examples.map(|example| &example["value"])).cloned();
        assert!(media.is_null() || body.is_some(), "expected an example for {method} {path}");
        let declared = operation["responses"].as_object().expect("responses").keys().cloned().collect();
        let id = operation["operationId"].as_str().expect("a name").to_owned();
        Some(Operation { id, method, path, body, declared })
    }

    /// All of them.
    fn all() -> Vec<Operation> {
        let description: Value = serde_json::from_str(stacklets_server::DESCRIPTION).expect("JSON");
        let mut all = Vec::new();
        for (path, item) in description["paths"].as_object().expect("paths") {
            let methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];
            let item = resolve(&description, item);
            all.extend(methods.iter().filter_map(|method| Operation::read(&description, path, item, method)));
        }
        let count = all.iter().filter(|operation| operation.method != "HEAD").count();
        assert!(count >= 98, "expected the whole contract and not {count} operations");
        all
    }

    /// The whole request, so that only what is tried is wrong.
    fn with_body(&self, request: Curl) -> Curl {
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    #[track_caller]
    fn expect(&self, status: u16, exchange: Exchange) -> Exchange {
        assert!(self.declared.contains(&status.to_string()), "expected {} to declare {status}", self.id);
        if self.method == "HEAD" { exchange.expect(status) } else { exchange.expect_problem(status) }
    }
}

/// A service that has something to lose.
fn service() -> Service {
    let service = Service::start();
    let put = |path: &str, body: Value| service.curl("PUT", path).json(&body).send().expect(201);
    put("/tags/backend", json!({}));
    put("/domains/example.com", json!({}));
    put("/ssh_keys/1000000007", json!({ "name": "ada", "public_key": super::KEY }));
    put("/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10", super::load_balancers::body("fra", &[], &[]));
    super::settled(&service, "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10", "/load_balancer/task");
    service
}

// Shows: AUTH-ENFORCED, AUTH-CHALLENGE
#[test]
fn without_a_good_token_no_operation_does_anything() {
    if !curl::is_there("without_a_good_token_no_operation_does_anything") {
        return;
    }
    let service = service();
    let before = everything(&service);
    let mut forged = service.token.clone();
    let last = if forged.pop() == Some('0') { '1' } else { '0' };
    forged.push(last);
    let right = format!("Bearer {}", service.token);
    let wrong = [format!("Token {forged}"), right, "Token".to_owned()];
    for (number, operation) in Operation::all().iter().enumerate() {
        // None on every operation, the others in turn.
        for credential in [None, Some(&wrong[number % wrong.len()])] {
            let mut request = service.curl_without_token(operation.method, &operation.path);
            if let Some(credential) = credential {
                request = request.field("Authorization", credential);
            }
            let refused = operation.expect(401, operation.with_body(request).send());
            assert!(refused.field("WWW-Authenticate").starts_with("Token"), "expected a challenge in\n{refused}");
        }
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}

// Shows: AUTH-ENFORCED
#[test]
fn without_its_scope_no_operation_does_anything() {
    if !curl::is_there("without_its_scope_no_operation_does_anything") {
        return;
    }
    let service = service();
    let before = everything(&service);
    let [reads, writes] = ["read", "write"].map(|scope| {
        let made = service.home().run(&["token", "create", "--scope", scope, "--data", "data"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        made.stdout.trim().to_owned()
    });
    for operation in Operation::all() {
        let is_safe = matches!(operation.method, "GET" | "HEAD");
        let token = if is_safe { &writes } else { &reads };
        let request = service.curl_without_token(operation.method, &operation.path).token(token);
        let refused = operation.expect(403, operation.with_body(request).send());
        if operation.method != "HEAD" {
            refused.expect_at("/type", "https://api.stacklets.example/problems/scope-missing");
        }
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}

// Shows: INVALID-REFUSED, ERROR-DECLARED, FAILED-WRITE-NO-EFFECT
#[test]
fn what_is_no_body_of_an_operation_is_refused() {
    if !curl::is_there("what_is_no_body_of_an_operation_is_refused") {
        return;
    }
    let service = service();
    let before = everything(&service);
    let json = "application/json";
    for operation in Operation::all() {
        let Some(body) = &operation.body else { continue };
        let send = |media_type: &str, content: Vec<u8>| {
            service.curl(operation.method, &operation.path).content(media_type, content).send()
        };
        operation.expect(415, send("text/plain", body.to_string().into_bytes()));
        operation.expect(400, send(json, b"{\"name\":".to_vec()));
        operation.expect(422, send(json, b"[]".to_vec()));
        operation.expect(422, send(json, b"{\"no-such-member\":1}".to_vec()));
        operation.expect(413, send(json, vec![b' '; TOO_MUCH]));
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}
