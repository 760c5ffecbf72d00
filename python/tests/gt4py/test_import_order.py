"""`tradewind.gt4py` is imported before or after GT4Py, and before or after NDSL, which has to come before GT4Py."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("gt4py")

NDSL = """
import os
import sys

if "gt4py.cartesian.config" in sys.modules:
    raise RuntimeError("GT4Py's configuration is imported before NDSL")
os.environ["GT4PY_LITERAL_FLOAT_PRECISION"] = "32"
import gt4py.cartesian.config

gt4py.cartesian.config.cache_settings["dir_name"] = ".gt_cache_of_ndsl"
"""

USE = """
from gt4py import storage
from gt4py.cartesian import gtscript
from gt4py.cartesian.gtscript import PARALLEL, Field, computation, interval

@gtscript.stencil(backend="tradewind:cpu")
def double(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 2.0 * a

a = storage.ones((3, 3, 3), float, backend="tradewind:cpu")
out = storage.zeros((3, 3, 3), float, backend="tradewind:cpu")
double(a, out)
import tradewind.gt4py
assert (out == 2.0).all() and tradewind.gt4py.CpuBackend.name == "tradewind:cpu"
print("done")
"""


ORDERS = ["tradewind.gt4py, ndsl", "ndsl, tradewind.gt4py", "tradewind.gt4py", "gt4py.cartesian.gtscript, tradewind.gt4py"]


@pytest.mark.parametrize("order", ORDERS)
def test_orders_of_imports(tmp_path, order):
    (tmp_path / "ndsl").mkdir()
    (tmp_path / "ndsl" / "__init__.py").write_text("from . import dsl\n")
    (tmp_path / "ndsl" / "dsl").mkdir()
    (tmp_path / "ndsl" / "dsl" / "__init__.py").write_text(NDSL)
    file = tmp_path / "use.py"
    file.write_text(f"import {order}\n{USE}")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ))
    assert done.stdout == "done\n", done.stderr
