"""Document types as managers see, make and edit them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from documents.domain.schema_spec import CheckKind, FieldType
from documents.models import Schema, SchemaDraft
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope


@pytest.fixture
def schema(cast) -> Schema:
    """The invoice, of the team alone."""
    schema = cast.publish("invoice", threshold=0.85)["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(team=cast.team)
    return schema


def test_manager_edits_the_next_version_of_a_type(cast, schema):
    browser = cast.browser(cast.reviewer)
    listed = browser.get("/schemas/").content.decode()
    assert schema.name in listed and f"/schemas/{schema.id}/edit/" in listed and "/schemas/new/" in listed
    page = browser.get(f"/schemas/{schema.id}/edit/")
    editor = page.context["editor"]
    assert page.status_code == 200 and editor["draft"]["revision"] == 0 and editor["draft"]["changes"] == []
    assert {one["value"] for one in editor["vocabulary"]["types"]} == set(FieldType)
    assert {one["value"] for one in editor["vocabulary"]["checks"]} == set(CheckKind)
    with organization_scope(cast.organization.id):
        assert not SchemaDraft.objects.exists(), "looking at the editor stores nothing"
        old = schema.versions.get()
        aliases = {"invoice_number": {"aliases": ["Bill no.", "Our ref."]}}
        newest = cast.change_type(cast.reviewer, schema, threshold=0.925, fields=aliases)
        first, entry = AuditEntry.objects.filter(action="schema_published").order_by("number")
    assert (first.actor_name, first.details) == ("system", {"schema": schema.key, "version": old.number})
    assert (entry.actor_id, entry.details["base"]) == (cast.reviewer.id, old.number)
    page = browser.get(f"/schemas/{schema.id}/").content.decode()
    assert f"{schema.name} {newest.number}" in page and "Our ref." in page and "Every value has to reach" in page
    earlier = browser.get(f"/schemas/{schema.id}/", {"version": old.number}).content.decode()
    assert "an earlier version" in earlier
    assert browser.get(f"/schemas/{schema.id}/", {"version": "9.9"}).status_code == 404
    file = browser.get(f"/schemas/{schema.id}/file/", {"version": old.number})
    assert (
        file["Content-Disposition"].endswith(f'"{schema.key}-{old.number}.yaml"') and b"invoice_number" in file.content
    )


def test_a_new_type_is_begun_empty_or_from_a_file(cast):
    browser = cast.browser(cast.reviewer)
    page = browser.get("/schemas/new/")
    assert page.context["form"].team_choices == [(str(cast.team.id), cast.team.name)]
    made = browser.post("/schemas/new/", {"name": "Weighing note", "team": str(cast.team.id)})
    assert made.status_code == 302
    editor = browser.get(made["Location"])
    assert editor.status_code == 200 and "Weighing note" in editor.content.decode()
    file = SimpleUploadedFile("slip.yaml", b"key: slip\nname: Slip\nlocale: en_GB\nfields: [{name: a, label: A}]\n")
    read = browser.post("/schemas/new/", {"file": file, "team": str(cast.team.id)})
    assert read.status_code == 302 and browser.get(read["Location"]).context["editor"]["draft"]["may_publish"]
    listed = browser.get("/schemas/").content.decode()
    assert listed.count("your draft") == 2 and "none published" in listed
    bad = browser.post("/schemas/new/", {"file": SimpleUploadedFile("a.yaml", b"- a"), "team": str(cast.team.id)})
    assert bad.status_code == 400 and "neither YAML nor JSON" in bad.content.decode()
    nameless = browser.post("/schemas/new/", {"name": " ", "team": str(cast.team.id)})
    assert nameless.status_code == 400 and "Give it a name" in nameless.content.decode()


def test_a_type_of_the_library_is_taken_by_one_click(cast):
    browser = cast.browser(cast.reviewer)
    page = browser.get("/schemas/new/").content.decode()
    assert "Delivery note" in page and "From the library" in page
    for key in ("delivery_note", "delivery_note_2"):
        chosen = {"key": "delivery_note", "team": str(cast.team.id), "language": "de"}
        taken = browser.post("/schemas/adopt/", chosen, follow=True).content.decode()
        assert "Lieferschein 1.0" in taken
        with organization_scope(cast.organization.id):
            assert Schema.objects.get(key=key).team_id == cast.team.id
    assert "taken as Lieferschein" in browser.get("/schemas/new/").content.decode()


def test_who_manages_no_types_is_told_so(cast):
    page = cast.browser(cast.owner).get("/schemas/new/").content.decode()
    assert (
        "Only managers of a team" in page
        and "/schemas/new/" not in cast.browser(cast.owner).get("/schemas/").content.decode()
    )


def test_a_type_is_retired_and_restored_on_its_page(cast, schema):
    browser = cast.browser(cast.reviewer)
    browser.post(f"/schemas/{schema.id}/retire/")
    page = browser.get(f"/schemas/{schema.id}/").content.decode()
    assert "Take it into use again" in page and f"/schemas/{schema.id}/edit/" not in page
    browser.post(f"/schemas/{schema.id}/retire/", {"restore": "yes"})
    assert f"/schemas/{schema.id}/edit/" in browser.get(f"/schemas/{schema.id}/").content.decode()


def test_an_earlier_version_is_begun_with_on_its_page(cast, schema):
    browser = cast.browser(cast.reviewer)
    with organization_scope(cast.organization.id):
        old = schema.versions.get().number
        cast.change_type(cast.reviewer, schema, threshold=0.9)
    begun = browser.post(f"/schemas/{schema.id}/begin/", {"version": old})
    assert begun.status_code == 302
    assert browser.get(begun["Location"]).context["editor"]["draft"]["changes"][0]["code"] == "change_type_threshold"


def test_only_managers_of_the_schema_change_it(cast, schema):
    with organization_scope(cast.organization.id):
        with pytest.raises(Forbidden):
            cast.change_type(cast.owner, schema, threshold=0.5)
        Schema.objects.filter(id=schema.id).update(team=None)
        with pytest.raises(Forbidden):
            cast.change_type(cast.reviewer, schema, threshold=0.5)
        with pytest.raises(InvalidInput):
            cast.change_type(cast.admin, schema, threshold=7)
        assert cast.change_type(cast.admin, schema, threshold=0.5).spec.threshold == 0.5
