"""The page of limits states each one with its default, and nothing else counts requests."""

import re
from pathlib import Path

from idp_project.core.rate_limits import BOUNDS, RATE_LIMITS, Scope, setting_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/limits.md").read_text()


def test_the_page_states_every_limit_with_its_default():
    rows = {
        cells[0].strip("` "): dict(zip(Scope, cells[1:6], strict=True))
        for line in PAGE.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("| ").split(" | ")]) == 7
    }
    stated = {f"{group}_{scope}": rate for group, row in rows.items() for scope, rate in row.items()}
    assert {limit.name: stated.get(limit.name) for limit in RATE_LIMITS} == {
        limit.name: limit.rate for limit in RATE_LIMITS
    }
    defaults = dict(re.findall(r"^\| `(LIMIT_[A-Z_]+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert defaults == {setting_of(bound.name): str(bound.most) for bound in BOUNDS}


def test_no_other_module_declares_a_limit():
    """A rate is written as text in one place; DRF's and other throttles are not used."""
    others = [
        path
        for folder in ("accounts", "documents", "extraction", "idp_project", "pdb_sync", "rag", "review")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "rate_limits.py"
        and re.search(r"\"\d+/(\d+ )?(second|minute|hour|day)|throttle_classes|DEFAULT_THROTTLE", path.read_text())
    ]
    assert others == []
