//! Tradewind
