//! Which words of a sentence become values, over tools of our own.
#![allow(missing_docs, clippy::unwrap_used)]
use route::{Context, Definition, Planner};
use serde_json::{Value, json};

/// What the only tool is given for a sentence.
fn given(name: &str, description: &str, input_schema: Value, sentence: &str) -> Value {
    let mut planner = Planner::new();
    let tool = Definition { name: name.into(), description: description.into(), input_schema, ..Definition::default() };
    assert!(planner.replace_server("own", &[tool]).is_empty());
    let answer = planner.plan(sentence, &Context::default(), None);
    answer.steps.first().map_or(Value::Null, |step| Value::Object(step.values()))
}

/// A schema with one parameter, which is required.
fn only(name: &str, parameter: &Value) -> Value {
    json!({ "type": "object", "properties": { name: parameter }, "required": [name] })
}

fn texts(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn logs(sentence: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "container": text("Name or id of the container"),
            "host": text("Name of the engine. Default: the default one."),
            "tail": { "type": "integer", "description": "How many lines from the end" },
            "since": text("Only lines after this time, e.g. 1h"),
            "grep": text("Only lines with this text"),
        },
        "required": ["container"],
    });
    given("container_logs", "The last lines of a container's output.", schema, sentence)
}

fn commit(sentence: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "repo": text("The repository: its path"),
            "message": text("The commit message"),
            "author": text("Name <address> of another author"),
            "all": { "type": "boolean", "description": "Stages what is tracked first" },
        },
        "required": ["repo"],
    });
    given("commit", "Commits what is staged.", schema, sentence)
}

#[test]
fn a_value_in_small_letters_stands_behind_the_name_of_its_thing() {
    assert_eq!(logs("show the logs of the container db"), json!({ "container": "db" }));
    assert_eq!(logs("last 50 log lines of container api"), json!({ "container": "api", "tail": 50 }));
    let schema = json!({
        "type": "object",
        "properties": { "name": text("Pod, or owner: deployment/web"), "namespace": text("Its namespace") },
    });
    let pod = |sentence| given("pods_log", "The last log lines of a pod.", schema.clone(), sentence);
    assert_eq!(pod("logs of pod web-1 in namespace prod"), json!({ "name": "web-1", "namespace": "prod" }));
}

#[test]
fn a_quotation_finds_its_parameter_among_optional_ones() {
    assert_eq!(commit("commit \"fix typo\""), json!({ "message": "fix typo" }));
    let both = commit("commit with message \"add a retry\" in /srv/app");
    assert_eq!(both, json!({ "repo": "/srv/app", "message": "add a retry" }));
}

#[test]
fn lists_take_the_whole_row() {
    let schema = only("codes", &texts("The area codes to search"));
    let found = |sentence| given("shelter_search", "Search shelters by area code.", schema.clone(), sentence);
    let codes = json!({ "codes": ["12345", "67890"] });
    assert_eq!(found("Search shelters in the area with the codes [\"12345\", \"67890\"]"), codes);
    let schema = only("channels", &texts("Channels to send the alert to"));
    let sent = |sentence| given("alert_send", "Send a weather alert.", schema.clone(), sentence);
    assert_eq!(sent("Send a weather alert to the channels email and SMS"), json!({ "channels": ["email", "SMS"] }));
}

#[test]
fn what_is_written_together_is_one_value() {
    let schema = |name: &str, description: &str| only(name, &text(description));
    let click = schema("selector", "CSS selector of the element to click");
    let clicked = given("click", "Click an element.", click, "Click the element with the selector #save-button");
    assert_eq!(clicked, json!({ "selector": "#save-button" }));
    let ping = schema("address", "IP address of the server");
    let pinged = given("server_ping", "Ping a server.", ping, "Ping the server at the IP address 10.20.0.7");
    assert_eq!(pinged, json!({ "address": "10.20.0.7" }));
    let pull = schema("image", "Name of the image, e.g. postgres:17");
    let pulled = given("image_pull", "Pull an image from its registry.", pull, "pull the image cache:7");
    assert_eq!(pulled, json!({ "image": "cache:7" }));
    let ride = schema("destination", "Address to go to");
    let gone = given("taxi_book", "Book a taxi to an address.", ride, "Book a taxi to 41 Harbour Street");
    assert_eq!(gone, json!({ "destination": "41 Harbour Street" }));
}

#[test]
fn a_number_is_read_with_its_unit() {
    let schema = json!({
        "type": "object",
        "properties": {
            "length": { "type": "number", "description": "Length in meters" },
            "width": { "type": "number", "description": "Width in meters" },
        },
        "required": ["length", "width"],
    });
    let area = given(
        "room_area",
        "Area of a room.",
        schema,
        "What is the area of a room with a length of 30m and a width of 20m?",
    );
    assert_eq!(area, json!({ "length": 30, "width": 20 }));
}

#[test]
fn a_format_takes_only_its_form() {
    let date = json!({ "type": "string", "format": "date", "description": "Day of arrival" });
    let schema = only("arrival", &date);
    let booked = |sentence| given("room_reserve", "Reserve a hotel room.", schema.clone(), sentence);
    assert_eq!(booked("Reserve a hotel room with arrival in Oslo"), json!({}));
    assert_eq!(booked("Reserve a hotel room with arrival on 2024-05-01"), json!({ "arrival": "2024-05-01" }));
}

#[test]
fn a_time_in_words_is_a_time() {
    let schema = only("time", &text("Time of the alarm"));
    let set = |sentence| given("alarm_set", "Set an alarm.", schema.clone(), sentence);
    assert_eq!(set("set an alarm for nine am"), json!({ "time": "nine am" }));
    assert_eq!(set("set the alarm for six thirty p.m."), json!({ "time": "six thirty p.m" }));
    let clock = only("time", &text("Time of the alarm, HH:MM"));
    let written = given("alarm_set", "Set an alarm.", clock, "set an alarm for six thirty pm");
    assert_eq!(written, json!({ "time": "18:30" }));
}

#[test]
fn a_truth_is_read_where_its_words_stand_together() {
    let schema = json!({
        "type": "object",
        "properties": {
            "city": text("The city"),
            "receive_alerts": { "type": "boolean", "description": "Whether alerts are sent" },
            "include_videos": { "type": "boolean", "description": "Whether videos are shown" },
        },
        "required": ["city"],
    });
    let report = |sentence| given("weather_report", "Weather report of a city.", schema.clone(), sentence);
    let quiet = report("Give me the weather report of the city of Oslo. Alerts are not needed.");
    assert_eq!(quiet, json!({ "city": "Oslo", "receive_alerts": false }));
    let shown = report("Give me the weather report of the city of Oslo and include videos");
    assert_eq!(shown, json!({ "city": "Oslo", "include_videos": true }));
}

/// A verb of asking, a word that is no wrong letter away but a word, and a "one" that is no number name no value.
#[test]
fn what_only_looks_like_a_value_is_none() {
    let one = |values: &[&str]| json!({ "type": "string", "enum": values });
    let balance = |sentence: &str| {
        let schema = only("account_type", &one(&["checking", "savings"]));
        given("check_balance", "Gets the balance of an account of the user.", schema, sentence)
    };
    assert_eq!(balance("I want to check my balance"), json!({}));
    assert_eq!(balance("I want to check the balance of my savings account"), json!({ "account_type": "savings" }));
    let properties = json!({ "city": text("City of the restaurant"), "price_range": one(&["cheap", "pricey"]) });
    let schema = json!({ "type": "object", "properties": properties, "required": ["city"] });
    let restaurants =
        |sentence: &str| given("find_restaurants", "Finds restaurants in a city.", schema.clone(), sentence);
    assert_eq!(restaurants("find restaurants in Oslo at any price"), json!({ "city": "Oslo" }));
    let pricey = json!({ "city": "Oslo", "price_range": "pricey" });
    assert_eq!(restaurants("find pricey restaurants in Oslo"), pricey);
    let properties = json!({
        "city": text("City of arrival"),
        "passengers": { "type": "integer", "description": "Number of passengers" },
    });
    let schema = json!({ "type": "object", "properties": properties, "required": ["city"] });
    let flights = |sentence: &str| given("search_flights", "Searches for flights to a city.", schema.clone(), sentence);
    assert_eq!(flights("search for a one way flight to Oslo"), json!({ "city": "Oslo" }));
    assert_eq!(flights("search flights to Oslo for one passenger"), json!({ "city": "Oslo", "passengers": 1 }));
}

#[test]
fn until_asks_for_the_end() {
    let properties =
        json!({ "pickup_date": text("First day of the rental"), "dropoff_date": text("Last day of the rental") });
    let schema = json!({ "type": "object", "properties": properties });
    let found = given("rent_car", "Finds a rental car.", schema, "find a rental car until March 9th");
    assert_eq!(found, json!({ "dropoff_date": "March 9th" }));
}
