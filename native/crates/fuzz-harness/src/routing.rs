//! A catalogue, calls and questions from lines of text, and stored memory from any bytes.

use routing::{Outcome, Parameter, Tool, ToolIndex};

/// The first line of the bytes makes tools, the others are calls and questions; all of them are tried as a memory.
pub(crate) fn run(bytes: &[u8]) {
    let mut index = ToolIndex::default();
    let before = index.export_memory();
    if index.import_memory(bytes).is_err() {
        assert!(index.export_memory() == before, "what is refused changes nothing");
    }
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').take(64).collect();
    let tools: Vec<Tool> = words
        .chunks(4)
        .map(|part| Tool {
            name: part[0].into(),
            title: part.get(1).copied().unwrap_or_default().into(),
            description: part.join(" "),
            parameters: vec![Parameter { name: part[part.len() - 1].into(), ..Parameter::default() }],
            ..Tool::default()
        })
        .collect();
    index.replace_server("one", &tools);
    for (at, line) in lines.take(16).enumerate() {
        let hits = index.search(line, 5);
        assert!(hits.len() <= 5 && hits.windows(2).all(|pair| pair[0].score >= pair[1].score), "ranked and limited");
        assert!(hits.iter().all(|hit| hit.score > 0.0 && (0.0..=1.0).contains(&hit.confidence)), "scores are in range");
        if let Some(tool) = tools.get(at % tools.len().max(1)) {
            index.learn(line, "one", &tool.name, if at % 3 == 2 { Outcome::Failed } else { Outcome::Ok });
        }
        if at == 7 {
            index.remove_server("one");
            index.replace_server("one", &tools);
        }
    }
    let stored = index.export_memory();
    let mut other = ToolIndex::default();
    other.replace_server("one", &tools);
    assert!(
        other.import_memory(&stored).is_ok() && other.export_memory() == stored,
        "what is stored is read as it was"
    );
}
