//! What an operation's docs say after its description: method and path, promises in sentences, declared errors.

use std::collections::BTreeMap;

use methodical_model::{Api, Held, Operation, Outcome, Promise, Response, RuleId, Status};

use crate::docs::{Text, code, first_line, markdown, wrapped};

/// The rules that every operation of an API keeps. What they mean stands once, in the crate's README; an operation's
/// docs only name them, so that what is its own can be seen.
pub(crate) fn common(api: &Api) -> Vec<RuleId> {
    let [first, others @ ..] = api.operations.as_slice() else {
        return Vec::new();
    };
    let keeps = |operation: &Operation, rule| operation.promises.iter().any(|promise| promise.rule == rule);
    let rules = first.promises.iter().map(|promise| promise.rule);
    let shared = rules.filter(|rule| others.iter().all(|operation| keeps(operation, *rule)));
    // Of a single operation everything would be shared.
    if others.is_empty() { Vec::new() } else { shared.collect() }
}

/// The rules that many operations keep: all of them, or all of a method.
#[derive(Debug, Default)]
pub(crate) struct Common {
    all: Vec<RuleId>,
    by_method: Vec<(String, Vec<RuleId>)>,
}

impl Common {
    pub(crate) fn of(api: &Api) -> Common {
        let all = common(api);
        let mut by_method: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
        for operation in &api.operations {
            by_method.entry(operation.method.as_str()).or_default().push(operation);
        }
        let by_method =
            by_method.into_iter().map(|(method, operations)| (method.to_owned(), of_method(&operations, &all)));
        Common { by_method: by_method.filter(|(_, rules)| !rules.is_empty()).collect(), all }
    }

    fn of_method(&self, operation: &Operation) -> &[RuleId] {
        let method = operation.method.as_str();
        self.by_method.iter().find(|(name, _)| name == method).map_or(&[], |(_, rules)| rules)
    }

    fn has(&self, operation: &Operation, rule: RuleId) -> bool {
        self.all.contains(&rule) || self.of_method(operation).contains(&rule)
    }

    /// Where to read what an operation promises beside its own.
    fn pointer(&self, operation: &Operation) -> Option<String> {
        let link = |what: &str, anchor: &str| format!("[{what}](crate#every-{anchor})");
        let all = (!self.all.is_empty()).then(|| link("every operation", "operation"));
        let method = operation.method.as_str();
        let of_method =
            (!self.of_method(operation).is_empty()).then(|| link(&format!("every {method}"), &method.to_lowercase()));
        let told: Vec<String> = all.into_iter().chain(of_method).collect();
        (!told.is_empty()).then(|| format!("What {} promises.", told.join(" and ")))
    }

    /// What they mean, as sections of a README.
    pub(crate) fn sections(&self) -> String {
        let all = ("operation", &self.all);
        let sections =
            std::iter::once(all).chain(self.by_method.iter().map(|(method, rules)| (method.as_str(), rules)));
        let sections = sections.filter(|(_, rules)| !rules.is_empty()).map(|(of, rules)| {
            let lines = rules.iter().filter_map(|rule| Some(format!("- `{rule}`: {}.\n", rule.rule()?.title)));
            format!("## Every {of}\n\nWhat every {of} promises:\n\n{}\n", lines.collect::<String>())
        });
        sections.collect()
    }
}

/// The rules of which these operations, all of one method, say the same but for where they are.
fn of_method(operations: &[&Operation], of_all: &[RuleId]) -> Vec<RuleId> {
    let [first, others @ ..] = operations else { return Vec::new() };
    let says = |operation: &Operation, rule: RuleId| {
        let promise = operation.promises.iter().find(|promise| promise.rule == rule)?;
        Some(promise.sentence.replace(operation.path.text.as_str(), "\0"))
    };
    let rules = first.promises.iter().map(|promise| promise.rule).filter(|rule| !of_all.contains(rule));
    let shared = rules.filter(|rule| {
        let wanted = says(first, *rule);
        others.iter().all(|operation| says(operation, *rule) == wanted)
    });
    if others.is_empty() { Vec::new() } else { shared.collect() }
}

/// The docs of an operation as a client calls it, with what is to say of the call. What `is_told` elsewhere is no error here.
pub(crate) fn client_docs(
    operation: &Operation,
    common: &Common,
    usage: &[String],
    is_told: impl Fn(&Response) -> bool,
) -> Text {
    let is_refusal = |response: &Response| !is_absence(operation, response) && !is_told(response);
    let text = usage.iter().fold(description(operation), |text, sentence| text.and(wrapped(sentence)));
    with_promises(text, operation, common, promise, is_refusal)
}

/// The docs of an operation as a server implements it: each promise with how it is held.
pub(crate) fn server_docs(operation: &Operation, common: &Common) -> Text {
    let sentence = |one: &Promise| format!("{} ({})", promise(one), held(one.held));
    with_promises(operation_docs(operation), operation, common, sentence, |_| true)
}

/// Whether a client's call comes to this response as an outcome, not as an error: 404 of what may be absent.
pub(crate) fn is_absence(operation: &Operation, response: &Response) -> bool {
    response.status == Status::Code(404) && may_be_absent(operation)
}

/// Whether the outcome of a call says that there was nothing.
pub(crate) fn may_be_absent(operation: &Operation) -> bool {
    matches!(operation.outcome, Outcome::Find | Outcome::Delete)
}

fn with_promises(
    text: Text,
    operation: &Operation,
    common: &Common,
    sentence: impl Fn(&Promise) -> String,
    refuses: impl Fn(&Response) -> bool,
) -> Text {
    let own = operation.promises.iter().filter(|promise| !common.has(operation, promise.rule));
    let mut promises: Vec<String> = own.map(sentence).collect();
    promises.extend(common.pointer(operation));
    text.section("Promises", &promises).section("Errors", &errors(operation, refuses))
}

/// `PUT /tags/{name}` as a code span.
pub(crate) fn request_line(operation: &Operation) -> String {
    code(&format!("{} {}", operation.method.as_str(), operation.path.text))
}

/// Whether a response is an error's; `default` is one where successes are declared beside it.
pub(crate) fn is_error(operation: &Operation, response: &Response) -> bool {
    match response.status {
        Status::Code(code) => code >= 400,
        Status::Range(class) => class >= 4,
        Status::Default => operation.responses.iter().any(|other| is_answer(other.status)),
    }
}

fn is_answer(status: Status) -> bool {
    match status {
        Status::Code(code) => (200..400).contains(&code),
        Status::Range(class) => class == 2 || class == 3,
        Status::Default => false,
    }
}

fn operation_docs(operation: &Operation) -> Text {
    description(operation).and(request_line(operation))
}

fn description(operation: &Operation) -> Text {
    Text::of(&operation.docs, &format!("The operation {}.", code(&operation.name.wire)))
}

fn promise(promise: &Promise) -> String {
    let sentence = markdown(&promise.sentence);
    format!("`{}`: {}", promise.rule, sentence.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn held(held: Held) -> &'static str {
    match held {
        Held::ByType => "held by type",
        Held::AtRunTime => "held at run time",
        Held::ByProofOnly => "held by proof only: yours to keep",
    }
}

fn errors(operation: &Operation, refuses: impl Fn(&Response) -> bool) -> Vec<String> {
    let errors = operation.responses.iter().filter(|response| is_error(operation, response));
    errors
        .filter(|response| refuses(response))
        .map(|response| {
            let status = crate::status::text(response.status);
            let description = response.docs.description.as_deref().or(response.docs.summary.as_deref());
            let description = description.map(first_line).unwrap_or_default();
            if description.is_empty() { format!("{status}.") } else { format!("{status}: {description}") }
        })
        .collect()
}
