//! The inside of a line: what rustdoc would take for a link, a tag or an address is escaped; code spans stay.

/// Characters that turn the direction of text or hide in it. In a comment they could make it look like code.
fn is_dangerous(character: char) -> bool {
    let bidirectional = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    bidirectional || matches!(character, '\u{2028}' | '\u{2029}') || (character.is_control() && character != '\n')
}

/// Text without control characters, tabs spread, line ends unified.
pub(super) fn clean(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    unified.chars().map(|character| if is_dangerous(character) { ' ' } else { character }).collect()
}

/// One paragraph's text, escaped.
pub(super) fn escape(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let taken = match character {
            '`' => code_span(rest, &mut output),
            '\\' => escaped(rest, &mut output),
            '<' => angle(rest, &mut output),
            '[' => bracket(rest, &mut output),
            ']' => literal(rest, "\\]", &mut output),
            'h' => address(rest, &mut output),
            _ => plain(rest, &mut output),
        };
        rest = &rest[taken..];
    }
    output
}

fn plain(rest: &str, output: &mut String) -> usize {
    let length = rest.chars().next().map_or(0, char::len_utf8);
    output.push_str(&rest[..length]);
    length
}

fn literal(rest: &str, replacement: &str, output: &mut String) -> usize {
    output.push_str(replacement);
    rest.chars().next().map_or(0, char::len_utf8)
}

/// A code span stays as it is; a backtick without a partner is escaped.
fn code_span(rest: &str, output: &mut String) -> usize {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let fence = &rest[..ticks];
    match rest[ticks..].find(fence) {
        Some(end) => {
            let length = ticks + end + ticks;
            output.push_str(&rest[..length]);
            length
        }
        None => {
            output.push_str(&"\\`".repeat(ticks));
            ticks
        }
    }
}

/// A backslash keeps its meaning before punctuation; before anything else it is text.
fn escaped(rest: &str, output: &mut String) -> usize {
    match rest.chars().nth(1) {
        Some(next) if next.is_ascii_punctuation() => {
            output.push_str(&rest[..2]);
            2
        }
        Some(_) | None => literal(rest, "\\\\", output),
    }
}

/// `<https://...>` is an address; every other `<` would begin HTML.
fn angle(rest: &str, output: &mut String) -> usize {
    let inside = &rest[1..];
    let end = inside.find(['>', '<']).filter(|end| inside[*end..].starts_with('>'));
    match end.map(|end| &inside[..end]).filter(|text| is_address(text) && !text.contains(char::is_whitespace)) {
        Some(text) => {
            output.push_str(&format!("<{text}>"));
            text.len() + 2
        }
        None => literal(rest, "\\<", output),
    }
}

/// `[text](https://...)` is a link; a link to anywhere else leads nowhere from here and becomes its text.
fn bracket(rest: &str, output: &mut String) -> usize {
    let Some((text, target, length)) = link(rest) else { return literal(rest, "\\[", output) };
    let text = escape(text);
    let linked = is_address(target) && !target.contains(char::is_whitespace);
    output.push_str(&if linked { format!("[{text}](<{target}>)") } else { text });
    length
}

fn link(rest: &str) -> Option<(&str, &str, usize)> {
    let close = rest.find("](")?;
    let text = &rest[1..close];
    let target = &rest[close + 2..];
    let end = target.find(')')?;
    let whole = &target[..end];
    let address = whole.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
    (!text.contains(['[', ']', '`'])).then_some((text, address, close + 2 + end + 1))
}

/// A bare address is put in angle brackets, without the punctuation that ends its sentence.
fn address(rest: &str, output: &mut String) -> usize {
    if !is_address(rest) {
        return plain(rest, output);
    }
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`()[]{}|\\^*".contains(c)).unwrap_or(rest.len());
    let text = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '_', '~']);
    if text.ends_with("//") {
        return plain(rest, output);
    }
    output.push_str(&format!("<{text}>"));
    text.len()
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}
