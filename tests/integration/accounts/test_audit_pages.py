"""The audit trail as org admins see it: filtered, page by page, taken along, checked."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import AuditEntry
from accounts.selectors.access import access_resolve
from accounts.services.audit import trail as audit_services
from accounts.views import audit
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import sign_in

URL = "/organization/audit/"
PURPOSE = "A complaint of 3 May about a leaked invoice."


@pytest.fixture
def access(person):
    return access_resolve(person("olga", Role.ORG_ADMIN), None)


@pytest.fixture
def admin(access) -> Client:
    client = Client()
    sign_in(client, "olga")
    return client


@pytest.fixture
def entries(access, world):
    """Three views, one refusal, and one in another organisation."""
    with organization_scope(world.organization.id):
        for number in range(3):
            audit_services.audit_record(access, "document_seen", object_kind="document", object_id=f"paper-{number}")
        audit_services.audit_record(access, "refused", details={"path": "<b>/secret</b>"})
    audit_services.audit_record(None, "document_seen", object_id="foreign-paper", organization_id=world.foreign.id)


def shown(client: Client, **query: object) -> str:
    answer = client.get(URL, {"purpose": PURPOSE, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_entries_are_filtered_by_kind_text_object_and_day(admin, entries):
    everything = shown(admin)
    assert "paper-0" in everything and "foreign-paper" not in everything
    assert "&lt;b&gt;/secret" in everything and "<b>/secret" not in everything
    assert "paper-0" not in shown(admin, kind="refused") and "/secret" in shown(admin, kind="refused")
    only = shown(admin, object_id="paper-1")
    assert "paper-1" in only and "paper-2" not in only
    assert "paper-2" in shown(admin, text="document")
    today = timezone.localdate()
    assert "paper-0" in shown(admin, since=today, until=today)
    assert "paper-0" not in shown(admin, until=today - timedelta(days=1))
    assert "No entry fits" in shown(admin, since=today + timedelta(days=1))
    assert "paper-0" in shown(admin, before="x", utm_source="mail")


def test_who_looked_at_what_needs_a_purpose_that_is_recorded(admin, entries, world):
    for query in ({}, {"kind": "seen"}, {"object_id": "paper-1"}, {"text": "document"}):
        answer = admin.get(URL, query)
        assert answer.status_code == 200 and "paper-1</" not in answer.content.decode().replace('value="paper-1"', "")
        assert "document_seen" not in admin.get(URL + "export/", query).getvalue().decode()
    assert "say why you have to know" in admin.get(URL, {"kind": "seen"}).content.decode()
    assert admin.get(URL, {"kind": "seen", "purpose": "curious"}).status_code == 400, "a word is no purpose"
    assert "paper-1" in admin.get(URL, {"kind": "seen", "purpose": PURPOSE}).content.decode()
    with organization_scope(world.organization.id):
        assert AuditEntry.objects.get(action="seen_entries_opened").details == {"kind": "seen", "purpose": PURPOSE}


@pytest.mark.parametrize("query", [{"kind": "nonsense"}, {"since": "yesterday"}, {"until": "31.31.2026"}])
def test_a_filter_that_cannot_be_understood_says_so(admin, entries, query):
    for url in (URL, reverse("accounts:organization_audit_export")):
        answer = admin.get(url, query)
        assert answer.status_code == 400 and "does not know this value" in answer.content.decode()


def test_pages_follow_one_another_while_entries_are_added(admin, entries, access, world, monkeypatch):
    monkeypatch.setattr(audit, "_ENTRIES_A_PAGE", 2)
    first = admin.get(URL, {"kind": "seen", "purpose": PURPOSE})
    assert [entry.object_id for entry in first.context["entries"]] == ["paper-2", "paper-1"]
    with organization_scope(world.organization.id):
        audit_services.audit_record(access, "document_seen", object_kind="document", object_id="paper-3")
    second = admin.get(URL, {"kind": "seen", "purpose": PURPOSE, "before": first.context["next_before"]})
    assert [entry.object_id for entry in second.context["entries"]] == ["paper-0"]
    assert second.context["next_before"] is None


def test_what_is_filtered_is_taken_along_and_that_is_an_entry(admin, entries):
    answer = admin.get(URL + "export/", {"kind": "seen", "purpose": PURPOSE})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["object id"] for row in rows] == ["paper-2", "paper-1", "paper-0"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with system_scope("test"):
        assert AuditEntry.objects.get(action="audit_exported").details == {"kind": "seen", "purpose": PURPOSE}


def test_the_check_says_that_all_is_well_or_which_entry_is_not(admin, entries, settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchors"
    assert "are as they were written" in admin.get(URL + "check/").content.decode()
    settings.AUDIT_MAC_KEY = "another key, under which every entry looks changed"
    fragment = admin.get(URL + "check/", HTTP_HX_REQUEST="true").content.decode()
    assert "Entry 1 is not as it was written: changed" in fragment and "<html" not in fragment
    settings.AUDIT_ANCHOR_FILE.write_text("{}\n")
    assert "Line 1 of anchors was changed" in admin.get(URL + "check/").content.decode()
