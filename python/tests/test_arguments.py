"""Arguments that are no NumPy arrays or numbers of Python: used where they are, or refused with advice."""

import array
import fractions
import re

import numpy as np
import pytest
import stencils

import tradewind
from tradewind.gtscript import PARALLEL, Field, K, computation, interval

BACKENDS = ("cpu", "numpy", "debug")


def plus(a: Field[float], out: Field[float], by: float = 1.0):
    with computation(PARALLEL), interval(...):
        out = a + by


def shift(a: Field[float], out: Field[float], by: int):
    with computation(PARALLEL), interval(...):
        out = a + by


def narrow(a: Field[np.float32], out: Field[np.float32], by: np.float32):
    with computation(PARALLEL), interval(...):
        out = a + by


@pytest.fixture(scope="module", params=BACKENDS)
def inc(request):
    return tradewind.stencil(backend=request.param)(plus)


class Interface:
    def __init__(self, a):
        self.__array_interface__ = a.__array_interface__
        self.kept = a


class Labelled:
    def __init__(self, a):
        self.a = a

    def __array__(self, dtype=None, copy=None):
        return self.a


class Tensor:
    def __init__(self, a):
        self.a = a

    def __dlpack__(self, **options):
        return self.a.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.a.__dlpack_device__()


class OldTensor(Tensor):
    """As before version 1 of DLPack, which has no word for read-only memory."""

    def __dlpack__(self, stream=None):
        return self.a.__dlpack__()


class Everything(Interface, Labelled, Tensor):
    def __init__(self, a):
        Interface.__init__(self, a)
        self.a = a


@pytest.mark.parametrize("show", [Interface, Labelled, Tensor, OldTensor, Everything, memoryview])
@pytest.mark.parametrize("order", ["C", "F"])
def test_objects_that_show_their_memory(rng, inc, show, order):
    a, out = np.array(rng.random((3, 4, 2)), order=order), np.zeros((3, 4, 2), order=order)
    inc(show(a), show(out))
    np.testing.assert_array_equal(out, a + 1.0)


@pytest.mark.parametrize("show", [Interface, Labelled, memoryview])
def test_what_may_not_be_written_is_an_input_only(rng, inc, show):
    a, out = rng.random((3, 4, 2)), np.zeros((3, 4, 2))
    a.flags.writeable = False
    inc(show(a), out)
    np.testing.assert_array_equal(out, a + 1.0)
    with pytest.raises(tradewind.CallValueError, match="`out`.*read-only") as caught:
        inc(out, show(a))
    assert caught.value.code == "TW0703"


def test_parts_of_arrays_and_other_buffers(rng, inc):
    a, out = rng.random((6, 4, 2)), np.zeros((3, 4, 2))
    inc(memoryview(a[::2]), Labelled(out))
    np.testing.assert_array_equal(out, a[::2] + 1.0)

    @tradewind.stencil
    def column(a: Field[K, float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = a

    found = np.zeros((1, 1, 3))
    column(array.array("d", [1.0, 2.0, 3.0]), found)
    assert found.ravel().tolist() == [1.0, 2.0, 3.0]


class Copies(Labelled):
    def __array__(self, dtype=None, copy=None):
        return self.a.copy()


class OnDevice(Tensor):
    def __dlpack_device__(self):
        return (2, 0)


class Cuda:
    __cuda_array_interface__ = {}

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("asked for a copy")


class Unwilling:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("this tensor requires grad")


def odd_address(a):
    memory = np.zeros(a.nbytes + 1, np.int8)[1:]
    return memory.view(a.dtype).reshape(a.shape)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda a: a.tolist(), "is a list, which has no array memory: pass a NumPy array"),
        (lambda a: "text", "is a str"),
        (lambda a: {}, "is of type `dict`"),
        (lambda a: Copies(a), "is a `Copies`, which makes a copy .* copy results back"),
        (lambda a: OnDevice(a), "is a `OnDevice` that is not in main memory"),
        (lambda a: Cuda(), "is a `Cuda` that is not in main memory"),
        (lambda a: Unwilling(), "requires grad"),
        (lambda a: np.ma.array(a, mask=a > 0.5), r"masked array.*`\.filled\(…\)`"),
        (lambda a: np.ma.array(a), "masked array"),
        (lambda a: Labelled(np.ma.array(a, mask=a > 0.5)), "masked array"),
        (odd_address, "not multiples of 8: pass a copy"),
    ],
)
def test_memory_that_cannot_be_used(rng, inc, made, message):
    a, out = rng.random((3, 4, 2)), np.zeros((3, 4, 2))
    with pytest.raises(tradewind.CallTypeError, match=f"argument `a`: .*{message}") as caught:
        inc(made(a), out)
    assert caught.value.code == "TW0711"
    with pytest.raises(tradewind.CallTypeError, match="argument `out`: "):
        inc(a, made(a))
    assert (out == 0).all()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda a: a.astype(">f8"), "holds `>f8`.*newbyteorder"),
        (lambda a: a.astype(complex), "holds `<c16`: pass `.real` and `.imag`"),
        (lambda a: a.astype(object), r"holds `\|O`: convert it by `.astype"),
        (lambda a: a.astype("f2"), "holds `<f2`: convert it"),
        (lambda a: a.astype("u4"), "holds `<u4`: convert it"),
        (lambda a: np.zeros(a.shape, [("x", float), ("y", float)]), r"one of its fields, `array\[\"name\"\]`"),
        (lambda a: a.astype("f4"), "has elements of type f32, and the parameter is declared f64"),
        (lambda a: 1.0, "is a field: pass an array, not a number"),
        (lambda a: np.array(1.0), "is a field: pass an array, not a number"),
        (lambda a: 10**400, "is a field: pass an array, not a number"),
    ],
)
def test_arrays_of_other_types(rng, inc, made, message):
    a, out = rng.random((3, 4, 2)), np.zeros((3, 4, 2))
    with pytest.raises(tradewind.CallTypeError, match=f"argument `a`: .*{message}"):
        inc(made(a), out)


def test_parts_of_records_and_of_complex_numbers_are_no_copies(rng, inc):
    records, numbers = np.zeros((3, 4, 2), [("x", float), ("y", float)]), np.zeros((3, 4, 2), complex)
    inc(numbers.imag, records["y"])
    inc(records["y"], numbers.real)
    assert (records["x"] == 0).all() and (records["y"] == 1).all() and (numbers == 2).all()


class Zero(Labelled):
    """A number as a tensor of no dimensions."""


@pytest.mark.parametrize("by", [2, np.float32(2), np.int8(2), np.array(2), np.uint64(2), Zero(np.array(2.0)), 2**70])
def test_numbers(inc, by):
    out = np.zeros((1, 1, 1))
    inc(np.zeros((1, 1, 1)), out, by)
    assert out[0, 0, 0] == float(by.a if isinstance(by, Zero) else by)


@pytest.mark.parametrize(
    ("by", "kind", "message"),
    [
        (10**400, tradewind.CallValueError, "an integer of 1329 bits does not fit into f64"),
        ("2", tradewind.CallTypeError, "is a str"),
        (2j, tradewind.CallTypeError, "is a `complex`"),
        (np.complex64(2), tradewind.CallTypeError, "is of type `complex`: pass a number"),
        (fractions.Fraction(1, 2), tradewind.CallTypeError, r"is a `Fraction`: pass `float\(…\)`"),
        ([2.0], tradewind.CallTypeError, "is a list"),
        (np.array([2.0]), tradewind.CallTypeError, "is a scalar: pass a number, not an array"),
        (Labelled(np.array([2.0])), tradewind.CallTypeError, "is a scalar: pass a number, not an array"),
        (np.ma.masked, tradewind.CallTypeError, "is a masked array"),
    ],
)
def test_numbers_that_are_none(inc, by, kind, message):
    a, out = np.zeros((1, 1, 1)), np.zeros((1, 1, 1))
    with pytest.raises(kind, match=f"argument `by`: {message}"):
        inc(a, out, by)


@pytest.mark.parametrize("backend", BACKENDS)
def test_numbers_that_the_type_cannot_hold(backend):
    wide, small = (tradewind.stencil(backend=backend)(definition) for definition in (shift, narrow))
    a, out = np.zeros((1, 1, 1)), np.zeros((1, 1, 1))
    with pytest.raises(tradewind.CallValueError, match="argument `by`: an integer of 71 bits does not fit into i64"):
        wide(a, out, 2**70)
    with pytest.raises(tradewind.CallValueError, match="argument `by`: an integer of 64 bits does not fit into i64"):
        wide(a, out, np.uint64(2**64 - 1))
    with pytest.raises(tradewind.CallTypeError, match="argument `by`: is declared i64, and a f64 was passed"):
        wide(a, out, 2.0)
    with pytest.raises(tradewind.CallTypeError, match="argument `by`: is missing"):
        wide(a, out, None)
    a, out = a.astype(np.float32), out.astype(np.float32)
    for by in (1e300, -(10**40), 2**1000):
        with pytest.raises(tradewind.CallValueError, match="argument `by`: .* does not fit into f32"):
            small(a, out, by)
    small(a, out, float("inf"))
    assert np.isinf(out).all()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"domain": 5}, "`domain` must be one whole number for each of I, J and K, not 5"),
        ({"domain": (2.5, 2, 2)}, r"`domain` must be one whole number .* not \(2.5, 2, 2\)"),
        ({"domain": (True, 2, 2)}, r"`domain` must be one whole number .* not \(True, 2, 2\)"),
        ({"domain": "222"}, "`domain` must be one whole number"),
        ({"domain": (2, None, 2)}, "`domain` must be one whole number"),
        ({"domain": (2, 2)}, "`domain` has 2 entries"),
        ({"domain": (2**70, 2, 2)}, "`domain` must be one whole number"),
        ({"origin": 1}, "`origin` must be one whole number for each axis, not 1"),
        ({"origin": (0.0, 0, 0)}, r"`origin` must be one whole number for each axis, not \(0.0, 0, 0\)"),
        ({"origin": {"a": 1}}, "the origin of `a` must be one whole number for each of its axes, not 1"),
        ({"origin": {"a": None}}, "the origin of `a` must be one whole number"),
        ({"origin": {1: (0, 0, 0)}}, "a key of `origin` must be the name of a field, not 1"),
        ({"threads": True}, "`threads` must be a whole number of at least 1, not True"),
        ({"threads": 2.0}, "`threads` must be a whole number of at least 1, not 2.0"),
        ({"threads": -1}, "`threads` must be a whole number of at least 1, not -1"),
        ({"callbacks": [print]}, r"`callbacks` must be a mapping from names to functions, not \[<built-in function print>\]"),
        ({"callbacks": {"moniter": print}}, "`plus` does not call back a function `moniter`"),
        ({"threads": np.zeros((40, 40))}, "`threads` must be a whole number of at least 1, not array.*…$"),
    ],
)
def test_where_a_call_runs(inc, place, message):
    a, out = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    with pytest.raises(tradewind.CallTypeError, match=message):
        inc(a, out, **place)
    assert (out == 0).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_names_that_do_not_exist(backend):
    smooth, diffuse = (make(backend=backend)(f) for make, f in MAKERS)
    a, out = np.zeros((4, 4, 2)), np.zeros((4, 4, 2))
    with pytest.raises(tradewind.CallValueError, match=re.escape("argument `aout`: has an origin, but is not a field of the call; did you mean `out`?")):
        smooth(a, out, 0.1, origin={"aout": (0, 0, 0)})
    with pytest.raises(tradewind.CallTypeError, match="has no argument `wieght`, only a, out, weight; did you mean `weight`"):
        smooth(a, out, wieght=0.1)
    with pytest.raises(tradewind.CallTypeError, match="`diffuse` does not call back a function `moniter`; did you mean `monitor`"):
        diffuse(a, 1, 0.1, callbacks={"moniter": print})
    with pytest.raises(tradewind.CallTypeError, match="the callback `monitor` must be a function, not 'print'"):
        diffuse(a, 1, 0.1, callbacks={"monitor": "print"})
    with pytest.raises(tradewind.CallTypeError, match="a key of `callbacks` must be the name of a function, not 1"):
        diffuse(a, 1, 0.1, callbacks={1: print})


MAKERS = [(tradewind.stencil, stencils.smooth.__wrapped__), (tradewind.program, stencils.diffuse.__wrapped__)]
