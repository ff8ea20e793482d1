"""A page read a second time by a language model: the real gateway and litellm, a server that speaks Ollama's format."""

from __future__ import annotations

import pytest

from accounts.models import AuditEntry, Organization, ProviderEndpoint
from documents.models import FieldValue, Page
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.fake_providers.ollama import FakeOllama

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.usefixtures("socket_enabled"),
]
MODEL = "reader:1b"


def use_ollama(cast, url: str) -> None:
    Organization.objects.filter(id=cast.organization.id).update(settings={"llm": "ollama"}, is_local_only=True)
    with organization_scope(cast.organization.id):
        ProviderEndpoint.objects.create(
            organization_id=cast.organization.id,
            provider=ProviderEndpoint.Provider.OLLAMA,
            model=MODEL,
            api_base=url,
            location=ProviderEndpoint.Location.LOCAL,
        )


def test_values_of_the_model_are_located_on_the_page_and_audited(cast, drain):
    cast.publish("invoice")
    with FakeOllama(models=(MODEL,)) as fake:
        use_ollama(cast, fake.url)
        outcome = Outcome(submit(cast, files.sample()))
        drain()
        asked = [request for request in fake.requests if request.path == "/api/chat"]
    with organization_scope(cast.organization.id):
        page = Page.objects.get(document=outcome.document())
        values = {
            value.name: value
            for value in FieldValue.objects.filter(sub_document=outcome.sub_document(), table_row=None)
        }
        calls = AuditEntry.objects.filter(action="ai_called")
        details = [entry.details for entry in calls]
    from_model = [
        candidate
        for candidate in page.extraction["candidates"]
        if candidate["provenance"]["engine"] == f"ollama/{MODEL}"
    ]
    located = {candidate["field"]: candidate["value"] for candidate in from_model if candidate["provenance"]["polygon"]}
    assert len(asked) == 1 and len(details) == 1 and details[0]["outcome"] == "ok"
    assert located["invoice_number"] == files.true_values()["invoice_number"]
    assert values["invoice_number"].value == files.true_values()["invoice_number"]
    assert {entry["provider"] for entry in details} == {"ollama"}


def test_page_says_no_endpoint_is_allowed_and_calls_nothing(cast, drain):
    cast.publish("invoice")
    Organization.objects.filter(id=cast.organization.id).update(settings={"llm": "openai"}, is_local_only=True)
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    document = outcome.document()
    assert (document.status, document.error_code) == ("failed", "model_missing")
    assert "no endpoint" in document.error_message
