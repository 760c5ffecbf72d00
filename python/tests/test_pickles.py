"""Stencils and programs in pickles, copies and other processes: as source and options, compiled again when loaded."""

import copy
import multiprocessing
import pathlib
import pickle
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import stencils

import tradewind
from tradewind.gtscript import PARALLEL, Field, computation, function, interval

BACKENDS = ("cpu", "numpy", "debug")


def reloaded(value, protocol=pickle.HIGHEST_PROTOCOL):
    return pickle.loads(pickle.dumps(value, protocol))


def same_smooth(one, other):
    a = np.random.default_rng(0).random((6, 5, 3))
    outs = [np.zeros_like(a), np.zeros_like(a)]
    for smooth, out in zip((one, other), outs):
        smooth(a, out, weight=0.1, origin=(1, 1, 0), domain=(4, 3, 3))
    np.testing.assert_array_equal(*outs)
    assert (outs[0] != 0).any()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("protocol", [2, 5])
def test_a_stencil_is_compiled_again(backend, protocol):
    smooth = tradewind.stencil(backend=backend)(stencils.smooth.__wrapped__)
    again = reloaded(smooth, protocol)
    assert type(again) is tradewind.Stencil and again is not smooth
    assert (again.__name__, again.__doc__, again.__module__) == ("smooth", "Smooths horizontally.", "stencils")
    assert str(again.__signature__) == "(a, out, weight)" and again.fields == smooth.fields and again.oir == smooth.oir
    same_smooth(smooth, again)
    same_smooth(smooth, reloaded(again))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_program_is_compiled_again(backend):
    diffuse = tradewind.program(backend=backend)(stencils.diffuse.__wrapped__)
    again = reloaded(diffuse)
    assert type(again) is tradewind.Program
    inner = np.random.default_rng(1).random((5, 4, 2))
    fields, steps = [np.pad(inner, ((1, 1), (1, 1), (0, 0))) for _ in range(2)], []
    for program, q in zip((diffuse, again), fields):
        program(q, 2, 0.1, origin=(1, 1, 0), domain=(5, 4, 2), callbacks={"monitor": lambda q, n: steps.append(n)})
    np.testing.assert_array_equal(*fields)
    assert steps == [0, 1, 0, 1] and (fields[0][1:-1, 1:-1] != inner).any()


def test_a_pickle_holds_text_and_no_code():
    held = pickle.dumps(stencils.smooth)
    assert b"def smooth" in held and b"def laplacian" in held and b"ELF" not in held
    assert held == pickle.dumps(stencils.smooth) == pickle.dumps(reloaded(stencils.smooth))


@function
def twice(x):
    return 2.0 * x


def test_options_are_kept(tmp_path):
    schedule = tmp_path / "only.toml"
    schedule.write_text('preset = "naive"\n')

    def scale(a: Field["real"], out: Field["real"], by: float = 0.5):
        from __externals__ import change, levels, table

        with computation(PARALLEL), interval(...):
            out = change(a) * by + table.add if __INLINED(levels > 2) else 0.0

    stencil = tradewind.stencil(
        externals={"change": twice, "levels": 3, "table": SimpleNamespace(add=0.25)},
        dtypes={"real": np.float32},
        schedule=schedule,
        float_bits=32,
        int_bits=32,
        bounds="trusted",
    )(scale)
    held = pickle.dumps(stencil)
    schedule.unlink()
    again = pickle.loads(held)
    assert again.fields["a"].dtype == np.float32 and again.scalars["by"] == np.float32 and again.tree == stencil.tree
    a, out = np.ones((2, 2, 2), np.float32), np.zeros((2, 2, 2), np.float32)
    again(a, out)
    assert (out == 1.25).all()


MODEL = """
from helper import scaled

def twice(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = scaled(a)

@program
def both(a: Field[float], b: Field[float], out: Field[float]):
    twice(a, b)
    twice(b, out)
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_files_and_what_they_import_need_not_exist_where_it_is_loaded(tmp_path, backend):
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "helper.py").write_text("FACTOR = 2.0\n\n@function\ndef scaled(x):\n    return FACTOR * x\n")
    module = tradewind.compile(tmp_path / "model.py", backend=backend)
    held = pickle.dumps([module, module["both"]])
    (tmp_path / "model.py").unlink()
    (tmp_path / "helper.py").write_text("FACTOR = 3.0\n")
    again, both = pickle.loads(held)
    assert list(again) == ["twice", "both"]
    for program in (again["both"], both, copy.copy(module)["both"], copy.deepcopy(module)["both"]):
        a, b, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
        program(a, b, out)
        assert (out == 4).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_oir(backend):
    stencil = tradewind.compile_oir(stencils.root.oir, backend=backend, name="root.oir")
    again = reloaded(stencil)
    a, out = np.full((2, 2, 2), 4.0), np.zeros((2, 2, 2))
    again(a, out)
    assert type(again) is type(stencil) and (out == 2).all()


def test_copies():
    for copied in (copy.copy(stencils.smooth), copy.deepcopy({"smooth": stencils.smooth})["smooth"]):
        same_smooth(stencils.smooth, copied)


def test_a_pickle_of_another_version_is_refused():
    held = pickle.dumps(stencils.smooth)
    version = tradewind.__version__
    assert held.count(version.encode()) == 1
    other = held.replace(version.encode(), version.replace(version[-1], "x").encode())
    with pytest.raises(pickle.UnpicklingError, match=f"pickled by tradewind .*x.*, and this is {version}"):
        pickle.loads(other)


def run(stencil, a):
    out = np.zeros_like(a)
    stencil(a, out)
    return out


def refused(stencil):
    stencil(np.zeros((2, 2, 2)), np.zeros((2, 2, 2), np.float32))


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.syspath_prepend(str(pathlib.Path(__file__).parent))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield pool


def test_another_process(worker):
    @tradewind.stencil
    def inner(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = twice(a) + 1.0

    found = worker.apply(run, (inner, np.full((2, 2, 2), 3.0)))
    assert (found == 7).all()
    with pytest.raises(tradewind.CallTypeError, match="`out`: has elements of type f32") as caught:
        worker.apply(refused, (inner,))
    assert caught.value.code == "TW0702"


def test_errors():
    error = tradewind.CallIndexError("no such level")
    error.code = "TW0999"
    again = reloaded(error)
    assert (type(again), str(again), again.code) == (tradewind.CallIndexError, "no such level", "TW0999")
    for error in (tradewind.CompileError("wrong"), tradewind.CompileWarning("odd")):
        assert (type(reloaded(error)), str(reloaded(error))) == (type(error), str(error))
