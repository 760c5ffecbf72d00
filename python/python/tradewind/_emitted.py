"""The back ends ``debug`` and ``numpy``: Python runs what the compiler has printed, after the same checks as always."""

from __future__ import annotations

import inspect
import itertools
import linecache
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from . import _tradewind
from ._errors import CallError, CallIndexError, CallValueError
from ._options import Options

_counter = itertools.count(1)

#: Origins of the fields, and the domain.
Placement = tuple[list[list[int] | None], tuple[int, int, int]]

def executable(module: _tradewind.Module, kind: str, name: str, backend: str) -> Any:
    """A stencil or program (``kind``) of a module on a back end.

    :raises CompileError: if the source is wrong.
    """
    if backend != "cpu":
        return Emitted(getattr(module, f"emitted_{kind}")(name), backend)
    return getattr(module, kind)(name)


def executable_oir(name: str, text: str, options: Options, backend: str) -> Any:
    """A stencil or program that is given as OIR, on a back end.

    :raises CompileError: if the text is wrong.
    """
    if backend != "cpu":
        return Emitted(_tradewind.emit_oir(name, text, options), backend)
    return _tradewind.compile_oir(name, text, options)


class Emitted:
    """Printed code with the face of :class:`tradewind._tradewind.Compiled`."""

    def __init__(self, native: _tradewind.Emitted, backend: str) -> None:
        self._native, self._backend = native, backend
        self.signature, self.warnings, self.text = native.signature, native.warnings, native.text
        takes = native.signature()
        self._function = _load(native.text(backend), f"<tradewind {backend} {takes.name} {next(_counter)}>")
        parameters = inspect.signature(self._function).parameters
        self._is_program = "origin" in parameters
        #: The fields that are passed with all their levels.
        self._open: Mapping[str, int] = parameters["k0"].default if "k0" in parameters else {}
        self._names = takes.names
        self._scalar_names = [name for name, _ in takes.scalars]
        self._info = {name: (axes, dict(halo)) for name, _, axes, _, halo, *_ in takes.fields}
        #: The code for calls in which some fields are one array.
        self._merged: dict[tuple[tuple[int, int], ...], Emitted] = {}

    def call(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        place: tuple[Any, Any, Any, Any],
    ) -> None:
        """Runs on the arguments, given by position and by name, on the calling thread. `place`: origin, domain, threads and
        callbacks."""
        *_, callbacks, halo = place
        if halo is not None:
            raise CallValueError(f"`halo` needs `backend=\"cpu\"` and `halos=\"host\"`: the back end `{self._backend}` is periodic")
        self._run(self._native.check_call(args, kwargs, place), callbacks or {})

    def place(self, origins: list[list[int] | None], domain: tuple[int, int, int], _threads: int | None) -> Placement:
        """A place to run at, for :meth:`call_at`."""
        return origins, domain

    def call_at(self, args: tuple[Any, ...], placement: Placement) -> None:
        """Runs on all arguments, in order, at a place that was made before."""
        self._run(self._native.check_call_at(args, *placement), {})

    def halo_updates(self) -> list[Any]:
        """None that anyone else makes."""
        return []

    def release(self) -> None:
        """Nothing is kept from one call to the next."""

    def _run(self, checked: _tradewind.Checked, callbacks: Mapping[str, Callable[..., Any]]) -> None:
        values, domain, origins, numbers, same = checked
        if 0 in domain:
            return
        if same:
            later = [n for n, _ in same]
            first = [n for n in range(len(values)) if n not in later]
            one = [values[n] for n in first], domain, [origins[n] for n in first], numbers, []
            return self._of_one_array(tuple(same))._run(one, callbacks)
        starts = {name: start for name, start in zip(self._info, origins) if start is not None}
        given = {name: None if value is None else np.asarray(value) for name, value in zip(self._info, values)}
        missing = {name: self._missing(name, a, starts[name], domain) for name, a in given.items() if a is not None}
        missing = {name: points for name, points in missing.items() if np.any(points)}
        whole = {name: np.pad(a, missing[name]) if name in missing else a for name, a in given.items()}
        starts |= {name: [n + low for n, (low, _) in zip(starts[name], points)] for name, points in missing.items()}
        scalars = dict(zip(self._scalar_names, numbers))
        keywords: dict[str, Any] = {"domain": domain}
        if self._is_program:
            fields = whole
            keywords |= {"origin": {name: tuple(starts.get(name, ())) for name in fields}, "callbacks": _Callbacks(callbacks)}
        else:
            fields = {name: None if a is None else self._part(name, a, starts[name], domain) for name, a in whole.items()}
        if self._open:
            keywords["k0"] = {name: starts[name][-1] for name in self._open if name in starts}
        try:
            self._function(*(fields[name] if name in fields else scalars[name] for name in self._names), **keywords)
        except IndexError as error:
            raise CallIndexError(str(error)) from error
        finally:
            for name, points in missing.items():
                array = given[name]
                if array.flags.writeable:
                    array[...] = whole[name][tuple(slice(low, low + n) for (low, _), n in zip(points, array.shape))]

    def _of_one_array(self, same: tuple[tuple[int, int], ...]) -> Emitted:
        """The code in which fields, by their numbers, are one."""
        if same not in self._merged:
            self._merged[same] = Emitted(self._native.merged(list(same)), self._backend)
        return self._merged[same]

    def _missing(self, name: str, array: np.ndarray, start: list[int], domain: tuple[int, int, int]) -> list[tuple[int, int]]:
        """How many points of the domain and the halo an array lacks before and after it, as it may where they are not used."""
        axes, halo = self._info[name]
        missing = [(0, 0)] * array.ndim
        for d, (axis, first) in enumerate(zip(axes, start)):
            if axis != "K" or name not in self._open:
                below, above = halo[axis]
                missing[d] = max(0, below - first), max(0, first + domain["IJK".index(axis)] + above - array.shape[d])
        return missing

    def _part(self, name: str, array: np.ndarray, start: list[int], domain: tuple[int, int, int]) -> np.ndarray:
        """The domain and the halo that is used."""
        axes, halo = self._info[name]
        part = []
        for axis, first in zip(axes, start):
            below, above = halo[axis]
            whole = axis == "K" and name in self._open
            part.append(slice(None) if whole else slice(first - below, first + domain["IJK".index(axis)] + above))
        return array[tuple(part)]


class _Callbacks(dict[str, Callable[..., Any]]):
    """Callbacks whose failures fail the call, as they do in machine code."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__({name: self._guarded(name, function) for name, function in functions.items()})

    @staticmethod
    def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            try:
                function(*arguments)
            except Exception as error:
                raise CallError(f"callback `{name}`: {error}") from error

        return call

    def __missing__(self, name: str) -> Callable[..., Any]:
        raise CallError(f"the program calls back `{name}`, which is not registered")


def _load(text: str, file: str) -> FunctionType:
    """The function that a printed module ends with. Tracebacks and debuggers find the text in the line cache."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": file}
    exec(compile(text, file, "exec"), names)
    return [value for value in names.values() if isinstance(value, FunctionType)][-1]
