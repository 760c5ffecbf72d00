//! Blocks that run only where a condition holds.

use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};

use super::emit::Emitter;

impl Emitter<'_, '_> {
    /// Runs `body` only where a scalar predicate holds.
    pub(super) fn when(&mut self, predicate: Option<Value>, body: impl FnOnce(&mut Self)) {
        let Some(predicate) = predicate else {
            return body(self);
        };
        let (inside, after) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(predicate, inside, &[], after, &[]);
        self.b.switch_to_block(inside);
        self.b.seal_block(inside);
        body(self);
        self.b.ins().jump(after, &[]);
        self.b.switch_to_block(after);
        self.b.seal_block(after);
    }

    /// Runs `body` where a scalar condition holds, which is rare: out of the way of the code around.
    pub(super) fn rarely(&mut self, condition: Value, body: impl FnOnce(&mut Self)) {
        self.when(Some(condition), |e| {
            let block = e.b.current_block().expect("a block was begun");
            e.b.set_cold_block(block);
            body(e);
        });
    }
}

/// Values as arguments of a branch.
pub(super) fn block_args(values: &[Value]) -> Vec<BlockArg> {
    values.iter().map(|v| BlockArg::Value(*v)).collect()
}
