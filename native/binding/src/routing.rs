//! Search over tools.

use crate::{read, write};
use ::routing as core;
use napi::Result;
use napi_derive::napi;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
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
        }
    }
}

#[derive(Serialize)]
struct Hit<'a> {
    server: &'a str,
    name: &'a str,
    score: f64,
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

    /// Puts tools, a JSON array, in place of those of a server.
    #[napi(catch_unwind)]
    pub fn replace_server(&mut self, server: String, tools: String) -> Result<()> {
        let tools: Vec<Tool> = read("tools", &tools)?;
        let tools: Vec<core::Tool> = tools.into_iter().map(core::Tool::from).collect();
        self.index.replace_server(&server, &tools);
        Ok(())
    }

    /// Removes a server; false when it was not there.
    #[napi(catch_unwind)]
    pub fn remove_server(&mut self, server: String) -> bool {
        self.index.remove_server(&server)
    }

    /// The best tools, a JSON array.
    #[napi(catch_unwind)]
    pub fn search(&self, query: String, limit: u32) -> Result<String> {
        let hits = self.index.search(&query, limit as usize);
        let hits: Vec<Hit<'_>> =
            hits.iter().map(|hit| Hit { server: hit.server, name: hit.name, score: hit.score }).collect();
        write(&hits)
    }

    /// How many tools there are.
    #[napi(getter, catch_unwind)]
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::try_from(self.index.len()).unwrap_or(u32::MAX)
    }
}
