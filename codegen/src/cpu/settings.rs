//! How code is compiled, and the variants of a launch.

/// What a launch's code takes for granted about its memory and domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Variant {
    /// Neighbours along I lie side by side, in every container that has the axis; rows that the domain could make longer than a
    /// vector are not shorter.
    Contiguous,
    /// Any strides on every axis, and rows of any length.
    Strided,
}

/// How to compile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Keep what [`Kernel::symbols`](super::Kernel::symbols) shows beside names and sizes: Cranelift's IR and the disassembly.
    pub print: bool,
    /// Let Cranelift check the IR that it is given.
    pub verify: bool,
    /// Use no instruction that some processors of this architecture lack: the same bits, slower.
    pub portable: bool,
}
