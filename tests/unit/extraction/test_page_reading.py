"""A stored reading: everything that could be a value, with its evidence, scored again without the page."""

from dataclasses import replace

import pytest

from documents.domain.page_reading import PageReading
from documents.domain.schema_spec import FieldSpec, FieldType
from extraction.local.extractor import MOST_VALUES, extract_candidates, rank_page, read_page
from extraction.local.page_view import build_page_view
from extraction.local.ranking import FEATURES_VERSION
from extraction.local.weights import WEIGHTS
from extraction.page_steps.extract_fields import extract_page_fields
from tests.unit.extraction.pages import INVOICE, RECEIPT, page_context, page_of
from tests.unit.extraction.test_extractor import INVOICE_PAGE, RECEIPT_PAGE
from tests.unit.extraction.test_model_reading import ScriptedModel, said

PAGES = [(INVOICE_PAGE, INVOICE), (RECEIPT_PAGE, RECEIPT)]
# Another model: it likes what stands low on the page and does not read labels.
OTHER = {family: {**table, "label_right": 0.1, "label_above": 0.0, "low": 3.0} for family, table in WEIGHTS.items()}


def read(page, schema) -> PageReading:
    return read_page(build_page_view(page), schema, 1)


def plain(candidates):
    return [candidate.to_dict() for candidate in candidates]


@pytest.mark.parametrize(("page", "schema"), PAGES)
def test_stored_reading_ranks_as_the_page_does(page, schema) -> None:
    stored = PageReading.from_bytes(read(page, schema).to_bytes())
    assert plain(rank_page(stored, schema)) == plain(extract_candidates(build_page_view(page), schema, 1))
    assert stored.features_version == FEATURES_VERSION and stored.schema_key == schema.key


@pytest.mark.parametrize(("page", "schema"), PAGES)
def test_other_ranking_gives_what_a_fresh_reading_gives(page, schema) -> None:
    stored = PageReading.from_bytes(read(page, schema).to_bytes())
    scored = plain(rank_page(stored, schema, OTHER))
    assert scored == plain(rank_page(read(page, schema), schema, OTHER))
    assert scored != plain(rank_page(stored, schema)), "it is another ranking"


def test_values_that_the_present_ranking_drops_are_kept() -> None:
    reading = read(INVOICE_PAGE, INVOICE)
    kept = {(one.field, one.value) for one in rank_page(reading, INVOICE)}
    assert {(value.field, value.value) for value in reading.values} > kept


def test_renamed_field_is_known_by_its_id() -> None:
    total = replace(INVOICE.field_named("total"), id="5f0f8b1e-0000-4000-8000-000000000001")
    schema = replace(INVOICE, fields=(total,))
    reading = PageReading.from_bytes(read(INVOICE_PAGE, schema).to_bytes())
    renamed = replace(schema, fields=(replace(total, name="gross"),))
    (best, *_) = rank_page(reading, renamed)
    assert (best.field, best.value) == ("gross", "120.00")


def test_size_is_bounded_and_says_what_is_left_out() -> None:
    rows = [f"{number}.{number:02} {number + 1}.07 {number + 2}.50" for number in range(10, 99)]
    schema = replace(INVOICE, fields=(FieldSpec("total", FieldType.AMOUNT, "Total"),))
    reading = read(page_of(*rows), schema)
    assert len(reading.values) == MOST_VALUES and reading.left_out > 0
    small = reading.to_bytes(most=2000)
    stored = PageReading.from_bytes(small)
    assert len(small) <= 2000 and 0 < len(stored.values) < MOST_VALUES
    assert len(stored.values) + stored.left_out == len(reading.values) + reading.left_out


def test_page_is_a_few_kilobytes() -> None:
    assert len(read(INVOICE_PAGE, INVOICE).to_bytes()) < 6000


def test_answers_of_a_model_are_kept() -> None:
    model = ScriptedModel(said(number=("INV-2024-17", "Invoice number: INV-2024-17")))
    result = extract_page_fields(page_context(page_text=INVOICE_PAGE, schemas=(INVOICE,), llm=model))
    assert result.reading is not None
    stored = PageReading.from_bytes(result.reading.to_bytes())
    assert [answer.provenance.engine for answer in stored.answers] == ["test/model"]
    assert plain(rank_page(stored, INVOICE)) == plain(result.candidates)


def test_page_without_words_has_an_empty_reading() -> None:
    result = extract_page_fields(page_context(page_text=None, schemas=(INVOICE,)))
    assert result.reading == PageReading() == PageReading.from_bytes(PageReading().to_bytes())
