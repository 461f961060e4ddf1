//! The service that is still to be written.

use methodical_model::Api;

use super::{ADDRESS, FOLDER, Starter, TOKEN, server_context, title};
use crate::parallel::Jobs;
use crate::rust_type::Known;
use crate::server::{base_path, skeleton_module};
use crate::{Files, Package};

pub(super) fn insert(files: &mut Files, known: &Known<'_>, package: &Package, starter: &Starter) {
    let api = known.api;
    let name = format!("{}-service", package.prefix);
    let dependencies = format!(
        "{}{}serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\", \
         \"signal\"] }}\n",
        super::generated(package, starter, "server"),
        super::runtime(&package.runtime, "server", "\"development\""),
    );
    let about = format!("A server of {}", title(api));
    files.insert(format!("{name}/Cargo.toml"), super::manifest(&name, &about, &dependencies));
    files.insert(format!("{name}/src/main.rs"), program(api, package));
    files.insert(format!("{name}/src/api.rs"), implementation());
    let context = server_context(known, package);
    let server = package.library_name("server");
    let mut modules = "//! The handlers, a file for each tag.\n\n".to_owned();
    let tags = context.operations_by_tag();
    let mut jobs = Jobs::default();
    for (tag, operations) in &tags {
        let module = context.names.tag_module(*tag);
        modules.push_str(&format!("mod {module};\n"));
        let path = format!("{name}/src/handlers/{}.rs", crate::names::plain(&module.to_string()));
        jobs.add(path, || skeleton_module(&context, &server, *tag, operations));
    }
    jobs.run(files);
    files.insert(format!("{name}/src/handlers.rs"), modules);
}

fn program(api: &Api, package: &Package) -> String {
    let (library, base) = (package.library_name("server"), base_path(api).replace(['"', '\\', '{', '}'], ""));
    format!(
        "//! A server of {title}: every operation is there, and is answered with 501 until it is written in `handlers`.\n\n\
         mod api;\nmod handlers;\n\nuse std::path::Path;\n\nuse methodical_server::{{Listening, MemoryStore, development, \
         serve}};\nuse tokio::net::TcpListener;\n\nuse crate::api::Implementation;\n\n#[tokio::main]\nasync fn main() -> \
         Result<(), Box<dyn std::error::Error>> {{\n    // Only this machine is listened to, since anybody may know the token \
         of a server that is being developed.\n    let address = {argument}.unwrap_or_else(|| \
         \"127.0.0.1:8443\".to_owned());\n    // A certificate for `localhost`, made at the first start. Elsewhere, load one \
         of your own into a `rustls::ServerConfig`.\n    let tls = development::tls(Path::new(\"{FOLDER}\"))?;\n    // What is \
         in memory is forgotten at the end. A store that lasts is an implementation of `methodical_server::Store`.\n    let \
         service = {library}::service(Implementation::new(), MemoryStore::new());\n    let listener = \
         TcpListener::bind(&address).await?;\n    println!(\"serving https://{ADDRESS}{base} on {{}}\", \
         listener.local_addr()?);\n    println!(\"try: curl --cacert {FOLDER}/cert.pem https://{ADDRESS}{base}/\");\n    let \
         stop = async {{\n        let _ = tokio::signal::ctrl_c().await;\n    }};\n    serve(service.into_router(), tls, \
         listener, Listening::default(), stop).await?;\n    Ok(())\n}}\n",
        title = title(api),
        argument = "std::env::args().nth(1)",
    )
}

fn implementation() -> String {
    format!(
        r#"//! Who callers are. What they may ask is in `handlers`, a trait for each tag.

use methodical_server::{{Api, Credentials, MemoryStore, ReadTx, Unauthenticated}};

/// The implementation of the API. Handlers find their data through the transaction that they are given, so there is nothing
/// else in it but what all of them need.
pub(crate) struct Implementation {{
    token: String,
}}

/// Who is calling. Put here what handlers have to know of a caller.
pub(crate) struct Caller;

impl Implementation {{
    /// One that takes the token of the variable `API_TOKEN`, or else `{TOKEN}`.
    pub(crate) fn new() -> Self {{
        Self {{ token: std::env::var("API_TOKEN").unwrap_or_else(|_| "{TOKEN}".to_owned()) }}
    }}
}}

impl Api for Implementation {{
    type Store = MemoryStore;
    type Principal = Caller;

    /// One token for everybody: this is for development alone. Look callers up in the store instead.
    async fn authenticate<'t>(
        &'t self,
        _tx: &'t ReadTx<MemoryStore>,
        credentials: &'t Credentials,
    ) -> Result<Caller, Unauthenticated> {{
        let shown = credentials.first().unwrap_or_default();
        // The credentials of HTTP Basic are a user and a password.
        let shown = shown.split_once(':').map_or(shown, |(_, password)| password);
        if shown == self.token {{
            Ok(Caller)
        }} else {{
            Err(Unauthenticated::Invalid("The credentials are not valid.".to_owned()))
        }}
    }}

    fn rate_key(&self, _: &Caller) -> String {{
        "everybody".to_owned()
    }}

    /// Whoever calls an operation that needs no credentials.
    fn anonymous(&self) -> Option<Caller> {{
        Some(Caller)
    }}
}}
"#
    )
}
