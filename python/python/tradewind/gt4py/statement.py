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
        return [*self.checks.lines(node.right, node.left), f"{target.text} = {self.expressions.of_type(node.right, target.dtype)}"]

    def visit_MaskStmt(self, node: oir.MaskStmt) -> list[str]:
        head = f"mask ({self.expressions.visit(node.mask).text})"
        return [*self.checks.lines(node.mask), *block(head, self.lines(node.body))]

    def visit_While(self, node: oir.While) -> list[str]:
        """The condition is checked before the first round and after each one."""
        head, checks = f"while ({self.expressions.visit(node.cond).text})", self.checks.lines(node.cond)
        return [*checks, *block(head, [*self.lines(node.body), *checks])]

    def visit_HorizontalRestriction(self, node: oir.HorizontalRestriction) -> list[str]:
        return block(f"restrict [{_side(node.mask.i)}, {_side(node.mask.j)}]", self.lines(node.body))

    def visit_CodeBlock(self, node: oir.CodeBlock) -> list[str]:
        return self.lines(node.body)


def block(head: str, lines: list[str]) -> list[str]:
    """Lines in braces, one step further in; nothing around nothing."""
    return [f"{head} {{", *(f"  {line}" for line in lines), "}"] if lines else []


def bound(position: common.AxisBound) -> str:
    """``start+1``, ``end-1``."""
    name = "start" if position.level is LevelMarker.START else "end"
    return f"{name}{position.offset:+d}" if position.offset else name


def _side(interval: common.HorizontalInterval) -> str:
    return ":".join("" if end is None else bound(end) for end in (interval.start, interval.end))
