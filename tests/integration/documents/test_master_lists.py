"""Master data: brought, replaced and deleted by managers, seen by nobody else, on the screen and by API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from documents.models import MasterList, SchemaDraft
from documents.selectors.master_lists import list_columns_for, master_list_rows
from documents.services.schemas import master_lists as services
from documents.services.schemas import types
from idp_project.core.errors import Conflict, Forbidden, NotFound
from idp_project.core.tenancy import organization_scope

pytestmark = pytest.mark.django_db
CONTENT = "number;name\n70001;Kühn & Söhne GmbH\n70002;Baltic Freight AS\n"


@pytest.fixture
def inside(cast):
    with organization_scope(cast.organization.id):
        yield


@pytest.fixture
def manager(cast):
    return cast.access(cast.reviewer)


@pytest.fixture
def suppliers(cast, manager, inside) -> MasterList:
    return services.master_list_create(manager, name="Suppliers", content=CONTENT, team_id=cast.team.id)


def test_a_list_is_brought_and_audited_without_entries(cast, manager, suppliers):
    assert (suppliers.key, suppliers.columns, suppliers.row_count) == ("suppliers", ["number", "name"], 2)
    assert list_columns_for(manager) == {"suppliers": ("Suppliers", ("number", "name"))}
    entry = AuditEntry.objects.get(action="master_list_created")
    assert entry.actor_id == cast.reviewer.pk and "Kühn" not in str(entry.details)
    with pytest.raises(Conflict):
        services.master_list_create(manager, name="Suppliers", content=CONTENT, team_id=cast.team.id)


def test_replacing_keeps_what_types_name(cast, manager, suppliers):
    schema = types.schema_create(manager, name="Slip", team_id=cast.team.id)
    field = {"name": "supplier", "label": "Supplier", "listed_in": "suppliers", "listed_column": "name"}
    SchemaDraft.objects.filter(schema=schema).update(definition={"name": "Slip", "fields": [field]})
    assert master_list_rows(manager)[0].types == ("Slip",)
    with pytest.raises(Conflict) as refused:
        services.master_list_replace(manager, suppliers.pk, content="number\n70003\n")
    assert refused.value.code == "list_column_in_use" and "Slip" in refused.value.message
    with pytest.raises(Conflict):
        services.master_list_delete(manager, suppliers.pk)
    replaced = services.master_list_replace(manager, suppliers.pk, content="name,place\nOther,Kiel\n")
    assert (replaced.revision, replaced.rows) == (2, [["Other", "Kiel"]])
    types.schema_delete(manager, schema.pk)
    services.master_list_delete(manager, suppliers.pk)
    assert not MasterList.objects.exists()
    actions = set(AuditEntry.objects.filter(object_kind="master_list").values_list("action", flat=True))
    assert actions == {"master_list_created", "master_list_replaced", "master_list_deleted"}


def test_lists_of_every_team_are_changed_by_admins_only(cast, manager, inside):
    admin = cast.access(cast.admin)
    shared = services.master_list_create(admin, name="Cost centres", content="centre\n4711\n")
    (row,) = master_list_rows(manager)
    assert row.list == shared and not row.may_manage and master_list_rows(admin)[0].may_manage
    for change in (services.master_list_delete, lambda *of: services.master_list_replace(*of, content=CONTENT)):
        with pytest.raises(Forbidden):
            change(manager, shared.pk)
    with pytest.raises(Forbidden):
        services.master_list_create(manager, name="Mine", content=CONTENT)
    for stranger in (cast.owner, cast.viewer):
        with pytest.raises(Forbidden):
            master_list_rows(cast.access(stranger))
        with pytest.raises(NotFound):
            services.master_list_delete(cast.access(stranger), shared.pk)


def test_rows_are_behind_the_wall_of_tenancy(cast, suppliers):
    with organization_scope(cast.foreign_team.organization_id):
        assert not MasterList.objects.exists()


def test_manager_brings_searches_and_replaces_on_screen(cast):
    browser = cast.browser(cast.reviewer)
    assert "/schemas/lists/" in browser.get("/schemas/").content.decode()
    file = SimpleUploadedFile("suppliers.csv", CONTENT.encode("cp1252"))
    sent = {"name": "Suppliers", "team": str(cast.team.id), "file": file}
    assert "Suppliers" in browser.post("/schemas/lists/", sent, follow=True).content.decode()
    with organization_scope(cast.organization.id):
        url = f"/schemas/lists/{MasterList.objects.get().pk}/"
    page = browser.get(url, {"text": "baltic"}).content.decode()
    assert "Baltic Freight AS" in page and "Kühn" not in page
    bad = browser.post(url, {"name": "Suppliers", "file": SimpleUploadedFile("a.csv", b"a,a\n1,2")})
    assert bad.status_code == 400 and "The first line names the columns" in bad.content.decode()
    file = SimpleUploadedFile("b.csv", b"number,name\n1,Next\n")
    assert "Replaced." in browser.post(url, {"name": "Suppliers", "file": file}, follow=True).content.decode()
    assert "The list is deleted." in browser.post(f"{url}delete/", follow=True).content.decode()


def test_the_same_by_api_alone(cast):
    browser, kind = cast.browser(cast.reviewer), {"content_type": "application/json"}
    new = {"name": "Suppliers", "content": CONTENT, "team_id": str(cast.team.id)}
    made = browser.post("/api/v1/master-lists/", json.dumps(new), **kind)
    assert made.status_code == 201 and made.json()["row_count"] == 2
    url = f"/api/v1/master-lists/{made.json()['id']}/"
    found = browser.get(url, {"text": "70002"}).json()
    assert found["rows"] == [["70002", "Baltic Freight AS"]] and found["found"] == 1
    assert browser.put(url, json.dumps({"content": "name\nOne\n"}), **kind).json()["revision"] == 2
    assert [one["key"] for one in browser.get("/api/v1/master-lists/").json()] == ["suppliers"]
    assert browser.delete(url).status_code == 204 and browser.get(url).status_code == 404
