//! Bodies whose media type the description leaves open (`image/*`): which it is goes with them, on both sides.

use crate::blob::Blob;
use crate::body::{Body, BodyError, ReadBody, WriteBody, Written};

/// What a body is that says nothing of itself (RFC 9110, section 8.3).
const UNKNOWN: &str = "application/octet-stream";

/// A body of a media type that lies in a declared range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media<T = Blob> {
    /// Which, with its parameters: `image/png`.
    pub media_type: String,
    /// What it holds.
    pub content: T,
}

impl<T> Media<T> {
    /// A body of this media type.
    pub fn new(media_type: impl Into<String>, content: impl Into<T>) -> Media<T> {
        Media { media_type: media_type.into(), content: content.into() }
    }
}

impl<T: WriteBody> WriteBody for Media<T> {
    fn write(self) -> Result<Written, BodyError> {
        Ok(Written { media_type: Some(self.media_type), ..self.content.write()? })
    }
}

impl<T: ReadBody> ReadBody for Media<T> {
    fn read(mut body: Body) -> Result<Media<T>, BodyError> {
        let media_type = body.media_type.take().unwrap_or_else(|| UNKNOWN.to_owned());
        Ok(Media { media_type, content: T::read(body)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Payload, encode};
    use crate::{Content, Encoding};

    const IMAGE: Content = Content { media_type: "image/*", encoding: Encoding::Binary, ..Content::JSON };

    #[test]
    fn a_media_type_goes_with_its_body_and_lies_in_the_range() {
        let sent = |media_type: &str| encode(&IMAGE, Media::<Blob>::new(media_type, "GIF").write()?);
        assert_eq!(sent("image/gif").map(|(_, media_type)| media_type), Ok(Some("image/gif".to_owned())));
        assert_eq!(
            sent("text/html").map(|(_, media_type)| media_type),
            Err(BodyError::new("`text/html` is no media type of `image/*`"))
        );
        assert!(sent("image/*").is_err());
    }

    #[test]
    fn what_says_nothing_of_itself_is_bytes() {
        let read = |media_type: Option<&str>| {
            let media_type = media_type.map(str::to_owned);
            let body = Body { content: 0, data: &IMAGE, payload: Payload::Bytes("GIF".into()), media_type };
            Media::<Blob>::read(body).map(|media| media.media_type)
        };
        assert_eq!(read(Some("image/gif")).as_deref(), Ok("image/gif"));
        assert_eq!(read(None).as_deref(), Ok(UNKNOWN));
    }
}
