//! Compiled nests against values computed here by the language's definition.

mod chains;
mod levels;
mod nests;
mod operations;
mod random;
mod reference;
mod variants;
