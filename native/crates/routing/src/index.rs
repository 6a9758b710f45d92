//! The catalogue as lists of where each word occurs.

use crate::fields::{PerField, count, saturate, worth};
use crate::query::{Search, letters};
use crate::{Hit, Tool};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// A catalogue of tools that can be searched and that changes one server at a time.
///
/// ```
/// # use routing::{Tool, ToolIndex};
/// let mut index = ToolIndex::default();
/// let tool = |name: &str, description: &str| Tool { name: name.into(), description: description.into(), ..Tool::default() };
/// index.replace_server("docker", &[tool("container_list", "Lists containers"), tool("image_pull", "Pulls an image")]);
/// assert_eq!(index.search("which containers are there", 1)[0].name, "container_list");
/// ```
#[derive(Debug, Default)]
pub struct ToolIndex {
    /// Stems in use, in order, so that beginnings and near words are neighbours.
    pub(crate) stems: BTreeMap<Box<str>, u32>,
    postings: Vec<Vec<Posting>>,
    /// What the postings are worth, worked out by the first search after a change.
    impacts: OnceLock<Impacts>,
    /// A removed tool leaves a gap that the next one fills.
    pub(crate) tools: Vec<Option<Entry>>,
    /// Tools by their name, and by their server and name, reduced to letters.
    pub(crate) names: HashMap<String, Vec<u32>>,
    free_tools: Vec<u32>,
    free_stems: Vec<u32>,
    servers: BTreeMap<Box<str>, Vec<u32>>,
    /// Sum of the lengths of each field.
    lengths: PerField<u64>,
    size: usize,
}

/// The occurrences of a stem in one tool.
#[derive(Clone, Copy, Debug)]
struct Posting {
    tool: u32,
    counts: PerField<u8>,
}

/// A tool that a stem occurs in, and how much that says about the tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Impact {
    pub(crate) tool: u32,
    pub(crate) amount: f32,
}

/// The impacts of all stems in one piece of memory.
#[derive(Debug)]
struct Impacts {
    all: Vec<Impact>,
    /// Where the impacts of each stem end.
    ends: Vec<usize>,
}

/// An indexed tool.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) server: Box<str>,
    pub(crate) name: Box<str>,
    lengths: PerField<u32>,
    stems: Vec<u32>,
}

impl ToolIndex {
    /// Puts the tools of one server in place of those it had. Of two tools of one name the later one counts.
    pub fn replace_server(&mut self, server: &str, tools: &[Tool]) {
        self.remove_server(server);
        let last: HashMap<&str, &Tool> = tools.iter().map(|tool| (tool.name.as_str(), tool)).collect();
        let mut numbers = Vec::with_capacity(last.len());
        for tool in tools {
            if last.get(tool.name.as_str()).is_some_and(|last| std::ptr::eq(*last, tool)) {
                numbers.push(self.add(server, tool));
            }
        }
        self.servers.insert(server.into(), numbers);
        self.impacts.take();
    }

    /// Removes a server with its tools. False when it was not there.
    pub fn remove_server(&mut self, server: &str) -> bool {
        let Some(numbers) = self.servers.remove(server) else { return false };
        let mut touched = BTreeSet::new();
        for number in numbers {
            let Some(entry) = self.tools[number as usize].take() else { continue };
            for key in name_keys(server, &entry.name) {
                if let Some(tools) = self.names.get_mut(&key) {
                    tools.retain(|tool| *tool != number);
                    if tools.is_empty() {
                        self.names.remove(&key);
                    }
                }
            }
            for (sum, length) in self.lengths.iter_mut().zip(entry.lengths) {
                *sum -= u64::from(length);
            }
            touched.extend(entry.stems);
            self.size -= 1;
            self.free_tools.push(number);
        }
        for list in touched {
            let postings = &mut self.postings[list as usize];
            postings.retain(|posting| self.tools[posting.tool as usize].is_some());
            if postings.is_empty() {
                self.free_stems.push(list);
            }
        }
        self.stems.retain(|_, list| !self.postings[*list as usize].is_empty());
        self.impacts.take();
        true
    }

    /// The best tools for a question, best first, at most `limit`; empty when no word is known. Equal scores are in
    /// byte order of server and name, so the same catalogue and question give the same answer.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        Search::read(self, query).run(limit)
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

    fn add(&mut self, server: &str, tool: &Tool) -> u32 {
        let number = self.free_tools.pop().unwrap_or_else(|| {
            self.tools.push(None);
            next_number(self.tools.len())
        });
        let mut lengths = PerField::<u32>::default();
        let counts = count(server, tool);
        let mut stems = Vec::with_capacity(counts.len());
        for (stem, counts) in counts {
            for (length, count) in lengths.iter_mut().zip(counts) {
                *length += u32::from(count);
            }
            let list = self.stem_number(&stem);
            self.postings[list as usize].push(Posting { tool: number, counts });
            stems.push(list);
        }
        for (sum, length) in self.lengths.iter_mut().zip(lengths) {
            *sum += u64::from(length);
        }
        self.size += 1;
        for key in name_keys(server, &tool.name) {
            self.names.entry(key).or_default().push(number);
        }
        self.tools[number as usize] =
            Some(Entry { server: server.into(), name: tool.name.as_str().into(), lengths, stems });
        number
    }

    fn stem_number(&mut self, stem: &str) -> u32 {
        if let Some(number) = self.stems.get(stem) {
            return *number;
        }
        let number = self.free_stems.pop().unwrap_or_else(|| {
            self.postings.push(Vec::new());
            next_number(self.postings.len())
        });
        self.stems.insert(stem.into(), number);
        number
    }

    /// The tools that a stem occurs in.
    pub(crate) fn impacts(&self, list: u32) -> &[Impact] {
        let impacts = self.impacts.get_or_init(|| self.weigh());
        let list = list as usize;
        let start = if list == 0 { 0 } else { impacts.ends[list - 1] };
        &impacts.all[start..impacts.ends[list]]
    }

    /// A change of one tool changes the average lengths, and with them what a word is worth in every other.
    fn weigh(&self) -> Impacts {
        let average = self.lengths.map(|sum| sum as f32 / self.size.max(1) as f32);
        let worths: Vec<PerField<f32>> = self
            .tools
            .iter()
            .map(|entry| entry.as_ref().map_or(PerField::default(), |entry| worth(entry.lengths, average)))
            .collect();
        let mut impacts = Impacts { all: Vec::new(), ends: Vec::with_capacity(self.postings.len()) };
        for postings in &self.postings {
            impacts.all.extend(postings.iter().map(|posting| {
                let worths = &worths[posting.tool as usize];
                let amount: f32 =
                    posting.counts.iter().zip(worths).map(|(count, worth)| f32::from(*count) * worth).sum();
                Impact { tool: posting.tool, amount: saturate(amount) }
            }));
            impacts.ends.push(impacts.all.len());
        }
        impacts
    }
}

/// What a question that is nothing but the name of a tool is compared with.
fn name_keys(server: &str, name: &str) -> [String; 2] {
    [letters(name), letters(server) + &letters(name)]
}

/// The number of the last of so many. Four thousand million tools do not fit in memory.
fn next_number(count: usize) -> u32 {
    u32::try_from(count - 1).unwrap_or(u32::MAX)
}
