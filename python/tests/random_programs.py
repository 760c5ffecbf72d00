"""Random programs, and an interpreter that takes them literally: whole arrays, one step after another, and for each point
whether anything has written it."""

import itertools
import re

import numpy as np

#: Points around the domain of every array; no program reaches so far.
PAD = 8
FIELDS = ("q", "p", "u0", "u1", "u2", "u3")
OWN = FIELDS[2:]
FLAGS = ("f0", "f1", "f2")
COUNTS = ("n0", "n1")

STENCILS = """
from tradewind.gtscript import *

def scale(a: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = 0.5 * a + 1.0

def left(a: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = a[-1, 0, 0] - 0.5 * a

def right(a: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = 0.5 * a[1, 0, 0] + a

def cross(a: Field[float], b: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = 0.25 * a[0, -1, 0] + 0.25 * b[0, 1, 0]

def above(a: Field[float], o: Field[float]):
    with computation(PARALLEL):
        with interval(0, -1):
            o = a[0, 0, 1]
        with interval(-1, None):
            o = a

def total(a: Field[float], o: Field[float]):
    with computation(FORWARD):
        with interval(0, 1):
            o = a
        with interval(1, None):
            o = 0.5 * o[0, 0, -1] + a

def edge(o: Field[float]):
    with computation(PARALLEL), interval(...):
        with horizontal(region[I[0], :]):
            o = 3.0

def where(a: Field[float], b: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        if a > 0.0:
            o = b

def add(a: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = 0.5 * o + a

def fill(o: Field[float], x: float):
    with computation(PARALLEL), interval(...):
        o = x
"""

#: Origins and sizes of parts of the domain along one axis, as they are written and as (first, end) of N points.
SIDES = {
    (0, "None"): lambda n: (0, n),
    (0, "{N}"): lambda n: (0, n),
    (0, "{N} + 1"): lambda n: (0, n + 1),
    (-1, "{N} + 1"): lambda n: (-1, n),
    (-1, "{N} + 2"): lambda n: (-1, n + 1),
    (-3, "{N} + 6"): lambda n: (-3, n + 3),
    (1, "None"): lambda n: (1, n),
    (1, "-1"): lambda n: (1, n - 1),
    (0, "2"): lambda n: (0, 2),
    (2, "{N} - 2"): lambda n: (2, n),
    (-1, "1"): lambda n: (-1, 0),
    ("{N}", "1"): lambda n: (n, n + 1),
    ("{N} - 1", "1"): lambda n: (n - 1, n),
}
WHOLE, WIDE = (0, "None"), (-3, "{N} + 6")
#: Most calls in the middle of a program stay near the domain, so that not all programs read what nothing writes.
NEAR = [side for side in SIDES if side != WIDE]
LEVELS = (WHOLE, WHOLE, WHOLE, WHOLE, (1, "None"), (0, "2"), (0, "{N} + 1"), (2, "{N} - 2"))


class Program:
    """A program: its text, and the steps that the interpreter runs, each with the line on which it stands."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.lines = STENCILS.splitlines()
        arguments = [f"{name}: Field[float]" for name in FIELDS[:2]]
        arguments += [f"{name}: bool" for name in FLAGS] + [f"{name}: int" for name in COUNTS]
        self.lines += ["", "@program", f"def run({', '.join(arguments)}):"]
        self.lines += [f"    {name}: Field[float]" for name in OWN] + ["    x: float"]
        first = [self.make_set(1) for _ in range(int(self.rng.random() < 0.8))]
        first += [self.first_write(name) for name in OWN if self.rng.random() < 0.95]
        self.steps = first + self.body(1, self.rng.integers(3, 9))
        self.text = "\n".join(self.lines) + "\n"

    def pick(self, choices):
        return choices[self.rng.integers(len(choices))]

    def write(self, depth, text):
        self.lines.append("    " * depth + text)
        return len(self.lines)

    def body(self, depth, count):
        return [self.step(depth) for _ in range(count)]

    def first_write(self, name):
        """Writes a field and its halo, sometimes in a branch or a loop that may not run."""
        part, way = (WIDE, WIDE, (0, "{N} + 1")), self.rng.random()
        if way < 0.8:
            return self.call(1, "fill", [name], part)
        if way < 0.9:
            flag = self.pick(FLAGS)
            return ("if", self.write(1, f"if {flag}:"), flag, [self.call(2, "fill", [name], part)], [])
        return ("for", self.write(1, "for i in range(n0):"), "n0", [self.call(2, "fill", [name], part)])

    def step(self, depth):
        kinds = ["call"] * 10 + ["halo", "halo", "swap", "copy", "callback", "set"] + ["if", "for"] * (depth < 3)
        kinds += ["if", "for"] * (depth < 2)
        return getattr(self, "make_" + self.pick(kinds))(depth)

    def make_call(self, depth):
        names = ("scale", "left", "right", "cross", "above", "total", "edge", "where", "add", "fill")
        return self.call(depth, self.pick(names))

    def call(self, depth, name, fields=None, part=None):
        count = {"cross": 3, "where": 3, "edge": 1, "fill": 1}.get(name, 2)
        fields = fields or [str(f) for f in self.rng.choice(FIELDS, count, replace=False)]
        if part is None:
            whole = self.rng.random() < 0.4
            part = (WHOLE,) * 3 if whole else (self.pick(NEAR), self.pick(NEAR), self.pick(LEVELS))
        value = self.pick(("x", "2.5", "2.5")) if name == "fill" else None
        arguments = fields + [value] * (value is not None)
        if part != (WHOLE,) * 3:
            written = [[str(word).format(N=f"N{axis}") for word in side] for axis, side in zip("IJK", part, strict=True)]
            for n, option in enumerate(("origin", "domain")):
                arguments.append(f"{option}=({', '.join(side[n] for side in written)})")
        return ("call", self.write(depth, f"{name}({', '.join(arguments)})"), name, fields, part, value)

    def make_halo(self, depth):
        field, width = self.pick(FIELDS), self.pick((None, None, 1))
        text = f"halo_update({field})" if width is None else f"halo_update({field}, width={width})"
        return ("halo", self.write(depth, text), field, width)

    def make_swap(self, depth):
        a, b = self.rng.choice(FIELDS, 2, replace=False)
        return ("swap", self.write(depth, f"swap({a}, {b})"), str(a), str(b))

    def make_copy(self, depth):
        a, b = self.rng.choice(FIELDS, 2, replace=False)
        return ("copy", self.write(depth, f"copy({a}, {b})"), str(a), str(b))

    def make_callback(self, depth):
        field, fills = self.pick(FIELDS), self.pick(("nothing", "domain", "halo", "all"))
        return ("callback", self.write(depth, f'callback("{fills}", {field}, fills="{fills}")'), field, fills)

    def make_set(self, depth):
        return ("set", self.write(depth, "x = 4.5"))

    def make_if(self, depth):
        flag = self.pick(FLAGS)
        line = self.write(depth, f"if {flag}:")
        then = self.body(depth + 1, self.rng.integers(1, 4))
        otherwise = []
        if self.rng.random() < 0.6:
            self.write(depth, "else:")
            otherwise = self.body(depth + 1, self.rng.integers(1, 4))
        return ("if", line, flag, then, otherwise)

    def make_for(self, depth):
        count = self.pick((*COUNTS, "2"))
        return ("for", self.write(depth, f"for i in range({count}):"), count, self.body(depth + 1, self.rng.integers(1, 5)))


def said(text):
    """What the compiler says of unwritten points: level, name, and the line of the step."""
    found = re.findall(r"(error|warning)\[TW061[3-6]\]: `(\w+)`.*?\n +--> [^\n]*?:(\d+):\d+\n", text, re.DOTALL)
    return [(level, name, int(line)) for level, name, line in found]


def choices():
    """All values of the flags and counts that make a difference."""
    for flags in itertools.product((False, True), repeat=len(FLAGS)):
        for counts in itertools.product((0, 1, 3), repeat=len(COUNTS)):
            yield dict(zip(FLAGS + COUNTS, flags + counts, strict=True))


class Run:
    """A run of a program on a domain. Arrays reach `PAD` points beyond the domain on every side."""

    def __init__(self, program, domain, arrays, chosen):
        self.domain, self.chosen = domain, chosen
        shape = tuple(size + 2 * PAD for size in domain)
        self.values = {name: arrays[name].copy() if name in arrays else np.zeros(shape) for name in FIELDS}
        self.written = {name: np.full(shape, name in arrays) for name in FIELDS}
        self.x = None
        #: How often each line has run, and how often it has read unwritten points of a name.
        self.ran, self.missed = {}, {}
        self.body(program.steps)

    def body(self, steps):
        for step in steps:
            kind, line, *rest = step
            self.line = line
            self.ran[line] = self.ran.get(line, 0) + 1
            getattr(self, "run_" + kind)(*rest)

    def miss(self, name):
        self.missed.setdefault((name, self.line), set()).add(self.ran[self.line])

    def box(self, part, offset=(0, 0, 0)):
        return tuple(slice(PAD + first + o, PAD + end + o) for (first, end), o in zip(part, offset, strict=True))

    def read(self, name, part, offset=(0, 0, 0), where=True):
        box = self.box(part, offset)
        if not (self.written[name][box] | ~np.broadcast_to(where, self.written[name][box].shape)).all():
            self.miss(name)
        return self.values[name][box].copy()

    def write(self, name, part, values, where=True):
        box = self.box(part)
        self.values[name][box] = np.where(where, values, self.values[name][box])
        self.written[name][box] |= where

    def run_call(self, name, fields, part, value):
        part = [SIDES[side](size) for side, size in zip(part, self.domain, strict=True)]
        i, j, (low, high) = part
        *inputs, o = fields
        if name == "fill":
            if value == "x" and self.x is None:
                self.miss("x")
            self.write(o, part, (self.x or 0.0) if value == "x" else float(value))
        elif name == "scale":
            self.write(o, part, 0.5 * self.read(inputs[0], part) + 1.0)
        elif name == "left":
            self.write(o, part, self.read(inputs[0], part, (-1, 0, 0)) - 0.5 * self.read(inputs[0], part))
        elif name == "right":
            self.write(o, part, 0.5 * self.read(inputs[0], part, (1, 0, 0)) + self.read(inputs[0], part))
        elif name == "cross":
            a, b = inputs
            self.write(o, part, 0.25 * self.read(a, part, (0, -1, 0)) + 0.25 * self.read(b, part, (0, 1, 0)))
        elif name == "above":
            lower, top = (i, j, (low, high - 1)), (i, j, (high - 1, high))
            self.write(o, lower, self.read(inputs[0], lower, (0, 0, 1)))
            self.write(o, top, self.read(inputs[0], top))
        elif name == "total":
            for k in range(low, high):
                level = (i, j, (k, k + 1))
                a = self.read(inputs[0], level)
                self.write(o, level, a if k == low else 0.5 * self.read(o, level, (0, 0, -1)) + a)
        elif name == "edge":
            self.write(o, ((i[0], i[0] + 1), j, (low, high)), 3.0)
        elif name == "where":
            mask = self.read(inputs[0], part) > 0.0
            self.write(o, part, self.read(inputs[1], part, where=mask), mask)
        elif name == "add":
            self.write(o, part, 0.5 * self.read(o, part) + self.read(inputs[0], part))

    def run_halo(self, name, width):
        inner = tuple(slice(PAD, PAD + size) for size in self.domain[:2])
        around = [(PAD if width is None else width,) * 2] * 2
        for arrays in (self.values, self.written):
            filled = np.pad(arrays[name][inner], (*around, (0, 0)), mode="wrap")
            (i, _), (j, _) = around
            arrays[name][PAD - i : PAD + self.domain[0] + i, PAD - j : PAD + self.domain[1] + j] = filled

    def run_swap(self, a, b):
        for arrays in (self.values, self.written):
            arrays[a], arrays[b] = arrays[b], arrays[a]

    def run_copy(self, to, of):
        for arrays in (self.values, self.written):
            arrays[to] = arrays[of].copy()

    def run_callback(self, name, fills):
        inner = tuple(slice(PAD, PAD + size) for size in self.domain)
        chosen = np.full(self.values[name].shape, fills in ("halo", "all"))
        chosen[inner] = fills in ("domain", "all")
        self.values[name][chosen] = 6.5
        self.written[name] |= chosen

    def run_set(self):
        self.x = 4.5

    def run_if(self, flag, then, otherwise):
        self.body(then if self.chosen[flag] else otherwise)

    def run_for(self, count, steps):
        for _ in range(self.chosen[count] if count in COUNTS else int(count)):
            self.body(steps)
