"""Absent: the extractor looked on every page and found nothing that could be the value."""

from dataclasses import replace

from documents.domain.absence import Absence, AbsenceCode
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import MergedField
from extraction.context import SubDocumentContext
from extraction.steps.confidence_check import score_confidence
from extraction.steps.merge import merge_candidates
from tests.unit.extraction.pages import candidate, summary

BILL = SchemaSpec(
    "bill",
    "Bill",
    "1.0",
    (
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
        FieldSpec("due", FieldType.DATE, "Due"),
        FieldSpec("orders", FieldType.IDENTIFIER, "Order", is_list=True),
    ),
)


def merged(*pages) -> dict[str, MergedField]:
    fields = merge_candidates(SubDocumentContext(1, len(pages), BILL, pages, 0.9, 1.0)).fields
    return {field.field: field for field in fields}


def test_optional_field_without_candidates_is_absent() -> None:
    fields = merged(summary(1), summary(2))
    expected = Absence(AbsenceCode.NO_CANDIDATE, {"pages": [1, 2]}, 1.0)
    assert fields["due"].absence == fields["orders"].absence == expected
    assert MergedField.from_dict(fields["due"].to_dict()) == fields["due"]


def test_required_field_without_candidates_is_missing() -> None:
    assert merged(summary(1))["total"].absence is None


def test_found_value_is_not_absent() -> None:
    assert merged(summary(1, candidates=(candidate("due", "2026-01-01"),)))["due"].absence is None


def test_nothing_is_absent_where_a_page_was_not_read() -> None:
    assert merged(summary(1), summary(2, failure="It could not be read."))["due"].absence is None


def scored(absence):
    fields = merged(summary(1, candidates=(candidate("total", "5.00", 0.99, digital=1.0),)))
    due = replace(fields["due"], absence=absence)
    context = SubDocumentContext(1, 1, BILL, (summary(1),), 0.9, 1.0, fields=(due,))
    return score_confidence(context)


def test_absence_that_is_not_certain_needs_a_person() -> None:
    doubtful = scored(Absence(AbsenceCode.NO_CANDIDATE, {}, 0.4))
    assert doubtful.fields[0].reasons[0].code == "absence_unsure" and doubtful.route is Route.REVIEW
    for confidence in (None, 0.99):
        assert scored(Absence(AbsenceCode.NO_CANDIDATE, {}, confidence)).fields[0].reasons == ()
