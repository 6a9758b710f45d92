//! From a sentence to a validated plan of tool calls.
