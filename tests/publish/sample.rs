//! Whether what the review says of Rust is true of who depends on what was published: many versions of one contract, each an API of its own, go
//! to the registry under the versions that follow, and a project that uses all of each is built on it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Deserialize;

use crate::scene::{Scene, repository};

/// A version of the shop's contract.
#[derive(Deserialize)]
struct Version {
    name: String,
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
struct Edit {
    from: String,
    to: String,
}

/// What a review says of the client and the types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// A minor version, or less.
    Compatible,
    /// A major version, because the same code means something else.
    Meaning,
    /// A major version, because some code does not compile.
    Breaking,
}

impl Verdict {
    /// Of the items of a report in JSON.
    fn of(report: &str) -> Verdict {
        let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
        let changes = report["changes"].as_array().expect("changes").iter();
        let items = changes.filter_map(|change| change["rust"]["items"].as_array()).flatten();
        let items = items.filter(|item| item["crate"] == "client" || item["crate"] == "types");
        let levels = items.map(|item| match item["level"].as_str() {
            Some("major") => Verdict::Breaking,
            Some("meaning") => Verdict::Meaning,
            Some(_) | None => Verdict::Compatible,
        });
        levels.max().unwrap_or(Verdict::Compatible)
    }
}

/// How many versions that break are tried; all that do not are.
const BREAKING: usize = 17;

/// What breaks only who chooses the features of some tags: the project here has all of them.
const OF_FEATURES: [&str; 1] = ["an operation under another tag"];

fn versions(shop: &str) -> Vec<Version> {
    let read = |file: &str| -> Vec<Version> {
        let text = std::fs::read_to_string(repository().join(file)).expect("it is there");
        serde_yaml::from_str(&text).expect("the edits are what they should be")
    };
    let versions: Vec<Version> =
        read("tests/publish/sample/more.yaml").into_iter().chain(read("tests/semver/edits.yaml")).collect();
    for edit in versions.iter().flat_map(|version| &version.edits) {
        assert!(shop.contains(&edit.from), "{:?} is not there", edit.from);
    }
    versions
}

fn configuration(count: usize) -> String {
    let api = |index| {
        format!(
            "[[api]]\nname = \"shop{index:02}\"\ndescription = \"contracts/{index:02}.yaml\"\noutput = \"generated\"\ncrates = [\"types\", \
             \"client\"]\n[api.package]\nversion = \"0.1.0\"\nlicense = \"MIT\"\nlicense-files = [\"LICENSE-MIT\"]\nrepository = \
             \"https://git.example/shop\"\nkeywords = [\"shop\"]\nregistry = \"local\"\n[api.runtime]\nregistry = \"local\"\n"
        )
    };
    let apis: String = (0..count).map(api).collect();
    format!("{apis}[review.baseline]\ntag = \"base\"\n")
}

#[test]
fn what_is_compatible_builds_and_what_breaks_does_not() {
    let shop = std::fs::read_to_string(repository().join("tests/semver/shop.yaml")).expect("it is there");
    let all = versions(&shop);
    let scene = Scene::empty();
    let contract = |index: usize| format!("contracts/{index:02}.yaml");
    let edited =
        |version: &Version| version.edits.iter().fold(shop.clone(), |text, edit| text.replace(&edit.from, &edit.to));

    // Which are tried: the review itself says which is which.
    scene.write("old.yaml", &shop);
    let mut chosen: Vec<(Version, Verdict)> = Vec::new();
    for version in all {
        scene.write("new.yaml", &edited(&version));
        let verdict = Verdict::of(&scene.methodical(&["review", "old.yaml", "new.yaml", "--format", "json"]).stdout);
        let breaking = chosen.iter().filter(|(_, verdict)| *verdict == Verdict::Breaking).count();
        if verdict == Verdict::Compatible || verdict == Verdict::Breaking && breaking < BREAKING {
            chosen.push((version, verdict));
        }
    }
    for file in ["old.yaml", "new.yaml"] {
        std::fs::remove_file(scene.path(file)).expect("it is there");
    }

    let contracts: Vec<(String, String)> = (0..chosen.len()).map(|index| (contract(index), shop.clone())).collect();
    scene.begin(&configuration(chosen.len()), &contracts);
    scene.git(&["tag", "base"]);
    chosen.iter().enumerate().for_each(|(index, (version, _))| scene.write(&contract(index), &edited(version)));
    let written = scene.methodical(&["review", "--write"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    scene.settle();
    scene.publish_all();

    let client = |index: usize| -> String {
        let manifest: toml::Table =
            scene.read(&format!("generated/shop{index:02}-client/Cargo.toml")).parse().expect("a manifest");
        manifest["package"]["version"].as_str().expect("a version").to_owned()
    };
    let code = std::fs::read_to_string(repository().join("tests/publish/sample/consumer.rs")).expect("it is there");
    for (index, (_, verdict)) in chosen.iter().enumerate() {
        // Who asks for what was there before gets what is compatible with it, and nothing else.
        let wanted = if *verdict == Verdict::Compatible { "0.1.0".to_owned() } else { client(index) };
        scene.write(
            &format!("consumers/c{index:02}/Cargo.toml"),
            &format!(
                "[package]\nname = \"c{index:02}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nshop = {{ package = \
                 \"shop{index:02}-client\", version = \"{wanted}\", registry = \"local\" }}\n"
            ),
        );
        scene.write(&format!("consumers/c{index:02}/src/lib.rs"), &code);
    }
    scene.write("consumers/Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"c*\"]\n");
    let built = scene.check_consumers();
    let failed: BTreeSet<&str> = built
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error: could not compile `")?.split('`').next())
        .collect();

    let mut table = String::new();
    let mut wrong = Vec::new();
    let (mut compatible, mut breaking) = (0, 0);
    for (index, (version, verdict)) in chosen.iter().enumerate() {
        let (name, builds) = (format!("c{index:02}"), !failed.contains(format!("c{index:02}").as_str()));
        let is_of_features = OF_FEATURES.contains(&version.name.as_str());
        let says = match verdict {
            Verdict::Compatible => "compatible",
            _ if is_of_features => "of features",
            Verdict::Meaning | Verdict::Breaking => "breaking",
        };
        compatible += usize::from(*verdict == Verdict::Compatible);
        breaking += usize::from(*verdict == Verdict::Breaking && !is_of_features);
        writeln!(table, "{says:<11}  {:<6}  {}", client(index), version.name).expect("a string takes everything");
        if builds != (*verdict == Verdict::Compatible || is_of_features) {
            wrong.push(format!(
                "{name}, {}: the review says {says}, and it {}",
                version.name,
                if builds { "builds" } else { "does not build" }
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), built.stderr);
    assert!(failed.iter().all(|name| name.starts_with('c')), "a published crate does not compile: {failed:?}");
    assert!(compatible >= 15 && breaking >= 15, "only {compatible} and {breaking} were tried");
    insta::assert_snapshot!(table);
}
