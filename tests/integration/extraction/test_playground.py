"""The playground: a draft runs at once on a document that was read, beside the published version, and stores nothing."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from documents.models import FieldValue, Page, PageCandidates, SchemaDraft, StepRun, SubDocument
from documents.services.schemas import drafts, types
from extraction.runner.trial.playground import draft_try
from extraction.runner.trial.views import trial_view
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.factories.pipeline import drain as drain_queues
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NOTE = "WEIGHING NOTE\nNote no.: W-4711\nDay: 4 March 2024\nWeight: 1,250.5\nDriver: Ann Smith"
FIELDS = [
    {"name": "number", "label": "Note no.", "type": "identifier", "is_required": True},
    {"name": "day", "label": "Day", "type": "date"},
    {"name": "weight", "label": "Weight", "type": "number"},
]


def weighing_note(cast, inside, fields=FIELDS, **more):
    """A type of the team with a draft of its manager."""
    access = cast.access(cast.reviewer)
    definition = {"name": "Weighing note", "locale": "en_GB", "fields": list(fields), **more}

    def make():
        schema = types.schema_create(access, name="Weighing note", team_id=cast.team.id)
        drafts.schema_draft_save(access, schema.id, definition=definition, revision=1)
        return schema

    return inside(make)


def read_invoice(cast):
    """An invoice through the whole pipeline, and its published type."""
    types_by_key = cast.publish("invoice", is_automatic=False)
    outcome = Outcome(submit(cast, files.sample()))
    drain_queues()
    return types_by_key["invoice"], outcome


SCENE = read_invoice


def tried(cast, schema, document, user=None, **options):
    access = cast.access(user or cast.reviewer)
    return trial_view(draft_try(access, schema.id, document.id, **options), schema.id)


def values(run) -> dict[str, str]:
    return {field["name"]: field["value"] for field in run["fields"]}


def rows(inside):
    models = (FieldValue, Page, PageCandidates, SchemaDraft, StepRun, SubDocument)
    return inside(lambda: [list(model.objects.order_by("id").values()) for model in models])


def test_a_draft_runs_on_what_was_read_and_stores_nothing(cast, inside):
    schema, document = weighing_note(cast, inside), read_document(cast.organization, cast.team, [NOTE])
    before = rows(inside)
    seen = tried(cast, schema, document, revision=2)
    assert values(seen["result"]) == {"number": "W-4711", "day": "2024-03-04", "weight": "1250.5"}
    number = seen["result"]["fields"][0]
    assert number["page"] == 1 and len(number["polygon"]) == 8 and number["raw_text"] == "W-4711"
    assert 0 < number["confidence"] <= 1 and number["candidates"][0]["value"] == "W-4711"
    assert len(number["candidates"]) <= 5 and number["candidates"][0]["score"] > 0
    assert (seen["published"], seen["differences"], seen["result"]["revision"]) == (None, [], 2)
    assert seen["result"]["outcome"]["is_automatic"] is False and seen["result"]["outcome"]["reasons"]
    assert seen["document"]["pages"][0]["number"] == 1
    assert rows(inside) == before


def test_what_has_a_problem_is_left_out_and_named(cast, inside):
    broken = [
        *FIELDS,
        {"name": "number", "label": "Again", "type": "text"},
        {"name": "", "label": "", "type": "text"},
        {"name": "colour", "label": "Colour", "type": "choice"},
        {"name": "x", "label": "X", "type": "text", "pattern": "("},
        {"name": "driver", "label": "Driver", "type": "name", "examples": ["", "?"]},
    ]
    checks = [{"kind": "date_order", "fields": ["day", "colour"]}]
    schema = weighing_note(cast, inside, broken, checks=checks, tables=[{"name": "t", "label": "T"}], locale="xx")
    seen = tried(cast, schema, read_document(cast.organization, cast.team, [NOTE]))["result"]
    assert list(values(seen)) == ["number", "day", "weight", "driver"]
    paths = {one["path"] for one in seen["left_out"]}
    assert paths == {"fields/3", "fields/4", "fields/5", "fields/6", "tables/0", "checks/0", "locale"}
    assert all(one["text"] and one["code"] for one in seen["left_out"])


def test_a_draft_without_fields_reads_nothing(cast, inside):
    schema = weighing_note(cast, inside, [])
    seen = tried(cast, schema, read_document(cast.organization, cast.team, [NOTE]))
    assert seen["result"]["fields"] == [] and seen["result"]["outcome"]["route"] == "review"


def test_the_draft_stands_beside_the_published_version(cast, outcome, inside):
    schema, processed = outcome
    access = cast.access(cast.reviewer)
    with organization_scope(cast.organization.id):
        cast.super_admin  # noqa: B018
        type(schema).objects.filter(id=schema.id).update(team=cast.team)
        draft = drafts.schema_draft_open(access, schema.id)
        kept = [field for field in draft.definition["fields"] if field["name"] != "due_date"]
        drafts.schema_draft_save(
            access, schema.id, definition=draft.definition | {"fields": kept}, revision=draft.revision
        )
    seen = tried(cast, schema, processed.document())
    stored = inside(
        lambda: {
            value.name: value.value
            for value in FieldValue.objects.filter(sub_document=processed.sub_document(), table_row=None)
        }
    )
    assert values(seen["published"]) == stored, "the published version reads as the pipeline did"
    assert seen["published"]["version"] == "1.0" and seen["published"]["revision"] is None
    lost = [one for one in seen["differences"] if one["name"] == "due_date"]
    assert [(one["state"], one["result"]) for one in lost] == [("disappeared", None)]
    assert seen["result"]["tables"][0]["rows"] and seen["result"]["tables"][0]["rows"][0]["cells"][0]["polygon"]
    assert {check["outcome"] for check in seen["published"]["checks"]} >= {"passed"}
    assert seen["document"]["sub_documents"][0]["is_of_type"] is True
    only = tried(cast, schema, processed.document(), version="1.0")
    assert values(only["result"]) == stored and only["published"] is None and only["result"]["version"] == "1.0"


def test_what_cannot_be_tried_says_why(cast, inside):
    schema, document = weighing_note(cast, inside), read_document(cast.organization, cast.team, [NOTE])
    with pytest.raises(Conflict) as refused:
        tried(cast, schema, document, revision=1)
    assert refused.value.code == "draft_elsewhere"
    with pytest.raises(InvalidInput) as unknown:
        tried(cast, schema, document, version="9.9")
    assert unknown.value.code == "trial_no_version"
    with pytest.raises(NotFound):
        tried(cast, schema, document, first_page=3)
    with pytest.raises(Conflict) as none:
        tried(cast, schema, document, user=cast.admin)
    assert none.value.code == "no_draft"
    inside(lambda: type(document).objects.filter(id=document.id).update(status="processing"))
    with pytest.raises(Conflict) as unread:
        tried(cast, schema, document)
    assert unread.value.code == "trial_not_read"
    inside(lambda: Page.objects.update(text=None))
    with pytest.raises(Conflict) as gone:
        tried(cast, schema, document)
    assert gone.value.code == "trial_no_text"


def test_only_managers_try_and_only_what_they_see(cast, inside):
    schema, document = weighing_note(cast, inside), read_document(cast.organization, cast.team, [NOTE])
    elsewhere = read_document(cast.organization, cast.other_team, [NOTE])
    foreign = read_document(cast.foreign, cast.foreign_team, [NOTE])
    for user in (cast.owner, cast.viewer):
        with pytest.raises(Forbidden):
            tried(cast, schema, document, user=user)
    for other in (elsewhere, foreign):
        with pytest.raises(NotFound):
            tried(cast, schema, other)
    with pytest.raises(NotFound):
        draft_try(cast.access(cast.outsider), schema.id, document.id)


def test_the_blind_sample_stays_blind(cast, outcome, inside):
    schema, processed = outcome
    admin = cast.access(cast.admin)
    inside(lambda: drafts.schema_draft_open(admin, schema.id))
    inside(lambda: SubDocument.objects.update(is_blind=True))
    with pytest.raises(Conflict) as refused:
        draft_try(admin, schema.id, processed.document().id)
    assert refused.value.code == "trial_blind"
    listed = cast.browser(cast.admin).get(f"/api/v1/schemas/{schema.id}/trial-documents/").json()
    assert listed == []


def test_by_the_api(cast, outcome, inside):
    schema, processed = outcome
    browser = cast.browser(cast.admin)
    unknown = read_document(cast.organization, cast.team, [NOTE], name="unknown.pdf")
    own = {"organization": cast.organization, "team": cast.team, "document": unknown}
    inside(lambda: SubDocument.objects.create(**own, first_page=1, last_page=1, status="in_review"))
    listed = browser.get(f"/api/v1/schemas/{schema.id}/trial-documents/").json()
    assert [row["group"] for row in listed] == ["this_type", "unknown_type"]
    assert [row["file_name"] for row in listed] == [processed.document().source_file.name, "unknown.pdf"]
    assert listed[0]["page_id"] and listed[0]["type_name"] == "Invoice"
    url = f"/api/v1/schemas/{schema.id}/draft/try/"

    def ask(**body):
        return browser.post(url, json.dumps(body), content_type="application/json")

    assert ask(document_id=listed[0]["id"]).status_code == 409
    browser.post(f"/api/v1/schemas/{schema.id}/draft/", "{}", content_type="application/json")
    answer = ask(document_id=listed[0]["id"], revision=1)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["result"]["fields"][0]["candidates"] and found["published"]["version"] == "1.0"
    assert found["differences"] == [], "a draft that changes nothing reads the same"
    assert ask(document_id=str(uuid4())).status_code == 404
    assert ask(document_id=listed[0]["id"], draft=1).status_code == 400
