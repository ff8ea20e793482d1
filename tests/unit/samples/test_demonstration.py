"""The demonstration's verdict on its answer and on its queue: it cannot pass when something is missing."""

from typing import Any

from documents.domain.e_invoice_reasons import XML_DEVIATES
from documents.domain.reasons import ALL_PAGES_BLANK, BEGINNING_UNSURE, BELOW_THRESHOLD, IN_ROW, SUM_DIFFERS
from idp_project.operations.demo.packet import LEFT_OPEN, Trouble
from idp_project.operations.demo.question import QUESTION, Answered
from idp_project.operations.demo.verdict import queue_problems


def answer(*cited: tuple[str, str, int], is_refusal: bool = False) -> Answered:
    citations = [{"quote": quote, "file_name": name, "page": page} for quote, name, page in cited]
    statements = [{"text": one["quote"], "citations": [one]} for one in citations]
    return Answered(QUESTION, {"is_refusal": is_refusal, "statements": statements})


def test_only_the_right_words_from_the_right_page_are_an_answer() -> None:
    quote = f"Payment {QUESTION.answer} of the invoice date"
    assert answer((quote, QUESTION.file_name, QUESTION.page)).problems() == []
    assert "page" in answer((quote, QUESTION.file_name, QUESTION.page + 1)).problems()[0]
    assert "page" in answer((quote, "other.pdf", QUESTION.page)).problems()[0]
    assert "does not say" in answer(("Payment in due time", QUESTION.file_name, QUESTION.page)).problems()[0]
    assert answer(is_refusal=True).problems() == ["the question was not answered"]
    assert f"{QUESTION.file_name} page {QUESTION.page}" in answer((quote, QUESTION.file_name, QUESTION.page)).lines()[1]


def test_queue_must_hold_exactly_its_tasks_with_reasons() -> None:
    reasons = {
        Trouble.LOW_CONFIDENCE: BELOW_THRESHOLD(label="Family Name", confidence=0.91, threshold=0.95),
        Trouble.FAILED_CHECK: SUM_DIFFERS(total="Total", addends=["Net", "VAT"], sum="1.00 + 0.20", amount="2.20"),
        Trouble.DOUBTFUL_SPLIT: IN_ROW(row=1, reason=BEGINNING_UNSURE(page=2)),
        Trouble.XML_AND_PAGE_DISAGREE: XML_DEVIATES(label="IBAN", stated="A", term="BT-84", page=1, printed="B"),
    }
    tasks: list[dict[str, Any]] = [
        {"file_name": name, "reasons_data": [reasons[trouble].shown()]} for name, trouble in LEFT_OPEN.items()
    ]
    assert queue_problems(tasks) == []
    assert len(queue_problems(tasks[1:])) == 1
    assert len(queue_problems([*tasks, {"file_name": "more.pdf", "reasons_data": []}])) == 1
    wrong = [{**tasks[0], "reasons_data": [ALL_PAGES_BLANK().shown()]}, *tasks[1:]]
    assert len(queue_problems(wrong)) == 1
