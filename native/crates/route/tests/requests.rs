//! Requests as people send them, short and in any wording, to tools of our own; and what these tools do not do.
#![allow(missing_docs, clippy::unwrap_used)]
use route::{Context, Definition, Planner};
use serde_json::{Value, json};

/// A tool with its parameters: a star marks what is required.
fn tool(name: &str, description: &str, parameters: &[(&str, Value)]) -> Definition {
    let plain = |name: &str| name.trim_end_matches('*').to_owned();
    let properties = parameters.iter().map(|(name, schema)| (plain(name), schema.clone())).collect();
    let required: Vec<String> =
        parameters.iter().filter(|(name, _)| name.ends_with('*')).map(|(name, _)| plain(name)).collect();
    let input_schema = json!({ "type": "object", "properties": Value::Object(properties), "required": required });
    Definition { name: name.into(), description: description.into(), input_schema, ..Definition::default() }
}

fn of(kind: &str, description: &str) -> Value {
    json!({ "type": kind, "description": description })
}

fn one(values: &[&str], description: &str) -> Value {
    json!({ "type": "string", "enum": values, "description": description })
}

fn tools() -> Vec<Definition> {
    vec![
        tool(
            "web.search_pages",
            "Search the web for pages by a query in natural language.",
            &[
                ("query*", of("string", "The search query of the user")),
                ("results", of("integer", "Number of results. Default is 10")),
            ],
        ),
        tool(
            "docs_answer",
            "Answers questions on the internal documentation of the company.",
            &[
                ("question*", of("string", "The question as asked by the user")),
                ("department", one(&["hr", "it", "finance"], "Whose documents")),
            ],
        ),
        tool(
            "lights.control",
            "Controls the lights of a room.",
            &[
                ("room*", of("string", "The room, e.g. \"kitchen\"")),
                ("power*", one(&["on", "off"], "Switch on or off")),
                ("brightness", of("integer", "Brightness from 0 to 100. Default 100")),
            ],
        ),
        tool(
            "nutrition.facts",
            "Nutrition facts of a food.",
            &[("food*", of("string", "The food")), ("grams", of("number", "Portion in grams. Default 100"))],
        ),
        tool(
            "repo.branch_list",
            "Lists the branches of a repository.",
            &[
                ("repo*", of("string", "owner/name of the repository")),
                ("merged", of("boolean", "Only merged branches")),
            ],
        ),
        tool(
            "mail.search",
            "Searches the mailbox of the user.",
            &[
                ("sender", of("string", "Address or name of the sender")),
                ("contains", of("string", "Words in the mail")),
                ("unread", of("boolean", "Only unread mails")),
            ],
        ),
        tool(
            "convert_currency",
            "Converts an amount from one currency to another.",
            &[
                ("amount*", of("number", "Amount")),
                ("from*", of("string", "Currency code")),
                ("to*", of("string", "Currency code")),
            ],
        ),
        tool(
            "budget_of_government",
            "Retrieve the budget information of a government.",
            &[("country*", of("string", "The country")), ("year", of("integer", "The year"))],
        ),
        tool("calculate", "Evaluate an arithmetic expression.", &[("expression*", of("string", "The expression"))]),
    ]
}

/// The arguments for the only tool that is offered; null where it is not planned.
fn given(name: &str, sentence: &str) -> Value {
    let mut planner = Planner::new();
    let offered: Vec<Definition> = tools().into_iter().filter(|tool| tool.name == name).collect();
    assert_eq!(offered.len(), 1, "{name}");
    assert!(planner.replace_server("own", &offered).is_empty());
    let answer = planner.plan(sentence, &Context::default(), None);
    answer.steps.first().map_or(Value::Null, |step| Value::Object(step.values()))
}

#[test]
fn short_requests_find_their_tool_and_its_values() {
    assert_eq!(given("repo.branch_list", "list branches of nordlys/api"), json!({ "repo": "nordlys/api" }));
    // What the words of the tool and a name explain is enough, however little is said.
    for sentence in ["new mail from Petra", "did Petra mail me"] {
        assert_eq!(given("mail.search", sentence), json!({ "sender": "Petra" }), "{sentence}");
    }
    let unread = given("mail.search", "any unread mails from Petra?");
    assert_eq!(unread, json!({ "sender": "Petra", "unread": true }));
}

#[test]
fn a_text_that_may_say_anything_takes_a_clause() {
    let asked = given("web.search_pages", "search for how to descale a coffee machine");
    assert_eq!(asked, json!({ "query": "how to descale a coffee machine" }));
}

#[test]
fn what_a_tool_does_not_do_is_not_planned() {
    for (name, sentence) in [
        ("repo.branch_list", "delete the branch feature/login in acme/shop"),
        ("mail.search", "Call Petra tomorrow"),
        ("lights.control", "buy new bulbs for the kitchen"),
        ("nutrition.facts", "Who discovered bananas?"),
        ("web.search_pages", "What is 17 times 23?"),
        ("docs_answer", "play some music"),
        // An argument that is not sure explains little.
        ("convert_currency", "convert 5 miles to kilometers"),
        ("budget_of_government", "what is the budget of our film"),
        // What is left of a short request is a value of anything: it does not speak for a tool that explains nothing.
        ("calculate", "where is my umbrella"),
        ("calculate", "i need gift ideas"),
        ("calculate", "who is the tallest person"),
    ] {
        assert_eq!(given(name, sentence), Value::Null, "{name}: {sentence}");
    }
}

#[test]
fn a_question_asks_for_no_change() {
    let container = ("container*", of("string", "Name of the container"));
    let offered = |reads| Definition {
        reads,
        ..tool("container_stop", "Stop a running container.", std::slice::from_ref(&container))
    };
    let plans = |reads, sentence: &str| {
        let mut planner = Planner::new();
        planner.replace_server("docker", &[offered(reads)]);
        !planner.plan(sentence, &Context::default(), None).steps.is_empty()
    };
    for (sentence, asks) in [("did the container web stop", true), ("stop the container web", false)] {
        assert_eq!((plans(Some(false), sentence), plans(None, sentence)), (!asks, true), "{sentence}");
    }
}
