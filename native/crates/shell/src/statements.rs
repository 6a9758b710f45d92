//! Statements to a database, looked through: what reads, what takes data away.

use crate::word::{COMPUTED, OUTSIDE};

/// What statements to a database do at most.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sql {
    Reads,
    /// The words that destroy.
    Destroys(String),
    Other,
}

/// Looks through statements of SQL, of Redis or of `MongoDB`.
pub(crate) fn statements(text: &str) -> Sql {
    let text = uncommented(text);
    let mut all = Sql::Reads;
    for statement in text.split(';') {
        let upper = statement.to_ascii_uppercase();
        let words = crate::scan::words(&upper);
        let Some(first) = words.first() else { continue };
        let has = |word: &str| words.contains(&word);
        let destroys = match *first {
            "DROP" => {
                has("DATABASE")
                    || has("TABLE")
                    || has("SCHEMA")
                    || has("KEYSPACE")
                    || has("USER")
                    || has("ROLE")
                    || has("COLUMN")
                    || has("TABLESPACE")
                    || has("OWNED")
                    || has("MEASUREMENT")
                    || has("INDEX")
                    || has("VIEW")
                    || has("COLLECTION")
                    || has("BUCKET")
                    || has("MATERIALIZED")
                    || has("TYPE")
                    || has("FUNCTION")
                    || has("EXTENSION")
                    || has("SERIES")
            }
            "TRUNCATE" | "FLUSHALL" | "FLUSHDB" | "SHUTDOWN" | "PURGE" => true,
            "DELETE" => !has("WHERE") || upper.contains("WHERE 1") || upper.contains("WHERE TRUE"),
            "UPDATE" => !has("WHERE"),
            "ALTER" => has("DROP"),
            "CONFIG" => has("SET"),
            "SCRIPT" | "FUNCTION" => has("FLUSH"),
            "DEBUG" => has("SEGFAULT"),
            "CLUSTER" => has("RESET"),
            "DEL" | "UNLINK" => statement.contains('*'),
            "RESET" => has("MASTER"),
            _ => false,
        } || [
            "DROPDATABASE(",
            ".DROP(",
            "DELETEMANY({})",
            "REMOVE({})",
            "DROPINDEXES(",
            "DELETEMANY( {} )",
            "DROPUSER(",
            "SHUTDOWNSERVER(",
            "DROPALLUSERS",
        ]
        .iter()
        .any(|call| upper.replace(' ', "").contains(&call.replace(' ', "")))
            || (has("DROP")
                && (has("TABLE") || has("DATABASE") || has("SCHEMA"))
                && matches!(*first, "SELECT" | "WITH" | "BEGIN" | "SET" | "USE" | "DO" | "EXECUTE"));
        if destroys {
            let shown: String = statement.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
            return Sql::Destroys(shown);
        }
        // Commands of the client, and addresses that some databases read from.
        let told = statement.contains([COMPUTED, OUTSIDE])
            || statement.contains("://")
            || statement.contains('\\')
            || statement.contains("\n.");
        if told || !reads(first, &upper, &words) {
            all = Sql::Other;
        }
    }
    all
}

fn reads(first: &str, upper: &str, words: &[&str]) -> bool {
    const CALLS: &[&str] = &[
        "COUNT", "SUM", "MIN", "MAX", "AVG", "NOW", "LENGTH", "COALESCE", "LOWER", "UPPER", "ROUND", "DISTINCT",
        "VERSION", "DATE", "IN",
    ];
    match first {
        "SELECT" => {
            let quiet = !words.iter().any(|word| {
                matches!(*word, "INTO" | "OUTFILE" | "DUMPFILE" | "FOR" | "SET" | "COPY" | "EXEC" | "EXECUTE" | "CALL")
            });
            let mut calls = upper.match_indices('(').map(|(at, _)| {
                let before = upper[..at].trim_end();
                before.rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '_').next().unwrap_or("")
            });
            quiet && calls.all(|name| CALLS.contains(&name) || (name.is_empty() && !upper.contains("()")))
        }
        "SHOW" | "DESCRIBE" | "DESC" | "PING" | "INFO" | "DBSIZE" | "TTL" | "TYPE" | "EXISTS" | "HGETALL" | "HGET"
        | "LLEN" | "LRANGE" | "SMEMBERS" | "ZRANGE" | "SCAN" | "STRLEN" | "MGET" | "SCARD" | "XLEN" | "HKEYS"
        | "HLEN" | "GET" => true,
        _ => false,
    }
}

fn uncommented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        out.push_str(&rest[..at]);
        out.push(' ');
        // MySQL runs what stands in `/*! … */`.
        if rest[at..].starts_with("/*!") {
            rest = rest[at + 3..].trim_start_matches(|char: char| char.is_ascii_digit());
            continue;
        }
        rest = rest[at..].find("*/").map_or("", |end| &rest[at + end + 2..]);
    }
    out.push_str(rest);
    out.lines().map(|line| line.split("--").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}
