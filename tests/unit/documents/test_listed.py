"""Values looked up in master data: which entry is meant, what comes nearest, and what a check says of it."""

import pytest

from documents.domain.checks.present_values import PresentRow, PresentValue
from documents.domain.listed import LISTED_CHECK, listed_checks, look_up, prepared
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.values import CheckOutcome

SUPPLIERS = ("Kühn & Söhne GmbH", "Baltic Freight AS", "Meyer Depot 12 KG", "Meyer Depot 13 KG", "Orion Papier AG")


def found(value, kind=FieldType.NAME, entries=SUPPLIERS, locale="de_DE"):
    return look_up(prepared("Suppliers", entries, kind, locale), value, kind)


@pytest.mark.parametrize(
    ("value", "entry"),
    [
        ("Kühn & Söhne GmbH", "Kühn & Söhne GmbH"),
        ("KÜHN & SÖHNE", "Kühn & Söhne GmbH"),
        ("Kühn und Söhne GmbH", None),
        ("Baltlc Freight AS", "Baltic Freight AS"),
        ("Freight Baltic AS", "Baltic Freight AS"),
        ("Orion Papler AG", "Orion Papier AG"),
        ("Meyer Depot 14 KG", None),
        ("Meyer Depot KG", None),
        ("Northern Star Ltd", None),
        ("GmbH", None),
    ],
)
def test_a_name_is_found_by_likeness_but_never_guessed(value, entry):
    assert found(value).entry == entry


def test_the_nearest_entries_come_first():
    assert found("Meyer Depot 14 KG").nearest[:2] in (SUPPLIERS[2:4], SUPPLIERS[3:1:-1])
    assert found("Kühn und Söhne GmbH").nearest[0] == "Kühn & Söhne GmbH"
    assert found("zzzz 9").nearest == ()


@pytest.mark.parametrize(
    ("kind", "entries", "value", "entry"),
    [
        (FieldType.IDENTIFIER, ("70-001", "70-002"), "70001", "70-001"),
        (FieldType.IDENTIFIER, ("70001", "70002"), "70003", None),
        (FieldType.IDENTIFIER, ("0017",), "17", None),
        (FieldType.IBAN, ("DE89 3704 0044 0532 0130 00",), "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        (FieldType.AMOUNT, ("1.234,50",), "1234.50", "1.234,50"),
        (FieldType.DATE, ("31.03.2025",), "2025-03-31", "31.03.2025"),
        (FieldType.EMAIL, ("Post@Example.org",), "post@example.org", "Post@Example.org"),
    ],
)
def test_numbers_are_compared_digit_by_digit(kind, entries, value, entry):
    assert found(value, kind, entries).entry == entry


def test_an_empty_column_knows_nothing():
    assert found("Kühn", entries=("", "")) == found("Kühn", entries=())


def _outcomes(schema, fields, rows=(), column=None):
    results = listed_checks(schema, fields, rows, lambda spec: column)
    return {result.fields[0]: (result.check, result.outcome, result.reason) for result in results}


def test_every_value_of_a_field_that_names_a_list_is_checked():
    listed = FieldSpec(
        "supplier", FieldType.NAME, "Supplier", is_list=True, listed_in="suppliers", listed_column="name"
    )
    article = FieldSpec("article", FieldType.NAME, "Article", listed_in="suppliers", listed_column="name")
    other = FieldSpec("total", FieldType.AMOUNT, "Total")
    schema = SchemaSpec("slip", "Slip", "1.0", (listed, other), tables=(TableSpec("items", "Items", (article,)),))
    fields = {
        "supplier[1]": PresentValue("Baltic Freight AS", "Baltic Freight AS"),
        "supplier[2]": PresentValue("Baltic Fright & Sons", "Baltic Fright & Sons"),
        "total": PresentValue("1", "1"),
    }
    rows = [PresentRow("items", 1, {"article": PresentValue("Nobody", "Nobody")})]
    column = prepared("Suppliers", SUPPLIERS, FieldType.NAME, "de_DE")
    outcomes = _outcomes(schema, fields, rows, column)
    assert {name: one[1] for name, one in outcomes.items()} == {
        "supplier[1]": CheckOutcome.PASSED,
        "supplier[2]": CheckOutcome.FAILED,
        "items[1].article": CheckOutcome.FAILED,
    }
    check, _, reason = outcomes["supplier[2]"]
    assert check == LISTED_CHECK and "Baltic Freight AS" in reason.params["nearest"]
    assert "is not in the list Suppliers. Nearest: Baltic Freight AS" in reason.text
    assert type(reason).from_dict(reason.to_dict()) == reason
    missing = _outcomes(schema, fields)["supplier[1]"]
    assert missing[1] is CheckOutcome.MISSING and "no list" in missing[2].text
    assert _outcomes(schema, {"supplier[1]": PresentValue("?", None)}, column=column) == {}
