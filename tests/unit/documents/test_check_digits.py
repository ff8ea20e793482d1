"""Check digits that a definition names: numbers that are right, and the same with one digit changed."""

import pytest

from documents.domain.check_digits import check_digit_choices, has_right_digits
from documents.domain.checks.present_values import PresentValue
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.drafts.problems import problems_of
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec

RIGHT = {
    "luhn": "4111 1111 1111 1111",
    "ean": "4006381333931",
    "isbn": "978-3-16-148410-0",
    "creditor_reference": "RF18 5390 0754 7034",
    "de_tax_id": "36 574 261 809",
    "at_social": "1237 010180",
    "ch_uid": "CHE-100.155.212",
    "be_enterprise": "0403.019.261",
    "fr_siret": "732 829 320 00074",
    "it_fiscal_code": "RCCMNL83S18D969H",
    "nl_bsn": "111222333",
}


@pytest.mark.parametrize(("kind", "value"), RIGHT.items())
def test_right_digits_pass_and_a_wrong_one_fails(kind, value):
    assert has_right_digits(kind, value) is True
    place = max(number for number, mark in enumerate(value) if mark.isdigit())
    wrong = value[:place] + str((int(value[place]) + 1) % 10) + value[place + 1 :]
    assert has_right_digits(kind, wrong) is False


UNUSUAL = ("", " ", "x", "-", "123", "ÄÖ-7", "0" * 30, "٣٤٥", "²³", "ſ" * 16, "9" * 5000, "2B\n7", "CHE-", "K", "RF")


@pytest.mark.parametrize("kind", [name for name, _ in check_digit_choices()])
def test_every_kind_answers_for_any_text(kind):
    assert all(has_right_digits(kind, text) in (True, False) for text in UNUSUAL)


def test_a_value_with_wrong_digits_goes_to_a_person():
    field = FieldSpec("siret", FieldType.IDENTIFIER, "SIRET", check_digits="fr_siret")
    spec = SchemaSpec("note", "Note", "1.0", (field,))
    outcomes = {}
    for value in ("73282932000074", "73282932000075"):
        found = check_values(spec, {"siret": PresentValue(value, value)}, [])
        outcomes[value] = {(one.check, one.outcome.value) for one in found if one.check == "check_digits"}
    assert outcomes == {
        "73282932000074": {("check_digits", "passed")},
        "73282932000075": {("check_digits", "failed")},
    }


@pytest.mark.parametrize(
    ("kind", "digits", "code"),
    [
        ("identifier", "luhn", None),
        ("identifier", "lucky", "check_digits_unknown"),
        ("text", "luhn", "check_digits_unused"),
    ],
)
def test_what_can_be_chosen(kind, digits, code):
    spec = SchemaSpec(
        "note", "Note", "1.0", (FieldSpec("n", FieldType(kind), "N", check_digits=digits),), locale="en_GB"
    )
    assert [one.reason.code for one in problems_of(spec)] == ([code] if code else [])
