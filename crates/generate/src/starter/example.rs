//! The first call.

use super::{ADDRESS, FOLDER, Starter, TOKEN, title};
use crate::client::{self, FirstCall};
use crate::rust_type::Known;
use crate::{Files, Package};

pub(super) fn insert(files: &mut Files, known: &Known<'_>, package: &Package, starter: &Starter) {
    let name = format!("{}-example", package.prefix);
    let dependencies = format!(
        "{}tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n",
        super::generated(package, starter, "client")
    );
    let about = format!("A first call to {}", title(known.api));
    files.insert(format!("{name}/Cargo.toml"), super::manifest(&name, &about, &dependencies));
    files.insert(format!("{name}/src/main.rs"), program(known, package));
}

fn program(known: &Known<'_>, package: &Package) -> String {
    let api = known.api;
    let context = client::context(known, package);
    let library = package.library_name("client");
    let credentials = client::credentials(&context);
    let mut runtime = vec!["BaseUrl"];
    runtime.extend(credentials.iter().map(|one| one.type_name));
    runtime.sort_unstable();
    runtime.dedup();
    let runtime = if runtime.len() == 1 { runtime.concat() } else { format!("{{{}}}", runtime.join(", ")) };
    let call = client::first_call(&context);
    let query = call.as_ref().and_then(|call| call.query.as_deref());
    let names = query.map_or_else(|| "Client".to_owned(), |query| format!("{{Client, {query}}}"));
    let given: String = credentials
        .iter()
        .map(|one| {
            let value = match one.type_name {
                "Basic" => "Basic::new(token.as_str(), token.as_str())",
                _ => "Token::new(token.as_str())",
            };
            format!("    builder = builder.credential({:?}, {value});\n", one.scheme)
        })
        .collect();
    let token = if credentials.is_empty() {
        String::new()
    } else {
        format!("    let token = std::env::var(\"API_TOKEN\").unwrap_or_else(|_| \"{TOKEN}\".to_owned());\n")
    };
    let base = crate::server::base_path(api).replace(['"', '\\', '{', '}'], "");
    format!(
        "//! A first call to {title}.\n//!\n//! It goes to the server of this workspace, which `cargo run -p \
         {prefix}-service` starts. `BASE_URL` is another server,\n//! and `API_TOKEN` what to show it.\n\nuse \
         std::error::Error;\nuse std::process::ExitCode;\n\nuse {library}::{names};\nuse {library}::runtime::{runtime};\n\n\
         #[tokio::main]\nasync fn main() -> ExitCode {{\n    match first_call().await {{\n        Ok(()) => \
         ExitCode::SUCCESS,\n        Err(error) => {{\n            let causes = \
         std::iter::successors(Some(error.as_ref() as &dyn Error), |cause| (*cause).source());\n            \
         eprintln!(\"{{}}\", causes.map(ToString::to_string).collect::<Vec<_>>().join(\": \"));\n            \
         ExitCode::FAILURE\n        }}\n    }}\n}}\n\nasync fn first_call() -> Result<(), Box<dyn Error>> {{\n    let base = \
         std::env::var(\"BASE_URL\").unwrap_or_else(|_| \"https://{ADDRESS}{base}\".to_owned());\n{token}    let mut builder = \
         Client::builder(BaseUrl::https(&base)?);\n{given}    // The certificate of the server of this workspace: nobody else \
         has signed it.\n    if let Ok(certificate) = std::fs::read(\"{FOLDER}/cert.pem\") {{\n        builder = \
         builder.root_certificates_pem(certificate);\n    }}\n    let client = \
         Client::from_runtime(builder.build()?);\n{call}    Ok(())\n}}\n",
        title = title(api),
        prefix = package.prefix,
        call = call.map_or_else(no_call, |call| expand(&call)),
    )
}

fn expand(FirstCall { method, arguments, .. }: &FirstCall) -> String {
    let shown = crate::names::plain(method);
    format!("    let answer = client.{method}({arguments}).await?;\n    println!(\"{shown}: {{answer:#?}}\");\n")
}

/// Where no operation can be called without more thought.
fn no_call() -> String {
    "    // Every operation needs arguments of your own; each is a method of the client.\n    println!(\"{client:?}\");\n"
        .to_owned()
}
