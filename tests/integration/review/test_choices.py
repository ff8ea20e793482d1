"""Fields and columns with choices: offered as a list, kept as read, confirmed as one of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from documents.domain.library import library_type
from documents.domain.schema_spec import FieldType
from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from tests.factories import files
from tests.factories.pipeline import drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

PLACES = ("Harrowmere", "Port Ellery")


def with_choices(cast):
    """An invoice whose seller and whose rows' descriptions are to be one of two places: none of them is."""
    spec = library_type("invoice").spec("en")
    (table,) = spec.printed.tables
    spec = replace(
        spec,
        fields=tuple(as_choice(field) if field.name == "seller_name" else field for field in spec.fields),
        tables=(replace(table, columns=tuple(map(as_choice_of_rows, table.columns))),),
    )
    with organization_scope(cast.organization.id):
        schema_publish(organization_id=cast.organization.id, spec=spec)
    submit(cast, files.for_review())
    drain()
    with organization_scope(cast.organization.id):
        return ReviewTask.objects.get()


SCENE = with_choices


@pytest.fixture
def task(outcome):
    return outcome


def as_choice(field):
    return replace(field, type=FieldType.CHOICE, choices=PLACES)


def as_choice_of_rows(column):
    return as_choice(column) if column.name == "description" else column


def cells_with_choices(answer):
    for table in answer.context["tables"]["tables"]:
        chosen = [number for number, column in enumerate(table["columns"]) if column["choices"]]
        yield from (table["rows"][row][number] for row in table["order"] for number in chosen)


def correct(client, task, field, text):
    address = reverse("review:field_correct", args=[task.id, field["id"]])
    return client.post(address, json.dumps({"text": text, "place": None}), content_type="application/json")


def test_choices_are_offered_and_what_was_read_is_kept(cast, task):
    with organization_scope(cast.organization.id):
        values = task.sub_document.field_values
        values.filter(name="seller_name").update(raw_text="Somewhere", value=None)
        row = task.sub_document.table_rows.first()
        own = {"organization_id": task.organization_id, "table_row": row, "type": "choice", "raw_text": "Elsewhere"}
        values.update_or_create(name="description", table_row=row, defaults=own)
    answer = cast.browser(cast.owner).get(reverse("review:desk", args=[task.id]))
    (field,) = (field for field in answer.context["desk"]["fields"] if field["choices"])
    html = answer.content.decode()
    assert html.count("<select") == 3, "the field, the type and the reason of an approval"
    assert field["unlisted_text"] == "Somewhere" and html.count("(not in the list)") == 1
    cells = list(cells_with_choices(answer))
    assert cells and "Elsewhere" in {cell.get("unlisted_text") for cell in cells}


def test_a_choice_is_confirmed_for_fields_and_cells(cast, task):
    client = cast.browser(cast.owner)
    answer = client.get(reverse("review:desk", args=[task.id]))
    fields = [field for field in answer.context["desk"]["fields"] if field["choices"]]
    for field in (fields[0], next(cells_with_choices(answer))):
        assert correct(client, task, field, "Nowhere at all").status_code == 400
        fresh = correct(client, task, field, "port ellery").json()["field"]
        assert (fresh["text"], fresh["state"], fresh["unlisted_text"]) == ("Port Ellery", "person", "")
        assert correct(client, task, field, fresh["text"]).status_code == 200
