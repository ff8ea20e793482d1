"""Proposals from examples and fields made by a click, by the API: what is accepted goes into a draft as it is."""

from __future__ import annotations

import json

import pytest

from documents.models import PageLayoutRow, SchemaDraft
from documents.services.schemas import drafts, types
from extraction.local.page_layout import read_layout
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope
from tests.factories.reading import read_document
from tests.unit.extraction.pages import page_of

pytestmark = pytest.mark.django_db(transaction=True)


def note_text(number: int) -> PageText:
    return page_of(
        "WEIGHING NOTE",
        f"Note no.:   W-47{number}",
        f"Day:   {number} March 2024",
        "Customer:   Acme Trading Ltd",
        f"Gross weight:   1,2{number}.50",
    )


def stored_note(cast, number: int, team=None):
    """A document whose page has that text and its layout."""
    document = read_document(cast.organization, team or cast.team, ["x"], name=f"note-{number}.pdf")
    text = note_text(number)
    with organization_scope(cast.organization.id):
        page = document.pages.get()
        page.text = text.to_dict()
        page.save(update_fields=["text"])
        PageLayoutRow.objects.create(
            organization=cast.organization, page=page, data=read_layout(text, 0.7, None).to_dict()
        )
        document.metadata = {"language": "en"}
        document.save(update_fields=["metadata"])
    return document


@pytest.fixture
def schema(cast):
    with organization_scope(cast.organization.id):
        return types.schema_create(cast.access(cast.reviewer), name="Weighing note", team_id=cast.team.id)


@pytest.fixture
def ask(cast, schema):
    def ask(path: str, user=None, **body):
        url = f"/api/v1/schemas/{schema.id}/draft/{path}/"
        browser = cast.browser(user or cast.reviewer)
        return browser.post(url, json.dumps(body), content_type="application/json")

    return ask


def test_proposals_of_three_examples_make_a_type(cast, schema, ask):
    documents = [stored_note(cast, number) for number in (12, 13, 14)]
    answer = ask("proposals", document_ids=[str(document.id) for document in documents])
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["name"], found["unread_pages"], found["locale"][:2]) == ("Weighing note", [], "en")
    fields = {one["field"]["label"]: one for one in found["fields"]}
    assert {"Note no", "Day", "Customer", "Gross weight"} <= set(fields)
    day = fields["Day"]
    assert (day["field"]["type"], day["occurs_in"], day["of"]) == ("date", 3, 3)
    assert [value["value"] for value in day["values"]] == ["2024-03-12", "2024-03-13", "2024-03-14"]
    assert {value["document_id"] for value in day["values"]} == {str(document.id) for document in documents}
    assert all(value["page"] == 1 and len(value["polygon"]) == 8 for value in day["values"])
    definition = {
        "name": found["name"],
        "locale": found["locale"],
        "keywords": found["keywords"],
        "fields": [one["field"] for one in found["fields"]],
        "tables": [one["table"] for one in found["tables"]],
    }
    access = cast.access(cast.reviewer)
    with organization_scope(cast.organization.id):
        draft = drafts.schema_draft_save(access, schema.id, definition=definition, revision=1)
        version = drafts.schema_draft_publish(access, schema.id, revision=draft.revision)
    assert version.number == "1.0"


def test_a_click_makes_a_field(cast, schema, ask):
    document = stored_note(cast, 12)
    words = [word.text for word in note_text(12).words]
    number = words.index("W-4712")
    clicked = ask("field-at", document_id=str(document.id), page=1, words=[number])
    assert clicked.status_code == 200, clicked.content
    found = clicked.json()
    assert found["field"] == {
        "name": "note_no",
        "label": "Note no",
        "type": "identifier",
        "aliases": [],
        "examples": ["W-4712"],
    }
    (value,) = found["values"]
    assert value["raw_text"] == "W-4712" and value["label_polygon"] is not None
    same = ask("field-at", document_id=str(document.id), page=1, polygon=value["polygon"]).json()
    assert same["field"] == found["field"]
    with organization_scope(cast.organization.id):
        draft = SchemaDraft.objects.get(schema=schema)
        draft.definition["fields"] = [found["field"]]
        draft.save()
    again = ask("field-at", document_id=str(document.id), page=1, words=[number]).json()
    assert again["in_draft"] == "note_no" and again["field"]["name"] == "note_no_2"
    name = words.index("Acme")
    several = ask("field-at", document_id=str(document.id), page=1, words=[name, name + 1, name + 2]).json()
    assert (several["field"]["label"], several["field"]["type"]) == ("Customer", "name")


def test_what_cannot_be_clicked_is_refused(cast, ask):
    document = stored_note(cast, 12)
    place = {"document_id": str(document.id), "page": 1}
    for body, status in (
        ({}, 400),
        ({"words": [0], "polygon": [0, 0, 0, 0.1, 0.1, 0.1]}, 400),
        ({"words": [9999]}, 400),
        ({"polygon": [0.9, 0.98, 0.91, 0.98, 0.91, 0.99]}, 400),
        ({"polygon": [0.1, 0.1, 0.2, 0.1, 0.2]}, 400),
        ({"words": [0], "page": 7}, 400),
    ):
        assert ask("field-at", **(place | body)).status_code == status, body


def test_only_managers_and_only_what_they_see(cast, ask):
    mine, elsewhere = stored_note(cast, 12), stored_note(cast, 13, cast.other_team)
    assert ask("proposals", user=cast.owner, document_ids=[str(mine.id)]).status_code == 403
    assert ask("proposals", user=cast.outsider, document_ids=[str(elsewhere.id)]).status_code == 404
    assert ask("proposals", document_ids=[str(mine.id), str(elsewhere.id)]).status_code == 404
    assert ask("proposals", document_ids=[str(mine.id)] * 6).status_code == 400
    assert ask("proposals", document_ids=[]).status_code == 400
