"""Expressions of GT4Py's OIR as text."""

from __future__ import annotations

from typing import Any, NamedTuple

from gt4py import eve
from gt4py.cartesian.gtc import common, oir
from gt4py.cartesian.gtc.common import ArithmeticOperator, DataType, LogicalOperator, NativeFunction, UnaryOperator

from .names import Names
from .types import CASTS, DTYPES, PREDICATES, RENAMED, ROUNDING, literal


class Text(NamedTuple):
    """An operand and the type that it has in the text.

    That is the type in OIR, with one exception: OIR types the quotient of two integers as an integer, though NumPy, which GT4Py's
    ``numpy`` back end evaluates it with, gives a float; so does the text, and what is computed from it is a float as well.
    """

    text: str
    dtype: DataType

    def cast(self, dtype: DataType) -> str:
        """The operand converted to a type, if it has another one."""
        return self.text if self.dtype is dtype else f"{DTYPES[dtype]}({self.text})"


class ExpressionPrinter(eve.NodeVisitor):
    """Turns each expression into an operand: an operation stands in parentheses."""

    def __init__(self, names: Names) -> None:
        self.names = names
        #: Whether the levels of the current interval are known at run time only. Then no array can be asked to have the levels
        #: around them, and offsets along K are written as computed ones.
        self.within_runtime_bounds = False

    def of_type(self, node: oir.Expr, dtype: DataType) -> str:
        """The expression converted to a type."""
        return self.visit(node).cast(dtype)

    def visit_Literal(self, node: oir.Literal) -> Text:
        return Text(literal(node.value, node.dtype), node.dtype)

    def visit_ScalarAccess(self, node: oir.ScalarAccess) -> Text:
        local = self.names.local(node.name)
        return Text(f"${node.name}" if local is None else f"%{local}", node.dtype)

    def visit_FieldAccess(self, node: oir.FieldAccess) -> Text:
        decl = self.names.fields[node.name]
        offset = self._offset(node.offset, decl.dimensions)
        return Text(f"%{self.names.field(node.name)}{offset}{self._component(node, decl)}", node.dtype)

    def _offset(self, offset: Any, dimensions: tuple[bool, bool, bool]) -> str:
        """``[-1,0,1]``; nothing where it is zero. An offset on an axis that the field lacks means nothing and is dropped."""
        if isinstance(offset, common.CartesianOffset):
            i, j, k = (n if has else 0 for n, has in zip((offset.i, offset.j, offset.k), dimensions))
            if self.within_runtime_bounds and k != 0:
                return f"[{i},{j},?({literal(str(k), DataType.INT32)})]"
            return f"[{i},{j},{k}]" if (i, j, k) != (0, 0, 0) else ""
        if isinstance(offset.k, int):
            return f"[0,0,=({literal(str(offset.k), DataType.INT32)})]"
        mark = "?" if isinstance(offset, oir.VariableKOffset) else "="
        return f"[0,0,{mark}({self.visit(offset.k).text})]"

    def _component(self, node: oir.FieldAccess, decl: oir.FieldDecl) -> str:
        """``{3}``, ``{($n)}``: the index into the data dimensions, the last one varying fastest."""
        if not node.data_index:
            return ""
        flat: str | int = 0
        chosen = []
        for dimension, (index, size) in enumerate(zip(node.data_index, decl.data_dims)):
            if isinstance(index, oir.Literal):
                known: str | int = int(index.value)
            else:
                known = self.of_type(index, DataType.INT64)
                chosen.append((dimension, known, size))
            flat = _join(_scaled(flat, size), known)
        if len(decl.data_dims) > 1 and not isinstance(flat, int):
            flat = _existing(flat, chosen)
        return f"{{{flat}}}" if isinstance(flat, int) else f"{{({flat})}}"

    def visit_IteratorAccess(self, node: oir.IteratorAccess) -> Text:
        return Text(Text(node.name.value, DataType.INT32).cast(node.dtype), node.dtype)

    def visit_UnaryOp(self, node: oir.UnaryOp) -> Text:
        operand = self.visit(node.expr)
        if node.op is UnaryOperator.POS:
            return operand
        if node.op is UnaryOperator.NOT:
            return Text(f"!{operand.text}", DataType.BOOL)
        return Text(f"-({operand.text})" if isinstance(node.expr, oir.Literal) else f"-{operand.text}", operand.dtype)

    def visit_BinaryOp(self, node: oir.BinaryOp) -> Text:
        left, right = self.visit(node.left), self.visit(node.right)
        symbol = {LogicalOperator.AND: "&&", LogicalOperator.OR: "||"}.get(node.op, node.op.value)
        work = max(left.dtype, right.dtype)
        if node.op is ArithmeticOperator.DIV and work.isinteger():
            work = DataType.FLOAT64
        arithmetic = isinstance(node.op, ArithmeticOperator)
        return Text(f"({left.cast(work)} {symbol} {right.cast(work)})", work if arithmetic else DataType.BOOL)

    def visit_TernaryOp(self, node: oir.TernaryOp) -> Text:
        then, otherwise = self.visit(node.true_expr), self.visit(node.false_expr)
        work = max(then.dtype, otherwise.dtype)
        return Text(f"({self.visit(node.cond).text} ? {then.cast(work)} : {otherwise.cast(work)})", work)

    def visit_Cast(self, node: oir.Cast) -> Text:
        return Text(self.of_type(node.expr, node.dtype), node.dtype)

    def visit_NativeFuncCall(self, node: oir.NativeFuncCall) -> Text:
        args = [self.visit(arg) for arg in node.args]
        if node.func in CASTS:
            return Text(args[0].cast(CASTS[node.func]), CASTS[node.func])
        work = max(arg.dtype for arg in args)
        if node.func in ROUNDING and work.isinteger():
            return args[0]
        if work.isinteger() and node.func is NativeFunction.POW and (exponent := _small(node.args[1])):
            return Text(_product(args[0].cast(work), exponent), work)
        if not work.isfloat() and (node.func in PREDICATES or node.func is NativeFunction.POW):
            return self._of_integers(node.func, args)
        texts = [arg.cast(work) for arg in args]
        if node.func is NativeFunction.MOD:
            return Text(f"({texts[0]} %% {texts[1]})", work)
        name = RENAMED.get(node.func, node.func.value)
        return Text(f"{name}({', '.join(texts)})", DataType.BOOL if node.func in PREDICATES else work)

    @staticmethod
    def _of_integers(func: NativeFunction, args: list[Text]) -> Text:
        """A function that the text form has for floats only."""
        text = f"{func.value}({', '.join(arg.cast(DataType.FLOAT64) for arg in args)})"
        if func in PREDICATES:
            return Text(text, DataType.BOOL)
        work = max(arg.dtype for arg in args)
        return Text(Text(text, DataType.FLOAT64).cast(work), work)


def _small(node: oir.Expr) -> int:
    """A small exponent, for which a power of an integer is a product; zero for any other."""
    while isinstance(node, oir.Cast):
        node = node.expr
    known = int(node.value) if isinstance(node, oir.Literal) and node.dtype.isinteger() else 0
    return known if known <= 8 else 0


def _product(factor: str, n: int) -> str:
    if n == 1:
        return factor
    half = _product(factor, n // 2)
    return f"({half} * {half})" if n % 2 == 0 else f"(({half} * {half}) * {factor})"


def _scaled(index: str | int, size: int) -> str | int:
    return index * size if isinstance(index, int) else f"({index} * {size}i64)"


def _join(index: str | int, more: str | int) -> str | int:
    if isinstance(index, int) and isinstance(more, int):
        return index + more
    if index == 0:
        return more
    return f"({_typed(index)} + {_typed(more)})"


def _typed(index: str | int) -> str:
    return f"{index}i64" if isinstance(index, int) else index


def _existing(flat: str, chosen: list[tuple[int, str, int]]) -> str:
    """The index where each one exists along its dimension; else the number below zero that Tradewind's front end has for the
    first that does not (``no_component`` in ``ir/src/violation.rs``)."""
    for dimension, index, size in reversed(chosen):
        nowhere = f"({-1 - dimension - (4 << 40)}i64 - ({index} * 4i64))"
        flat = f"((({index} >= 0i64) && ({index} < {size}i64)) ? {flat} : {nowhere})"
    return flat
