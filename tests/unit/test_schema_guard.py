"""The guard judges every database that answers."""

import pytest
from django.db import OperationalError

from idp_project.core import schema_guard
from idp_project.core.schema_comparison import compare


def test_a_database_that_is_away_hides_nothing_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def comparison_of(alias: str):
        if alias == "pdb":
            raise OperationalError("connection refused")
        return compare({}, frozenset({("documents", "0001_initial")}))

    monkeypatch.setattr(schema_guard, "comparison_of", comparison_of)
    guard = schema_guard.SchemaGuard()
    guard._look()
    assert guard._problem is not None and "documents.0001_initial" in guard._problem.message
