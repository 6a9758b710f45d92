//! The catalogue as lists of where each word occurs.

use crate::fields::{Impact, Weights};
use crate::memory::Memory;
use crate::postings::{Posting, Postings};
use crate::question::{Question, letters};
use crate::vocabulary::Vocabulary;
use crate::{Hit, Outcome, Tool};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A catalogue of tools that can be searched, that changes one server at a time, and that learns from calls.
///
/// ```
/// # use routing::{Outcome, Tool, ToolIndex};
/// let mut index = ToolIndex::default();
/// let tool = |name: &str, description: &str| Tool { name: name.into(), description: description.into(), ..Tool::default() };
/// index.replace_server("docker", &[tool("container_list", "Lists containers"), tool("image_pull", "Pulls an image")]);
/// assert_eq!(index.search("which containers are there", 1)[0].name, "container_list");
/// index.learn("what is up", "docker", "container_list", Outcome::Ok);
/// assert_eq!(index.search("what is up", 1)[0].name, "container_list");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ToolIndex {
    weights: Weights,
    pub(crate) vocabulary: Vocabulary,
    /// The occurrences of each stem, by the number of its list.
    pub(crate) postings: Vec<Postings>,
    /// A slot is kept while its tool is in the catalogue or remembered; the next new tool fills an empty one.
    pub(crate) slots: Vec<Option<Slot>>,
    /// Tools in the catalogue by their name, and by their server and name, reduced to letters.
    pub(crate) names: HashMap<String, Vec<u32>>,
    /// No name has more bytes.
    pub(crate) longest_name: usize,
    /// The lists that the tool of a slot is in, each with what it says about the tool, in lots; none when the tool is not in
    /// the catalogue.
    pub(crate) lists: Vec<Box<[Lot]>>,
    /// Whether the tool of a slot is in the catalogue.
    pub(crate) live: Vec<bool>,
    /// Whether it says of itself that it changes something.
    pub(crate) writes: Vec<bool>,
    free: Vec<u32>,
    /// How rare a stem is, by how many of the tools have it.
    pub(crate) rarities: Vec<f32>,
    pub(crate) servers: BTreeMap<Box<str>, BTreeMap<Box<str>, u32>>,
    pub(crate) memory: Memory,
    size: usize,
}

/// A tool.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) server: Box<str>,
    pub(crate) name: Box<str>,
}

impl ToolIndex {
    /// An empty catalogue with weights of its own. [`ToolIndex::default`] has those that were found to be good.
    #[must_use]
    pub fn with_weights(weights: Weights) -> Self {
        Self { weights, ..Self::default() }
    }

    /// Puts the tools of one server in place of those it had. Of two tools of one name the later one counts. What was
    /// learned about tools of these names stays.
    pub fn replace_server(&mut self, server: &str, tools: &[Tool]) {
        self.remove(server);
        let last: HashMap<&str, &Tool> = tools.iter().map(|tool| (tool.name.as_str(), tool)).collect();
        self.servers.entry(server.into()).or_default();
        let names: HashSet<&str> = last.keys().copied().collect();
        for tool in tools {
            if last.get(tool.name.as_str()).is_some_and(|last| std::ptr::eq(*last, tool)) {
                self.add(server, tool, &names);
            }
        }
        self.count_rarities();
    }

    /// Removes a server with its tools. False when it was not there. What was learned about them stays in the memory.
    pub fn remove_server(&mut self, server: &str) -> bool {
        let there = self.remove(server);
        self.count_rarities();
        there
    }

    fn remove(&mut self, server: &str) -> bool {
        let Some(names) = self.servers.get(server) else { return false };
        let numbers: Vec<u32> = names.values().copied().collect();
        let mut removed = vec![false; self.slots.len()];
        let mut touched = Vec::new();
        let mut there = numbers.is_empty();
        for &number in &numbers {
            let Some(slot) = self.slots[number as usize].as_ref().filter(|_| self.live[number as usize]) else {
                continue;
            };
            there = true;
            for key in name_keys(server, &slot.name) {
                if let Some(tools) = self.names.get_mut(&key) {
                    tools.retain(|tool| *tool != number);
                    if tools.is_empty() {
                        self.names.remove(&key);
                    }
                }
            }
            removed[number as usize] = true;
            self.live[number as usize] = false;
            let lists = std::mem::take(&mut self.lists[number as usize]);
            touched.extend(lists.as_flattened().iter().map(|(list, _)| *list).filter(|list| *list != NO_LIST));
            self.size -= 1;
        }
        touched.sort_unstable();
        touched.dedup();
        for list in touched {
            let postings = &mut self.postings[list as usize];
            postings.remove(&numbers, &removed);
            if postings.len() == 0 {
                self.vocabulary.remove(list);
            }
        }
        for number in numbers {
            self.release(number);
        }
        self.servers.retain(|name, tools| &**name != server || !tools.is_empty());
        there
    }

    /// The best tools for a question, best first, at most `limit`; empty when no word is known. Equal scores are in
    /// byte order of server and name, so the same catalogue, memory and question give the same answer. Of a question
    /// the first 128 different words count.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        crate::search::search(self, &Question::read(self, query), limit)
    }

    /// Learns from a call: the request that led to it, the tool that was called and how it ended. False when the
    /// catalogue has no such tool or the request no word; then nothing is learned. Keeps numbers that stand for words,
    /// not the request. See [`crate::memory`] for what is kept and for how long.
    pub fn learn(&mut self, request: &str, server: &str, name: &str, outcome: Outcome) -> bool {
        let Some(&tool) = self.servers.get(server).and_then(|tools| tools.get(name)) else { return false };
        if !self.live[tool as usize] {
            return false;
        }
        let words = Question::read(self, request).words.to_vec();
        if words.is_empty() {
            return false;
        }
        let mut memory = std::mem::take(&mut self.memory);
        let forgotten = memory.learn(self, words, tool, outcome);
        self.memory = memory;
        for tool in forgotten {
            self.release(tool);
        }
        true
    }

    /// The number that stands for a tool until its server is replaced or removed; none when there is no such tool.
    #[must_use]
    pub fn number(&self, server: &str, name: &str) -> Option<u32> {
        let number = *self.servers.get(server)?.get(name)?;
        self.live[number as usize].then_some(number)
    }

    /// How many tools there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether there is no tool.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// How many past requests are remembered.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        self.memory.len()
    }

    /// The slot of a tool, a new one when there is none.
    pub(crate) fn slot(&mut self, server: &str, name: &str) -> u32 {
        if let Some(&number) = self.servers.get(server).and_then(|tools| tools.get(name)) {
            return number;
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.lists.push(Box::default());
            self.live.push(false);
            self.writes.push(false);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.slots[number as usize] = Some(Slot { server: server.into(), name: name.into() });
        self.servers.entry(server.into()).or_default().insert(name.into(), number);
        number
    }

    /// Gives up the slot of a tool that is neither in the catalogue nor remembered.
    pub(crate) fn release(&mut self, number: u32) {
        let slot = &mut self.slots[number as usize];
        if self.live[number as usize] || self.memory.remembers(number) {
            return;
        }
        let Some(Slot { server, name }) = slot.take() else { return };
        if let Some(tools) = self.servers.get_mut(&server) {
            tools.remove(&name);
        }
        self.free.push(number);
    }

    /// Found when the number of tools changes, not for each word of each search.
    fn count_rarities(&mut self) {
        if self.rarities.len() != self.size + 1 {
            let rarity = |with: usize| {
                let (with, without) = (with as f32, self.size.saturating_sub(with) as f32);
                (1.0 + (without + 0.5) / (with + 0.5)).ln()
            };
            self.rarities = (0..=self.size).map(rarity).collect();
        }
    }

    fn add(&mut self, server: &str, tool: &Tool, names: &HashSet<&str>) {
        let number = self.slot(server, &tool.name);
        let impacts = self.weights.impacts(&mut self.vocabulary, server, tool, names);
        self.postings.resize_with(self.postings.len().max(self.vocabulary.lists()), Postings::default);
        for &Impact { list, named, amount } in &impacts {
            self.postings[list as usize].push(Posting::new(number, named, amount), self.slots.len());
        }
        self.size += 1;
        self.live[number as usize] = true;
        self.writes[number as usize] = tool.reads == Some(false);
        for key in name_keys(server, &tool.name) {
            self.longest_name = self.longest_name.max(key.len());
            self.names.entry(key).or_default().push(number);
        }
        let mut lists = vec![[(NO_LIST, 0.0); LOT]; impacts.len().div_ceil(LOT)];
        for (room, impact) in lists.as_flattened_mut().iter_mut().zip(impacts) {
            *room = (impact.list, impact.amount);
        }
        self.lists[number as usize] = lists.into();
    }
}

/// How many lists of a tool are looked at together.
pub(crate) const LOT: usize = 8;

/// Some of the lists that a tool is in, each with what it says about the tool.
pub(crate) type Lot = [(u32, f32); LOT];

/// In the place of a list where there is none.
pub(crate) const NO_LIST: u32 = u32::MAX;

/// What a question that is nothing but the name of a tool is compared with.
fn name_keys(server: &str, name: &str) -> [String; 2] {
    let letters = |text: &str| letters(text, usize::MAX).unwrap_or_default();
    [letters(name), letters(server) + &letters(name)]
}
