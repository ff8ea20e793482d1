"""Tuning a schema: what changes, what stays, what is refused."""

import json
from dataclasses import replace

import pytest
from django.conf import settings

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
from documents.forms import SchemaTuningForm
from idp_project.core.errors import InvalidInput

SHIPPED = settings.BASE_DIR / "idp_project" / "operations" / "demo" / "schemas"

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


def test_a_shipped_schema_is_tuned_by_its_threshold_alone() -> None:
    for path in sorted(SHIPPED.glob("*.json")):
        spec = SchemaSpec.from_dict(json.loads(path.read_text()))
        new = tuned(spec, posted(spec, threshold="97"))
        assert changed_paths(spec, new) == ["threshold"], path.name


def test_what_a_stored_schema_has_is_never_refused() -> None:
    """However long, many or odd: it was published with it."""
    long = "L" * 300
    field = FieldSpec(
        "total", FieldType.AMOUNT, f" {long} ", aliases=(long, "total", "Total", *map(str, range(700))), threshold=1.5
    )
    stored = replace(SPEC, fields=(field, DAY), threshold=2.0)
    assert changed_paths(stored, tuned(stored, posted(stored))) == []
    assert changed_paths(stored, tuned(stored, posted(stored, **{"day:threshold": "71"}))) == ["day"]
    fewer = tuned(stored, posted(stored, **{"total:aliases": f"{long}\r\nnew"}))
    assert fewer.fields[0].aliases == (long, "new")
    with pytest.raises(InvalidInput, match="at most"):
        tuned(stored, posted(stored, **{"total:aliases": "\n".join(map(str, range(1000)))}))


def posted(spec: SchemaSpec, **changes: str) -> SchemaTuning:
    """What the form of the page sends, with some inputs changed: a browser ends lines with CR LF."""
    blank = SchemaTuningForm(None, spec)
    shown = {name: blank[name].value() for name in blank.fields}
    sent = {name: "" if text is None else str(text).replace("\n", "\r\n") for name, text in shown.items()} | changes
    form = SchemaTuningForm(sent, spec)
    assert form.is_valid(), form.errors
    return form.tuning


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
    with pytest.raises(InvalidInput, match=r"."):
        tuned(SPEC, tuning)
