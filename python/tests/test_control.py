"""Control flow of programs is Python's: random programs, compiled for each back end and run by Python itself."""

import random

import numpy as np
import pytest

import tradewind

BACKENDS = ("cpu", "numpy", "debug")
FIELDS = ("a", "b", "c")
NUMBERS = ("i", "j", "m", "n")
STENCILS = """
def add(q: Field[float], by: float):
    with computation(PARALLEL), interval(...):
        q = q + by

def scale(q: Field[float], by: float):
    with computation(PARALLEL), interval(...):
        q = q * by
"""


class Author:
    """Writes the body of a program, a line at a time."""

    def __init__(self, seed):
        self.choose = random.Random(seed)
        self.lines, self.loops, self.unrolled = [], 0, ()

    def number(self):
        return self.choose.choice([*NUMBERS, "i - j", "m + n", "2 * i", "3"])

    def condition(self):
        left, op, right = self.number(), self.choose.choice(["<", "==", ">", "!="]), self.choose.randint(-1, 4)
        return f"{left} {op} {right}"

    def step(self, depth):
        """A run-time range of a few rounds, with the names that it gives values."""
        start, step = self.choose.choice(["0", "m", "-2", "n"]), self.choose.choice(["1", "1", "2", "-1", "-3", "s", "-s"])
        end = f"{start} {'-' if step.startswith('-') else '+'} {self.choose.choice(['3', '4', 'k'])}"
        counted = self.choose.choice([f"range({end})", f"range({start}, {end}, {step})", f"range({start}, {end})"])
        if "s" not in step and self.choose.random() < 0.3:
            counted = f"reversed({counted})"
        if self.choose.random() < 0.3:
            return "i, j", f"enumerate({counted}, {self.choose.choice(['1', 'm', '-n'])})"
        return self.choose.choice("ij"), counted

    def write(self, text, depth):
        self.lines.append("    " * (depth + 1) + text)

    def block(self, depth, names):
        for _ in range(self.choose.randint(1, 3)):
            self.statement(depth, names)

    def statement(self, depth, names):
        kinds = ["call", "call", "set"]
        if depth < 4:
            kinds += ["if", "if", "range", "while", "tuple"]
        if self.loops:
            kinds += ["leave"]
        getattr(self, self.choose.choice(kinds) + "_")(depth, names)

    def call_(self, depth, names):
        self.write(f"{self.choose.choice(['add', 'scale'])}({self.choose.choice(names)}, {self.number()})", depth)

    def set_(self, depth, names):
        self.write(f"{self.choose.choice('mn')} = {self.number()} % 5", depth)

    def leave_(self, depth, names):
        if self.choose.random() < 0.8:
            self.write(f"if {self.condition()}:", depth)
            depth += 1
        self.write(self.choose.choice(["break", "continue"]), depth)

    def if_(self, depth, names):
        self.write(f"if {self.condition()}:", depth)
        self.block(depth + 1, names)
        if self.choose.random() < 0.5:
            self.write(self.choose.choice(["else:", f"elif {self.condition()}:"]), depth)
            self.block(depth + 1, names)

    def loop(self, head, depth, names, before=()):
        self.write(head, depth)
        self.loops += 1
        for line in before:
            self.write(line, depth + 1)
        self.block(depth + 1, names)
        self.loops -= 1
        if self.choose.random() < 0.3:
            self.write("else:", depth)
            self.block(depth + 1, [name for name in names if name != f"f{depth}"])

    def range_(self, depth, names):
        target, counted = self.step(depth)
        self.loop(f"for {target} in {counted}:", depth, names)

    def while_(self, depth, names):
        self.write(f"t{depth} = 0", depth)
        condition = self.choose.choice([f"t{depth} < 4", f"t{depth} < k and {self.condition()}"])
        self.loop(f"while {condition}:", depth, names, [f"t{depth} += 1"])

    def tuple_(self, depth, names):
        """A loop that is unrolled."""
        fields = ", ".join(self.choose.choices(FIELDS, k=self.choose.randint(2, 3)))
        item, number = f"f{depth}", f"x{depth}"
        target, items = self.choose.choice(
            [
                (item, f"({fields})"),
                (f"{number}, {item}", f"enumerate(({fields}))"),
                (f"{item}, {number}", f"zip(reversed(({fields})), (2, 1, 3))"),
            ]
        )
        before = [f"m = {number}"] if number in target else []
        self.loop(f"for {target} in {items}:", depth, (*FIELDS, item), before)
        if number in target:
            self.write(f"add(a, {number})", depth)


def source(name, seed):
    author = Author(seed)
    for start, number in enumerate(NUMBERS):
        author.write(f"{number} = {start}", 0)
    author.block(0, FIELDS)
    author.block(0, FIELDS)
    for number in NUMBERS:
        author.write(f"add(a, {number})", 0)
    head = f"@program\ndef {name}(a: Field[float], b: Field[float], c: Field[float], k: int, s: int):\n"
    return head + "\n".join(author.lines) + "\n"


def of_python(text, fields, *numbers):
    """The fields after the program as Python runs it, on numbers."""

    class Cell:
        def __init__(self, value):
            self.value = value

    def add(cell, by):
        cell.value = cell.value + float(by)

    def scale(cell, by):
        cell.value = cell.value * float(by)

    class Field:
        def __class_getitem__(cls, _):
            return cls

    scope = {"add": add, "scale": scale, "program": lambda f: f, "Field": Field}
    exec(text, scope)  # noqa: S102
    cells = [Cell(value) for value in fields]
    scope[text.split("def ")[1].split("(")[0]](*cells, *numbers)
    return [cell.value for cell in cells]


PROGRAMS = {f"p{seed}": source(f"p{seed}", seed) for seed in range(60)}


@pytest.fixture(scope="module", params=BACKENDS)
def compiled(request, tmp_path_factory):
    file = tmp_path_factory.mktemp("control") / f"{request.param}.py"
    file.write_text(STENCILS + "\n".join(PROGRAMS.values()))
    return tradewind.compile(file, backend=request.param)


def test_control_is_pythons(compiled):
    for name, text in PROGRAMS.items():
        for k, s in ((2, 1), (5, 2)):
            fields = [np.full((1, 1, 1), value) for value in (1.0, 2.0, 3.0)]
            compiled[name](*fields, k, s)
            expected = of_python(text, (1.0, 2.0, 3.0), k, s)
            np.testing.assert_array_equal(np.ravel(fields), expected, f"k={k}, s={s}\n{text}")
