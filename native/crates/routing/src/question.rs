//! A question, as what to look for.

use crate::index::ToolIndex;
use crate::numbers::{NumberMap, number_of};
use crate::places::Places;
use crate::vocabulary::Relative;
use crate::words::{FILLERS, WEAK, for_each_word, stem};
use std::cmp::Reverse;
use std::sync::LazyLock;

/// What a word of the same family is worth, for each part of the two that is the same.
const FAMILY: f32 = 0.5;

/// What a word is worth that begins with the word asked for.
const BEGINNING: f32 = 0.3;

/// What a word is worth for each slip between it and the word asked for.
const SLIP: f32 = 0.3;

/// How many words one unknown word may stand for.
const GUESSES: usize = 4;

/// How many different words of a question are read. What it costs is bounded by this.
const WORDS: usize = 128;

/// How many words most questions have.
const USUAL: usize = 64;

/// What a word of asking is worth.
const WEAKNESS: f32 = 0.6;

/// What a verb is worth that says how something is, not what is to be done: `running containers`.
const INFLECTED: f32 = 0.7;

/// Words that begin a question about how things are.
const ASKING: [&str; 14] =
    ["are", "did", "do", "does", "had", "has", "how", "is", "was", "were", "what", "when", "where", "which"];

/// Words after which no word of doing comes first.
const OF_A_THING: [&str; 6] = ["my", "our", "that", "the", "there", "your"];

/// How a question begins.
#[derive(Default)]
struct Opening {
    begun: bool,
    settled: bool,
    /// Which of the words may say what is to be done.
    lead: Option<usize>,
    asks: bool,
}

impl Opening {
    /// Reads the next word. Gives whether it is an inflected verb.
    fn read(&mut self, word: &str, stem: &str, number: u32, at: usize) -> bool {
        let inflected = (word.ends_with("ing") || word.ends_with("ed")) && word.len() > stem.len() + 1;
        if !self.settled {
            let asking = ASKING.contains(&word) || matches!(word, "who" | "whose" | "why");
            self.asks |= asking && !self.begun;
            self.begun = true;
            self.settled = asking || OF_A_THING.contains(&word);
            if !self.settled && !LITTLE.contains_key(&number) {
                self.settled = true;
                self.lead = (!inflected).then_some(at);
            }
        }
        inflected
    }
}

/// What fillers and words of asking are worth, by number.
static LITTLE: LazyLock<NumberMap<f32>> = LazyLock::new(|| {
    let worth = |words: &[&str], worth| words.iter().map(|word| (number_of(stem(word)), worth)).collect::<Vec<_>>();
    worth(&WEAK, WEAKNESS).into_iter().chain(worth(&FILLERS, 0.0)).collect()
});

/// Which words were read, roughly: most are met once, and need not be looked for among all before.
#[derive(Default)]
struct Seen([u64; 16]);

impl Seen {
    fn has(&mut self, number: u32, words: &[u32]) -> bool {
        let (bits, bit) = (&mut self.0[(number >> 6) as usize % 16], 1 << (number % 64));
        let may = *bits & bit != 0;
        *bits |= bit;
        may && words.contains(&number)
    }
}

/// A stem to look for: its list of postings and what it is worth.
#[derive(Clone, Copy)]
pub(crate) struct Sought {
    pub(crate) list: u32,
    pub(crate) worth: f32,
}

pub(crate) struct Question {
    /// The numbers of its different words, in order.
    pub(crate) words: Vec<u32>,
    /// What to look for, in an order that is the question's own and not the catalogue's history's: sums of floating point
    /// numbers depend on it.
    pub(crate) sought: Vec<Sought>,
    pub(crate) places: Places,
    /// Letters and digits of the question, in lower case, when they may be a tool's name.
    pub(crate) letters: Option<String>,
    /// How many words count that are not known, not even as slips.
    pub(crate) unknown: usize,
    /// The list of the first word that counts, where it may say what is to be done.
    pub(crate) lead: Option<u32>,
    /// Whether it asks how things are: such a request wants to read.
    pub(crate) asks: bool,
}

impl Question {
    pub(crate) fn read(index: &ToolIndex, query: &str) -> Self {
        let mut words: Vec<u32> = Vec::with_capacity(USUAL);
        let mut factors: Vec<f32> = Vec::with_capacity(USUAL);
        let (mut stems, mut ends) = (String::with_capacity(query.len()), Vec::with_capacity(USUAL));
        let (mut opening, mut seen) = (Opening::default(), Seen::default());
        for_each_word(query, |word| {
            let stem = stem(word);
            let number = number_of(stem);
            if words.len() < WORDS && !seen.has(number, &words) {
                let inflected = opening.read(word, stem, number, words.len());
                factors.push(if inflected { INFLECTED } else { 1.0 });
                words.push(number);
                stems.push_str(stem);
                ends.push(stems.len());
            }
        });
        // One after the other, with nothing between: so the memory answers several at once.
        let lists: Vec<_> = words.iter().map(|number| index.vocabulary.find(*number)).collect();
        let mut worths = worths(&words);
        worths.iter_mut().zip(factors).for_each(|(worth, factor)| *worth *= factor);
        let mut question = Self::of(index, words, &lists, &worths);
        question.letters = letters(query, index.longest_name);
        (question.lead, question.asks) = (opening.lead.and_then(|at| lists[at]), opening.asks);
        for (at, _) in lists.iter().enumerate().filter(|(_, list)| list.is_none()) {
            let start = at.checked_sub(1).map_or(0, |before| ends[before]);
            question.guess(index, &stems[start..ends[at]], worths[at]);
        }
        question.merge();
        question
    }

    /// The question again, from the numbers of its words: unknown words stay unknown.
    pub(crate) fn again(index: &ToolIndex, words: &[u32]) -> Self {
        let lists: Vec<_> = words.iter().map(|number| index.vocabulary.find(*number)).collect();
        let mut question = Self::of(index, words.to_vec(), &lists, &worths(words));
        question.merge();
        question
    }

    fn of(index: &ToolIndex, words: Vec<u32>, lists: &[Option<u32>], worths: &[f32]) -> Self {
        let mut sought = Vec::with_capacity(2 * words.len());
        for (list, &worth) in lists.iter().zip(worths) {
            let Some(list) = list.filter(|_| worth > 0.0) else { continue };
            sought.push(Sought { list, worth });
            for &Relative { list, share, .. } in index.vocabulary.family(list) {
                sought.push(Sought { list, worth: worth * FAMILY * share });
            }
        }
        Self { words, sought, places: Places::default(), letters: None, unknown: 0, lead: None, asks: false }
    }

    /// What an unknown word may stand for, the nearest first.
    fn guess(&mut self, index: &ToolIndex, stem: &str, worth: f32) {
        if worth == 0.0 {
            return;
        }
        let before = self.sought.len();
        let mut near = index.vocabulary.near(stem);
        near.sort_unstable_by(|one, other| {
            let uses = |list: u32| Reverse(index.postings[list as usize].len());
            let stem = |list: u32| index.vocabulary.stem(list);
            (one.0, uses(one.1)).cmp(&(other.0, uses(other.1))).then_with(|| stem(one.1).cmp(stem(other.1)))
        });
        near.truncate(GUESSES);
        for (slips, list) in &near {
            let worth = worth * if *slips == 0 { BEGINNING } else { (0..*slips).map(|_| SLIP).product() };
            self.sought.push(Sought { list: *list, worth });
        }
        let mut family = Vec::new();
        index.vocabulary.relatives(stem, |list, share| {
            if near.iter().all(|(_, other)| *other != list) {
                family.push((index.vocabulary.number(list), Sought { list, worth: worth * FAMILY * share }));
            }
        });
        family.sort_unstable_by_key(|(number, _)| *number);
        self.sought.extend(family.into_iter().map(|(_, sought)| sought));
        self.unknown += usize::from(self.sought.len() == before);
    }

    /// A list is read once, for all words that lead to it.
    fn merge(&mut self) {
        self.places = Places::with_room(self.sought.len());
        let mut kept = 0;
        for at in 0..self.sought.len() {
            let sought = self.sought[at];
            let place = self.places.put(sought.list, u32::try_from(kept).unwrap_or(u32::MAX)) as usize;
            if place == kept {
                self.sought[kept] = sought;
                kept += 1;
            } else {
                self.sought[place].worth += sought.worth;
            }
        }
        self.sought.truncate(kept);
    }
}

/// What each word is worth by itself: a filler nothing, unless there is no other word.
fn worths(words: &[u32]) -> Vec<f32> {
    let mut worths: Vec<f32> = words.iter().map(|number| LITTLE.get(number).copied().unwrap_or(1.0)).collect();
    if worths.iter().all(|worth| *worth == 0.0) {
        worths.fill(1.0);
    }
    worths
}

/// The letters and digits of a name, in lower case: what is left when its style is taken away. None when they are more
/// than so many bytes.
pub(crate) fn letters(text: &str, most: usize) -> Option<String> {
    if text.is_ascii() {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        // Most questions are longer than any name: that is known soon.
        let is_more = most < text.len() && letters.clone().nth(most).is_some();
        return (!is_more).then(|| letters.map(|letter| letter.to_ascii_lowercase()).collect());
    }
    let mut letters = String::new();
    for character in text.chars().filter(|character| character.is_alphanumeric()) {
        letters.extend(character.to_lowercase());
        if letters.len() > most {
            return None;
        }
    }
    Some(letters)
}
