//! Whether, and how, a region's computations fit in 128-bit vectors.
//!
//! Two lanes where something is eight bytes wide or a function defined on doubles is called, else four. Not at all where a
//! computation loops point by point, or has integers narrower than 32 bits.

use tradewind_dataflow::{Code, Control, Graph, Inst, Node, Op, Region};
use tradewind_ir::{DType, Native};

use super::scratch::{accessed, each_inst};

/// The lanes that the region needs, if it fits.
pub(super) fn of(graph: &Graph, region: &Region) -> Option<u8> {
    let (mut fits, mut wide) = (true, false);
    let mut check = |dtype: DType| {
        fits &= !matches!(dtype, DType::I8 | DType::I16);
        wide |= dtype.size() == 8;
    };
    each_code(region, &mut |code| {
        code.values.values().for_each(|dtype| check(*dtype));
        accessed(code).into_iter().for_each(|field| check(graph.fields[field].dtype));
    });
    each_code(region, &mut |code| {
        each_inst(&code.body, &mut |inst| match inst {
            Inst::While { .. } => fits = false,
            Inst::Let(_, Op::Call1(native, _) | Op::Call2(native, ..)) => wide |= is_transcendental(*native),
            _ => {}
        });
    });
    fits.then_some(if wide { 2 } else { 4 })
}

/// Whether the function is computed in double precision whatever its type.
pub(super) fn is_transcendental(native: Native) -> bool {
    use Native::*;
    matches!(native, Sin | Cos | Tan | Asin | Acos | Atan | Sinh | Cosh | Tanh | Exp | Log | Log10 | Pow)
}

/// Calls `visit` on the code of every tasklet of a region, those in loops included.
pub(super) fn each_code<'r>(region: &'r Region, visit: &mut impl FnMut(&'r Code)) {
    for control in &region.items {
        match control {
            Control::State(state) => {
                for node in state.graph.node_weights() {
                    match node {
                        Node::Tasklet { code, .. } => visit(code),
                        Node::Map(map) => each_code(&map.body, visit),
                        _ => {}
                    }
                }
            }
            Control::Sequential(l) => each_code(&l.body, visit),
            _ => {}
        }
    }
}
