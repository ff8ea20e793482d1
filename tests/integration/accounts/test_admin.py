"""What super admins do in Django admin has the effect of the services, and leaves a trace."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.domain.preferences import Choice, Source
from accounts.domain.roles import ROLE_PERMISSIONS, Role
from accounts.models import (
    AuditEntry,
    Membership,
    Organization,
    ProviderEndpoint,
    SignInSession,
    TeamUserObjectPermission,
    User,
)
from accounts.selectors.providers import provider_endpoint_for
from accounts.services.settings import system
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.providers.errors import ModelMissing
from idp_project.settings.admin_pages import NAVIGATION
from tests.factories.cast import CONSOLE
from tests.fake_providers.ollama import FakeOllama
from tests.integration.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.urls("tests.integration.accounts.probe_urls")


@pytest.fixture
def admin(super_admin) -> Client:
    client = Client()
    sign_in(client, "root")
    return client


def act(client: Client, model: str, action: str, *rows) -> None:
    url = reverse(f"admin:accounts_{model}_changelist")
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    assert client.post(url, chosen | {"confirmed": "yes"}).status_code == 302


def audited(action: str) -> bool:
    with system_scope("test"):
        return AuditEntry.objects.filter(action=action).exists()


@pytest.mark.parametrize(
    "model",
    ["user", "organization", "team", "membership", "signinsession", "providerendpoint", "auditentry"],
)
def test_every_list_searches_filters_and_opens(admin, operator, world, model):
    assert admin.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "a"}).status_code == 200
    rows = {"user": operator, "organization": world.organization, "team": world.team}
    row = rows.get(model)
    with system_scope("test"):
        row = row or {m._meta.model_name: m.objects.first() for m in (Membership, SignInSession, AuditEntry)}.get(model)
    if row:
        assert admin.get(reverse(f"admin:accounts_{model}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize(("model", "action"), [("user", "deactivate"), ("user", "revoke_sessions")])
def test_destructive_actions_ask_first(admin, operator, tab, model, action):
    url = reverse(f"admin:accounts_{model}_changelist")
    asked = admin.post(url, {"action": action, "_selected_action": [operator.pk]})
    assert asked.status_code == 200
    page = asked.content.decode()
    assert operator.username in page and 'name="confirmed" value="yes"' in page and f'value="{action}"' in page
    operator.refresh_from_db()
    assert operator.is_active and tab.get("/who/").status_code == 200


HARMLESS = {
    "activate",
    "send_password_link",
    "retry_documents",
    "retry_failed",
    "retry_deliveries",
    "cleanup_expired_attempts",
}
"""What an action may be that acts at once: each can be undone, only tries again, or clears what has ended."""


def test_every_list_action_asks_first_or_is_harmless(rf, super_admin):
    request = rf.get("/admin/")
    request.user = super_admin
    found = {}
    for model, registered in site._registry.items():
        for name, (act, _, _) in registered.get_actions(request).items() if model._meta.managed else ():
            found[model._meta.model_name, name] = getattr(act, "asks_first", False) or name == "delete_selected"
    assert len(found) > 10
    assert {name for (_, name), asks_first in found.items() if not asks_first} == HARMLESS
    assert found["apikey", "revoke"] and found["invitation", "revoke"] and found["batch", "cancel_batches"]


def test_the_menu_leads_to_every_list_and_to_nothing_else():
    listed = [str(item["link"]) for group in NAVIGATION for item in group["items"]]
    expected = [reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in site._registry]
    assert sorted(listed) == sorted(expected)


def test_page_of_a_row_offers_the_same_actions_and_returns(admin, operator, tab):
    page = reverse("admin:accounts_user_change", args=[operator.pk])
    shown = admin.get(page).content.decode()
    assert 'name="action" value="deactivate"' in shown and "delete_selected" not in shown
    chosen = {"action": "deactivate", "_selected_action": [operator.pk], "row_page": page}
    url = reverse("admin:accounts_user_changelist")
    asked = admin.post(url, chosen)
    assert asked.status_code == 200 and f'name="row_page" value="{page}"' in asked.content.decode()
    done = admin.post(url, chosen | {"confirmed": "yes"})
    assert (done.status_code, done.headers["Location"]) == (302, page)
    elsewhere = chosen | {"action": "activate", "row_page": "//evil.example/admin/"}
    assert admin.post(url, elsewhere).headers["Location"].startswith(url)


def test_super_admins_keep_their_own_rights(admin, super_admin, operator):
    own = admin.get(reverse("admin:accounts_user_change", args=[super_admin.pk])).content.decode()
    others = admin.get(reverse("admin:accounts_user_change", args=[operator.pk])).content.decode()
    assert 'name="is_superuser"' not in own and 'name="is_superuser"' in others


def test_deactivating_ends_sessions(admin, operator):
    sign_in(Client(), "ada")
    act(admin, "user", "deactivate", operator)
    assert not User.objects.get(pk=operator.pk).is_active
    assert SignInSession.objects.get(user=operator).revoked_reason == "deactivated"
    act(admin, "user", "activate", operator)
    assert User.objects.get(pk=operator.pk).is_active
    assert audited("user_deactivated") and audited("user_activated")


def test_signing_out_everywhere_and_revoking_one_session(admin, operator):
    for _ in range(2):
        sign_in(Client(), "ada")
    act(admin, "signinsession", "revoke", SignInSession.objects.filter(user=operator).first())
    assert SignInSession.objects.filter(user=operator, revoked_at__isnull=True).count() == 1
    act(admin, "user", "revoke_sessions", operator)
    assert not SignInSession.objects.filter(user=operator, revoked_at__isnull=True).exists()
    assert audited("user_sessions_revoked")


def test_a_new_user_can_be_given_a_role_with_its_grants(admin, world):
    fields = {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    empty = {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    assert admin.post(reverse("admin:accounts_user_add"), fields | empty).status_code == 302
    user = User.objects.get(username="new")
    role = {"user": user.pk, "organization": world.organization.pk, "team": world.team.pk, "role": "manager"}
    assert admin.post(reverse("admin:accounts_membership_add"), role | {"may_download": "on"}).status_code == 302
    granted = TeamUserObjectPermission.objects.filter(user=user).values_list("permission__codename", flat=True)
    assert set(granted) == ROLE_PERMISSIONS[Role.MANAGER]
    membership = Membership.objects.get(user=user)
    change = reverse("admin:accounts_membership_change", args=[membership.pk])
    assert admin.post(change, {"role": "viewer", "may_download": "on"}).status_code == 302
    assert set(granted.all()) == ROLE_PERMISSIONS[Role.VIEWER]
    assert (
        admin.post(reverse("admin:accounts_membership_delete", args=[membership.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert not granted.all().exists()
    assert audited("user_created") and audited("membership_removed")


def test_a_password_set_in_admin_ends_sessions(admin, operator):
    sign_in(Client(), "ada")
    url = reverse("admin:auth_user_password_change", args=[operator.pk])
    secret = "another long secret"
    answer = admin.post(url, {"password1": secret, "password2": secret, "usable_password": "true"})
    assert answer.status_code == 302
    assert User.objects.get(pk=operator.pk).check_password(secret)
    assert SignInSession.objects.get(user=operator).revoked_at and audited("user_password_changed")


def test_deactivating_an_organization_puts_its_people_out(admin, world, tab):
    act(admin, "organization", "deactivate", world.foreign)
    assert tab.get("/who/").status_code == 200
    act(admin, "organization", "deactivate", world.organization)
    assert not Organization.objects.get(pk=world.organization.pk).is_active
    assert tab.get("/who/", HTTP_ACCEPT="application/json").status_code == 401


def test_users_and_organizations_are_not_deleted(admin, operator, world):
    for model, row in (("user", operator), ("organization", world.organization)):
        assert admin.get(reverse(f"admin:accounts_{model}_delete", args=[row.pk])).status_code == 403


def test_a_provider_key_is_encrypted_never_shown_and_kept(admin, world):
    Organization.objects.filter(pk=world.organization.pk).update(is_local_only=False)
    fields = {
        "organization": world.organization.pk,
        "purpose": "llm",
        "provider": "openai",
        "model": "small",
        "api_base": "",
        "api_key": "sk-very-secret",
        "location": "cloud",
        "is_active": "on",
    }
    assert admin.post(reverse("admin:accounts_providerendpoint_add"), fields).status_code == 302
    with system_scope("test"):
        endpoint = ProviderEndpoint.objects.get()
        assert endpoint.api_key == "sk-very-secret"
        with connection.cursor() as cursor:
            cursor.execute("SELECT api_key FROM accounts_providerendpoint")
            assert "sk-very-secret" not in cursor.fetchone()[0]
    change = reverse("admin:accounts_providerendpoint_change", args=[endpoint.pk])
    assert "sk-very-secret" not in admin.get(change).content.decode()
    assert admin.post(change, fields | {"api_key": "", "model": "large"}).status_code == 302
    with system_scope("test"):
        endpoint.refresh_from_db()
        assert (endpoint.model, endpoint.api_key) == ("large", "sk-very-secret")
        assert not any("secret" in str(details) for details in AuditEntry.objects.values_list("details", flat=True))


def test_what_an_endpoint_may_not_be_is_refused_in_admin_too(admin, world):
    fields = {
        "purpose": "llm",
        "provider": "openai",
        "model": "m",
        "api_key": "k",
        "location": "cloud",
        "is_active": "on",
    }
    add = reverse("admin:accounts_providerendpoint_add")
    for wrong, why in (
        ({"organization": world.organization.pk}, "local AI providers only"),
        ({"api_base": "https://evil.example/v1"}, "own host"),
        ({"provider": "anthropic", "purpose": "embedding"}, "no embeddings"),
        ({"location": "local"}, "address of the server"),
    ):
        answer = admin.post(add, fields | wrong)
        assert answer.status_code == 200 and why in answer.content.decode()
    assert admin.post(add, fields).status_code == 302
    with system_scope("test"):
        change = reverse("admin:accounts_providerendpoint_change", args=[ProviderEndpoint.objects.get().pk])
    test = reverse("accounts:organization_provider_test", args=[change.split("/")[-3]])
    assert f'formaction="{test}"' in admin.get(change).content.decode(), "a form inside the form would save instead"
    moved = fields | {"api_key": "", "location": "local", "api_base": "http://10.0.0.1"}
    assert "Enter the key again" in admin.post(change, moved).content.decode()
    assert admin.post(change, moved | {"api_key": "new"}).status_code == 302


def test_the_systems_own_endpoint_is_tested_from_its_page(admin, socket_enabled):
    with FakeOllama() as fake, system_scope("test"):
        row = ProviderEndpoint.objects.create(provider="ollama", model="reader:1b", location="local", api_base=fake.url)
        answer = admin.post(reverse("accounts:organization_provider_test", args=[row.pk]), {"from": "admin"})
        assert answer.url == reverse("admin:accounts_providerendpoint_change", args=[row.pk])
        assert [received.path for received in fake.requests] == ["/api/chat"]
        (call,) = AuditEntry.objects.filter(action="ai_called")
        assert call.organization_id is None and call.details["outcome"] == "ok"


def test_a_local_only_organization_gets_no_cloud_endpoint(world):
    with system_scope("test"):
        for owner, location, model in ((world.organization, "cloud", "own"), (None, "local", "shared")):
            ProviderEndpoint.objects.create(
                organization=owner, purpose="llm", provider="openai", model=model, location=location
            )
    organization, openai = world.organization, Choice("openai", Source.SCHEMA)
    with organization_scope(organization.id):
        assert provider_endpoint_for(organization, "llm", openai).model == "shared"
        organization.is_local_only = False
        assert provider_endpoint_for(organization, "llm", openai).model == "own"
        assert provider_endpoint_for(organization, "llm", Choice("openai/shared", Source.SCHEMA)).model == "shared"
        system.system_settings_change(CONSOLE, {"is_cloud_allowed": False})
        assert provider_endpoint_for(organization, "llm", openai).model == "shared"
        for choice in (Choice("openai/other", Source.SCHEMA), Choice("groq", Source.SCHEMA)):
            with pytest.raises(ModelMissing, match="no endpoint"):
                provider_endpoint_for(organization, "llm", choice)
