//! The elements that a container stores: of a temporary in a window, only the last ones along an axis.

use super::tag::{Map, Symbol, Tag};
use std::rc::Rc;
use tradewind::ir::array::{PointBox, each};
use tradewind::ir::{Array, Axis, Container, DType, Domain, RollingWindow, Scope, Value};

/// An iteration of each of the loops around that have no order: which run of the loop, and the position.
pub type Iteration = Rc<[(u64, i64)]>;

/// Why an element cannot be written.
pub enum Refused {
    /// The container does not have it.
    Outside,
    /// Another iteration of a loop without an order has written it.
    Race,
}

/// The storage of a container, with tags for numbers.
pub struct Memory {
    pub cells: Array,
    window: Option<RollingWindow>,
    /// The points that the container has along the axis of its window.
    covered: (i64, i64),
    /// Whose element a slot of a window holds, as its position along the window's axis.
    held: Map<([i64; 3], u32), i64>,
    /// In which iteration an element was last written.
    written: Map<([i64; 3], u32), Iteration>,
}

impl Memory {
    /// Freshly allocated.
    pub fn of(container: &Container, domain: Domain) -> Memory {
        let (size, extent) = container.stored_size(domain);
        let cells = Array::zeros(DType::I64, container.stored_axes(), container.components(), size, extent);
        let window = container.place.window;
        let covered = window.map_or((0, 0), |w| container.extent.range(w.axis).at(domain[w.axis.index()]));
        let mut memory = Memory { cells, window, covered, held: Map::default(), written: Map::default() };
        let zero = Symbol::Known(Value::zero(container.dtype)).tag();
        memory.fill(if container.zero || container.scope != Scope::Temporary { zero } else { Tag::UNWRITTEN });
        memory
    }

    fn fill(&mut self, tag: Tag) {
        for (point, component) in self.elements() {
            self.cells.set(point, component, tag.into());
        }
    }

    /// The points and components of all elements that are stored.
    pub fn elements(&self) -> impl Iterator<Item = ([i64; 3], u32)> + use<> {
        let (components, points): (u32, PointBox) = (self.cells.components(), self.cells.points());
        (0..components).flat_map(move |component| each(points).map(move |point| (point, component)))
    }

    /// The levels that it has.
    pub fn levels(&self) -> (i64, i64) {
        match self.window {
            Some(window) if window.axis == Axis::K => self.covered,
            _ => self.cells.range(Axis::K),
        }
    }

    /// The version of an element; nothing for one that the container does not have.
    pub fn get(&self, point: [i64; 3], component: u32) -> Option<Tag> {
        let (stored, position) = self.stored(point)?;
        let tag = Tag(self.cells.get(stored, component)?.bits());
        let is_held = position.is_none() || self.held.get(&(stored, component)) == position.as_ref();
        Some(if is_held { tag } else { Tag::UNWRITTEN })
    }

    /// Writes an element, in an iteration of the loops around.
    ///
    /// # Errors
    /// The container does not have it, or threads could write it at the same time.
    pub fn set(&mut self, point: [i64; 3], component: u32, tag: Tag, now: &Iteration) -> Result<(), Refused> {
        let (stored, position) = self.stored(point).ok_or(Refused::Outside)?;
        if let Some(position) = position {
            self.held.insert((stored, component), position);
        }
        let differs = |before: &Iteration| before.iter().zip(now.iter()).any(|(a, b)| a.0 == b.0 && a.1 != b.1);
        if self.written.insert((stored, component), now.clone()).is_some_and(|before| differs(&before)) {
            return Err(Refused::Race);
        }
        if self.cells.set(stored, component, tag.into()) { Ok(()) } else { Err(Refused::Outside) }
    }

    /// Where the element of a point is, and its position along the axis of a window.
    fn stored(&self, mut point: [i64; 3]) -> Option<([i64; 3], Option<i64>)> {
        Axis::ALL.into_iter().filter(|axis| !self.cells.axes().has(*axis)).for_each(|axis| point[axis.index()] = 0);
        let Some(window) = self.window else { return Some((point, None)) };
        let n = window.axis.index();
        let position = Some(point[n]).filter(|p| (self.covered.0..self.covered.1).contains(p))?;
        point[n] = window.slot(position);
        Some((point, Some(position)))
    }
}

impl From<Tag> for Value {
    fn from(tag: Tag) -> Value {
        Value::I64(tag.0 as i64)
    }
}
