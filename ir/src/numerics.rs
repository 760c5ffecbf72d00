//! How far a compiled program may go from the rounding of the operations as they are written.

use std::fmt;

/// A mode; each allows what the one before it allows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Numerics {
    /// Every bit is that of the operations as they are written.
    #[default]
    Strict,
    /// A multiplication and an addition may be rounded once.
    Contract,
    /// Sums, products and quotients may be rewritten as over the real numbers.
    Relaxed,
}

impl Numerics {
    /// All modes with their names, which are the same everywhere: on the command line, in files, in Python.
    pub const NAMES: [(Numerics, &'static str); 3] =
        [(Numerics::Strict, "strict"), (Numerics::Contract, "contract"), (Numerics::Relaxed, "relaxed")];

    /// The mode of a name.
    ///
    /// # Errors
    /// When there is no such mode; names those that there are.
    pub fn by_name(name: &str) -> Result<Numerics, String> {
        let found = Numerics::NAMES.iter().find(|(_, known)| *known == name).map(|(mode, _)| *mode);
        found.ok_or_else(|| format!("numerics must be `strict`, `contract` or `relaxed`, not `{name}`"))
    }
    /// The name.
    pub fn name(self) -> &'static str {
        Numerics::NAMES.iter().find(|(mode, _)| *mode == self).map_or("?", |(_, name)| name)
    }
}

impl fmt::Display for Numerics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
