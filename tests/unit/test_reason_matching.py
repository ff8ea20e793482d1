"""Sentences that earlier releases stored become reasons, or legacy reasons with the same text."""

import pytest

from documents.domain import reasons
from idp_project.core.reason_matching import matched
from idp_project.core.reasons import CATALOG, LEGACY, Param, legacy

TEXTS = {
    "Total was not located on the page.": reasons.NOT_LOCATED(label="Total"),
    "Row 3, Total: confidence 91% is below the threshold of 95%.": reasons.IN_ROW(
        row=3, reason=reasons.BELOW_THRESHOLD(label="Total", confidence=0.91, threshold=0.95)
    ),
    "Page 2 could not be processed: The file reader is not available at the moment. This is tried again by itself.": (
        reasons.PAGE_FAILED(page=2, failure=CATALOG["sandbox_unavailable"]())
    ),
    "Page 2 could not be processed: Something that nobody says any more.": reasons.PAGE_FAILED(
        page=2, failure=legacy("Something that nobody says any more.")
    ),
    "Total Amount does not equal net amount plus VAT: 1.00 + 0.20 ≠ 2.20": reasons.SUM_DIFFERS(
        total="Total Amount", addends=["net amount", "VAT"], sum="1.00 + 0.20", amount="2.20"
    ),
    "Sent to review: The type of this document is not known.": reasons.SENT_TO_REVIEW(reason=reasons.TYPE_UNKNOWN()),
    "Not reached: page split failed.": reasons.NOT_REACHED(step="page split"),
    "Every value reached its threshold; a person approves because automatic approval is off for Invoice.": (
        reasons.TYPE_OFF(type="Invoice")
    ),
    "The file has 12,345 pages; at most 2,000 are allowed. Split it.": CATALOG["file_too_long"](pages=12345, most=2000),
    "Total: ollama/llama read “7.00”, which is not on the page.": reasons.READ_DIFFERENTLY(
        label="Total", engine="ollama/llama", text="7.00"
    ),
}


@pytest.mark.parametrize(("text", "reason"), TEXTS.items())
def test_sentence_of_before_becomes_its_reason(text, reason):
    assert matched(text) == reason and matched(text).text == text


@pytest.mark.parametrize("text", ["", "Nobody knows this sentence.", "{label}", "A\nB", "x" * 10_000])
def test_other_text_stays_as_it_was(text):
    assert matched(text) == legacy(text) and matched(text).text == text


def test_whatever_is_matched_reads_as_before():
    """Of every sentence with parameters of text and numbers: the same words come out again."""
    plain = (Param.TEXT, Param.NUMBER, Param.COUNT, Param.PERCENT)
    values = {Param.TEXT: "Some text", Param.NUMBER: 7, Param.COUNT: 12345, Param.PERCENT: 0.5}
    count = 0
    for sentence in CATALOG.values():
        if set(sentence.params.values()) <= set(plain):
            text = sentence(**{name: values[param] for name, param in sentence.params.items()}).source_text
            assert matched(text).source_text == text
            count += matched(text).code != LEGACY
    assert count > 250
