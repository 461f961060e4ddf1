//! What fuzzing found (`cargo xtask fuzz`): each made the program fail once.

use crate::workspace::Run;

/// Runs `generate` on a description with this schema for an answer.
fn check(schema: &str) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let description = format!(
        "{{\"openapi\": \"3.0.0\", \"info\": {{\"title\": \"found\", \"version\": \"1\"}}, \"paths\": {{\"/a\": {{\"get\": \
         {{\"operationId\": \"a\", \"responses\": {{\"200\": {{\"description\": \"a\", \"content\": {{\"application/json\": \
         {{\"schema\": {schema}}}}}}}}}}}}}}}}}"
    );
    std::fs::write(folder.path().join("openapi.json"), description).expect("a file in it");
    Run::methodical(folder.path(), &["generate", "openapi.json", "--out", "made"])
}

/// The types are parsed and printed by recursion: it overflowed the stack of a thread.
#[test]
fn lists_nested_as_deep_as_a_document_may_be() {
    for depth in [40, 110] {
        let schema = "{\"type\": \"array\", \"items\": ".repeat(depth) + "{\"type\": \"string\"}" + &"}".repeat(depth);
        let run = check(&schema);
        assert_eq!(run.code, Some(0), "{depth} deep: {run:?}");
    }
}

/// An end that is no end: a schema that is itself, in a list.
#[test]
fn a_list_of_a_schema_that_refers_to_itself() {
    let run = check(
        "{\"type\": \"array\", \"items\": {\"$ref\": \"#/paths/~1a/get/responses/200/content/application~1json/schema\"}}",
    );
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
}
