//! From a sentence to a plan.

use crate::answer::{Alternative, Answer, Argument, Reason, Refused, Step, Unplanned};
use crate::context::Context;
use crate::fill::{Filling, fill};
use crate::fit::{self, Words, fit, lexical, telling};
use crate::model;
use crate::next::without_next;
use crate::places::Places;
use crate::spans::{Kind, Span, spans};
use crate::steps;
use crate::text::{LONGEST, Text};
use crate::tool::{Definition, Tool};
use crate::vocabulary::Vocabulary;
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashSet};

/// How many tools are looked at closely.
const CLOSE: usize = 12;
/// What is left of the confidence in a tool that does something else than what is asked for.
const DOUBT: f64 = 0.02;
/// How many alternatives are named.
const ALTERNATIVES: usize = 3;

/// Tools with their compiled schemas, and the way from a sentence to calls of them. It never calls anything.
#[derive(Debug, Default)]
pub struct Planner {
    servers: BTreeMap<String, Vec<Tool>>,
    /// The stems of all of them.
    vocabulary: Vocabulary,
}

/// The tools that a sentence may mean, with what is asked of all of them.
struct Offer<'a> {
    tools: Vec<(&'a str, &'a Tool)>,
    vocabulary: &'a Vocabulary,
}

/// A tool that was looked at closely.
struct Seen<'a> {
    server: &'a str,
    tool: &'a Tool,
    filling: Filling,
    fit: fit::Fit,
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
        self.remove_server(server);
        let mut tools: Vec<Tool> = tools.into_values().collect();
        for tool in &mut tools {
            tool.enter(&mut self.vocabulary);
        }
        if !tools.is_empty() {
            self.servers.insert(server.to_owned(), tools);
        }
        refused
    }

    /// Removes a server; false when it was not there.
    pub fn remove_server(&mut self, server: &str) -> bool {
        let tools = self.servers.remove(server);
        for tool in tools.iter().flatten() {
            tool.leave(&mut self.vocabulary);
        }
        tools.is_some()
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
            return Answer::nothing(Reason::Unreadable);
        }
        let offer = Offer { tools: self.tools(among), vocabulary: &self.vocabulary };
        let whole = answer(&offer, sentence, 0, context);
        let text = Text::read(sentence);
        let quoted: Vec<(usize, usize)> = spans(&text, context.now)
            .iter()
            .filter(|span| matches!(span.kind, Kind::Quoted | Kind::Url | Kind::Path | Kind::Email))
            .map(|span| (span.start, span.end))
            .collect();
        let verbs: LazyCell<HashSet<&str>, _> = LazyCell::new(|| {
            offer.tools.iter().flat_map(|(_, tool)| &tool.verbs).map(|verb| verb.text.as_str()).collect()
        });
        let parts = steps::parts(&text, &quoted, |stem| verbs.contains(stem));
        if parts.len() < 2 {
            return whole;
        }
        divided(&offer, &text, &parts, context, whole)
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

/// The steps of one tool for a sentence that lies at a place of the whole one.
fn answer(offer: &Offer<'_>, sentence: &str, offset: usize, context: &Context) -> Answer {
    let text = Text::read(sentence);
    let known = context.spans(&text);
    let mut typed = known.clone();
    for span in spans(&text, context.now) {
        if !typed.iter().any(|known| (known.start, known.end) == (span.start, span.end)) {
            typed.push(span);
        }
    }
    let names: LazyCell<HashSet<String>, _> =
        LazyCell::new(|| offer.tools.iter().map(|(_, tool)| tool.name.to_ascii_lowercase()).collect());
    let words = telling(&text, &typed, &known, |word| names.contains(&word.to_ascii_lowercase()));
    let words = Words::of(offer.vocabulary, words);
    let mut seen = look(&offer.tools, &text, &typed, &words, context);
    doubt_other_deeds(&offer.tools, &text, &words, &mut seen);
    doubt_changes(&text, &mut seen);
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
    let Some(best) = seen.first() else { return Answer::nothing(Reason::NothingFits) };
    let confidence = model::decision(&best.fit, best.confidence, second);
    let abstain = |reason| Answer { alternatives: alternatives(0), confidence, ..Answer::nothing(reason) };
    let Ok(schema) = &best.tool.schema else { return abstain(Reason::UnusableSchema) };
    if confidence < model::LEAST_PLAN || !model::is_clear(best.confidence, second) {
        let alone = model::decision(&best.fit, best.confidence, None) >= model::LEAST_PLAN;
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
fn doubt_other_deeds(tools: &[(&str, &Tool)], text: &Text<'_>, words: &Words<'_>, seen: &mut [Seen<'_>]) {
    let first = text.tokens.iter().find(|token| token.is_content() && !token.asking);
    let Some(first) = first else { return };
    let does = |tool: &Tool| first.stems.iter().any(|stem| tool.deeds.contains(stem));
    let told = |reads: bool| tools.iter().any(|(_, tool)| tool.reads == Some(reads) && does(tool));
    let (reading, changing) = (told(true), told(false));
    if !reading && !changing {
        return;
    }
    let speaks = |tool: &Tool| first.stems.iter().any(|stem| tool.says(stem));
    let named = |tool: &Tool| {
        let others = words.tokens.iter().filter(|word| word.start != first.start);
        others.flat_map(|word| &word.stems).any(|stem| tool.is_named(stem))
    };
    let done = seen.iter().any(|seen| seen.tool.reads.is_some() && does(seen.tool) && named(seen.tool));
    for seen in seen {
        let Some(reads) = seen.tool.reads.filter(|_| !does(seen.tool)) else { continue };
        if done || (reads && !reading) || !speaks(seen.tool) {
            seen.confidence *= DOUBT;
        }
    }
}

/// Doubts tools that say that they change something where the request only asks how things are: "which containers are
/// running" is no request to run one.
fn doubt_changes(text: &Text<'_>, seen: &mut [Seen<'_>]) {
    if steps::wonders(text) {
        for seen in seen.iter_mut().filter(|seen| seen.tool.reads == Some(false)) {
            seen.confidence *= DOUBT;
        }
    }
}

/// Steps for the parts, where they are plans of different tools; else the plan of the whole. A part that asks for
/// something and is in no step is named.
fn divided(offer: &Offer<'_>, text: &Text<'_>, parts: &[(usize, usize)], context: &Context, whole: Answer) -> Answer {
    let same = |one: &Step, other: &Step| (&one.server, &one.name) == (&other.server, &other.name);
    let mut steps: Vec<Step> = Vec::new();
    let mut left: Vec<Unplanned> = Vec::new();
    for (start, end) in parts {
        let answer = answer(offer, &text.source[*start..*end], *start, context);
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
    words: &Words<'_>,
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
    let places = Places::of(text);
    ranked
        .into_iter()
        .map(|(_, at)| {
            let (server, tool) = tools[at];
            let filling = fill(tool, text, &places, typed, context);
            let fit: fit::Fit = fit(tool, words, typed, &filling);
            Seen { server, tool, filling, confidence: model::tool_chance(&fit), fit }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::steps;
    use serde_json::json;

    /// Of a sentence twice as long no more than about twice as many pairs are weighed, and of the longest a bounded number.
    #[test]
    fn the_work_for_a_long_sentence_is_bounded() {
        let text = json!({ "type": "string", "description": "Text of the query" });
        let number = json!({ "type": "integer", "description": "How many" });
        let properties = json!({ "query": text, "name": text, "count": number });
        let tool = |at: usize| Definition {
            name: format!("search_{at}"),
            description: "Search for pages by their words.".into(),
            input_schema: json!({ "type": "object", "properties": properties }),
            ..Definition::default()
        };
        let mut planner = Planner::new();
        planner.replace_server("web", &(0..20).map(tool).collect::<Vec<_>>());
        for piece in ["search for 5 of a ", "a, b and ", "Search A and B. ", "\"x\" ", "then search "] {
            let taken = |times: usize| steps(|| drop(planner.plan(&piece.repeat(times), &Context::default(), None)));
            let (once, twice, most) = (taken(40), taken(80), taken(8_000 / piece.len()));
            assert!(twice <= once * 9 / 4, "{piece}: {once}, {twice}");
            // Twelve tools, three parameters; the typed spans, phrases and clauses of the whole and of its eight parts.
            assert!(most <= 9 * 12 * 3 * (256 + 320 + 96), "{piece}: {most}");
        }
    }
}
