//! Panels of language models, free text, rankings and numbers.
