"""Checks of the data-dependent indexes in expressions: a level or component that does not exist fails the call."""

from __future__ import annotations

from gt4py import eve
from gt4py.cartesian.gtc import common, oir

from .expression import ExpressionPrinter


class CheckPrinter(eve.NodeVisitor):
    """Turns the accesses of an expression that need it into ``check`` statements, inner indexes before outer ones."""

    def __init__(self, expressions: ExpressionPrinter) -> None:
        self.expressions = expressions
        self._lines: list[str] = []

    def lines(self, *nodes: oir.Expr) -> list[str]:
        """The checks of expressions, of which one may be what is written."""
        self._lines = []
        for node in nodes:
            self.visit(node, guards=())
        return self._lines

    def visit_TernaryOp(self, node: oir.TernaryOp, *, guards: tuple[str, ...]) -> None:
        """Only the side that is chosen needs to exist."""
        condition = self.expressions.visit(node.cond).text
        self.visit(node.cond, guards=guards)
        self.visit(node.true_expr, guards=(*guards, condition))
        self.visit(node.false_expr, guards=(*guards, f"!{condition}"))

    def visit_FieldAccess(self, node: oir.FieldAccess, *, guards: tuple[str, ...]) -> None:
        self.generic_visit(node, guards=guards)
        access = self.expressions.visit(node).text
        if not (self._is_computed_level(node) or any(not isinstance(index, oir.Literal) for index in node.data_index)):
            return
        guard = f" where ({_all(guards)})" if guards else ""
        if (line := f"check {access}{guard}") not in self._lines:
            self._lines.append(line)

    def _is_computed_level(self, node: oir.FieldAccess) -> bool:
        if isinstance(node.offset, common.CartesianOffset):
            return self.expressions.within_runtime_bounds and node.offset.k != 0
        return True


def _all(guards: tuple[str, ...]) -> str:
    condition, *others = guards
    for guard in others:
        condition = f"({condition} && {guard})"
    return condition
