//! Plans over small catalogues of our own.
#![allow(missing_docs, clippy::unwrap_used)]
use route::{Answer, Context, Definition, Planner, Reason};
use serde_json::{Value, json};

fn tool(name: &str, description: &str, input_schema: Value) -> Definition {
    Definition { name: name.into(), description: description.into(), input_schema, ..Definition::default() }
}

fn planner() -> Planner {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let mut planner = Planner::new();
    let refused = planner.replace_server(
        "git",
        &[
            tool(
                "commit_list",
                "List the commits of a branch.",
                json!({ "type": "object", "properties": { "branch": text("Name of the branch"), "limit": { "type": "integer", "description": "How many commits" } } }),
            ),
            tool("branch_list", "List the branches.", json!({ "type": "object", "properties": { "repo": text("Path of the repository") } })),
            tool(
                "branch_delete",
                "Delete a branch.",
                json!({ "type": "object", "properties": { "branch": text("Name of the branch, e.g. feature/login") }, "required": ["branch"] }),
            ),
        ],
    );
    assert!(refused.is_empty());
    planner.replace_server(
        "weather",
        &[tool(
            "forecast_get",
            "Get the weather forecast of a city.",
            json!({ "type": "object", "properties": { "city": text("The city, e.g. Oslo") }, "required": ["city"] }),
        )],
    );
    planner.replace_server(
        "hotel",
        &[tool(
            "room_reserve",
            "Reserve a hotel room.",
            json!({
                "type": "object",
                "properties": {
                    "city": text("City of the hotel, e.g. Oslo"),
                    "stay": {
                        "type": "object",
                        "description": "When",
                        "properties": {
                            "check_in": { "type": "string", "format": "date", "description": "Date of arrival, YYYY-MM-DD" },
                            "check_out": { "type": "string", "format": "date", "description": "Date of departure, YYYY-MM-DD" },
                        },
                        "required": ["check_in", "check_out"],
                    },
                    "invoice": {
                        "type": "object",
                        "properties": { "email": { "type": "string", "format": "email" }, "tax_id": text("Tax identifier") },
                        "required": ["email", "tax_id"],
                    },
                },
                "required": ["stay"],
            }),
        )],
    );
    planner
}

fn plan(sentence: &str) -> Answer {
    planner().plan(sentence, &Context::default(), None)
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.steps.iter().map(|step| step.name.as_str()).collect()
}

#[test]
fn a_sentence_of_two_requests_is_two_steps() {
    for sentence in [
        "Show the last 5 commits of the branch \"main\", then list the branches",
        "List the commits of the branch \"main\" and get the weather forecast of the city of Oslo",
        "First list the branches. After that, get the weather forecast of the city of Oslo.",
    ] {
        let answer = plan(sentence);
        assert_eq!(answer.steps.len(), 2, "{sentence}: {answer:?}");
        assert!(answer.unplanned.is_empty(), "{sentence}: {answer:?}");
    }
}

#[test]
fn what_found_no_tool_is_told() {
    let sentence = "List the branches, then compose a symphony in three movements";
    let answer = plan(sentence);
    assert_eq!(names(&answer), ["branch_list"]);
    let [left] = &answer.unplanned[..] else { panic!("{answer:?}") };
    assert_eq!(&sentence[left.from.0..left.from.1], "then compose a symphony in three movements");
    assert_ne!(left.reason, Reason::Planned);
    // What only adds to a request asks for nothing, and a whole that is not planned has no parts that are not.
    assert!(plan("List the branches. Thank you very much.").unplanned.is_empty());
    let nothing = plan("Compose a symphony, then paint a portrait");
    assert!(nothing.steps.is_empty() && nothing.unplanned.is_empty());
}

#[test]
fn what_comes_next_gives_nothing_to_what_was_before() {
    let schema = json!({
        "type": "object",
        "properties": { "city": { "type": "string", "description": "The city, e.g. Oslo" }, "days": { "type": "integer" } },
        "required": ["city"],
    });
    let mut planner = Planner::new();
    planner.replace_server("weather", &[tool("forecast_get", "Weather forecast of a city.", schema)]);
    let sentence = "Weather forecast for the city of São Paulo, then compose a symphony in three movements";
    let answer = planner.plan(sentence, &Context::default(), None);
    assert_eq!(Value::Object(answer.steps[0].values()), json!({ "city": "São Paulo" }));
    let [left] = &answer.unplanned[..] else { panic!("{answer:?}") };
    assert_eq!(&sentence[left.from.0..left.from.1], "then compose a symphony in three movements");
}

#[test]
fn what_only_reads_is_no_answer_to_a_request_to_change() {
    let tools = |reads: Option<bool>| {
        let mut planner = Planner::new();
        let schema = json!({ "type": "object", "properties": { "state": { "type": "string" } } });
        let list = tool("alert_list", "Lists the alerts with their silences.", schema.clone());
        let delete = tool("branch_delete", "Deletes a branch.", schema);
        let told = |definition: Definition, reads| Definition { reads, ..definition };
        planner.replace_server("a", &[told(list, reads), told(delete, reads.map(|reads| !reads))]);
        planner
    };
    let planned = |reads, sentence| {
        let answer = tools(reads).plan(sentence, &Context::default(), None);
        answer.steps.first().map(|step| step.name.clone())
    };
    let list = Some("alert_list".to_owned());
    assert_eq!(planned(Some(true), "list the alerts with their silences"), list);
    assert_eq!(planned(None, "delete the alerts with their silences"), list, "who says nothing is taken by its words");
    assert_ne!(planned(Some(true), "delete the alerts with their silences"), list);
    assert_ne!(planned(Some(true), "please delete the alerts with their silences"), list);
}

#[test]
fn what_is_done_to_the_thing_counts_above_what_else_is_done_to_it() {
    let reads = |definition: Definition, reads| Definition { reads: Some(reads), ..definition };
    let schema =
        json!({ "type": "object", "properties": { "container": { "type": "string", "description": "Its name" } } });
    let mut planner = Planner::new();
    let tools = [
        reads(tool("container_list", "Lists containers.", schema.clone()), true),
        reads(tool("container_update", "Changes limits and restart policy of a container.", schema.clone()), false),
        reads(tool("container_lifecycle", "Start, stop, restart, pause or unpause a container.", schema), false),
    ];
    planner.replace_server("docker", &tools);
    for (sentence, name) in [
        ("restart the container web-1", Some("container_lifecycle")),
        ("stop the container web-1", Some("container_lifecycle")),
        ("list the containers", Some("container_list")),
        ("unpause the container", Some("container_lifecycle")),
        ("update the container web-1", Some("container_update")),
    ] {
        let answer = planner.plan(sentence, &Context::default(), None);
        assert_eq!(answer.steps.first().map(|step| step.name.as_str()), name, "{sentence}: {answer:?}");
    }
}

#[test]
fn two_values_of_one_parameter_are_two_calls() {
    let answer = plan("Get the weather forecast of the city of Paris and Rome");
    let cities: Vec<Value> = answer.steps.iter().map(|step| Value::Object(step.values())).collect();
    assert_eq!(cities, [json!({ "city": "Paris" }), json!({ "city": "Rome" })]);
    assert_eq!(plan("Get the weather forecast of the city of Paris or Rome").steps.len(), 1);
}

#[test]
fn words_of_values_are_no_words_of_tools() {
    for sentence in
        ["Delete the branch feature/list-weather-forecast", "Delete the branch \"get the weather forecast\""]
    {
        let answer = plan(sentence);
        assert_eq!(names(&answer), ["branch_delete"], "{sentence}: {answer:?}");
    }
}

#[test]
fn objects_are_filled_property_by_property() {
    let answer = plan("Reserve a hotel room in Oslo with check in on 2024-05-01 and check out on 2024-05-03");
    let step = &answer.steps[0];
    let stay = json!({ "check_in": "2024-05-01", "check_out": "2024-05-03" });
    assert_eq!(Value::Object(step.values()), json!({ "city": "Oslo", "stay": stay }));
    assert!(step.missing.is_empty());
    // What is required in a required object is missing by its path; half of an object that may be left out is left out.
    let answer = plan("Reserve a hotel room with check in on 2024-05-01, invoice email jo@example.org");
    let step = &answer.steps[0];
    assert_eq!(Value::Object(step.values()), json!({ "stay": { "check_in": "2024-05-01" } }));
    assert_eq!(step.missing, ["stay.check_out"]);
}
