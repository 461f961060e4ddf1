//! The crate's README: how it is used, and what the description says that it does not.

use std::collections::BTreeMap;

use methodical_generate::{Package, style};
use methodical_model::Api;

use crate::files::SUFFIX;
use crate::loss::{Loss, Subject};
use crate::lower::Lowered;

/// What is lost of every description.
const ALWAYS: &[&str] = &[
    "Bounds, lengths and patterns are the server's to check, and so are defaults: what is left out is not sent.",
    "An optional list or map that is empty is not sent; one that is absent reads as empty.",
    "A member that may be left out and may be null has two states and not three: `None` is not sent.",
    "An enumeration has the values that the description has; any other fails to decode.",
    "Instants are in UTC: another offset than `Z` is converted, and an instant in a path or a header is text.",
    "An operation has one type for all successes, and one for all failures. A response that has neither, any 3xx \
     among them, is an `Error::UnexpectedResponse`, with the response in it.",
    "Headers of responses are not typed; they stand in `ResponseValue::headers`.",
    "Nothing is retried, and nothing is said of what may be. Credentials are headers of the `reqwest` client.",
    "Each request has a header `api-version`, of which the description knows nothing.",
];

/// The text.
pub(crate) fn readme(api: &Api, package: &Package, lowered: &Lowered) -> String {
    let (name, title) = (package.crate_name(SUFFIX), style::code(&style::title(api)));
    let library = package.library_name(SUFFIX);
    let server = api.servers.iter().map(|server| server.url.as_str()).find(|url| url.starts_with("https://"));
    let server = server.filter(|url| !url.contains(['"', '\\', '{'])).unwrap_or("https://api.example.com");
    let about = style::wrapped(&format!(
        "A client of {title}, written by [progenitor](https://docs.rs/progenitor). `{}` says more of the same API: \
         what happened to a request, and what may be repeated.",
        package.crate_name("client")
    ));
    let tls = style::wrapped(
        "Which TLS the `reqwest` client has is its maker's choice: depend on `reqwest` with the feature `rustls` or \
         `native-tls`. The run-time library, `progenitor-client`, is under the Mozilla Public License 2.0.",
    );
    let always: String = ALWAYS.iter().map(|line| item(line)).collect();
    let license = &package.license;
    format!(
        "<!-- {} -->\n\n# {name}\n\n{about}\n\n```rust,no_run\nuse {library}::Client;\n\n\
         fn client(http: reqwest::Client) -> Client {{\n    Client::new_with_client(\"{server}\", http)\n}}\n```\n\n{tls}\n\n\
         ## What is lost\n\nOf every description:\n\n{always}\n{}{}## Licence\n\n`{license}`\n",
        package.header(),
        of_this(api, lowered, "Of these operations", &operation_name),
        of_this(api, lowered, "Of these types", &type_name),
    )
}

/// The losses of one sort, each subject once.
fn of_this(
    api: &Api,
    lowered: &Lowered,
    heading: &str,
    name: &dyn Fn(&Api, &Lowered, Subject) -> Option<String>,
) -> String {
    let mut subjects: BTreeMap<Subject, Vec<&Loss>> = BTreeMap::new();
    for loss in &lowered.losses {
        subjects.entry(loss.subject).or_default().push(loss);
    }
    let lines = subjects.iter().filter_map(|(subject, losses)| {
        let name = name(api, lowered, *subject)?;
        let mut texts: Vec<String> = losses
            .iter()
            .map(|loss| if loss.whole { format!("left out: {}", loss.text) } else { loss.text.clone() })
            .collect();
        texts.dedup();
        Some(item(&format!("{name}: {}.", texts.join("; "))))
    });
    let lines: String = lines.collect();
    if lines.is_empty() { String::new() } else { format!("{heading}:\n\n{lines}\n") }
}

fn operation_name(api: &Api, lowered: &Lowered, subject: Subject) -> Option<String> {
    let Subject::Operation(id) = subject else { return None };
    let operation = api.operation(id);
    let line = style::code(&format!("{} {}", operation.method.as_str(), operation.path.text));
    let method = lowered.methods.get(&id).map(|method| format!(" (`{method}`)"));
    Some(format!("{line}{}", method.unwrap_or_default()))
}

fn type_name(_: &Api, lowered: &Lowered, subject: Subject) -> Option<String> {
    let Subject::Type(id) = subject else { return None };
    lowered.types.get(id.index()).map(|name| style::code(name))
}

/// An item of a list, in lines of a readable length.
fn item(text: &str) -> String {
    format!("- {}\n", style::wrapped(text).replace('\n', "\n  "))
}
