//! The files of the API reference: Swagger UI's out of its archive, our page, and the description, each as it is and
//! compressed, under an entity tag of its bytes. Done here, so that the program unpacks nothing and a file that is
//! missing is an error of the build.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// Files of Swagger UI below the one folder of its archive, and what each is called here.
const SWAGGER_UI: [(&str, &str); 5] = [
    ("dist/swagger-ui-bundle.js", "swagger-ui-bundle.js"),
    ("dist/swagger-ui.css", "swagger-ui.css"),
    ("dist/favicon-32x32.png", "favicon-32x32.png"),
    ("LICENSE", "LICENSE.txt"),
    ("NOTICE", "NOTICE.txt"),
];

/// Our own files, beside this one.
const PAGE: [&str; 3] = ["index.html", "reference.css", "reference.js"];

/// The contract, as the generator wrote it.
const DESCRIPTION: &str = "../../generated/stacklets-server/openapi.json";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("reference");
    fs::create_dir_all(&folder)?;
    let mut entries = String::new();
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for (path, name) in SWAGGER_UI {
        entries += &write(&folder, name, &unpack(&mut archive, path)?)?;
    }
    for name in PAGE {
        entries += &write(&folder, name, &read(&Path::new("reference").join(name))?)?;
    }
    entries += &write(&folder, "openapi.json", &read(Path::new(DESCRIPTION))?)?;
    fs::write(folder.join("files.rs"), format!("[\n{entries}]\n"))?;
    Ok(())
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    println!("cargo::rerun-if-changed={}", path.display());
    Ok(fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// The archive has one folder, whose name tells the version.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, path: &str) -> Outcome<Vec<u8>> {
    let below = |name: &Cow<'_, str>| name.split_once('/').is_some_and(|(_, rest)| rest == path);
    let name = archive.file_names().filter_map(Result::ok).find(below);
    let name = name.ok_or_else(|| format!("Swagger UI has no {path}"))?.into_owned();
    let mut bytes = Vec::new();
    archive.by_name(&name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file and its compressed form; returns its entry in the table of files.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Outcome<String> {
    let plain = folder.join(name);
    fs::write(&plain, bytes)?;
    let compressed = folder.join(format!("{name}.gz"));
    let mut encoder = GzEncoder::new(fs::File::create(&compressed)?, Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()?;
    let tag = tag(bytes)?;
    Ok(format!(
        "File {{ name: {name:?}, plain: include_bytes!({plain:?}), plain_tag: r#\"\"{tag}\"\"#, \
         gzip: include_bytes!({compressed:?}), gzip_tag: r#\"\"{tag}-gzip\"\"# }},\n"
    ))
}

/// What an entity tag says of these bytes.
fn tag(bytes: &[u8]) -> Outcome<String> {
    let mut tag = String::new();
    for byte in &Sha256::digest(bytes)[..16] {
        write!(tag, "{byte:02x}")?;
    }
    Ok(tag)
}
