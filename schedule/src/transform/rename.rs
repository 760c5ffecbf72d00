//! One temporary, several lives.
