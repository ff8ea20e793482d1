"""What a confidence is made of: what speaks for a value, and how far its rivals are behind."""

from dataclasses import replace

import pytest

from documents.domain.file_reasons import PAGE_HARDLY_READ
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.steps.confidence_model import CELL, FIELD, confidence_of
from extraction.steps.rivals import claims_of, with_rivals
from idp_project.core.geometry import Polygon
from tests.unit.extraction.pages import candidate, summary
from tests.unit.extraction.test_confidence_check import GOOD, field, judged

SURE = 0.95
NUMBER = FieldSpec("number", FieldType.IDENTIFIER, "Number")
DAY = FieldSpec("day", FieldType.DATE, "Day")
TOTAL = FieldSpec("total", FieldType.AMOUNT, "Total")
NAME = FieldSpec("name", FieldType.NAME, "Name")
TEXT = FieldSpec("activity", FieldType.TEXT, "Activity")
ADDRESS = FieldSpec("home", FieldType.ADDRESS, "Home")
IBAN = FieldSpec("iban", FieldType.IBAN, "IBAN")


def sure(spec: FieldSpec, *candidates: FieldCandidate, passed: tuple[str, ...] = ()) -> float:
    return confidence_of(candidates, passed, spec, FIELD)


def apart(name: str, text: str, score: float, **evidence: float) -> FieldCandidate:
    """In a place of its own, far from where the others stand."""
    return place(candidate(name, text, score, **evidence), 0.8, 0.9, 0.9)


def place(found: FieldCandidate, left: float, top: float, right: float) -> FieldCandidate:
    polygon = Polygon(((left, top), (right, top), (right, top + 0.02), (left, top + 0.02)))
    return replace(found, provenance=replace(found.provenance, polygon=polygon))


def test_labelled_value_without_rival_is_sure() -> None:
    for spec, text in ((NUMBER, "A-1"), (DAY, "2024-05-14"), (TOTAL, "12.00")):
        assert sure(spec, candidate(spec.name, text, 0.95)) >= SURE


def test_text_layer_makes_no_value_surer() -> None:
    """Its letters are right: that matters for what is nothing but letters."""
    read, layer = candidate("number", "A-1", 0.9), candidate("number", "A-1", 0.9, digital=1.0)
    assert sure(NUMBER, read) == sure(NUMBER, layer)
    for spec in (NAME, TEXT, ADDRESS):
        assert sure(spec, read) < min(SURE, sure(spec, layer))


@pytest.mark.parametrize("rival", [0.95, 0.9, 0.8, 0.6])
def test_rival_close_behind_caps_whatever_speaks_for_the_value(rival: float) -> None:
    best = candidate("number", "A-1", 0.96, agreement=1.0, digital=1.0, label=1.0)
    assert sure(NUMBER, best) >= SURE
    assert sure(NUMBER, best, apart("number", "B-2", rival)) < SURE


def test_rival_far_behind_does_not_cap() -> None:
    best = candidate("number", "A-1", 0.98)
    assert sure(NUMBER, best, apart("number", "B-2", 0.1)) >= SURE


def test_nearer_rival_caps_lower() -> None:
    best = candidate("number", "A-1", 0.96)
    found = [sure(NUMBER, best, apart("number", "B-2", score)) for score in (0.1, 0.5, 0.8, 0.9, 0.96)]
    assert found == sorted(found, reverse=True) and found[-1] < 0.65


def test_other_extent_is_a_smaller_question_than_another_place() -> None:
    best = place(candidate("name", "Karo Fisk for Judge", 0.9, digital=1.0), 0.1, 0.1, 0.5)
    longer = place(candidate("name", "Karo Fisk for Judge (294)", 0.8), 0.1, 0.1, 0.6)
    elsewhere = place(candidate("name", "Product", 0.8), 0.1, 0.5, 0.3)
    assert sure(NAME, best, elsewhere) < sure(NAME, best, longer) < sure(NAME, best)


def test_sum_confirms_and_does_not_outvote_a_printed_label() -> None:
    paid = candidate("total", "72.95", 0.9993, label=0.0)
    printed = apart("total", "72.93", 0.66, label=0.8)
    assert sure(TOTAL, paid, printed, passed=("sum_equals",)) < SURE
    near = candidate("total", "70.00", 0.85, label=0.8), apart("total", "60.00", 0.5, label=0.8)
    assert sure(TOTAL, *near, passed=("sum_equals",)) > sure(TOTAL, *near)


def test_name_that_nothing_announces_is_never_sure() -> None:
    head = candidate("name", "Brandt GmbH", 0.999, label=0.0, top=1.0, digital=1.0, agreement=1.0)
    assert 0.85 <= sure(NAME, head) < SURE


def test_check_digits_raise_a_value_without_label() -> None:
    bare = candidate("iban", "DE02120300000000202051", 0.8, label=0.0, check_digits=1.0)
    assert sure(IBAN, bare, passed=("check_digits",)) >= SURE > sure(IBAN, bare)


def test_doubtful_letters_lower() -> None:
    assert sure(NUMBER, candidate("number", "A-1", 0.95, reading=0.8)) < sure(NUMBER, candidate("number", "A-1", 0.95))


def test_cell_without_a_head_is_less_sure_than_one_below_it() -> None:
    named, bare = candidate("amount", "5.00", 0.9, label=1.0), candidate("amount", "5.00", 0.7, label=0.0)
    assert confidence_of((bare,), (), TOTAL, CELL) < confidence_of((named,), (), TOTAL, CELL)


def test_place_of_another_field_or_row_is_no_rival() -> None:
    mine = place(candidate("number", "A-1", 0.9), 0.1, 0.1, 0.3)
    theirs = place(candidate("number", "VAT 77", 0.85), 0.5, 0.5, 0.7)
    own = MergedField("number", (mine, theirs))
    owner = MergedField("vat", (place(candidate("vat", "77", 0.9), 0.55, 0.5, 0.7),))
    cell = MergedField("text", (place(candidate("text", "A folder", 0.7), 0.4, 0.5, 0.8),))
    row = MergedRow("items", 1, (cell,))
    assert with_rivals(own, NUMBER, claims_of([own], [])) == (mine, theirs)
    assert with_rivals(own, NUMBER, claims_of([own, owner], [])) == (mine,)
    assert with_rivals(own, NUMBER, claims_of([own], [row])) == (mine,)
    currency = FieldSpec("number", FieldType.CURRENCY, "Currency")
    assert with_rivals(own, currency, claims_of([own, owner], [])) == (mine, theirs), "a part of every amount"
    assert with_rivals(own, TOTAL, claims_of([own], [row])) == (mine, theirs), "a table may end with sums"
    weak = replace(owner, candidates=(replace(owner.candidates[0], score=0.3),))
    assert with_rivals(own, NUMBER, claims_of([own, weak], [])) == (mine, theirs), "it has less right to it"


def test_value_on_a_page_hardly_read_has_no_high_number() -> None:
    read = judged(pages=(summary(1), summary(2)))
    assert (field(read, "total").confidence or 0) >= 0.85
    unread = judged(pages=(summary(1, unread=PAGE_HARDLY_READ(page=1, share=0.7)), summary(2)))
    assert all((field(unread, name).confidence or 1) <= 0.6 for name in GOOD)
    other = judged(pages=(summary(1), summary(2, unread=PAGE_HARDLY_READ(page=2, share=0.7))))
    assert field(other, "total").confidence == field(read, "total").confidence
