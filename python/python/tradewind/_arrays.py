"""NumPy arrays over the memory of other objects, without a copy."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

#: DLPack's number of main memory, also as CUDA and ROCm pin it.
_MAIN_MEMORY = (1, 3, 11)


class _Unusable(TypeError):
    """Says what an object is and what to pass instead."""


def over_memory(value: Any) -> Any:
    """What a call takes for an object: a NumPy array over the memory that it shows, or a number of Python.

    Memory is shown by the array interface, the buffer protocol, ``__array__`` (if it makes no copy) or DLPack, in this order:
    the first three say whether the memory may be written, DLPack may not.

    :raises TypeError: for an object that has no memory that a call can use in place.
    """
    if isinstance(value, numbers.Integral):
        return int(value)
    try:
        array = value if isinstance(value, (np.ndarray, np.generic)) else _shown(value)
    except _Unusable:
        raise
    except Exception as error:
        raise _Unusable(f"cannot be used as an array: {error}") from error
    if _is_masked(value) or _is_masked(array):
        raise _Unusable("is a masked array, whose mask would be ignored: pass `.filled(…)`, or `.data` and the mask as a field")
    return array if array.ndim > 0 else array.item()


def _is_masked(value: Any) -> bool:
    """Whether an array is one of `numpy.ma`, or of another package with masked arrays of the same form."""
    return hasattr(value, "mask") and hasattr(value, "filled")


def _shown(value: Any) -> np.ndarray:
    kind = type(value).__name__
    if isinstance(value, (list, tuple, str, bytes)):
        raise _Unusable(f"is a {kind}, which has no array memory: pass a NumPy array, such as `np.array(…, dtype=float)`, or a number")
    if isinstance(value, numbers.Number):
        raise _Unusable(f"is a `{kind}`: pass `float(…)` of it, or of its real part")
    if hasattr(value, "__array_interface__") or hasattr(value, "__array_struct__"):
        return np.asarray(value)
    if _is_elsewhere(value):
        raise _Unusable(f"is a `{kind}` that is not in main memory: copy it from its device to the CPU, and results back")
    try:
        return np.asarray(memoryview(value))
    except (TypeError, BufferError):
        pass
    if hasattr(value, "__array__"):
        return _array_of(value)
    if hasattr(value, "__dlpack__"):
        return _from_dlpack(value)
    raise _Unusable(f"is of type `{kind}`: pass a NumPy array, an object that gives access to its memory as an array, or a number")


def _is_elsewhere(value: Any) -> bool:
    """Whether an object says that its memory is a device's."""
    if hasattr(value, "__cuda_array_interface__"):
        return True
    return hasattr(value, "__dlpack_device__") and int(value.__dlpack_device__()[0]) not in _MAIN_MEMORY


def _array_of(value: Any) -> np.ndarray:
    """What ``__array__`` gives, if that is the same memory each time."""
    one, other = value.__array__(), value.__array__()
    if one.ndim > 0 and one.size > 0 and _place(one) != _place(other):
        raise _Unusable(
            f"is a `{type(value).__name__}`, which makes a copy when it is used as an array: pass `np.asarray(…)` of it, and "
            "copy results back"
        )
    return one


def _place(array: np.ndarray) -> tuple[int, tuple[int, ...]]:
    return array.__array_interface__["data"][0], array.strides


class _Export:
    """Hands DLPack's capsule on to NumPy, and remembers whether it can say that the memory is read-only."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self.says_read_only = True

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._owner.__dlpack_device__()

    def __dlpack__(self, **options: Any) -> Any:
        capsule = self._owner.__dlpack__(**options)
        self.says_read_only = "versioned" in repr(capsule)
        return capsule


class _Writable:
    """The memory of an array that NumPy takes for read-only."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.__array_interface__ = {**array.__array_interface__, "data": (_place(array)[0], False)}


def _from_dlpack(value: Any) -> np.ndarray:
    """The memory that DLPack shows. Before version 1 it has no word for read-only memory, and only writable memory is shown."""
    export = _Export(value)
    array = np.from_dlpack(export)
    return array if array.flags.writeable or export.says_read_only else np.asarray(_Writable(array))
