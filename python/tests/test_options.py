"""Options of compilations that are wrong: the error names the option, whichever function is given it."""

import pathlib
from types import SimpleNamespace

import numpy as np
import pytest
import stencils

import tradewind

NAN = float("nan")


def decorated(**options):
    return tradewind.stencil(**options)(stencils.smooth.__wrapped__)


def program(**options):
    return tradewind.program(**options)(stencils.diffuse.__wrapped__)


def from_file(**options):
    return tradewind.compile(stencils.__file__, **options)


def from_oir(**options):
    return tradewind.compile_oir(stencils.root.oir, **options)


OF_ALL = [
    ({"backend": "fortran"}, "no back end `fortran`, only cpu, debug, numpy"),
    ({"backend": ["cpu"]}, r"no back end \['cpu'\], only cpu"),
    ({"schedule": "turbo"}, "no schedule preset `turbo`"),
    ({"schedule": 3}, "`schedule` must be the name of a preset or the path of a schedule file, not 3"),
    ({"schedule": "./missing.toml"}, "cannot read the schedule file ./missing.toml"),
    ({"machine": 3}, "`machine` must be 'here', 'reference' or the path of a machine file, not 3"),
    ({"machine": "./missing.toml"}, "cannot read the machine file ./missing.toml"),
    ({"domain": 8}, r"`domain` must be three sizes such as \(128, 128, 80\), not 8"),
    ({"domain": (8, 8)}, r"`domain` must be three sizes such as"),
    ({"domain": (8, 8.0, 8)}, r"`domain` must be three sizes such as"),
    ({"domain": (8, 0, 8)}, r"`domain` must be three sizes between 1 and 1048576, not \(8, 0, 8\)"),
    ({"bounds": "none"}, "`bounds` must be 'checked' or 'trusted', not 'none'"),
    ({"bounds": True}, "`bounds` must be 'checked' or 'trusted', not True"),
    ({"numerics": "fast"}, "`numerics` must be 'strict' or 'contract' or 'relaxed', not 'fast'"),
]

OF_SOURCES = [
    ({"float_bits": "32"}, "`float_bits` must be 32 or 64, not '32'"),
    ({"float_bits": 16}, "`float_bits` must be 32 or 64, not 16"),
    ({"float_bits": 32.0}, "`float_bits` must be 32 or 64, not 32.0"),
    ({"float_bits": None}, "`float_bits` must be 32 or 64, not None"),
    ({"int_bits": True}, "`int_bits` must be 32 or 64, not True"),
    ({"externals": {1: 2}}, "a key of `externals` must be a name, not 1"),
    ({"externals": {"a b": 2}}, "'a b' cannot be the name of an external"),
    ({"externals": [("a", 1)]}, "`externals` must be a mapping from names to values, not"),
    ({"externals": {"a": [1]}}, "the external `a` is a list, and it must be"),
    ({"externals": {"a": NAN}}, "the external `a` is NaN, .* as a scalar argument"),
    ({"externals": {"a": np.float32(NAN)}}, "the external `a` is NaN"),
    ({"externals": {"table": SimpleNamespace(a=NAN)}}, "the external `table.a` is NaN"),
    ({"externals": {"a": 2**63}}, "the external `a` is an integer of more than 64 bits"),
    ({"externals": {"a": 10**5000}}, "the external `a` is an integer of more than 64 bits"),
    ({"externals": {"a": np.uint64(2**63)}}, "the external `a` is an integer of more than 64 bits"),
    ({"dtypes": {float: np.float32}}, "a key of `dtypes` must be a name, not <class 'float'>"),
    ({"dtypes": ["real"]}, "`dtypes` must be a mapping"),
    ({"dtypes": {"real": "x"}}, "the type `real` is 'x'"),
]


@pytest.mark.parametrize("make", [decorated, program, from_file, from_oir])
@pytest.mark.parametrize(("options", "message"), OF_ALL)
def test_options_of_all(make, options, message):
    for backend in ("cpu", "numpy"):
        with pytest.raises(tradewind.CompileError, match=message):
            make(**{"backend": backend, **options})


@pytest.mark.parametrize("make", [decorated, program, from_file])
@pytest.mark.parametrize(("options", "message"), OF_SOURCES)
def test_options_of_sources(make, options, message):
    with pytest.raises(tradewind.CompileError, match=message):
        make(**options)


def test_a_schedule_file_that_is_wrong_is_refused_at_once(tmp_path):
    schedule = tmp_path / "wrong.toml"
    schedule.write_text("preset = 3\n")
    for backend in ("cpu", "numpy"):
        with pytest.raises(tradewind.CompileError, match=r"wrong\.toml:1"):
            decorated(schedule=schedule, backend=backend)


def test_a_machine_file_that_is_wrong_is_refused_at_once(tmp_path):
    machine = tmp_path / "wrong.toml"
    machine.write_text("[core]\nclock_gzh = 3.5\n")
    for backend in ("cpu", "numpy"):
        with pytest.raises(tradewind.CompileError, match=r"(?s)wrong\.toml:2.*did you mean `clock_ghz`"):
            decorated(machine=machine, backend=backend)


def test_machine_and_domain_change_no_bits(tmp_path):
    machine = tmp_path / "small.toml"
    machine.write_text("[l2]\nbytes = 65536\n[l3]\nbytes = 0\n[threads]\ncount = 1\n")
    a = np.arange(8 * 7 * 4, dtype=float).reshape(8, 7, 4)
    results = []
    for options in ({}, {"machine": "reference"}, {"machine": machine, "domain": [6, 5, 4]}):
        out = np.zeros((6, 5, 4))
        decorated(**options)(a, out, 0.25)
        results.append(out)
    assert all(np.array_equal(results[0], out) for out in results)


def test_what_is_compiled():
    for path in (5, None, b"model.py", "no\0file"):
        with pytest.raises(tradewind.CompileError, match="`path`|cannot read"):
            tradewind.compile(path)
    for options in ({"text": 5}, {"text": stencils.root.oir, "name": pathlib.Path("x.oir")}):
        with pytest.raises(tradewind.CompileError, match="`(text|name)` must be text, not"):
            tradewind.compile_oir(**options)
    with pytest.raises(tradewind.CompileError, match="a function was expected, not 5"):
        tradewind.stencil(5)


def test_externals_that_contain_themselves():
    table = SimpleNamespace(order=2, shift=0.5)
    table.itself = table
    a, out = np.full((1, 1, 1), 3.0), np.zeros((1, 1, 1))
    tradewind.stencil(externals={"order": 2, "shift": float("inf"), "table": table})(stencils.chosen.__wrapped__)(a, out)
    assert np.isinf(out).all()
