"""Which words with digits exclude passages: what names one thing. Years, dates, amounts, standards and names do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain.codes import identifiers, names, plain, years
from rag.domain.keywords import keywords, search_codes, search_years

NAMING = {
    "Who is the seller on invoice RE-999?": ["RE-999"],
    "What is the total of invoice RE2526383 of 2024?": ["RE2526383"],
    "Is re-2024-17 paid?": ["re-2024-17"],
    "Who got permit GX-4017?": ["GX-4017"],
    "What is booking IBZY2087 for?": ["IBZY2087"],
    "What is IBZY2087 for?": ["IBZY2087"],
    "Who pays invoice 4711?": ["4711"],
    "Who pays no. 4711, please?": ["4711"],
    "Who pays #4711?": ["4711"],
    "Who pays invoice number 2022?": ["2022"],
    "Wer zahlt die Rechnungsnummer: 2022?": ["2022"],
    "Wann ist Rechnung Nr. 2024-001 fällig?": ["2024-001"],
    "Which Kundennummer 65263 is that?": ["65263"],
    "Is order 3628666 delivered?": ["3628666"],
    "Whose account is 12345678?": ["12345678"],
    "Whose IBAN is DE89 3704 0044 0532 0130 00?": ["DE89 3704 0044 0532 0130 00"],
    "Compare RE-1001 with RE-1002.": ["RE-1001", "RE-1002"],
}
FIGURES = """
    net income in FY2022|net income in FY 2022|net income in FY22|net income in FY'22|revenue in 2022|revenue of 1900 and 2100
    sales in 2022/23|sales in 2021-2022|sales in FY2022/23|sales in Q3 2022|sales in Q3-2022|sales in Q32022|sales in 1H22
    growth since mid-2022|music of the 1990s|year-end 2022 figures|invoice of 2022|invoices of May 2022|RE-2022 results
    staff number 2022|no 2022 report
    paid on 17.03.2024|paid on 2024-03-17|paid on 03/17/2024|paid in 2024-03|paid in 03/2024|paid on 31-Dec-2022|paid 20240317
    paid on 17 March 2024|meeting at 14:30:00|invoices over 1,000|invoices over 1250|invoice of 1,250.00|a price of 1250.00
    a fee of €1250|a fee of 12500 EUR|a fee of $45678|a share of 12.75%|a share of 1250%|a fee of 45678 euros
    5000 employees|more than 12345 parts|orders of 10000 units|order 1000 chairs|between 1000-2000 words|about 25000
    page 1204|Seite 1301|section 10.4.2|§ 1234 BGB|article 2016
    ISO 9001|ISO 27001|ISO/IEC 27001:2013|EN16931|DIN-18065|IFRS-16|ASC606|RFC 9110|Form 1099|regulation 2016/679
    COVID-19|the policy COVID-19|B2B|B2B2C|FTSE100|FTSE-100|M365|Office365|H1N1|PM2.5|IPv4|CO2e|CES2024
    the 25th anniversary|a 30-day notice|a 12-month term|500mg tablets|100km away|the 10-K|2.5bn|the 3 largest
""".replace("\n", "|")

OF_2022 = "2022 FY2022 FY22 FY'22 Q3-2022 Q3'22 Q32022 1H22 mid-2022 31.12.2022"
OF_NO_YEAR = "4711 RE-2024-17 IBZY2087 12-month Q3 B2B twenty"


@pytest.mark.parametrize("question", NAMING)
def test_what_names_one_thing_is_an_identifier(question: str) -> None:
    assert identifiers(question) == NAMING[question]


@pytest.mark.parametrize("words", [words.strip() for words in FIGURES.split("|") if words.strip()])
def test_figures_are_no_identifiers(words: str) -> None:
    assert identifiers(f"What is known about {words}?") == []


@pytest.mark.parametrize(
    ("word", "named"),
    [
        *((word, {"2022"}) for word in OF_2022.split()),
        ("2022/23", {"2022", "2023"}),
        ("2021-2022", {"2021", "2022"}),
        ("2022-03", {"2022"}),
        ("1990s", {"1990"}),
        *((word, set()) for word in OF_NO_YEAR.split()),
    ],
)
def test_years_are_found_in_every_spelling(word: str, named: set[str]) -> None:
    assert years(word) == named


@pytest.mark.parametrize(
    ("identifier", "text", "is_named"),
    [
        ("RE-999", "Invoice RE-999, due", True),
        ("RE-999", "re999_final.pdf", True),
        ("re 999", "Invoice No.RE-999", True),
        ("RE-999", "Invoice RE-9991", False),
        ("4711", "order 14711 and 47110", False),
        ("12345678", "account 12.345.678", True),
        ("DE89 3704 0044 0532 0130 00", "IBAN: DE89370400440532013000", True),
    ],
)
def test_punctuation_does_not_count_but_further_digits_do(identifier: str, text: str, is_named: bool) -> None:
    assert names(text, identifier) == is_named


def test_full_text_looks_for_other_spellings() -> None:
    question = "What did invoice GX-4017 cost in FY2022?"
    assert search_codes(question) == '"GX-4017" or "gx4017" or "GX 4017"'
    assert search_years(question) == '"2022" or "FY2022" or "FY22"'
    assert search_codes("What did it cost in FY2022?") == search_years("What did it cost?") == ""


@given(st.text(max_size=80))
def test_any_text_has_identifiers_that_it_names(text: str) -> None:
    for identifier in identifiers(text):
        assert plain(identifier) and names(text, identifier)
    for word in keywords(text):
        years(word)
