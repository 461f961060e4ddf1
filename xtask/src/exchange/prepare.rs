//! What is tried of one description: the cases, and the program that plays them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use methodical::pipeline::{self, Contract};
use methodical_document::Inputs;
use methodical_fidelity::random::Random;
use methodical_generate::exchange::{Exchange, Played, PlayedResponse, exchange};
use methodical_model::{
    Api, Content, Direction, MediaType, Operation, OperationId, Parameter, ParameterLocation, ParameterStyle,
    ResponseHeader, Status,
};
use serde_json::{Map, Value, json};

use super::values::Values;
use super::{other, sayable};
use crate::corpus::generate::{CRATES, Generator, PROGENITOR};
use crate::corpus::manifest::Entry;
use crate::fidelity::keep;

/// What is tried of one description.
pub(super) struct Calls {
    pub(super) cases: Vec<Drawn>,
    /// How many operations the program calls, of how many.
    pub(super) operations: (usize, usize),
    /// How many of them progenitor's client calls too.
    pub(super) others: usize,
    /// Responses that no handler can answer, and parameters and bodies without values, by the reason.
    pub(super) left_out: BTreeMap<String, u64>,
}

/// A case, and what it tries.
pub(super) struct Drawn {
    pub(super) case: Value,
    /// Such as `query form explode`, `body json`, `status 200`.
    pub(super) covers: BTreeSet<String>,
}

/// Where the parts of the repository are that programs need.
pub(super) struct Sources {
    pub(super) harness: PathBuf,
    pub(super) runtimes: PathBuf,
}

/// How much is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Much {
    pub(super) seed: u64,
    /// Operations; 0 for all.
    pub(super) operations: usize,
    /// Calls of an operation.
    pub(super) calls: usize,
}

/// Draws the cases of one description and writes its program. Its crates have been generated.
///
/// # Errors
///
/// It cannot be read any more, or nothing can be written.
pub(super) fn description(
    generator: &Generator,
    entry: &Entry,
    much: Much,
    deadline: Instant,
    sources: &Sources,
) -> anyhow::Result<(BTreeMap<String, PathBuf>, Calls)> {
    let inputs = Inputs { root: entry.root.clone(), ..Inputs::of(&entry.path) };
    let contract = pipeline::read_from(&inputs).contract.with_context(|| format!("{} cannot be read", entry.name))?;
    let api = &contract.api;
    let package = package(&format!("corpus-{}", entry.slug));
    let chosen = sample(api, much.operations, &mut Random::of(much.seed, 0));
    let output = generator.output(entry);
    let client = generator.folder(entry, PROGENITOR).join("src/client.rs");
    let client = fs::read_to_string(client).ok().filter(|_| generator.crates.contains(&PROGENITOR));
    let mut exchange = exchange(api, &package, client.is_some(), |operation| chosen.contains(&operation));
    let program = output.join(format!("exchange-{}", entry.slug));
    let mut folders: BTreeMap<String, PathBuf> =
        CRATES.iter().map(|kind| ((*kind).to_owned(), generator.folder(entry, kind))).collect();
    folders.insert("program".to_owned(), program.clone());
    if client.is_some() {
        folders.insert(PROGENITOR.to_owned(), generator.folder(entry, PROGENITOR));
    }
    let mut drawing = Drawing::new(&contract, much, deadline);
    let cases = drawing.all(&exchange.operations, client.is_some());
    let mut left_out = drawing.left_out;
    let mut others = 0;
    if let Some(client) = &client {
        let library = format!("corpus-{}-{PROGENITOR}", entry.slug).replace('-', "_");
        let (module, count) = other::module(api, &exchange.operations, client, &library, &mut left_out)?;
        exchange.files.insert("src/other.rs", module);
        others = count;
    }
    write(&program, &entry.slug, &exchange, client.is_some(), sources)?;
    let values: Vec<&Value> = cases.iter().map(|drawn| &drawn.case).collect();
    keep(&program.join("cases.json"), &serde_json::to_string(&values)?)?;
    let operations = (exchange.operations.len(), api.operations.len());
    Ok((folders, Calls { cases, operations, others, left_out }))
}

fn package(prefix: &str) -> methodical_generate::Package {
    methodical_generate::Package {
        prefix: prefix.to_owned(),
        version: "0.1.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: Vec::new(),
        repository: None,
        authors: Vec::new(),
        rust_version: "1.95".to_owned(),
        keywords: Vec::new(),
        runtime: methodical_generate::RuntimeSource { version: "0.1.0".to_owned(), path: None, registry: None },
        source: String::new(),
        command: String::new(),
    }
}

/// Operations by chance, so many of them: from as few tags as a tag gives a third of them, since each costs its types and handlers.
fn sample(api: &Api, most: usize, random: &mut Random) -> BTreeSet<OperationId> {
    let mut by_tag: BTreeMap<usize, Vec<OperationId>> = BTreeMap::new();
    for (id, operation) in api.operations_with_ids() {
        by_tag.entry(operation.tag.index()).or_default().push(id);
    }
    if most == 0 {
        return by_tag.into_values().flatten().collect();
    }
    let mut tags: Vec<Vec<OperationId>> = by_tag.into_values().collect();
    let mut chosen = BTreeSet::new();
    let mut rest = Vec::new();
    while chosen.len() < most && !tags.is_empty() {
        let mut ids = tags.swap_remove(random.below(tags.len()));
        for _ in 0..most.div_ceil(3).min(most - chosen.len()).min(ids.len()) {
            chosen.insert(ids.swap_remove(random.below(ids.len())));
        }
        rest.extend(ids);
    }
    chosen.extend(rest.into_iter().take(most - chosen.len()));
    chosen
}

fn write(folder: &Path, slug: &str, exchange: &Exchange, has_other: bool, sources: &Sources) -> anyhow::Result<()> {
    let features = match &exchange.features {
        Some(names) => format!(", default-features = false, features = {:?}", names.iter().collect::<Vec<_>>()),
        None => String::new(),
    };
    let generated = ["types", "client", "server"]
        .map(|kind| format!("corpus-{slug}-{kind} = {{ path = \"../corpus-{slug}-{kind}\"{features} }}\n"));
    let other = format!("corpus-{slug}-{PROGENITOR} = {{ path = \"../corpus-{slug}-{PROGENITOR}\" }}\n");
    let other = if has_other { other } else { String::new() };
    let path = |path: &Path| Value::from(path.display().to_string());
    let runtimes = ["client", "server"]
        .map(|kind| format!("methodical-{kind} = {{ path = {} }}\n", path(&sources.runtimes.join(kind))));
    let manifest = format!(
        "[package]\nname = \"exchange-{slug}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{}{other}{}\
         methodical-exchange = {{ path = {} }}\nserde_json = \"1\"\n",
        generated.concat(),
        runtimes.concat(),
        path(&sources.harness),
    );
    fs::create_dir_all(folder.join("src"))?;
    keep(&folder.join("Cargo.toml"), &manifest)?;
    for (name, text) in exchange.files.iter() {
        keep(&folder.join(name), text)?;
    }
    Ok(())
}

/// Draws cases.
struct Drawing<'c> {
    contract: &'c Contract,
    much: Much,
    deadline: Instant,
    left_out: BTreeMap<String, u64>,
}

impl<'c> Drawing<'c> {
    fn new(contract: &'c Contract, much: Much, deadline: Instant) -> Drawing<'c> {
        Drawing { contract, much, deadline, left_out: BTreeMap::new() }
    }

    fn all(&mut self, operations: &[Played], is_pruned: bool) -> Vec<Drawn> {
        let api = &self.contract.api;
        let chosen = operations.iter().map(|played| api.operation(played.operation));
        let values = Values::new(&self.contract.bundle, chosen, self.much.seed, is_pruned, self.deadline);
        let Ok(mut values) = values else {
            self.leave_out("the judge does not understand the schemas");
            return Vec::new();
        };
        let mut cases = Vec::new();
        for played in operations {
            match Instant::now() < self.deadline {
                true => cases.extend(self.of(played, &mut values)),
                false => self.leave_out("an operation that there was no time to draw for"),
            }
        }
        cases
    }

    fn of(&mut self, played: &Played, values: &mut Values) -> Vec<Drawn> {
        let operation = self.contract.api.operation(played.operation);
        let undriven = operation.responses.len() - played.responses.len();
        for _ in 0..undriven {
            self.leave_out("a response that no handler chooses");
        }
        if played.responses.is_empty() {
            self.leave_out("an operation that no handler can answer");
            return Vec::new();
        }
        let request_contents = operation.body.as_ref().map_or(0, |body| body.contents.len());
        let answers: Vec<(PlayedResponse, usize)> = played
            .responses
            .iter()
            .flat_map(|response| {
                let contents = operation.responses[response.response].contents.len();
                (0..contents.max(1)).map(|content| (*response, content))
            })
            .collect();
        let turns = self.much.calls.max(answers.len()).max(request_contents).min(4 * self.much.calls);
        (0..turns).filter_map(|turn| self.one(operation, played, &answers, turn, values)).collect()
    }

    fn one(
        &mut self,
        operation: &Operation,
        played: &Played,
        answers: &[(PlayedResponse, usize)],
        turn: usize,
        values: &mut Values,
    ) -> Option<Drawn> {
        let api = &self.contract.api;
        let mut covers = BTreeSet::new();
        let sparse = turn % 3 == 1;
        let mut arguments = Map::new();
        for (parameter, member) in operation.parameters.iter().zip(&played.arguments) {
            let Some(member) = member else { continue };
            // A default is filled in by the server, so that it hears what was not said.
            let may_lack = !parameter.required && parameter.schema.default.is_none();
            if sparse && may_lack {
                continue;
            }
            let drawn = values.draw(&parameter.schema, Direction::Request);
            let sayable = |value: &&Value| sayable::is_said(value) && sayable::is_heard(api, &parameter.schema, value);
            let drawn: Vec<&Value> = drawn.iter().filter(sayable).collect();
            let plain: Vec<&Value> =
                drawn.iter().filter(|value| sayable::is_sent(parameter.location, value)).copied().collect();
            let drawn = if plain.is_empty() { drawn } else { plain };
            match drawn.get(turn % drawn.len().max(1)) {
                Some(value) => {
                    covers.insert(described(parameter));
                    let mut value = (*value).clone();
                    if parameter.style != ParameterStyle::Json {
                        sayable::write_texts(api, &parameter.schema, &mut value);
                    }
                    arguments.insert(member.clone(), value);
                }
                None if may_lack => {}
                None => {
                    self.leave_out("a parameter without a value");
                    return None;
                }
            }
        }
        let body = operation.body.as_ref().filter(|body| !body.contents.is_empty() && (body.required || !sparse));
        let body = match body {
            None => None,
            Some(body) => {
                let position = turn % body.contents.len();
                let content = &body.contents[position];
                covers.insert(format!("body {}", kind(content)));
                let Some(value) = values.content(api, content, Direction::Request, turn) else {
                    self.leave_out("a body without a value");
                    return None;
                };
                Some(json!({ "content": position, "value": value }))
            }
        };
        let (response, content) = answers[turn % answers.len()];
        let answer = self.answer(operation, response, content, turn, &mut covers, values)?;
        let mut case = json!({ "operation": operation.name.wire, "arguments": arguments, "answer": answer });
        case["body"] = body.unwrap_or_default();
        Some(Drawn { case, covers })
    }

    #[allow(clippy::too_many_arguments, reason = "each is another thing that the answer depends on")]
    fn answer(
        &mut self,
        operation: &Operation,
        played: PlayedResponse,
        content: usize,
        turn: usize,
        covers: &mut BTreeSet<String>,
        values: &mut Values,
    ) -> Option<Value> {
        let response = &operation.responses[played.response];
        let mut answer = json!({ "response": played.response, "status": played.status });
        covers.insert(match response.status {
            Status::Code(_) => format!("status {}", played.status),
            Status::Range(class) => format!("status {class}XX"),
            Status::Default => "status default".to_owned(),
        });
        if played.is_refusal {
            return Some(answer);
        }
        let whose = if played.status >= 400 { "error" } else { "answer" };
        if let Some(content) = response.contents.get(content) {
            covers.insert(format!("{whose} {}", kind(content)));
            let Some(value) = values.content(&self.contract.api, content, Direction::Response, turn) else {
                self.leave_out("an answer without a value");
                return None;
            };
            let position = response.contents.iter().position(|other| std::ptr::eq(other, content));
            answer["body"] = json!({ "content": position, "value": value });
        }
        let mut headers = Map::new();
        // A server says by itself when to come again, where the handler does not.
        let comes_anyway = |header: &ResponseHeader| {
            matches!(played.status, 429 | 503) && header.name.wire.eq_ignore_ascii_case("Retry-After")
        };
        let sent = |header: &&ResponseHeader| header.required || turn % 3 != 1 || comes_anyway(header);
        for header in response.headers.iter().filter(sent) {
            match values.header(&self.contract.api, response, header, turn) {
                Some(value) => {
                    covers.insert(format!("{whose}'s header field"));
                    let member = header.name.snake.strip_prefix("r#").unwrap_or(&header.name.snake);
                    headers.insert(member.to_owned(), value);
                }
                None if header.required => {
                    self.leave_out("an answer whose header field has no value");
                    return None;
                }
                None => {}
            }
        }
        answer["headers"] = Value::Object(headers);
        Some(answer)
    }

    fn leave_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }
}

fn described(parameter: &Parameter) -> String {
    let location = match parameter.location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    };
    let style = match parameter.style {
        ParameterStyle::Simple => "simple",
        ParameterStyle::Label => "label",
        ParameterStyle::Matrix => "matrix",
        ParameterStyle::Form => "form",
        ParameterStyle::SpaceDelimited => "spaceDelimited",
        ParameterStyle::PipeDelimited => "pipeDelimited",
        ParameterStyle::DeepObject => "deepObject",
        ParameterStyle::Cookie => "cookie",
        ParameterStyle::Json => "content",
    };
    format!("{location} {style}{}", if parameter.explode { " explode" } else { "" })
}

fn kind(content: &Content) -> &'static str {
    match content.kind {
        MediaType::Json => "json",
        MediaType::Problem => "problem",
        MediaType::Form => "form",
        MediaType::Multipart => "multipart",
        MediaType::Text => "text",
        MediaType::Binary => "binary",
        MediaType::Events | MediaType::TextEvents | MediaType::Lines | MediaType::Sequence => "stream",
    }
}
