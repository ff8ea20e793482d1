"""Permanent ids of fields: the same under every name, from version to version."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from documents.domain.field_ids import FieldNames, StoredName, ids_by_path, with_ids
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from tests.unit.pdb_sync.contents import INVOICE

SCHEMA = uuid4()


def version(number, *fields, **changes) -> SchemaSpec:
    return replace(INVOICE, version=number, fields=fields, **changes)


def field(name, permanent_id="") -> FieldSpec:
    return FieldSpec(name, FieldType.AMOUNT, name, id=permanent_id)


FIRST = with_ids(version("1.0", field("total"), field("tax")), SCHEMA)
TOTAL, TAX = FIRST.fields
RENAMED = with_ids(version("2.0", replace(TOTAL, name="gross"), field("tax")), SCHEMA, [FIRST])


def test_everything_gets_an_id_and_the_same_one_again():
    ids = ids_by_path(FIRST)
    assert len(set(ids.values())) == len(ids) == 5 and all(UUID(found) for found in ids.values())
    assert ids_by_path(with_ids(version("9.0", field("tax"), field("total")), SCHEMA)) == ids
    assert SchemaSpec.from_dict(FIRST.to_dict()).fields[0].id == TOTAL.id


def test_other_schema_has_other_ids():
    assert with_ids(FIRST, SCHEMA) == FIRST
    other = with_ids(version("1.0", field("total")), uuid4())
    assert other.fields[0].id != TOTAL.id


def test_renamed_field_keeps_its_id():
    assert RENAMED.fields[0].id == TOTAL.id and RENAMED.fields[1].id == TAX.id


def test_name_that_became_free_is_a_new_field():
    third = with_ids(version("3.0", replace(TOTAL, name="gross"), field("total")), SCHEMA, [RENAMED, FIRST])
    assert third.fields[1].id not in ("", TOTAL.id)
    fourth = with_ids(version("4.0", field("total"), field("gross")), SCHEMA, [third, RENAMED, FIRST])
    assert [found.id for found in fourth.fields] == [third.fields[1].id, TOTAL.id]


def test_id_that_occurs_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        with_ids(version("2.0", replace(TOTAL, name="a"), replace(TOTAL, name="b")), SCHEMA)


def test_id_that_is_no_uuid_is_refused():
    with pytest.raises(ValueError):
        FieldSpec.from_dict({"name": "total", "id": "total"})


def test_names_of_a_field_over_versions():
    names = FieldNames([FIRST, RENAMED])
    assert names.of(("", "gross"), TOTAL.id) == [StoredName("gross"), StoredName("total")]
    assert names.of(("", "tax"), TAX.id) == [StoredName("tax")]
    assert names.name_in("1.0", ("", "gross"), TOTAL.id) == "total"
    assert names.name_in("7.0", ("", "gross"), TOTAL.id) == "gross", "a version that is not known"


def test_name_with_two_meanings_counts_in_its_own_versions():
    third = with_ids(version("3.0", replace(TOTAL, name="gross"), field("total")), SCHEMA, [RENAMED, FIRST])
    names = FieldNames([FIRST, RENAMED, third])
    assert names.of(("", "gross"), TOTAL.id) == [StoredName("gross"), StoredName("total", ("1.0",))]
    assert names.of(("", "total"), third.fields[1].id) == [StoredName("total", ("3.0",))]
    assert names.name_in("1.0", ("", "total"), third.fields[1].id) is None


def test_spec_without_ids_is_known_by_its_names():
    assert FieldNames([INVOICE]).of(("", "total"), "") == [StoredName("total")]
