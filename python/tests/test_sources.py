"""Where the text of a stencil comes from."""

import __future__
import linecache
import sys
import types
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import IJ, IJK, PARALLEL, Field, I, compile_assert, computation, function, horizontal, interval, region

SOURCE = """
from tradewind.gtscript import *
from helper import scaled

def twice(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = scaled(a)

@program
def both(a: Field[float], b: Field[float], out: Field[float]):
    twice(a, b)
    twice(b, out)
"""

HELPER = """
FACTOR = 2.0

@function
def scaled(x):
    return FACTOR * x
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.py").write_text(SOURCE)
    (tmp_path / "helper.py").write_text(HELPER)
    return tmp_path


def test_files_are_read_not_run(folder):
    module = tradewind.compile(folder / "model.py")
    assert list(module) == ["twice", "both"] and list(module.stencils) == ["twice"]
    a = np.ones((3, 3, 3))
    b, out = np.zeros_like(a), np.zeros_like(a)
    module["both"](a, b, out)
    assert (b == 2).all() and (out == 4).all()
    with pytest.raises(KeyError, match="thrice.*twice, both"):
        module["thrice"]


def test_functions_of_imported_modules(tmp_path, monkeypatch):
    package = tmp_path / "elsewhere"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "helper_of_package.py").write_text("from tradewind.gtscript import function\n" + HELPER)
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "user.py").write_text(
        "import tradewind\nfrom tradewind.gtscript import *\nfrom elsewhere.helper_of_package import scaled\n\n"
        "@tradewind.stencil\ndef twice(a: Field[float], out: Field[float]):\n"
        "    with computation(PARALLEL), interval(...):\n        out = scaled(a)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path / "apart"))
    import user

    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    user.twice(a, out)
    assert (out == 2).all()


def make(factor):
    @function
    def scaled(x):
        return factor * x

    @tradewind.stencil
    def stencil(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = scaled(a) + factor

    return stencil


@pytest.mark.parametrize("factor", [2.0, 3])
def test_closures(factor):
    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    make(factor)(a, out)
    assert (out == 2 * factor).all()


def test_axis_indices_as_externals():
    @tradewind.stencil(externals={"edge": I[0] + 1})
    def mark(out: Field[float]):
        from __externals__ import edge

        with computation(PARALLEL), interval(...):
            out = 0.0
            with horizontal(region[edge, :]):
                out = 1.0

    out = np.full((4, 3, 2), -1.0)
    mark(out)
    assert (out[1] == 1).all() and out.sum() == 6


def test_notebook_cells():
    """Cells are files that exist in the line cache only; they share their global names."""
    names = {"__name__": "__main__"}
    cells = [
        "import tradewind\nfrom tradewind.gtscript import *\nSCALE = 2.0\n",
        "@function\ndef scaled(x):\n    return SCALE * x\n",
        "@tradewind.stencil\ndef twice(a: Field[float], out: Field[float]):\n"
        "    with computation(PARALLEL), interval(...):\n        out = scaled(a)\n",
    ]
    for n, cell in enumerate(cells):
        name = f"<cell {n}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), names)
    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    names["twice"](a, out)
    assert (out == 2).all()


def test_no_source_at_all():
    names = {}
    with pytest.raises(tradewind.CompileError, match="cannot be found"):
        exec("import tradewind\n@tradewind.stencil\ndef f(a): pass\n", names)
    assert "tradewind" in sys.modules


def test_precision():
    def thirds(out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = 1.0 / 3.0

    out = np.zeros((2, 2, 2), dtype=np.float32)
    tradewind.stencil(float_bits=32)(thirds)(out)
    assert (out == np.float32(1) / np.float32(3)).all()


def test_one_name_with_two_meanings():
    def inner(factor):
        @function
        def scaled(x):
            return factor * x

        return scaled

    scaled, factor = inner(2.0), 3.0

    def stencil(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = scaled(a) + factor

    with pytest.raises(tradewind.CompileError, match="`factor` has different meanings"):
        tradewind.stencil(stencil)


HEAD = """
import numpy as np
import tradewind
from tradewind import gtscript
from tradewind.gtscript import *
"""

STENCIL = """
def f(a: Field[float]):
    with computation(PARALLEL), interval(...):
        a = {}
"""


def ran(tmp_path, text, flags=0):
    """The global names of a file that has been run."""
    if "gt4py" in text:
        pytest.importorskip("gt4py")
    file = tmp_path / f"file{len(list(tmp_path.iterdir()))}.py"
    file.write_text(HEAD + text)
    names = {"__name__": "of_a_test"}
    exec(compile(file.read_text(), str(file), "exec", flags, dont_inherit=True), names)
    return names


def result(stencil, dtype=float):
    a = np.zeros((2, 2, 2), dtype)
    (stencil if isinstance(stencil, tradewind.Compiled) else tradewind.stencil(stencil))(a)
    assert (a == a[0, 0, 0]).all()
    return a[0, 0, 0]


def test_the_definition_that_is_passed_counts_not_its_name(tmp_path):
    names = ran(tmp_path, STENCIL.format(1.0) + "\nfirst = f\n" + STENCIL.format(2.0))
    assert (result(names["first"]), result(names["f"])) == (1, 2)
    marked = "\n@tradewind.stencil" + STENCIL
    names = ran(tmp_path, marked.format(1.0) + "\nfirst = f\n" + marked.format(2.0))
    assert (result(names["first"]), result(names["f"])) == (1, 2)
    local = "\ndef make():" + STENCIL.format(2.0).replace("\n", "\n    ") + "\n    return f\n"
    for text in (STENCIL.format(1.0) + local, local + STENCIL.format(1.0)):
        names = ran(tmp_path, text)
        assert (result(names["make"]()), result(names["f"])) == (2, 1)


GLOBAL_H = "\n@gtscript.function\ndef h():\n    return 7.0\n"
LOCAL_H = GLOBAL_H.replace("7.0", "100.0").replace("\n", "\n    ")


def test_functions_are_those_that_python_would_call(tmp_path):
    user = STENCIL.format("h()")
    local = "\ndef make():" + LOCAL_H + user.replace("\n", "\n    ") + "\n    return f\n"
    for text in (GLOBAL_H + local, local + GLOBAL_H, local + "\nh = 5.0\n", "from math import e, pi as h\n" + local):
        assert result(ran(tmp_path, text)["make"]()) == 100
    names = ran(tmp_path, GLOBAL_H + user + "\nfirst = tradewind.stencil(f)\n" + GLOBAL_H.replace("7", "8"))
    assert (result(names["first"]), result(names["f"])) == (7, 8)
    names = ran(tmp_path, GLOBAL_H + "\ng = h\n" + GLOBAL_H.replace("7", "8") + STENCIL.format("g()"))
    assert result(names["f"]) == 7
    # What hides a name in Python hides it here, even if a stencil cannot use it.
    hiding = "\nh = 1.0\ndef make():\n    h = 'text'" + STENCIL.format("h").replace("\n", "\n    ") + "\n    return f\n"
    names = ran(tmp_path, hiding)
    with pytest.raises(tradewind.CompileError, match="`h`"):
        tradewind.stencil(names["make"]())


def test_other_definitions_move_no_lines(tmp_path):
    text = STENCIL.format(1.0) + "\ndef make():" + STENCIL.format("nothing").replace("\n", "\n    ") + "\n    return f\n"
    line = (HEAD + text).split("\n").index("            a = nothing") + 1
    with pytest.raises(tradewind.CompileError, match=rf"py:{line}:"):
        tradewind.stencil(ran(tmp_path, text)["make"]())


@pytest.mark.parametrize("head", ["if True:", "try:", "with open(__import__('os').devnull) as null:"])
def test_definitions_inside_of_statements(tmp_path, head):
    """What a condition chose counts, for stencils and all that they use."""
    body = "import numpy as np\nFloat, Int = np.float32, int\nReal = np.float32\nc = 2.0\n" + GLOBAL_H.lstrip("\n")
    body += STENCIL.format("h() + c + np.sqrt(4.0)").replace("Field[float]", "Field[Real]")
    tail = "\nfinally:\n    pass\n" if head == "try:" else "\n"
    text = "\nReal = float\nc = 1.0\n" + head + "\n    " + body.replace("\n", "\n    ") + tail
    assert result(ran(tmp_path, text)["f"], np.float32) == 11
    marked = text.replace("def f", "@tradewind.stencil\n    def f")
    assert result(ran(tmp_path, marked)["f"], np.float32) == 11
    if head == "if True:":
        other = text + "else:\n    " + body.replace("2.0", "3.0").replace("\n", "\n    ")
        assert result(ran(tmp_path, other)["f"], np.float32) == 11
        assert result(ran(tmp_path, other.replace("if True", "if False"))["f"], np.float32) == 12


def inside(body, names="", call=""):
    body = body.replace("\n", "\n    ")
    return f"\ndef make({names}):" + body + f"\n    return f{call}\n"


def test_local_functions(tmp_path):
    real = "from gt4py.cartesian import gtscript\nfrom gt4py.cartesian.gtscript import *\n"
    user = STENCIL.format("h() + g()")
    both = GLOBAL_H + GLOBAL_H.replace("h()", "g()").replace("return 7.0", "return n * h()")
    for head in ("", real):
        assert result(ran(tmp_path, head + inside("\nn = 2.0" + both + user))["make"]()) == 21
        assert result(ran(tmp_path, head + inside("\nn = 2.0" + both + "\n@tradewind.stencil" + user))["make"]()) == 21
        # Several functions around: the names come from more than one of them, and others have the same names.
        inner = inside(GLOBAL_H.replace("h()", "g()").replace("7.0", "n * h()") + user, call="")
        others = inside(GLOBAL_H.replace("7.0", "1.0") + user).replace("make", "other")
        text = others + inside("\nn = 3.0" + GLOBAL_H + inner + "\nf = make()") + others
        assert result(ran(tmp_path, head + text)["make"]()) == 28
        # Functions that are given to one, from other modules too.
        given = inside(user, "h, g")
        elsewhere = ran(tmp_path, head + "\nfactor = 5.0" + GLOBAL_H.replace("7.0", "factor"))["h"]
        here = ran(tmp_path, head + "\nfactor = 6.0" + GLOBAL_H.replace("h()", "g()") + given)
        assert result(here["make"](elsewhere, here["g"])) == 12
    text = inside(GLOBAL_H + '\n@tradewind.stencil(externals={"h": h})' + STENCIL.format("h()"))
    assert result(ran(tmp_path, text)["make"]()) == 7


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.dtype("float32"), float, int])
@pytest.mark.parametrize("head", ["", "from gt4py.cartesian.gtscript import *\n"])
def test_types_of_closures(tmp_path, dtype, head):
    for before in ("", "dt = bool\n"):
        for annotation in ("Field[dt]", "Field[IJK, dt]"):
            text = head + before + inside(STENCIL.format("2").replace("Field[float]", annotation), "dt")
            names = ran(tmp_path, text)
            assert result(names["make"](dtype), dtype) == 2
            text = text.replace("def f", "@tradewind.stencil\n    def f")
            assert result(ran(tmp_path, text)["make"](dtype), dtype) == 2
        # The last one has this type too if Python does not evaluate annotations.
        names = ran(tmp_path, text, flags=__future__.annotations.compiler_flag)
        assert result(names["make"](dtype), dtype) == 2
    text = head + inside("\nF = Field[IJK, dt]" + STENCIL.format("2").replace("Field[float]", "F"), "dt")
    assert result(ran(tmp_path, text)["make"](dtype), dtype) == 2


def test_types_of_scalars_tables_and_defaults_of_closures(tmp_path):
    definition = """
@tradewind.stencil
def f(a: Field[IJ, (dt, (3,))], b: dt, c: GlobalTable[(dt, (2,))], d: bool_of = True, e: dt = two):
    with computation(FORWARD), interval(0, 1):
        t: dt = b + e
        a[0, 0][1] = t + c.A[1]
"""
    for head in ("", "from gt4py.cartesian.gtscript import *\n"):
        made = ran(tmp_path, head + "two = 1.0\n" + inside("\ntwo = 2.0" + definition, "dt, bool_of"))["make"]
        a = np.zeros((2, 2, 3), np.float32)
        made(np.float32, bool)(a, 3.0, np.arange(2, dtype=np.float32), domain=(2, 2, 1))
        assert (a[:, :, 1] == 6).all() and (a[:, :, 0] == 0).all()


def test_local_imports(tmp_path):
    imports = "\nimport numpy as xp\nfrom math import pi as half_turn\nfrom {} import Field as F, sqrt as root"
    body = "\n@tradewind.stencil" + STENCIL.format("root(half_turn) + xp.sqrt(4.0)").replace("Field[float]", "F[xp.float64]")
    for module in ("tradewind.gtscript", "gt4py.cartesian.gtscript"):
        assert result(ran(tmp_path, inside(imports.format(module) + body))["make"]()) == 2 + np.sqrt(np.pi)


@dataclass
class Config:
    A: int = 3

    @property
    def twice(self):
        return 2 * self.A


@function
def halved(x):
    return 0.5 * x


NAMES = types.SimpleNamespace(A=3, inner=types.SimpleNamespace(B=0.5, halved=halved, unused=object()))
CONFIG = Config(5)


def test_namespaces_of_constants():
    @tradewind.stencil
    def scale(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            compile_assert(NAMES.inner.B < 1.0)
            out = NAMES.A * a + NAMES.inner.B

    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    scale(a, out)
    assert (out == 3.5).all()


def test_objects_and_functions_in_namespaces():
    inner = types.SimpleNamespace(axis=I, edge=I[0], nothing=None)

    @tradewind.stencil
    def scale(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            compile_assert(inner.nothing is None)
            out = NAMES.inner.halved(a[inner.axis + 1]) + CONFIG.A + CONFIG.twice
            with horizontal(region[inner.edge, :]):
                out = 0.0

    a, out = np.ones((3, 2, 2)), np.zeros((2, 2, 2))
    scale(a, out)
    assert (out[0] == 0.0).all() and (out[1] == 15.5).all()


def test_attributes_that_python_computed(tmp_path, monkeypatch):
    text = "G = float('9.5')\nclass Names:\n    B = sum([1, 2]) * 2\n"
    (tmp_path / "computed_constants.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    user = STENCIL.format("computed_constants.G + Names.B + computed_constants.Names.B")
    imports = "\nimport computed_constants\nfrom computed_constants import Names"
    assert result(ran(tmp_path, imports + user)["f"]) == 21.5
    assert result(ran(tmp_path, inside(imports + user))["make"]()) == 21.5


def test_constants_of_functions_in_modules(tmp_path, monkeypatch):
    chosen = "import os\nif os.sep:\n    A = 2.0\nelse:\n    A = 3.0\nB = A * 2.0\n"
    users = """
from tradewind.gtscript import function
import chosen_constants as constants
from chosen_constants import B

@function
def inner(x):
    return x + B

@function
def outer(x):
    return inner(x) * constants.A
"""
    (tmp_path / "chosen_constants.py").write_text(chosen)
    (tmp_path / "users_of_constants.py").write_text(users)
    monkeypatch.syspath_prepend(tmp_path)
    by_name = "\nfrom users_of_constants import outer" + STENCIL.format("outer(1.0)")
    by_module = "\nimport users_of_constants" + STENCIL.format("users_of_constants.outer(1.0)")
    assert result(ran(tmp_path, by_name)["f"]) == result(ran(tmp_path, by_module)["f"]) == 10


@patch.dict(sys.modules)
def test_functions_of_ndsl_that_are_no_words(tmp_path, monkeypatch):
    """Of `ndsl` the front end knows the words of `ndsl.dsl`; the rest are functions and constants as of any package."""
    package = tmp_path / "ndsl"
    (package / "stencils").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "constants.py").write_text("GRAV = float('9.5')\n")
    (package / "stencils" / "__init__.py").touch()
    (package / "stencils" / "helpers_of_ndsl.py").write_text(
        "from tradewind.gtscript import function\nfrom ndsl.constants import *\n\n"
        "@function\ndef inner(x):\n    return x + GRAV\n\n@function\ndef outer(x):\n    return inner(x) * 2.0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from ndsl.stencils import helpers_of_ndsl

    @tradewind.stencil(externals={"change": helpers_of_ndsl.outer})
    def with_external(a: Field[float], out: Field[float]):
        from __externals__ import change

        with computation(PARALLEL), interval(...):
            out = change(a)

    out = np.zeros((2, 2, 2))
    with_external(np.ones((2, 2, 2)), out)
    assert (out == 21).all()
    imports = "\nfrom ndsl.stencils.helpers_of_ndsl import outer\nfrom ndsl.constants import *"
    by_name = imports + STENCIL.format("outer(1.0) + GRAV")
    assert result(ran(tmp_path, by_name)["f"]) == 30.5


def test_externals_with_names_of_their_own():
    @tradewind.stencil(externals={"names": NAMES, "config": CONFIG, "kind": Config, "axis": I})
    def scale(a: Field[float], out: Field[float]):
        from __externals__ import axis, config, kind, names

        with computation(PARALLEL), interval(...):
            out = names.inner.halved(a[axis + 1]) + names.A + config.A + config.twice + kind.A

    a, out = np.ones((3, 2, 2)), np.zeros((2, 2, 2))
    scale(a, out)
    assert (out == 0.5 + 3 + 5 + 10 + 3).all()


def vec(n):
    return (np.float64, (n,))


class Kinds:
    Narrow = Field[np.float32]


Computed = Field[IJK, vec(3)]


def test_types_that_python_has_evaluated():
    four, two, table = (float, (4,)), (np.float64, (2,)), {"x": Field[IJ, np.int32]}

    @tradewind.stencil
    def f(
        a: Field[IJK, four],
        b: Field[four],
        c: Field[two],
        d: Kinds.Narrow,
        e: table["x"],
        g: Field[
            IJ, vec(2)
        ],
        h: Field[np.longlong],
        k: Computed,
        i: np.float32 if True else int,
        out: Field[np.double],
    ):  # fmt: skip
        with computation(PARALLEL), interval(...):
            out = a[0, 0, 0][3] + b[0, 0, 0][1] + c[0, 0, 0][1] + d + e + g[0, 0][1] + h + i + k[0, 0, 0][2]

    found = {name: (str(info.dtype), info.axes, info.data) for name, info in f.fields.items()}
    assert found == {
        "a": ("float64", "IJK", (4,)), "b": ("float64", "IJK", (4,)), "c": ("float64", "IJK", (2,)),
        "d": ("float32", "IJK", ()), "e": ("int32", "IJ", ()), "g": ("float64", "IJ", (2,)), "h": ("int64", "IJK", ()),
        "k": ("float64", "IJK", (3,)), "out": ("float64", "IJK", ()),
    }  # fmt: skip


def test_functions_keep_what_they_were_decorated_with():
    scaled = []
    for n in (1.0, 2.0):

        @function
        def times(x):
            return n * x  # noqa: B023

        scaled.append(times)

    def scale(a: Field[float]):
        from __externals__ import f

        with computation(PARALLEL), interval(...):
            a = f(a)

    for n, f in zip((1.0, 2.0), scaled, strict=True):
        a = np.ones((2, 2, 2))
        tradewind.stencil(externals={"f": f})(scale)(a)
        assert (a == n).all()


def test_a_function_is_no_stencil():
    def scale(a: Field[float]):
        a = 2.0 * a  # noqa: F841

    with pytest.raises(tradewind.CompileError, match="`scale` in .* is not a stencil: it has no `with computation"):
        tradewind.stencil(scale)


def test_types_by_name(tmp_path):
    @tradewind.stencil(dtypes={"real": np.float32, "plane": Field[IJ, np.float32]})
    def scale(a: Field["real"], b: "plane", out: "Field[IJK, 'real']"):  # noqa: F821
        with computation(PARALLEL), interval(...):
            out = a * b

    assert scale.fields["out"].dtype == np.float32 and scale.fields["b"].axes == "IJ"
    path = tmp_path / "scale.py"
    path.write_text("def scale(a: Field['real']):\n    with computation(PARALLEL), interval(...):\n        a = 2.0 * a\n")
    compiled = tradewind.compile(path, dtypes={"real": float}, float_bits=32)
    assert compiled["scale"].fields["a"].dtype == np.float32
    with pytest.raises(tradewind.CompileError, match="the type `real` is 'double', and it must be a type"):
        tradewind.compile(path, dtypes={"real": "double"})
    with pytest.raises(tradewind.CompileError, match="a key of `dtypes` must be a name, not <class 'float'>"):
        tradewind.compile(path, dtypes={float: np.float32})
    with pytest.raises(tradewind.CompileError, match="'a b' cannot be the name of a type"):
        tradewind.compile(path, dtypes={"a b": float})
