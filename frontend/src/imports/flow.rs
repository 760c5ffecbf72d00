//! Whether the blocks at the top level of a file run: the branches of an `if`, the parts of a `try`.

use super::load::{Need, Runs, Target, Which};
use super::view::View;
use crate::constant::evaluate;
use crate::names::Binding;
use crate::outline::{BlockId, BlockKind, END, Outline, SiteId, TryStep, What};

/// How the body of a `try` ends.
enum Outcome {
    Done,
    /// With the import of this number, which fails.
    Fails(SiteId),
    /// That is not known: what may fail stands before the binding of this number.
    Unsure(SiteId),
}

impl View<'_> {
    /// Whether a binding of a name takes place.
    pub(super) fn runs(&self, outline: &Outline, id: SiteId, name: &str) -> Option<Runs> {
        let Some(block) = outline.sites.get(id).and_then(|site| site.block) else { return Some(Runs::Yes) };
        Some(match self.block(block)? {
            Runs::Until(end) if id < end => Runs::Yes,
            Runs::Until(_) => Runs::No,
            Runs::Risky { risk, start, head } if id >= risk && outline.binds(name, start) => {
                Runs::Maybe { what: "`try`", head }
            }
            Runs::Risky { .. } => Runs::Yes,
            known => known,
        })
    }

    fn block(&self, block: BlockId) -> Option<Runs> {
        let known = self.load.units[self.file].blocks.get(&block).copied();
        known.or_else(|| self.need(Need::Block(self.file, block)))
    }

    /// Whether a block runs, found anew.
    pub(super) fn block_runs(&self, id: BlockId) -> Option<Runs> {
        let outline = self.outline()?;
        let block = &outline.blocks[id];
        let around = match block.parent {
            None => Runs::Yes,
            Some(parent) => self.block(parent)?,
        };
        match around {
            Runs::No | Runs::Maybe { .. } => return Some(around),
            Runs::Until(end) if block.at >= end => return Some(Runs::No),
            _ => {}
        }
        let own = match &block.kind {
            BlockKind::Repeated(what) => Runs::Maybe { what, head: block.span },
            BlockKind::Branch(condition, wanted) => {
                match evaluate(condition, &self.elsewhere(self.file, block.at)).ok().and_then(|known| known.truth()) {
                    Some(truth) if truth == *wanted => Runs::Yes,
                    Some(_) => Runs::No,
                    None => Runs::Maybe { what: "`if`", head: block.span },
                }
            }
            BlockKind::TryBody(n) => match self.outcome(outline, *n)? {
                Outcome::Done => Runs::Yes,
                Outcome::Fails(at) => Runs::Until(at),
                Outcome::Unsure(risk) => risky(outline, *n, risk),
            },
            BlockKind::TryElse(n) => match self.outcome(outline, *n)? {
                Outcome::Done => Runs::Yes,
                Outcome::Fails(_) => Runs::No,
                Outcome::Unsure(risk) => risky(outline, *n, risk),
            },
            BlockKind::Handler(n, handler) => match self.outcome(outline, *n)? {
                Outcome::Done => Runs::No,
                Outcome::Fails(_) if outline.tries[*n].handlers.iter().position(|catches| *catches) == Some(*handler) => {
                    Runs::Yes
                }
                Outcome::Fails(_) => Runs::No,
                Outcome::Unsure(_) => Runs::Maybe { what: "`try`", head: outline.tries[*n].span },
            },
        };
        // A block that runs inside of one that may be left may be left, too.
        Some(if let (Runs::Yes, Runs::Risky { .. }) = (own, around) { around } else { own })
    }

    fn outcome(&self, outline: &Outline, n: usize) -> Option<Outcome> {
        for step in &outline.tries[n].steps {
            match step {
                TryStep::Import(id) if self.succeeds(outline, *id)? => {}
                TryStep::Import(id) => return Some(Outcome::Fails(*id)),
                TryStep::Value(id) if matches!(self.site(*id)?, Binding::Unknown(_)) => return Some(Outcome::Unsure(*id)),
                TryStep::Value(_) => {}
                TryStep::Any(id) => return Some(Outcome::Unsure(*id)),
            }
        }
        Some(Outcome::Done)
    }

    /// Whether an import finds what it names.
    fn succeeds(&self, outline: &Outline, id: SiteId) -> Option<bool> {
        let target = self.target(id, Which::Module)?;
        let What::From { name, .. } = &outline.sites[id].what else { return Some(target != Target::None) };
        if let Target::File(other) = target {
            let is_there = self.elsewhere(other, END).own(&name.text).is_some();
            if is_there || self.is_waiting() {
                return Some(is_there);
            }
        }
        match target {
            Target::File(_) | Target::None => Some(self.target(id, Which::Submodule)? != Target::None),
            _ => Some(true),
        }
    }
}

fn risky(outline: &Outline, n: usize, risk: SiteId) -> Runs {
    let attempt = &outline.tries[n];
    Runs::Risky { risk, start: attempt.at, head: attempt.span }
}
