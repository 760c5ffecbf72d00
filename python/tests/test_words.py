"""``tradewind.gtscript`` has every word that the compiler knows."""

from __future__ import annotations

import builtins
import re
from pathlib import Path

from tradewind import gtscript

TABLE = Path(__file__).parents[2] / "frontend" / "src" / "words.rs"


def test_every_word_of_the_compiler_can_be_imported():
    known = re.findall(r'^    \("(\w+)", Word::', TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert "computation" in known
    found: dict[str, object] = {}
    exec("from tradewind.gtscript import *", found)
    missing = [word for word in known if word not in found and not hasattr(builtins, word)]
    assert missing == []


def test_types_can_be_written_in_annotations():
    assert gtscript.GlobalTable[float, (4,)] and gtscript.Field[gtscript.IJK, gtscript.int8]


def test_an_enumeration_stays_a_class_of_integers():
    @gtscript.enum
    class Scheme:
        CENTERED = 0
        UPWIND = 1

    assert Scheme.UPWIND == 1
