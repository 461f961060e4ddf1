//! What must not compile. Each file in `cases/` breaks one promise of the contract on the generated
//! crates; beside it stands what the compiler says, which has to be enough to see what is wrong.
//!
//! A package of its own, since the compiler has to check whatever it depends on once more for this.

#[cfg(test)]
mod tests {
    #[test]
    fn broken_promises_do_not_compile() {
        trybuild::TestCases::new().compile_fail("cases/*.rs");
    }
}
