"""The shape of a definition from outside: what is refused, and where the message says it is."""

import pytest

from documents.domain.drafts.shape import MOST_BYTES, spec_from
from documents.domain.schema_spec import FieldType, SchemaSpec
from idp_project.core.errors import InvalidInput


def place(definition: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        spec_from(definition, key="note", version="1.0")
    assert refused.value.code in ("definition_shape", "definition_size")
    return str(refused.value.reason.params.get("path", "whole"))


def field(**values: object) -> dict[str, object]:
    return {"fields": [{"name": "number", **values}]}


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ([], "/"),
        ("text", "/"),
        (None, "/"),
        ({"colour": "red"}, "/colour"),
        ({"name": 7}, "/name"),
        ({"name": "x\0y"}, "/name"),
        ({"fields": {}}, "/fields"),
        ({"fields": ["number"]}, "/fields/0"),
        ({"fields": [{}] * 501}, "/fields"),
        (field(colour="red"), "/fields/0/colour"),
        (field(type="colour"), "/fields/0/type"),
        (field(type=["date"]), "/fields/0/type"),
        (field(label="x" * 501), "/fields/0/label"),
        (field(aliases="No"), "/fields/0/aliases"),
        (field(aliases=[1]), "/fields/0/aliases/0"),
        (field(is_required="yes"), "/fields/0/is_required"),
        (field(is_list=1), "/fields/0/is_list"),
        (field(threshold=True), "/fields/0/threshold"),
        (field(threshold=1.01), "/fields/0/threshold"),
        (field(threshold=float("nan")), "/fields/0/threshold"),
        (field(id="me"), "/"),
        ({"threshold": "high"}, "/threshold"),
        ({"tables": [{"columns": [{"name": "a", "is_list": True}]}]}, "/"),
        ({"tables": [{"columns": 5}]}, "/tables/0/columns"),
        ({"checks": [{"fields": []}]}, "/checks/0/kind"),
        ({"checks": [{"kind": "sum"}]}, "/checks/0/kind"),
        ({"checks": [{"kind": "sum_equals", "fields": [], "tolerance": "x"}]}, "/checks/0/tolerance"),
        ({"engine": {"ocr": 5}}, "/engine/ocr"),
        ({"engine": {"secret": "x"}}, "/engine/secret"),
        ({"kinds": [{"kind": "poem"}]}, "/kinds/0/kind"),
    ],
)
def test_what_is_wrong_is_named(definition, path):
    assert place(definition) == path


def test_a_definition_has_a_limit_of_bytes():
    words = ["w" * 490] * 500
    assert MOST_BYTES < 3 * 500 * 490
    assert (
        place({"keywords": words, "fields": [{"name": "a", "aliases": words}, {"name": "b", "aliases": words}]})
        == "whole"
    )


def test_what_is_missing_is_filled_in():
    spec = spec_from({"fields": [{}], "tables": [{}]}, key="note", version="1.2")
    assert (spec.key, spec.version, spec.name) == ("note", "1.2", "")
    assert spec.fields[0].type is FieldType.TEXT and spec.tables[0].columns == ()


def test_a_whole_definition_comes_back_as_it_was():
    full = SchemaSpec.from_dict(
        {
            "key": "note",
            "name": "Note",
            "version": "3.1",
            "fields": [
                {"name": "day", "type": "date", "label": "Day", "aliases": ["Date"], "examples": ["1 May 2025"]}
            ],
            "tables": [{"name": "items", "label": "Items", "columns": [{"name": "text", "label": "Text"}]}],
            "checks": [{"kind": "date_order", "fields": ["day", "day"]}],
            "keywords": ["note"],
            "locale": "de_AT",
            "threshold": 0.9,
            "engine": {"ocr": "rapidocr"},
            "kinds": [{"kind": "invoice", "negative": []}],
        }
    )
    assert spec_from(full.to_dict(), key="note", version="3.1") == full
