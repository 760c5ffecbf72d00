"""The back ends that are registered with GT4Py."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from gt4py.cartesian import backend
from gt4py.cartesian.gtc import passes
from gt4py.cartesian.gtc.gtir_to_oir import GTIRToOIR
from gt4py.cartesian.gtc.passes import oir_optimizations

from .. import __version__
from .layouts import FASTEST_ALONG_I
from .module import StencilModule
from .program import text_of

if TYPE_CHECKING:
    from gt4py.cartesian.definitions import BuildOptions
    from gt4py.storage.cartesian.layout import LayoutInfo

#: Of GT4Py's passes over OIR, those that leave things out. Fusion, placement of temporaries and caches are Tradewind's own work.
PASSES = (oir_optimizations.UnreachableStmtPruning, oir_optimizations.NoFieldAccessPruning)


def _default_pipeline() -> passes.DefaultPipeline:
    return passes.DefaultPipeline(skip=[step for step in passes.DefaultPipeline.all_steps() if step not in PASSES])


class TradewindBackend(backend.BaseBackend):
    """GT4Py's front end and OIR; Tradewind from there on.

    The stencil's module in GT4Py's cache holds the OIR as text. Machine code is made from it whenever the module is loaded.
    """

    options: ClassVar[dict[str, Any]] = {
        "oir_pipeline": {"versioning": True, "type": passes.OirPipeline},
        "schedule": {"versioning": True, "type": str},
        "machine": {"versioning": True, "type": str},
        "domain": {"versioning": True, "type": tuple},
        "bounds": {"versioning": True, "type": str},
        "numerics": {"versioning": True, "type": str},
        "threads": {"versioning": True, "type": int},
        # Nothing to ignore, there are no such warnings; here so that the name of the back end is all that a user changes.
        "ignore_np_errstate": {"versioning": False, "type": bool},
    }
    languages: ClassVar[dict[str, Any]] = {"computation": "rust", "bindings": ["python"]}
    storage_info: ClassVar[LayoutInfo] = FASTEST_ALONG_I
    MODULE_GENERATOR_CLASS = StencilModule

    @classmethod
    def filter_options_for_id(cls, options: BuildOptions) -> BuildOptions:
        """What a stencil's place in the cache depends on: with the options, the version that printed the text."""
        filtered = copy.copy(super().filter_options_for_id(options))
        filtered.backend_opts = {**filtered.backend_opts, "tradewind": __version__}
        return filtered

    @property
    def oir(self) -> str:
        """The stencil's OIR, in Tradewind's text form."""
        pipeline = self.builder.options.backend_opts.get("oir_pipeline") or _default_pipeline()
        return text_of(pipeline.run(GTIRToOIR().visit(self.builder.gtir)))


@backend.register
class CpuBackend(TradewindBackend):
    """Machine code for this processor."""

    name = "tradewind:cpu"


@backend.register
class NumpyBackend(TradewindBackend):
    """NumPy code, to look at and to judge by: ``stencil.compiled.numpy``."""

    name = "tradewind:numpy"
    languages: ClassVar[dict[str, Any]] = {"computation": "python", "bindings": ["python"]}


@backend.register
class DebugBackend(TradewindBackend):
    """Plain loops of Python, to step through: ``stencil.compiled.debug``."""

    name = "tradewind:debug"
    languages: ClassVar[dict[str, Any]] = {"computation": "python", "bindings": ["python"]}
