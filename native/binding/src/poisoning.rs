//! Poisoned tool definitions.
