//! Media types: which of several declared contents a `Content-Type` means, and which of them an `Accept` prefers
//! (RFC 9110, sections 8.3 and 12.5.1).

use crate::{Content, Encoding};

/// A media type without its parameters.
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// A parameter of a media type, such as `charset` or `boundary`, without its quotes.
pub fn parameter<'m>(media_type: &'m str, name: &str) -> Option<&'m str> {
    let parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.trim().split_once('='));
    let mut named = parameters.filter(|(own, _)| own.trim().eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// Whether a declared media type stands for several: `image/*`.
pub fn is_range(media_type: &str) -> bool {
    essence(media_type).contains('*')
}

/// Whether a media type is one of those that a declared one stands for.
pub fn lies_in(declared: &str, media_type: &str) -> bool {
    let media_type = essence(media_type);
    let is_one = media_type.split_once('/').is_some_and(|(family, subtype)| !family.is_empty() && !subtype.is_empty());
    is_one && !is_range(media_type) && range_weight(essence(declared), media_type).is_some()
}

/// How specific a media range is that covers this media type: `*/*` 0, `type/*` 1, `type/subtype` 2.
pub fn range_weight(range: &str, media_type: &str) -> Option<u8> {
    if range == "*/*" {
        return Some(0);
    }
    if range.eq_ignore_ascii_case(media_type) {
        return Some(2);
    }
    let family = range.strip_suffix("/*")?;
    let (own, _) = media_type.split_once('/')?;
    family.eq_ignore_ascii_case(own).then_some(1)
}

/// The content that a message with this `Content-Type` has: the most specific of those that cover it, the first of equals.
pub fn content_of(contents: &[Content], content_type: &str) -> Option<usize> {
    best(contents.iter().map(|content| covers(content, content_type)))
}

/// How well a declared content covers a message's media type. Parameters such as `charset` do not count, unless they are
/// declared. `application/json` is what a JSON type of more meaning is too.
fn covers(content: &Content, content_type: &str) -> Option<u8> {
    let (declared, sent) = (essence(content.media_type), essence(content_type));
    let same_parameters = content.media_type.contains(';') && squeezed(content.media_type) == squeezed(content_type);
    match range_weight(declared, sent) {
        Some(2) if same_parameters => Some(4),
        Some(2) => Some(3),
        Some(weight) => Some(weight),
        None if content.encoding == Encoding::Json && sent.eq_ignore_ascii_case("application/json") => Some(2),
        None => None,
    }
}

fn squeezed(media_type: &str) -> String {
    media_type.chars().filter(|c| !c.is_ascii_whitespace() && *c != '"').map(|c| c.to_ascii_lowercase()).collect()
}

/// The content that an `Accept` prefers, the first of equals; `None`: it leaves all of them out.
pub fn preferred(contents: &[Content], accept: &str) -> Option<usize> {
    if accept.trim().is_empty() {
        return (!contents.is_empty()).then_some(0);
    }
    best(contents.iter().map(|content| {
        let quality = quality(accept, essence(content.media_type))?;
        (quality > 0).then_some(quality)
    }))
}

/// The position of the greatest.
fn best<W: Ord>(weights: impl Iterator<Item = Option<W>>) -> Option<usize> {
    let weighed = weights.enumerate().filter_map(|(index, weight)| Some((weight?, std::cmp::Reverse(index))));
    weighed.max().map(|(_, std::cmp::Reverse(index))| index)
}

/// The weight, in thousandths, of the most specific range that covers a media type. Of a declared range it is that of
/// whatever lies in it.
fn quality(accept: &str, media_type: &str) -> Option<u16> {
    let covering = accept.split(',').filter_map(|range| {
        let wanted = essence(range);
        let specificity = range_weight(wanted, media_type).or_else(|| range_weight(media_type, wanted))?;
        Some((specificity, weight(range)))
    });
    covering.max_by_key(|(specificity, _)| *specificity).map(|(_, weight)| weight)
}

fn weight(range: &str) -> u16 {
    let quality: Option<f32> = parameter(range, "q").and_then(|value| value.parse().ok());
    // Clamped before, and so within what the type can hold.
    quality.map_or(1000, |quality| (quality.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(media_types: &[&'static str]) -> Vec<Content> {
        let content = |media_type: &&'static str| match media_type.contains("json") {
            true => Content { media_type, ..Content::JSON },
            false => Content { media_type, encoding: Encoding::Text, ..Content::JSON },
        };
        media_types.iter().map(content).collect()
    }

    #[test]
    fn the_most_specific_range_decides() {
        let check = |accept: &str| preferred(&contents(&["application/json"]), accept).is_some();
        assert!(check("*/*"));
        assert!(check(""));
        assert!(check("text/html, application/json;q=0.1"));
        assert!(check("Application/*"));
        assert!(!check("text/html"));
        assert!(!check("application/json;q=0, */*"));
        assert!(!check("application/problem+json"));
        assert!(!check(";;,,=q"));
    }

    #[test]
    fn the_greatest_weight_is_preferred() {
        let check = |accept: &str, expect| {
            assert_eq!(preferred(&contents(&["application/json", "text/csv", "image/*"]), accept), expect, "{accept}");
        };
        check("text/csv", Some(1));
        check("application/json;q=0.5, text/csv;q=0.8", Some(1));
        check("*/*", Some(0));
        check("application/json;q=0, */*;q=0.1", Some(1));
        check("image/png", Some(2));
        check("video/mp4", None);
    }

    #[test]
    fn a_content_type_means_what_covers_it_best() {
        let check = |media_types: &[&'static str], sent: &str, expect| {
            assert_eq!(content_of(&contents(media_types), sent), expect, "{media_types:?} {sent}");
        };
        check(&["*/*", "image/*", "image/png"], "image/PNG; q=1", Some(2));
        check(&["*/*", "image/*", "image/png"], "image/gif", Some(1));
        check(&["*/*", "image/*", "image/png"], "text/plain", Some(0));
        check(&["application/json; v=1", "application/json;v=2"], "application/json; v=\"2\"", Some(1));
        check(&["application/vnd.a+json"], "application/json", Some(0));
        check(&["application/json"], "application/vnd.a+json", None);
        check(&["text/plain"], "text/plain, text/html", None);
    }
}
