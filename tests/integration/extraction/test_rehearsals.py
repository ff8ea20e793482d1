"""Rehearsals: a draft over approved documents, by jobs, from stored texts; what would change, counted."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.schema_spec import FieldType
from documents.models import ApprovedVersion, Page, Rehearsal, RehearsedDocument, SchemaVersion, SubDocument
from documents.selectors.drafts import draft_view_for
from documents.selectors.rehearsals import rehearsal_get_for
from documents.services.schemas import drafts, types
from documents.services.schemas.rehearsals import CHUNK, rehearsal_begin
from extraction.runner.trial import rehearse
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories.pipeline import drain as drain_queues
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
FIELDS = [
    {"name": "number", "label": "Note no.", "type": "identifier", "is_required": True},
    {"name": "day", "label": "Day", "type": "date"},
    {"name": "weight", "label": "Weight", "type": "number"},
]
COUNT = 20


def note(number: int) -> str:
    return f"WEIGHING NOTE\nNote no.: W-47{number:02}\nDay: {1 + number} March 2024\nWeight: {100 + number}.5"


def published(cast, count: int = COUNT):
    """A type of the team, published, with approved documents and a draft in which the day has another label."""
    access = cast.access(cast.reviewer)
    with organization_scope(cast.organization.id):
        definition = {"name": "Weighing note", "locale": "en_GB", "fields": FIELDS}
        schema = types.schema_create(access, name="Weighing note", team_id=cast.team.id, definition=definition)
        version = drafts.schema_draft_publish(access, schema.id, revision=1)
    for number in range(count):
        approved_note(cast, version, number)
    with organization_scope(cast.organization.id):
        draft = drafts.schema_draft_open(access, schema.id)
        fields = draft.definition["fields"]
        fields[1] |= {"label": "Nowhere printed", "pattern": "never"}
        fields.append({"name": "gross", "label": "Weight", "type": "number"})
        drafts.schema_draft_save(access, schema.id, definition=draft.definition, revision=1)
    return schema, version


SCENE = published


def approved_note(cast, version: SchemaVersion, number: int, *, team=None) -> SubDocument:
    document = read_document(cast.organization, team or cast.team, [note(number)], name=f"note-{number}.pdf")
    own = {"organization": cast.organization}
    values = {"number": f"W-47{number:02}", "day": f"2024-03-{1 + number:02}", "weight": f"{100 + number}.5"}
    with organization_scope(cast.organization.id):
        row = SubDocument.objects.create(
            **own,
            document=document,
            team=team or cast.team,
            schema_version=version,
            first_page=1,
            last_page=1,
            type_score=1,
            boundary_score=1,
            status="delivered",
            approved_version_number=1,
        )
        kinds = {field.name: field.type for field in version.spec.fields}
        ids = {field.name: field.id for field in version.spec.fields}
        cells = tuple(
            ApprovedCell(name, kinds[name], value, value, 0.9, None, field_id=ids[name])
            for name, value in values.items()
        )
        ApprovedVersion.objects.create(**own, sub_document=row, number=1, content=content_of(cells).to_dict())
    return row


def content_of(cells) -> ApprovedContent:
    texts = ("organization_id", "organization_slug", "team_id", "team_name", "batch_id", "document_id")
    texts += ("sub_document_id", "schema_key", "schema_version", "file_name", "file_sha256", "approved_by")
    return ApprovedContent(
        **dict.fromkeys(texts, "x"),
        version=1,
        first_page=1,
        last_page=1,
        approved_at="2024-03-01T00:00:00+00:00",
        fields=cells,
        tables={},
    )


def begun(cast, schema, user=None, **options):
    access = cast.access(user or cast.reviewer)
    with organization_scope(cast.organization.id):
        return rehearsal_begin(access, schema.id, **{"most": 500, **options})


def seen(cast, schema, rehearsal, user=None):
    with organization_scope(cast.organization.id):
        return rehearsal_get_for(cast.access(user or cast.reviewer), schema.id, rehearsal.id)


def fields_of(view) -> dict[str, dict]:
    return {field["name"]: field for field in view.rehearsal.summary["fields"]}


def test_what_a_draft_would_change_is_counted(cast, outcome, inside, drain):
    schema, _ = outcome
    rehearsal = begun(cast, schema)
    assert (seen(cast, schema, rehearsal).status, seen(cast, schema, rehearsal).done) == ("running", 0)
    drain()
    view = seen(cast, schema, rehearsal)
    assert (view.status, view.done, view.rehearsal.documents, view.rehearsal.pages) == ("finished", 20, 20, 20)
    assert view.seconds is not None and view.rehearsal.base == "1.0"
    found = fields_of(view)
    assert (found["number"]["same"], found["number"]["after"]["count"]) == (COUNT, COUNT)
    assert (found["day"]["disappeared"], found["day"]["disappeared_right"]) == (COUNT, COUNT)
    assert found["day"]["after"]["share"] == 0 and found["day"]["before"]["share"] == 1
    assert found["gross"]["appeared"] == COUNT and found["gross"]["after"] is None
    assert view.rehearsal.summary["before"]["documents"]["count"] == COUNT
    assert view.rehearsal.summary["after"]["documents"]["count"] == 0
    assert len(view.differences) == COUNT
    day = next(value for value in view.differences[0]["values"] if value["name"] == "day")
    assert day["state"] == "disappeared" and day["after"] is None and day["before"] == day["approved"]


def test_a_draft_that_changes_nothing_changes_nothing(cast, outcome, inside, drain):
    schema, _ = outcome
    access = cast.access(cast.reviewer)
    inside(lambda: drafts.schema_draft_open(access, schema.id, number="1.0"))
    rehearsal = begun(cast, schema)
    drain()
    view = seen(cast, schema, rehearsal)
    assert view.differences == []
    assert view.rehearsal.summary["before"] == view.rehearsal.summary["after"]


def test_a_sample_is_no_larger_than_asked_for(cast, outcome, drain):
    schema, _ = outcome
    rehearsal = begun(cast, schema, most=3)
    drain()
    assert seen(cast, schema, rehearsal).rehearsal.summary["documents"] == 3
    again = begun(cast, schema, most=3)
    with organization_scope(cast.organization.id):
        drawn = [set(row.rehearsed.values_list("sub_document_id", flat=True)) for row in (rehearsal, again)]
    assert drawn[0] == drawn[1]


def test_it_is_advised_until_this_revision_was_rehearsed(cast, outcome, inside, drain):
    schema, _ = outcome
    access = cast.access(cast.reviewer)
    assert inside(draft_view_for, access, schema.id).rehearsal_advised
    begun(cast, schema)
    assert not inside(draft_view_for, access, schema.id).rehearsal_advised
    draft = inside(draft_view_for, access, schema.id).draft
    inside(drafts.schema_draft_save, access, schema.id, definition=draft.definition, revision=draft.revision)
    assert inside(draft_view_for, access, schema.id).rehearsal_advised
    inside(lambda: SubDocument.objects.filter(id=SubDocument.objects.first().id).update(status="withdrawn"))
    assert not inside(draft_view_for, access, schema.id).rehearsal_advised, "19 are too few"
    drain()


def test_only_what_the_asker_may_see_is_compared(cast, outcome, drain, inside):
    schema, version = outcome
    approved_note(cast, version, 25, team=cast.other_team)
    assert begun(cast, schema).documents == COUNT
    rehearsal = begun(cast, schema)
    drain()
    for user in (cast.owner, cast.viewer):
        with pytest.raises(Forbidden):
            begun(cast, schema, user=user)
    with pytest.raises(NotFound):
        begun(cast, schema, user=cast.outsider)
    with pytest.raises(NotFound):
        seen(cast, schema, rehearsal, user=cast.admin)
    with pytest.raises(Conflict) as none:
        begun(cast, schema, user=cast.admin)
    assert none.value.code == "no_draft"


def test_nothing_to_compare_with_is_said(cast, outcome, inside):
    schema, _ = outcome
    inside(lambda: Page.objects.update(text=None))
    with pytest.raises(InvalidInput) as refused:
        begun(cast, schema)
    assert refused.value.code == "rehearsal_sample_empty"
    with pytest.raises(Conflict) as changed:
        begun(cast, schema, revision=1)
    assert changed.value.code == "draft_elsewhere"


def test_a_later_one_takes_the_place_of_one_under_way(cast, outcome, drain, inside):
    schema, _ = outcome
    first = begun(cast, schema)
    second = begun(cast, schema)
    drain()
    with pytest.raises(NotFound):
        seen(cast, schema, first)
    assert seen(cast, schema, second).status == "finished"


def test_lost_work_is_taken_up_again_by_the_clock(cast, outcome, inside, drain):
    schema, _ = outcome
    rehearsal = begun(cast, schema)
    from tests.factories.pipeline import redis

    redis().flushdb()
    rehearse.rehearsals_resume()
    assert drain() == 0, "it is young: its jobs are on their way"
    inside(lambda: Rehearsal.objects.update(created_at=timezone.now() - timedelta(minutes=5)))
    rehearse.rehearsals_resume()
    assert drain() == -(-COUNT // CHUNK)
    assert seen(cast, schema, rehearsal).status == "finished"


def test_deleted_documents_leave_no_values_behind(cast, outcome, inside, drain):
    schema, _ = outcome
    rehearsal = begun(cast, schema)
    inside(lambda: RehearsedDocument.objects.filter(rehearsal=rehearsal, position__lt=COUNT - 1).delete())
    drain()
    assert seen(cast, schema, rehearsal).rehearsal.summary["documents"] == 1
    from documents.services.removing.removal import _cascading

    assert RehearsedDocument in {relation.related_model for relation in _cascading(SubDocument, kept=set())}


def test_a_document_that_fails_is_left_out(cast, outcome, drain, monkeypatch):
    schema, _ = outcome
    rehearsal = begun(cast, schema, most=4)
    compare, calls = rehearse._compare, []

    def failing(work, sides):
        calls.append(work)
        if len(calls) == 2:
            raise RuntimeError("no")
        return compare(work, sides)

    monkeypatch.setattr(rehearse, "_compare", failing)
    drain()
    view = seen(cast, schema, rehearsal)
    assert (view.status, view.done, view.rehearsal.summary["documents"]) == ("finished", 4, 3)


def test_by_the_api(cast, outcome, drain):
    schema, _ = outcome
    browser = cast.browser(cast.reviewer)
    url = f"/api/v1/schemas/{schema.id}/draft/rehearsals/"
    assert browser.get(f"/api/v1/schemas/{schema.id}/draft/").json()["rehearsal_advised"] is True
    answer = browser.post(url, json.dumps({"most": 5}), content_type="application/json")
    assert answer.status_code == 201, answer.content
    begun_ = answer.json()
    assert (begun_["status"], begun_["documents"], begun_["summary"]) == ("running", 5, None)
    drain_queues()
    found = browser.get(f"{url}{begun_['id']}/").json()
    assert found["status"] == "finished" and found["done"] == 5
    assert found["summary"]["fields"][0]["before"]["of"] == 5 and len(found["differences"]) == 5
    assert [row["id"] for row in browser.get(url).json()] == [begun_["id"]]
    assert browser.post(url, json.dumps({"most": 501}), content_type="application/json").status_code == 400
    assert browser.get(f"{url}{uuid4()}/").status_code == 404


def test_values_of_another_type_are_compared_in_the_drafts(cast, outcome, inside, drain):
    schema, _ = outcome
    access = cast.access(cast.reviewer)
    draft = inside(draft_view_for, access, schema.id).draft
    fields = [dict(field) for field in draft.definition["fields"]]
    fields[2]["type"] = FieldType.TEXT.value
    inside(
        drafts.schema_draft_save,
        access,
        schema.id,
        definition=replace_fields(draft.definition, fields),
        revision=draft.revision,
    )
    rehearsal = begun(cast, schema, most=2)
    drain()
    assert fields_of(seen(cast, schema, rehearsal))["weight"]["after"]["share"] == 1


def replace_fields(definition: dict, fields: list) -> dict:
    return definition | {"fields": fields}
