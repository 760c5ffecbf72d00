"""Processes and limits: forks, Ctrl-C, exceptions that end programs, numbers of threads, memory."""

import multiprocessing
import os
import signal
import threading
import warnings

import numpy as np
import pytest
from stencils import smooth

import tradewind
from tradewind.gtscript import FORWARD, IJ, PARALLEL, Field, callback, computation, interval, program, stencil, swap


@stencil
def increase(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a + 1.0


@program
def count(a: Field[float], out: Field[float], steps: int):
    for n in range(steps):
        increase(a, out)
        swap(a, out)


@program
def count_watched(a: Field[float], out: Field[float], steps: int):
    for n in range(steps):
        increase(a, out)
        callback("monitor", out)
        swap(a, out)


def watched(backend):
    return tradewind.program(backend=backend)(count_watched.__wrapped__)


def fields(shape=(70, 70, 8)):
    return np.zeros(shape), np.zeros(shape)


def in_child(work):
    """Runs something in a forked child, which must end by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Of forks in processes with threads, which this is about.
        child = multiprocessing.get_context("fork").Process(target=work)
        child.start()
    child.join(60)
    if child.is_alive():
        child.kill()
        pytest.fail("the child hangs")
    assert child.exitcode == 0


def call_with_threads():
    a, out = fields()
    count(a, out, 3, threads=3)
    assert (a + out == 5.0).all()


def test_a_forked_child_has_threads_of_its_own():
    call_with_threads()
    in_child(call_with_threads)
    call_with_threads()


def test_a_forked_child_forks_and_compiles():
    def work():
        call_with_threads()
        a, out = fields()
        # No axis is contiguous: code that is compiled when it is first needed.
        increase(np.repeat(a, 2, axis=2)[:, :, ::2], np.repeat(out, 2, axis=2)[:, :, ::2], threads=2)
        again = tradewind.stencil(smooth.__wrapped__)
        again(np.zeros((66, 66, 4)), np.zeros((64, 64, 4)), 0.5, threads=2)
        in_child(call_with_threads)

    call_with_threads()
    in_child(work)


@pytest.fixture
def ctrl_c():
    """Sends the signal of Ctrl-C in a moment. (Python does not handle it where it is ignored, as in jobs in the background.)"""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    yield
    timer.join()
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_call(threads, ctrl_c):
    a, out = fields()
    with pytest.raises(KeyboardInterrupt):
        count(a, out, 10**12, threads=threads)
    # Whole steps, or a part of the last one.
    steps = a.max()
    assert steps > 0 and np.isin(a, [steps - 2, steps - 1, steps]).all()
    call_with_threads()


@stencil
def endless(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a
        while out >= 0.0:
            out = 0.5 * out


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_loop_without_an_end(threads, ctrl_c):
    with pytest.raises(KeyboardInterrupt):
        endless(*fields(), threads=threads)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_signal_without_an_exception_interrupts_nothing(threads):
    heard = []
    before = signal.signal(signal.SIGUSR1, lambda *_: heard.append(len(heard)))
    try:
        a, out = fields((8, 8, 2))
        monitor = lambda out: heard or os.kill(os.getpid(), signal.SIGUSR1)
        count_watched(a, out, 2000, threads=threads, callbacks={"monitor": monitor})
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert heard and (a == 2000.0).all()


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_exceptions_that_end_programs_pass_through_callbacks(backend, kind):
    raised = kind("now")

    def monitor(out):
        raise raised

    with pytest.raises(kind) as caught:
        watched(backend)(*fields((2, 2, 2)), 3, callbacks={"monitor": monitor})
    assert caught.value is raised


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
def test_other_exceptions_of_callbacks_are_causes(backend):
    raised = ValueError("no")

    def monitor(out):
        raise raised

    with pytest.raises(tradewind.CallError, match="callback `monitor`: .*no") as caught:
        watched(backend)(*fields((2, 2, 2)), 3, callbacks={"monitor": monitor})
    assert caught.value.__cause__ is raised


def test_absurd_numbers_of_threads_are_cut_down_with_a_warning():
    a, out = fields()
    with pytest.warns(RuntimeWarning, match="threads=3000"):
        increase(a, out, threads=3000)
    assert (out == 1.0).all()


@stencil
def spread(a: Field[IJ, float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a


@stencil
def gather(a: Field[float], out: Field[IJ, float]):
    with computation(FORWARD), interval(0, 1):
        out = a


@program
def through_layers(a: Field[IJ, float], out: Field[IJ, float], fill: bool):
    layers: Field[float]
    if fill:
        spread(a, layers)
    gather(layers, out)


def test_a_domain_that_memory_cannot_hold_is_an_error_with_its_size():
    a, out = np.ones((8, 8)), np.zeros((8, 8))
    with pytest.raises(tradewind.CallMemoryError, match=r"1 field needs 465\.7 TiB of memory") as caught:
        through_layers(a, out, True, domain=(8, 8, 10**12))
    assert isinstance(caught.value, MemoryError) and caught.value.code == "TW0712"
    with pytest.raises(tradewind.CallValueError, match="has a size above"):
        through_layers(a, out, True, domain=(8, 8, 2**62))


def test_nothing_of_one_call_is_seen_by_the_next():
    for domain in [(8, 8, 3), (8, 8, 4), (8, 8, 3)]:
        for _ in range(2):
            a, out = np.ones((8, 8)), np.full((8, 8), np.nan)
            through_layers(a, out, True, domain=domain)
            assert (out == 1.0).all()
            through_layers(a, out, False, domain=domain)
            assert (out == 0.0).all()
    through_layers.release()
    through_layers(a, out, False)
    assert (out == 0.0).all()


def test_calls_at_the_same_time_have_memory_of_their_own():
    def work(value):
        a, out = np.full((64, 64), value), np.zeros((64, 64))
        for _ in range(20):
            through_layers(a, out, True, domain=(64, 64, 20))
            good.append((out == value).all())

    good = []
    workers = [threading.Thread(target=work, args=(float(n),)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(good) == 80 and all(good)
