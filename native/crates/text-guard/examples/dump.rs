use std::io::{BufRead, Write};
fn main() {
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for file in std::env::args().skip(1) {
        let mut tool = 0;
        for line in std::io::BufReader::new(std::fs::File::open(&file).unwrap()).lines() {
            let line = line.unwrap();
            let v: serde_json::Value = serde_json::from_str(&line).unwrap();
            let mut d = v.clone();
            if let Some(o) = d.as_object_mut() {
                for k in ["source", "label", "kind"] {
                    o.remove(k);
                }
            }
            let text = d.to_string();
            let t = std::time::Instant::now();
            let verdict = guard::definitions::score_definition(&text, None);
            let us = t.elapsed().as_secs_f64() * 1e6;
            let signals: Vec<_> = verdict
                .signals
                .iter()
                .map(|s| serde_json::json!([s.kind.word(), s.id, s.pointer, s.span.start, s.span.end]))
                .collect();
            writeln!(out, "{}", serde_json::json!({"file": file, "n": tool, "server": v["server"], "source": v["source"], "kind": v["kind"], "label": v["label"], "name": v["name"], "flagged": verdict.flagged, "score": verdict.score, "signals": signals, "us": us, "description": v["description"]})).unwrap();
            tool += 1;
        }
    }
}
