//! From a sentence to a validated plan of tool calls.
//!
//! A sentence is read into spans that look like values (quotations, addresses, paths, numbers, dates, names, phrases, and
//! for texts that may say anything its clauses). For each tool whose words fit, a small net weighs every pair of a span and
//! a parameter, the best pairs become arguments of the schema's types, and the schema checks them. A second net weighs how
//! well sentence, tool and arguments fit, by their words and by what these have to do with each other; where it is not sure enough, there is no plan. An argument that is not sure is left out, and named as
//! missing when the schema requires it. A sentence of several requests becomes several steps, and a part that found none
//! is named. Nothing is ever called.

mod answer;
mod background;
mod candidates;
mod clauses;
mod coerce;
mod context;
mod dates;
mod evidence;
mod explained;
mod fill;
mod fit;
mod key;
mod kinship;
mod meaning;
mod model;
mod next;
mod numbers;
mod pairs;
mod parameter;
mod places;
mod planner;
mod roles;
mod schema;
mod sight;
mod spans;
mod standing;
mod steps;
mod surroundings;
mod text;
mod tool;
mod vocabulary;
mod words;
mod work;

pub use answer::{Alternative, Answer, Argument, Reason, Refused, Step, Unplanned};
pub use context::{Context, moment};
pub use jiff::civil::DateTime;
pub use key::Key;
pub use planner::Planner;
pub use tool::Definition;
