"""The example of the README prints what the README says."""

import pathlib
import subprocess
import sys

README = pathlib.Path(__file__).parents[2] / "README.md"


def block(text, language):
    return text.split(f"```{language}\n")[1].split("```")[0]


def test_the_example_prints_what_is_said(tmp_path):
    text = README.read_text(encoding="utf-8")
    example = tmp_path / "example.py"
    example.write_text(block(text, "python"))
    done = subprocess.run([sys.executable, example], check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.rstrip() == block(text, "text").rstrip()
