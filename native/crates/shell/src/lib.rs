//! What a command line would run, and whether it is safe to.
