//! orchestrate
pub mod call;
pub mod guard;
pub mod memory;
pub mod signature;
pub mod stream;
pub mod view;
