"""The example trains LeNet-5 to what its text promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits.py"


def test_lenet5_learns_the_digits() -> None:
    for needed in ("torch", "sklearn"):
        pytest.importorskip(needed)
    result = subprocess.run([sys.executable, str(EXAMPLE)], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    accuracies = [float(value) for value in re.findall(r"test accuracy ([\d.]+)%", result.stdout)]
    assert len(accuracies) == 10
    assert accuracies[0] < 95 < accuracies[-1]


def test_the_example_uses_nothing_but_the_facade() -> None:
    assert set(re.findall(r"netc\.(\w+)\(", EXAMPLE.read_text())) == {"load", "module"}
    assert "from netc" not in EXAMPLE.read_text()
