//! `methodical review --write`: which versions follow, and where they are written.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::workspace::{Run, repository};

/// A repository with a description, its crates, and a tag for their first version.
struct Shop(TempDir);

const CONFIGURATION: &str = "\
# What the shop publishes.
[[api]]
name = \"shop\"
description = \"openapi.yaml\"
output = \"generated\"

[api.package]
version = \"0.1.0\" # of all of them
license = \"MIT\"
";

/// An operation more, which a server has to have a handler for.
const DELETE: (&str, &str) = (
    "    put:\n      operationId: putGood",
    "    delete:\n      operationId: deleteGood\n      tags: [goods]\n      responses:\n        \"204\": { description: It is gone. }\n        \
     \"404\": { $ref: \"#/components/responses/Problem\" }\n    put:\n      operationId: putGood",
);

/// A member less.
const GONE: (&str, &str) = ("        price: { type: number }\n", "");

/// A text for people, which the docs of types have.
const TEXT: (&str, &str) = ("weight: { type: integer,", "weight: { description: In kilograms., type: integer,");

/// A text for people, which only the description has.
const ASIDE: (&str, &str) = ("description: A page of orders.", "description: A page of orders, the latest first.");

impl Shop {
    fn released(configuration: &str) -> std::io::Result<Shop> {
        let shop = Shop(tempfile::tempdir()?);
        std::fs::copy(repository().join("tests/semver/shop.yaml"), shop.path("openapi.yaml"))?;
        std::fs::write(shop.path("methodical.toml"), configuration)?;
        let written = shop.write(&[]);
        assert_eq!(written.code, Some(0), "{written:?}");
        git(shop.0.path(), &["init", "--quiet", "--initial-branch", "main"]);
        shop.commit();
        git(shop.0.path(), &["tag", "v1"]);
        Ok(shop)
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.0.path().join(file)
    }

    fn commit(&self) {
        git(self.0.path(), &["add", "."]);
        git(self.0.path(), &["commit", "--quiet", "--message", "As it is"]);
    }

    fn edit(&self, (from, to): (&str, &str)) {
        let text = self.read("openapi.yaml");
        assert!(text.contains(from), "{from} is not there");
        std::fs::write(self.path("openapi.yaml"), text.replace(from, to)).expect("it can be written");
    }

    fn write(&self, arguments: &[&str]) -> Run {
        Run::methodical(self.0.path(), &[&["review", "--write"], arguments].concat())
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("a file")
    }

    fn changelog(&self, kind: &str) -> String {
        self.read(&format!("generated/shop-{kind}/CHANGELOG.md")).replace(&today(), "TODAY")
    }

    /// Everything that a release is made of, as text.
    fn all(&self) -> String {
        let files = ["methodical.toml", "openapi.yaml"].map(|file| self.read(file)).concat();
        let crates = ["types", "client", "server"].map(|kind| {
            let manifest = self.read(&format!("generated/shop-{kind}/Cargo.toml"));
            let lines = manifest.lines().filter(|line| line.starts_with("version") || line.starts_with("shop-types"));
            format!("{kind}: {}\n{}", lines.collect::<Vec<_>>().join(" "), self.changelog(kind))
        });
        files + &crates.concat()
    }
}

/// The day, in UTC, as it stands in a CHANGELOG.
fn today() -> String {
    let now = jiff::Timestamp::now();
    jiff::tz::TimeZone::UTC.to_datetime(now).date().to_string()
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    let command = command.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]);
    let output = command.args(arguments).output().expect("git is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_first_version_gets_its_entries() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    insta::assert_snapshot!(shop.changelog("client"));
    assert_eq!(shop.read("methodical.toml"), CONFIGURATION);
    let check = Run::methodical(shop.0.path(), &["generate", "--check"]);
    assert_eq!(check.code, Some(0), "a CHANGELOG is no orphan: {check:?}");
    let before = shop.all();
    assert_eq!(shop.write(&[]).code, Some(0));
    assert_eq!(shop.all(), before, "nothing has changed since the release");
    Ok(())
}

#[test]
fn each_artefact_gets_the_version_that_follows() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    shop.edit(DELETE);
    let report = Run::methodical(shop.0.path(), &["review"]).stdout;
    let line = "versions: description 1.0.0 -> 1.1.0 (minor), types 0.1.0 -> 0.1.1 (minor), client 0.1.0 -> 0.1.1 (minor), server \
                0.1.0 -> 0.2.0 (major)";
    assert!(report.contains(line), "{report}");
    let run = shop.write(&[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    insta::assert_snapshot!(shop.all().replace(&shop.read("openapi.yaml"), "openapi.yaml\n"));
    assert!(shop.read("openapi.yaml").contains("info: { title: Shop, version: 1.1.0 }"));

    let (once, said) = (shop.all(), shop.write(&[]));
    assert_eq!(shop.all(), once, "a second time there is nothing to do");
    assert!(said.stdout.contains("shop-server: 0.1.0 -> 0.2.0 is enough (major)"), "{said:?}");
    assert!(said.stdout.contains("nothing changed"), "{said:?}");
    assert_eq!(Run::methodical(shop.0.path(), &["generate", "--check"]).code, Some(0));
    Ok(())
}

#[test]
fn what_grows_before_it_is_released_stays_one_entry() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    shop.edit(TEXT);
    assert_eq!(shop.write(&[]).code, Some(0));
    assert!(shop.changelog("client").contains("## [0.1.1] - TODAY"), "{}", shop.changelog("client"));
    let path = shop.path("generated/shop-client/CHANGELOG.md");
    let text = std::fs::read_to_string(&path)?;
    std::fs::write(&path, text.replace("\n## [0.1.1]", "\n## [Unreleased]\n\n- Not by any review.\n\n## [0.1.1]"))?;
    shop.commit();
    shop.edit(GONE);
    assert_eq!(shop.write(&[]).code, Some(0));
    let changelog = shop.changelog("client");
    assert!(!changelog.contains("0.1.1") && changelog.contains("- Not by any review."), "{changelog}");
    assert!(changelog.contains("## [0.2.0] - TODAY") && changelog.contains("`Good`: "), "{changelog}");

    shop.commit();
    git(shop.0.path(), &["tag", "v2"]);
    shop.edit(DELETE);
    assert_eq!(shop.write(&[]).code, Some(0));
    let versions = ["## [0.2.1] - TODAY", "## [0.2.0] - TODAY", "## [0.1.0] - TODAY"];
    let changelog = shop.changelog("client");
    let places: Vec<_> = versions.iter().filter_map(|version| changelog.find(version)).collect();
    assert!(places.len() == 3 && places.is_sorted(), "{changelog}");
    Ok(())
}

#[test]
fn what_nothing_changed_keeps_its_version() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    shop.edit(ASIDE);
    assert_eq!(shop.write(&[]).code, Some(0));
    assert!(
        shop.read("methodical.toml").contains("versions = { server = \"0.1.1\" }"),
        "{}",
        shop.read("methodical.toml")
    );
    let changelogs = ["types", "client", "server"].map(|kind| shop.changelog(kind).contains("0.1.1"));
    assert_eq!(changelogs, [false, false, true], "only the server carries the description");
    Ok(())
}

#[test]
fn more_than_is_asked_for_is_kept() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    shop.edit(TEXT);
    std::fs::write(shop.path("methodical.toml"), CONFIGURATION.replace("0.1.0", "1.0.0-rc.1"))?;
    assert_eq!(shop.write(&[]).code, Some(0));
    assert!(shop.read("methodical.toml").contains("version = \"1.0.0-rc.1\" # of all of them"));
    assert!(shop.changelog("types").contains("## [1.0.0-rc.1] - TODAY"), "{}", shop.changelog("types"));
    Ok(())
}

#[test]
fn another_registry_stands_in_the_manifests() -> std::io::Result<()> {
    let configuration = CONFIGURATION.replace("license", "registry = \"ours\"\nlicense");
    let shop = Shop::released(&format!("{configuration}[api.runtime]\nregistry = \"theirs\"\n"))?;
    let manifest = shop.read("generated/shop-client/Cargo.toml");
    let lines: Vec<&str> =
        manifest.lines().filter(|line| line.contains("registry") || line.contains("publish")).collect();
    let runtime =
        format!("methodical-client = {{ version = \"{}\", registry = \"theirs\" }}", env!("CARGO_PKG_VERSION"));
    let types =
        "shop-types = { version = \"0.1.0\", path = \"../shop-types\", registry = \"ours\", default-features = false }";
    assert_eq!(lines, ["publish = [\"ours\"]", runtime.as_str(), types]);
    Ok(())
}

#[test]
fn what_cannot_be_written_is_refused() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    std::fs::copy(shop.path("openapi.yaml"), shop.path("old.yaml"))?;
    std::fs::copy(shop.path("openapi.yaml"), shop.path("other.yaml"))?;
    shop.edit(GONE);
    let refused = |arguments: &[&str]| {
        let run = shop.write(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        run.stderr
    };
    let said = [
        refused(&["old.yaml"]),
        refused(&["old.yaml", "other.yaml"]),
        refused(&["v1", "main"]),
        refused(&["v1", "--format", "json"]),
    ];
    insta::assert_snapshot!(said.concat());
    Ok(())
}

#[test]
fn a_revision_has_the_versions_of_its_day() -> std::io::Result<()> {
    let shop = Shop::released(CONFIGURATION)?;
    shop.edit(GONE);
    for arguments in [&["v1"][..], &["v1:openapi.yaml", "openapi.yaml"]] {
        let run = shop.write(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(shop.read("methodical.toml").contains("version = \"0.2.0\" # of all of them"), "{arguments:?}");
    }
    Ok(())
}
