//! Archives of crates, as cargo packages them: what is in them, and whether two are the same but for when and where they were made.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, ensure};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

/// What tells of the making of an archive and not of the crate: the commit, and the versions that others had on that day.
const CIRCUMSTANCES: [&str; 2] = [".cargo_vcs_info.json", "Cargo.lock"];

/// An archive that was read.
#[derive(Debug)]
pub(crate) struct Archive {
    /// SHA-256 of the file, in hexadecimal, as indexes have it.
    pub(crate) checksum: String,
    /// The files, by path within the crate.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Archive {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no archive of a crate.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Archive> {
        let bytes = fs_err::read(path)?;
        Archive::of(&bytes).with_context(|| format!("{} is no archive of a crate", path.display()))
    }

    fn of(bytes: &[u8]) -> anyhow::Result<Archive> {
        let mut files = BTreeMap::new();
        let mut archive = tar::Archive::new(GzDecoder::new(bytes));
        for entry in archive.entries()? {
            let mut entry = entry?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = entry.path()?.into_owned();
            let within: PathBuf = path.components().skip(1).collect();
            let is_plain = within.components().all(|part| matches!(part, Component::Normal(_)));
            ensure!(is_plain && within.file_name().is_some(), "{} does not lie in the crate", path.display());
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            files.insert(within, content);
        }
        Ok(Archive { checksum: checksum(bytes), files })
    }

    /// The files that are not the same in both, but for what tells of the making.
    pub(crate) fn differences(&self, other: &Archive) -> Vec<String> {
        let paths: std::collections::BTreeSet<&PathBuf> = self.files.keys().chain(other.files.keys()).collect();
        let differs = |path: &&&PathBuf| {
            let is_circumstance = CIRCUMSTANCES.iter().any(|name| Path::new(name) == path.as_path());
            !is_circumstance && self.files.get(**path) != other.files.get(**path)
        };
        paths.iter().filter(differs).map(|path| path.display().to_string()).collect()
    }

    /// Writes the files into a folder, which holds nothing else afterwards. They are as new as they are: what their times say is the same for
    /// every archive.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn unpack(&self, folder: &Path) -> std::io::Result<()> {
        if folder.exists() {
            fs_err::remove_dir_all(folder)?;
        }
        for (path, content) in &self.files {
            let path = folder.join(path);
            path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
            fs_err::write(path, content)?;
        }
        Ok(())
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &str)]) -> Archive {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, format!("a-1.0.0/{path}"), text.as_bytes()).expect("it takes everything");
        }
        let bytes = builder.into_inner().and_then(flate2::write::GzEncoder::finish).expect("it ends");
        Archive::of(&bytes).expect("it is one")
    }

    #[test]
    fn only_what_the_crate_is_counts() {
        let one = archive(&[("src/lib.rs", "a"), (".cargo_vcs_info.json", "1"), ("Cargo.lock", "1")]);
        let later = archive(&[("src/lib.rs", "a"), (".cargo_vcs_info.json", "2")]);
        assert_eq!(one.differences(&later), Vec::<String>::new());
        assert_ne!(one.checksum, later.checksum);
        let other = archive(&[("src/lib.rs", "b"), ("README.md", "")]);
        assert_eq!(one.differences(&other), ["README.md", "src/lib.rs"]);
    }

    #[test]
    fn nothing_is_written_outside_of_the_folder() {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().expect("it is one").name[..12].copy_from_slice(b"a-1/../../bb");
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &b""[..]).expect("it takes everything");
        let bytes = builder.into_inner().and_then(flate2::write::GzEncoder::finish).expect("it ends");
        let error = Archive::of(&bytes).expect_err("it leads outside");
        assert!(error.to_string().contains("does not lie in the crate"), "{error:#}");
    }
}
