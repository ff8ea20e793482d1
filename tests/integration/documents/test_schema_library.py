"""The library of document types: who sees and adopts what, and that what was adopted is the organisation's own."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.library import library_type, library_types
from documents.models import Schema, SchemaVersion, ViewPublication
from documents.selectors.library import library_shelf
from documents.services.schemas import adoption
from documents.services.schemas.adoption import schema_adopt
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope

pytestmark = pytest.mark.django_db


def adopt(cast, person, library_key="letter", *, team=None, language="en", key=""):
    team_id = team.id if team else None
    with organization_scope(cast.organization.id):
        return schema_adopt(cast.access(person), library_key, team_id=team_id, language=language, key=key)


def shelf(cast, person, language="en"):
    with organization_scope(cast.organization.id):
        return {row.key: row for row in library_shelf(cast.access(person), language)}


def api(cast, person, route, body=None, **kwargs):
    browser, url = cast.browser(person), reverse(route, kwargs=kwargs)
    return browser.get(url) if body is None else browser.post(url, body, content_type="application/json")


def test_every_type_becomes_the_organisations_own(cast):
    for each in library_types():
        schema = adopt(cast, cast.admin, each.key, language="de")
        with organization_scope(cast.organization.id):
            [version] = schema.versions.all()
            assert (schema.key, schema.name, schema.team_id) == (each.key, each.names["de"], None)
            assert (version.number, version.spec) == ("1.0", each.spec("de"))
            assert all(field.id for field in version.spec.fields)
            assert ViewPublication.objects.filter(schema_version=version).exists()
    rows = shelf(cast, cast.viewer, "de")
    assert all([one.key for one in row.adopted] == [key] for key, row in rows.items())


def test_it_is_audited_with_where_it_came_from(cast):
    schema = adopt(cast, cast.reviewer, "invoice", team=cast.team, language="de")
    with organization_scope(cast.organization.id):
        entry = AuditEntry.objects.get(action="schema_published")
        assert (entry.object_id, entry.actor_id) == (str(schema.pk), cast.reviewer.pk)
        assert entry.details["library"] == "invoice" and entry.details["team"] == str(cast.team.id)


def test_managers_adopt_for_a_team_and_org_admins_for_all(cast):
    assert adopt(cast, cast.reviewer, team=cast.team).team_id == cast.team.id
    assert adopt(cast, cast.admin, "receipt").team_id is None
    assert adopt(cast, cast.admin, "contract", team=cast.other_team).team_id == cast.other_team.id
    with pytest.raises(Forbidden, match="for every team"):
        adopt(cast, cast.reviewer, "invoice")
    with pytest.raises(NotFound):
        adopt(cast, cast.reviewer, "invoice", team=cast.other_team)
    with pytest.raises(NotFound):
        adopt(cast, cast.admin, "invoice", team=cast.foreign_team)
    for person in (cast.viewer, cast.owner):
        with pytest.raises(Forbidden, match="managers of a team"):
            adopt(cast, person, "invoice", team=cast.team)


def test_a_taken_key_is_refused_with_another_one_offered(cast):
    adopt(cast, cast.admin, team=cast.other_team)
    assert [row for row in shelf(cast, cast.reviewer).values() if row.is_adopted] == []
    with pytest.raises(Conflict, match="letter_2") as refused:
        adopt(cast, cast.reviewer, team=cast.team)
    assert refused.value.code == "schema_key_taken"
    again = adopt(cast, cast.reviewer, team=cast.team, key="letter_2", language="de")
    assert (again.key, again.name) == ("letter_2", "Brief")
    with organization_scope(cast.organization.id):
        assert SchemaVersion.objects.filter(schema__key="letter").count() == 1, "the other team's type stays as it was"
    assert [one.key for one in shelf(cast, cast.reviewer)["letter"].adopted] == ["letter_2"]
    with pytest.raises(Conflict, match="letter_3"):
        adopt(cast, cast.admin)


def test_nothing_is_left_of_a_refused_adoption(cast, monkeypatch):
    def fail(**_):
        raise IntegrityError

    monkeypatch.setattr(adoption, "schema_publish", fail)
    with pytest.raises(IntegrityError):
        adopt(cast, cast.admin)
    with organization_scope(cast.organization.id):
        assert not Schema.objects.exists()


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"library_key": "laundry_list"}, NotFound, "laundry_list"),
        ({"language": "fr"}, InvalidInput, "“fr”"),
        ({"key": "My letters"}, InvalidInput, "small letter"),
        ({"key": "x" * 61}, InvalidInput, "60"),
    ],
)
def test_what_cannot_be_is_refused_by_name(cast, options, error, told):
    with pytest.raises(error, match=told):
        adopt(cast, cast.admin, **options)


def test_the_shelf_tells_what_each_type_reads(cast):
    row = shelf(cast, cast.viewer, "de")["invoice"]
    spec = library_type("invoice").spec("de")
    assert (row.name, row.fields, row.tables) == ("Rechnung", spec.fields, spec.tables)
    assert row.kinds == ("invoice", "credit_note")
    assert not row.may_adopt and not row.is_adopted
    assert shelf(cast, cast.reviewer)["invoice"].may_adopt
    with pytest.raises(InvalidInput):
        shelf(cast, cast.viewer, "fr")


def test_a_type_that_was_retired_is_offered_again(cast):
    schema = adopt(cast, cast.admin)
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(is_retired=True)
    assert not shelf(cast, cast.admin)["letter"].is_adopted


def test_by_api_it_is_listed_and_adopted(cast):
    listed = api(cast, cast.reviewer, "api-schema-library").json()
    assert [row["name"] for row in listed] == sorted(row["name"] for row in listed) and len(listed) == 11
    [letter] = [row for row in listed if row["key"] == "letter"]
    assert letter["may_adopt"] and letter["adopted"] == [] and letter["language"] == "en"
    assert letter["fields"][0] == {
        "name": "sender_name", "type": "name", "label": "Sender", "is_required": True, "is_list": False,
    }  # fmt: skip
    body = {"team_id": str(cast.team.id), "language": "de"}
    made = api(cast, cast.reviewer, "api-schema-adopt", body, key="letter")
    assert made.status_code == 201 and (made.json()["key"], made.json()["name"]) == ("letter", "Brief")
    again = api(cast, cast.reviewer, "api-schema-adopt", body, key="letter")
    assert (again.status_code, again.json()["code"]) == (409, "schema_key_taken")
    listed = api(cast, cast.viewer, "api-schema-library").json()
    [letter] = [row for row in listed if row["key"] == "letter"]
    assert [one["key"] for one in letter["adopted"]] == ["letter"] and not letter["may_adopt"]
    german = cast.browser(cast.viewer).get(reverse("api-schema-library"), {"language": "de"}).json()
    assert "Auftragsbestätigung" in [row["name"] for row in german]


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("letter", {"team": "x"}, 400),
        ("letter", {"language": "fr"}, 400),
        ("letter", {"team_id": str(uuid4())}, 404),
        ("laundry-list", {}, 404),
        ("letter", {"key": "A b"}, 400),
    ],
)
def test_by_api_unknown_values_are_refused(cast, key, body, status):
    assert api(cast, cast.admin, "api-schema-adopt", body, key=key).status_code == status


def test_by_command_it_is_listed_and_adopted(cast):
    out = io.StringIO()
    call_command("schema_library", language="de", stdout=out)
    assert "Auftragsbestätigung" in out.getvalue() and len(out.getvalue().splitlines()) == 11
    slug = cast.organization.slug
    call_command("schema_library", adopt="invoice", organization=slug, team=cast.team.name, language="de", stdout=out)
    with organization_scope(cast.organization.id):
        schema = Schema.objects.get()
        assert (schema.key, schema.name, schema.team) == ("invoice", "Rechnung", cast.team)
    with pytest.raises(CommandError, match="invoice_2"):
        call_command("schema_library", adopt="invoice", organization=slug, stdout=out)
    with pytest.raises(CommandError, match="no team"):
        call_command("schema_library", adopt="letter", organization=slug, team="Nobody", stdout=out)
    with pytest.raises(CommandError, match="--organization"):
        call_command("schema_library", adopt="letter", stdout=out)
