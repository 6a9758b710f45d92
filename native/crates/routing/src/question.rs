//! A question, as what to look for.

use crate::forms::{Form, Forms, worth_of};
use crate::index::ToolIndex;
use crate::lent::Lent;
use crate::numbers::fetch;
use crate::places::Places;
use crate::vocabulary::Relative;
use crate::words::{Word, for_each_key, key_of, opens_question, text_of};
use std::cmp::Reverse;

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

/// What a verb is worth that says how something is, not what is to be done: `running containers`.
const INFLECTED: f32 = 0.7;

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
    /// Reads the next word, while it is not settled.
    fn read(&mut self, word: &str, form: &Form, at: usize) {
        let asking = opens_question(word);
        self.asks |= asking && !self.begun;
        self.begun = true;
        self.settled = asking || OF_A_THING.contains(&word);
        // A word that says something by itself.
        if !self.settled && form.worth >= 1.0 {
            self.settled = true;
            self.lead = (!form.inflected).then_some(at);
        }
    }
}

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

/// How many words are read together.
const TOGETHER: usize = 64;

/// The different words of a text, as they are read.
struct Reading<'a> {
    forms: &'a Forms,
    /// Those that wait.
    waiting: [Word; TOGETHER],
    wait: usize,
    words: Lent<u32>,
    worths: Lent<f32>,
    factors: Lent<f32>,
    /// The keys of their stems, 0 for long ones, which are here by their places.
    stems: Lent<Word>,
    long: Vec<(usize, String)>,
    opening: Opening,
    seen: Seen,
}

impl<'a> Reading<'a> {
    fn of(index: &'a ToolIndex, text: &str) -> Self {
        let mut reading = Self {
            forms: &index.vocabulary.forms,
            waiting: [0; TOGETHER],
            wait: 0,
            words: Lent::empty(),
            worths: Lent::empty(),
            factors: Lent::empty(),
            stems: Lent::empty(),
            long: Vec::new(),
            opening: Opening::default(),
            seen: Seen::default(),
        };
        for_each_key(text, |word, key| {
            if key == 0 {
                reading.read_long(word);
            } else {
                reading.waiting[reading.wait] = key;
                reading.wait += 1;
                if reading.wait == TOGETHER {
                    reading.read_waiting();
                }
            }
        });
        reading.read_waiting();
        reading
    }

    fn read_waiting(&mut self) {
        let wait = std::mem::take(&mut self.wait);
        self.forms.fetch(&self.waiting[..wait]);
        for at in 0..wait {
            let word = self.waiting[at];
            let form = self.forms.read(word);
            if self.is_new(&form) {
                if !self.opening.settled {
                    self.opening.read(text_of(&word.to_le_bytes()), &form, self.words.len());
                }
                self.stems.push(word & (Word::MAX >> (128 - 8 * form.stem)));
                self.keep(&form);
            }
        }
    }

    fn read_long(&mut self, word: &str) {
        self.read_waiting();
        let form = Form::of(word);
        if self.is_new(&form) {
            let (at, stem) = (self.words.len(), &word[..form.stem]);
            if !self.opening.settled {
                self.opening.read(word, &form, at);
            }
            self.stems.push(key_of(stem));
            self.long.push((at, stem.to_owned()));
            self.keep(&form);
        }
    }

    /// Whether a word was not there before, and there are not enough.
    fn is_new(&mut self, form: &Form) -> bool {
        self.words.len() < WORDS && !self.seen.has(form.number, &self.words)
    }

    fn keep(&mut self, form: &Form) {
        self.factors.push(if form.inflected { INFLECTED } else { 1.0 });
        self.worths.push(form.worth);
        self.words.push(form.number);
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
    pub(crate) words: Lent<u32>,
    /// What to look for, in an order that is the question's own and not the catalogue's history's: sums of floating point
    /// numbers depend on it.
    pub(crate) sought: Lent<Sought>,
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
        let Reading { words, mut worths, factors, stems, long, opening, .. } = Reading::of(index, query);
        settle(&mut worths);
        // One after the other, with nothing between: so the memory answers several at once.
        let lists = Lent::with(words.iter().map(|number| index.vocabulary.find(*number)));
        worths.iter_mut().zip(factors.iter()).for_each(|(worth, factor)| *worth *= factor);
        let mut question = Self::of(index, words, &lists, &worths);
        question.letters = letters(query, index.longest_name);
        (question.lead, question.asks) = (opening.lead.and_then(|at| lists[at]), opening.asks);
        for (at, _) in lists.iter().enumerate().filter(|(_, list)| list.is_none()) {
            let bytes = stems[at].to_le_bytes();
            let long = || long.iter().find(|(long, _)| *long == at).map(|(_, stem)| stem.as_str());
            let stem = if stems[at] == 0 { long().unwrap_or_default() } else { text_of(&bytes) };
            question.guess(index, stem, worths[at]);
        }
        question.merge();
        question
    }

    /// The question again, from the numbers of its words: unknown words stay unknown.
    pub(crate) fn again(index: &ToolIndex, words: &[u32]) -> Self {
        let lists = Lent::with(words.iter().map(|number| index.vocabulary.find(*number)));
        let mut worths = Lent::with(words.iter().map(|number| worth_of(*number)));
        settle(&mut worths);
        let mut question = Self::of(index, Lent::with(words.iter().copied()), &lists, &worths);
        question.merge();
        question
    }

    fn of(index: &ToolIndex, words: Lent<u32>, lists: &[Option<u32>], worths: &[f32]) -> Self {
        let mut sought = Lent::empty();
        let families = lists.iter().flatten().map(|list| index.vocabulary.family(*list));
        fetch(families.filter_map(|family| family.first()).map(|relative| relative.list as usize));
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
        for (slips, list) in near.iter() {
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

/// Fillers count where there is no other word.
fn settle(worths: &mut [f32]) {
    if worths.iter().all(|worth| *worth == 0.0) {
        worths.fill(1.0);
    }
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
