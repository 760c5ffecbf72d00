"""Random programs against an interpreter in NumPy, which also checks what the compiler says of points that nothing writes."""

import warnings

import numpy as np
import pytest
from random_programs import FIELDS, PAD, Program, Run, choices, said

import tradewind

PROGRAMS, EACH = 200, 20


def callbacks(program):
    """The host functions that a program calls, which write what they are named after."""

    def nothing(w):
        assert not w.flags.writeable

    def domain(w):
        w.inner[...] = 6.5

    def halo(w):
        kept = w.inner.copy()
        w[...] = 6.5
        w.inner[...] = kept

    def everything(w):
        w[...] = 6.5

    known = {"nothing": nothing, "domain": domain, "halo": halo, "all": everything}
    return {name: known[name] for name in known if f'callback("{name}"' in program.text}


def compiled(program, path, backend="cpu"):
    """The program, if it has no errors, and what the compiler says of unwritten points."""
    path.write_text(program.text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            run = tradewind.compile(path, backend=backend)["run"]
        except tradewind.CompileError as error:
            found = said(str(error))
            assert any(level == "error" for level, *_ in found), str(error)
            return None, found
    return run, said(run.warnings)


def check_runs(program, run, found, rng):
    """Every run gives the interpreter's values, and reads unwritten points only of what the compiler has warned of."""
    domain = tuple(int(n) for n in rng.integers(4, 7, 3))
    arrays = {name: rng.uniform(-1.0, 1.0, [size + 2 * PAD for size in domain]) for name in FIELDS[:2]}
    every = list(choices())
    for n in rng.choice(len(every), 3, replace=False):
        given = {name: array.copy() for name, array in arrays.items()}
        expected = Run(program, domain, arrays, every[n])
        run(**given, **every[n], origin=(PAD,) * 3, domain=domain, callbacks=callbacks(program))
        for name, array in given.items():
            sides = zip(run.fields[name].halo.values(), domain, strict=True)
            part = tuple(slice(PAD - below, PAD + size + above) for (below, above), size in sides)
            np.testing.assert_array_equal(array[part], expected.values[name][part], f"{name}\n{program.text}")
        assert {name for name, _ in expected.missed} <= {name for _, name, _ in found}, program.text


def check_said(program, found):
    """An error is right if its step meets unwritten points whenever it runs; a warning is confirmed if some run does."""
    domain = (6, 6, 5)
    arrays = {name: np.full([size + 2 * PAD for size in domain], 0.5) for name in FIELDS[:2]}
    runs = [Run(program, domain, arrays, chosen) for chosen in choices()] if found else []
    for level, name, line in found:
        missed = [(run.ran.get(line, 0), len(run.missed.get((name, line), ()))) for run in runs]
        if level == "error" and "where(" not in program.lines[line - 1]:
            assert all(times == misses for times, misses in missed), (name, line, program.text)
    return [any(run.missed.get((name, line)) for run in runs) for level, name, line in found if level == "warning"]


@pytest.mark.parametrize("part", range(PROGRAMS // EACH))
def test_random_programs(part, tmp_path):
    clean = confirmed = warned = 0
    for seed in range(part * EACH, (part + 1) * EACH):
        program, rng = Program(seed), np.random.default_rng(seed)
        run, found = compiled(program, tmp_path / f"p{seed}.py")
        confirmed_here = check_said(program, found)
        confirmed, warned = confirmed + sum(confirmed_here), warned + len(confirmed_here)
        if run is not None:
            clean += not found
            check_runs(program, run, found, rng)
            if seed % 5 == 0:
                check_runs(program, compiled(program, tmp_path / f"n{seed}.py", "numpy")[0], found, rng)
    assert clean > 0 and 2 * confirmed >= warned, (clean, confirmed, warned)
