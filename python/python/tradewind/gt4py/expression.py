"""Expressions of GT4Py's OIR as text."""

from __future__ import annotations

import operator
from collections.abc import Callable
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
    #: How deep operations stand in one another.
    depth: int = 0

    def cast(self, dtype: DataType) -> str:
        """The operand converted to a type, if it has another one."""
        return self.text if self.dtype is dtype else f"{DTYPES[dtype]}({self.text})"


#: Operations that are deeper are computed into a temporary: the text form nests 256 levels deep at most, and a
#: conversion, which an operand of each operation may have, is a level as well.
DEEPEST = 100


class ExpressionPrinter(eve.NodeVisitor):
    """Turns each expression into an operand: an operation stands in parentheses.

    A part of an expression that is used several times, or is nested deep, is computed into a temporary: the statement
    that uses it asks for these assignments by :meth:`take_kept` and puts them in front of itself.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        #: Whether the levels of the current interval are known at run time only. Then no array can be asked to have the levels
        #: around them, and offsets along K are written as computed ones.
        self.within_runtime_bounds = False
        self._kept: list[str] = []

    def take_kept(self) -> list[str]:
        """The assignments of temporaries that the expressions printed since the last call use."""
        lines, self._kept = self._kept, []
        return lines

    def _keep(self, value: Text) -> Text:
        name = self.names.temporary("kept", value.dtype)
        self._kept.append(f"%{name} = {value.text}")
        return Text(f"%{name}", value.dtype)

    def _operation(self, text: str, dtype: DataType, *operands: Text) -> Text:
        """An operation on operands."""
        value = Text(text, dtype, 1 + max(operand.depth for operand in operands))
        return self._keep(value) if value.depth >= DEEPEST else value

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
            return self._operation(f"!{operand.text}", DataType.BOOL, operand)
        text = f"-({operand.text})" if isinstance(node.expr, oir.Literal) else f"-{operand.text}"
        return self._operation(text, operand.dtype, operand)

    def visit_BinaryOp(self, node: oir.BinaryOp) -> Text:
        """A chain of operations, ``a + b + c``, from its first operand on: it may be longer than Python's stack is deep."""
        chain: list[oir.BinaryOp] = []
        first: oir.Expr = node
        while isinstance(first, oir.BinaryOp):
            chain.append(first)
            first = first.left
        value = self.visit(first)
        for operation in reversed(chain):
            value = self._binary(operation, value, self.visit(operation.right))
        return value

    def _binary(self, node: oir.BinaryOp, left: Text, right: Text) -> Text:
        symbol = {LogicalOperator.AND: "&&", LogicalOperator.OR: "||"}.get(node.op, node.op.value)
        work = max(left.dtype, right.dtype)
        if node.op is ArithmeticOperator.DIV and work.isinteger():
            work = DataType.FLOAT64
        dtype = work if isinstance(node.op, ArithmeticOperator) else DataType.BOOL
        return self._operation(f"({left.cast(work)} {symbol} {right.cast(work)})", dtype, left, right)

    def visit_TernaryOp(self, node: oir.TernaryOp) -> Text:
        condition, then, otherwise = self.visit(node.cond), self.visit(node.true_expr), self.visit(node.false_expr)
        work = max(then.dtype, otherwise.dtype)
        text = f"({condition.text} ? {then.cast(work)} : {otherwise.cast(work)})"
        return self._operation(text, work, condition, then, otherwise)

    def visit_Cast(self, node: oir.Cast) -> Text:
        operand = self.visit(node.expr)
        return self._operation(operand.cast(node.dtype), node.dtype, operand)

    def visit_NativeFuncCall(self, node: oir.NativeFuncCall) -> Text:
        args = [self.visit(arg) for arg in node.args]
        if node.func in CASTS:
            return self._operation(args[0].cast(CASTS[node.func]), CASTS[node.func], args[0])
        work = max(arg.dtype for arg in args)
        if node.func in ROUNDING and work.isinteger():
            return args[0]
        if node.func is NativeFunction.POW and (power := self._power(args[0], node.args[1], work)):
            return power
        if not work.isfloat() and (node.func in PREDICATES or node.func is NativeFunction.POW):
            return self._of_integers(node.func, args)
        texts = [arg.cast(work) for arg in args]
        if node.func is NativeFunction.MOD:
            return self._operation(f"({texts[0]} %% {texts[1]})", work, *args)
        name = RENAMED.get(node.func, node.func.value)
        dtype = DataType.BOOL if node.func in PREDICATES else work
        return self._operation(f"{name}({', '.join(texts)})", dtype, *args)

    def _of_integers(self, func: NativeFunction, args: list[Text]) -> Text:
        """A function that the text form has for floats only."""
        text = f"{func.value}({', '.join(arg.cast(DataType.FLOAT64) for arg in args)})"
        if func in PREDICATES:
            return self._operation(text, DataType.BOOL, *args)
        work = max(arg.dtype for arg in args)
        return self._operation(Text(text, DataType.FLOAT64).cast(work), work, *args)

    def _power(self, base: Text, exponent: oir.Expr, work: DataType) -> Text | None:
        """A power with a small constant exponent, as Tradewind's front end writes it out (``frontend/src/power.rs``):
        products, a square root for a half, a reciprocal for what is negative. Nothing for any other exponent."""
        known = _constant(exponent)
        if known is None or abs(known) > LARGEST_EXPONENT or 2.0 * known % 1.0 != 0.0:
            return None
        if not work.isfloat() and (not work.isinteger() or known < 0.0):
            return None
        whole, half = divmod(abs(known), 1.0)
        factor = Text(base.cast(work), work, base.depth)
        if base.depth > 0 and whole + half > 1.0:
            factor = self._keep(factor)
        one = literal("1", work)
        text = _product(factor.text, int(whole)) if whole else one
        if half:
            root = f"sqrt({factor.text})"
            text = f"({text} * {root})" if whole else root
        if known < 0.0:
            text = f"({one} / {text})"
        return self._operation(text, work, factor)


#: The largest exponent, on either side of zero, for which a power is written out.
LARGEST_EXPONENT = 8.0


def _constant(node: oir.Expr) -> float | None:
    """The value of a number that is known when compiling."""
    match node:
        case oir.Cast():
            return _constant(node.expr)
        case oir.Literal(value=str()) if node.dtype.isinteger() or node.dtype.isfloat():
            return float(node.value)
        case oir.UnaryOp(op=UnaryOperator.NEG | UnaryOperator.POS):
            value = _constant(node.expr)
            return -value if value is not None and node.op is UnaryOperator.NEG else value
        case oir.BinaryOp(op=ArithmeticOperator()):
            left, right = _constant(node.left), _constant(node.right)
            return None if left is None or right is None else _COMPUTED[node.op](left, right)
    return None


def _quotient(a: float, b: float) -> float | None:
    return a / b if b != 0.0 else None


_COMPUTED: dict[ArithmeticOperator, Callable[[float, float], float | None]] = {
    ArithmeticOperator.ADD: operator.add,
    ArithmeticOperator.SUB: operator.sub,
    ArithmeticOperator.MUL: operator.mul,
    ArithmeticOperator.DIV: _quotient,
}


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
