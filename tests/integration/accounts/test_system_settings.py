"""System settings: one row, effective at once, changed by super admins only, every change audited with both values."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, SystemSettings
from accounts.selectors.system import preferences_for, system_settings
from accounts.services.providers import ai_models
from accounts.services.settings import system
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import system_scope
from tests.factories.cast import CONSOLE

pytestmark = pytest.mark.django_db
CHANGE = "admin:accounts_systemsettings_change"


def changes():
    with system_scope("test"):
        entries = AuditEntry.objects.filter(action="system_settings_changed", organization=None)
        return [entry.details for entry in entries]


def test_without_a_row_the_defaults_hold(db):
    SystemSettings.objects.all().delete()
    found = system_settings()
    assert (found.llm, found.auto_approval_threshold, found.retention_days) == ("", 0.85, None)
    assert found.is_asking_on and found.is_auto_approval_on and found.is_cloud_allowed


def test_admin_page_changes_the_next_read_and_is_audited(cast):
    browser = cast.browser(cast.super_admin)
    page = browser.get(reverse("admin:accounts_systemsettings_changelist"), follow=True)
    assert page.redirect_chain == [(reverse(CHANGE, args=[1]), 302)] and b"Add system settings" not in page.content
    assert preferences_for(cast.organization).llm.value == "builtin"
    fields = {"llm": "ollama", "ocr": "rapidocr", "embeddings": "", "auto_approval_threshold": "0.9"}
    switches = {"is_auto_approval_on": "on", "is_cloud_allowed": "on", "retention_days": "30"}
    assert browser.post(reverse(CHANGE, args=[1]), fields | switches).status_code == 302
    assert preferences_for(cast.organization).llm.value == "ollama"
    assert (system_settings().retention_days, system_settings().is_asking_on) == (30, False)
    (details,) = changes()
    assert details["llm"] == {"before": "", "after": "ollama"}
    assert details["is_asking_on"] == {"before": True, "after": False}
    assert "embeddings" not in details


@pytest.mark.parametrize(
    "change", [{"auto_approval_threshold": 1.5}, {"llm": "skynet"}, {"retention_days": 0}, {"embeddings": "groq"}]
)
def test_values_out_of_bounds_are_refused(db, change):
    with pytest.raises(InvalidInput):
        system.system_settings_change(CONSOLE, change)
    assert changes() == []


def test_only_super_admins_change_them(cast):
    with pytest.raises(Forbidden):
        system.system_settings_change(cast.access(cast.admin), {"is_cloud_allowed": False})
    system.system_settings_change(CONSOLE, {"is_cloud_allowed": False})
    assert not system_settings().is_cloud_allowed


def test_a_change_to_the_same_value_leaves_no_trace(db):
    system.system_settings_change(CONSOLE, {"llm": ""})
    assert changes() == []


def test_system_closes_the_cloud_to_every_organization(cast):
    cast.organization.is_local_only = False
    assert not ai_models.egress_policy_of(cast.organization).local_only
    system.system_settings_change(CONSOLE, {"is_cloud_allowed": False})
    assert ai_models.egress_policy_of(cast.organization).local_only
