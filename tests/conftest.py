"""What every test file may use: goldens, rewritten by ``--update-golden``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run and every machine, however slow it is.
settings.register_profile("netc", derandomize=True, deadline=None)
settings.load_profile("netc")

GOLDEN = Path(__file__).parent / "golden"


class RootIsNoTestPackage:
    """Keeps pytest from importing the root's ``__init__.py``: it would do so under the name of the clone's folder."""

    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return pytest.Dir.from_parent(parent, path=path) if path == GOLDEN.parents[1] else None


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(RootIsNoTestPackage())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected outputs instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden("figure/lenet5.svg", text)`` holds a text to the file of that name in tests/golden/."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            return
        if not path.exists():
            pytest.fail(f"tests/golden/{name} is missing: make it with `make golden`, read it, and commit it")
        assert text == path.read_bytes().decode(), f"tests/golden/{name} differs; see `make golden`"

    return compare
