"""Sentences of an earlier release become reasons; what was written for good stays; both releases may write meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.integration.schema.conftest import Databases, run

TOTAL = "Total does not equal net plus VAT: 1.00 + 0.20 ≠ 2.20"
DOUBT = "Total was poorly readable (50%)."
UNKNOWN = "A sentence that this release does not have."
KEPT = {
    "check": "sum_equals",
    "fields": ["total"],
    "message": TOTAL,
    "code": "other",
    "text": "x",
    "by": "A",
    "at": "now",
}


def legacy(text: str) -> dict[str, object]:
    return {"code": "legacy", "params": {"text": text}}


class Rows:
    """Rows as the earlier release wrote them: by table, with every column that has no default filled in."""

    def __init__(self, databases: Databases) -> None:
        url = databases.servers.superuser_url(databases.names["default"])
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")  # neither triggers nor foreign keys
        self.organization = uuid4()
        self.insert("accounts_organization", id=self.organization, slug="acme", name="Acme", settings="{}")

    def insert(self, table: str, **values: object) -> object:
        columns = self.connection.execute(
            "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        ).fetchall()
        row = {"id": uuid4(), "organization_id": getattr(self, "organization", None)} | values
        for name, kind, nullable, default in columns:
            if name not in row and nullable == "NO" and default is None:
                row[name] = FILLERS[kind]() if callable(FILLERS[kind]) else FILLERS[kind]
        present = {name: row[name] for name, *_ in columns if name in row}
        names, marks = ", ".join(f'"{name}"' for name in present), ", ".join(["%s"] * len(present))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(present.values()))
        return row["id"]

    def value(self, table: str, column: str, row_id: object) -> object:
        return self.connection.execute(f"SELECT {column} FROM {table} WHERE id = %s", [row_id]).fetchone()[0]

    def as_releases_do(self) -> None:
        """From here on with triggers."""
        self.connection.execute("SET session_replication_role = origin")


FILLERS = {
    "uuid": uuid4,
    "integer": 1,
    "smallint": 1,
    "bigint": 1,
    "double precision": 1.0,
    "boolean": False,
    "character varying": "",
    "text": "",
    "jsonb": "{}",
    "timestamp with time zone": "2026-01-01",
}


@pytest.fixture
def rows(apart, monkeypatch) -> Iterator[Rows]:
    """A database as the release before has it, with rows."""
    monkeypatch.setenv("IDP_DATABASE_ROLE", "owner")
    for app, name in (("rag", "0004"), ("review", "0006"), ("documents", "0023")):
        code, said = run(apart, "migrate", app, name, "--database", "default")
        assert code == 0, said
    rows = Rows(apart)
    yield rows
    rows.connection.close()


@pytest.mark.slow
def test_sentences_of_before_become_reasons(apart, rows):
    checks = [
        {"check": "sum_equals", "outcome": "failed", "fields": ["total"], "message": TOTAL},
        {"check": "type", "outcome": "passed", "fields": ["total"], "message": ""},
    ]
    said = json.dumps([TOTAL, DOUBT, UNKNOWN])
    part = rows.insert("documents_subdocument", checks=json.dumps(checks), reasons=said)
    value = rows.insert("documents_fieldvalue", sub_document_id=part, name="total", reasons=said)
    task = rows.insert("review_reviewtask", sub_document_id=part, reasons=said)
    steps = [rows.insert("documents_steprun", reason=text) for text in ("Waiting for a reviewer.", UNKNOWN, "")]
    document = rows.insert("documents_document", error_message="The stored file is gone. Send it again.")
    index = rows.insert("rag_documentindex", error_message="Unexpected KeyError; the log of the worker has it.")
    version = rows.insert("documents_approvedversion", content=json.dumps({"overrides": [KEPT]}))
    entry = rows.insert("accounts_auditentry", details=json.dumps({"reason": TOTAL}))
    many = [rows.insert("documents_steprun", reason="Deleted.") for _ in range(1005)]

    code, said = run(apart, "migrate", "--database", "default")
    assert code == 0, said
    kept = [{"code": "poorly_readable", "params": {"label": "Total", "score": 0.5}}, legacy(UNKNOWN)]
    assert rows.value("documents_subdocument", "reasons_data", part) == kept, "without what its checks say"
    assert rows.value("documents_fieldvalue", "reasons_data", value) == kept
    assert rows.value("review_reviewtask", "reasons_data", task) == kept
    failed, passed = rows.value("documents_subdocument", "checks", part)
    assert failed["reason"]["code"] == "sum_differs" and failed["message"] == TOTAL and "reason" not in passed
    found = [rows.value("documents_steprun", "reason_data", step) for step in steps]
    assert found == [{"code": "waits_for_reviewer", "params": {}}, legacy(UNKNOWN), None]
    assert rows.value("documents_document", "error_data", document)["code"] == "file_missing"
    assert rows.value("rag_documentindex", "error_data", index)["params"] == {"error": "KeyError"}
    assert rows.value("documents_approvedversion", "content", version) == {"overrides": [KEPT]}
    assert rows.value("accounts_auditentry", "details", entry) == {"reason": TOTAL}
    assert {str(rows.value("documents_steprun", "reason_data", one)) for one in many} == {
        str({"code": "step_deleted", "params": {}})
    }, "more than are changed at once"
    assert rows.value("documents_steprun", "reason", steps[0]) == "Waiting for a reviewer.", "for the earlier release"


@pytest.mark.slow
def test_both_releases_may_write_meanwhile(apart, rows):
    code, said = run(apart, "migrate", "--database", "default")
    assert code == 0, said
    rows.connection.execute("ALTER TABLE documents_steprun DISABLE TRIGGER ALL")
    rows.connection.execute("ALTER TABLE documents_steprun ENABLE TRIGGER USER")
    rows.as_releases_do()
    rows.connection.execute("ALTER TABLE documents_subdocument DISABLE TRIGGER ALL")
    rows.connection.execute("ALTER TABLE documents_subdocument ENABLE TRIGGER USER")
    step = rows.insert("documents_steprun", reason="Said by the earlier release.")
    assert rows.value("documents_steprun", "reason_data", step) == legacy("Said by the earlier release.")
    rows.connection.execute("UPDATE documents_steprun SET reason = 'Said again.' WHERE id = %s", [step])
    assert rows.value("documents_steprun", "reason_data", step) == legacy("Said again.")
    rows.connection.execute(
        'UPDATE documents_steprun SET reason_data = \'{"code": "x", "params": {}}\' WHERE id = %s', [step]
    )
    assert rows.value("documents_steprun", "reason", step) == "", "what the present release says is not in the sentence"
    rows.connection.execute("UPDATE documents_steprun SET reason = 'And again.' WHERE id = %s", [step])
    rows.connection.execute("UPDATE documents_steprun SET reason = '' WHERE id = %s", [step])
    assert rows.value("documents_steprun", "reason_data", step) is None
    part = rows.insert("documents_subdocument", checks="[]", reasons=json.dumps(["One.", "Two."]))
    assert rows.value("documents_subdocument", "reasons_data", part) == [legacy("One."), legacy("Two.")]
    rows.connection.execute("UPDATE documents_subdocument SET reasons = '[]' WHERE id = %s", [part])
    assert rows.value("documents_subdocument", "reasons_data", part) == []
