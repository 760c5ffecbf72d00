"""Stencils of the back ends as GT4Py's stencil objects: the same calls, checks and times as those of its own back ends."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np
from gt4py.cartesian.definitions import AccessKind, DomainInfo, FieldInfo, ParameterInfo
from gt4py.cartesian.stencil_object import StencilObject, _extract_array_infos, _extract_stencil_arrays

from .. import _compiled

Origins = dict[str, tuple[int, ...]]


class TradewindStencil(StencilObject):
    """What the classes in the modules of GT4Py's cache derive from.

    GT4Py finds the domain and the origins, and checks the arguments, once for each combination of shapes, types, origin and
    domain; here as there, but the question whether that was done is a short one. Whether all accesses stay within the arrays is
    checked in each call, also with ``validate_args=False``.
    """

    _gt_backend_: ClassVar[str]
    _gt_source_: ClassVar[dict[str, str]]
    _gt_domain_info_: ClassVar[DomainInfo]
    _gt_field_info_: ClassVar[dict[str, FieldInfo]]
    _gt_parameter_info_: ClassVar[dict[str, ParameterInfo]]
    _gt_constants_: ClassVar[dict[str, Any]]
    _gt_options_: ClassVar[dict[str, Any]]
    _tradewind_oir_: ClassVar[str]

    #: What compiled the OIR; see :attr:`tradewind.Compiled`.
    compiled: ClassVar[_compiled.Compiled]
    #: For each argument of the compiled code its place among fields and parameters.
    _places: ClassVar[tuple[int, ...]]
    _all_needed: ClassVar[bool]
    _checked: ClassVar[dict[Any, tuple[tuple[int, ...], Origins]]]

    def __init_subclass__(cls) -> None:
        options = cls._gt_options_["backend_opts"]
        cls.compiled = _compiled.compile_oir(
            cls._tradewind_oir_, name=f"{cls._gt_options_['name']}.oir", schedule=options.get("schedule", "cpu")
        )
        names = [*cls._gt_field_info_, *cls._gt_parameter_info_]
        cls._places = tuple(names.index(name) for name in cls.compiled._names)
        cls._all_needed = cls._places == tuple(range(len(names)))
        cls._field_count = len(cls._gt_field_info_)
        cls._threads = options.get("threads")
        cls._checked = {}

    @property
    def backend(self) -> str:
        return self._gt_backend_

    @property
    def source(self) -> dict[str, str]:
        return self._gt_source_

    @property
    def domain_info(self) -> DomainInfo:
        return self._gt_domain_info_

    @property
    def field_info(self) -> dict[str, FieldInfo]:
        return self._gt_field_info_

    @property
    def parameter_info(self) -> dict[str, ParameterInfo]:
        return self._gt_parameter_info_

    @property
    def constants(self) -> dict[str, Any]:
        return self._gt_constants_

    @property
    def options(self) -> dict[str, Any]:
        return self._gt_options_

    def clean_call_args_cache(self) -> None:
        super().clean_call_args_cache()
        self._checked.clear()

    def _call(self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool, info: dict[str, Any] | None) -> None:
        """A call with the values of fields, then parameters."""
        if info is not None:
            return self._timed_call(values, domain, origin, validate, info)
        values, domain, origins = self._settled(values, domain, origin, validate)
        self._run(values, domain, origins, None)

    def _settled(
        self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool
    ) -> tuple[tuple[Any, ...], tuple[int, ...], Origins]:
        """The arrays with their axes in order, and domain and origins, found and checked if this is the first such call."""
        fields = values[: self._field_count]
        key = _key(fields, domain, origin, values[self._field_count :] if validate else None)
        found = None if key is None else self._checked.get(key)
        if found is not None:
            return values, *found
        infos = _extract_array_infos(dict(zip(self._gt_field_info_, fields)), "cpu")
        parameters = dict(zip(self._gt_parameter_info_, values[self._field_count :]))
        origins = self._normalize_origins(infos, self._gt_field_info_, origin)
        if domain is None:
            domain = self._get_max_domain(infos, self._gt_domain_info_, self._gt_field_info_, origins)
        if validate:
            self._validate_args(infos, parameters, domain, origins)
        domain = tuple(int(n) for n in domain)
        if key is not None:
            self._checked[key] = domain, origins
        return (*_extract_stencil_arrays(infos).values(), *parameters.values()), domain, origins

    def _run(self, values: tuple[Any, ...], domain: Any, origins: Origins, info: dict[str, Any] | None) -> None:
        """Runs the compiled code."""
        if info is not None:
            info["domain"], info["origin"], info["run_start_time"] = domain, origins, time.perf_counter()
        if not self._all_needed:
            values = tuple([values[place] for place in self._places])
            origins = {name: origins[name] for name in self.compiled.fields}
        self.compiled._native.call(values, {}, origins, domain, self._threads, None)
        if info is not None:
            info["run_end_time"] = time.perf_counter()

    def _timed_call(
        self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool, info: dict[str, Any]
    ) -> None:
        info["call_start_time"] = info["call_run_start_time"] = time.perf_counter()
        values, domain, origins = self._settled(values, domain, origin, validate)
        self._run(values, domain, origins, info)
        info["call_run_end_time"] = info["call_end_time"] = time.perf_counter()
        if info.setdefault("__aggregate_data", False):
            _aggregate(info, info.setdefault(type(self).__name__, {}))


def _key(fields: tuple[Any, ...], domain: Any, origin: Any, parameters: tuple[Any, ...] | None) -> Any:
    """What the settling of a call depends on; nothing if some field is no plain array and may say more than its shape."""
    parts: list[Any] = []
    for field in fields:
        if type(field) is np.ndarray:
            parts += (field.shape, field.dtype, field.strides)
        elif field is None:
            parts.append(None)
        else:
            return None
    where = tuple(origin.items()) if isinstance(origin, dict) else origin
    key = (*parts, domain, where, parameters and tuple(map(type, parameters)))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _aggregate(info: dict[str, Any], total: dict[str, Any]) -> None:
    total["call_start_time"], total["call_end_time"] = info["call_start_time"], info["call_end_time"]
    for name in ("call", "run"):
        total[f"{name}_time"] = info[f"{name}_end_time"] - info[f"{name}_start_time"]
        total[f"total_{name}_time"] = total.get(f"total_{name}_time", 0.0) + total[f"{name}_time"]
    total["ncalls"] = total.get("ncalls", 0) + 1
