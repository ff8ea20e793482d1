"""The org admin's page of AI providers: what is stored, what is refused, what is used for what, and the real test call."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, Organization, ProviderEndpoint
from accounts.selectors.system import preferences_for
from accounts.services.providers import ai_models
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.providers.catalog import PROVIDERS
from tests.fake_providers.anthropic import FakeAnthropic
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.voyage import FakeVoyage
from tests.providers import catalog_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("socket_enabled")]
LIST = "/organization/providers/"
NEW = "/organization/providers/new/"
LOCAL = {"purpose": "llm", "provider": "ollama", "model": "reader:1b", "location": "local", "is_active": "on"}
CLOUD = {"purpose": "llm", "provider": "openai", "model": "gpt-4o-mini", "location": "cloud", "is_active": "on"}


@pytest.fixture
def office(cast):
    return cast.browser(cast.admin)


@pytest.fixture
def with_clouds(cast):
    Organization.objects.filter(id=cast.organization.id).update(is_local_only=False)


def endpoint(cast, **wanted):
    with organization_scope(cast.organization.id):
        return ProviderEndpoint.objects.get(organization=cast.organization, **wanted)


def audited(action):
    with system_scope("test"):
        return [entry.details for entry in AuditEntry.objects.filter(action=action)]


def test_a_local_server_is_added_tested_chosen_and_removed(cast, office):
    with FakeOllama() as fake:
        assert office.post(NEW, LOCAL | {"api_base": fake.url}).status_code == 302
        row = endpoint(cast)
        tested = office.post(reverse("accounts:organization_provider_test", args=[row.id]), follow=True)
        assert "reader:1b at 127.0.0.1 answered within" in tested.content.decode()
        assert [received.path for received in fake.requests] == ["/api/chat"]
    gone = office.post(reverse("accounts:organization_provider_test", args=[row.id]), follow=True)
    assert "cannot be reached" in gone.content.decode()
    assert [call["purpose"] for call in audited("ai_called")] == ["connection_test"] * 2
    assert office.post(LIST, {"llm": "ollama/reader:1b", "embeddings": "", "ocr": ""}).status_code == 302
    cast.organization.refresh_from_db()
    assert preferences_for(cast.organization).llm.value == "ollama/reader:1b"
    assert audited("organization_settings_changed") == [{"llm": {"before": None, "after": "ollama/reader:1b"}}]
    page = office.get(LIST).content.decode()
    assert "Ollama reader:1b" in page and "the organisation" in page
    assert office.post(reverse("accounts:organization_provider_remove", args=[row.id])).status_code == 302
    assert "no endpoint of it is set up" in office.get(LIST).content.decode()


def test_a_key_is_encrypted_hidden_and_sent_to_its_host_only(cast, office, with_clouds):
    assert office.post(NEW, CLOUD | {"api_key": "sk-very-secret"}).status_code == 302
    row = endpoint(cast)
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute("SELECT api_key FROM accounts_providerendpoint")
        assert "sk-very-secret" not in cursor.fetchone()[0]
    change = reverse("accounts:organization_provider", args=[row.id])
    assert "sk-very-secret" not in office.get(change).content.decode() + office.get(LIST).content.decode()
    assert office.post(change, CLOUD | {"model": "gpt-4o"}).status_code == 302
    assert (endpoint(cast).model, endpoint(cast).api_key) == ("gpt-4o", "sk-very-secret")
    moved = {"location": "local", "api_base": "http://10.1.2.3/v1"}
    for changed in (moved, {"provider": "groq"}):
        refused = office.post(change, CLOUD | changed)
        assert refused.status_code == 400 and "Enter the key again" in refused.content.decode()
    assert office.post(change, CLOUD | moved | {"forget_key": "on"}).status_code == 302
    assert endpoint(cast).api_key is None
    assert "sk-very-secret" not in str(audited("provider_endpoint_set"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"provider": "anthropic", "purpose": "embedding"}, "Anthropic has no embeddings"),
        ({"provider": "groq", "purpose": "embedding"}, "Groq has no embeddings"),
        ({"provider": "voyage"}, "Voyage has embeddings only"),
        ({"api_base": "https://evil.example/v1"}, "own host"),
        ({"api_base": "http://api.openai.com/v1"}, "own host"),
        ({"location": "local"}, "Enter the address"),
        ({"location": "local", "api_base": "not an address"}, "not valid"),
        ({"provider": "ollama", "location": "local", "api_base": "http://10.0.0.1", "model": "x:cloud"}, "cloud"),
        ({"context_tokens": "12"}, "1024"),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_reason(cast, office, with_clouds, wrong, why):
    refused = office.post(NEW, CLOUD | {"api_key": "k"} | wrong)
    assert refused.status_code == 400 and why in refused.content.decode()
    with organization_scope(cast.organization.id):
        assert not ProviderEndpoint.objects.exists()


def test_local_only_organization_cannot_add_a_cloud_provider(cast, office):
    refused = office.post(NEW, CLOUD | {"api_key": "k"})
    assert refused.status_code == 400
    assert "Documents never leave this network" in office.get(LIST).content.decode()
    assert office.post(LIST, {"llm": "openai/gpt-4o-mini"}).status_code == 400


def test_anthropic_organization_embeds_with_voyage_and_own_key(cast, office, with_clouds, monkeypatch):
    with FakeAnthropic(key="anthropic-key") as anthropic, FakeVoyage(key="voyage-key") as voyage:
        monkeypatch.setattr(ai_models, "PROVIDERS", catalog_with(anthropic=anthropic, voyage=voyage))
        assert PROVIDERS["anthropic"].cloud_base == "https://api.anthropic.com"
        added = {"provider": "anthropic", "model": "claude-sonnet-4-5", "api_key": "anthropic-key"}
        assert office.post(NEW, CLOUD | added).status_code == 302
        added = {"provider": "voyage", "model": "voyage-3.5", "api_key": "voyage-key", "purpose": "embedding"}
        assert office.post(NEW, CLOUD | added).status_code == 302
        for provider in ("anthropic", "voyage"):
            url = reverse("accounts:organization_provider_test", args=[endpoint(cast, provider=provider).id])
            assert "answered within" in office.post(url, follow=True).content.decode()
    assert [received.headers["x-api-key"] for received in anthropic.requests] == ["anthropic-key"]
    assert [received.headers["authorization"] for received in voyage.requests] == ["Bearer voyage-key"]


def test_the_same_model_twice_is_named(cast, office, with_clouds):
    assert office.post(NEW, CLOUD).status_code == 302
    assert "set up already" in office.post(NEW, CLOUD).content.decode()


def test_endpoints_of_the_system_are_shown_read_only(cast, office):
    with system_scope("test"):
        shared = ProviderEndpoint.objects.create(
            provider="ollama", model="shared:7b", location="local", api_base="http://10.0.0.9", api_key="its-key"
        )
    page = office.get(LIST).content.decode()
    assert "shared:7b" in page and "set up for all organisations" in page and "10.0.0.9" not in page
    for route in ("organization_provider", "organization_provider_remove", "organization_provider_test"):
        url = reverse(f"accounts:{route}", args=[shared.id])
        assert office.post(url, LOCAL).status_code == 404
