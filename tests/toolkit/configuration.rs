//! What is wrong in `methodical.toml` is shown with its place and the way out.

use methodical::config::{self, Reading};
use methodical_diagnostic::{Style, render_text};

const PACKAGE: &str = "package = { version = \"0.1.0\", license = \"MIT\" }";

/// What is said of a configuration, as it is printed.
fn check(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join(config::FILE_NAME);
    std::fs::write(&path, text).expect("the file can be written");
    match config::read(&path).expect("the file can be read") {
        Reading::Sound(_) => String::new(),
        Reading::Wrong(diagnostics, sources) => {
            let text = render_text(&diagnostics, &sources, Style::Plain);
            text.replace(&path.display().to_string(), config::FILE_NAME)
        }
    }
}

fn api(name: &str, output: &str, rest: &str) -> String {
    format!("[[api]]\nname = \"{name}\"\ndescription = \"openapi.yaml\"\noutput = \"{output}\"\n{rest}\n{PACKAGE}\n")
}

#[test]
fn what_is_sound_is_silent() {
    let two = api("one", "generated", "") + &api("two", "generated", "crates = [\"types\", \"server\"]");
    assert_eq!(check(&two), "");
}

#[test]
fn versions_are_versions() {
    let versions = "version = \"one\", versions = { server = \"1.2\" }, license = \"MIT\"";
    insta::assert_snapshot!(check(&api("one", "a", "").replace("version = \"0.1.0\", license = \"MIT\"", versions)));
}

#[test]
fn a_release_is_found_in_one_place_and_called_by_its_version() {
    let baseline = "[review.baseline]\ntag = \"v*\"\nfile = \"released.json\"\n";
    insta::assert_snapshot!(check(&(api("one", "a", "") + baseline + "[publish]\napis = [\"two\"]\ntag = \"v\"\n")));
}

#[test]
fn names_must_be_usable_and_distinct() {
    insta::assert_snapshot!(check(
        &(api("Pet Store", "generated", "") + &api("pets", "a", "") + &api("pets", "a", ""))
    ));
}

#[test]
fn outputs_lie_side_by_side() {
    insta::assert_snapshot!(check(&(api("one", "generated", "") + &api("two", "generated/two", ""))));
}

#[test]
fn a_client_needs_its_types() {
    insta::assert_snapshot!(check(&(api("one", "a", "crates = []") + &api("two", "b", "crates = [\"client\"]"))));
}

#[test]
fn what_is_no_toml_is_shown_where_it_ends_to_be() {
    insta::assert_snapshot!(check("[[api]]\nname = \"one\ndescription = 3\n"));
}

#[test]
fn an_empty_file_is_told_what_to_begin_with() {
    insta::assert_snapshot!(check(""));
}

#[test]
fn a_client_needs_somebody_who_writes_it() {
    insta::assert_snapshot!(check(&api("one", "a", "client = []")));
}

#[test]
fn rules_of_lint_and_their_levels_are_known() {
    let lint = "lint = { unsecured-wirte = \"error\", gaps = \"of\", \"lint/plain-http\" = \"fatal\" }";
    insta::assert_snapshot!(check(&(api("one", "a", lint) + "[lint]\ngap = \"off\"\nunsecured-write = \"note\"\n")));
}
