//! A definition to a verdict: all signals of all texts, weighed.

use super::concept::{self, ATTACK, DEFEND, DELETE, OFFENCE, RAID, REPORT, STEAL};
use super::frame::{Frame, framed_order, frames};
use super::hidden::{Hidden, What, disguised, hidden, mixed_script};
use super::kind::SignalKind;
use super::names::{Names, Nearness};
use super::parameter::{Oddity, odd_name};
use super::pattern::{TABLE, find};
use super::tree::{Text, Tree};
use super::weights;
use super::words::{Owner, Token, meaning, parts, tokens};
use std::collections::HashSet;
use std::ops::Range;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its family.
    pub kind: SignalKind,
    /// Which signal of the family, a word such as `not_tell`.
    pub id: &'static str,
    /// The JSON pointer (RFC 6901) of the text it is in.
    pub pointer: String,
    /// Where in the text, half-open, in UTF-16 code units as JavaScript counts them.
    pub span: Range<u32>,
    /// Why, in words; never the text itself.
    pub reason: &'static str,
    /// Where the words that make it up begin, as `span` counts; nothing where it is no row of words.
    pub cues: Vec<u32>,
}

/// What is thought of a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Held to be poisoned: a score of at least one half, from two different signals that rest on four words or more.
    pub flagged: bool,
    /// How likely, 0 to 1, if one definition in two were poisoned.
    pub score: f64,
    /// The evidence, each signal once, in the order found; at most 48.
    pub signals: Vec<Signal>,
}

/// Signals told of one definition.
const MOST_SIGNALS: usize = 48;
/// Words that signals must rest on together before they flag.
const ENOUGH_WORDS: usize = 4;
/// An attack in so many words has something it is on.
const NAMES_A_TARGET: usize = 3;
/// A name of so many words is a sentence.
const LONG_NAME: usize = 5;
/// Bytes of a definition that are looked at: more than any real one has.
const MOST_BYTES: usize = 4 << 20;

/// Scores a tool definition, JSON text of `{server?, name, title?, description?, inputSchema?, outputSchema?, annotations?}`.
/// Keys of other names count as text too. With `others`, names are held against those of other servers.
///
/// Text that is not JSON is read as far as it goes.
#[must_use]
pub fn score_definition(json: &str, others: Option<&Names>) -> Verdict {
    let mut end = json.len().min(MOST_BYTES);
    while !json.is_char_boundary(end) {
        end -= 1;
    }
    let tree = Tree::read(&json[..end]);
    let mut case = Case::open(&tree, others);
    for text in &tree.texts {
        case.look(text);
        case.bytes += text.value.len();
    }
    case.compare();
    case.close()
}

struct Case<'a> {
    tree: &'a Tree,
    others: Option<&'a Names>,
    name: Option<&'a Text>,
    server: &'a str,
    parameters: HashSet<&'a str>,
    read_only: bool,
    /// Words of defence or of looking up stand in the description: a tool that looks for attacks names them.
    defends: bool,
    /// The description opens with a word of the name and says no more, or a word that means other things too.
    echoed: bool,
    signals: Vec<Signal>,
    /// Bytes of text looked at.
    bytes: usize,
    seen: HashSet<&'static str>,
}

impl<'a> Case<'a> {
    fn open(tree: &'a Tree, others: Option<&'a Names>) -> Self {
        let top = |wanted: &str| {
            tree.texts
                .iter()
                .find(|text| !text.key && tree.parent(text.node) == 0 && tree.name(text.node) == Some(wanted))
        };
        let parameters = tree
            .texts
            .iter()
            .filter(|text| text.key && tree.top::<3>(text.node)[1] == Some("properties"))
            .map(|text| text.value.as_str())
            .collect();
        let read_only = tree.flags.iter().any(|(node, value)| *value && tree.name(*node) == Some("readOnlyHint"));
        Self {
            tree,
            others,
            name: top("name"),
            server: top("server").map_or("", |text| &text.value),
            parameters,
            read_only,
            defends: false,
            echoed: false,
            signals: Vec::new(),
            bytes: 0,
            seen: HashSet::new(),
        }
    }

    /// Takes a signal down, once.
    fn tell(&mut self, kind: SignalKind, id: &'static str, reason: &'static str, text: &Text, bytes: Range<usize>) {
        self.tell_cues(kind, id, reason, text, bytes, &[]);
    }

    fn tell_cues(
        &mut self,
        kind: SignalKind,
        id: &'static str,
        reason: &'static str,
        text: &Text,
        bytes: Range<usize>,
        cues: &[usize],
    ) {
        if self.seen.insert(id) && self.signals.len() < MOST_SIGNALS {
            let units = |to: usize| {
                let units: usize = text.value.get(..to).unwrap_or_default().chars().map(char::len_utf16).sum();
                u32::try_from(units).unwrap_or(u32::MAX)
            };
            let span = units(bytes.start)..units(bytes.end);
            let cues = cues.iter().map(|at| units(*at)).collect();
            self.signals.push(Signal { kind, id, pointer: self.tree.pointer(text.node), span, reason, cues });
        }
    }

    fn look(&mut self, text: &'a Text) {
        if text.key {
            self.look_at_key(text);
            return;
        }
        let top = self.tree.top::<1>(text.node)[0];
        // The server's name is the operator's word, not the definition's.
        if top == Some("server") && self.tree.parent(text.node) == 0 {
            return;
        }
        if self.tree.parent(text.node) == 0 && (top == Some("name") || top == Some("title")) {
            self.look_at_name(text);
        }
        let (own_name, parameters, others, server) =
            (self.name.map_or("", |name| name.value.as_str()), &self.parameters, self.others, self.server);
        let own = |word: &str| {
            if word == own_name || parameters.contains(word) {
                Owner::Tool
            } else if others.is_some_and(|names| names.has(server, word)) {
                Owner::Server
            } else {
                Owner::Stranger
            }
        };
        let row = tokens(&text.value, &own);
        self.weigh(text, &row, None);
        self.look_for_hidden(text, &row);
        let mut found = Vec::new();
        frames(&text.value, &mut found);
        for (frame, bytes) in found {
            let (id, reason) = match frame {
                Frame::Tag => ("authority_tag", "a tag that speaks with authority"),
                Frame::Template => ("chat_template", "marks of a chat template"),
                Frame::Link => ("data_link", "a link that is to carry data away"),
                Frame::Comment => ("comment", "a comment, which a person does not see where markup is rendered"),
            };
            let ordered = framed_order(&row, &bytes);
            if !ordered.is_empty() {
                let order = "gives orders in such a frame";
                self.tell_cues(SignalKind::Instruction, "framed_order", order, text, bytes.clone(), &ordered);
            }
            self.tell(SignalKind::FakeFrame, id, reason, text, bytes);
        }
        if top == Some("description") && self.tree.parent(text.node) == 0 {
            // What looks things up names attacks as its subject; what detects them names them as its enemy.
            self.defends |= row.first().is_some_and(|token| token.set & REPORT != 0)
                || row.iter().take(12).any(|token| token.set & DEFEND != 0);
            self.look_at_opening(text, &row);
            let head: concept::Set = row.iter().take(3).fold(0, |set, token| set | token.set);
            if self.read_only && head & DELETE != 0 {
                self.tell(
                    SignalKind::HintMismatch,
                    "read_only_deletes",
                    "hinted to only read, described as deleting",
                    text,
                    0..0,
                );
            }
        }
    }

    /// What a description begins with is what the tool is for.
    fn look_at_opening(&mut self, text: &Text, row: &[Token]) {
        for (wanted, id, reason) in [
            (ATTACK | STEAL | OFFENCE, "hostile_opening", "its description opens with an attack"),
            (RAID, "raid_opening", "its description opens with what attackers do"),
        ] {
            if let Some(token) = row.iter().take(2).find(|token| token.set & wanted != 0) {
                let word = text.value.get(token.start as usize..token.end as usize).unwrap_or_default();
                let named = self.name.map_or_else(Vec::new, |name| parts(&name.value));
                let weak = id == "raid_opening" || row.len() < NAMES_A_TARGET;
                self.echoed |= weak && parts(word).iter().any(|part| named.contains(part));
                self.tell(SignalKind::HostilePurpose, id, reason, text, token.start as usize..token.end as usize);
            }
        }
    }

    /// Whether the text is one of the values a parameter may have, where sentences have no business.
    fn is_value(&self, text: &Text) -> bool {
        let of = |node: u32| matches!(self.tree.name(node), Some("enum" | "default" | "const"));
        !text.key && (of(text.node) || of(self.tree.parent(text.node)))
    }

    /// The patterns in a row of tokens. What hidden text says is told at the place it hides in.
    fn weigh(&mut self, text: &Text, row: &[Token], place: Option<&Range<usize>>) {
        let hits = find(row);
        if !hits.is_empty() && self.is_value(text) {
            let reason = "a choice or a default that gives orders";
            self.tell(SignalKind::OddParameter, "order_as_value", reason, text, 0..text.value.len());
        }
        for hit in hits {
            let pattern = TABLE[hit.pattern];
            let cues: Vec<usize> = hit.cues().iter().map(|token| row[*token as usize].start as usize).collect();
            let last = hit.cues().last().map_or(0, |token| row[*token as usize].end as usize);
            // Hidden words have no place of their own: each counts from where they hide.
            let (bytes, cues) = match place {
                Some(place) => (place.clone(), cues.iter().map(|at| place.start + at).collect()),
                None => (cues.first().copied().unwrap_or(0)..last, cues),
            };
            self.tell_cues(pattern.kind, pattern.id, pattern.reason, text, bytes, &cues);
        }
        let foreign = row.iter().find(|token| {
            token.set & concept::IDENT != 0
                && self.others.is_some_and(|names| {
                    text.value
                        .get(token.start as usize..token.end as usize)
                        .is_some_and(|word| names.elsewhere(self.server, word).is_some())
                })
        });
        if let (Some(token), None) = (foreign, place) {
            self.tell(
                SignalKind::CrossTool,
                "foreign_tool",
                "names a tool of another server",
                text,
                token.start as usize..token.end as usize,
            );
        }
    }

    fn look_for_hidden(&mut self, text: &Text, row: &[Token]) {
        let mut found: Vec<Hidden> = Vec::new();
        hidden(&text.value, &mut found);
        for Hidden { what, start, end, says } in found {
            let (kind, id, reason) = match what {
                What::Tags => (SignalKind::HiddenText, "tag_characters", "text in characters that are not shown"),
                What::Unseen => {
                    (SignalKind::HiddenText, "unseen_characters", "characters that are not shown, inside words")
                }
                What::Direction => (SignalKind::HiddenText, "direction", "controls of the writing direction"),
                What::Terminal => (SignalKind::HiddenText, "terminal", "a terminal sequence"),
                What::FarAway => (SignalKind::HiddenText, "far_away", "text behind a long stretch of nothing"),
                What::Encoded => (SignalKind::Encoded, "encoded", "encoded text that decodes to words"),
            };
            self.tell(kind, id, reason, text, start..end);
            if let Some(says) = says {
                let said = tokens(&says, &|_| Owner::Stranger);
                if said.len() >= 3 {
                    self.tell(SignalKind::Instruction, "hidden_words", "the hidden text is in words", text, start..end);
                }
                self.weigh(text, &said, Some(&(start..end)));
            }
        }
        if let Some(token) = disguised(row) {
            self.tell(
                SignalKind::HiddenText,
                "disguised",
                "a word spelled so that a filter misses it",
                text,
                token.start as usize..token.end as usize,
            );
        }
    }

    fn look_at_key(&mut self, text: &Text) {
        let parameter = self.tree.name(self.tree.parent(text.node)) == Some("properties");
        if parameter {
            let (id, reason) = match odd_name(&text.value) {
                Some(Oddity::Talk) => ("asks_talk", "a parameter for the conversation or the prompt"),
                Some(Oddity::Caller) => ("asks_caller", "a parameter for who calls"),
                Some(Oddity::Drawer) => ("asks_note", "a parameter for notes aside"),
                Some(Oddity::Secret) => ("asks_secret", "a parameter for the person's secrets"),
                None => ("", ""),
            };
            if !id.is_empty() {
                self.tell(SignalKind::OddParameter, id, reason, text, 0..0);
            }
            let wrapped = text.value.starts_with('_') && text.value.ends_with('_');
            if id == "asks_secret" && parts(&text.value).len() >= LONG_NAME || wrapped && !id.is_empty() {
                let reason = "a parameter's name that is an order, or that is marked as nobody's to fill in";
                let words: Vec<usize> =
                    text.value.match_indices(['_', '-']).map(|(at, _)| at + 1).take(LONG_NAME).collect();
                self.tell_cues(SignalKind::Instruction, "name_orders", reason, text, 0..0, &words);
            }
        }
        if mixed_script(&text.value) {
            self.tell(
                SignalKind::HiddenText,
                "mixed_key",
                "a parameter's name in letters of two scripts",
                text,
                0..text.value.len(),
            );
        }
        // A key may be a sentence too.
        if text.value.len() > 24 && text.value.contains(' ') {
            let row = tokens(&text.value, &|_| Owner::Stranger);
            self.weigh(text, &row, None);
        }
    }

    fn look_at_name(&mut self, text: &Text) {
        if mixed_script(&text.value) {
            self.tell(
                SignalKind::HiddenText,
                "mixed_name",
                "a name in letters of two scripts",
                text,
                0..text.value.len(),
            );
        }
        let words = parts(&text.value);
        for (wanted, id, reason) in [
            (STEAL | OFFENCE | ATTACK, "hostile_name", "a name that says an attack"),
            (RAID, "raid_name", "a name of what attackers do"),
        ] {
            if words.iter().take(12).any(|word| meaning(word) & wanted != 0) {
                self.tell(SignalKind::HostilePurpose, id, reason, text, 0..text.value.len());
            }
        }
    }

    /// The name against those of other servers.
    fn compare(&mut self) {
        let (Some(names), Some(name)) = (self.others, self.name) else { return };
        let Some((near, _)) = names.nearness(self.server, &name.value) else { return };
        let (id, reason) = match near {
            Nearness::Same => ("same_name", "another server has a tool of this name"),
            Nearness::LooksSame => ("name_looks_same", "reads like the name of another server's tool"),
            Nearness::OneLetter => ("name_near", "one letter from the name of another server's tool"),
            Nearness::Versioned => ("name_versioned", "poses as another server's tool in a newer version"),
        };
        self.tell(SignalKind::Shadowing, id, reason, name, 0..name.value.len());
    }

    fn close(mut self) -> Verdict {
        if self.defends {
            self.signals.retain(|signal| signal.kind != SignalKind::HostilePurpose || signal.id == "steal_what");
        }
        let score = weights::score(self.signals.iter().map(|signal| (signal.kind, signal.id)), self.bytes);
        Verdict { flagged: score >= 0.5 && self.rests_on_enough(), score, signals: self.signals }
    }

    /// Whether two signals or more speak, and rest on four words or more together: a phrase that several patterns take
    /// up is still one phrase. A signal that is no row of words counts as two.
    fn rests_on_enough(&self) -> bool {
        let speaking = || self.signals.iter().filter(|signal| weights::of(signal.id) > 0.0);
        let cues: HashSet<(&str, u32)> =
            speaking().flat_map(|signal| signal.cues.iter().map(|at| (signal.pointer.as_str(), *at))).collect();
        // What another signal of the family counts word by word is not counted again as a whole.
        let counted = |whole: &&Signal| {
            speaking().any(|signal| {
                signal.kind == whole.kind
                    && signal.pointer == whole.pointer
                    && signal.cues.iter().any(|at| whole.span.contains(at))
            })
        };
        let wholes: HashSet<(&str, u32, u32)> = speaking()
            .filter(|signal| signal.cues.is_empty() && !counted(signal))
            .filter(|signal| !(self.echoed && signal.id.ends_with("_opening")))
            .map(|signal| (signal.pointer.as_str(), signal.span.start, signal.span.end))
            .collect();
        speaking().nth(1).is_some() && cues.len() + 2 * wholes.len() >= ENOUGH_WORDS
    }
}
