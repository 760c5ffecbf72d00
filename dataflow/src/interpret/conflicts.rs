//! Which steps access the same elements, found while a graph runs.
//!
//! Every element remembers which step wrote it last and which have read it since; so does every host scalar, and every slot of storage
//! remembers for which container it was used. Two steps of one region that meet there need an order. What an element holds does not
//! matter: a step that reads another version of it is found even where the numbers are the same.

use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use tradewind_ir::{FieldId, ScalarId};

use crate::graph::SlotId;

/// Two steps of a region that need an order, in the order in which they ran.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Conflict {
    /// The region's place among all regions of the graph, as [`crate::Region::walk`] visits them.
    pub region: usize,
    pub first: NodeIndex,
    pub second: NodeIndex,
}

/// The conflicts of the runs so far.
#[derive(Default)]
pub struct Conflicts {
    pub found: BTreeSet<Conflict>,
    places: HashMap<Place, Users>,
    slots: HashMap<SlotId, (FieldId, Vec<Stand>)>,
    stand: Vec<Step>,
    /// Regions that have begun.
    begun: u64,
}

/// Something that a step reads or writes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Element(FieldId, [i64; 3], u32),
    Scalar(ScalarId),
}

/// A step that is running: of a region, in one of its runs.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    region: usize,
    run: u64,
    node: NodeIndex,
}

/// The steps that are running, from the outermost on.
type Stand = Rc<[Step]>;

#[derive(Default)]
struct Users {
    write: Option<Stand>,
    reads: Vec<Stand>,
}

impl Conflicts {
    /// Forgets what elements hold: another run begins.
    pub(super) fn start(&mut self) {
        self.places.clear();
        self.slots.clear();
        self.stand.clear();
    }
    /// A region begins, once more.
    pub(super) fn enter(&mut self, region: usize) {
        self.begun += 1;
        self.stand.push(Step { region, run: self.begun, node: NodeIndex::default() });
    }
    /// The region's next step begins.
    pub(super) fn step(&mut self, node: NodeIndex) {
        if let Some(last) = self.stand.last_mut() {
            last.node = node;
        }
    }
    /// The region ends.
    pub(super) fn leave(&mut self) {
        self.stand.pop();
    }
    /// A step reads or writes an element of a container.
    pub(super) fn element(&mut self, field: FieldId, at: [i64; 3], component: u32, is_write: bool) {
        self.access(Place::Element(field, at, component), is_write);
    }
    /// A step reads or sets a host scalar.
    pub(super) fn scalar(&mut self, scalar: ScalarId, is_write: bool) {
        self.access(Place::Scalar(scalar), is_write);
    }
    /// A step uses a slot of storage for a container.
    pub(super) fn slot(&mut self, slot: SlotId, field: FieldId) {
        let here: Stand = self.stand.as_slice().into();
        let (of, users) = self.slots.entry(slot).or_insert_with(|| (field, Vec::new()));
        if *of != field {
            users.iter().for_each(|user| meet(&mut self.found, user, &here));
            (*of, *users) = (field, Vec::new());
        }
        users.push(here);
    }

    fn access(&mut self, place: Place, is_write: bool) {
        let here: Stand = self.stand.as_slice().into();
        let users = self.places.entry(place).or_default();
        users.write.iter().for_each(|writer| meet(&mut self.found, writer, &here));
        if is_write {
            users.reads.iter().for_each(|reader| meet(&mut self.found, reader, &here));
            *users = Users { write: Some(here), reads: Vec::new() };
        } else {
            users.reads.push(here);
        }
    }
}

/// Two accesses that need an order: that of the steps in which they part, if those are of one run of one region.
fn meet(found: &mut BTreeSet<Conflict>, first: &Stand, second: &Stand) {
    let parted = first.iter().zip(second.iter()).find(|(a, b)| a != b);
    if let Some((a, b)) = parted.filter(|(a, b)| a.run == b.run) {
        found.insert(Conflict { region: a.region, first: a.node, second: b.node });
    }
}
