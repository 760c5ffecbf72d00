//! What host functions write.

/// The points of its fields that a host function writes: what the program may rely on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Fills {
    /// Any points, and none for certain.
    #[default]
    Some,
    /// None: the fields are only read.
    Nothing,
    /// All points of the domain, and of fields at interfaces the last of these.
    Domain,
    /// All points of the halo.
    Halo,
    /// All points of both.
    All,
}

impl Fills {
    /// The words of the text form and of GTScript.
    pub const WORDS: [(Fills, &'static str); 4] =
        [(Fills::Nothing, "nothing"), (Fills::Domain, "domain"), (Fills::Halo, "halo"), (Fills::All, "all")];

    /// What a word stands for.
    pub fn by_word(word: &str) -> Option<Fills> {
        Fills::WORDS.iter().find(|(_, known)| *known == word).map(|(fills, _)| *fills)
    }
    /// Whether the host function may write.
    pub fn writes(self) -> bool {
        self != Fills::Nothing
    }
}

impl std::fmt::Display for Fills {
    /// ` fills halo`, to come after a callback; nothing for any points.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Fills::WORDS.iter().find(|(fills, _)| fills == self) {
            Some((_, word)) => write!(f, " fills {word}"),
            None => Ok(()),
        }
    }
}
