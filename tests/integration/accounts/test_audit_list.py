"""The audit trail as org admins read it: filters, export, and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain.audit_kinds import AuditKind
from accounts.domain.roles import Role
from accounts.models import AuditEntry
from accounts.selectors.access import access_current
from accounts.selectors.audit import AuditFilter, audit_list
from accounts.services.audit import export as audit_lines
from accounts.services.audit import trail as audit
from accounts.services.sign_in import sessions
from idp_project.core.errors import Forbidden
from idp_project.core.tenancy import organization_scope
from tests.integration.accounts.conftest import sign_in


@pytest.fixture
def admin(person):
    return access_current(sessions.sign_in(person("ida", Role.ORG_ADMIN)).session.pk)


@pytest.fixture
def trail(world, admin, person):
    person("ada", Role.OPERATOR)
    audit.audit_record(admin, "original_downloaded", object_kind="document", object_id="d-1", details={"bytes": 7})
    audit.audit_record(admin, "refused", object_kind="review:decide", object_id="t-1")
    return admin


def actions(access, audit_filter=None):
    with organization_scope(access.organization_id):
        return [entry.action for entry in audit_list(access, audit_filter)]


def test_the_newest_come_first_and_every_filter_narrows(trail):
    everything = actions(trail)
    assert everything[:2] == ["refused", "original_downloaded"]
    assert {"team_created", "membership_set", "signed_in"} <= set(everything)
    assert actions(trail, AuditFilter(kind=AuditKind.EXPORTED)) == ["original_downloaded"]
    assert set(actions(trail, AuditFilter(kind=AuditKind.GRANTED))) == {"membership_set"}
    assert "team_created" in actions(trail, AuditFilter(kind=AuditKind.CHANGED))
    assert not {"refused", "signed_in"} & set(actions(trail, AuditFilter(kind=AuditKind.CHANGED)))
    assert actions(trail, AuditFilter(object_id="t-1")) == actions(trail, AuditFilter(text="review:")) == ["refused"]
    assert actions(trail, AuditFilter(since=timezone.now() + timedelta(minutes=1))) == []
    assert actions(trail, AuditFilter(until=timezone.now() + timedelta(minutes=1))) == everything


def test_only_managers_of_the_organization_read_or_export_it(trail, world, person):
    operator = access_current(sessions.sign_in(person("bob", Role.MANAGER)).session.pk)
    with organization_scope(world.organization.id), pytest.raises(Forbidden):
        audit_list(operator)
    with pytest.raises(Forbidden):
        audit_lines.audit_export(operator, AuditFilter())
    foreign = person("eve", Role.ORG_ADMIN, None, world.foreign)
    assert "original_downloaded" not in actions(access_current(sessions.sign_in(foreign).session.pk))


@pytest.mark.django_db(transaction=True)
def test_the_export_is_whole_and_is_an_entry_itself(trail, monkeypatch):
    monkeypatch.setattr("accounts.services.audit.export._STEP", 3)
    head, *lines = audit_lines.audit_export(trail, AuditFilter())
    assert head[:3] == ["number", "at", "who"]
    numbers = [int(line[0]) for line in lines]
    assert numbers == list(range(len(numbers), 0, -1)) and len(numbers) > 6
    assert lines[0][4] == "audit_exported"
    downloaded = next(line for line in lines if line[4] == "original_downloaded")
    assert downloaded[2:8] == ["ida", "exported", "original_downloaded", "document", "d-1", '{"bytes": 7}']


def entries(world, action):
    with organization_scope(world.organization.id):
        return list(AuditEntry.objects.filter(action=action))


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_although_its_request_was_rolled_back(world, tab):
    for _ in range(2):
        assert tab.get("/admin/").status_code == 403
    (entry,) = entries(world, "refused")
    assert (entry.actor_name, entry.object_kind, entry.details) == ("ada", "admin:index", {"method": "GET"})


def test_wrong_sign_in_is_kept_without_what_was_typed(world, operator, client):
    sign_in(client, "ada", "not the password")
    sign_in(client, "correct horse typed into the wrong field", "x")
    (entry,) = entries(world, "sign_in_failed")
    assert (entry.object_id, entry.details["name"], entry.details["ip"]) == (str(operator.id), "ada", "127.0.0.1")
    assert "correct horse" not in str(list(AuditEntry.objects.values()))


def test_a_lock_out_is_kept(world, operator, client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(3):
        sign_in(client, "ada", "not the password")
    assert entries(world, "sign_in_locked")
