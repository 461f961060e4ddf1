//! Events that differ in what their data are, as one JSON value each: an object with the members `event`, `data`, `id` and `retry`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Event;
use super::write::sent;
use crate::stream::StreamError;

/// The kind of an event that says none (HTML Standard, section 9.2.6).
const USUAL: &str = "message";

/// An event as a JSON object. What is JSON stays as it was written; what no event carries is no member, so that it is not lost unseen.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<D> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    data: Option<D>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<u64>,
}

fn none<D>() -> Option<D> {
    None
}

/// Whether data are text, of an event of this kind.
fn is_text(text_events: &[&str], event: Option<&str>) -> bool {
    text_events.contains(&event.unwrap_or(USUAL))
}

/// The object that an event is.
///
/// # Errors
///
/// Its data are no JSON, and should be.
pub(super) fn join(event: &Event<String>, text_events: &[&str]) -> serde_json::Result<Vec<u8>> {
    let Event { event, data, id, retry } = event;
    let data = match is_text(text_events, event.as_deref()) {
        true => Some(serde_json::value::to_raw_value(data)?),
        // An event has to have data to be one: these say that there are none.
        false if data.is_empty() => None,
        false => Some(RawValue::from_string(data.clone())?),
    };
    serde_json::to_vec(&Object { event: event.clone(), data, id: id.clone(), retry: *retry })
}

/// The event that an object is; what the object does not say is as it is around it.
///
/// # Errors
///
/// It is no such object.
pub(super) fn part(around: Event<Vec<u8>>, text_events: &[&str]) -> Result<Event<String>, StreamError> {
    let object: Object<&RawValue> = serde_json::from_slice(&around.data).map_err(StreamError::broken)?;
    let event = object.event.or(around.event);
    let data = object.data.map_or("", RawValue::get);
    let data = sent(data.as_bytes().to_vec(), is_text(text_events, event.as_deref()))?;
    Ok(Event { event, data, id: object.id.or(around.id), retry: object.retry.or(around.retry) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(event: Event<String>, object: &str) {
        let texts = ["text", "message"];
        assert_eq!(String::from_utf8(join(&event, &texts).unwrap()).unwrap(), object);
        assert_eq!(part(Event::new(object.into()), &texts).unwrap(), event);
    }

    #[test]
    fn data_are_json_or_text_as_the_kind_of_the_event_has_it() {
        let data = |data: &str| Event::new(data.to_owned());
        there_and_back(data("1").of_kind("text").with_id("7"), r#"{"event":"text","data":"1","id":"7"}"#);
        there_and_back(data("\"1\"").of_kind("text"), r#"{"event":"text","data":"\"1\""}"#);
        there_and_back(data("\"1\"").of_kind("json"), r#"{"event":"json","data":"1"}"#);
        there_and_back(data("[1.50]").of_kind("json"), r#"{"event":"json","data":[1.50]}"#);
        there_and_back(data("").of_kind("json"), r#"{"event":"json"}"#);
        there_and_back(Event { retry: Some(3), ..data("a\nb") }, r#"{"data":"a\nb","retry":3}"#);
    }

    #[test]
    fn what_is_no_json_cannot_pass_for_members() {
        let wrong = Event::new("1,\"id\":\"2\"".to_owned()).of_kind("json");
        assert!(join(&wrong, &[]).is_err());
    }

    #[test]
    fn what_the_object_does_not_say_stands_around_it() {
        let around =
            Event { retry: Some(1), ..Event::new(br#"{"data":{"a":1}}"#.to_vec()).of_kind("json").with_id("2") };
        let event = part(around, &[]).unwrap();
        assert_eq!(event, Event { retry: Some(1), ..Event::new(r#"{"a":1}"#.to_owned()).of_kind("json").with_id("2") });
        let lost = part(Event::new(br#"{"data":1,"more":2}"#.to_vec()), &[]).unwrap_err();
        assert!(lost.to_string().contains("more"), "{lost}");
    }
}
