"""The migrations of stored shapes, on rows as an earlier release left them; and that release on the expanded database."""

from __future__ import annotations

import json
from uuid import UUID, uuid4, uuid5

import pytest

from tests.integration.schema.conftest import Databases, run

BEFORE = (("default", "documents", "0025_reasons_of_before"), ("pdb", "pdb_sync", "0003_overrides"))
DEFINITION = {
    "name": "Invoice",
    "fields": [
        {"name": "total", "type": "amount", "label": "Total"},
        {"name": "amount", "type": "amount", "label": "Like the column"},
    ],
    "tables": [
        {"name": "lines", "label": "Lines", "columns": [{"name": "amount", "type": "amount", "label": "Amount"}]}
    ],
}


class Rows:
    """One organisation's rows, written by the superuser with the earlier columns."""

    def __init__(self, databases: Databases) -> None:
        self.databases, self.organization = databases, uuid4()
        self.insert("accounts_organization", id=self.organization, name="Town hall", slug=uuid4().hex)
        self.team = self.make("accounts_team", name="Post")
        self.batch = self.make("documents_batch", team_id=self.team, name="Monday")
        self.file = self.make(
            "documents_sourcefile", batch_id=self.batch, name="a.pdf", storage_name="a", size_bytes=1, sha256="ab" * 32
        )
        self.document = self.make(
            "documents_document", batch_id=self.batch, team_id=self.team, source_file_id=self.file
        )
        self.schema = self.make("documents_schema", key="invoice", name="Invoice")
        self.pages = 0

    def insert(self, table: str, /, **values: object) -> None:
        """What is not given and must be there gets an empty value of its type."""
        columns = self.databases.execute(
            "default",
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
            table,
        )
        empty = {"boolean": False, "jsonb": "{}", "integer": 0, "bigint": 0, "smallint": 0, "double precision": 0}
        given = {
            name: "now" if kind.startswith("timestamp") else empty.get(kind, "")
            for name, kind in columns
            if name not in values
        }
        row = given | values
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
        self.databases.execute("default", f"INSERT INTO {table} ({names}) VALUES ({places})", *row.values())

    def make(self, table: str, /, **values: object) -> UUID:
        key = uuid4()
        self.insert(table, id=key, organization_id=self.organization, **values)
        return key

    def version(self, number: str, definition: object) -> UUID:
        text = json.dumps(definition)
        return self.make("documents_schemaversion", schema_id=self.schema, number=number, definition=text)

    def sub_document(self, version: UUID) -> UUID:
        self.pages += 1
        own = {"document_id": self.document, "team_id": self.team, "schema_version_id": version}
        return self.make(
            "documents_subdocument", **own, first_page=self.pages, last_page=self.pages, reasons="[]", checks="[]"
        )

    def value(self, part: UUID, name: str, row: UUID | None = None, **values: object) -> UUID:
        given = {"type": "amount", "value": "5.00", "candidates": "[]", "reasons": "[]"} | values
        return self.make("documents_fieldvalue", sub_document_id=part, name=name, table_row_id=row, **given)

    def field_id(self, value: UUID) -> UUID | None:
        rows = self.databases.execute("default", "SELECT field_id FROM documents_fieldvalue WHERE id = %s", value)
        return rows[0][0]

    def derived(self, *path: str) -> UUID:
        return uuid5(self.schema, json.dumps(path))


@pytest.fixture
def before(apart: Databases) -> Databases:
    """Databases of the release before."""
    for alias, app, name in BEFORE:
        code, said = run(apart, "migrate", app, name, "--database", alias, as_owner=True)
        assert code == 0, said
    return apart


def upgrade(databases: Databases) -> None:
    code, said = run(databases, "prepare")
    assert code == 0, said


def test_fields_and_values_get_permanent_ids(before):
    rows = Rows(before)
    old, new = rows.version("1.0", DEFINITION), rows.version("2.0", DEFINITION)
    damaged = rows.version("3.0", {"fields": "none"})
    part, later, broken = rows.sub_document(old), rows.sub_document(new), rows.sub_document(damaged)
    line = rows.make("documents_tablerow", sub_document_id=part, table="lines", number=1)
    total, plain, cell = rows.value(part, "total"), rows.value(part, "amount"), rows.value(part, "amount", line)
    same, unknown, lost = rows.value(later, "total"), rows.value(part, "gone"), rows.value(broken, "total")
    upgrade(before)
    assert rows.field_id(total) == rows.field_id(same) == rows.derived("", "total")
    assert rows.field_id(plain) == rows.derived("", "amount") and rows.field_id(cell) == rows.derived("lines", "amount")
    assert rows.field_id(unknown) is None and rows.field_id(lost) is None
    found = dict(before.execute("default", "SELECT number, definition FROM documents_schemaversion"))
    assert found["1.0"] == found["2.0"] and found["3.0"] == {"fields": "none"}
    assert found["1.0"]["tables"][0]["columns"][0]["id"] == str(rows.derived("lines", "amount"))
    items = before.execute("default", "SELECT DISTINCT item FROM documents_fieldvalue")
    assert items == [(0,)], "earlier values are single ones"
    assert kinds(before) == {("unknown", json.dumps([]))}


def test_release_before_writes_into_the_expanded_database(before):
    rows = Rows(before)
    part = rows.sub_document(rows.version("1.0", DEFINITION))
    columns = set(names(before, "documents_fieldvalue")), set(names(before, "documents_subdocument"))
    upgrade(before)
    value = rows.value(part, "total")  # it names no column that it does not know
    assert rows.field_id(value) is None
    assert columns[0] < set(names(before, "documents_fieldvalue"))
    rows.sub_document(rows.version("2.0", DEFINITION))
    assert columns[1] < set(names(before, "documents_subdocument")) and kinds(before) == {("unknown", "[]")}


def kinds(databases: Databases) -> set[tuple[str, str]]:
    return set(databases.execute("default", "SELECT kind, kind_evidence::text FROM documents_subdocument"))


def names(databases: Databases, table: str) -> list[str]:
    statement = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    return [name for (name,) in databases.execute("default", statement, table)]
