"""What publishing would change, in words, and whether other values are looked for."""

from dataclasses import replace

import pytest

from documents.domain.drafts.changes import changes_between, is_major
from documents.domain.drafts.numbering import next_number
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec

ONE = FieldSpec("number", FieldType.IDENTIFIER, "Number", id="00000000-0000-0000-0000-000000000001")
TWO = FieldSpec("day", FieldType.DATE, "Day", id="00000000-0000-0000-0000-000000000002")
COLUMN = FieldSpec("text", FieldType.TEXT, "Text", id="00000000-0000-0000-0000-000000000003")
TABLE = TableSpec("items", "Items", (COLUMN,), id="00000000-0000-0000-0000-000000000004")
OLD = SchemaSpec("note", "Note", "1.0", (ONE, TWO), (TABLE,))


def told(new: SchemaSpec) -> list[str]:
    return [change.reason.source_text for change in changes_between(OLD, new)]


def with_field(**changes: object) -> SchemaSpec:
    return replace(OLD, fields=(replace(ONE, **changes), TWO))


def test_nothing_changed():
    assert told(replace(OLD, version="1.1")) == []


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (replace(OLD, name="Memo"), "The type is called “Memo” instead of “Note”."),
        (replace(OLD, keywords=("memo",)), "Keywords: + memo"),
        (replace(OLD, locale="de_DE"), "Numbers and dates are read as in de_DE instead of en_US."),
        (replace(OLD, threshold=0.9), "Every value has to reach 90%."),
        (with_field(label="No."), "Labelled “No.” instead of “Number”."),
        (with_field(aliases=("No",)), "Number: further labels + No"),
        (with_field(examples=("7",)), "Number: examples + 7"),
        (with_field(threshold=0.5), "Number: has to reach 50%."),
        (replace(OLD, fields=(TWO, ONE)), "The fields stand in another order."),
    ],
)
def test_tuning_stays_within_the_major_version(new, sentence):
    assert told(new) == [sentence]
    assert not is_major(changes_between(OLD, new))


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (replace(OLD, fields=(ONE,)), "No longer read: Day"),
        (replace(OLD, fields=(ONE, TWO, FieldSpec("sum", FieldType.AMOUNT, "Sum"))), "New: Sum"),
        (with_field(name="note_number"), "Number: its name is note_number instead of number."),
        (with_field(type=FieldType.TEXT), "Number: its type is “Text” instead of “Identifier”."),
        (with_field(is_list=True), "Number: several values are read."),
        (with_field(is_required=True), "Number: required."),
        (with_field(pattern="N.*"), "Number: its pattern is N.*"),
        (with_field(choices=("a",)), "Number: choices + a"),
        (replace(OLD, tables=()), "Table that is no longer read: Items"),
        (replace(OLD, tables=(TABLE, TableSpec("more", "More", (COLUMN,)))), "New table: More"),
        (replace(OLD, tables=(replace(TABLE, name="rows"),)), "Items: its name is rows instead of items."),
        (replace(OLD, tables=(replace(TABLE, is_required=True),)), "Items: required."),
        (replace(OLD, tables=(replace(TABLE, columns=(COLUMN, TWO)),)), "New: Items › Day"),
        (
            replace(OLD, tables=(replace(TABLE, columns=(replace(COLUMN, is_required=True),)),)),
            "Items › Text: required.",
        ),
        (replace(OLD, checks=(CheckSpec(CheckKind.DATE_ORDER, ("day", "day")),)), "New check: date_order(day, day)"),
        (replace(OLD, engine={"ocr": "easyocr"}), "Other engines read its pages."),
    ],
)
def test_other_values_make_a_major_version(new, sentence):
    assert told(new) == [sentence]
    assert is_major(changes_between(OLD, new))


def test_a_name_that_goes_to_another_field_is_two_changes():
    swapped = replace(OLD, fields=(replace(ONE, name="day"), replace(TWO, name="number")))
    assert told(swapped) == ["Number: its name is day instead of number.", "Day: its name is number instead of day."]


@pytest.mark.parametrize(
    ("version", "major", "minor"),
    [("1.0", "2.0", "1.1"), ("1.9", "2.0", "1.10"), ("3", "4.0", "3.1"), ("", "1.0", "1.0"), ("draft", "1.0", "1.0")],
)
def test_numbers_of_versions(version, major, minor):
    assert (next_number(version, is_major=True), next_number(version, is_major=False)) == (major, minor)
