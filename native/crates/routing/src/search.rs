//! One search.

use crate::Hit;
use crate::confidence::{Evidence, confidence};
use crate::contrast::{BEST, tell_apart};
use crate::index::ToolIndex;
use crate::lent::Lent;
use crate::numbers::fetch;
use crate::question::{Question, Sought};
use crate::top::{cut, greatest};

/// What a tool gains whose name is the whole question.
const EXACT: f32 = 2.0;

/// How much a point of BM25F is worth, in log-odds against the other tools.
pub(crate) const POINT: f32 = 0.42;

/// What the word that a request begins with gains where a tool is named by it: it is what is to be done.
const LEAD: f32 = 1.2;

/// What is left to a tool that says that it changes something when the question only asks.
const ASKED: f32 = 0.8;

/// How many of the best are weighed against each other.
const RIVALS: usize = 16;

/// BM25F, by slot: 0 for a tool that no word leads to. With it the greatest sum that one tool could have.
fn sum(index: &ToolIndex, question: &Question) -> (Lent<f32>, f32) {
    let mut scores = Lent::of(0.0, index.slots.len());
    let mut most = 0.0;
    let postings = |sought: &Sought| &index.postings[sought.list as usize];
    fetch(question.sought.iter().map(|sought| postings(sought).beginning()));
    for sought in question.sought.iter() {
        let postings = postings(sought);
        let rarity = POINT * sought.worth * index.rarities.get(postings.len()).copied().unwrap_or_default();
        most += rarity;
        postings.add(&mut scores, rarity);
    }
    (scores, most)
}

/// What the words of the tools say.
pub(crate) struct Said {
    /// By slot.
    pub(crate) scores: Lent<f32>,
    /// The greatest sum that one tool could have.
    most: f32,
    /// The best, and what the least of them had: no other tool had as much, or has more now. None when one may have.
    best: Option<(Lent<(f32, u32)>, f32)>,
}

pub(crate) fn words_say(index: &ToolIndex, question: &Question) -> Said {
    let (mut scores, most) = sum(index, question);
    if let Some(lead) = question.lead.and_then(|lead| question.places.get(lead)) {
        let lead = &question.sought[lead as usize];
        index.postings[lead.list as usize].add_named(&mut scores, LEAD * POINT * lead.worth);
    }
    let best = tell_apart(index, question, &mut scores);
    let least = best.iter().map(|(score, _)| *score).fold(f32::INFINITY, f32::min);
    if question.asks {
        for (score, writes) in scores.iter_mut().zip(&index.writes) {
            *score *= if *writes { ASKED } else { 1.0 };
        }
    }
    let named = question.letters.as_ref().and_then(|letters| index.names.get(letters));
    if let Some(named) = named {
        // A tool whose server has no letters has one name twice.
        let mut named = named.clone();
        named.dedup();
        for tool in named {
            scores[tool as usize] *= EXACT;
        }
    }
    let best = (best.len() < BEST || (named.is_none() && least > 0.0)).then_some((best, least));
    Said { scores, most, best }
}

/// The `limit` greatest scores, when they are surely among those that were the best: few were all, and of many so many
/// have what nobody else can have.
fn still_best(scores: &[f32], best: &[(f32, u32)], least: f32, limit: usize) -> Option<Lent<(f32, u32)>> {
    let all = best.len() < BEST;
    let now = best.iter().map(|(_, tool)| (scores[*tool as usize], *tool));
    let mut found = Lent::with(now.filter(|(score, _)| if all { *score != 0.0 } else { *score >= least }));
    let enough = all || found.len() >= limit;
    cut(&mut found, limit);
    enough.then_some(found)
}

pub(crate) fn search<'a>(index: &'a ToolIndex, question: &Question, limit: usize) -> Vec<Hit<'a>> {
    if limit == 0 {
        return Vec::new();
    }
    let Said { mut scores, most, best } = words_say(index, question);
    let remembered = index.memory.say(&question.words, &mut scores);
    if index.len() < scores.len() {
        // What is only remembered cannot be found.
        for (score, live) in scores.iter_mut().zip(&index.live) {
            *score = if *live { *score } else { 0.0 };
        }
    }
    let named = |(score, tool): (f32, u32)| {
        let slot = index.slots[tool as usize].as_ref()?;
        Some((score, &*slot.server, &*slot.name, tool))
    };
    let wanted = limit.max(RIVALS);
    let best = best.filter(|_| index.memory.is_empty());
    let greatest = best
        .and_then(|(best, least)| still_best(&scores, &best, least, wanted))
        .unwrap_or_else(|| greatest(&scores, wanted));
    let mut found: Vec<_> = greatest.iter().copied().filter_map(named).collect();
    found
        .sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let top = Lent::with(found.iter().take(RIVALS).map(|found| found.0));
    let evidence = Evidence { top: &top, most, sought: question.sought.len(), unknown: question.unknown, remembered };
    let sure = confidence(&evidence);
    let first = top.first().copied().unwrap_or(0.0);
    found.truncate(limit);
    found
        .into_iter()
        .map(|(score, server, name, number)| Hit {
            server,
            name,
            number,
            score: positive(score),
            confidence: sure * (score - first).exp(),
        })
        .collect()
}

/// A tool that calls have taught to be wrong may have less than no score; what is shown is above 0, in the same order.
fn positive(score: f32) -> f32 {
    if score > 1.0 { score } else { (score - 1.0).exp().max(f32::MIN_POSITIVE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{for_each_word, stem};
    use crate::{Tool, Weights};
    use bm25::{EmbedderBuilder, Scorer, Tokenizer};
    use proptest::prelude::*;

    struct Stems;

    impl Tokenizer for Stems {
        fn tokenize(&self, text: &str) -> Vec<String> {
            let mut stems = Vec::new();
            for_each_word(text, |word| stems.push(stem(word).to_owned()));
            stems
        }
    }

    /// None is a filler, inflected, or of the family of another.
    const WORDS: [&str; 12] =
        ["river", "stone", "cloud", "lamp", "bridge", "garden", "violin", "harbour", "k8s", "pods", "policies", "日"];

    fn text(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(WORDS.as_slice()), words).prop_map(|words| words.join(" "))
    }

    proptest! {
        /// Over one field it is what the crate `bm25` computes, but for the constant k1 + 1 and our own scale.
        #[test]
        fn sums_are_bm25(
            texts in proptest::collection::vec(text(1..9), 1..40),
            words in proptest::sample::subsequence(WORDS.to_vec(), 1..5),
            saturation in 0.5_f32..4.0,
            length in 0.0_f32..=1.0,
            usual in 1.0_f32..12.0,
        ) {
            let weights = Weights { worth: [0.0, 0.0, 0.0, 1.0, 0.0, 0.0], length: [length; 6], usual: [usual; 6], saturation };
            let mut index = ToolIndex::with_weights(weights);
            // Names without letters: no words of their own.
            let tools: Vec<Tool> = (1..)
                .zip(&texts)
                .map(|(at, text)| Tool { name: "-".repeat(at), description: text.clone(), ..Tool::default() })
                .collect();
            index.replace_server("-", &tools);
            let query = words.join(" ");
            let (ours, _) = sum(&index, &Question::read(&index, &query));

            let corpus: Vec<&str> = texts.iter().map(String::as_str).collect();
            let embedder = EmbedderBuilder::<u32, Stems>::with_tokenizer_and_fit_to_corpus(Stems, &corpus)
                .k1(saturation).b(length).avgdl(usual).build();
            let mut scorer = Scorer::<usize, u32>::new();
            for (at, text) in texts.iter().enumerate() {
                scorer.upsert(&at, embedder.embed(text));
            }
            let asked = embedder.embed(&query);
            for at in 0..texts.len() {
                let slot = index.servers["-"][&*tools[at].name] as usize;
                let theirs = scorer.score(&at, &asked).unwrap_or_default() * POINT / (saturation + 1.0);
                prop_assert!((ours[slot] - theirs).abs() < 1e-4, "{}: {} {theirs}", texts[at], ours[slot]);
            }
        }

        /// Whether or not the best of before are enough to look at.
        #[test]
        fn the_found_are_those_of_a_full_sort(
            texts in proptest::collection::vec((text(1..7), any::<Option<bool>>()), 1..90),
            words in proptest::collection::vec(proptest::sample::select(WORDS.as_slice()), 1..8),
            asks in any::<bool>(),
            limit in 1_usize..40,
        ) {
            let tools: Vec<Tool> = (100..)
                .zip(&texts)
                .map(|(at, (text, reads))| {
                    Tool { name: format!("t{at}"), description: text.clone(), reads: *reads, ..Tool::default() }
                })
                .collect();
            let mut index = ToolIndex::default();
            index.replace_server("-", &tools);
            let query = if asks { "what is ".to_owned() } else { String::new() } + &words.join(" ");
            let scores = words_say(&index, &Question::read(&index, &query)).scores;
            let mut expected: Vec<(f32, &str)> = tools
                .iter()
                .map(|tool| (scores[index.servers["-"][&*tool.name] as usize], tool.name.as_str()))
                .filter(|(score, _)| *score != 0.0)
                .collect();
            expected.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
            expected.truncate(limit);
            let found = index.search(&query, limit);
            prop_assert_eq!(
                found.iter().map(|hit| hit.name).collect::<Vec<_>>(),
                expected.iter().map(|(_, name)| *name).collect::<Vec<_>>()
            );
        }
    }
}
