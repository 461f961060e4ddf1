//! Bytes that have arrived: in memory as long as they are few, else in a temporary file without a name, which is gone with the last
//! who holds it. So a body can be read again when a unit of work is repeated, however large it is.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use methodical_wire::{Blob, ByteStream, Source};
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

/// How much is written to a file, or read from it, at once.
const PIECE: usize = 256 * 1024;

/// Bytes that are still arriving.
pub(crate) struct Spool {
    /// How many are kept in memory.
    memory: usize,
    held: BytesMut,
    file: Option<Spooled>,
}

/// What has gone to a file.
struct Spooled {
    file: File,
    length: u64,
    digest: Sha256,
}

impl Spool {
    pub(crate) fn new(memory: usize) -> Self {
        Self { memory, held: BytesMut::new(), file: None }
    }

    pub(crate) async fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.held.extend_from_slice(piece);
        let most = if self.file.is_some() { PIECE } else { self.memory };
        if self.held.len() > most { self.spill().await } else { Ok(()) }
    }

    /// Writes what is held to the file.
    async fn spill(&mut self) -> io::Result<()> {
        let (held, file) = (self.held.split(), self.file.take());
        let spill = move || {
            let mut spooled = match file {
                Some(file) => file,
                None => Spooled { file: tempfile::tempfile()?, length: 0, digest: Sha256::new() },
            };
            spooled.file.write_all(&held)?;
            spooled.length += held.len() as u64;
            spooled.digest.update(&held);
            Ok::<_, io::Error>(spooled)
        };
        self.file = Some(spawn_blocking(spill).await.map_err(io::Error::other)??);
        Ok(())
    }

    /// All of it has arrived.
    pub(crate) async fn finish(mut self) -> io::Result<Blob> {
        if self.file.is_some() && !self.held.is_empty() {
            self.spill().await?;
        }
        Ok(match self.file {
            None => self.held.freeze().into(),
            Some(Spooled { file, length, digest }) => {
                Blob::source(InFile { file: Arc::new(Mutex::new(file)), length, digest: digest.finalize().to_vec() })
            }
        })
    }
}

/// Bytes in a file.
struct InFile {
    /// All who read it share one place in it.
    file: Arc<Mutex<File>>,
    length: u64,
    digest: Vec<u8>,
}

impl Source for InFile {
    fn open(&self) -> ByteStream {
        let file = self.file.clone();
        ByteStream::new(stream::try_unfold((file, 0), |(file, at)| async move {
            let shared = file.clone();
            let piece = spawn_blocking(move || read(&shared, at)).await.map_err(io::Error::other)??;
            let next = at + piece.len() as u64;
            Ok::<_, io::Error>((!piece.is_empty()).then_some((piece, (file, next))))
        }))
    }

    fn length(&self) -> Option<u64> {
        Some(self.length)
    }

    fn fingerprint(&self) -> Option<&[u8]> {
        Some(&self.digest)
    }
}

fn read(file: &Mutex<File>, at: u64) -> io::Result<Bytes> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::with_capacity(PIECE);
    (&mut *file).take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(memory: usize, pieces: &[&[u8]], in_memory: bool) {
        let mut spool = Spool::new(memory);
        for piece in pieces {
            spool.push(piece).await.expect("space");
        }
        let blob = spool.finish().await.expect("space");
        let expected = pieces.concat();
        assert_eq!(blob.in_memory().is_some(), in_memory);
        assert_eq!(blob.length(), Some(expected.len() as u64));
        for _ in 0..2 {
            assert_eq!(blob.clone().bytes().await.expect("a file"), expected);
        }
    }

    #[tokio::test]
    async fn what_is_large_goes_to_a_file_and_can_be_read_again() {
        check(4, &[], true).await;
        check(4, &[b"ab", b"cd"], true).await;
        check(4, &[b"ab", b"cd", b"e"], false).await;
        check(4, &[&[7; 600_000], &[8; 10], &[9; 300_000]], false).await;
    }
}
