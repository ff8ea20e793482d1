"""What holds for every input: pages are partitioned, spans index their text, normalising is idempotent."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldType
from extraction.context import DetectionContext, PageSummary
from extraction.local.extractor import extract_candidates
from extraction.local.locate import locate
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.page_steps.reading_order import order_lines
from extraction.page_steps.text_layer import page_text_of
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.geometry import BoundingBox
from tests.unit.extraction.pages import INVOICE, RECEIPT, layer_of, page_of, summary

LOCALES = st.sampled_from(["en_US", "en_GB", "de_DE", "fr_FR", "de_CH", "pl_PL", "en_IN", "ja_JP", "xx"])
FRAGMENTS = st.sampled_from(
    [
        "Total", "Date:", "Invoice number:", "IBAN:", "12/03/2024",
        "1.234,50", "1,234.50", "RM 9.00", "-5", "€", "$12", "Acme Ltd",
        "GB82 WEST 1234 5698 7654 32", "4 Jan 2024", "Qty", "Amount", "Description", "2 x 3.50", "7.00", "No. 12, High Street,",
        "43300", "#", "Page 1 of 2", "ÄÖ", "株式会社", "...", "a@b.example", "0", "VAT 20%", "Change", "Ref/2024-7",
    ]
)  # fmt: skip
ROWS = st.lists(st.lists(FRAGMENTS, max_size=5).map("   ".join), max_size=14)
RAW = st.one_of(
    st.text(max_size=30),
    FRAGMENTS,
    st.from_regex(r"-?[0-9]{1,4}([.,' ][0-9]{3}){0,2}([.,][0-9]{1,3})?", fullmatch=True),
)


@given(
    st.lists(
        st.builds(
            lambda key, score, first, is_blank, failure, number: {
                "schema_key": key,
                "type_score": score,
                "is_first_page": first,
                "is_blank": is_blank,
                "failure": failure,
                "identifiers": {"number": number} if number else {},
            },
            st.sampled_from([None, "invoice", "receipt"]),
            st.floats(0, 1),
            st.floats(0, 1),
            st.booleans(),
            st.sampled_from(["", "", "", "damaged"]),
            st.sampled_from(["", "A", "B"]),
        ),
        max_size=25,
    )
)
def test_sub_documents_partition_the_pages(pages: list[dict[str, Any]]) -> None:
    summaries: tuple[PageSummary, ...] = tuple(summary(number, **page) for number, page in enumerate(pages, start=1))
    found = detect_sub_documents(DetectionContext(summaries, (INVOICE, RECEIPT))).sub_documents
    covered = [number for item in found for number in range(item.first_page, item.last_page + 1)]
    assert covered == list(range(1, len(pages) + 1))
    for item in found:
        assert 0 <= item.boundary_score <= 1 and 0 <= item.type_score <= 1
        inside = summaries[item.first_page - 1 : item.last_page]
        assert item.is_blank == all(page.is_blank and not page.failure for page in inside)


@settings(deadline=None)
@given(ROWS)
def test_spans_index_their_text_and_places_stay_on_the_page(rows: list[str]) -> None:
    page = page_of(*rows)
    view = build_page_view(page)
    for schema in (INVOICE, RECEIPT):
        cells = [cell for row in extract_rows(view, schema, 3) for cell in row.cells]
        for candidate in [*extract_candidates(view, schema, 3), *cells]:
            assert candidate.provenance.page_number == 3
            assert 0 <= candidate.score <= 1
            assert candidate.provenance.polygon is not None
            assert all(0 <= value <= 1 for point in candidate.provenance.polygon.points for value in point)
            if candidate.provenance.span is not None:
                claimed = candidate.provenance.span.of(page.text)
                assert claimed.split() == candidate.raw_text.split()


@given(st.sampled_from(list(FieldType)), RAW, LOCALES)
@settings(deadline=None)
def test_normalising_twice_changes_nothing(kind: FieldType, raw: str, locale: str) -> None:
    choices = ("Approved", "Rejected")
    value = field_type(kind).normalize(raw, locale, choices)
    if value is not None:
        assert field_type(kind).normalize(value, locale, choices) == value


@given(ROWS, st.data())
def test_what_is_on_the_page_is_located_exactly(rows: list[str], data: st.DataObject) -> None:
    page = page_of(*rows)
    if not page.words:
        assert locate(page, "anything") is None
        return
    first = data.draw(st.integers(0, len(page.words) - 1))
    last = data.draw(st.integers(first, min(len(page.words) - 1, first + 3)))
    wanted = " ".join(word.text for word in page.words[first : last + 1])
    found = locate(page, wanted)
    assert found is not None and found.similarity == 1
    assert found.span.of(page.text).split() == wanted.split()


PLACED = st.tuples(FRAGMENTS.filter(lambda text: " " not in text), st.floats(-50, 640), st.floats(-50, 900))


@given(st.lists(PLACED, max_size=30), st.integers(0, 3))
def test_a_text_layer_becomes_words_on_the_page(words: list[tuple[str, float, float]], turns: int) -> None:
    page = page_text_of(layer_of(words), turns)
    assert all(word.span.of(page.text) == word.text for word in page.words)
    assert all(0 <= value <= 1 for word in page.words for point in word.polygon.points for value in point)


@given(
    st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.001, 0.1), st.floats(0.001, 0.1)), max_size=40)
)
def test_ordering_words_loses_and_repeats_none(boxes: list[tuple[float, float, float, float]]) -> None:
    words = [
        (str(number), BoundingBox(left, top, left + width, top + height).to_polygon(), None)
        for number, (left, top, width, height) in enumerate(boxes)
    ]
    ordered = [text for line in order_lines(words) for text, _, _ in line]
    assert sorted(ordered, key=int) == [text for text, _, _ in words]
