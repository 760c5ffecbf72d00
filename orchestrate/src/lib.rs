//! orchestrate
pub mod buffer;
pub mod call;
pub mod memory;
pub mod signature;
pub mod view;
