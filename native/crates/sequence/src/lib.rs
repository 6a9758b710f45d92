//! Predicts the next command of a shell session.
