"""Checks and what they tell a person."""

from dataclasses import replace

import pytest

from documents.domain.checks.sub_document_checks import failed_among, not_passed_among, with_failed_checks
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult, MergedField, MergedRow
from extraction.context import SubDocumentContext
from extraction.steps.field_validation import validate_fields
from tests.unit.extraction.pages import INVOICE, RECEIPT, candidate, summary


def check(schema: SchemaSpec, values: dict[str, str | None], rows: tuple[MergedRow, ...] = ()) -> list[CheckResult]:
    fields = tuple(
        MergedField(spec.name, (candidate(spec.name, values[spec.name]),) if spec.name in values else ())
        for spec in schema.fields
    )
    return list(validate_fields(SubDocumentContext(1, 1, schema, (summary(1),), 0.9, 1.0, fields, rows)).checks)


def failed(results: list[CheckResult]) -> list[tuple[str, str]]:
    return [(result.check, result.message) for result in results if result.outcome is CheckOutcome.FAILED]


def with_field(kind: FieldType, **changes: object) -> SchemaSpec:
    return replace(INVOICE, fields=(FieldSpec("x", kind, "Thing", **changes),))  # type: ignore[arg-type]


def test_a_missing_required_field_is_named() -> None:
    assert failed(check(RECEIPT, {"merchant": "Shop", "total": "1.00"})) == [
        ("required", "Date is required but was not found.")
    ]


def test_a_sum_that_fails_shows_its_numbers() -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")),))
    values = {"number": "1", "date": "2024-01-01", "net": "118.00", "tax": "22.42", "total": "141.42"}
    assert failed(check(schema, values)) == [
        ("sum_equals", "Total due does not equal net total plus VAT: 118.00 + 22.42 ≠ 141.42")
    ]
    good = check(schema, values | {"total": "140.42"})
    assert any(result.check == "sum_equals" and result.outcome is CheckOutcome.PASSED for result in good)


@pytest.mark.parametrize(
    ("net", "total", "outcome"),
    [
        ("100.00", "120.00", ("net_or_gross", CheckOutcome.PASSED)),
        ("120.00", "120.00", ("gross_equals", CheckOutcome.PASSED)),  # the prices include the tax
        (None, "120.00", ("net_or_gross", CheckOutcome.MISSING)),  # a tax alone is no sum
        ("90.00", "120.00", ("net_or_gross", CheckOutcome.FAILED)),
    ],
)
def test_prices_may_be_net_or_gross(net: str | None, total: str, outcome: tuple[str, CheckOutcome]) -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.NET_OR_GROSS, ("net", "tax", "total")),))
    values = {"number": "1", "date": "2024-01-01", "tax": "20.00", "total": total} | ({"net": net} if net else {})
    (found,) = (result for result in check(schema, values) if result.check in ("net_or_gross", "gross_equals"))
    assert (found.check, found.outcome) == outcome
    assert found.outcome is not CheckOutcome.FAILED or "nor does it without VAT" in found.message


def test_absent_addend_is_zero_and_absent_sum_is_missing() -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")),))
    base = {"number": "1", "date": "2024-01-01"}
    outcomes = [r.outcome for r in check(schema, base | {"net": "5.00", "total": "5.00"}) if r.check == "sum_equals"]
    assert outcomes == [CheckOutcome.PASSED]
    (found,) = [r for r in check(schema, base | {"net": "5.00"}) if r.check == "sum_equals"]
    assert (found.outcome, found.message) == (
        CheckOutcome.MISSING,
        "Total due could not be checked: Total due was not found.",
    )
    (found,) = [r for r in check(schema, base | {"total": "5.00"}) if r.check == "sum_equals"]
    assert (found.outcome, found.message) == (
        CheckOutcome.MISSING, "Total due could not be checked: Net total, VAT was not found."
    )  # fmt: skip
    (found,) = [r for r in check(schema, base) if r.check == "sum_equals"]
    assert found.outcome is CheckOutcome.NOT_APPLICABLE


def test_closing_balance_follows_from_what_came_in_and_went_out() -> None:
    names = ("opening", "came_in", "went_out", "closing")
    fields = tuple(FieldSpec(name, FieldType.AMOUNT, name.replace("_", " ").capitalize()) for name in names)
    schema = replace(INVOICE, fields=fields, checks=(CheckSpec(CheckKind.BALANCE_EQUALS, names),))
    values = {"opening": "100.00", "came_in": "20.50", "went_out": "70.25", "closing": "50.25"}
    assert failed(check(schema, values)) == []
    message = "Closing does not equal opening plus came in minus went out: 100.00 + 20.50 - 70.25 ≠ 60.25"
    assert failed(check(schema, values | {"closing": "60.25"})) == [("balance_equals", message)]
    without = {name: value for name, value in values.items() if name not in {"came_in", "went_out"}}
    (result,) = (result for result in check(schema, without) if result.check == "balance_equals")
    assert result.outcome is CheckOutcome.MISSING
    (result,) = (r for r in check(schema, without | {"closing": "100.00"}) if r.check == "balance_equals")
    assert result.outcome is CheckOutcome.PASSED
    (result,) = (r for r in check(schema, {}) if r.check == "balance_equals")
    assert result.outcome is CheckOutcome.NOT_APPLICABLE


def test_dates_must_be_in_order() -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.DATE_ORDER, ("date", "due")),))
    values = {"number": "1", "date": "2024-05-02", "due": "2024-05-01", "total": "1.00"}
    assert failed(check(schema, values)) == [("date_order", "Invoice date is after due date: 2024-05-02 > 2024-05-01")]


def test_check_digits_of_an_iban_and_what_would_be_right() -> None:
    assert failed(check(with_field(FieldType.IBAN), {"x": "GB82WEST12345698765432"})) == []
    assert failed(check(with_field(FieldType.IBAN), {"x": "GB82WEST12345698765431"})) == [
        ("check_digits", "Thing has wrong check digits: GB82WEST12345698765431.")
    ]
    message = failed(check(with_field(FieldType.IBAN), {"x": "DE8937O400440532013000"}))[0][1]
    assert message.endswith("“DE89370400440532013000” would be valid.")


def test_check_digits_of_vat_numbers_where_they_are_known() -> None:
    assert failed(check(with_field(FieldType.VAT_NUMBER), {"x": "FR60421938861"})) == []
    assert failed(check(with_field(FieldType.VAT_NUMBER), {"x": "FR60421938862"})) != []
    outcomes = {
        r.outcome for r in check(with_field(FieldType.VAT_NUMBER), {"x": "001645695000"}) if r.check == "check_digits"
    }
    assert outcomes == {CheckOutcome.NOT_APPLICABLE}


def test_type_pattern_choice_and_date_have_their_messages() -> None:
    assert failed(check(with_field(FieldType.AMOUNT), {"x": None})) == [
        ("type", "Thing could not be read as an amount: “?”.")
    ]
    assert failed(check(with_field(FieldType.IDENTIFIER, pattern=r"INV-\d+"), {"x": "4711"}))[0][0] == "pattern"
    assert failed(check(with_field(FieldType.CHOICE, choices=("A", "B")), {"x": None})) == [
        ("choice", "Thing is not one of the allowed values (A, B): “?”.")
    ]
    assert failed(check(with_field(FieldType.DATE), {"x": "1015-01-01"})) == [
        ("plausible_date", "Thing is not plausible: 1015-01-01.")
    ]


def items(*rows: tuple[str, str, str]) -> tuple[MergedRow, ...]:
    names = ("quantity", "unit_price", "amount")
    return tuple(
        MergedRow(
            "items",
            number,
            tuple(MergedField(name, (candidate(name, value),)) for name, value in zip(names, row, strict=True)),
        )
        for number, row in enumerate(rows, start=1)
    )


def test_rows_are_multiplied_and_added() -> None:
    checks = (
        CheckSpec(CheckKind.PRODUCT_EQUALS, ("quantity", "unit_price", "amount"), "items"),
        CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "total"), "items"),
    )
    schema = replace(RECEIPT, checks=checks)
    values = {"merchant": "Shop", "date": "2024-01-01", "total": "25.00"}
    assert failed(check(schema, values, items(("2", "10.00", "20.00"), ("1", "5.00", "5.00")))) == []
    wrong = check(schema, values, items(("2", "10.00", "20.00"), ("2", "5.00", "5.50")))
    assert [result.fields for result in wrong if result.outcome is CheckOutcome.FAILED] == [
        ("items[2].quantity", "items[2].unit_price", "items[2].amount"),
        ("items.amount", "total"),
    ]
    assert failed(wrong)[0][1] == "Row 2: amount does not equal qty times price: 2 × 5.00 ≠ 5.50"
    assert failed(wrong)[1][1] == "Total does not equal the sum of “Amount” over 2 rows: 25.50 ≠ 25.00"


ROW_CHECKS = (
    CheckSpec(CheckKind.PRODUCT_EQUALS, ("quantity", "unit_price", "amount"), "items"),
    CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "total"), "items"),
)
SHOP = {"merchant": "Shop", "date": "2024-01-01", "total": "25.00"}


def without_cells(rows: tuple[MergedRow, ...], name: str, *numbers: int) -> tuple[MergedRow, ...]:
    return tuple(
        replace(
            row,
            cells=tuple(cell for cell in row.cells if cell.field != name or (numbers and row.number not in numbers)),
        )
        for row in rows
    )


def row_checks(rows: tuple[MergedRow, ...], **changes: str) -> dict[str, list[CheckResult]]:
    found = check(replace(RECEIPT, checks=ROW_CHECKS), SHOP | changes, rows)
    return {name: [each for each in found if each.check == name] for name in ("column_sum_equals", "product_equals")}


def test_a_column_without_any_cell_is_not_passed() -> None:
    rows = items(("2", "10.00", "20.00"), ("1", "5.00", "5.00"))
    for some in (without_cells(rows, "amount"), ()):
        (found,) = row_checks(some)["column_sum_equals"]
        assert found.outcome is CheckOutcome.MISSING
        assert found.message == "Total could not be compared with the sum of “Amount”: no row has a value there."
        assert failed_among([found]) == () and not_passed_among([found]) == (found,)
        assert with_failed_checks([], [found]) == [found.reason]
        assert CheckResult.from_dict(found.to_dict()) == found
    (found,) = row_checks((), total="0.00")["column_sum_equals"]
    assert found.outcome is CheckOutcome.PASSED


def test_a_cell_that_its_column_has_elsewhere_is_not_passed() -> None:
    rows = items(("2", "10.00", "20.00"), ("1", "5.00", "5.00"))
    for name in ("quantity", "unit_price", "amount"):
        outcomes = [each.outcome for each in row_checks(without_cells(rows, name, 2))["product_equals"]]
        assert outcomes == [CheckOutcome.PASSED, CheckOutcome.MISSING], name


def test_products_without_one_column_are_not_passed() -> None:
    rows = items(("2", "10.00", "20.00"), ("1", "5.00", "5.00"))
    for name in ("quantity", "unit_price", "amount"):
        (found,) = row_checks(without_cells(rows, name))["product_equals"]
        assert found.outcome is CheckOutcome.MISSING, name
        assert not_passed_among([found]) == (found,) and failed_among([found]) == ()
    (found,) = row_checks(without_cells(rows, "unit_price"))["product_equals"]
    assert found.message == "“Amount” could not be checked row by row: no row has a value under “Price”."
    amounts = without_cells(without_cells(rows, "unit_price"), "quantity")
    assert {each.outcome for each in row_checks(amounts)["product_equals"]} == {CheckOutcome.NOT_APPLICABLE}
    assert row_checks(())["product_equals"] == []


def test_a_column_stands_for_the_sum_that_is_not_printed() -> None:
    fields = (*RECEIPT.fields, FieldSpec("net", FieldType.AMOUNT, "Net"), FieldSpec("tax", FieldType.AMOUNT, "Tax"))
    checks = (
        CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "net"), "items"),
        CheckSpec(CheckKind.NET_OR_GROSS, ("net", "tax", "total")),
    )
    schema = replace(RECEIPT, fields=fields, checks=checks)
    rows = items(("2", "10.00", "20.00"), ("1", "5.00", "5.00"))
    for total, tax in (("25.00", "4.00"), ("29.00", "4.00")):
        found = check(schema, SHOP | {"total": total, "tax": tax}, rows)
        assert failed(found) == [] and not_passed_among(found) == ()
        told = {str(note) for each in found for note in each.notes}
        assert told == {"Net is not printed; the sum of “Amount” stands for it: 25.00."}
    found = check(schema, SHOP | {"total": "31.00", "tax": "4.00"}, rows)
    assert [each.check for each in not_passed_among(found)] == ["column_sum_equals", "net_or_gross"]


def test_a_pattern_that_is_not_valid_is_not_passed() -> None:
    (found,) = not_passed_among(check(with_field(FieldType.IDENTIFIER, pattern="((("), {"x": "4711"}))
    assert found.message == "The pattern of Thing is not valid."
