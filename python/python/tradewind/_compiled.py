"""Compiled stencils and programs, and the functions that make them."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from types import FunctionType
from typing import Any, overload

import numpy as np

from . import _tradewind
from ._callback import HaloUpdate
from ._errors import CompileError, CompileWarning
from ._meanings import Made
from ._options import backend_for, options_of, type_texts, wrong
from ._recipe import Import, Recipe, Source, check_version, load_again, texts_of
from ._source import source_of

Origin = Sequence[int] | Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class FieldInfo:
    """What a stencil or program tells about a field argument."""

    name: str
    dtype: np.dtype
    #: The axes, such as ``"IJK"`` or ``"IJ"``, in the order of the array's dimensions.
    axes: str
    #: ``"none"``, ``"read"``, ``"write"`` or ``"read-write"``.
    access: str
    #: Points needed below and above the domain on each axis, such as ``{"I": (1, 1), "J": (0, 0), "K": (0, 0)}``. Along an axis of
    #: ``interfaces`` the last interface is one of those above.
    halo: dict[str, tuple[int, int]]
    #: The sizes of the data dimensions, which come after the axes.
    data: tuple[int, ...] = ()
    #: The axes along which it lives at interfaces, one more than the domain has points: ``"K"``, or ``""`` for none.
    interfaces: str = ""


class Compiled:
    """A stencil or program ready to run. Call it with arrays and numbers, in the order of its definition or by name."""

    def __init__(self, native: Any, recipe: Recipe) -> None:
        self._native = native
        self._recipe = recipe
        self._takes: _tradewind.Signature = native.signature()
        self._names: tuple[str, ...] = tuple(self._takes.names)
        self.__name__: str = self._takes.name
        self.warnings: str = native.warnings()
        self.__signature__ = inspect.Signature([inspect.Parameter(n, _EITHER) for n in self._names])

    def __call__(
        self,
        *args: Any,
        origin: Origin | None = None,
        domain: Sequence[int] | None = None,
        threads: int | None = None,
        callbacks: Mapping[str, Callable[..., Any]] | None = None,
        halo: Any = None,
        **kwargs: Any,
    ) -> None:
        """Runs on the given arrays, in place; other Python threads run meanwhile.

        :param args: for fields NumPy arrays, or objects that show their memory without a copy; for scalars numbers.
        :param origin: the index of the domain's first point, for all fields or by name (``"_all_"`` for those not named). By
            default a field's ``__gt_origin__`` if it has one, else as many points as are read below the domain.
        :param domain: the sizes of the compute domain along I, J and K; by default the largest that fits.
        :param threads: how many threads to use; by default all. Of absurd numbers as many as are useful, with a warning.
        :param callbacks: the functions that a program's ``callback("name", …)`` calls, by name; they get arrays and numbers.
        :param halo: who fills halos, for a program that is compiled with ``halos="host"``: a function that gets the
            :class:`HaloUpdate` and the fields as arrays with their halo; or an object with methods ``start`` and ``wait`` that get the
            same. When the function or ``wait`` returns, all points of the halo are filled, as far as the update reaches. By default
            the box is periodic.
        :raises CallTypeError: for a wrong number of arguments, dtype or rank; for an object that shows no memory.
        :raises CallValueError: for arrays too small, read-only outputs, outputs that share memory.
        :raises CallMemoryError: if its own fields need more memory than there is.
        :raises KeyboardInterrupt: within a tenth of a second of Ctrl-C, or whatever else the handler of a signal raises; the
            arrays hold what was computed so far. Such exceptions pass unchanged from callbacks, too.
        """
        self._native.call(args, kwargs, (origin, domain, threads, callbacks, halo))

    def release(self) -> None:
        """Gives the memory back that calls have kept for its own fields and temporaries, for the next call on the same domain."""
        self._native.release()

    @cached_property
    def fields(self) -> dict[str, FieldInfo]:
        """The field arguments by name: type, axes, access and halo."""
        made = self._takes.fields
        return {
            name: FieldInfo(name, np.dtype(dtype), *how, dict(halo), tuple(data), interfaces)
            for name, dtype, *how, halo, data, interfaces in made
        }

    @cached_property
    def scalars(self) -> dict[str, np.dtype]:
        """The types of the scalar arguments by name."""
        return {name: np.dtype(dtype) for name, dtype in self._takes.scalars}

    @cached_property
    def halo_updates(self) -> tuple[HaloUpdate, ...]:
        """The halo updates of the program as it is written, in the order of their numbers."""
        made = self._native.halo_updates()
        phases = {False: "update", True: "start"}
        return tuple(
            HaloUpdate(number, phases[in_two_steps], tuple(fields), tuple(reach), tuple(vectors))
            for number, in_two_steps, fields, reach, vectors in made
        )

    @property
    def oir(self) -> str:
        """What it means: the optimizable IR."""
        return self._native.text("oir")

    @property
    def debug(self) -> str:
        """As plain Python loops, to step through."""
        return self._native.text("debug")

    @property
    def numpy(self) -> str:
        """As NumPy code."""
        return self._native.text("numpy")

    @property
    def tree(self) -> str:
        """The schedule tree after all transformations: order of loops, fusion, places of temporaries."""
        return self._native.text("tree")

    @property
    def graph(self) -> str:
        """The dataflow graph after all passes."""
        return self._native.text("graph")

    @property
    def dot(self) -> str:
        """The dataflow graph for Graphviz."""
        return self._native.text("dot")

    @property
    def clif(self) -> str:
        """The code given to Cranelift."""
        return self._native.text("clif")

    @property
    def asm(self) -> str:
        """The machine code, disassembled."""
        return self._native.text("asm")

    def __copy__(self) -> Compiled:
        return self  # Nothing of it changes.

    def __deepcopy__(self, _memo: dict[int, Any]) -> Compiled:
        return self

    def __reduce__(self) -> Any:
        """Pickles hold the source and the options; whoever loads one compiles it again."""
        told = {name: value for name, value in vars(self).items() if name in _TOLD}
        return _made_again, (_tradewind.__version__, type(self), self._recipe.kept(), told)

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.__name__}({', '.join(self._names)})>"


class Stencil(Compiled):
    """A compiled stencil."""


class Program(Compiled):
    """A compiled program: stencils and the time loop, halo updates, swaps and callbacks around them."""


#: What a decorated function tells of itself.
_TOLD = ("__doc__", "__module__", "__qualname__")


def _made_again(version: str, kind: type[Compiled], recipe: Recipe, told: dict[str, Any]) -> Compiled:
    """A stencil or program out of a pickle."""
    check_version(version)
    made = kind(recipe.executable(), recipe)
    vars(made).update(told)
    return made


class Module(Mapping[str, Compiled]):
    """The stencils and programs of a file, by name. Each is compiled when it is first asked for."""

    def __init__(self, native: _tradewind.Module, source: Source) -> None:
        self._native, self._source = native, source
        self._done: dict[str, Compiled] = {}
        self._stencils, self._programs = native.stencils(), native.programs()

    @property
    def stencils(self) -> dict[str, Stencil]:
        """All stencils, compiled."""
        return {name: self[name] for name in self._stencils}

    @property
    def programs(self) -> dict[str, Program]:
        """All programs, compiled."""
        return {name: self[name] for name in self._programs}

    def __getitem__(self, name: str) -> Any:
        if name not in self._done:
            if name in self._programs:
                self._done[name] = _made(Program, self._native, Recipe(self._source, "program", name))
            elif name in self._stencils:
                self._done[name] = _made(Stencil, self._native, Recipe(self._source, "stencil", name))
            else:
                raise KeyError(f"no stencil or program `{name}`, only {', '.join(self)}")
            if self._done[name].warnings:
                warnings.warn(self._done[name].warnings, CompileWarning, stacklevel=2)
        return self._done[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._stencils, *self._programs])

    def __len__(self) -> int:
        return len(self._stencils) + len(self._programs)

    def __copy__(self) -> Module:
        return self  # Nothing of it changes that can be seen.

    def __deepcopy__(self, _memo: dict[int, Any]) -> Module:
        return self

    def __reduce__(self) -> Any:
        """As for stencils and programs."""
        return _module_again, (_tradewind.__version__, self._source, texts_of(self._native.imports()))

    def __repr__(self) -> str:
        return f"<module of {', '.join(self) or 'nothing'}>"


def _module_again(version: str, source: Source, imports: tuple[Import, ...]) -> Module:
    """A module out of a pickle."""
    check_version(version)
    return Module(load_again(source, imports), source)


def _made(kind: type[Compiled], module: _tradewind.Module, recipe: Recipe) -> Any:
    """A stencil or program of a module that is loaded."""
    recipe = recipe._replace(imports=module.imports())
    return kind(recipe.executable(module), recipe)


def compile(
    path: str | PathLike[str],
    *,
    backend: str = "cpu",
    externals: Mapping[str, Any] | None = None,
    dtypes: Mapping[str, Any] | None = None,
    schedule: str | PathLike[str] = "cpu",
    machine: str | PathLike[str] = "here",
    domain: Sequence[int] = (128, 128, 80),
    float_bits: int = 64,
    int_bits: int = 64,
    bounds: str = "checked",
    numerics: str | None = None,
    halos: str = "periodic",
) -> Module:
    """Reads a GTScript file, which Python need not be able to run.

    :param backend: ``"cpu"`` (machine code); or, to look at and to judge by, ``"numpy"`` (NumPy code) and ``"debug"`` (plain
        loops to step through).
    :param externals: values for the names that stencils import from ``__externals__``; a namespace has values of its own.
    :param dtypes: what types mean that are named as text, as in ``Field["real"]``: types of numbers or of fields.
    :param schedule: a preset (``"cpu"``, ``"naive"``) or the path of a schedule file.
    :param machine: what a preset chooses for: this computer (``"here"``, measured once), ``"reference"`` (the same everywhere)
        or the path of a machine file, as the command ``tradewind machine`` prints it.
    :param domain: the points along I, J and K that a preset chooses for. What is compiled runs on all domains.
    :param float_bits: the width of ``float`` and of literals such as ``0.5``: 32 or 64.
    :param int_bits: the width of ``int`` and of literals such as ``2``: 32 or 64.
    :param bounds: what becomes of a computed level or data index that does not exist: ``"checked"`` (the call fails with
        :class:`CallIndexError`) or ``"trusted"`` (it is clamped without an error).
    :param numerics: how far results may go from the operations as they are written: ``"strict"`` (every bit), ``"contract"`` (fused
        multiply-adds) or ``"relaxed"`` (rewritten as over the real numbers); by default what the schedule file says, else strict.
    :param halos: who fills halos in ``halo_update``: ``"periodic"`` (the box is periodic along I and J), or ``"host"`` (the argument
        ``halo`` of a call; only for ``backend="cpu"``).
    :raises CompileError: if the file cannot be read or is wrong.
    """
    options = options_of(
        externals=externals,
        schedule=schedule,
        machine=machine,
        domain=domain,
        float_bits=float_bits,
        int_bits=int_bits,
        bounds=bounds,
        numerics=numerics,
        halos=halos,
    )
    name = fspath(path) if isinstance(path, (str, PathLike)) else None
    if not isinstance(name, str):
        raise wrong("path", "the path of a file", path)
    try:
        with open(name, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeError, ValueError) as error:
        raise CompileError(f"error: cannot read {name}: {error}") from error
    text = "\n".join([text, *type_texts(dtypes)]) + "\n"
    source = Source(name, text, options, backend_for(backend, options))
    return Module(source.load(), source)


def compile_oir(
    text: str,
    *,
    name: str = "<oir>",
    backend: str = "cpu",
    schedule: str | PathLike[str] = "cpu",
    machine: str | PathLike[str] = "here",
    domain: Sequence[int] = (128, 128, 80),
    bounds: str = "checked",
    numerics: str | None = None,
    halos: str = "periodic",
) -> Compiled:
    """Compiles a stencil or program that is given as OIR, in the text form of :attr:`Compiled.oir`.

    :param text: OIR; extents of executions may be left out.
    :param name: what the text is called in messages.
    :param backend: as for :func:`compile`.
    :param schedule: as for :func:`compile`.
    :param machine: as for :func:`compile`.
    :param domain: as for :func:`compile`.
    :param bounds: as for :func:`compile`; ``"trusted"`` takes the ``check`` statements of the text out.
    :param numerics: as for :func:`compile`.
    :param halos: as for :func:`compile`.
    :raises CompileError: if the text cannot be parsed or means nothing.
    """
    for option, given in {"text": text, "name": name}.items():
        if not isinstance(given, str):
            raise wrong(option, "text", given)
    options = options_of(schedule=schedule, machine=machine, domain=domain, bounds=bounds, numerics=numerics, halos=halos)
    source = Source(name, text, options, backend_for(backend, options))
    recipe = Recipe(source, "oir", name)
    return (Program if text.lstrip().startswith("program") else Stencil)(recipe.executable(), recipe)


@overload
def stencil(definition: FunctionType) -> Stencil: ...
@overload
def stencil(
    *,
    backend: str = "cpu",
    externals: Mapping[str, Any] | None = None,
    dtypes: Mapping[str, Any] | None = None,
    schedule: str | PathLike[str] = "cpu",
    machine: str | PathLike[str] = "here",
    domain: Sequence[int] = (128, 128, 80),
    float_bits: int = 64,
    int_bits: int = 64,
    bounds: str = "checked",
    numerics: str | None = None,
    halos: str = "periodic",
) -> Callable[[FunctionType], Stencil]: ...
def stencil(definition: FunctionType | None = None, **options: Any) -> Any:
    """Compiles the decorated GTScript function as a stencil.

    :param options: ``backend``, ``externals``, ``dtypes``, ``schedule``, ``machine``, ``domain``, ``float_bits``, ``int_bits``,
        ``bounds``, ``numerics`` and ``halos``, as for :func:`compile`.
    :raises CompileError: if the definition is wrong.
    :raises TypeError: for an option that does not exist.
    """
    return _decorate(definition, options, "stencil", Stencil)


@overload
def program(definition: FunctionType) -> Program: ...
@overload
def program(
    *,
    backend: str = "cpu",
    externals: Mapping[str, Any] | None = None,
    dtypes: Mapping[str, Any] | None = None,
    schedule: str | PathLike[str] = "cpu",
    machine: str | PathLike[str] = "here",
    domain: Sequence[int] = (128, 128, 80),
    float_bits: int = 64,
    int_bits: int = 64,
    bounds: str = "checked",
    numerics: str | None = None,
    halos: str = "periodic",
) -> Callable[[FunctionType], Program]: ...
def program(definition: FunctionType | None = None, **options: Any) -> Any:
    """Compiles the decorated function as a program.

    :param options: ``backend``, ``externals``, ``dtypes``, ``schedule``, ``machine``, ``domain``, ``float_bits``, ``int_bits``,
        ``bounds``, ``numerics`` and ``halos``, as for :func:`compile`.
    :raises CompileError: if the definition is wrong.
    :raises TypeError: for an option that does not exist.
    """
    return _decorate(definition, options, "program", Program)


_OPTIONS = (
    "backend",
    "externals",
    "dtypes",
    "schedule",
    "machine",
    "domain",
    "float_bits",
    "int_bits",
    "bounds",
    "numerics",
    "halos",
)
_EITHER = inspect.Parameter.POSITIONAL_OR_KEYWORD


def _decorate(definition: FunctionType | None, options: dict[str, Any], kind: str, wrap: type[Compiled]) -> Any:
    for option in options:
        if option not in _OPTIONS:
            raise TypeError(f"`tradewind.{kind}` has no option `{option}`, only {', '.join(_OPTIONS)}")
    given, dtypes = options.pop("backend", "cpu"), options.pop("dtypes", None)
    type_texts(dtypes)
    checked = options_of(**options)
    backend = backend_for(given, checked)
    made = Made(kind, options.get("externals") or {}, dtypes or {})

    def compiled(definition: FunctionType) -> Any:
        if not isinstance(definition, FunctionType):
            raise CompileError(f"error: a function was expected, not {definition!r}")
        found = source_of(definition, made)
        source = Source(found.file, found.text, checked, backend)
        result = _made(wrap, source.load(), Recipe(source, kind, found.name))
        result.__doc__, result.__module__, result.__qualname__ = (
            definition.__doc__,
            definition.__module__,
            definition.__qualname__,
        )
        result.__wrapped__, result._made = definition, made
        if result.warnings:
            warnings.warn_explicit(result.warnings, CompileWarning, source.file, definition.__code__.co_firstlineno)
        return result

    return compiled if definition is None else compiled(definition)
