//! What each type of record asks for. The schema of a record allows what any type allows; here every member that does not
//! suit its own type is found, with its place.

use std::net::{Ipv4Addr, Ipv6Addr};

use methodical_server::wire::Place;
use stacklets_server::types::{Record, RecordInput, RecordType};

use super::APEX;
use super::text::{is_host, is_mailbox};
use crate::problems::{Kind, Mistakes};

/// The longest name that DNS has, written without the dot at its end.
const LONGEST: usize = 253;
/// RFC 2181, section 8: times have 31 bits.
const LONGEST_TIME: u32 = i32::MAX as u32;

/// Whether the record is sound in itself.
pub(crate) fn check(record: &RecordInput, domain: &str, mistakes: &mut Mistakes) {
    let mut tell = |member: &str, detail: String| {
        mistakes.add(Kind::Senseless, Place::Body, format!("/{member}"), detail);
    };
    check_name(record, domain, &mut tell);
    if let Err(detail) = check_data(&record.r#type, &record.data) {
        tell("data", detail);
    }
    check_numbers(record, &mut tell);
}

/// Whether it can stand beside the other records of its domain (RFC 1034, section 3.6.2; RFC 1035, section 5.2).
pub(crate) fn check_beside<'a>(
    record: &RecordInput,
    others: impl Iterator<Item = &'a Record> + Clone,
    mistakes: &mut Mistakes,
) {
    let mut tell = |member: &str, detail: String| {
        mistakes.add(Kind::Senseless, Place::Body, format!("/{member}"), detail);
    };
    if record.r#type == RecordType::Soa && others.clone().any(|other| other.r#type == RecordType::Soa) {
        tell("type", "The domain has a SOA record already, and can have one only.".to_owned());
    }
    let name = record.name.as_deref().unwrap_or(APEX);
    let mut there = others.filter(|other| other.name.as_deref().unwrap_or(APEX).eq_ignore_ascii_case(name));
    if record.r#type == RecordType::Cname {
        if let Some(other) = there.next() {
            let other = other.r#type.as_str();
            tell("name", format!("`{name}` has a record of the type {other}; a CNAME can have no other beside it."));
        }
    } else if there.any(|other| other.r#type == RecordType::Cname) {
        tell("name", format!("`{name}` has a CNAME record, which can have no other beside it."));
    }
}

fn check_name(record: &RecordInput, domain: &str, tell: &mut impl FnMut(&str, String)) {
    let kind = record.r#type.as_str();
    let required = match record.r#type {
        RecordType::A | RecordType::Aaaa | RecordType::Cname | RecordType::Txt | RecordType::Srv => true,
        RecordType::Alias | RecordType::Mx | RecordType::Ns | RecordType::Ptr | RecordType::Soa => false,
        RecordType::Unknown(_) => false,
    };
    let Some(name) = record.name.as_deref() else {
        if required {
            tell("name", format!("A record of the type {kind} needs a name; `{APEX}` is the domain itself."));
        }
        return;
    };
    if name != APEX && name.len() + 1 + domain.len() > LONGEST {
        tell("name", format!("With `{domain}` behind it the name is longer than {LONGEST} characters."));
    }
    if record.r#type == RecordType::Soa && name != APEX {
        tell("name", format!("A SOA record is for the domain itself, `{APEX}`."));
    }
    if record.r#type == RecordType::Cname && name == APEX {
        let detail = "The domain itself has SOA and NS records, and a CNAME can have no other beside it; use ALIAS.";
        tell("name", detail.to_owned());
    }
    let is_service = name.split('.').take(2).filter(|label| label.starts_with('_')).count() == 2;
    if record.r#type == RecordType::Srv && !is_service {
        tell("name", "The name of a SRV record begins with a service and a protocol, as in `_sip._tcp`.".to_owned());
    }
}

fn check_data(kind: &RecordType, data: &str) -> Result<(), String> {
    let host = |text: &str| {
        let detail =
            "It is no host name: letters, digits and hyphens between dots, with a dot at its end if it is whole.";
        if is_host(text) { Ok(()) } else { Err(detail.to_owned()) }
    };
    match kind {
        RecordType::A => data.parse::<Ipv4Addr>().map(drop).map_err(|_| "It is no IPv4 address.".to_owned()),
        RecordType::Aaaa => data.parse::<Ipv6Addr>().map(drop).map_err(|_| "It is no IPv6 address.".to_owned()),
        RecordType::Alias | RecordType::Cname | RecordType::Ns | RecordType::Ptr => host(data),
        // `.` says that there is none (RFC 7505; RFC 2782).
        RecordType::Mx | RecordType::Srv if data == "." => Ok(()),
        RecordType::Mx | RecordType::Srv => host(data),
        RecordType::Soa => check_authority(data),
        RecordType::Txt | RecordType::Unknown(_) => Ok(()),
    }
}

fn check_authority(data: &str) -> Result<(), String> {
    let [primary, mailbox, times @ ..] = &*data.split(' ').collect::<Vec<&str>>() else {
        return Err(authority_form());
    };
    let is_time = |text: &&str| text.parse::<u32>().is_ok_and(|time| time <= LONGEST_TIME);
    let sound = is_host(primary) && is_mailbox(mailbox) && times.len() == 4 && times.iter().all(is_time);
    if sound { Ok(()) } else { Err(authority_form()) }
}

fn authority_form() -> String {
    "It is not a primary server, a mailbox and four numbers of seconds (refresh, retry, expire, minimum).".to_owned()
}

fn check_numbers(record: &RecordInput, tell: &mut impl FnMut(&str, String)) {
    let kind = record.r#type.as_str();
    let (has_priority, is_service) = match record.r#type {
        RecordType::Mx => (true, false),
        RecordType::Srv => (true, true),
        RecordType::A | RecordType::Aaaa | RecordType::Alias | RecordType::Cname | RecordType::Ns => (false, false),
        RecordType::Ptr | RecordType::Soa | RecordType::Txt | RecordType::Unknown(_) => (false, false),
    };
    let members = [
        ("priority", record.priority.flatten(), has_priority),
        ("weight", record.weight.flatten(), is_service),
        ("port", record.port.flatten(), is_service),
    ];
    for (member, value, belongs) in members {
        match (value, belongs) {
            (None, true) => tell(member, format!("A record of the type {kind} needs a {member}.")),
            (Some(_), false) => tell(member, format!("A record of the type {kind} has no {member}.")),
            (None, false) | (Some(_), true) => {}
        }
    }
}
