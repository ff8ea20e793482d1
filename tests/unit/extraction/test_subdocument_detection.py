"""Where one document of a stack ends and the next begins."""

from extraction.context import DetectionContext, PageSummary
from extraction.steps.subdocument_detection import detect_sub_documents
from tests.unit.extraction.pages import INVOICE, RECEIPT, summary


def ranges(*pages: PageSummary) -> list[tuple[int, int, str | None]]:
    result = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT)))
    return [(found.first_page, found.last_page, found.schema_key) for found in result.sub_documents]


def test_first_pages_begin_documents() -> None:
    first, next_page = {"is_first_page": 0.95}, {"is_first_page": 0.05}
    pages = (summary(1, **first), summary(2, **next_page), summary(3, **first), summary(4, **first))
    assert ranges(*pages) == [(1, 2, "invoice"), (3, 3, "invoice"), (4, 4, "invoice")]


def test_a_change_of_type_begins_a_document() -> None:
    assert ranges(summary(1), summary(2, schema_key="receipt")) == [(1, 1, "invoice"), (2, 2, "receipt")]


def test_the_same_number_holds_pages_together_and_another_parts_them() -> None:
    def numbered(number: int, identifier: str) -> PageSummary:
        return summary(number, is_first_page=0.45, identifiers={"number": identifier})

    assert ranges(numbered(1, "A-1"), numbered(2, "a1"), numbered(3, "B-2")) == [(1, 2, "invoice"), (3, 3, "invoice")]


def test_blank_sheets_belong_to_nobody() -> None:
    pages = (summary(1), summary(2, is_blank=True), summary(3, is_blank=True), summary(4, is_first_page=0.9))
    result = detect_sub_documents(DetectionContext(pages, (INVOICE,))).sub_documents
    assert [(d.first_page, d.last_page, d.is_blank) for d in result] == [(1, 1, False), (2, 3, True), (4, 4, False)]
    assert result[1].schema_key is None


def test_a_failed_page_stays_with_the_document_before_it() -> None:
    assert ranges(summary(1), summary(2, failure="damaged", is_first_page=0.0)) == [(1, 2, "invoice")]


def test_pages_of_no_known_type_give_a_document_of_no_type() -> None:
    assert ranges(summary(1, schema_key=None, type_score=0.0)) == [(1, 1, None)]


def test_the_first_boundary_is_certain_and_the_others_have_scores() -> None:
    pages = (summary(1, is_first_page=0.1), summary(2, is_first_page=0.7))
    scores = [d.boundary_score for d in detect_sub_documents(DetectionContext(pages, ())).sub_documents]
    assert scores[0] == 1.0 and 0.5 <= scores[1] < 1.0
