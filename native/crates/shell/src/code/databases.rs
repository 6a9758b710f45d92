//! Clients of databases: the statements given to them.

use super::Site;
use crate::{
    follow::Stdin,
    judge::Run,
    model::{Effect, Verdict},
    statements::{self, Sql},
    table_match::Parsed,
    word::Word,
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
        "-separator",
        "-nullvalue",
        "-newline",
        "-F",
        "-R",
    ];
    /// Options that only change how an answer is shown.
    const SHOWN: &[&str] = &[
        "-A",
        "-t",
        "-x",
        "-q",
        "-X",
        "-w",
        "-z",
        "-0",
        "-N",
        "-B",
        "-E",
        "-r",
        "-b",
        "-l",
        "-V",
        "-F",
        "-R",
        "-P",
        "-s",
        "-n",
        "-d",
        "-D",
        "--dbname",
        "--database",
        "-p",
        "--port",
        "-U",
        "--username",
        "-u",
        "--user",
        "-h",
        "--host",
        "-W",
        "-S",
        "-a",
        "--csv",
        "--tuples-only",
        "--no-align",
        "--expanded",
        "--no-psqlrc",
        "--list",
        "--quiet",
        "--batch",
        "--skip-column-names",
        "--table",
        "--vertical",
        "--silent",
        "--raw",
        "--no-raw",
        "--json",
        "--norc",
        "--no-password",
        "--help",
        "--version",
        "-header",
        "-noheader",
        "-csv",
        "-json",
        "-line",
        "-column",
        "-readonly",
        "-bail",
        "-batch",
        "-list",
        "-html",
        "-box",
        "-markdown",
        "-table",
        "-separator",
        "-nullvalue",
        "-newline",
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
    let near = name.starts_with("sqlite") || name == "duckdb";
    // What stands behind `-p` is a password.
    let given: Vec<Word> =
        words.iter().filter(|word| !name.starts_with("my") || !word.text.starts_with("-p")).cloned().collect();
    let parsed = Parsed::new(&given, takes, |flag| near && flag.len() > 2);
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
    run.effect(
        if near { Effect::Read } else { Effect::Network },
        name,
        parsed.operands.first().map(|word| word.shown()),
    );
    let mut reads = !texts.is_empty();
    for text in &texts {
        match statements::statements(text) {
            // A statement of `mongosh` is a program of JavaScript.
            Sql::Reads if !name.starts_with("mongo") || !text.contains(['(', '=', '`']) => {}
            Sql::Reads => reads = false,
            Sql::Destroys(what) => {
                reads = false;
                run.effect(Effect::Destroy, name, Some(what.clone()));
                run.note(Verdict::Deny, || format!("{name}: takes data away for good ({what})"));
            }
            Sql::Other => reads = false,
        }
    }
    let odd = parsed.options.iter().find(|(flag, _)| !SHOWN.contains(flag) && (!TEXT.contains(flag) || redis));
    if let Some((flag, _)) = odd {
        run.note(Verdict::Ask, || format!("{name} {flag}: not known to be harmless"));
    }
    let host = parsed
        .value(&["-h", "--host"])
        .filter(|host| !matches!(*host, "localhost" | "127.0.0.1" | "::1") && !host.starts_with('/'));
    let told = parsed
        .operands
        .iter()
        .map(|word| word.text.as_str())
        .chain(parsed.options.iter().filter(|(flag, _)| !TEXT.contains(flag)).filter_map(|(_, value)| *value));
    if host.is_some() || told.into_iter().any(|text| text.contains("://") || text.contains("host=")) {
        run.note(Verdict::Ask, || format!("{name}: reaches a machine that the line names"));
    }
    let file = parsed.has(&["-f", "--file", "-o", "--output", "-L", "--log-file"]).is_some();
    if !reads || file || parsed.hazy {
        run.effect(Effect::Write, name, None);
        run.note(Verdict::Ask, || format!("{name}: talks to a database with rights to change it"));
    }
}
