"""The memory of senders: what one decided document changes on the next one, and what it must not change."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.domain.absence import AbsenceCode
from documents.domain.learned import LearnedDocument
from extraction.steps.confidence_check import _judge, _verdict
from extraction.steps.confidence_model import FIELD
from idp_project.core.page_text import PageText
from tests.unit.extraction.learning.papers import BILL, harrow, kestrel, read, taught, value_of

TRUE = {"number": "KM-40218", "invoice_date": "2025-04-03", "total": "432.60"}
NEXT = ("KM-41377", "17/05/2025", "12.00", "1,050.90")
NEXT_TRUE = {"number": "KM-41377", "invoice_date": "2025-05-17", "total": "1050.90"}


@pytest.fixture(scope="module")
def one():
    return taught(kestrel(), corrected=TRUE)


def chosen(found):
    return {name: value_of(found[name]) for name in TRUE}


def test_corrected_places_are_found_again(one):
    assert chosen(read(kestrel(*NEXT))) != NEXT_TRUE
    assert chosen(read(kestrel(*NEXT), memory=[one])) == NEXT_TRUE


def test_learned_values_say_from_how_many_documents(one):
    found = read(kestrel(*NEXT), memory=[one, one, one])["number"].chosen
    assert (found.provenance.engine, found.provenance.notes[0].code) == ("memory", "learned_from_sender")
    assert found.provenance.notes[0].params == {"documents": 3}


def test_confidence_grows_with_the_documents(one):
    spec = BILL.field_named("number")
    sure = []
    for count in (1, 3, 12):
        field = read(kestrel(*NEXT), memory=[one] * count)["number"]
        sure.append(_judge(field.candidates, _verdict(("number",), {}), FIELD, spec)[0])
    assert sure == pytest.approx([2 / 3, 4 / 5, 13 / 14], abs=1e-4)


def test_values_read_the_same_way_stay_as_they_are(one):
    found = read(kestrel(*NEXT), memory=[one])
    before = read(kestrel(*NEXT))
    assert found["seller_name"] == before["seller_name"] and found["vat_number"] == before["vat_number"]


def test_other_senders_are_read_as_before(one):
    assert read(harrow(), memory=[one]) == read(harrow())


def misread(text: PageText) -> PageText:
    """The reader took Kestrel for Kestre1 and Penryn for Penrvn."""
    wrong = json.dumps(text.to_dict()).replace("Kestrel", "Kestre1").replace("Penryn", "Penrvn")
    return PageText.from_dict(json.loads(wrong))


def test_a_sender_with_misread_letterhead_is_known(one):
    assert value_of(read(misread(kestrel(*NEXT)), memory=[one])["total"]) == "1050.90"


def test_misspelled_sender_gets_its_approved_name(one):
    found = read(misread(kestrel(*NEXT)), memory=[one])["seller_name"].chosen
    assert found.value == "Kestrel Marine Ltd" and found.raw_text != found.value
    assert found.provenance.engine == "memory"


def test_cleared_value_is_absent_and_names_the_documents():
    first = taught(kestrel(), corrected=TRUE | {"vat_number": ""})
    found = read(kestrel(*NEXT), memory=[first])["vat_number"]
    assert found.chosen is None and found.absence.code is AbsenceCode.NOT_OF_SENDER
    assert found.absence.params["documents"] == 1 and found.absence.confidence == pytest.approx(2 / 3, abs=1e-3)


def test_pages_that_do_not_bear_it_out_change_nothing(one):
    """Taken for the same sender, over another form: neither the words nor the places are there."""
    mistaken = LearnedDocument(one.codes, "Harrow and Sons Glaziers", "", one.fields)
    assert read(harrow(), memory=[mistaken]) == read(harrow())


def test_another_name_at_the_same_place_is_another_sender(one):
    """A branch with the letterhead of the chain: its own name stays."""
    branch = (
        json.dumps(kestrel(*NEXT).to_dict())
        .replace("Kestrel Marine Ltd", "Harwich Marine Ltd")
        .replace("Kestrel", "Harwich")
    )
    found = read(PageText.from_dict(json.loads(branch)), memory=[one])
    assert value_of(found["seller_name"]) == "Harwich Marine Ltd"


def test_examples_survive_their_storage(one):
    assert LearnedDocument.from_dict(one.to_dict()) == one


def test_senders_with_two_layouts_keep_both(one):
    other = taught(harrow(), corrected={})
    assert chosen(read(kestrel(*NEXT), memory=[other, one])) == NEXT_TRUE


@settings(max_examples=25, deadline=None)
@given(
    number=st.from_regex(r"KM-[1-9][0-9]{4}", fullmatch=True),
    day=st.integers(13, 28),
    month=st.integers(1, 12),
    cents=st.integers(10_000, 9_999_999),
)
def test_any_next_document_is_read_at_its_places(number, day, month, cents):
    first = taught(kestrel(), corrected=TRUE)
    gross = f"{cents / 100:,.2f}"
    text = kestrel(number, f"{day}/{month:02}/2025", f"{cents / 120:,.2f}", gross)
    found = chosen(read(text, memory=[first]))
    assert found == {"number": number, "invoice_date": f"2025-{month:02}-{day}", "total": gross.replace(",", "")}
