"""Evidence in, confidence, reasons and route out."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from accounts.domain.preferences import DEFAULT_THRESHOLD
from documents.domain.auto_approval import HELD_OPEN, NOT_EARNED
from documents.domain.file_reasons import PAGE_HARDLY_READ, PAGE_SCRIPT_UNREADABLE
from documents.domain.provenance import Provenance
from documents.domain.reasons import BELOW_THRESHOLD, REQUIRED_MISSING
from documents.domain.statuses import Route
from documents.domain.values import CheckOutcome, CheckResult, FieldCandidate, MergedField, MergedRow
from extraction.context import SubDocumentContext
from extraction.results import ConfidenceResult
from extraction.steps.confidence_check import score_confidence
from idp_project.core.reasons import Reason, legacy
from tests.unit.extraction.pages import RECEIPT, candidate, summary

GOOD = {
    "merchant": candidate("merchant", "Shop", 0.99, digital=1.0),
    "date": candidate("date", "2024-01-01", 0.99, digital=1.0),
    "total": candidate("total", "5.00", 0.99, digital=1.0),
}


def judged(
    changes: dict[str, tuple[FieldCandidate, ...]] | None = None,
    checks: tuple[CheckResult, ...] = (),
    **context: object,
) -> ConfidenceResult:
    chosen = {name: (value,) for name, value in GOOD.items()} | (changes or {})
    fields = tuple(MergedField(spec.name, chosen.get(spec.name, ())) for spec in RECEIPT.fields)
    base = SubDocumentContext(1, 1, RECEIPT, (summary(1),), 0.9, 1.0, fields, (), checks, type_rule=HELD_OPEN)
    return score_confidence(replace(base, **context))  # type: ignore[arg-type]


def told(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(reason.text for reason in reasons)


def field(result: ConfidenceResult, name: str) -> MergedField:
    return next(item for item in result.fields if item.field == name)


def test_good_evidence_everywhere_goes_the_automatic_way() -> None:
    result = judged()
    assert result.route is Route.AUTO and result.reasons == ()
    assert all(item.confidence and item.confidence >= DEFAULT_THRESHOLD and not item.reasons for item in result.fields)


def test_a_repaired_file_is_looked_at() -> None:
    result = judged(is_repaired=True)
    assert result.route is Route.REVIEW
    assert "rebuilt for reading" in " ".join(told(result.reasons))


@pytest.mark.parametrize(("confidence", "said"), [(0.9499, "94%"), (0.29, "29%"), (0.95, "95%")])
def test_confidence_just_below_threshold_is_not_shown_as_equal(confidence: float, said: str) -> None:
    told = BELOW_THRESHOLD(label="Total", confidence=confidence, threshold=0.95)
    assert f"confidence {said} is below" in told.text


def test_a_value_not_found_on_the_page_is_reviewed() -> None:
    lost = replace(GOOD["total"], provenance=Provenance(1, None, None, "model", "1"))
    result = judged({"total": (lost,)})
    assert result.route is Route.REVIEW
    assert told(field(result, "total").reasons) == ("Total was not located on the page.",)
    assert (field(result, "total").confidence or 1) <= 0.5


def test_another_engines_value_not_on_the_page_is_a_disagreement() -> None:
    """A rival that can be shown is a rival; one that cannot is invented or badly read, and a person decides."""
    other = replace(candidate("total", "7.00", 0.4), provenance=Provenance(1, None, None, "model", "1"))
    result = judged({"total": (GOOD["total"], other)})
    assert result.route is Route.REVIEW
    assert told(field(result, "total").reasons) == ("Total: model read “7.00”, which is not on the page.",)
    same_engine = replace(other, provenance=replace(other.provenance, engine=GOOD["total"].provenance.engine))
    for harmless in (candidate("total", "7.00", 0.4), same_engine):
        assert field(judged({"total": (GOOD["total"], harmless)}), "total").reasons == ()
    disputed = replace(GOOD["total"], evidence={**GOOD["total"].evidence, "disputed": 1.0})
    assert told(field(judged({"total": (disputed,)}), "total").reasons) == (
        "Total: another engine read something else, which is not on the page.",
    )


def test_failed_check_caps_and_needs_a_person() -> None:
    check = CheckResult("sum_equals", CheckOutcome.FAILED, ("total",), legacy("It does not add up."))
    result = judged(checks=(check,))
    assert result.route is Route.REVIEW
    assert field(result, "total").reasons == (), "what a check says stays with the check"
    assert (field(result, "total").confidence or 1) <= 0.4
    assert field(result, "date").confidence == field(judged(), "date").confidence


def test_doubt_behind_a_failed_check_is_kept() -> None:
    """It has to be there when the check passes, because a person repaired another value of it."""
    check = CheckResult("sum_equals", CheckOutcome.FAILED, ("total",), legacy("It does not add up."))
    weak = replace(GOOD["total"], score=0.2, evidence={"reading": 0.99})
    assert "below the threshold of 85%" in field(judged({"total": (weak,)}, (check,)), "total").reasons[0].text


def test_a_passed_sum_raises() -> None:
    weak = {"total": (replace(GOOD["total"], score=0.5),)}
    before = field(judged(weak), "total").confidence
    after = field(judged(weak, (CheckResult("sum_equals", CheckOutcome.PASSED, ("total",)),)), "total").confidence
    assert before is not None and after is not None and after > before


def test_a_rival_lowers_and_the_place_of_another_field_does_not() -> None:
    alone = field(judged(), "total").confidence
    rival = field(judged({"total": (GOOD["total"], candidate("total", "9.00", 0.95))}), "total").confidence
    assert alone is not None and rival is not None and rival < alone
    claimed = replace(GOOD["date"], field="total", score=0.95)
    assert field(judged({"total": (GOOD["total"], claimed)}), "total").confidence == alone


def test_poor_reading_lowers_and_says_so() -> None:
    blurred = candidate("total", "5.00", 0.99, reading=0.5)
    result = judged({"total": (blurred,)})
    assert told(field(result, "total").reasons) == ("Total was poorly readable (50%).",)
    assert result.route is Route.REVIEW


def test_missing_values() -> None:
    missing = CheckResult("required", CheckOutcome.FAILED, ("date",), REQUIRED_MISSING(label="Date"))
    result = judged({"date": ()}, (missing,))
    assert result.route is Route.REVIEW
    assert field(result, "date").confidence is None
    assert field(result, "date").reasons == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pages": (summary(1), summary(2, failure=legacy("out of memory")))}, "Page 2 could not be processed"),
        (
            {"pages": (summary(1), summary(2, unread=PAGE_SCRIPT_UNREADABLE(page=2, script="Cyrillic")))},
            "Page 2 is printed in Cyrillic script, which cannot be read",
        ),
        ({"pages": (summary(1, unread=PAGE_HARDLY_READ(page=1, share=0.7)),)}, "70% of its print could not be read"),
        ({"type_score": 0.1}, "of type Receipt"),
        ({"boundary_score": 0.3, "first_page": 4}, "begins on page 4"),
        ({"schema": None, "fields": ()}, "type of this document is not known"),
    ],
)
def test_doubts_about_the_document_itself_are_reasons(changes: dict[str, object], words: str) -> None:
    result = judged(**changes)
    assert result.route is Route.REVIEW
    assert len(result.reasons) == 1 and words in result.reasons[0].text


def test_below_the_threshold_is_a_reason_with_both_numbers() -> None:
    result = judged({"total": (replace(GOOD["total"], score=0.4, evidence={"reading": 0.99}),)})
    assert "below the threshold of 85%" in field(result, "total").reasons[0].text
    assert result.route is Route.REVIEW


def test_nothing_is_automatic_where_that_is_switched_off() -> None:
    result = judged(is_auto_approval_on=False)
    assert result.route is Route.REVIEW and "switched off" in result.reasons[0].text


def test_closed_gate_is_the_only_reason() -> None:
    result = judged(type_rule=NOT_EARNED)
    assert result.route is Route.REVIEW
    assert told(result.reasons) == (
        "Every value reached its threshold; a person approves because Receipt has not earned automatic approval yet.",
    )
    assert result.is_in_range, "with an open gate it would be automatic"


def test_closed_gate_is_no_reason_beside_another() -> None:
    blurred = candidate("total", "5.00", 0.99, reading=0.5)
    result = judged({"total": (blurred,)}, type_rule=NOT_EARNED)
    assert result.route is Route.REVIEW and result.reasons == () and not result.is_in_range
    assert told(field(result, "total").reasons) == ("Total was poorly readable (50%).",)


def test_context_without_a_rule_is_never_automatic() -> None:
    fields = tuple(MergedField(name, (value,)) for name, value in GOOD.items())
    result = score_confidence(SubDocumentContext(1, 1, RECEIPT, (summary(1),), 0.9, 1.0, fields))
    assert result.route is Route.REVIEW


OPTIONAL = replace(RECEIPT, fields=tuple(replace(spec, is_required=False) for spec in RECEIPT.fields))


def test_type_without_required_fields_goes_to_a_person() -> None:
    result = judged(schema=OPTIONAL)
    assert result.route is Route.REVIEW
    assert len(result.reasons) == 1 and "no field of Receipt is required" in result.reasons[0].text


def test_document_without_any_value_goes_to_a_person() -> None:
    nothing = dict.fromkeys(GOOD, ())
    untyped = {**nothing, "merchant": (replace(GOOD["merchant"], value=None),)}
    blank = {**nothing, "merchant": (replace(GOOD["merchant"], value=" "),)}
    for changes in (nothing, untyped, blank):
        for schema in (RECEIPT, OPTIONAL):
            result = judged(changes, schema=schema)
            assert result.route is Route.REVIEW
            assert "No value was found: no field and no table has one." in told(result.reasons)


def test_value_in_a_table_is_a_value() -> None:
    cell = MergedField("description", (candidate("description", "Tea", 0.99, digital=1.0),))
    result = judged(dict.fromkeys(GOOD, ()), rows=(MergedRow("items", 1, (cell,)),), schema=OPTIONAL)
    assert not any("No value" in reason.text for reason in result.reasons)
