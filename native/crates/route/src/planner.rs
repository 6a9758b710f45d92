//! From a sentence to a plan.

use crate::context::Context;
use crate::fill::{Filling, fill};
use crate::fit::{self, fit, lexical, telling};
use crate::key::{Key, assembled};
use crate::model;
use crate::next::without_next;
use crate::spans::{Kind, Span, spans};
use crate::steps;
use crate::text::{LONGEST, Text, Token};
use crate::tool::{Definition, Tool};
use crate::words::{is_asking, is_function};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How many tools are looked at closely.
const CLOSE: usize = 12;
/// What is left of the confidence in a tool that does something else than what is asked for.
const DOUBT: f64 = 0.2;
/// How many alternatives are named.
const ALTERNATIVES: usize = 3;

/// Why there is a plan, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is a plan.
    Planned,
    /// No word of the sentence is one of a tool.
    NothingFits,
    /// The best tool does not fit well enough.
    Unsure,
    /// Two tools fit about as well.
    Ambiguous,
    /// The best tool's schema cannot be used, so that nothing could be checked.
    UnusableSchema,
    /// The sentence is too long or empty.
    Unreadable,
}

/// An argument of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter; within objects the keys on the way joined by dots: `range.start`, `items.0.name`.
    pub name: String,
    /// The same as keys.
    pub path: Vec<Key>,
    /// A value that the schema takes.
    pub value: Value,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
    /// The bytes of the sentence it came from; none when it came from the context.
    pub from: Option<(usize, usize)>,
}

/// A call that was planned and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The tool's server.
    pub server: String,
    /// The tool's name in its server.
    pub name: String,
    /// In the order of the schema; together they satisfy it, but for what is missing.
    pub arguments: Vec<Argument>,
    /// Required parameters that neither sentence nor context gave.
    pub missing: Vec<String>,
    /// How sure the tool is, 0 to 1.
    pub confidence: f64,
    /// The bytes of the sentence that ask for this step.
    pub from: (usize, usize),
}

impl Step {
    /// The arguments as a tool takes them.
    #[must_use]
    pub fn values(&self) -> Map<String, Value> {
        assembled(self.arguments.iter().map(|argument| (argument.path.as_slice(), &argument.value)))
    }
}

/// A tool that was considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The tool's server.
    pub server: String,
    /// The tool's name in its server.
    pub name: String,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
}

/// The answer to a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The calls in order; none when it abstains.
    pub steps: Vec<Step>,
    /// The parts of the sentence that ask for something no step does. A plan with such parts does not do all of it.
    pub unplanned: Vec<Unplanned>,
    /// What else was considered, best first.
    pub alternatives: Vec<Alternative>,
    /// How sure the whole is, 0 to 1: that of its least sure step.
    pub confidence: f64,
    /// Why.
    pub reason: Reason,
}

/// A part of a sentence that asks for something and has no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unplanned {
    /// The bytes of the sentence.
    pub from: (usize, usize),
    /// Why there is no step for it.
    pub reason: Reason,
}

/// A tool whose schema cannot be used: it is never planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The tool's name.
    pub name: String,
    /// What is wrong with its schema.
    pub reason: String,
}

/// Tools with their compiled schemas, and the way from a sentence to calls of them. It never calls anything.
#[derive(Debug, Default)]
pub struct Planner {
    servers: BTreeMap<String, Vec<Tool>>,
}

/// A tool that was looked at closely.
struct Seen<'a> {
    server: &'a str,
    tool: &'a Tool,
    filling: Filling,
    confidence: f64,
}

impl Planner {
    /// Without a tool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts tools in place of those of a server. Of two tools of one name the later one counts. Gives those whose
    /// schema cannot be used: too large, not valid, or pointing outside of itself.
    pub fn replace_server(&mut self, server: &str, definitions: &[Definition]) -> Vec<Refused> {
        let mut tools: BTreeMap<&str, Tool> = BTreeMap::new();
        for definition in definitions {
            tools.insert(&definition.name, Tool::read(server, definition));
        }
        let refused = tools
            .values()
            .filter_map(|tool| {
                tool.schema.as_ref().err().map(|reason| Refused { name: tool.name.clone(), reason: reason.clone() })
            })
            .collect();
        let tools: Vec<Tool> = tools.into_values().collect();
        if tools.is_empty() {
            self.servers.remove(server);
        } else {
            self.servers.insert(server.to_owned(), tools);
        }
        refused
    }

    /// Removes a server; false when it was not there.
    pub fn remove_server(&mut self, server: &str) -> bool {
        self.servers.remove(server).is_some()
    }

    /// How many tools there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.servers.values().map(Vec::len).sum()
    }

    /// Whether there is no tool.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }

    /// The plan for a sentence, over all tools or `among` some, named by server and name.
    #[must_use]
    pub fn plan(&self, sentence: &str, context: &Context, among: Option<&[(String, String)]>) -> Answer {
        if sentence.trim().is_empty() || sentence.len() > LONGEST {
            return nothing(Reason::Unreadable);
        }
        let tools = self.tools(among);
        let whole = answer(&tools, sentence, 0, context);
        let text = Text::read(sentence);
        let quoted: Vec<(usize, usize)> = spans(&text, context.now)
            .iter()
            .filter(|span| matches!(span.kind, Kind::Quoted | Kind::Url | Kind::Path | Kind::Email))
            .map(|span| (span.start, span.end))
            .collect();
        let verb = |stem: &str| tools.iter().any(|(_, tool)| tool.verbs.iter().any(|verb| verb == stem));
        let parts = steps::parts(&text, &quoted, verb);
        if parts.len() < 2 {
            return whole;
        }
        divided(&tools, &text, &parts, context, whole)
    }

    fn tools(&self, among: Option<&[(String, String)]>) -> Vec<(&str, &Tool)> {
        if let Some(among) = among {
            let find = |(server, name): &(String, String)| {
                let (server, tools) = self.servers.get_key_value(server)?;
                let at = tools.binary_search_by(|tool| tool.name.cmp(name)).ok()?;
                Some((server.as_str(), &tools[at]))
            };
            return among.iter().filter_map(find).collect();
        }
        self.servers.iter().flat_map(|(server, tools)| tools.iter().map(move |tool| (server.as_str(), tool))).collect()
    }
}

fn nothing(reason: Reason) -> Answer {
    Answer { steps: Vec::new(), unplanned: Vec::new(), alternatives: Vec::new(), confidence: 0.0, reason }
}

/// The steps of one tool for a sentence that lies at a place of the whole one.
fn answer(tools: &[(&str, &Tool)], sentence: &str, offset: usize, context: &Context) -> Answer {
    let text = Text::read(sentence);
    let known = context.spans(&text);
    let mut typed = known.clone();
    for span in spans(&text, context.now) {
        if !typed.iter().any(|known| (known.start, known.end) == (span.start, span.end)) {
            typed.push(span);
        }
    }
    let name = |word: &str| tools.iter().any(|(_, tool)| tool.name.eq_ignore_ascii_case(word));
    let words = telling(&text, &typed, &known, name);
    let mut seen = look(tools, &text, &typed, &words, context);
    doubt_other_deeds(tools, &text, &words, &mut seen);
    seen.sort_by(|one, other| {
        other
            .confidence
            .total_cmp(&one.confidence)
            .then_with(|| (one.server, &one.tool.name).cmp(&(other.server, &other.tool.name)))
    });
    let second = seen.get(1).map(|seen| seen.confidence);
    let alternatives = |from: usize| -> Vec<Alternative> {
        seen.iter()
            .skip(from)
            .take(ALTERNATIVES)
            .filter(|seen| seen.confidence > 0.05)
            .map(|seen| Alternative {
                server: seen.server.to_owned(),
                name: seen.tool.name.clone(),
                confidence: seen.confidence,
            })
            .collect()
    };
    let Some(best) = seen.first() else { return nothing(Reason::NothingFits) };
    let confidence = model::decision(best.confidence, second);
    let abstain = |reason| Answer { alternatives: alternatives(0), confidence, ..nothing(reason) };
    let Ok(schema) = &best.tool.schema else { return abstain(Reason::UnusableSchema) };
    if confidence < model::LEAST_PLAN || !model::is_clear(best.confidence, second) {
        let alone = model::decision(best.confidence, None) >= model::LEAST_PLAN;
        return abstain(if alone { Reason::Ambiguous } else { Reason::Unsure });
    }
    let calls = best.filling.calls();
    let steps = calls.into_iter().map(|filled| {
        let arguments = filled.into_iter().filter_map(|filled| {
            let parameter = schema.parameters.get(filled.parameter)?;
            let (name, path) = (parameter.name.clone(), parameter.path.clone());
            let from = filled.from.map(|(start, end)| (start + offset, end + offset));
            Some(Argument { name, path, value: filled.value, confidence: filled.confidence, from })
        });
        Step {
            server: best.server.to_owned(),
            name: best.tool.name.clone(),
            arguments: arguments.collect(),
            missing: best.filling.missing.clone(),
            confidence,
            from: (offset, offset + sentence.len()),
        }
    });
    let (steps, alternatives) = (steps.collect(), alternatives(1));
    Answer { steps, unplanned: Vec::new(), alternatives, confidence, reason: Reason::Planned }
}

/// Doubts tools that do something else than the request begins with, however much they have to do with the thing. Only of
/// tools that say whether they read is it known well enough what they do: their server describes them with care.
///
/// - Where only tools that change things do it, one that reads is no answer.
/// - Where a tool does it to the thing that is named, one that does something else is none.
/// - Where other tools do it, one that does not even speak of it is none.
fn doubt_other_deeds(tools: &[(&str, &Tool)], text: &Text<'_>, words: &[&Token], seen: &mut [Seen<'_>]) {
    let first = text.tokens.iter().find(|token| token.word && !is_function(&token.lower) && !is_asking(&token.lower));
    let Some(first) = first else { return };
    let does = |tool: &Tool| first.stems.iter().any(|stem| tool.deeds.contains(stem));
    let told = |reads: bool| tools.iter().any(|(_, tool)| tool.reads == Some(reads) && does(tool));
    let (reading, changing) = (told(true), told(false));
    if !reading && !changing {
        return;
    }
    let speaks = |tool: &Tool| first.stems.iter().any(|stem| tool.says(stem));
    let named = |tool: &Tool| {
        let others = words.iter().filter(|word| word.start != first.start);
        others.flat_map(|word| &word.stems).any(|stem| tool.named.contains(stem))
    };
    let done = seen.iter().any(|seen| seen.tool.reads.is_some() && does(seen.tool) && named(seen.tool));
    for seen in seen {
        let Some(reads) = seen.tool.reads.filter(|_| !does(seen.tool)) else { continue };
        if done || (reads && !reading) || !speaks(seen.tool) {
            seen.confidence *= DOUBT;
        }
    }
}

/// Steps for the parts, where they are plans of different tools; else the plan of the whole. A part that asks for
/// something and is in no step is named.
fn divided(
    tools: &[(&str, &Tool)],
    text: &Text<'_>,
    parts: &[(usize, usize)],
    context: &Context,
    whole: Answer,
) -> Answer {
    let same = |one: &Step, other: &Step| (&one.server, &one.name) == (&other.server, &other.name);
    let mut steps: Vec<Step> = Vec::new();
    let mut left: Vec<Unplanned> = Vec::new();
    for (start, end) in parts {
        let answer = answer(tools, &text.source[*start..*end], *start, context);
        if answer.steps.is_empty() {
            if steps::asks(text, *start, *end) {
                left.push(Unplanned { from: (*start, *end), reason: answer.reason });
            }
            continue;
        }
        // What a second sentence adds about one call is no second call.
        let again = steps.last().is_some_and(|last| same(last, &answer.steps[0]));
        steps.extend(
            answer.steps.into_iter().filter(|step| !again || step.missing.is_empty() && !step.arguments.is_empty()),
        );
    }
    let several = steps.windows(2).any(|pair| !same(&pair[0], &pair[1]));
    // A part alone is a plan only where the whole points to the same tool.
    let leads = |step: &Step| {
        whole.alternatives.first().is_some_and(|best| (&best.server, &best.name) == (&step.server, &step.name))
    };
    let alone = !several && whole.steps.is_empty() && steps.first().is_some_and(leads);
    if !several && !alone {
        let whole = without_next(text, &left, &steps, whole);
        let used = |part: &Unplanned| {
            whole
                .steps
                .iter()
                .flat_map(|step| &step.arguments)
                .any(|argument| argument.from.is_some_and(|(start, _)| part.from.0 <= start && start < part.from.1))
        };
        left.retain(|part| !used(part));
        // Where nothing is planned, the whole is what was not.
        if whole.steps.is_empty() || left.len() == parts.len() {
            left.clear();
        }
        return Answer { unplanned: left, ..whole };
    }
    let confidence = steps.iter().map(|step| step.confidence).fold(1.0, f64::min);
    Answer { steps, unplanned: left, alternatives: whole.alternatives, confidence, reason: Reason::Planned }
}

/// Looks closely at the tools whose words fit best.
fn look<'a>(
    tools: &[(&'a str, &'a Tool)],
    text: &Text<'_>,
    typed: &[Span],
    words: &[&Token],
    context: &Context,
) -> Vec<Seen<'a>> {
    // A few are looked at though they share no word with the sentence.
    let few = tools.len() <= CLOSE;
    let mut ranked: Vec<(f64, usize)> = tools
        .iter()
        .enumerate()
        .map(|(at, (_, tool))| (lexical(tool, words), at))
        .filter(|(score, _)| few || *score > 0.0)
        .collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    ranked.truncate(CLOSE);
    ranked
        .into_iter()
        .map(|(_, at)| {
            let (server, tool) = tools[at];
            let filling = fill(tool, text, typed, context);
            let fit: fit::Fit = fit(tool, words, typed, &filling);
            Seen { server, tool, filling, confidence: model::tool_chance(&fit) }
        })
        .collect()
}
