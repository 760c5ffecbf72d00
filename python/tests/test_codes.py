"""The examples of codes about calls, as ``docs/errors.md`` shows them: the wrong ones raise with the code, the corrected ones run."""

import pathlib
import re
import runpy

import pytest

import tradewind

PAGE = (pathlib.Path(__file__).parents[2] / "docs/errors.md").read_text(encoding="utf-8")
PRELUDE = re.search(r"begin with this code.*?```python\n(import numpy.*?)```", PAGE, re.DOTALL).group(1)


def examples():
    for section in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        wrong, corrected = block(section, "Wrong"), block(section, "Corrected")
        if "np." in wrong:
            yield pytest.param(section[:6], wrong, corrected, id=section[:6])


def block(section, heading):
    found = re.search(rf"^{heading}:\n\n```python\n(.*?)```", section, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def run(folder, text):
    path = folder / "example.py"
    path.write_text(f"{PRELUDE}\n{text}", encoding="utf-8")
    runpy.run_path(str(path))


def test_there_are_examples():
    assert len(list(examples())) >= 7


@pytest.mark.parametrize(("code", "wrong", "corrected"), list(examples()))
def test_the_wrong_one_raises_and_the_corrected_one_runs(tmp_path, code, wrong, corrected):
    with pytest.raises(tradewind.CallError) as raised:
        run(tmp_path, wrong)
    assert raised.value.code == code
    (tmp_path / "corrected").mkdir()
    run(tmp_path / "corrected", corrected)
