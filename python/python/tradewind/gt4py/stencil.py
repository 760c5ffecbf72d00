"""Stencils of the back ends as GT4Py's stencil objects: the same calls, checks and times as those of its own back ends."""

from __future__ import annotations

import time
from typing import Any, ClassVar, NamedTuple

import numpy as np
from gt4py.cartesian.definitions import AccessKind, DomainInfo, FieldInfo, ParameterInfo
from gt4py.cartesian.stencil_object import StencilObject, _extract_array_infos, _extract_stencil_arrays

from .. import _compiled, _tradewind

Origins = dict[str, tuple[int, ...]]


class Call(NamedTuple):
    """Where a call runs: as GT4Py says it, and as the compiled code takes it."""

    domain: tuple[int, ...]
    origins: Origins
    placement: _tradewind.Placement


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

    #: The machine code and how it came about.
    compiled: ClassVar[_compiled.Compiled]
    #: For each argument of the compiled code, its place among the stencil's fields and parameters.
    _places: ClassVar[tuple[int, ...]]
    #: Calls that were settled.
    _settled: ClassVar[dict[Any, Call]]

    def __init_subclass__(cls) -> None:
        threads = cls._gt_options_["backend_opts"].get("threads")
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            raise ValueError(f"the option `threads` must be a whole number of at least 1, not {threads!r}")
        cls.compiled = cls._compile(cls._tradewind_oir_)
        names = [*cls._gt_field_info_, *cls._gt_parameter_info_]
        cls._places = tuple(names.index(name) for name in cls.compiled._names)
        cls._all_needed = cls._places == tuple(range(len(names)))
        cls._field_count = len(cls._gt_field_info_)
        cls._settled = {}

    @classmethod
    def _compile(cls, oir: str) -> _compiled.Compiled:
        options = cls._gt_options_["backend_opts"]
        return _compiled.compile_oir(
            oir,
            name=f"{cls._gt_options_['name']}.oir",
            backend=cls._gt_backend_.removeprefix("tradewind:"),
            schedule=options.get("schedule", "cpu"),
            machine=options.get("machine", "here"),
            domain=options.get("domain", (128, 128, 80)),
            bounds=options.get("bounds", "checked"),
            numerics=options.get("numerics"),
        )

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
        self._settled.clear()

    def _call(self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool, info: dict[str, Any] | None) -> None:
        """A call with the values of fields, then parameters."""
        if info is not None:
            info["call_start_time"] = info["call_run_start_time"] = time.perf_counter()
        key, call = self._find(self._key(values, domain, origin, validate))
        if call is None:
            values, call = self._settle(values, domain, origin, validate)
            if key is not None:
                self._settled[key] = call
        self._start(values, call, info)
        if info is not None:
            info["call_run_end_time"] = info["call_end_time"] = time.perf_counter()
            if info.setdefault("__aggregate_data", False):
                _aggregate(info, info.setdefault(type(self).__name__, {}))

    def _run(self, values: tuple[Any, ...], domain: tuple[int, ...], origins: Origins, info: dict[str, Any] | None) -> None:
        """A call that is settled already, as frozen stencils make it."""
        key, call = self._find((domain, tuple(origins.items())))
        if call is None:
            call = self._place(domain, origins)
            if key is not None:
                self._settled[key] = call
        self._start(values, call, info)

    def _find(self, key: Any) -> tuple[Any, Call | None]:
        """A key and the call that was settled under it; nothing for a key that holds a list, a domain or an origin."""
        try:
            return key, self._settled.get(key)
        except TypeError:
            return None, None

    def _start(self, values: tuple[Any, ...], call: Call, info: dict[str, Any] | None) -> None:
        if info is not None:
            info["domain"], info["origin"], info["run_start_time"] = call.domain, call.origins, time.perf_counter()
        needed = values if self._all_needed else tuple([values[place] for place in self._places])
        self.compiled._native.call_at(needed, call.placement)
        if info is not None:
            info["run_end_time"] = time.perf_counter()

    def _key(self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool) -> Any:
        """What the settling of a call depends on; nothing if some field is no plain array and may say more than its shape."""
        fields = values[: self._field_count]
        for field in fields:
            if type(field) is not np.ndarray and field is not None:
                return None
        where = tuple(origin.items()) if type(origin) is dict else origin
        key: Any = (domain, where, validate)
        if validate or domain is None:
            key += tuple([field is not None and (field.shape, field.dtype.char) for field in fields])
        if validate:
            key += tuple(map(type, values[self._field_count :]))
        return key

    def _settle(self, values: tuple[Any, ...], domain: Any, origin: Any, validate: bool) -> tuple[tuple[Any, ...], Call]:
        """The values with the axes of arrays in order, and the call, checked if it is to be."""
        infos = _extract_array_infos(dict(zip(self._gt_field_info_, values)), "cpu")
        parameters = dict(zip(self._gt_parameter_info_, values[self._field_count :]))
        origins = self._normalize_origins(infos, self._gt_field_info_, origin)
        if domain is None:
            domain = self._get_max_domain(infos, self._gt_domain_info_, self._gt_field_info_, origins)
        if validate:
            self._validate_args(infos, parameters, domain, origins)
        return (*_extract_stencil_arrays(infos).values(), *parameters.values()), self._place(domain, origins)

    def _place(self, domain: Any, origins: Origins) -> Call:
        domain = tuple(int(n) for n in domain)
        ranks = {name: len(self._gt_field_info_[name].axes) for name in self.compiled.fields}
        placed = [tuple(int(n) for n in origins[name][:rank]) for name, rank in ranks.items()]
        threads = self._gt_options_["backend_opts"].get("threads")
        return Call(domain, origins, self.compiled._native.place(placed, domain, threads))


def _aggregate(info: dict[str, Any], total: dict[str, Any]) -> None:
    total["call_start_time"], total["call_end_time"] = info["call_start_time"], info["call_end_time"]
    for name in ("call", "run"):
        total[f"{name}_time"] = info[f"{name}_end_time"] - info[f"{name}_start_time"]
        total[f"total_{name}_time"] = total.get(f"total_{name}_time", 0.0) + total[f"{name}_time"]
    total["ncalls"] = total.get("ncalls", 0) + 1
