"""Twenty documents from reading to decision by keyboard alone: keys and the machine's time for each are printed."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest

from benchmarks.reviewer import WATCH, begun, reviewed
from idp_project.core.tenancy import organization_scope
from review.models import Decision
from tests.e2e.test_desk import Desk, beside_playwright, browser_context, desk_of
from tests.factories import files

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
OF_EACH = 10


def test_twenty_documents_by_keyboard_alone(desk_of: Callable[..., Desk]) -> None:
    papers = [files.sample(kind, seed) for kind in ("receipt", "invoice") for seed in range(30, 30 + OF_EACH)]
    desk = desk_of(*papers, types=("receipt", "invoice"))
    page = desk.page
    page.add_init_script(WATCH)
    page.goto(f"{desk.url}/review/next/")
    begun(page)
    found = list(reviewed(page, 2 * OF_EACH))
    for kind in sorted({one.kind for one in found}):
        mine = [one for one in found if one.kind == kind]
        keys, seconds = [one.keys for one in mine], [one.seconds for one in mine]
        print(
            f"{len(mine)} × {kind}: {statistics.mean(keys):.1f} keys, {statistics.mean(seconds):.2f} s of the machine"
        )
    ways = sorted(one.way for one in found if one.way is not None)
    print(f"to the next document: median {statistics.median(ways):.0f} ms, longest {ways[-1]:.0f} ms")
    with organization_scope(desk.cast.organization.id):
        assert Decision.objects.count() == len(found) == 2 * OF_EACH
    assert not desk.complaints
