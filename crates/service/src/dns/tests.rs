//! Records and zones, without a service around them.

use methodical_server::wire::Problem;
use methodical_server::wire::Timestamp;
use serde_json::{Value, json};
use stacklets_server::types::{Record, RecordInput};

use super::{check, check_beside, next_serial, render};
use crate::problems::Mistakes;

fn record(id: u64, value: Value) -> Record {
    let mut value = value;
    value["id"] = json!(id);
    value["created_at"] = json!("2020-09-21T13:11:08.481602Z");
    serde_json::from_value(value).unwrap()
}

fn told(mistakes: Mistakes) -> String {
    let Problem { errors, .. } = mistakes.into_problem(422);
    let told = errors.iter().map(|error| format!("{} {}", error.pointer.clone().unwrap_or_default(), error.detail));
    told.collect::<Vec<String>>().join("\n")
}

/// What is wrong with a record of `example.com`.
fn checked(value: Value) -> String {
    let input: RecordInput = serde_json::from_value(value).unwrap();
    let mut mistakes = Mistakes::default();
    check(&input, "example.com", &mut mistakes);
    told(mistakes)
}

fn beside(value: Value, others: &[Record]) -> String {
    let input: RecordInput = serde_json::from_value(value).unwrap();
    let mut mistakes = Mistakes::default();
    check_beside(&input, others.iter(), &mut mistakes);
    told(mistakes)
}

#[test]
fn a_record_of_each_type_is_sound() {
    for sound in [
        json!({ "type": "A", "name": "@", "data": "192.0.2.1" }),
        json!({ "type": "AAAA", "name": "*.web", "data": "2001:db8::1" }),
        json!({ "type": "ALIAS", "data": "example.net." }),
        json!({ "type": "CNAME", "name": "www", "data": "@" }),
        json!({ "type": "MX", "data": "mail", "priority": 0 }),
        json!({ "type": "MX", "data": ".", "priority": 0 }),
        json!({ "type": "NS", "name": "sub", "data": "ns1.example.net." }),
        json!({ "type": "PTR", "name": "24.2.0.192", "data": "web" }),
        json!({ "type": "SOA", "data": "ns1 hostmaster.example.net. 7200 3600 1209600 1800" }),
        json!({ "type": "SRV", "name": "_sip._tcp", "data": "sip", "priority": 1, "weight": 0, "port": 5060 }),
        json!({ "type": "TXT", "name": "_dmarc", "data": "v=DMARC1; p=\"none\"" }),
    ] {
        assert_eq!(checked(sound.clone()), "", "{sound}");
    }
}

#[test]
fn what_a_type_requires_is_asked_for() {
    insta::assert_snapshot!(checked(json!({ "type": "A", "data": "192.0.2.1" })), @"/name A record of the type A needs a name; `@` is the domain itself.");
    insta::assert_snapshot!(checked(json!({ "type": "MX", "data": "mail" })), @"/priority A record of the type MX needs a priority.");
    insta::assert_snapshot!(checked(json!({ "type": "SRV", "data": "sip" })), @r"
    /name A record of the type SRV needs a name; `@` is the domain itself.
    /priority A record of the type SRV needs a priority.
    /weight A record of the type SRV needs a weight.
    /port A record of the type SRV needs a port.
    ");
}

#[test]
fn what_a_type_has_not_is_refused() {
    insta::assert_snapshot!(checked(json!({ "type": "A", "name": "www", "data": "192.0.2.1", "port": 80, "weight": null })), @"/port A record of the type A has no port.");
    insta::assert_snapshot!(checked(json!({ "type": "MX", "data": "mail", "priority": 1, "weight": 2 })), @"/weight A record of the type MX has no weight.");
}

#[test]
fn data_has_the_form_of_its_type() {
    insta::assert_snapshot!(checked(json!({ "type": "A", "name": "www", "data": "192.0.2.256" })), @"/data It is no IPv4 address.");
    insta::assert_snapshot!(checked(json!({ "type": "AAAA", "name": "www", "data": "192.0.2.1" })), @"/data It is no IPv6 address.");
    let host =
        "/data It is no host name: letters, digits and hyphens between dots, with a dot at its end if it is whole.";
    let long = "a".repeat(64);
    let many = "abcdefg.".repeat(40);
    for wrong in ["", ".", "a..b", "-a", "a-", "a b", "a;b", "é", &long, &many] {
        assert_eq!(checked(json!({ "type": "CNAME", "name": "www", "data": wrong })), host, "{wrong}");
    }
    for wrong in
        ["", "ns1", "ns1 @ 1 2 3 4", "ns1 a 1 2 3", "ns1 a 1 2 3 4 5", "ns1 a 1 2 3 -4", "ns1 a 1 2 3 2147483648"]
    {
        let told = checked(json!({ "type": "SOA", "data": wrong }));
        assert!(told.starts_with("/data It is not a primary server"), "{wrong}: {told}");
    }
}

#[test]
fn names_suit_their_type() {
    insta::assert_snapshot!(checked(json!({ "type": "SOA", "name": "sub", "data": "ns1 a 1 2 3 4" })), @"/name A SOA record is for the domain itself, `@`.");
    insta::assert_snapshot!(checked(json!({ "type": "CNAME", "name": "@", "data": "web" })), @"/name The domain itself has SOA and NS records, and a CNAME can have no other beside it; use ALIAS.");
    insta::assert_snapshot!(checked(json!({ "type": "SRV", "name": "sip", "data": "sip", "priority": 1, "weight": 0, "port": 1 })), @"/name The name of a SRV record begins with a service and a protocol, as in `_sip._tcp`.");
    let long = format!("{}b", "a.".repeat(121));
    insta::assert_snapshot!(checked(json!({ "type": "A", "name": long, "data": "192.0.2.1" })), @"/name With `example.com` behind it the name is longer than 253 characters.");
}

#[test]
fn some_records_stand_alone() {
    let there = [
        record(1, json!({ "type": "CNAME", "name": "www", "data": "web" })),
        record(2, json!({ "type": "A", "name": "web", "data": "192.0.2.1" })),
        record(3, json!({ "type": "SOA", "data": "ns1 a 1 2 3 4" })),
    ];
    assert_eq!(beside(json!({ "type": "A", "name": "web", "data": "192.0.2.2" }), &there), "");
    assert_eq!(beside(json!({ "type": "CNAME", "name": "mail", "data": "web" }), &there), "");
    insta::assert_snapshot!(beside(json!({ "type": "A", "name": "WWW", "data": "192.0.2.2" }), &there), @"/name `WWW` has a CNAME record, which can have no other beside it.");
    insta::assert_snapshot!(beside(json!({ "type": "CNAME", "name": "web", "data": "www" }), &there), @"/name `web` has a record of the type A; a CNAME can have no other beside it.");
    insta::assert_snapshot!(beside(json!({ "type": "SOA", "data": "ns1 a 1 2 3 4" }), &there), @"/type The domain has a SOA record already, and can have one only.");
}

#[test]
fn an_empty_zone_can_be_served() {
    insta::assert_snapshot!(render("example.com", 7, &[]), @r"
    $ORIGIN example.com.
    $TTL 1800
    @ 1800 IN SOA ns1.stacklets.example. hostmaster.stacklets.example. 7 7200 3600 1209600 1800
    @ 1800 IN NS ns1.stacklets.example.
    @ 1800 IN NS ns2.stacklets.example.
    ");
}

#[test]
fn a_zone_has_all_its_records() {
    let records = [
        record(1, json!({ "type": "A", "name": "www", "data": "192.0.2.1", "ttl": 60 })),
        record(2, json!({ "type": "TXT", "name": "@", "data": "say \"hé\" \\ ; all" })),
        record(3, json!({ "type": "ALIAS", "data": "example.net." })),
        record(4, json!({ "type": "NS", "data": "ns1.example.net." })),
        record(5, json!({ "type": "SOA", "data": "ns1.example.net. admin 1 2 3 4", "ttl": 5 })),
        record(6, json!({ "type": "MX", "data": "mail", "priority": 10 })),
        record(7, json!({ "type": "SRV", "name": "_sip._tcp", "data": "sip", "priority": 1, "weight": 2, "port": 3 })),
        record(8, json!({ "type": "AAAA", "name": "WWW", "data": "2001:db8::1" })),
        record(9, json!({ "type": "TXT", "name": "long", "data": "x".repeat(256) })),
    ];
    let zone = render("example.com", 7, &records).replace(&"x".repeat(255), "(255)");
    insta::assert_snapshot!(zone, @r#"
    $ORIGIN example.com.
    $TTL 1800
    @ 5 IN SOA ns1.example.net. admin 7 1 2 3 4
    @ 1800 IN NS ns1.example.net.
    ; @ 1800 IN ALIAS example.net.
    @ 1800 IN MX 10 mail
    @ 1800 IN TXT "say \"h\195\169\" \\ ; all"
    _sip._tcp 1800 IN SRV 1 2 3 sip
    long 1800 IN TXT "(255)" "x"
    www 60 IN A 192.0.2.1
    WWW 1800 IN AAAA 2001:db8::1
    "#);
}

/// The order in which they were made makes no difference, nor does the number of the zone.
#[test]
fn equal_records_make_an_equal_zone() {
    let mut records = vec![
        record(1, json!({ "type": "A", "name": "b", "data": "192.0.2.1" })),
        record(2, json!({ "type": "A", "name": "a", "data": "192.0.2.2" })),
        record(3, json!({ "type": "A", "name": "a", "data": "192.0.2.3" })),
    ];
    let before = render("example.com", 7, &records);
    records.reverse();
    assert_eq!(render("example.com", 7, &records), before);
    assert_ne!(render("example.com", 8, &records), before);
}

#[test]
fn serial_numbers_rise() {
    let now = Timestamp::from_second(1_600_693_868).unwrap();
    assert_eq!(next_serial(None, now), 1_600_693_868);
    assert_eq!(next_serial(Some(7), now), 1_600_693_868);
    assert_eq!(next_serial(Some(1_600_693_868), now), 1_600_693_869);
    assert_eq!(next_serial(Some(u32::MAX), Timestamp::UNIX_EPOCH), 1);
}
