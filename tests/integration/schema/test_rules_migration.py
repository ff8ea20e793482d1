"""Checks of stored definitions become expressions."""

from __future__ import annotations

from tests.integration.schema.conftest import Databases, run
from tests.integration.schema.test_stored_shapes import DEFINITION, Rows

OLD = {"kind": "column_sum_equals", "fields": ["amount", "total"], "table": "lines", "tolerance": 0.02}
STRANGE = {"kind": "sum_equals", "fields": ["no name", "total"], "table": "", "tolerance": 0.01}


def test_checks_of_before_become_rules(apart: Databases) -> None:
    code, said = run(apart, "migrate", "documents", "0040_adjustments", "--database", "default", as_owner=True)
    assert code == 0, said
    rows = Rows(apart)
    rows.version("1.0", DEFINITION | {"checks": [OLD, STRANGE]})
    rows.version("2.0", {"fields": "none"})
    code, said = run(apart, "prepare")
    assert code == 0, said
    found = dict(apart.execute("default", "SELECT number, definition FROM documents_schemaversion"))
    assert found["1.0"]["checks"] == [{"rule": "column_sum_equals(lines.amount, total, 0.02)"}, STRANGE]
    assert found["2.0"] == {"fields": "none"}
    forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'documents_schemaversion'"
    assert apart.execute("default", forced) == [(True,)]
