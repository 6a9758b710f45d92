//! Clients of databases: the statements given to them.

use super::Site;
use crate::{
    follow::Stdin,
    judge::Run,
    model::{Effect, Verdict},
    statements::{self, Sql},
    table_match::Parsed,
};

/// `psql -c`, `mysql -e`, `sqlite3 FILE`, `redis-cli`, `mongosh --eval` and others.
pub(super) fn sql(run: &mut Run<'_>, site: &mut Site<'_>) {
    const TEXT: &[&str] =
        &["-c", "--command", "-e", "--execute", "--eval", "-q", "--query", "-Q", "-cmd", "--sql", "--statement"];
    const VALUES: &[&str] = &[
        "-h",
        "--host",
        "-p",
        "--port",
        "-U",
        "--username",
        "-u",
        "--user",
        "-d",
        "--dbname",
        "--database",
        "-D",
        "-n",
        "-a",
        "-f",
        "--file",
        "-o",
        "--output",
        "-S",
        "-P",
        "-W",
        "-v",
        "--uri",
        "-s",
        "-i",
    ];
    let name = site.call.name;
    let redis = name.contains("redis") || name.contains("valkey") || name == "keydb-cli";
    let takes = |flag: &str| {
        (TEXT.contains(&flag) && !redis) || (VALUES.contains(&flag) && !(name.starts_with("mysql") && flag == "-p"))
    };
    let words = site.call.words;
    if words.len() == 1 && matches!(words[0].text.as_str(), "--version" | "-V" | "--help" | "-?") {
        return run.effect(Effect::Read, name, None);
    }
    let parsed = Parsed::new(words, takes, |flag| flag == "-cmd");
    let mut texts: Vec<String> = parsed
        .options
        .iter()
        .filter(|(flag, _)| TEXT.contains(flag))
        .filter_map(|(_, value)| value.map(str::to_owned))
        .collect();
    if redis {
        texts.push(parsed.operands.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "));
    } else if name.starts_with("sqlite")
        || matches!(name, "duckdb" | "clickhouse-client" | "influx" | "cqlsh" | "bq" | "snowsql")
    {
        texts.extend(parsed.operands.iter().skip(1).map(|word| word.text.clone()));
    }
    match &site.one.stdin {
        Stdin::Text(text) => texts.push(text.clone()),
        Stdin::Network => {
            run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
        }
        _ => {}
    }
    let near = name.starts_with("sqlite") || name == "duckdb";
    run.effect(
        if near { Effect::Read } else { Effect::Network },
        name,
        parsed.operands.first().map(|word| word.shown()),
    );
    let mut reads = !texts.is_empty();
    for text in &texts {
        match statements::statements(text) {
            Sql::Reads => {}
            Sql::Destroys(what) => {
                reads = false;
                run.effect(Effect::Destroy, name, Some(what.clone()));
                run.note(Verdict::Deny, || format!("{name}: takes data away for good ({what})"));
            }
            Sql::Other => reads = false,
        }
    }
    let file = parsed.has(&["-f", "--file", "-o", "--output", "-L", "--log-file"]).is_some();
    if !reads || file || parsed.hazy {
        run.effect(Effect::Write, name, None);
        run.note(Verdict::Ask, || format!("{name}: talks to a database with rights to change it"));
    }
}
