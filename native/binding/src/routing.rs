//! Search over tools.

use crate::read;
use ::routing as core;
use napi::Result;
use napi::bindgen_prelude::{Buffer, Float64ArraySlice};
use napi_derive::napi;
use serde::Deserialize;

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    reads: Option<bool>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
}

impl From<Tool> for core::Tool {
    fn from(tool: Tool) -> Self {
        let parameters = tool.parameters.into_iter().map(|parameter| core::Parameter {
            name: parameter.name,
            description: parameter.description.unwrap_or_default(),
            values: parameter.values,
        });
        Self {
            name: tool.name,
            title: tool.title.unwrap_or_default(),
            description: tool.description.unwrap_or_default(),
            parameters: parameters.collect(),
            reads: tool.reads,
        }
    }
}

/// A catalogue of tools that can be searched.
#[napi]
#[derive(Default)]
pub struct ToolIndex {
    index: core::ToolIndex,
}

#[napi]
impl ToolIndex {
    /// An empty catalogue.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts tools, a JSON array, in place of those of a server. Gives the number of each, by which a search names it.
    #[napi(catch_unwind)]
    pub fn replace_server(&mut self, server: String, tools: String) -> Result<Vec<u32>> {
        let tools: Vec<Tool> = read("tools", &tools)?;
        let tools: Vec<core::Tool> = tools.into_iter().map(core::Tool::from).collect();
        self.index.replace_server(&server, &tools);
        Ok(tools.iter().filter_map(|tool| self.index.number(&server, &tool.name)).collect())
    }

    /// Removes a server; false when it was not there.
    #[napi(catch_unwind)]
    pub fn remove_server(&mut self, server: String) -> bool {
        self.index.remove_server(&server)
    }

    /// Writes the best tools, at most `limit` and as many as there is room for: of each its number, score and confidence.
    /// Gives how many there are. Text for each would take longer to write and read than the search itself.
    #[napi(catch_unwind)]
    pub fn search(&self, query: String, limit: u32, mut found: Float64ArraySlice<'_>) -> u32 {
        // SAFETY: JavaScript waits for this call, and nothing else here shares the memory.
        #[allow(unsafe_code)]
        let (room, _) = unsafe { found.as_mut() }.as_chunks_mut::<3>();
        let hits = self.index.search(&query, room.len().min(limit as usize));
        for (room, hit) in room.iter_mut().zip(&hits) {
            *room = [f64::from(hit.number), f64::from(hit.score), f64::from(hit.confidence)];
        }
        u32::try_from(hits.len()).unwrap_or(u32::MAX)
    }

    /// Learns from a call that went well or failed; false when the catalogue has no such tool.
    #[napi(catch_unwind)]
    pub fn learn(&mut self, request: String, server: String, name: String, ok: bool) -> bool {
        let outcome = if ok { core::Outcome::Ok } else { core::Outcome::Failed };
        self.index.learn(&request, &server, &name, outcome)
    }

    /// What was learned, as bytes.
    #[napi(catch_unwind)]
    pub fn export_memory(&self) -> Buffer {
        self.index.export_memory().into()
    }

    /// Puts stored memory in place of what was learned; the reason when it cannot be read.
    #[napi(catch_unwind)]
    pub fn import_memory(&mut self, bytes: &[u8]) -> Option<String> {
        self.index.import_memory(bytes).err().map(|error| error.to_string())
    }

    /// How many past requests are remembered.
    #[napi(getter, catch_unwind)]
    pub fn memory_size(&self) -> u32 {
        u32::try_from(self.index.memory_len()).unwrap_or(u32::MAX)
    }

    /// How many tools there are.
    #[napi(getter, catch_unwind)]
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::try_from(self.index.len()).unwrap_or(u32::MAX)
    }
}
