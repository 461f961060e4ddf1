//! What must not compile. Each file in `cases/` breaks one promise of the contract on the generated
//! crates; beside it stands what the compiler says, which has to be enough to see what is wrong.

#[test]
fn broken_promises_do_not_compile() {
    trybuild::TestCases::new().compile_fail("../../tests/compile-fail/cases/*.rs");
}
