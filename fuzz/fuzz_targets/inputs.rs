//! No input may make the front end, the parsers of the IRs' texts or the readers of TOML panic.
//!
//!     RUSTC_BOOTSTRAP=1 ASAN_OPTIONS=detect_leaks=0 cargo fuzz run inputs fuzz/seeds -- -max_total_time=600
//!
//! Leaks are not looked for: a tree refused for its depth is leaked on purpose, since dropping it recurses.
#![no_main]

#[path = "../../tests/all/support/inputs.rs"]
mod inputs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| inputs::feed(data));
