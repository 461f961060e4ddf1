//! The first call.

use super::{ADDRESS, FOLDER, Starter, TOKEN, title};
use crate::client::{self, Setting};
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
    let base = crate::server::base_path(known.api).replace(['"', '\\', '{', '}'], "");
    let setting = Setting {
        docs: format!(
            "//! A first call to {}.\n//!\n//! It goes to the server of this workspace, which `cargo run -p {}-service` starts. \
             `BASE_URL` is another server,\n//! and `API_TOKEN` what to show it.\n",
            title(known.api),
            package.prefix
        ),
        base: format!("https://{ADDRESS}{base}"),
        token: TOKEN,
        more: format!(
            "    // The certificate of the server of this workspace: nobody else has signed it.\n    if let Ok(certificate) = \
             std::fs::read(\"{FOLDER}/cert.pem\") {{\n        builder = builder.root_certificates_pem(certificate);\n    }}\n"
        ),
    };
    client::program(&client::context(known, package), package, &setting)
}
