"""Document types of one's own: made, drafted, published, taken out of use, by services and by the API alone."""

import json
import threading

import pytest
import yaml
from django.db import connection

from accounts.models import AuditEntry
from documents.domain.drafts.shape import spec_from
from documents.models import Schema, SchemaDraft, SchemaVersion, ViewPublication
from documents.services.schemas import drafts, types
from documents.services.schemas.importing import schema_import
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope

pytestmark = pytest.mark.django_db
FIELDS = [
    {"name": "number", "label": "Note no.", "type": "identifier", "is_required": True},
    {"name": "day", "label": "Day", "type": "date"},
]


@pytest.fixture
def inside(cast):
    with organization_scope(cast.organization.id):
        yield


@pytest.fixture
def manager(cast):
    return cast.access(cast.reviewer)


@pytest.fixture
def made(cast, manager, inside) -> Schema:
    """A type of the team with a draft of its manager that can be published."""
    schema = types.schema_create(manager, name="Weighing note", team_id=cast.team.id)
    drafts.schema_draft_save(
        manager, schema.id, definition={"name": "Weighing note", "locale": "en_GB", "fields": FIELDS}, revision=1
    )
    return schema


def publish(access, schema, note="") -> SchemaVersion:
    draft = SchemaDraft.objects.get(schema=schema, user_id=access.user_id)
    return drafts.schema_draft_publish(access, schema.id, revision=draft.revision, note=note)


def changed(access, schema, **values) -> SchemaDraft:
    """The asker's draft with other values in its definition."""
    draft = drafts.schema_draft_open(access, schema.id)
    definition = draft.definition | values
    return drafts.schema_draft_save(access, schema.id, definition=definition, revision=draft.revision)


def test_a_new_type_is_made_published_and_audited(cast, manager, made):
    version = publish(manager, made, note="First try")
    assert (version.number, version.published_by_id, version.note) == ("1.0", cast.reviewer.id, "First try")
    assert [field.name for field in version.spec.fields] == ["number", "day"] and version.spec.fields[0].id
    assert ViewPublication.objects.filter(schema_version=version).exists()
    assert not SchemaDraft.objects.filter(schema=made).exists()
    actions = AuditEntry.objects.filter(object_id=made.id).order_by("number").values_list("action", flat=True)
    assert list(actions) == ["schema_created", "schema_published"]


def test_tuning_is_a_minor_and_other_values_are_a_major_version(manager, made):
    publish(manager, made)
    changed(manager, made, keywords=["weighing"])
    assert publish(manager, made).number == "1.1"
    changed(manager, made, fields=[*FIELDS, {"name": "weight", "label": "Weight", "type": "number"}])
    version = publish(manager, made)
    assert version.number == "2.0"
    entry = AuditEntry.objects.filter(action="schema_published").order_by("number").last()
    assert entry.details["changes"] == ["New: Weight"] and entry.details["base"] == "1.1"


def test_a_rename_keeps_the_field_and_its_id(manager, made):
    first = publish(manager, made)
    draft = drafts.schema_draft_open(manager, made.id)
    draft.definition["fields"][0]["name"] = "note_number"
    drafts.schema_draft_save(manager, made.id, definition=draft.definition, revision=draft.revision)
    second = publish(manager, made)
    assert second.spec.fields[0].id == first.spec.fields[0].id and second.spec.fields[0].name == "note_number"


def test_the_type_takes_the_name_of_its_newest_version(manager, made):
    publish(manager, made)
    changed(manager, made, name="Weighing slip")
    publish(manager, made)
    made.refresh_from_db()
    assert made.name == "Weighing slip" and made.key == "weighing-note"


def test_an_incomplete_draft_is_kept_and_not_published(manager, made):
    changed(manager, made, fields=[{"name": "", "label": "", "type": "choice"}])
    with pytest.raises(InvalidInput) as refused:
        publish(manager, made)
    assert refused.value.code == "draft_problems" and len(refused.value.reason.params["problems"]) == 3
    assert SchemaDraft.objects.get(schema=made).definition["fields"][0]["type"] == "choice"


def test_a_draft_that_says_the_same_is_not_published(manager, made):
    publish(manager, made)
    changed(manager, made)
    with pytest.raises(InvalidInput) as refused:
        publish(manager, made)
    assert refused.value.code == "draft_unchanged"


def test_two_windows_do_not_overwrite_each_other(manager, made):
    draft = SchemaDraft.objects.get(schema=made)
    drafts.schema_draft_save(manager, made.id, definition=draft.definition, revision=draft.revision)
    for call in (
        lambda: drafts.schema_draft_save(manager, made.id, definition={}, revision=draft.revision),
        lambda: drafts.schema_draft_publish(manager, made.id, revision=draft.revision),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.code == "draft_elsewhere"


def test_an_overtaken_draft_is_refused_with_what_changed(cast, manager, made):
    admin = cast.access(cast.admin)
    publish(manager, made)
    changed(manager, made, keywords=["mine"])
    changed(admin, made, threshold=0.7)
    publish(admin, made)
    with pytest.raises(Conflict) as refused:
        publish(manager, made)
    assert refused.value.code == "draft_overtaken"
    answer = cast.browser(cast.reviewer).get(f"/api/v1/schemas/{made.id}/draft/").json()
    assert answer["is_overtaken"] and not answer["may_publish"]
    assert [change["text"] for change in answer["overtaken_by"]] == ["Every value has to reach 70%."]
    begun = drafts.schema_draft_open(manager, made.id, number="1.1")
    assert begun.base == "1.1" and begun.definition["threshold"] == 0.7


def test_an_earlier_version_can_be_begun_from(manager, made):
    publish(manager, made)
    changed(manager, made, fields=FIELDS[:1])
    publish(manager, made)
    draft = drafts.schema_draft_open(manager, made.id, number="1.0")
    assert draft.base == "2.0" and len(draft.definition["fields"]) == 2
    assert publish(manager, made).number == "3.0"
    with pytest.raises(NotFound):
        drafts.schema_draft_open(manager, made.id, number="9.0")


def test_who_may_not_manage_is_refused(cast, made):
    outsider, operator = cast.access(cast.outsider), cast.access(cast.owner)
    for access in (outsider, operator):
        with pytest.raises((Forbidden, NotFound)):
            drafts.schema_draft_open(access, made.id)
        with pytest.raises(Forbidden):
            types.schema_create(access, name="Mine", team_id=cast.team.id)
        with pytest.raises((Forbidden, NotFound)):
            types.schema_retire(access, made.id)


def test_types_of_every_team_are_made_by_admins_only(cast, manager, inside):
    with pytest.raises(Forbidden) as refused:
        types.schema_create(manager, name="For all")
    assert refused.value.code == "type_team_not_managed"
    assert types.schema_create(cast.access(cast.admin), name="For all").team_id is None


def test_a_team_of_another_organisation_is_no_team(cast, inside):
    with organization_scope(cast.foreign.id):
        foreign = cast.foreign_team.id
    with pytest.raises(Forbidden):
        types.schema_create(cast.access(cast.admin), name="Theirs", team_id=foreign)


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("  ", "", "name_missing"),
        ("x" * 121, "", "name_too_long"),
        ("Note", "Bad Key", "type_key_form"),
        ("Note", "weighing-note", "type_key_taken"),
    ],
)
def test_bad_names_and_keys_are_refused(cast, manager, made, name, key, code):
    with pytest.raises((InvalidInput, Conflict)) as refused:
        types.schema_create(manager, name=name, team_id=cast.team.id, key=key)
    assert refused.value.code == code


def test_keys_are_made_of_names(cast, manager, inside):
    made = [
        types.schema_create(manager, name=name, team_id=cast.team.id).key for name in ("Größe A/B", "Größe A/B", "日付")
    ]
    assert made == ["grosse-a-b", "grosse-a-b-2", "type"]


def test_a_published_type_is_retired_and_restored_not_deleted(manager, made):
    publish(manager, made)
    with pytest.raises(Conflict) as refused:
        types.schema_delete(manager, made.id)
    assert refused.value.code == "type_in_use"
    assert types.schema_retire(manager, made.id).is_retired
    with pytest.raises(Conflict):
        drafts.schema_draft_open(manager, made.id)
    assert not types.schema_restore(manager, made.id).is_retired
    assert drafts.schema_draft_open(manager, made.id).base == "1.0"


def test_a_type_without_versions_is_deleted_with_its_drafts(manager, made):
    types.schema_delete(manager, made.id)
    assert not Schema.objects.filter(id=made.id).exists() and not SchemaDraft.objects.exists()


def test_what_would_break_a_document_is_published_by_nobody(cast, inside):
    spec = spec_from(
        {"name": "Note", "fields": [{"name": "a", "label": "A", "pattern": "(("}]}, key="note", version="1.0"
    )
    with pytest.raises(InvalidInput) as refused:
        schema_publish(organization_id=cast.organization.id, spec=spec)
    assert refused.value.code == "draft_problems"


def test_the_whole_life_by_the_api_alone(cast):
    browser = cast.browser(cast.reviewer)
    post = {"content_type": "application/json"}
    made = browser.post("/api/v1/schemas/", json.dumps({"name": "Slip", "team_id": str(cast.team.id)}), **post)
    assert made.status_code == 201, made.content
    url = f"/api/v1/schemas/{made.json()['id']}/"
    draft = browser.get(f"{url}draft/").json()
    assert draft["problems"][0]["code"] == "nothing_to_read" and not draft["may_publish"]
    body = {"definition": draft["definition"] | {"fields": FIELDS, "locale": "en_GB"}, "revision": draft["revision"]}
    saved = browser.put(f"{url}draft/", json.dumps(body), **post).json()
    assert saved["problems"] == [] and saved["may_publish"] and saved["next_version"] == "1.0"
    done = browser.post(f"{url}draft/publish/", json.dumps({"revision": saved["revision"]}), **post)
    assert done.status_code == 201 and done.json()["version"] == "1.0"
    file = browser.get(f"{url}file/")
    assert yaml.safe_load(file.content)["fields"][0]["name"] == "number" and "yaml" in file["Content-Type"]
    schema = browser.get(f"{url}file/", {"form": "json_schema"}).json()
    assert schema["properties"]["day"]["format"] == "date"
    assert [row["key"] for row in browser.get("/api/v1/schemas/").json()] == ["slip"]
    assert browser.post(f"{url}retire/").status_code == 204 and browser.get(url).json()["is_retired"]
    assert browser.post(f"{url}restore/").status_code == 204
    begun = browser.post(f"{url}draft/", json.dumps({"version": "1.0"}), **post)
    assert begun.status_code == 200 and begun.json()["changes"] == []
    assert browser.delete(f"{url}draft/").status_code == 204 and not browser.get(url).json()["has_draft"]
    refused = browser.delete(url)
    assert refused.status_code == 409 and refused.json()["code"] == "type_in_use"


def test_a_wrong_shape_names_the_place(cast, made):
    body = {"definition": {"fields": [{"type": "colour"}]}, "revision": 2}
    answer = cast.browser(cast.reviewer).put(
        f"/api/v1/schemas/{made.id}/draft/", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 400 and "/fields/0/type" in answer.json()["message"]


def test_a_file_becomes_a_type_and_then_its_draft(cast, manager, inside):
    text = yaml.safe_dump({"key": "slip", "name": "Slip", "locale": "en_GB", "fields": FIELDS})
    schema = schema_import(manager, content=text, team_id=cast.team.id)
    assert publish(manager, schema).number == "1.0" and schema.key == "slip"
    again = schema_import(manager, content=text.replace("Note no.", "Slip no."))
    assert again.pk == schema.pk and publish(manager, schema).number == "1.1"


def test_what_becomes_of_columns_is_said_before(cast, manager, made):
    publish(manager, made)
    draft = drafts.schema_draft_open(manager, made.id)
    draft.definition["fields"][0]["name"] = "note_number"
    drafts.schema_draft_save(manager, made.id, definition=draft.definition, revision=draft.revision)
    browser = cast.browser(cast.reviewer)
    url = f"/api/v1/schemas/{made.id}/"
    assert [one["text"] for one in browser.get(f"{url}draft/").json()["columns"]] == [
        "Analysts get the column weighing_note.note_number.",
        "The column weighing_note.number stays for those who use it, until somebody takes it away.",
    ]
    version = publish(manager, made)
    (view,) = browser.get(f"{url}columns/").json()
    assert [column["name"] for column in view["columns"] if column["is_former"]] == ["number"]
    ViewPublication.objects.filter(schema_version=version).update(status="published")
    refused = browser.delete(f"{url}columns/weighing_note.day/")
    assert refused.status_code == 400 and refused.json()["code"] == "column_not_former"
    assert browser.delete(f"{url}columns/weighing_note.number/").status_code == 204
    (view,) = browser.get(f"{url}columns/").json()
    assert [column["name"] for column in view["columns"]] == ["day", "note_number"]
    assert ViewPublication.objects.get(schema_version=version).status == "waiting"
    assert AuditEntry.objects.get(action="schema_column_retired").details["column"] == "weighing_note.number"
    page = browser.get(f"/schemas/{made.id}/").content.decode()
    assert "Columns for analysts" in page and "note_number" in page


@pytest.mark.django_db(transaction=True)
def test_of_two_that_publish_at_once_one_is_refused(cast):
    manager, admin = cast.access(cast.reviewer), cast.access(cast.admin)
    with organization_scope(cast.organization.id):
        schema = types.schema_create(manager, name="Race", team_id=cast.team.id)
        changed(manager, schema, fields=FIELDS, locale="en_GB")
        publish(manager, schema)
        changed(manager, schema, keywords=["a"])
        changed(admin, schema, keywords=["b"])
    ended = []

    def attempt(access):
        try:
            with organization_scope(cast.organization.id):
                ended.append(publish(access, schema).number)
        except Conflict as error:
            ended.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(access,)) for access in (manager, admin)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(ended) == ["1.1", "draft_overtaken"]
