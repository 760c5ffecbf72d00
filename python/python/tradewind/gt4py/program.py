"""Stencils of GT4Py's OIR in Tradewind's text form."""

from __future__ import annotations

from gt4py import eve
from gt4py.cartesian.gtc import common, oir
from gt4py.cartesian.gtc.common import DataType, LevelMarker

from .expression import ExpressionPrinter
from .names import Names
from .statement import StatementPrinter, block, bound
from .types import DTYPES


def text_of(stencil: oir.Stencil) -> str:
    """The stencil as text; ``tradewind.compile_oir`` takes it. Extents are left out: they are found there."""
    return "\n".join(StencilPrinter(stencil).visit(stencil)) + "\n"


class StencilPrinter(eve.NodeVisitor):
    """Turns a stencil, its loops, sections and executions into lines."""

    def __init__(self, stencil: oir.Stencil) -> None:
        self.names = Names(stencil)
        self.expressions = ExpressionPrinter(self.names)
        self.statements = StatementPrinter(self.expressions)

    def visit_Stencil(self, node: oir.Stencil) -> list[str]:
        params = ", ".join(self._param(param) for param in node.params)
        loops = [line for loop in node.vertical_loops for line in self.visit(loop)]
        temporaries = [f"temp %{self.names.field(t.name)}: {field_type(t)}" for t in node.declarations]
        temporaries += [f"temp %{name}: field<{DTYPES[dtype]}, IJK>" for name, dtype in self.names.temporaries]
        return [f"stencil {node.name}({params}) {{", *(f"  {line}" for line in [*temporaries, *loops]), "}"]

    def _param(self, node: oir.Decl) -> str:
        if isinstance(node, oir.FieldDecl):
            return f"%{self.names.field(node.name)}: {field_type(node)}"
        return f"${node.name}: {DTYPES[node.dtype]}"

    def visit_VerticalLoop(self, node: oir.VerticalLoop) -> list[str]:
        return block(node.loop_order.value, [line for section in node.sections for line in self.visit(section)])

    def visit_VerticalLoopSection(self, node: oir.VerticalLoopSection) -> list[str]:
        conditions = self._conditions(node.interval)
        kept = self.expressions.take_kept()
        executions = [
            line for e in node.horizontal_executions for line in self.visit(e, conditions=conditions, kept=kept)
        ]
        start = "start" if _is_runtime(node.interval.start) else bound(node.interval.start)
        end = "end" if _is_runtime(node.interval.end) else bound(node.interval.end)
        return block(f"interval [{start}, {end})", executions)

    def visit_HorizontalExecution(self, node: oir.HorizontalExecution, *, conditions: list[str], kept: list[str]) -> list[str]:
        self.expressions.within_runtime_bounds = bool(conditions)
        with self.names.execution(node.declarations):
            lines = self.statements.lines(node.body)
        self.expressions.within_runtime_bounds = False
        for condition in conditions:
            lines = block(f"mask ({condition})", lines)
        return block("execute", [*kept, *lines])

    def _conditions(self, interval: oir.Interval) -> list[str]:
        """What holds on the levels within bounds that are known at run time only."""
        ends = ((interval.start, ">="), (interval.end, "<"))
        return [f"K {comparison} {self._position(end)}" for end, comparison in ends if _is_runtime(end)]

    def _position(self, end: common.RuntimeAxisBound) -> str:
        offset = self.expressions.of_type(end.offset, DataType.INT32)
        return offset if end.level is LevelMarker.START else f"(K[end] + {offset})"


def _is_runtime(end: common.BaseAxisBound) -> bool:
    return isinstance(end, common.RuntimeAxisBound)


def field_type(decl: oir.FieldDecl) -> str:
    """``field<f64, IJK>``, ``field<f32, IJ, [3, 2]>``; a table without axes has ``-`` for them."""
    axes = "".join(axis for axis, has in zip("IJK", decl.dimensions) if has)
    parts = [DTYPES[decl.dtype], axes or ("-" if decl.data_dims else "")]
    if decl.data_dims:
        parts.append(f"[{', '.join(map(str, decl.data_dims))}]")
    return f"field<{', '.join(part for part in parts if part)}>"
