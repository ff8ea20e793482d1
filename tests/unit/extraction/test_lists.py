"""A field that is a list: several values of one page or of many, each an item of its own."""

from dataclasses import replace

import pytest

from documents.domain.checks.present_values import PresentValue, labels_of
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.statuses import Route
from documents.domain.values import CheckOutcome, MergedField
from extraction.context import SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.steps.confidence_check import score_confidence
from extraction.steps.field_validation import validate_fields
from extraction.steps.merge import merge_candidates
from idp_project.providers.llm.extraction_prompt import answer_schema, read_answer
from tests.unit.extraction.pages import candidate, page_of, summary

ORDERS = FieldSpec("orders", FieldType.IDENTIFIER, "Order no", pattern=r"PO-\d{4}", is_list=True)
DELIVERY = SchemaSpec("delivery", "Delivery", "1.0", (ORDERS, FieldSpec("total", FieldType.AMOUNT, "Total")))


def context(*pages, schema=DELIVERY, **changes) -> SubDocumentContext:
    return SubDocumentContext(1, len(pages), schema, pages, 0.9, 1.0, **changes)


def items(*pages, schema=DELIVERY) -> list[tuple[int, str | None]]:
    fields = merge_candidates(context(*pages, schema=schema)).fields
    return [(field.item, field.chosen and field.chosen.value) for field in fields if field.field == "orders"]


def placed(value, top, page=1, score=0.9):
    found = candidate("orders", value, score, page=page)
    place = found.provenance
    box = replace(place.polygon, points=tuple((x, y + top) for x, y in place.polygon.points))
    return replace(found, provenance=replace(place, polygon=box))


def test_pages_are_united_in_order_of_printing() -> None:
    first = summary(1, candidates=(placed("PO-2222", 0.5), placed("PO-1111", 0.2)))
    second = summary(2, candidates=(placed("po 1111", 0.1, 2, 0.8), placed("PO-3333", 0.3, 2, 0.7)))
    assert items(first, second) == [(1, "PO-1111"), (2, "PO-2222"), (3, "PO-3333")]


def test_list_without_candidates_has_one_empty_item() -> None:
    assert items(summary(1)) == [(1, None)]


def test_weak_reading_is_a_rival_and_no_item() -> None:
    page = summary(1, candidates=(placed("PO-1111", 0.1), placed("PO-9999", 0.2, score=0.2)))
    (field,) = [found for found in merge_candidates(context(page)).fields if found.field == "orders"]
    assert [other.value for other in field.candidates] == ["PO-1111", "PO-9999"]


def test_extractor_finds_more_items_than_single_values() -> None:
    page = page_of(*(f"Order no PO-10{number:02}" for number in range(9)), "Total 12.00")
    found = extract_candidates(build_page_view(page), DELIVERY, 1)
    values = [one.value for one in found if one.field == "orders"]
    assert len(values) == 9
    assert [value for _, value in items(summary(1, candidates=tuple(found)))] == sorted(values)


def test_single_field_keeps_item_zero() -> None:
    page = summary(1, candidates=(candidate("total", "5.00"), candidate("total", "6.00", 0.8)))
    (total,) = [field for field in merge_candidates(context(page)).fields if field.field == "total"]
    assert (total.item, total.chosen and total.chosen.value) == (0, "5.00")
    assert MergedField.from_dict({"field": "total", "candidates": []}).item == 0, "as stored before"


def test_each_item_is_checked_under_its_own_name() -> None:
    merged = merge_candidates(context(summary(1, candidates=(placed("PO-1111", 0.1), placed("X-1", 0.2)))))
    checks = validate_fields(context(summary(1), fields=merged.fields)).checks
    failed = [check for check in checks if check.outcome is CheckOutcome.FAILED]
    assert [check.fields for check in failed] == [("orders[2]",)]
    assert labels_of(DELIVERY, failed[0].fields) == ("Order no 2",)
    scored = score_confidence(context(summary(1), fields=merged.fields, checks=checks))
    good, bad = (field.confidence for field in scored.fields if field.field == "orders")
    assert good > 0.4 >= bad
    assert scored.route is Route.REVIEW


def present(**values):
    return {name: PresentValue(value, value) for name, value in values.items()}


def test_required_list_needs_one_item() -> None:
    schema = replace(DELIVERY, fields=(replace(ORDERS, is_required=True),))
    (check,) = [found for found in check_values(schema, {}, ()) if found.check == "required"]
    assert (check.outcome, check.fields) == (CheckOutcome.FAILED, ("orders",))
    found = check_values(schema, {"orders[2]": PresentValue("PO-1111", "PO-1111")}, ())
    assert found[0].outcome is CheckOutcome.PASSED


def test_amounts_of_a_list_are_added_up() -> None:
    taxes = FieldSpec("taxes", FieldType.AMOUNT, "Tax", is_list=True)
    amounts = (FieldSpec("net", FieldType.AMOUNT, "Net"), taxes, FieldSpec("total", FieldType.AMOUNT, "Total"))
    check = CheckSpec(CheckKind.SUM_EQUALS, ("net", "taxes", "total"))
    schema = SchemaSpec("bill", "Bill", "1.0", amounts, checks=(check,))
    values = present(net="100.00", total="126.00") | present(**{"taxes[1]": "19.00", "taxes[2]": "7.00"})
    (result,) = [found for found in check_values(schema, values, ()) if found.check == "sum_equals"]
    assert result.outcome is CheckOutcome.PASSED
    unread = values | {"taxes[2]": PresentValue("?", None)}
    (result,) = [found for found in check_values(schema, unread, ()) if found.check == "sum_equals"]
    assert result.outcome is CheckOutcome.FAILED, "an item that nobody can read is not left out"


def test_column_of_a_table_is_no_list() -> None:
    with pytest.raises(ValueError, match="list"):
        TableSpec("lines", "Lines", (ORDERS,))


def test_definition_of_a_single_field_stays_as_it_was() -> None:
    assert "is_list" not in DELIVERY.fields[1].to_dict()
    assert SchemaSpec.from_dict(DELIVERY.to_dict()) == DELIVERY


def test_model_is_asked_for_an_array() -> None:
    asked = answer_schema(DELIVERY)["properties"]
    assert (asked["orders"]["type"], asked["total"]["type"]) == ("array", "object")
    said = [{"value": text, "quote": text} for text in ("PO-1111", "PO-2222")]
    reading = read_answer(DELIVERY, {"orders": [*said, {"value": None, "quote": None}], "total": None})
    assert [(one.field, one.value) for one in reading.fields] == [("orders", "PO-1111"), ("orders", "PO-2222")]
