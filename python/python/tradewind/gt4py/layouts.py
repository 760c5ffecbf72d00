"""The layout of arrays for Tradewind's back ends, registered with GT4Py's storages."""

from __future__ import annotations

import sys

from gt4py.storage.cartesian import layout

_LAYOUT_MAP = layout.layout_maker_factory((2, 1, 0))

#: Neighbours along I are next to each other.
FASTEST_ALONG_I = layout.LayoutInfo(
    alignment=1, device="cpu", layout_map=_LAYOUT_MAP, is_optimal_layout=layout.layout_checker_factory(_LAYOUT_MAP)
)

# Older versions of GT4Py have no such module: the back ends register their layouts there.
if (_registry := sys.modules.get("gt4py.storage.cartesian.layout_registry")) is not None:
    for _name in ("tradewind:cpu", "tradewind:numpy", "tradewind:debug"):
        _registry.register(_name, FASTEST_ALONG_I)
