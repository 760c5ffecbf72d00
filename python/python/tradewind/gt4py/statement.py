"""Statements of GT4Py's OIR as lines of text."""

from __future__ import annotations

from collections.abc import Iterable

from gt4py import eve
from gt4py.cartesian.gtc import common, oir
from gt4py.cartesian.gtc.common import LevelMarker

from .checks import CheckPrinter
from .expression import ExpressionPrinter


class StatementPrinter(eve.NodeVisitor):
    """Turns each statement into lines without indentation."""

    def __init__(self, expressions: ExpressionPrinter) -> None:
        self.expressions = expressions
        self.checks = CheckPrinter(expressions)

    def lines(self, statements: Iterable[oir.Stmt]) -> list[str]:
        """The lines of several statements."""
        return [line for statement in statements for line in self.visit(statement)]

    def visit_AssignStmt(self, node: oir.AssignStmt) -> list[str]:
        target = self.expressions.visit(node.left)
        line = f"{target.text} = {self.expressions.of_type(node.right, target.dtype)}"
        checks = self.checks.lines(node.right, node.left)
        return [*self.expressions.take_kept(), *checks, line]

    def visit_MaskStmt(self, node: oir.MaskStmt) -> list[str]:
        head, checks = f"mask ({self.expressions.visit(node.mask).text})", self.checks.lines(node.mask)
        return [*self.expressions.take_kept(), *checks, *block(head, self.lines(node.body))]

    def visit_While(self, node: oir.While) -> list[str]:
        """What the condition uses is computed and checked before the first round and after each one."""
        head, checks = f"while ({self.expressions.visit(node.cond).text})", self.checks.lines(node.cond)
        before = [*self.expressions.take_kept(), *checks]
        return [*before, *block(head, [*self.lines(node.body), *before])]

    def visit_HorizontalRestriction(self, node: oir.HorizontalRestriction) -> list[str]:
        i, j = _side(node.mask.i), _side(node.mask.j)
        return [] if i is None or j is None else block(f"restrict [{i}, {j}]", self.lines(node.body))

    def visit_CodeBlock(self, node: oir.CodeBlock) -> list[str]:
        return self.lines(node.body)


def block(head: str, lines: list[str]) -> list[str]:
    """Lines in braces, one step further in; nothing around nothing."""
    return [f"{head} {{", *(f"  {line}" for line in lines), "}"] if lines else []


def bound(position: common.AxisBound) -> str:
    """``start+1``, ``end-1``."""
    name = "start" if position.level is LevelMarker.START else "end"
    return f"{name}{position.offset:+d}" if position.offset else name


#: What no grid has so many points beyond.
_FAR = 4096


def _side(interval: common.HorizontalInterval) -> str | None:
    """``start:end-1``, open where a bound is farther out than any grid; nothing for a side that lies there altogether."""
    start, end = interval.start, interval.end
    if start is not None and _beyond(start) > 0 or end is not None and _beyond(end) < 0:
        return None
    ends = [None if position is None or _beyond(position) else bound(position) for position in (start, end)]
    return ":".join(text or "" for text in ends)


def _beyond(position: common.AxisBound) -> int:
    """Whether a position is far below the start (-1) or above the end (1) of the domain."""
    if position.level is LevelMarker.START:
        return -1 if position.offset <= -_FAR else 0
    return 1 if position.offset >= _FAR else 0
