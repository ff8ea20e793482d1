"""Metadata and page split, with a parser that says what it is told."""

import pytest

from extraction.context import DocumentContext, Limits
from extraction.steps.metadata import detect_language, read_metadata
from extraction.steps.page_split import split_pages
from idp_project.core.errors import PermanentFailure
from tests.unit.extraction.pages import FakeParser

GERMAN = "Wir danken für Ihre Bestellung und stellen Ihnen die folgenden Waren in Rechnung, zahlbar innerhalb von vierzehn Tagen."


def context(parser: FakeParser, *, size: int = 1000, limits: Limits | None = None) -> DocumentContext:
    return DocumentContext(
        "stored", "bill.pdf", "application/pdf", "ab" * 32, size, limits or Limits(10_000, 3, 10**7), parser
    )


def test_metadata_holds_parsers_facts_hash_and_language() -> None:
    parser = FakeParser(facts={"format": "pdf", "page_count": 2, "text_sample": GERMAN, "sizes": [[1, 2]]})
    facts = read_metadata(context(parser)).facts
    assert (facts["page_count"], facts["language"], facts["size_bytes"]) == (2, "de", 1000)
    assert facts["language_probability"] > 0.9
    assert "text_sample" not in facts and "sizes" not in facts


def test_a_short_sample_has_no_language() -> None:
    assert detect_language("Total 12.00") == (None, None)


def test_pages_are_numbered_from_one() -> None:
    pages = split_pages(context(FakeParser(sizes=[(595, 842), (842, 595)]))).pages
    assert [(page.number, page.width, page.height) for page in pages] == [(1, 595.0, 842.0), (2, 842.0, 595.0)]


@pytest.mark.parametrize(
    ("sizes", "size", "code"),
    [
        ([(595.0, 842.0)] * 3, 10_000, None),
        ([(595.0, 842.0)] * 4, 10_000, "too_many_pages"),
        ([(595.0, 842.0)], 10_001, "too_many_bytes"),
        ([(10_000.0, 10_000.0)], 100, "too_many_pixels"),
        ([], 100, "empty_document"),
    ],
)
def test_limits_are_refused_by_name(sizes: list[tuple[float, float]], size: int, code: str | None) -> None:
    asked = context(FakeParser(sizes=sizes), size=size)
    if code is None:
        assert len(split_pages(asked).pages) == len(sizes)
        return
    with pytest.raises(PermanentFailure) as caught:
        split_pages(asked)
    assert caught.value.code == code
