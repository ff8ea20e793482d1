"""Tuning a schema: what changes, what stays, what is refused."""

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.schema_tuning import (
    MOST_ALIASES,
    FieldTuning,
    SchemaTuning,
    changed_paths,
    field_paths,
    next_minor,
    tuned,
)

TOTAL = FieldSpec("total", FieldType.AMOUNT, "Total", aliases=("Sum",), pattern=r"\d+", is_required=True)
DAY = FieldSpec("day", FieldType.DATE, "Date", threshold=0.7)
ITEMS = TableSpec("items", "Line items", (FieldSpec("price", FieldType.AMOUNT, "Price"),), is_required=True)
SPEC = SchemaSpec("bill", "Bill", "1.9", (TOTAL, DAY), tables=(ITEMS,), keywords=("bill",), threshold=0.85)


def test_versions_count_up_behind_the_point() -> None:
    assert [next_minor(version) for version in ("1.0", "1.9", "3.19", "2")] == ["1.1", "1.10", "3.20", "2.1"]


def test_only_labels_and_thresholds_change() -> None:
    wanted = {
        "total": FieldTuning(" Amount  due ", ("SUM", "amount due", "", "To pay", "sum"), 0.95),
        "items.price": FieldTuning("Unit price", (), None),
    }
    new = tuned(SPEC, SchemaTuning(0.9, wanted))
    total, day = new.fields
    assert (total.label, total.aliases, total.threshold) == ("Amount due", ("SUM", "To pay"), 0.95)
    assert (total.name, total.type, total.pattern, total.is_required) == ("total", FieldType.AMOUNT, r"\d+", True)
    assert day == DAY
    assert new.tables[0].columns[0].label == "Unit price" and new.tables[0].is_required
    assert (new.version, new.threshold, new.keywords) == ("1.10", 0.9, ("bill",))
    assert changed_paths(SPEC, new) == ["threshold", "total", "items.price"]


def test_what_is_tuned_to_itself_does_not_differ() -> None:
    same = {path: FieldTuning(field.label, field.aliases, field.threshold) for path, field, _ in field_paths(SPEC)}
    assert changed_paths(SPEC, tuned(SPEC, SchemaTuning(SPEC.threshold, same))) == []


@pytest.mark.parametrize(
    "tuning",
    [
        SchemaTuning(1.01, {}),
        SchemaTuning(float("nan"), {}),
        SchemaTuning(None, {"total": FieldTuning("Total", (), -0.1)}),
        SchemaTuning(None, {"total": FieldTuning("  ", (), None)}),
        SchemaTuning(None, {"total": FieldTuning("T" * 121, (), None)}),
        SchemaTuning(None, {"total": FieldTuning("Total", tuple(str(n) for n in range(MOST_ALIASES + 1)), None)}),
    ],
)
def test_values_out_of_bounds_are_refused(tuning: SchemaTuning) -> None:
    with pytest.raises(ValueError, match=r"."):
        tuned(SPEC, tuning)
