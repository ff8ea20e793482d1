"""The switch of a type: who may change it, what is recorded, and what people read about it."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module

import psycopg
import pytest
from django.conf import settings as project
from django.urls import reverse

from accounts.models import AuditEntry, Organization, SystemSettings
from documents.domain.schema_tuning import SchemaTuning
from documents.models import Batch, Schema
from documents.services.approving.auto_approval import schema_auto_approval_set
from documents.services.schemas.schemas import schema_publish, schema_tune
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.operations.demo.organization import shipped_schemas

pytestmark = pytest.mark.django_db
ON = {"is_on": True, "is_risk_accepted": True}


@pytest.fixture
def schema(cast) -> Schema:
    """The invoice, of the team alone, as it was published: off."""
    schema = cast.publish("invoice", threshold=0.85, is_automatic=False)["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(team=cast.team)
    return schema


def switch(cast, user, schema, **wanted):
    with organization_scope(cast.organization.id):
        return schema_auto_approval_set(cast.access(user), schema.id, **wanted)


def state_of(cast, schema) -> str:
    with organization_scope(cast.organization.id):
        return Schema.objects.get(id=schema.id).auto_approval


def sentence(page, code: str) -> str:
    """What a person reads in the sentence of that reason; empty for none."""
    found = re.search(rf'data-reason="{code}">(.*?)</p>', page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def test_new_type_is_off(cast, schema):
    assert state_of(cast, schema) == "off"


def test_only_admins_switch_on_and_managers_may_switch_off(cast, schema):
    for user in (cast.viewer, cast.owner, cast.reviewer):
        with pytest.raises(Forbidden):
            switch(cast, user, schema, **ON)
    for user in (cast.outsider,):
        with pytest.raises(NotFound):
            switch(cast, user, schema, **ON)
    assert state_of(cast, schema) == "off"
    switch(cast, cast.admin, schema, **ON)
    for user in (cast.viewer, cast.owner):
        with pytest.raises(Forbidden):
            switch(cast, user, schema, is_on=False)
    assert state_of(cast, schema) == "by_hand"
    switch(cast, cast.reviewer, schema, is_on=False)
    assert state_of(cast, schema) == "off"


def test_switching_on_needs_the_risk_accepted(cast, schema):
    with pytest.raises(InvalidInput, match="accept this risk"):
        switch(cast, cast.admin, schema, is_on=True)
    browser = cast.browser(cast.admin)
    address = reverse("documents:schema_auto_approval", args=[schema.id])
    assert browser.post(address, {"is_on": "yes"}).status_code == 400
    assert browser.post(address, {"is_risk_accepted": "yes"}).status_code == 400
    assert state_of(cast, schema) == "off"


def test_every_change_is_audited_once_with_old_and_new(cast, schema):
    for wanted in (ON, ON, {"is_on": False}, {"is_on": False}):
        switch(cast, cast.admin, schema, **wanted)
    with organization_scope(cast.organization.id):
        entries = AuditEntry.objects.filter(action="schema_auto_approval_changed").order_by("number")
        found = [(entry.actor_id, entry.object_id, entry.details) for entry in entries]
        changed = Schema.objects.get(id=schema.id)
    base = {"schema": "invoice"}
    assert found == [
        (cast.admin.id, str(schema.id), base | {"old": "off", "new": "by_hand"}),
        (cast.admin.id, str(schema.id), base | {"old": "by_hand", "new": "off"}),
    ]
    assert changed.auto_approval_changed_by_id == cast.admin.id and changed.auto_approval_changed_at


def test_further_versions_keep_the_switch(cast, schema):
    switch(cast, cast.admin, schema, **ON)
    with organization_scope(cast.organization.id):
        version = schema.versions.get()
        schema_tune(cast.access(cast.admin), schema.id, base=version.number, tuning=SchemaTuning(0.5, {}))
        schema_publish(organization_id=cast.organization.id, spec=replace(version.spec, version="7.0"))
    assert state_of(cast, schema) == "by_hand"


def test_page_of_the_type_offers_the_switch_to_those_who_may(cast, schema):
    address = reverse("documents:schema_detail", args=[schema.id])
    assert cast.admin
    for user in (cast.viewer, cast.owner, cast.reviewer):
        page = cast.browser(user).get(address)
        assert "Automatic approval is off for Invoice" in sentence(page, "type_off")
        assert "administrator of the organisation" in sentence(page, "type_off")
        assert 'name="is_on"' not in page.content.decode()
        assert (str(cast.admin) in sentence(page, "type_off")) is (user == cast.reviewer), "who may see people"
    browser = cast.browser(cast.admin)
    page = browser.get(address)
    assert "you can switch it on" in sentence(page, "type_off")
    assert "reaches the production database unseen" in page.content.decode()
    done = browser.post(address + "auto-approval/", {"is_on": "yes", "is_risk_accepted": "yes"}, follow=True)
    assert "Automatic approval is switched on." in done.content.decode()
    assert str(cast.admin) in done.content.decode() and "you can switch it off" in sentence(done, "by_hand")
    manager = cast.browser(cast.reviewer)
    assert 'name="is_on" value="no"' in manager.get(address).content.decode()
    assert 'name="is_on"' not in cast.browser(cast.owner).get(address).content.decode()
    done = manager.post(address + "auto-approval/", {"is_on": "no"}, follow=True)
    assert "Automatic approval is switched off." in done.content.decode() and state_of(cast, schema) == "off"


def test_type_without_required_fields_says_so_on_its_page(cast, schema):
    with organization_scope(cast.organization.id):
        spec = schema.versions.get().spec
        fields = tuple(replace(field, is_required=False) for field in spec.fields)
        schema_publish(organization_id=cast.organization.id, spec=replace(spec, version="8.0", fields=fields))
    switch(cast, cast.admin, schema, **ON)
    page = cast.browser(cast.admin).get(reverse("documents:schema_detail", args=[schema.id]))
    assert "No field of Invoice is required" in sentence(page, "no_required_field")
    assert 'name="is_on" value="no"' in page.content.decode()


def a_batch(cast, schema=None) -> Batch:
    with organization_scope(cast.organization.id):
        return Batch.objects.create(
            organization=cast.organization, team=cast.team, schema=schema, name="Monday", submitted_by=cast.owner
        )


def test_batch_page_says_what_is_not_approved_automatically(cast, schema, servers):
    batch = a_batch(cast, schema)
    address = reverse("documents:batch_detail", args=[batch.id])
    assert cast.admin
    assert "off for Invoice" in sentence(cast.browser(cast.viewer).get(address), "type_off")
    page = cast.browser(cast.admin).get(address)
    assert "you can switch it on" in sentence(page, "type_off")
    assert reverse("documents:schema_detail", args=[schema.id]) in page.content.decode()
    switch(cast, cast.admin, schema, **ON)
    assert "data-reason" not in cast.browser(cast.viewer).get(address).content.decode()
    assert (
        "data-reason"
        not in cast.browser(cast.viewer)
        .get(reverse("documents:batch_detail", args=[a_batch(cast).id]))
        .content.decode()
    )


def test_processing_page_says_it_of_all_types(cast, schema, servers):
    address = reverse("documents:processing")
    other = cast.publish("receipt")["receipt"]
    page = cast.browser(cast.reviewer).get(address)
    assert "off for Invoice" in sentence(page, "type_off")
    assert other.name in sentence(page, "by_hand")
    refresh = cast.browser(cast.reviewer).get(address, headers={"HX-Request": "true"})
    assert refresh.status_code == 200


def test_system_switch_gives_its_own_sentence(cast, schema, servers):
    switch(cast, cast.admin, schema, **ON)
    SystemSettings.objects.update_or_create(id=1, defaults={"is_auto_approval_on": False})
    pages = [
        reverse("documents:batch_detail", args=[a_batch(cast, schema).id]),
        reverse("documents:schema_detail", args=[schema.id]),
        reverse("documents:processing"),
    ]
    for address in pages:
        assert "a super admin can switch it on" in sentence(cast.browser(cast.admin).get(address), "system_off")
        assert "you can switch it on" in sentence(cast.browser(cast.super_admin).get(address), "system_off")
    answer = cast.browser(cast.viewer).get(reverse("api-schema-auto-approval", args=[schema.id])).json()
    assert (answer["state"], answer["is_allowed"], answer["reason"]) == ("by_hand", False, "system_off")


def test_demonstration_says_that_it_is_one(cast, schema, servers, settings):
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(auto_approval="demonstration")
    pages = [
        reverse("documents:batch_detail", args=[a_batch(cast, schema).id]),
        reverse("documents:schema_detail", args=[schema.id]),
        reverse("documents:processing"),
    ]
    for address in pages:
        assert "off for Invoice" in sentence(cast.browser(cast.reviewer).get(address), "type_off")
    settings.IS_DEMONSTRATION = True
    for address in pages:
        assert "because this is a demonstration" in sentence(cast.browser(cast.reviewer).get(address), "demonstration")
    assert state_of(cast, schema) == "demonstration"


def test_api_shows_and_changes_the_switch(cast, schema):
    address = reverse("api-schema-auto-approval", args=[schema.id])
    viewer, manager, admin = (cast.browser(user) for user in (cast.viewer, cast.reviewer, cast.admin))
    off = {"state": "off", "is_allowed": False, "reason": "type_off", "changed_by": None, "changed_at": None}
    assert viewer.get(address).json() == off

    def put(browser, **wanted):
        return browser.put(address, wanted, content_type="application/json")

    assert put(manager, **ON).status_code == 403
    refused = put(admin, is_on=True)
    assert (refused.status_code, refused.json()["code"]) == (400, "risk_not_accepted")
    assert put(admin, **ON).status_code == 204
    answer = viewer.get(address).json()
    assert (answer["state"], answer["is_allowed"], answer["changed_by"]) == ("by_hand", True, str(cast.admin))
    assert put(viewer, is_on=False).status_code == 403
    assert put(manager, is_on=False).status_code == 204
    listed = viewer.get(reverse("api-schemas")).json()
    assert [row["auto_approval"] for row in listed] == ["off"]


def test_django_admin_shows_the_switch_and_does_not_change_it(cast, schema):
    browser = cast.browser(cast.super_admin)
    address = reverse("admin:documents_schema_change", args=[schema.id])
    assert "automatic approval" in browser.get(address).content.decode().lower()
    inline = {f"versions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    sent = {"name": "Bill", "team": "", "auto_approval": "by_hand", **inline}
    assert browser.post(address, sent).status_code == 302
    with organization_scope(cast.organization.id):
        found = Schema.objects.get(id=schema.id)
    assert (found.name, found.auto_approval) == ("Bill", "off")


@pytest.mark.django_db(transaction=True)
def test_upgrade_switches_on_the_demonstrations_types_only(cast, schema, servers):
    """An earlier release's demonstration keeps both routes; every other type of every organisation begins with off."""
    migration = import_module("documents.migrations.0021_auto_approval")
    Organization.objects.filter(id=cast.foreign.id).update(slug="demo")
    with organization_scope(cast.foreign.id):
        for spec in (*shipped_schemas(), replace(shipped_schemas()[0], key="own_type")):
            schema_publish(organization_id=cast.foreign.id, spec=spec)
    with psycopg.connect(servers.superuser_url(f"idp_{project.TEST_WORKER}")) as connection:
        for statement in migration.DEMONSTRATION:
            connection.execute(statement)
    with system_scope("test"):
        states = dict(Schema.objects.filter(organization=cast.foreign).values_list("key", "auto_approval"))
    assert states == {spec.key: "demonstration" for spec in shipped_schemas()} | {"own_type": "off"}
    assert state_of(cast, schema) == "off"
