"""Numbers, dates and currencies as their document writes them."""

from datetime import date

import pytest

from documents.domain.currencies import shared_signs_on
from documents.domain.dates import find_dates, read_date, read_date_in
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.numbers import (
    amount_pattern,
    decimal_mark,
    is_numeric,
    negative_marks,
    read_number,
    read_number_in,
    shows_space_groups,
    side_marks_in,
)
from documents.domain.schema_spec import FieldType
from extraction.local.extractor import extract_candidates
from extraction.local.page_notation import notation_of
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from tests.unit.extraction.pages import INVOICE, RECEIPT, page_of

ACCOUNT = Notation("en_GB", side_marks=side_marks_in(()), negative_marks=negative_marks(is_account=True))
BILL = Notation("en_GB", side_marks=side_marks_in(()), negative_marks=negative_marks(is_account=False))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("88.40 -", "-88.40"), ("—88.40", "-88.40"), ("($88.40)", "-88.40"), ("$-88.40", "-88.40"), ("88.40-", "-88.40"),
        ("-€ 88.40", "-88.40"), ("€ 88.40-", "-88.40"), ("*88.40", "88.40"), ("+88.40", "88.40"), ("NZ$88.40", "88.40"),
        ("８８．４０", "88.40"), ("٨٨٫٤٠", "88.40"), ("८८.४०", "88.40"), ("1,07,250.00", "107250.00"), ("₹ 980/-", "980"),
        ("18,-", "18"), ("18,--", "18"), ("2.118,— €", "2118"), ("3'118.20", "3118.20"), ("3 118,20", "3118.20"),
        ("88.4 0", "88.40"), ("4 of 5", None), ("1 2 180,00", None), ("88.40 CR", None),
    ],
)  # fmt: skip
def test_number_is_read_in_every_printed_form(raw: str, value: str | None) -> None:
    found = read_number(raw, "en_GB")
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize(
    ("raw", "on_account", "on_bill"),
    [
        ("7.50 CR", "7.50", "-7.50"),
        ("7.50 DR", "-7.50", "7.50"),
        ("7.50OD", "-7.50", "7.50"),
        ("7.50 cr.", "7.50", "-7.50"),
    ],
)
def test_side_of_account_gives_the_sign(raw: str, on_account: str, on_bill: str) -> None:
    assert str(read_number_in(raw, ACCOUNT)) == on_account
    assert str(read_number_in(raw, BILL)) == on_bill


def test_single_letters_are_sides_only_where_both_occur() -> None:
    assert {"s", "h"} <= side_marks_in(["Miete 200,00 S", "Gehalt 900,00 H"])
    assert "s" not in side_marks_in(["Bread 2.00 S", "Milk 1.10 S", "Soap 3.00 Z"])
    german = Notation(
        "de_DE", side_marks=side_marks_in(["1,00 S", "1,00 H"]), negative_marks=negative_marks(is_account=True)
    )
    assert str(read_number_in("200,00 S", german)) == "-200.00"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Totaal € 88.40-", ["€ 88.40-"]), ("(88.40) due", ["(88.40)"]), ("20.00 - 30.00", ["20.00", "30.00"]),
        ("Fee Rs. 980/-", ["Rs. 980/-"]), ("VAT 7.5% 12.00", ["12.00"]), ("05.06.2024", []), ("C$12.00", ["C$12.00"]),
    ],
)  # fmt: skip
def test_amount_is_found_with_all_that_belongs_to_it(text: str, found: list[str]) -> None:
    assert [match.group(0) for match in amount_pattern(Notation("en_GB")).finditer(text)] == found


@pytest.mark.parametrize("word", ["A$12.00", "*12.00", "12.00 DR", "(12.00)", "１２．００", "1 250,00", "12,-", "2.5%"])
def test_printed_numbers_are_numeric_words(word: str) -> None:
    assert is_numeric(word)


@pytest.mark.parametrize("word", ["M8x40", "10mm", "INV-7", "A4", "-", "CR", "Nr."])
def test_other_words_are_not_numeric(word: str) -> None:
    assert not is_numeric(word)


def test_pages_show_their_decimal_mark() -> None:
    assert decimal_mark(["Netto 12,50", "3 x 4,10 = 12,30"]) == ","
    assert decimal_mark(["1.250,00"]) == ","
    assert decimal_mark(["Total 12.50 on 05.06.24"]) == "."
    assert decimal_mark(["2.500", "7 ropes"]) == ""
    assert decimal_mark(["12,50", "12.50"]) == ""


def test_spaces_group_only_where_nothing_is_grouped_otherwise() -> None:
    assert shows_space_groups(["Summa", "9 118,00 kr"])
    assert not shows_space_groups(["9 118,00", "12.118,00"])
    assert not shows_space_groups(["2 x 118,00", "Total 99,00"])


def test_amounts_follow_the_page_and_not_the_locale() -> None:
    page = page_of("Invoice number: A-1", "Net total     4.118", "VAT 20%      823,60", "Total due  4.941,60")
    found = {c.field: c.value for c in reversed(extract_candidates(build_page_view(page), INVOICE, 1))}
    assert found["net"] == "4118"


def test_open_number_keeps_both_readings_for_a_person() -> None:
    found = [
        c for c in extract_candidates(build_page_view(page_of("Total due     4.118")), INVOICE, 1) if c.field == "total"
    ]
    assert [candidate.value for candidate in found] == ["4.1180", "4118"]
    assert all(candidate.evidence["ambiguous"] for candidate in found)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("Graz, den 9. März 2025", "2025-03-09"), ("9. Marz 2025", "2025-03-09"), ("9. M\ufffdrz 2025", "2025-03-09"),
        ("9. Maerz 2025", "2025-03-09"), ("9 février 2024", "2024-02-09"), ("9 fevrier 2024", "2024-02-09"),
        ("9 Şubat 2024", "2024-02-09"), ("9. února 2024", "2024-02-09"), ("2024. február 9.", "2024-02-09"),
        ("9 Φεβρουαρίου 2024", "2024-02-09"), ("9 февраля 2024", "2024-02-09"), ("9 лютого 2024", "2024-02-09"),
        ("9 फ़रवरी 2024", "2024-02-09"), ("9 فبراير 2024", "2024-02-09"), ("2024年2月9日", "2024-02-09"),
        ("2024년 2월 9일", "2024-02-09"), ("9 helmikuuta 2024", "2024-02-09"), ("9. veebruar 2024", "2024-02-09"),
        ("9 lutego 2024", "2024-02-09"), ("9 februarie 2024", "2024-02-09"), ("2024 m. vasario 9 d.", "2024-02-09"),
        ("9 de fevereiro de 2024", "2024-02-09"), ("٩/٢/٢٠٢٤", "2024-02-09"), ("９/２/２０２４", "2024-02-09"),
    ],
)  # fmt: skip
def test_day_is_read_in_every_language(raw: str, day: str) -> None:
    assert str(read_date(raw, "en_GB")) == day
    assert [str(found) for _, _, found in find_dates(f"x {raw} y", "en_GB")] == [day]


def test_month_name_between_numbers_keeps_its_order() -> None:
    for locale in ("ja_JP", "hu_HU", "zh_CN"):
        assert read_date("07-Oct-23", locale) == date(2023, 10, 7)
    assert find_dates("Order 12 items 30 May 2025", "en_GB")[0][2] == date(2025, 5, 30)


def test_same_name_of_two_months_follows_the_locale() -> None:
    assert read_date("3. listopada 2024", "hr_HR") == date(2024, 10, 3)
    assert read_date("3 listopada 2024", "pl_PL") == date(2024, 11, 3)


def test_day_without_year_is_of_the_period() -> None:
    around = Notation("en_GB", period=(date(2023, 11, 20), date(2024, 2, 19)))
    days = [read_date_in(raw, around) for raw in ("28 Nov", "05.01.", "Feb 3", "03/12", "1. Jänner")]
    assert days == [date(2023, 11, 28), date(2024, 1, 5), date(2024, 2, 3), date(2023, 12, 3), date(2024, 1, 1)]
    assert read_date_in("28 Jul", around) is None
    assert read_date_in("28 Nov", Notation("en_GB")) is None


@pytest.mark.parametrize(
    ("texts", "locale", "meanings"),
    [
        (["NZ$ 4.00", "Total $4.00"], "en_GB", ("NZD",)),
        (["Total $4.00", "All prices in Australian dollars"], "en_GB", ("AUD",)),
        (["Total $4.00 (CAD)"], "en_GB", ("CAD",)),
        (["Total $4.00"], "en_GB", ("USD",)),
        (["Total $4.00"], "en_AU", ("AUD",)),
        (["Halifax, Nova Scotia", "Total $4.00"], "en_GB", ("CAD", "USD")),
        (["株式会社海野", "¥400"], "en_GB", ("JPY",)),
        (["海野有限公司", "¥400"], "en_GB", ("CNY", "JPY")),
        (["Org.nr 556036-0793", "40,00 kr"], "en_GB", ("SEK", "DKK")),
    ],
)
def test_shared_sign_is_the_currency_of_the_page(texts: list[str], locale: str, meanings: tuple[str, ...]) -> None:
    assert next(codes for sign, codes in shared_signs_on(texts, locale) if sign in "$¥kr") == meanings


def test_currency_of_two_countries_goes_to_a_person() -> None:
    rules = field_type(FieldType.CURRENCY)
    doubtful = notation_of(["Halifax, Nova Scotia", "Total $4.00"], "en_GB")
    assert (rules.read_in("$", doubtful), rules.other_readings("$", doubtful)) == ("CAD", ("USD",))
    assert rules.read_in("R$", doubtful) == "BRL"


def test_parts_of_one_number_are_one_cell() -> None:
    page = page_of(
        "Description       Qty    Price          Amount",
        "Kajak              2     4 118,00       8 236,00",
        "Paddel             1     1 250,00       1 250,00",
        "Total due                               9 486,00",
    )
    rows = extract_rows(build_page_view(page), RECEIPT, 1)
    assert [[cell.value for cell in row.cells] for row in rows] == [
        ["Kajak", "2", "4118.00", "8236.00"],
        ["Paddel", "1", "1250.00", "1250.00"],
    ]


@pytest.mark.parametrize(
    ("printed", "value"), [("*44.00", "44.00"), ("A$44.00", "44.00"), ("44.00 -", "-44.00"), ("٤٤٫٠٠", "44.00")]
)
def test_marked_amount_stays_in_its_column(printed: str, value: str) -> None:
    page = page_of(
        "Description       Qty    Price          Amount",
        f"Rope               2     22.00          {printed}",
        "Total due                               44.00",
    )
    row = extract_rows(build_page_view(page), RECEIPT, 1)[0]
    assert [cell.value for cell in row.cells] == ["Rope", "2", "22.00", value]


@pytest.mark.parametrize("line", ["Total $4.00", "Order total USD 4.00", "Port Ellery, ME 04099"])
def test_signs_of_america_leave_a_short_date_open(line: str) -> None:
    rules = field_type(FieldType.DATE)
    notation = notation_of(["Order Date 04/02/2025", line], "en_GB")
    assert rules.other_readings("04/02/2025", notation) == ("2025-04-02",)
    assert not rules.other_readings("14 May 2025", notation)
    assert not rules.other_readings("04/02/2025", notation_of(["Total GBP 4.00", "York, YO10 5AB"], "en_GB"))
