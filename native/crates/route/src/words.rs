//! Words that carry no meaning of their own, and how alike two words are.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Articles, pronouns, auxiliaries, conjunctions, prepositions and words of politeness: the closed classes of English.
const FUNCTION: &str = " a about above across after again against all along also although always am amid among an and \
    another any anyone anything are aren't around as at be because been before being below beneath beside besides \
    between beyond both but by can can't could couldn't did didn't do does doesn't doing don't done down during each \
    either else etc even ever every everyone everything few first firstly following for from further furthermore had \
    has have haven't having he hello help her here hers hey hi him his how however i i'd i'll i'm i've if in inside \
    instead into is isn't it it's its itself just kindly last lastly let let's like likewise look looking lot many may \
    maybe me might mine more moreover most much must my myself need needed needs neither next no nor not now of off \
    on once one's only onto or other our ours out over own per please regarding s same second secondly shall she \
    should since so some someone something soon still such t than thank thanks that that's the their them themselves \
    then there there's these they thing things third this those though through throughout thus till to too toward \
    towards under until unto up upon us use using very via want wanted wants was wasn't we we're well were weren't \
    what what's whatever when where where's whether which while who who's whom whose why will wish with within without \
    won't would wouldn't yes yet you you're your yours finally additionally afterwards assist assistance able based \
    given specific specifically specified certain various related okay ok ";

/// Verbs with which people ask for anything at all.
const ASKING: &str = " get find give show tell provide retrieve fetch know obtain make take see check bring gather \
    determine request require explain describe display present return ";

static CLOSED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| FUNCTION.split_ascii_whitespace().collect());

/// Whether a word, in lower case, is of a closed class.
pub(crate) fn is_function(word: &str) -> bool {
    CLOSED.contains(word)
}

/// Whether a word, in lower case, is a verb with which anything is asked for.
pub(crate) fn is_asking(word: &str) -> bool {
    listed(ASKING, word)
}

/// Whether a word stands in a list of words between spaces.
pub(crate) fn listed(list: &str, word: &str) -> bool {
    !word.is_empty() && !word.contains(' ') && list.split_ascii_whitespace().any(|listed| listed == word)
}

/// The prepositions that tell what a value is for.
pub(crate) fn is_preposition(word: &str) -> bool {
    const PREPOSITIONS: &str = " about after at before between by during for from in into near of on over per since \
        through till to until using via with within under against around ";
    listed(PREPOSITIONS, word)
}

/// The words of an identifier or text, in lower case; single letters and digits too.
pub(crate) fn for_each_word(text: &str, mut give: impl FnMut(&str)) {
    let mut word = String::new();
    let mut last = Kind::None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let kind = kind(character);
        let border = match (last, kind) {
            (_, Kind::None)
            | (Kind::Lower, Kind::Upper)
            | (Kind::Digit, Kind::Lower | Kind::Upper)
            | (Kind::Lower | Kind::Upper, Kind::Digit) => true,
            // HTTPServer: the border lies before the S.
            (Kind::Upper, Kind::Upper) => characters.peek().is_some_and(|next| next.is_lowercase()),
            _ => false,
        };
        if border && !word.is_empty() {
            give(&word);
            word.clear();
        }
        if kind != Kind::None {
            word.extend(character.to_lowercase());
        }
        last = kind;
    }
    if !word.is_empty() {
        give(&word);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Upper,
    Lower,
    Digit,
}

fn kind(character: char) -> Kind {
    if character.is_ascii_digit() {
        Kind::Digit
    } else if character.is_uppercase() {
        Kind::Upper
    } else if character.is_alphanumeric() {
        Kind::Lower
    } else {
        Kind::None
    }
}

/// The stem of a word in lower case.
pub(crate) fn stem_of(word: &str) -> String {
    routing::words::stem(word).to_owned()
}

/// The stems of a text's words, each once, closed classes left out.
pub(crate) fn stems_of(text: &str) -> Vec<String> {
    let mut stems: Vec<String> = Vec::new();
    for_each_word(text, |word| {
        if !is_function(word) && (word.len() > 1 || word.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let stem = stem_of(word);
            if !stems.contains(&stem) {
                stems.push(stem);
            }
        }
    });
    stems
}

/// How much two stems are one word: 1 the same, 0.6 where one begins as the other and most of it agrees, else 0.
pub(crate) fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let shared = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let longer = one.len().max(other.len());
    if shared >= 5 && shared * 3 >= longer * 2
        || shared >= 4 && shared + 1 >= longer && shared == one.len().min(other.len())
    {
        0.6
    } else {
        0.0
    }
}

/// Whether at most one letter must be put in, left out or changed; only for words of five letters or more.
pub(crate) fn near(one: &str, other: &str) -> bool {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    if a.len().min(b.len()) < 5 || a.len().abs_diff(b.len()) > 1 {
        return one == other;
    }
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.len() - back <= 1 && b.len() - back <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_alike() {
        assert!((alike("calculat", "calculat") - 1.0).abs() < 1e-9);
        assert!(alike("calculat", "calculator") > 0.5);
        assert!(alike("cat", "catalogue") < 0.1);
        assert!(near("celcius", "celsius"));
        assert!(near("branhc", "branhc"));
        assert!(!near("cat", "car"));
        assert!(!near("production", "reduction"));
    }

    #[test]
    fn identifiers_are_words() {
        let mut words = Vec::new();
        for_each_word("getHTTPServer page_2 x-axis", |word| words.push(word.to_owned()));
        assert_eq!(words.join(" "), "get http server page 2 x axis");
    }
}
