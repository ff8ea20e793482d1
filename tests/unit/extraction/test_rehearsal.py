"""Counting what a draft would change of approved documents."""

from __future__ import annotations

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from extraction.domain.comparison import read_alike, state_of
from extraction.domain.rehearsal import Reading, compared, summary_of, wilson

SPEC = SchemaSpec(
    "note",
    "Note",
    "",
    (FieldSpec("number", FieldType.IDENTIFIER, "No."), FieldSpec("day", FieldType.DATE, "Day")),
    (TableSpec("lines", "Lines", (FieldSpec("item", FieldType.TEXT, "Item"),)),),
)
NUMBER, DAY, ITEM = ("", "number"), ("", "day"), ("lines", "item")


def reading(*, number=None, day=None, item=None, is_automatic=False) -> Reading:
    given = {NUMBER: number, DAY: day, ITEM: item}
    values = {key: (text,) if text else () for key, text in given.items() if text is not None}
    return Reading(values, {key: text for key, text in given.items() if text}, is_automatic)


@pytest.mark.parametrize(
    ("before", "after", "truth", "state"),
    [
        ("a", "a", "a", "same"),
        ("a", "b", "a", "right_to_wrong"),
        ("a", "b", "b", "wrong_to_right"),
        ("a", "b", "c", "wrong_to_wrong"),
        ("a", "b", None, "changed"),
        ("a", "", "a", "disappeared"),
        ("", "a", "a", "appeared"),
        ("", "", "a", "same"),
    ],
)
def test_each_value_has_one_state(before, after, truth, state):
    found = compared(SPEC, reading(number=before), reading(number=after), reading(number=truth))
    number = found["values"][0]
    assert number["state"] == state
    known = truth is not None
    assert number["was_right"] == (before == truth if known else None)
    assert number["is_right"] == (after == truth if known else None)
    assert ("approved" in number) == (state != "same")


def test_documents_are_counted_with_intervals():
    rows = [
        compared(SPEC, reading(number="a", is_automatic=True), reading(number="a"), reading(number="a")),
        compared(SPEC, reading(number="b"), reading(number="c", is_automatic=True), reading(number="c")),
        compared(SPEC, reading(number="d"), reading(number=""), reading(number="d")),
    ]
    found = summary_of(SPEC, rows)
    number = found["fields"][0]
    assert (number["same"], number["wrong_to_right"], number["disappeared"]) == (1, 1, 1)
    assert number["disappeared_right"] == 1 and number["documents"] == 3
    assert (number["before"]["count"], number["after"]["count"], number["after"]["of"]) == (2, 2, 3)
    assert number["before"]["low"] < 2 / 3 < number["before"]["high"]
    assert found["before"]["automatic"]["count"] == found["after"]["automatic"]["count"] == 1
    assert found["after"]["automatic_wrong"]["count"] == 0
    assert found["fields"][1]["before"] is None, "nobody approved a day"
    assert summary_of(SPEC, [])["before"]["documents"] is None


def test_wilson_is_as_published():
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)  # Newcombe 1998, method 3
    assert wilson(0, 10)[0] == 0 and wilson(10, 10)[1] == 1


def test_states_of_texts():
    assert [state_of(*pair) for pair in (("", ""), ("a", "b"), ("a", ""), ("", "a"))] == [
        "same",
        "changed",
        "disappeared",
        "appeared",
    ]


def test_thresholds_do_not_change_what_is_read():
    from dataclasses import replace

    tuned = replace(SPEC, threshold=0.9, keywords=("note",), version="1.0")
    assert read_alike(SPEC, tuned)
    relabelled = replace(SPEC, fields=(replace(SPEC.fields[0], label="Number"), SPEC.fields[1]))
    assert not read_alike(SPEC, relabelled)
