//! A zone as a master file (RFC 1035, section 5). It is made from the records alone, so that equal records make an equal
//! file; a zone that could not be served without more gets the SOA and NS records of the service.

use std::fmt::Write as _;

use methodical_server::wire::Timestamp;
use stacklets_server::types::{Record, RecordType};

use super::text::quoted;
use super::{APEX, DEFAULT_TTL};

const NAME_SERVERS: [&str; 2] = ["ns1.stacklets.example.", "ns2.stacklets.example."];
const AUTHORITY: &str = "ns1.stacklets.example. hostmaster.stacklets.example. 7200 3600 1209600 1800";

/// The zone file of a domain.
pub(crate) fn render(domain: &str, serial: u32, records: &[Record]) -> String {
    let mut file = format!("$ORIGIN {domain}.\n$TTL {DEFAULT_TTL}\n");
    let authority = records.iter().find(|record| record.r#type == RecordType::Soa);
    let (ttl, data) = authority.map_or((DEFAULT_TTL, AUTHORITY), |record| (ttl(record), record.data.as_str()));
    line(&mut file, APEX, ttl, &format!("SOA {}", with_serial(data, serial)));
    let is_name_server = |record: &&Record| record.r#type == RecordType::Ns && name(record) == APEX;
    if !records.iter().any(|record| is_name_server(&record)) {
        for server in NAME_SERVERS {
            line(&mut file, APEX, DEFAULT_TTL, &format!("NS {server}"));
        }
    }
    for record in in_order(records) {
        write_record(&mut file, record);
    }
    file
}

/// The serial number of a zone that has changed: the time, as long as that is more than the one before.
pub(crate) fn next_serial(before: Option<u32>, now: Timestamp) -> u32 {
    let now = u32::try_from(now.as_second()).unwrap_or(1).max(1);
    before.map_or(now, |before| before.checked_add(1).unwrap_or(1).max(now))
}

/// The domain itself first, its name servers before all else; then name by name.
fn in_order(records: &[Record]) -> Vec<&Record> {
    let mut rest: Vec<&Record> = records.iter().filter(|record| record.r#type != RecordType::Soa).collect();
    rest.sort_by_key(|record| {
        let is_below = name(record) != APEX;
        let is_other = record.r#type != RecordType::Ns;
        (is_below, name(record).to_ascii_lowercase(), is_other, record.r#type.as_str().to_owned(), record.id)
    });
    rest
}

fn write_record(file: &mut String, record: &Record) {
    let number = |number: Option<Option<u32>>| number.flatten().unwrap_or_default();
    let (priority, weight, port) = (number(record.priority), number(record.weight), number(record.port));
    let (kind, data) = (record.r#type.as_str(), record.data.as_str());
    let text = match record.r#type {
        RecordType::Mx => format!("{kind} {priority} {data}"),
        RecordType::Srv => format!("{kind} {priority} {weight} {port} {data}"),
        RecordType::Txt => format!("{kind} {}", quoted(data)),
        RecordType::A | RecordType::Aaaa | RecordType::Cname | RecordType::Ns | RecordType::Ptr => {
            format!("{kind} {data}")
        }
        // Written at the top, and no types that a master file knows.
        RecordType::Soa => return,
        RecordType::Alias | RecordType::Unknown(_) => {
            file.push_str("; ");
            format!("{kind} {data}")
        }
    };
    line(file, name(record), ttl(record), &text);
}

fn line(file: &mut String, name: &str, ttl: u32, text: &str) {
    // A string takes everything.
    let _ = writeln!(file, "{name} {ttl} IN {text}");
}

/// Between the mailbox and the times, where a master file has it.
fn with_serial(authority: &str, serial: u32) -> String {
    let mut parts: Vec<String> = authority.split(' ').map(str::to_owned).collect();
    parts.insert(parts.len().min(2), serial.to_string());
    parts.join(" ")
}

fn name(record: &Record) -> &str {
    record.name.as_deref().unwrap_or(APEX)
}

fn ttl(record: &Record) -> u32 {
    record.ttl.unwrap_or(DEFAULT_TTL)
}
