"""Stencils and programs by whatever name, call or decorator they are made."""

import functools
import textwrap

import numpy as np
import pytest
import tradewind
from tradewind.gtscript import PARALLEL, Field, computation, copy, function, interval

partly = functools.partial(tradewind.program)
staged = functools.partial(tradewind.stencil, backend="numpy", externals={"n": 3.0})


def orchestrate(**options):
    """A factory of decorators that the text does not tell."""

    def decorator(definition):
        return tradewind.program(**options)(definition)

    return decorator


@function
def doubled(x):
    return 2.0 * x


def inc(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a + 1.0


def scaled(a: Field[float], out: Field[float]):
    from __externals__ import change, names

    with computation(PARALLEL), interval(...):
        out = change(a) * names.n


def scaler(n):
    """A stencil with externals that are known when Python runs."""
    names = {"names": type("Names", (), {"n": n}), "change": doubled}
    return tradewind.stencil(externals=names)(scaled)


fourfold, tenfold = scaler(2.0), scaler(5.0)


def twice(a: Field[float], out: Field[float]):
    inc(a, out)
    copy(a, out)
    inc(a, out)


@partly
def inner(a: Field[float], out: Field[float]):
    fourfold(a, out)
    copy(a, out)
    tenfold(a, out)


@orchestrate(schedule="naive")
def outer(a: Field[float], out: Field[float]):
    inner(a, out)
    copy(a, out)
    stepped(a, out)


stepped = tradewind.program(twice)


@staged
def times(a: Field[float], out: Field[float]):
    from __externals__ import n

    with computation(PARALLEL), interval(...):
        out = n * a


def result(compiled):
    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    compiled(a, out)
    assert (out == out[0, 0, 0]).all()
    return out[0, 0, 0]


def test_programs_by_call_and_by_decorators():
    assert result(stepped) == 3
    assert result(partly(twice)) == result(tradewind.program(backend="debug")(twice)) == 3
    assert result(inner) == 40
    assert isinstance(inner, tradewind.Program) and inner.__name__ == "inner"


def test_programs_defined_before_what_they_call():
    # `stepped` was no name yet when `outer` was compiled: the text says what it is.
    assert result(outer) == 42


def test_stencils_by_partial():
    assert result(times) == 3 and isinstance(times, tradewind.Stencil)


def test_one_function_with_several_externals():
    assert (result(fourfold), result(tenfold)) == (4, 10)

    @tradewind.program
    def both(a: Field[float], out: Field[float]):
        local(a, out)
        copy(a, out)
        fourfold(a, out)

    assert result(both) == 24


local = scaler(3.0)


def ran(tmp_path, monkeypatch, name, text):
    """A module of this text, imported."""
    (tmp_path / f"{name}.py").write_text("import tradewind\nfrom tradewind.gtscript import *\n" + textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    return __import__(name)


KERNELS = """
import os

def make(n):
    @tradewind.stencil(externals={"n": n})
    def kernel(a: Field[float], out: Field[float]):
        from __externals__ import n
        with computation(PARALLEL), interval(...):
            out = n * a
    return kernel

def plain(a: Field[float], out: Field[float]):
    from __externals__ import n
    with computation(PARALLEL), interval(...):
        out = n * a

SIX = float(len("123456"))
threefold = make(3.0)
sixfold = tradewind.stencil(externals={"n": SIX})(plain)
"""

USER = """
import kernels_of_makers as kernels
from kernels_of_makers import sixfold, threefold

def called(a: Field[float], out: Field[float]):
    sixfold(a, out)
    copy(a, out)
    {}(a, out)

step = tradewind.program(called)
"""


@pytest.mark.parametrize("name", ["threefold", "kernels.threefold"])
def test_stencils_of_other_modules(tmp_path, monkeypatch, name):
    ran(tmp_path, monkeypatch, "kernels_of_makers", KERNELS)
    user = ran(tmp_path, monkeypatch, "user_" + name.replace(".", "_"), USER.format(name))
    assert result(user.step) == 18


def test_files_name_what_calls_make(tmp_path):
    text = """
    import functools
    import tradewind

    def double(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = 2.0 * a

    def called(a: Field[float], out: Field[float]):
        double(a, out)

    my = functools.partial(tradewind.program, schedule="naive")
    step = tradewind.program(called)

    @my
    def other(a: Field[float], out: Field[float]):
        step(a, out)
    """
    (tmp_path / "model.py").write_text(textwrap.dedent(text))
    module = tradewind.compile(tmp_path / "model.py")
    assert list(module) == ["double", "step", "other"]
    assert result(module["step"]) == result(module["other"]) == 2


BOUND = """
import contextlib
import tradewind
from tradewind.gtscript import *

try:
    import a_module_that_nobody_has as missing
except ImportError:
    missing = None
try:
    depth = int("7")
except ValueError:
    depth = 0
with contextlib.suppress(ValueError) as nothing, open(__file__) as stream:
    inside = float("0.5")
for n in map(int, "123"):
    last = n * 10.0
low, (high, *others) = 1.0, [2.0, 3.0, 4.0]
(removed, low), count = (5.0, float("6.0")), 0.0
del removed
total = 1.0
total += float("1.5")
print(walrus := float("8.0"), end="")
while count < 3.0:
    count += 1.0
match [1.0, 9.0]:
    case [_, captured]:
        pass

def change():
    global total
    total += 1.0

change()

@tradewind.stencil
def f(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        if __INLINED(missing is None):
            out = depth + inside + n + last + low + high + total + walrus + count + captured
"""


def test_names_that_any_statement_binds(tmp_path):
    file = tmp_path / "bound_anyhow.py"
    file.write_text(BOUND)
    names = {"__name__": "bound_anyhow", "__file__": str(file)}
    exec(compile(BOUND, str(file), "exec"), names)
    assert result(names["f"]) == 7 + 0.5 + 3 + 30 + 6 + 2 + 3.5 + 8 + 3 + 9
    # What hides a name in Python hides it here, whatever binds the other one.
    for text in ("h, g = 1.0, 2.0", "for h in (1.0, 2.0):\n    pass", "try:\n    h = 1.0\nfinally:\n    pass"):
        hidden = f"""{text}
def make():
    h = "text"
    def f(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = h
    return f
"""
        file = tmp_path / f"hidden{len(text)}.py"
        file.write_text("from tradewind.gtscript import *\n" + hidden)
        names = {"__name__": "hidden", "__file__": str(file)}
        exec(compile(file.read_text(), str(file), "exec"), names)
        with pytest.raises(tradewind.CompileError, match="`h`"):
            tradewind.stencil(names["make"]())


def test_large_packages_above_helpers(tmp_path, monkeypatch):
    text = """
    import asyncio, email, unittest
    import asyncio.events as events
    import concurrent.futures
    from unittest.mock import *

    @function
    def halved(x):
        return 0.5 * x

    def late():
        return asyncio.run(email.message_from_string(""))
    """
    helpers = ran(tmp_path, monkeypatch, "helpers_below_large_packages", text)
    assert helpers.asyncio
    user = """
    import asyncio
    from helpers_below_large_packages import halved

    def half(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = halved(a)
    """
    made = ran(tmp_path, monkeypatch, "user_of_large_packages", user)
    assert result(tradewind.stencil(made.half)) == 0.5
    assert result(tradewind.compile(made.__file__)["half"]) == 0.5
