"""The table of the levels of tests names what exists, leaves a journey daily, and CI runs every level it should."""

from __future__ import annotations

import re

from tests.levels import CASES, EXTENDED, is_extended
from tests.product import CHECKOUT

DAILY = (
    "tests/e2e/test_journey.py",
    "tests/integration/extraction/test_whole_way.py",
    "tests/authorization/test_matrix.py::x",
)


def test_every_entry_names_tests_that_exist() -> None:
    for entry in EXTENDED:
        path, _, name = entry.partition("::")
        assert (CHECKOUT / path).exists(), entry
        assert not name or f"def {name}(" in (CHECKOUT / path).read_text(), entry
    assert CASES


def test_the_main_way_stays_daily() -> None:
    assert not any(is_extended(nodeid) for nodeid in DAILY)


def test_ci_runs_the_daily_and_the_extended_tests() -> None:
    commands = re.findall(r'^phase "[^"]+" (.+)$', (CHECKOUT / ".ci/run").read_text(), re.M)
    assert "run_readme_tests" in commands and "make test-extended" in commands
