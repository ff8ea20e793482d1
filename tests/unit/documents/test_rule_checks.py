"""Checks as expressions on a document's values: one notation, what they find, what people are told."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.check_spec import CheckKind, CheckSpec
from documents.domain.checks.present_values import PresentRow, PresentValue
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.values import CheckOutcome, CheckResult

FIELDS = (
    FieldSpec("net", FieldType.AMOUNT, "Net"),
    FieldSpec("tax", FieldType.AMOUNT, "VAT"),
    FieldSpec("total", FieldType.AMOUNT, "Total"),
    FieldSpec("day", FieldType.DATE, "Date"),
    FieldSpec("from", FieldType.DATE, "From"),
    FieldSpec("currency", FieldType.CURRENCY, "Currency"),
)
ITEMS = TableSpec("items", "Items", tuple(FieldSpec(name, FieldType.AMOUNT, name.title()) for name in ("price", "net")))
SCHEMA = SchemaSpec("note", "Note", "1.0", FIELDS, (ITEMS,))
AMOUNTS = st.one_of(st.none(), st.decimals(-999, 999, places=2, allow_nan=False))


def results(rule: str, rows: tuple[dict[str, str], ...] = (), message: dict[str, str] | None = None, **values: str):
    check = CheckSpec.of(rule, message)
    fields = {name.rstrip("_"): PresentValue(value, value) for name, value in values.items()}
    cells = [
        PresentRow("items", number, {name: PresentValue(value, value) for name, value in row.items()})
        for number, row in enumerate(rows, start=1)
    ]
    found = check_values(replace(SCHEMA, checks=(check,)), fields, cells)
    return [one for one in found if one.check in set(CheckKind) or one.check == "gross_equals"]


def outcome(rule: str, **values: str) -> CheckResult:
    (found,) = results(rule, **values)
    return found


def test_a_check_that_is_met_passes():
    found = outcome("near(net + tax, total, 0.01)", net="7.00", tax="1.33", total="8.33")
    assert (found.outcome, found.reason, set(found.fields)) == (CheckOutcome.PASSED, None, {"net", "tax", "total"})


def test_a_reason_names_the_values_in_the_readers_language():
    message = {"en": "The gross is wrong.", "de": "Brutto stimmt nicht."}
    found = outcome("net + tax == total", message=message, net="7.00", tax="1.33", total="9.00")
    assert found.outcome is CheckOutcome.FAILED
    assert found.message == "The gross is wrong. (Net 7.00 · VAT 1.33 · Total 9.00)"
    with override("de"):
        assert found.message == "Brutto stimmt nicht. (Net 7.00 · VAT 1.33 · Total 9.00)"
    again = CheckResult.from_dict(found.to_dict())
    assert again == found and again.message == found.message


def test_without_a_message_the_rule_is_named():
    found = outcome("net > 0", net="-1.00")
    assert found.message == "The check “net > 0” is not met: Net -1.00."


@pytest.mark.parametrize(
    ("rule", "values", "told"),
    [
        ("net > tax", {"net": "1"}, "there is no VAT"),
        ("net / tax > 1", {"net": "1", "tax": "0"}, "no answer"),
        ("sum(items.price) == net", {"net": "1"}, "there is no Price"),
    ],
)
def test_what_is_missing_is_not_passed(rule, values, told):
    found = outcome(rule, **values)
    assert found.outcome is CheckOutcome.MISSING and told in found.message


def test_each_row_has_a_result_of_its_own():
    rows = ({"price": "1.00", "net": "2.00"}, {"price": "3.00", "net": "2.00"}, {"price": "1.00"})
    found = results("each(items, price <= net)", rows)
    assert [one.outcome for one in found] == [CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.MISSING]
    assert found[1].fields == ("items[2].price", "items[2].net") and "#2 · Price 3.00 · Net 2.00" in found[1].message


def test_a_cell_is_not_taken_for_the_field_of_its_name():
    (found,) = results("each(items, net > 0)", ({"price": "1.00"},), net="5.00")
    assert found.outcome is CheckOutcome.MISSING


def test_a_field_named_like_a_word_gets_an_underscore():
    assert outcome("from_ <= day", from_="2025-01-01", day="2025-01-02").outcome is CheckOutcome.PASSED


def test_an_underscore_is_no_part_of_a_name_in_a_call():
    days = {"from_": "2025-01-01", "day": "2025-01-02"}
    for rule in ("date_order(from_, day)", "present(day) and date_order(from_, day)"):
        assert outcome(rule, **days).outcome is CheckOutcome.PASSED
    assert CheckSpec.of("date_order(from_, day)") == CheckSpec.of("date_order(from, day)")


def test_a_known_function_can_stand_in_a_longer_expression():
    rule = "currency != 'EUR' or sum_equals(net, tax, total)"
    assert outcome(rule, currency="USD").outcome is CheckOutcome.PASSED
    given_amounts = {"net": "7.00", "tax": "1.33", "total": "8.33"}
    assert outcome(rule, currency="EUR", **given_amounts).outcome is CheckOutcome.PASSED
    assert outcome(rule, currency="EUR", **(given_amounts | {"total": "9"})).outcome is CheckOutcome.FAILED
    assert outcome(rule, currency="EUR", net="1").outcome is CheckOutcome.MISSING


def test_a_known_function_says_the_message_first():
    found = outcome("sum_equals(net, tax, total)", message={"en": "Look at the VAT."}, net="1", tax="1", total="3")
    assert found.message.startswith("Look at the VAT. Total does not equal net plus VAT")


@pytest.mark.parametrize(
    ("old", "rule"),
    [
        ({"kind": "sum_equals", "fields": ["net", "tax", "total"], "tolerance": 0.01}, "sum_equals(net, tax, total)"),
        (
            {"kind": "net_or_gross", "fields": ["net", "tax", "total"], "tolerance": 5},
            "net_or_gross(net, tax, total, 5.0)",
        ),
        (
            {"kind": "product_equals", "fields": ["a", "b", "c"], "table": "items"},
            "product_equals(items.a, items.b, items.c)",
        ),
        ({"kind": "column_sum_equals", "fields": ["a", "net"], "table": "items"}, "column_sum_equals(items.a, net)"),
        ({"kind": "balance_equals", "fields": ["a", "in", "out", "b"]}, "balance_equals(a, in, out, b)"),
        ({"kind": "date_order", "fields": ["from", "to"]}, "date_order(from, to)"),
        ({"kind": "sum_equals", "fields": ["", "total"]}, "sum_equals(_, total)"),
    ],
)
def test_the_notation_of_before_is_read_as_a_rule(old, rule):
    spec = CheckSpec.from_dict(old)
    assert spec.rule == rule and spec.to_dict() == {"rule": rule}
    assert CheckSpec.of(rule) == spec and CheckSpec.from_dict(spec.to_dict()) == spec


@given(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), st.booleans())
def test_a_sum_says_the_same_as_its_expression(amounts, adds_up):
    net, tax, total = amounts
    if adds_up:
        total = (net or Decimal(0)) + (tax or Decimal(0))
    named = {"net": net, "tax": tax, "total": total}
    values = {name: f"{amount:f}" for name, amount in named.items() if amount is not None}
    known, written = (
        outcome(rule, **values).outcome
        for rule in ("sum_equals(net, tax, total)", "near(or_zero(net) + or_zero(tax), total)")
    )
    if known in (CheckOutcome.PASSED, CheckOutcome.FAILED):
        assert written is known
    elif total is None:
        assert written is CheckOutcome.MISSING


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["en", "de"]), st.text(max_size=5)))
def test_any_rule_comes_back_as_it_was(rule, message):
    spec = CheckSpec.of(rule, message)
    assert CheckSpec.from_dict(spec.to_dict()) == spec
