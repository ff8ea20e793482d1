"""The columns of analysts: what is there keeps its name, its place and its meaning."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.field_ids import with_ids
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.typed_columns import identifier_of, typed_views

TABLE_ID = UUID(int=7)
ONE = "00000000-0000-0000-0000-000000000001"
TWO = "00000000-0000-0000-0000-000000000002"
TABLE = "00000000-0000-0000-0000-000000000003"
COLUMN = "00000000-0000-0000-0000-000000000004"
NET = FieldSpec("net", FieldType.AMOUNT, "Net", id=ONE)
DAY = FieldSpec("day", FieldType.DATE, "Day", id=TWO)
ITEMS = TableSpec("items", "Items", (FieldSpec("text", FieldType.TEXT, "Text", id=COLUMN),), id=TABLE)
FIRST = SchemaSpec("note", "Note", "1.0", (NET, DAY), (ITEMS,))


def named(*versions: SchemaSpec, retired: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """View → its columns; former ones in brackets."""
    return {
        f"({view.name})" if view.is_former else view.name: [
            f"({column.name})" if column.is_former else column.name for column in view.columns
        ]
        for view in typed_views(versions, retired)
    }


def test_one_view_of_fields_and_one_of_each_table():
    assert named(FIRST) == {"note": ["net", "day"], "note__items": ["text"]}


def test_a_rename_keeps_the_old_column():
    second = replace(FIRST, version="2.0", fields=(replace(NET, name="net_amount"), DAY))
    assert named(FIRST, second)["note"] == ["(net)", "day", "net_amount"]
    third = replace(second, version="3.0", fields=(NET, DAY))
    assert named(FIRST, second, third)["note"] == ["net", "day", "(net_amount)"]


def test_a_name_that_another_field_takes_keeps_its_meaning():
    fresh = FieldSpec("net", FieldType.AMOUNT, "Net weight", id="00000000-0000-0000-0000-000000000009")
    second = replace(FIRST, version="2.0", fields=(replace(NET, name="net_amount"), DAY, fresh))
    view = typed_views([FIRST, second])[0]
    meant = {column.name: (column.field_id, column.is_former) for column in view.columns}
    assert meant["net"] == (ONE, True) and meant["net_number"] == (fresh.id, False)


def test_what_is_no_longer_read_keeps_its_column():
    assert named(FIRST, replace(FIRST, version="2.0", fields=(DAY,), tables=())) == {
        "note": ["(net)", "day"],
        "(note__items)": ["(text)"],
    }


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"type": FieldType.TEXT}, "net_text"),
        ({"type": FieldType.DATE}, "net_date"),
        ({"is_list": True}, "net_list"),
    ],
)
def test_another_kind_of_values_gets_a_column_of_its_own(changes, name):
    second = replace(FIRST, version="2.0", fields=(replace(NET, **changes), DAY))
    assert named(FIRST, second)["note"] == ["(net)", "day", name]


def test_types_that_are_stored_alike_share_a_column():
    second = replace(FIRST, version="2.0", fields=(replace(NET, type=FieldType.PERCENTAGE), DAY))
    assert named(FIRST, second)["note"] == ["net", "day"]


def test_a_renamed_table_has_both_views_with_all_columns():
    second = replace(FIRST, version="2.0", tables=(replace(ITEMS, name="lines", columns=(*ITEMS.columns, DAY)),))
    assert named(FIRST, second) == {
        "note": ["net", "day"],
        "(note__items)": ["text", "day"],
        "note__lines": ["text", "day"],
    }


def test_a_person_retires_former_columns_and_views_and_no_others():
    second = replace(FIRST, version="2.0", fields=(replace(NET, name="net_amount"), DAY), tables=())
    retired = ("note.net", "note.day", "note__items")
    assert named(FIRST, second, retired=retired) == {"note": ["day", "net_amount"]}


def test_a_field_that_comes_back_has_its_column_again():
    second = replace(FIRST, version="2.0", fields=(DAY,))
    third = replace(FIRST, version="3.0")
    assert named(FIRST, second, third, retired=("note.net",))["note"] == ["net", "day"]


def test_keys_that_look_alike_get_names_of_their_own():
    assert len({identifier_of(key) for key in ("a b", "a.b", "A_b", "a_b", "ä_b")}) == 5


names = st.lists(st.sampled_from(["a", "b", "c", "a_text", "a_2"]), unique=True, min_size=1, max_size=4)
kinds = st.sampled_from([FieldType.TEXT, FieldType.DATE, FieldType.AMOUNT])


@given(
    st.lists(
        names.flatmap(lambda own: st.tuples(*(st.tuples(st.just(one), kinds) for one in own))), min_size=1, max_size=5
    )
)
def test_columns_only_ever_come(versions):
    """From version to version: nothing goes, nothing changes its kind or the field that it means, names are unique."""
    specs: list[SchemaSpec] = []
    before: dict[str, tuple] = {}
    for number, fields in enumerate(versions):
        spec = SchemaSpec("note", "Note", f"{number}.0", tuple(FieldSpec(name, kind, name) for name, kind in fields))
        specs.append(with_ids(spec, TABLE_ID, specs[::-1]))
        (view,) = typed_views(specs)
        now = {column.name: (column.kind, column.field_id) for column in view.columns}
        assert len(now) == len(view.columns) and before.items() <= now.items()
        present = [column for column in view.columns if not column.is_former]
        assert {column.path[1] for column in present} == {name for name, _ in fields}
        before = now
