//! From a description that makes the program fail to a small one that makes it fail in the same way.

use serde_json::Value;

/// Makes a text smaller as long as `fails` holds of it: as a tree where it is JSON, by its lines where it is not. Asks at
/// most `patience` times.
pub(crate) fn reduce(bytes: Vec<u8>, mut patience: usize, mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut ask = |bytes: &[u8]| {
        let asks = patience > 0;
        patience = patience.saturating_sub(1);
        asks && fails(bytes)
    };
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(root) => {
            let small = reduce_tree(root, &mut |root| ask(root.to_string().as_bytes())).to_string().into_bytes();
            if small.len() < bytes.len() { small } else { bytes }
        }
        Err(_) => reduce_lines(bytes, &mut ask),
    }
}

/// Removes members and items, the largest first, until none can be spared.
fn reduce_tree(mut root: Value, fails: &mut impl FnMut(&Value) -> bool) -> Value {
    loop {
        let before = root.to_string().len();
        let mut pointers = Vec::new();
        collect(&root, "", &mut pointers);
        pointers.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        for (pointer, _) in pointers {
            let mut smaller = root.clone();
            if remove(&mut smaller, &pointer) && fails(&smaller) {
                root = smaller;
            }
        }
        if root.to_string().len() >= before {
            return root;
        }
    }
}

fn collect(node: &Value, pointer: &str, found: &mut Vec<(String, usize)>) {
    let mut add = |name: &str, child: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push((pointer.clone(), child.to_string().len()));
        collect(child, &pointer, found);
    };
    match node {
        Value::Object(members) => members.iter().for_each(|(name, child)| add(name, child)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, child)| add(&index.to_string(), child)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether there was something at the pointer to remove: an earlier removal may have taken it.
fn remove(root: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
    match root.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(&name.replace("~1", "/").replace("~0", "~")).is_some(),
        Some(Value::Array(items)) => {
            let index = name.parse().ok().filter(|index| *index < items.len());
            index.map(|index: usize| items.remove(index)).is_some()
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => false,
    }
}

/// Removes runs of lines, ever shorter ones.
fn reduce_lines(bytes: Vec<u8>, fails: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let mut run = lines.len() / 2;
    while run > 0 {
        let mut at = 0;
        while at < lines.len() {
            let mut fewer = lines.clone();
            fewer.drain(at..(at + run).min(lines.len()));
            if fails(&fewer.concat()) { lines = fewer } else { at += run }
        }
        run /= 2;
    }
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let fails = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("bad");
        let tree = br#"{"a":{"b":[1,{"bad":2,"c":3}]},"d":"e"}"#.to_vec();
        assert_eq!(String::from_utf8_lossy(&reduce(tree, 100, fails)), r#"{"a":{"b":[{"bad":2}]}}"#);
        assert_eq!(reduce(b"a: [\nb\nbad: 1\nc\n".to_vec(), 100, fails), b"bad: 1\n");
        assert_eq!(reduce(b"a: [\nbad\n".to_vec(), 0, fails), b"a: [\nbad\n", "without patience nothing changes");
    }
}
