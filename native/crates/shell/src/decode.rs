//! Disguises taken off text: escapes, base64, hexadecimal, `printf`.

/// The text of `$'…'` without its quotes, as bash decodes it (Bash Reference Manual, "ANSI-C Quoting").
pub(crate) fn ansi_c(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        let Some(escape) = rest.next() else {
            out.push('\\');
            break;
        };
        match escape {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'a' => out.push('\x07'),
            'b' => out.push('\x08'),
            'e' | 'E' => out.push('\x1b'),
            'f' => out.push('\x0c'),
            'v' => out.push('\x0b'),
            'x' => number(&mut rest, 16, 2, 0, out),
            'u' => number(&mut rest, 16, 4, 0, out),
            'U' => number(&mut rest, 16, 8, 0, out),
            '0'..='7' => number(&mut rest, 8, 2, u32::from(escape) - u32::from('0'), out),
            'c' => {
                if let Some(control) = rest.next() {
                    out.extend(char::from_u32(u32::from(control) & 0x1f));
                }
            }
            '\\' | '\'' | '"' | '?' => out.push(escape),
            other => out.extend(['\\', other]),
        }
    }
}

fn number(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, base: u32, most: usize, first: u32, out: &mut String) {
    let mut value = first;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|char| char.to_digit(base)) else { break };
        value = value.saturating_mul(base).saturating_add(digit);
        rest.next();
    }
    out.extend(char::from_u32(value));
}

/// What `printf FORMAT ARGUMENTS` prints, where the format asks only for `%s`, `%b`, `%d`, `%c`, `%%` and escapes.
pub(crate) fn printf(format: &str, arguments: &[&str]) -> Option<String> {
    let mut plain = String::new();
    ansi_c(format, &mut plain);
    let mut arguments = arguments.iter();
    let mut out = String::new();
    loop {
        let mut used = false;
        let mut chars = plain.chars();
        while let Some(char) = chars.next() {
            if char != '%' {
                out.push(char);
                continue;
            }
            match chars.next()? {
                '%' => out.push('%'),
                's' | 'd' => {
                    used = true;
                    out.push_str(arguments.next().unwrap_or(&""));
                }
                'b' => {
                    used = true;
                    ansi_c(arguments.next().unwrap_or(&""), &mut out);
                }
                'c' => {
                    used = true;
                    out.extend(arguments.next().and_then(|word| word.chars().next()));
                }
                _ => return None,
            }
        }
        if !used || arguments.as_slice().is_empty() {
            return Some(out);
        }
    }
}

/// Decodes base64 (RFC 4648, either alphabet, padding optional, white space passed over); none when it is not UTF-8 text.
pub(crate) fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b' ' | b'\n' | b'\r' | b'\t' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Decodes pairs of hexadecimal digits, as `xxd -r -p` does; none when it is not UTF-8 text.
pub(crate) fn hexadecimal(text: &str) -> Option<String> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|char| !char.is_whitespace())
        .map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    String::from_utf8(pairs.iter().map(|[high, low]| high << 4 | low).collect()).ok()
}
