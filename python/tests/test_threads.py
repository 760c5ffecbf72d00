"""Other Python threads run while a stencil does."""

import threading
import time

import numpy as np
from stencils import diffuse


def test_the_interpreter_is_released():
    q = np.zeros((130, 130, 40))
    done = threading.Event()
    ticks = []

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    inside = []

    def monitor(q, n):
        inside.append(time.perf_counter())

    other = threading.Thread(target=tick)
    other.start()
    diffuse(q, 60, 0.1, origin=(1, 1, 0), domain=(128, 128, 40), threads=1, callbacks={"monitor": monitor})
    done.set()
    other.join()
    between = [t for t in ticks if inside[0] < t < inside[-1]]
    assert len(between) >= 5
