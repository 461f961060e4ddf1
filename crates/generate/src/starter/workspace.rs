//! The workspace: its manifest, what version control leaves out, and what to do next.

use methodical_model::Api;

use super::{ADDRESS, FOLDER, Starter, TOKEN, title};
use crate::{Files, Package};

pub(super) fn insert(files: &mut Files, api: &Api, package: &Package, starter: &Starter) {
    let prefix = &package.prefix;
    let members = [(starter.client, "example"), (starter.server, "service")];
    let members: String =
        members.iter().filter(|(wanted, _)| *wanted).map(|(_, kind)| format!(", \"{prefix}-{kind}\"")).collect();
    let manifest = format!(
        "# This file is yours: it was written once, and no run of `methodical generate` touches it.\n\n[workspace]\n\
         resolver = \"3\"\nmembers = [\"{}/*\"{members}]\n",
        starter.output
    );
    files.insert("Cargo.toml", manifest);
    files.insert(".gitignore", format!("/target\n/{FOLDER}\n"));
    files.insert("README.md", readme(api, package, starter));
}

fn readme(api: &Api, package: &Package, starter: &Starter) -> String {
    let (prefix, output, title) = (&package.prefix, &starter.output, title(api));
    let mut text = format!(
        "# {title} in Rust\n\nMade by Methodical from `{description}`.\n\n| folder | holds | whose |\n|---|---|---|\n\
         | `{output}/` | types, client and server | generated: `methodical generate` writes them anew |\n",
        description = starter.description,
    );
    if starter.client {
        text.push_str(&format!("| `{prefix}-example/` | a program that makes a first call | yours |\n"));
    }
    if starter.server {
        text.push_str(&format!(
            "| `{prefix}-service/` | a server with every operation still to be written | yours |\n"
        ));
    }
    text.push_str(
        "\nWhat is yours was written once, and is never overwritten. When the description has changed, run `methodical \
         generate` here: the compiler then tells what your code has to follow.\n",
    );
    if starter.server {
        text.push_str(&format!(
            "\n## The server\n\n```console\n$ cargo run -p {prefix}-service\n```\n\nIt serves https://{ADDRESS} with a \
             certificate that it makes at its first start (`{FOLDER}/cert.pem`), keeps everything in memory, and takes the \
             token `{TOKEN}` (or that of the variable `API_TOKEN`). Every operation is answered 501 until you write it, in \
             `{prefix}-service/src/handlers/`; who callers are is said in `src/api.rs`.\n"
        ));
    }
    if starter.client {
        text.push_str(&format!(
            "\n## The client\n\n```console\n$ cargo run -p {prefix}-example\n```\n\nIt calls that server. To call \
             another, set `BASE_URL` and `API_TOKEN`. Everything else about the client is in \
             [`{output}/{prefix}-client/README.md`]({output}/{prefix}-client/README.md).\n"
        ));
    }
    text
}
