//! Characters as a reader takes them: one letter for all that look or count as it.

/// Characters that take no room: a reader does not see them, a model does.
pub(super) const fn unseen(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends the folded form: lower case, without accents, full-width and mathematical letters as plain ones.
pub(super) fn fold(char: char, to: &mut String) {
    if char.is_ascii() {
        to.push(char.to_ascii_lowercase());
        return;
    }
    let plain = match char {
        '’' | 'ʼ' | '‘' => '\'',
        '‐' | '‑' | '–' => '-',
        '\u{ff01}'..='\u{ff5e}' => shifted(char, 0xff01, '!', 94),
        '\u{1d400}'..='\u{1d6a3}' => shifted(char, 0x1_d400, 'a', 26),
        '\u{1d7ce}'..='\u{1d7ff}' => shifted(char, 0x1_d7ce, '0', 10),
        '\u{24b6}'..='\u{24cf}' => shifted(char, 0x24b6, 'a', 26),
        '\u{24d0}'..='\u{24e9}' => shifted(char, 0x24d0, 'a', 26),
        '\u{1f130}'..='\u{1f149}' => shifted(char, 0x1_f130, 'a', 26),
        '\u{300}'..='\u{36f}' => return,
        'ß' => {
            to.push_str("ss");
            return;
        }
        _ => accent(char),
    };
    if plain.is_ascii() {
        to.push(plain.to_ascii_lowercase());
    } else {
        to.extend(plain.to_lowercase());
    }
}

fn shifted(char: char, base: u32, first: char, count: u32) -> char {
    char::from_u32(u32::from(first) + (u32::from(char) - base) % count).unwrap_or(char)
}

/// The letter under an accent.
const fn accent(char: char) -> char {
    match char {
        'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' | 'Ą' => 'a',
        'ç' | 'Ç' | 'ć' | 'Ć' | 'č' | 'Č' => 'c',
        'è'..='ë' | 'È'..='Ë' | 'ē' | 'ę' | 'Ę' | 'ě' => 'e',
        'ğ' | 'Ğ' => 'g',
        'ì'..='ï' | 'Ì'..='Ï' | 'ı' | 'İ' => 'i',
        'ł' | 'Ł' => 'l',
        'ñ' | 'Ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' | 'ő' | 'ø' | 'Ø' => 'o',
        'ś' | 'Ś' | 'š' | 'Š' | 'ş' | 'Ş' => 's',
        'ù'..='ü' | 'Ù'..='Ü' | 'ű' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ż' | 'Ż' | 'ź' | 'Ź' | 'ž' | 'Ž' => 'z',
        'ё' | 'Ё' => 'е',
        _ => char,
    }
}

/// The Latin letter that a lower-case letter of another script is taken for.
pub(super) const fn look_alike(char: char) -> char {
    match char {
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => char,
    }
}

/// The letter that a digit or sign stands for among letters.
pub(super) const fn leet(char: char) -> char {
    match char {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => char,
    }
}

/// Scripts that write without spaces between words.
pub(super) const fn is_ideographic(char: char) -> bool {
    matches!(char, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
