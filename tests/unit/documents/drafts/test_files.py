"""Document types as files: what goes out comes back, and other files are refused by name."""

import json

import pytest
import yaml

from documents.domain.drafts.files import FileForm, definition_in, file_of
from documents.domain.drafts.names import name_for
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import MOST_BYTES, spec_from
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.errors import InvalidInput

FULL = SchemaSpec.from_dict(
    {
        "key": "note",
        "name": "Lieferschein – Note",
        "version": "2.1",
        "fields": [
            {
                "name": "number",
                "type": "identifier",
                "label": "Nr.",
                "aliases": ["No"],
                "pattern": "N\\d+",
                "is_required": True,
            },
            {"name": "day", "type": "date", "label": "Datum", "examples": ["3. März 2025"], "threshold": 0.9},
            {"name": "state", "type": "choice", "label": "State", "choices": ["open", "paid"]},
            {
                "name": "mails",
                "type": "email",
                "label": "Mail",
                "is_list": True,
                "id": "00000000-0000-0000-0000-000000000001",
            },
            {"name": "seen", "type": "tick_box", "label": "Seen"},
        ],
        "tables": [
            {"name": "items", "label": "Items", "columns": [{"name": "amount", "type": "amount", "label": "Amount"}]}
        ],
        "checks": [{"kind": "date_order", "fields": ["day", "day"]}],
        "keywords": ["note"],
        "locale": "de_DE",
        "threshold": 0.8,
        "kinds": [{"kind": "delivery_note", "negative": []}],
    }
)


@pytest.mark.parametrize("form", FileForm)
def test_a_type_comes_back_from_its_file(form):
    text = file_of(FULL, form)
    assert spec_from(definition_in(text), key="note", version="2.1") == FULL


def test_the_file_is_what_people_and_programs_read():
    assert yaml.safe_load(file_of(FULL, FileForm.YAML))["name"] == "Lieferschein – Note"
    schema = json.loads(file_of(FULL, FileForm.JSON_SCHEMA))
    assert schema["required"] == ["number"] and schema["properties"]["day"]["format"] == "date"
    assert schema["properties"]["items"]["items"]["properties"]["amount"]["type"] == "string"


def test_a_json_schema_of_other_makers_becomes_a_type():
    schema = {
        "title": "Claim",
        "type": "object",
        "required": ["claimNo"],
        "properties": {
            "claimNo": {"type": "string"},
            "lossDate": {"type": ["string", "null"], "format": "date"},
            "sum insured": {"type": "number", "title": "Sum insured"},
            "kind": {"enum": ["fire", "water"]},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
            "1st": {"type": "boolean"},
        },
    }
    spec = spec_from({"locale": "en_GB", **definition_in(json.dumps(schema))}, key="claim", version="")
    assert [(field.name, field.type.value, field.label) for field in spec.fields] == [
        ("claim_no", "text", "Claim no"),
        ("loss_date", "date", "Loss date"),
        ("sum_insured", "number", "Sum insured"),
        ("kind", "choice", "Kind"),
        ("field_1st", "tick_box", "1st"),
    ]
    assert spec.fields[0].is_required and spec.tables[0].columns[0].name == "price"
    assert problems_of(spec) == ()


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b",
        "just words",
        "a: [b",
        "a: !!python/object/apply:os.system [ls]",
        "a: &x [1]\nb: *x",
        '{"properties": []}',
        '{"properties": {"a": 5}}',
        "[" * 5000,
        "",
    ],
)
def test_what_is_no_definition_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        definition_in(text)
    assert refused.value.code == "definition_form"


def test_a_file_has_a_limit():
    with pytest.raises(InvalidInput) as refused:
        definition_in("x" * (MOST_BYTES + 1))
    assert refused.value.code == "definition_size"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Invoice number:", "invoice_number"),
        ("invoiceNumber", "invoice_number"),
        ("Rechnungs-Nr.", "rechnungs_nr"),
        ("Größe", "groesse"),
        ("№ 5", "no_5"),
        ("5 %", "field_5"),
        ("日付", "field"),
        ("x" * 90, "x" * 56),
    ],
)
def test_names_are_made_of_labels(text, name):
    assert name_for(text) == name


def test_names_that_are_taken_are_numbered():
    assert name_for("Total", ["total", "total_2"]) == "total_3"
