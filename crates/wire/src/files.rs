//! Blobs of files and readers.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::blob::{Blob, Source};
use crate::stream::ByteStream;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

impl Blob {
    /// A file on disk, which is read when it is sent, and again if it has to be sent again.
    ///
    /// # Errors
    /// When there is no such file, or it may not be read.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Blob> {
        let path = path.as_ref().to_owned();
        let length = tokio::fs::File::open(&path).await?.metadata().await?.len();
        Ok(Blob::source(OnDisk { path, length }))
    }

    /// Whatever a reader has to say, which comes only once.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Blob {
        Blob::stream(Pieces::of(reader))
    }
}

struct OnDisk {
    path: PathBuf,
    length: u64,
}

impl Source for OnDisk {
    fn open(&self) -> ByteStream {
        ByteStream::new(Opened::Opening(Box::pin(tokio::fs::File::open(self.path.clone()))))
    }

    fn length(&self) -> Option<u64> {
        Some(self.length)
    }
}

/// A file that is opened first.
enum Opened {
    Opening(Pin<Box<dyn Future<Output = io::Result<tokio::fs::File>> + Send>>),
    Open(Pieces<tokio::fs::File>),
    Failed,
}

impl Stream for Opened {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Opened::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Ok(file) => *self = Opened::Open(Pieces::of(file)),
                    Err(error) => {
                        *self = Opened::Failed;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Opened::Open(pieces) => return Pin::new(pieces).poll_next(cx),
                Opened::Failed => return Poll::Ready(None),
            }
        }
    }
}

/// What a reader reads.
struct Pieces<R> {
    reader: Pin<Box<R>>,
    buffer: BytesMut,
}

impl<R> Pieces<R> {
    fn of(reader: R) -> Pieces<R> {
        Pieces { reader: Box::pin(reader), buffer: BytesMut::new() }
    }
}

impl<R: AsyncRead> Stream for Pieces<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Pieces { reader, buffer } = &mut *self;
        buffer.resize(PIECE, 0);
        let mut read = ReadBuf::new(buffer);
        let went = ready!(reader.as_mut().poll_read(cx, &mut read));
        let count = read.filled().len();
        Poll::Ready(match went {
            Ok(()) if count == 0 => None,
            Ok(()) => Some(Ok(buffer.split_to(count).freeze())),
            Err(error) => Some(Err(error)),
        })
    }
}
