"""What an approved version becomes in the production database, and what is refused."""

from dataclasses import replace
from uuid import UUID

import pytest

from documents.domain.overrides import Override
from documents.domain.schema_spec import FieldType
from documents.models.approval import EventKind
from idp_project.core.errors import PermanentFailure
from pdb_sync.domain.record_rows import birth_certificate, cell_rows, record_row
from pdb_sync.models import RecordChange
from tests.unit.pdb_sync.contents import PLACE, cell, invoice


def test_every_cell_has_its_place_and_typed_value():
    rows = cell_rows(invoice())
    places = [(row["table_name"], row["row_number"], row["name"], row["position"]) for row in rows]
    assert places == [
        ("", 0, "invoice_number", 0),
        ("", 0, "invoice_date", 1),
        ("", 0, "total", 2),
        ("line_items", 1, "description", 0),
        ("line_items", 1, "quantity", 1),
        ("line_items", 2, "description", 0),
        ("line_items", 2, "quantity", 1),
    ]
    typed = {row["name"]: (row["value_number"], row["value_date"]) for row in rows[:3]}
    assert typed == {"invoice_number": (None, None), "invoice_date": (None, "2026-03-31"), "total": ("119.50", None)}


def test_the_record_holds_values_by_name():
    content = invoice()
    row = record_row(content)
    assert row["values"] == {"invoice_number": "R-1", "invoice_date": "2026-03-31", "total": "119.50"}
    assert row["tables"] == {
        "line_items": [{"description": "Paper", "quantity": "3"}, {"description": "Ink", "quantity": "0.5"}]
    }
    assert row["organization_id"] == UUID(content.organization_id)
    assert row["approved_at"].utcoffset() is not None


def test_the_birth_certificate_of_a_located_value():
    content = invoice()
    certificate = birth_certificate(content, content.fields[0])
    assert certificate == {
        "page": 2,
        "polygon": PLACE.polygon.to_list(),
        "span": [4, 9],
        "engine": "ollama/llama3.1",
        "engine_version": "8b",
        "model": "llama3.1",
        "file_sha256": "ab" * 32,
        "schema_key": "invoice",
        "schema_version": "1.0",
        "confidence": 0.93,
        "corrected_by": None,
        "approved_by": "Ada",
        "approved_at": content.approved_at,
    }


def test_origin_of_a_typed_value_is_a_person_without_a_place():
    content = invoice()
    certificate = birth_certificate(content, content.fields[2])
    assert certificate["corrected_by"] == "Grace"
    assert [certificate[name] for name in ("page", "polygon", "engine", "model", "confidence")] == [None] * 5


@pytest.mark.parametrize(
    ("field_type", "value"),
    [
        (FieldType.AMOUNT, "12,50"),
        (FieldType.AMOUNT, "NaN"),
        (FieldType.NUMBER, "Infinity"),
        (FieldType.NUMBER, "1E400"),
        (FieldType.DATE, "31.03.2026"),
        (FieldType.DATE, "2026-02-31"),
        (FieldType.TEXT, "nul\x00"),
    ],
)
def test_value_not_of_its_type_is_refused_without_quoting_it(field_type, value):
    content = invoice(fields=(cell("field", field_type, value),))
    with pytest.raises(PermanentFailure) as refusal:
        cell_rows(content)
    assert refusal.value.code == "bad_content"
    assert value not in refusal.value.message


def test_absent_values_are_kept_as_absent():
    (row,) = cell_rows(invoice(fields=(cell("total", FieldType.AMOUNT, None),), tables={}))
    assert (row["value"], row["value_number"], row["value_date"]) == (None, None, None)


def test_a_name_that_occurs_twice_is_refused():
    twice = (cell("a", FieldType.TEXT, "1"), cell("a", FieldType.TEXT, "2"))
    for content in (invoice(fields=twice), invoice(tables={"lines": (twice,)})):
        with pytest.raises(PermanentFailure):
            cell_rows(content)


@pytest.mark.parametrize(
    "changes", [{"team_id": "7"}, {"approved_at": "yesterday"}, {"approved_at": "2026-04-01T10:00:00"}]
)
def test_malformed_ids_and_times_are_refused(changes):
    record_row(invoice())
    with pytest.raises(PermanentFailure):
        record_row(replace(invoice(), **changes))


def test_changes_are_the_kinds_of_events():
    assert set(RecordChange.values) == set(EventKind.values)


def test_what_is_sensitive_is_marked_wherever_it_was_said():
    content = invoice(fields=(cell("a", FieldType.TEXT, "1"), cell("b", FieldType.TEXT, "2", is_sensitive=True)))
    rows = cell_rows(content, {("", "a"), ("line_items", "quantity")})
    assert {(row["table_name"], row["name"]) for row in rows if row["is_sensitive"]} == {
        ("", "a"),
        ("", "b"),
        ("line_items", "quantity"),
    }


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [(("a",), True), (("a", "b"), False), (("line_items[2].quantity",), False), (("line_items[2].description",), True)],
)
def test_overrides_say_nothing_of_sensitive_values(fields, is_told):
    override = Override("rule", fields, "It is 4711.", "check_does_not_fit", "", "Ada", "2026-04-01T10:00:00+00:00")
    row = (cell("description", FieldType.TEXT, "Ink"), cell("quantity", FieldType.NUMBER, "3", is_sensitive=True))
    content = invoice(
        fields=(cell("a", FieldType.TEXT, "1"), cell("b", FieldType.TEXT, "4711", is_sensitive=True)),
        tables={"line_items": (row, row)},
        overrides=(override,),
    )
    (told,) = record_row(content)["overrides"]
    assert ("4711" in str(told)) is is_told
    assert told["fields"] == list(fields)
