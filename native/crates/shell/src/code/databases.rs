//! Clients of databases: the statements given to them.

use super::Site;
use crate::{
    follow::Stdin,
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    statements::{self, Sql},
    word::Word,
};

/// Options whose value is a statement.
const TEXT: &[&str] =
    &["-c", "--command", "-e", "--execute", "--eval", "-q", "--query", "-Q", "-cmd", "--sql", "--statement"];
/// Options that take a value.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "-h", "--host", "-p", "--port", "-U", "--username", "-u", "--user", "-d", "--dbname", "--database", "-D", "-n", "-a", "-f", "--file", "-o",
    "--output", "-S", "-P", "-W", "-v", "--uri", "-s", "-i", "-F", "-R", "-separator", "-nullvalue", "-newline",
];
/// Options that say where and as whom, or how an answer is shown.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "-A", "-t", "-x", "-q", "-X", "-w", "-z", "-0", "-N", "-B", "-E", "-r", "-b", "-l", "-V", "-F", "-R", "-P", "-s", "-n", "-d", "-D", "--dbname",
    "--database", "-p", "--port", "-U", "--username", "-u", "--user", "-h", "--host", "-W", "-S", "-a", "--csv", "--tuples-only", "--no-align",
    "--expanded", "--no-psqlrc", "--list", "--quiet", "--batch", "--skip-column-names", "--table", "--vertical", "--silent", "--raw", "--no-raw",
    "--json", "--norc", "--no-password", "--help", "--version", "-header", "-noheader", "-csv", "-json", "-line", "-column", "-readonly", "-bail",
    "-batch", "-list", "-html", "-box", "-markdown", "-table", "-separator", "-nullvalue", "-newline",
];

/// `psql -c`, `mysql -e`, `sqlite3 FILE`, `redis-cli`, `mongosh --eval` and others.
pub(super) fn sql(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let redis = name.contains("redis") || name.contains("valkey") || name == "keydb-cli";
    let near = name.starts_with("sqlite") || name == "duckdb";
    let takes = |flag: &str| {
        (TEXT.contains(&flag) && !redis) || (VALUES.contains(&flag) && !(name.starts_with("mysql") && flag == "-p"))
    };
    let words = site.call.words;
    if words.len() == 1 && matches!(words[0].text.as_str(), "--version" | "-V" | "--help" | "-?") {
        return run.effect(Effect::Read, name, None);
    }
    // What stands behind `-p` is a password.
    let password = |word: &Word| name.starts_with("my") && word.text.starts_with("-p");
    let given: Vec<Word> = words.iter().filter(|word| !password(word)).cloned().collect();
    let parsed = Parsed::new(&given, takes, |flag| near && flag.len() > 2);
    let says = |flag: &str| TEXT.contains(&flag) && !redis;
    let mut texts: Vec<String> = parsed
        .options
        .iter()
        .filter(|(flag, _)| says(flag))
        .filter_map(|(_, value)| value.map(str::to_owned))
        .collect();
    if redis {
        texts.push(parsed.operands.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "));
    } else if near || matches!(name, "clickhouse-client" | "influx" | "cqlsh" | "bq" | "snowsql") {
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
    options(run, name, &parsed, says);
    if !only_reads(run, name, &texts) || parsed.hazy {
        run.effect(Effect::Write, name, None);
        run.note(Verdict::Ask, || format!("{name}: talks to a database with rights to change it"));
    }
}

/// Options that are not known, and machines that the line names.
fn options(run: &mut Run<'_>, name: &str, parsed: &Parsed<'_>, says: impl Fn(&str) -> bool) {
    let others = || parsed.options.iter().filter(|(flag, _)| !says(flag));
    if let Some((flag, _)) = others().find(|(flag, _)| !SHOWN.contains(flag)) {
        run.note(Verdict::Ask, || format!("{name} {flag}: not known to be harmless"));
    }
    let near = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "::1") || host.starts_with('/');
    let told = |text: &str| text.contains("://") || text.contains("host=");
    let away = parsed.value(&["-h", "--host"]).is_some_and(|host| !near(host))
        || parsed.operands.iter().any(|word| told(&word.text))
        || others().any(|(_, value)| value.is_some_and(told));
    if away {
        run.note(Verdict::Ask, || format!("{name}: reaches a machine that the line names"));
    }
}

/// Whether there are statements, and all of them only read; notes what takes data away.
fn only_reads(run: &mut Run<'_>, name: &str, texts: &[String]) -> bool {
    let mut reads = !texts.is_empty();
    for text in texts {
        match statements::statements(text) {
            // A statement of `mongosh` is a program of JavaScript.
            Sql::Reads => reads &= !(name.starts_with("mongo") && text.contains(['(', '=', '`'])),
            Sql::Destroys(what) => {
                reads = false;
                run.effect(Effect::Destroy, name, Some(what.clone()));
                run.note(Verdict::Deny, || format!("{name}: takes data away for good ({what})"));
            }
            Sql::Other => reads = false,
        }
    }
    reads
}
