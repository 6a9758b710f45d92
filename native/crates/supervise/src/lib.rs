//! Starts, watches, limits and ends trees of processes.
