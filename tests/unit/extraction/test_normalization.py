"""Raw texts become values in one notation, by locale."""

import pytest

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldType


@pytest.mark.parametrize(
    ("raw", "locale", "value"),
    [
        ("1,234.50", "en_US", "1234.50"),
        ("1.234,50 €", "de_DE", "1234.50"),
        ("1.234", "de_DE", "1234"),
        ("1,234", "en_US", "1234"),
        ("12,5", "en_US", "12.5"),
        ("RM 9.00", "en_MY", "9.00"),
        ("1'234.50", "de_CH", "1234.50"),
        ("4 904,94", "fr_FR", "4904.94"),
        ("-RM0.02", "en_MY", "-0.02"),
        (".40", "en_MY", "0.40"),
        ("12.50-", "en_US", "-12.50"),
        ("(5.00)", "en_US", "-5.00"),
        ("0.755", "de_DE", "0.755"),
        ("free", "en_US", None),
        ("1 of 2", "en_US", None),
    ],
)
def test_amounts_are_read_by_locale(raw: str, locale: str, value: str | None) -> None:
    assert field_type(FieldType.AMOUNT).normalize(raw, locale) == value


@pytest.mark.parametrize(
    ("raw", "locale", "value"),
    [
        ("12/03/2018", "en_US", "2018-12-03"),
        ("12/03/2018", "en_GB", "2018-03-12"),
        ("25/12/2018", "en_US", "2018-12-25"),
        ("2018-03-12", "en_US", "2018-03-12"),
        ("11-06-18", "en_MY", "2018-06-11"),
        ("4 Jan 2017 01:15pm", "en_GB", "2017-01-04"),
        ("04JAN2017", "en_GB", "2017-01-04"),
        ("1. Mai 2014", "de_DE", "2014-05-01"),
        ("29 maart 2014", "nl_NL", "2014-03-29"),
        ("August 3, 2014", "en_US", "2014-08-03"),
        ("28-04-201820:10:51", "en_MY", "2018-04-28"),
        ("31/02/2018", "en_GB", None),
        ("02-12/48", "en_GB", None),
    ],
)
def test_dates_are_read_in_the_locales_order(raw: str, locale: str, value: str | None) -> None:
    assert field_type(FieldType.DATE).normalize(raw, locale) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldType.IBAN, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (FieldType.VAT_NUMBER, "DE 232 446 240", "DE232446240"),
        (FieldType.CURRENCY, "€", "EUR"),
        (FieldType.CURRENCY, "RM", "MYR"),
        (FieldType.CURRENCY, "gbp", "GBP"),
        (FieldType.EMAIL, "Office@Example.ORG", "office@example.org"),
        (FieldType.PHONE, "020 7946 0018", "+442079460018"),
        (FieldType.IDENTIFIER, " #INV-7. ", "INV-7"),
        (FieldType.ADDRESS, "1 High Street,\nLondon\n", "1 High Street, London"),
        (FieldType.CURRENCY, "money", None),
        (FieldType.IBAN, "12345", None),
    ],
)
def test_each_type_has_its_notation(kind: FieldType, raw: str, value: str | None) -> None:
    assert field_type(kind).normalize(raw, "en_GB") == value


def test_choices_are_found_despite_a_wrong_letter_never_invented() -> None:
    choices = ("Approved", "Rejected")
    assert field_type(FieldType.CHOICE).normalize("Aproved", "en_GB", choices) == "Approved"
    assert field_type(FieldType.CHOICE).normalize("Pending", "en_GB", choices) is None
