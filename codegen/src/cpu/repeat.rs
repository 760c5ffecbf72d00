//! Loops at a point. Vector code runs them lane by lane with the scalar code: lanes leave after different numbers of
//! iterations, and a lane that has left might access elements that do not exist.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use std::collections::BTreeSet;
use tradewind_dataflow::{Carried, Inst, ValueId};
use tradewind_ir::Axis;

use super::address::Point;
use super::blocks::block_args;
use super::emit::Emitter;
use super::instructions::each_inst;
use super::mode::{Mode, Shape, scalar_type};
use super::values::Values;

/// The parts of [`Inst::While`].
#[derive(Clone, Copy)]
pub(super) struct Repeat<'c, 'a, 'f> {
    pub carried: &'c [Carried],
    pub head: &'c [Inst],
    pub condition: ValueId,
    pub body: &'c [Inst],
    /// Emits instructions in order.
    pub emit: fn(&mut Emitter<'a, 'f>, &[Inst], &mut Values<'_>, &Point),
}

impl Repeat<'_, '_, '_> {
    /// Whether some index is checked in it. A point whose index does not exist leaves the loop, which might have no end with the
    /// index that stands in for it.
    fn has_checks(self) -> bool {
        let mut found = false;
        let mut visit = |inst: &Inst| found |= matches!(inst, Inst::Check { .. });
        each_inst(self.head, &mut visit);
        each_inst(self.body, &mut visit);
        found
    }
    /// The values that the loop uses, its own included.
    fn used(self) -> BTreeSet<ValueId> {
        let mut used: BTreeSet<ValueId> = self.carried.iter().flat_map(|c| [c.init, c.next]).collect();
        used.insert(self.condition);
        let mut visit = |inst: &Inst| used.extend(inst.operands());
        each_inst(self.head, &mut visit);
        each_inst(self.body, &mut visit);
        used
    }
}

impl<'a, 'f> Emitter<'a, 'f> {
    /// A loop at one point.
    pub(super) fn repeat(&mut self, repeat: Repeat<'_, 'a, 'f>, values: &mut Values<'_>, at: &Point) {
        let Repeat { carried, head, condition, body, emit } = repeat;
        let around = self.stopped;
        self.stopped = repeat.has_checks().then(|| {
            let stopped = self.b.declare_var(types::I8);
            let no = self.b.ins().iconst(types::I8, 0);
            self.b.def_var(stopped, no);
            stopped
        });
        let [test, inside, after] = [(); 3].map(|()| self.b.create_block());
        let init: Vec<Value> = carried.iter().map(|c| values.get(c.init)).collect();
        self.b.ins().jump(test, &block_args(&init));
        self.b.switch_to_block(test);
        for c in carried {
            let param = self.b.append_block_param(test, scalar_type(values.dtype(c.param)));
            values.set(c.param, param);
        }
        emit(self, head, values, at);
        let condition = match self.stopped {
            None => values.get(condition),
            Some(stopped) => {
                let stopped = self.b.use_var(stopped);
                self.b.ins().band_not(values.get(condition), stopped)
            }
        };
        self.b.ins().brif(condition, inside, &[], after, &[]);
        self.b.switch_to_block(inside);
        self.b.seal_block(inside);
        emit(self, body, values, at);
        let next: Vec<Value> = carried.iter().map(|c| values.get(c.next)).collect();
        // A loop may have no end: the host must be able to end it.
        let stop = self.b.ins().atomic_load(types::I8, MemFlagsData::trusted(), self.stop);
        self.b.ins().brif(stop, after, &[], test, &block_args(&next));
        self.b.seal_block(test);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
        if let (Some(around), Some(inner)) = (around, self.stopped) {
            let [before, inner] = [around, inner].map(|variable| self.b.use_var(variable));
            let either = self.b.ins().bor(before, inner);
            self.b.def_var(around, either);
        }
        self.stopped = around;
    }

    /// A loop at each of several points; what they carry, in vectors again.
    pub(super) fn repeat_by_lane(&mut self, repeat: Repeat<'_, 'a, 'f>, shape: Shape, values: &mut Values<'_>, at: &Point) {
        let outside: Vec<ValueId> = repeat.used().into_iter().filter(|id| values.has(*id)).collect();
        let mut lanes: Vec<Vec<Value>> = Vec::new();
        for lane in 0..shape.points() {
            let mut scalars = values.clone();
            for id in &outside {
                let scalar = self.lane(shape, values.dtype(*id), values.get(*id), lane);
                scalars.set(*id, scalar);
            }
            let point = self.lane_point(at, lane);
            self.repeat(repeat, &mut scalars, &point);
            lanes.push(repeat.carried.iter().map(|c| scalars.get(c.param)).collect());
        }
        for (n, c) in repeat.carried.iter().enumerate() {
            let vector = self.by_lane(shape, &[], values.dtype(c.param), |_, lane, _| lanes[usize::from(lane)][n]);
            values.set(c.param, vector);
        }
    }

    /// One of several points, for scalar code.
    fn lane_point(&mut self, at: &Point, lane: u8) -> Point {
        let mut point = at.clone();
        (point.mode, point.lane) = (Mode::Scalar, lane);
        let further = i64::from(lane);
        match &mut point.row {
            Some(row) => row.ahead += i32::from(lane),
            None => point.index[Axis::I.index()] = self.b.ins().iadd_imm_s(at.index[Axis::I.index()], further),
        }
        for place in self.placed.clone() {
            let moves = place.vector || (point.row.is_none() && self.contiguous(place));
            if moves && let Some(pointer) = point.pointers.get_mut(&place.field) {
                *pointer = self.b.ins().iadd_imm_s(*pointer, further * place.dtype.size() as i64);
            }
        }
        point
    }
}
