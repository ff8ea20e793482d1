"""Grants on single schemas: one person, beside the schema's team; nothing that the giver does not manage."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import ROLE_PERMISSIONS, TEAM_ROLES, Permission, Role
from accounts.models import AuditEntry
from accounts.services.people import people
from documents.models import Schema, SchemaUserPermission
from documents.selectors import doors
from documents.selectors import shares as grants
from documents.services.schemas import schema_grants
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories.cast import CONSOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(cast):
    """Of the team "Post"."""
    schema = cast.publish("invoice")["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.update(team=cast.team)
    return schema


def grant(cast, giver, schema, person=None, **options):
    with organization_scope(cast.organization.id):
        schema_grants.schema_grant(cast.access(giver), schema.id, user_id=(person or cast.outsider).id, **options)


def status(cast, person, schema, route="documents:schema_detail"):
    return cast.browser(person).get(reverse(route, args=[schema.id])).status_code


def test_it_opens_the_schema_and_cannot_be_passed_on(cast, schema):
    assert status(cast, cast.outsider, schema) == 404
    grant(cast, cast.reviewer, schema)
    assert status(cast, cast.outsider, schema) == 200
    with organization_scope(cast.organization.id):
        assert [found.key for found in doors.schema_list(cast.access(cast.outsider))] == ["invoice"]
    assert status(cast, cast.outsider, schema, "documents:schema_edit") == 403
    grant(cast, cast.reviewer, schema, may_manage=True)
    assert status(cast, cast.outsider, schema, "documents:schema_edit") == 200
    with pytest.raises(Forbidden):
        grant(cast, cast.outsider, schema, cast.viewer)
    assert status(cast, cast.outsider, schema, "documents:schema_grants") == 403
    grant(cast, cast.reviewer, schema)
    assert status(cast, cast.outsider, schema, "documents:schema_edit") == 403, "the narrower takes its place"


def test_it_ends_with_its_day_or_when_it_is_taken_back(cast, schema):
    grant(cast, cast.reviewer, schema, expires_at=timezone.now() + timedelta(days=1))
    with organization_scope(cast.organization.id):
        SchemaUserPermission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert grants.schema_grant_list(cast.access(cast.reviewer), schema.id) == []
    assert status(cast, cast.outsider, schema) == 404
    grant(cast, cast.reviewer, schema)
    with organization_scope(cast.organization.id):
        schema_grants.schema_grant_revoke(cast.access(cast.admin), schema.id, cast.outsider.id)
        with pytest.raises(NotFound):
            schema_grants.schema_grant_revoke(cast.access(cast.admin), schema.id, cast.outsider.id)
        actions = AuditEntry.objects.filter(object_kind="schema").order_by("number").values_list("action", flat=True)
        assert list(actions)[-2:] == ["schema_granted", "schema_grant_revoked"]
    assert status(cast, cast.outsider, schema) == 404


@pytest.mark.parametrize("wrong", ["oneself", "stranger", "past", "too long"])
def test_what_cannot_be_granted_is_refused_by_name(cast, schema, wrong):
    person = {"oneself": cast.reviewer, "stranger": cast.foreign_admin}.get(wrong, cast.outsider)
    lasts = {"past": -timedelta(seconds=1), "too long": timedelta(days=366)}.get(wrong)
    with pytest.raises(NotFound if wrong == "stranger" else InvalidInput):
        grant(cast, cast.reviewer, schema, person, expires_at=timezone.now() + lasts if lasts else None)


@pytest.mark.parametrize(("role", "of_team"), list(product([*TEAM_ROLES, Role.ORG_ADMIN], [True, False])))
def test_nobody_grants_what_they_do_not_manage(cast, schema, role, of_team):
    """Every role, in the schema's team or for a schema of the whole organisation."""
    if not of_team:
        with organization_scope(cast.organization.id):
            Schema.objects.update(team=None)
    giver = cast.teammate
    people.membership_remove(CONSOLE, giver.memberships.get().id)
    place = {"team_id": cast.team.id if role in TEAM_ROLES else None}
    people.membership_set(CONSOLE, user_id=giver.id, organization_id=cast.organization.id, role=role, **place)
    is_allowed = Permission.MANAGE_SCHEMAS in ROLE_PERMISSIONS[role] and (of_team or role is Role.ORG_ADMIN)
    if is_allowed:
        grant(cast, giver, schema, may_manage=True)
        held = cast.access(cast.outsider).schema_permissions
        assert held == {schema.id: {"use_schema", "manage_schemas"}}
    else:
        with pytest.raises(Forbidden):
            grant(cast, giver, schema)


def test_who_leaves_the_organization_keeps_none(cast, schema):
    grant(cast, cast.reviewer, schema)
    with organization_scope(cast.organization.id):
        people.person_remove(cast.session_access(cast.admin), cast.outsider.id)
        assert not SchemaUserPermission.objects.exists()


def test_the_pages_grant_list_and_take_back(cast, schema):
    cast.outsider  # noqa: B018 (made when first looked at)
    browser, url = cast.browser(cast.reviewer), reverse("documents:schema_grants", args=[schema.id])
    assert b"Shared with nobody" in browser.get(url).content
    form = {"person": str(cast.outsider.id), "may_manage": "on"}
    page = browser.post(url, form, follow=True).content.decode()
    assert str(cast.outsider) in page and "manage" in page and "when it is taken back" in page
    assert browser.post(url, form | {"last_day": "2020-01-01"}).status_code == 400
    fragment = cast.browser(cast.admin).get(reverse("documents:person_grants", args=[cast.outsider.id]))
    assert schema.name in fragment.content.decode()
    end = reverse("documents:schema_grant_revoke", args=[schema.id, cast.outsider.id])
    assert b"Shared with nobody" in browser.post(end, follow=True).content


def test_the_api_does_the_same(cast, schema):
    browser, url = cast.browser(cast.reviewer), reverse("api-schema-grants", args=[schema.id])
    body = {"user_id": str(cast.outsider.id), "may_manage": True}
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert browser.post(url, body, content_type="application/json", headers=headers).status_code == 204
    (listed,) = browser.get(url).json()
    assert listed == {**body, "user": str(cast.outsider), "expires_at": None}
    assert browser.delete(reverse("api-schema-grant", args=[schema.id, cast.outsider.id])).status_code == 204
    assert browser.get(url).json() == []
