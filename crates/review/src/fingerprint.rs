//! Fingerprints of facts: sixteen hexadecimal digits (FNV-1a, 64 bits), which must be the same in every version of this
//! program, since they are kept in ledgers.

/// A fingerprint that is being made.
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a part. Each has an end of its own, so that `ab`, `c` is not `a`, `bc`.
    pub(crate) fn add(&mut self, part: Option<&str>) {
        for byte in part.unwrap_or_default().bytes().chain([0xff, u8::from(part.is_some())]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    fn of(parts: &[Option<&str>]) -> String {
        let mut print = Fingerprint::new();
        parts.iter().for_each(|part| print.add(*part));
        print.finish()
    }

    #[test]
    fn parts_are_told_apart() {
        assert_eq!(of(&[]), "cbf29ce484222325");
        assert_ne!(of(&[Some("ab"), Some("c")]), of(&[Some("a"), Some("bc")]));
        assert_ne!(of(&[None]), of(&[Some("")]));
        assert_eq!(of(&[Some("a"), None]), of(&[Some("a"), None]));
    }
}
