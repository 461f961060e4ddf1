//! The trace that a request is part of, as its sender says (W3C Trace Context): for the log, so that a trace that began elsewhere
//! leads to the lines here.

use http::HeaderMap;

/// The trace's id, if `traceparent` has the form that the recommendation gives it. Anything else is nobody's trace, and its text
/// stays out of the log.
pub(crate) fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut fields = headers.get_all("traceparent").iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return None;
    };
    let mut parts = field.to_str().ok()?.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let whole = is_hexadecimal(version, 2) && is_hexadecimal(parent, 16) && is_hexadecimal(flags, 2);
    // Later versions may have more parts; the first has these four.
    let fits = whole && version != "ff" && (version != "00" || parts.next().is_none());
    (fits && is_hexadecimal(trace, 32) && trace.bytes().any(|digit| digit != b'0')).then_some(trace)
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn check(fields: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append("traceparent", HeaderValue::from_str(field).unwrap());
        }
        trace_id(&headers) == Some(TRACE)
    }

    #[test]
    fn only_a_trace_is_read() {
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        assert!(check(&[&good]));
        assert!(check(&[&good.replacen("00", "01", 1).replace("-01", "-01-more")]));
        assert!(!check(&[]));
        assert!(!check(&[&good, &good]));
        for wrong in [
            good.to_uppercase(),
            format!("{good}-more"),
            good.replacen("00", "ff", 1),
            good.replace(TRACE, &"0".repeat(32)),
            good.replace("b7-01", "b7"),
            "password".to_owned(),
        ] {
            assert!(!check(&[&wrong]), "{wrong}");
        }
    }
}
