//! Keys made by `ssh-keygen`, with the fingerprints that it tells, and keys that were spoilt.

use super::*;

const KEYS: [(&str, &str); 5] = [
    (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKSwbxVYYoP9B835fzbarPVZVQT3C0AB9/2r0dJCeJwV ada",
        "e4:33:6b:d1:4e:6f:48:e8:5a:19:91:6f:91:b9:f1:2a",
    ),
    (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDbkJX8bKshelyR9SYWqukBOxoeqLVsEJA4ui4G++cbjfmDUUmW4YuBsM9z2qaO4n0pEjhocsWGGS280qZkkGTe0jl8KbelZWx2zFJ6o1XsgNdgx4qqoA+EKM7KqP3mKzWboDgZ/WV0mbXt6IS/GOpzKYeSzNB6wR/Y7Q4+PTj/bQ== ada",
        "71:fa:48:31:b6:a3:4a:ca:4d:22:e0:2c:da:ec:38:58",
    ),
    (
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKS+oJuMWK9Sm0fFSHujRUj1knwE+DxyqB2wVMyJjpKSE0GyYnEKEIcPsTUX31dTxSrbQJHG22ZJ+tamrPS/Q9A= ada",
        "5a:65:c5:a5:20:08:c9:99:46:12:94:d3:b2:33:ef:b6",
    ),
    (
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBD9LbERL6x0gti+wsQ1G/7zEYkncqrVqTtcNgH/iqCqjoOptlrMLdXFXvbYggNLowwUx79+Aks26hY8tSNgBkC1ag70xh1TsAIKmmNdW6I7Aj7OntyqodNYQ/44dsdahjA== ada",
        "eb:fe:82:30:c5:94:4d:e5:90:ae:3d:1d:5f:cd:b1:01",
    ),
    (
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAA36/DH4biKC80WH95uUzFqGmc2uZoNAL92bvST7iFF/USdASmWRfH6h1hxuzl9n+BJ2nH+mBxrujBr0tvPdUE6wHMSZY0WM2F9O9e/oTby0sEK60dJdOa5ED/e0rDcQEVS/9cfB5SJz3sGGdbOgf8G/zJTJZKcxbht+bW7aOED90J/g== ada",
        "fe:65:1d:df:25:57:04:7b:91:d3:ff:74:e3:be:f4:ea",
    ),
];

/// The base64 text of a key with these fields.
fn blob(fields: &[&[u8]]) -> String {
    let mut blob = Vec::new();
    for field in fields {
        blob.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        blob.extend(*field);
    }
    BASE64_STANDARD.encode(blob)
}

fn check(kind: &str, fields: &[&[u8]]) -> Result<String, KeyError> {
    let fields = [&[kind.as_bytes()], fields].concat();
    fingerprint(&format!("{kind} {}", blob(&fields)))
}

#[test]
fn fingerprints_are_those_of_ssh_keygen() {
    for (key, expected) in KEYS {
        assert_eq!(fingerprint(key).unwrap(), expected, "{key}");
        let (bare, _) = key.rsplit_once(' ').unwrap();
        assert_eq!(fingerprint(bare).unwrap(), expected, "{bare}");
        assert_eq!(fingerprint(&format!("{key} at work")).unwrap(), expected);
    }
}

#[test]
fn keys_on_security_tokens_are_keys() {
    let point = [&[4][..], &[7; 64]].concat();
    let (ed25519, ecdsa) = ("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com");
    assert!(check(ed25519, &[&[7; 32], b"ssh:"]).is_ok());
    assert_eq!(check(ed25519, &[&[7; 32]]), Err(KeyError::Content));
    assert!(check(ecdsa, &[b"nistp256", &point, b"ssh:"]).is_ok());
    assert_eq!(check(ecdsa, &[b"nistp256", &point, b""]), Err(KeyError::Content));
    assert_eq!(check(ecdsa, &[b"nistp384", &point, b"ssh:"]), Err(KeyError::Content));
}

/// Cut anywhere, a key is none.
#[test]
fn a_part_of_a_key_is_refused() {
    for (key, _) in KEYS {
        let (kind, rest) = key.split_once(' ').unwrap();
        let whole = BASE64_STANDARD.decode(rest.split_once(' ').unwrap().0).unwrap();
        for length in 0..whole.len() {
            let text = format!("{kind} {}", BASE64_STANDARD.encode(&whole[..length]));
            assert_eq!(fingerprint(&text), Err(KeyError::Content), "{text}");
        }
        let longer = [&whole[..], &[0]].concat();
        let text = format!("{kind} {}", BASE64_STANDARD.encode(longer));
        assert_eq!(fingerprint(&text), Err(KeyError::Content), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    assert_eq!(fingerprint("ssh-ed25519"), Err(KeyError::Form));
    assert_eq!(fingerprint("ssh-ed25519 AAA"), Err(KeyError::Base64));
    assert_eq!(fingerprint("ssh-ed25519  AAAA"), Err(KeyError::Content));
    assert_eq!(fingerprint(&KEYS[0].0.replace("ssh-ed25519 ", "ssh-rsa ")), Err(KeyError::Type));
    assert_eq!(check("ssh-dss", &[&[7; 32]]), Err(KeyError::Type));
    // Numbers of RSA: negative, zero, not the shortest.
    for number in [&[0x80][..], &[], &[0], &[0, 1]] {
        assert_eq!(check("ssh-rsa", &[&[3], number]), Err(KeyError::Content));
    }
    // A length that leads beyond the end.
    let text = format!("ssh-rsa {}", BASE64_STANDARD.encode([0xff; 8]));
    assert_eq!(fingerprint(&text), Err(KeyError::Content));
}
