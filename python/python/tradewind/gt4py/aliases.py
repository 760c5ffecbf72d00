"""One array as several arguments of a stencil: the stencil that has one parameter for them.

Fields that are one array from the same point on are one field. GT4Py's ``numpy`` back end runs statement by statement, so that a
stencil in which one name stands for all of them means the same; schedules are made for that stencil.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np


def same_fields(fields: Mapping[str, Any], origins: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """The name of the first field that is the same as another one, by the other's name."""
    first: dict[Any, str] = {}
    same = {}
    for name, field in fields.items():
        if field is None:
            continue
        array = np.asarray(field)
        key = array.__array_interface__["data"][0], array.shape, array.strides, array.dtype, tuple(origins[name])
        if first.setdefault(key, name) != name:
            same[name] = first[key]
    return same


def merged(oir: str, same: Mapping[str, str]) -> str:
    """The text of a stencil with fewer parameters: each name in ``same`` is called as it says there."""
    head, end, body = oir.strip().partition("\n")
    for name, other in same.items():
        head = re.sub(rf"%{name}: field<[^>]*>(, )?", "", head).replace(", )", ")")
        body = re.sub(rf"%{name}(?![\w.])", f"%{other}", body)
    return head + end + body
