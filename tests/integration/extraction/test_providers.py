"""Which provider reads which document: by schema, else organisation, else system, from the next document on.

The real gateway and litellm; each provider's cloud is a loopback server that speaks its wire format and keeps a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from accounts.models import AuditEntry, Organization, ProviderEndpoint
from accounts.services.providers import ai_models
from accounts.services.settings import system
from documents.domain.reasons import NOT_LOCATED
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.models import FieldValue, Schema
from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.cast import CONSOLE, Cast
from tests.factories.pipeline import Outcome, submit
from tests.fake_providers.anthropic import FakeAnthropic
from tests.fake_providers.gemini import FakeGemini
from tests.fake_providers.groq import FakeGroq
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.openai import FakeOpenAi
from tests.fake_providers.reading import read_prompt
from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer
from tests.providers import catalog_with

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.usefixtures("socket_enabled"),
]
SERVERS: dict[str, type[FakeServer]] = {
    "ollama": FakeOllama,
    "openai": FakeOpenAi,
    "anthropic": FakeAnthropic,
    "gemini": FakeGemini,
    "groq": FakeGroq,
}


class Clouds:
    """The five servers, each with its own key, and who received what."""

    def __init__(self, stack: ExitStack) -> None:
        self.servers = {name: stack.enter_context(kind(key=f"{name}-key")) for name, kind in SERVERS.items()}

    def asked(self) -> dict[str, int]:
        """Extractions since the last look, by provider; those without any are left out."""
        counts = {name: len(server.requests) for name, server in self.servers.items() if server.requests}
        for server in self.servers.values():
            server.requests.clear()
        return counts


@pytest.fixture
def clouds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clouds]:
    Organization.objects.filter(id=cast.organization.id).update(is_local_only=False)
    with ExitStack() as stack:
        clouds = Clouds(stack)
        monkeypatch.setattr(ai_models, "PROVIDERS", catalog_with(**clouds.servers))
        with organization_scope(cast.organization.id):
            for name, server in clouds.servers.items():
                ProviderEndpoint.objects.create(
                    organization=cast.organization,
                    provider=name,
                    model=server.models[0],
                    api_key=f"{name}-key",
                    location="cloud",
                )
        yield clouds


def publish(cast: Cast, key: str, provider: str, *more: FieldSpec) -> Schema:
    """The invoice's schema under another key, perhaps with further fields, read by that provider."""
    with organization_scope(cast.organization.id):
        spec: SchemaSpec = cast.publish("invoice")["invoice"].versions.latest("published_at").spec
        engine = {"llm": provider} if provider else {}
        own = replace(spec, key=key, name=key.title(), engine=engine, fields=(*spec.fields, *more))
        return schema_publish(organization_id=cast.organization.id, spec=own).schema


def test_two_documents_of_two_schemas_go_to_two_providers(cast, drain, clouds):
    bills, claims = publish(cast, "bill", "openai"), publish(cast, "claim", "anthropic")
    first = Outcome(submit(cast, files.sample(), schema_id=bills.id))
    second = Outcome(submit(cast, files.for_review(), schema_id=claims.id))
    drain()
    invoices = {first.document().source_file.name, second.document().source_file.name}
    assert len(invoices) == 2
    openai, anthropic = clouds.servers["openai"].requests, clouds.servers["anthropic"].requests
    numbers = (files.true_values()["invoice_number"], "Bill", "Claim")
    assert [numbers[0] in received.prompt for received in openai] == [True]
    assert all("Document type: Bill" in received.prompt for received in openai)
    assert anthropic and all("Document type: Claim" in received.prompt for received in anthropic)
    assert set(clouds.asked()) == {"openai", "anthropic"}
    with system_scope("test"):
        calls = {
            (entry.details["provider"], entry.details["outcome"])
            for entry in AuditEntry.objects.filter(action="ai_called")
        }
    assert calls == {("openai", "ok"), ("anthropic", "ok")}
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=first.sub_document(), name="invoice_number", table_row=None)
    assert value.value == numbers[0] and value.provenance["polygon"]


def test_a_pages_type_decides_where_the_batch_names_no_schema(cast, drain, clouds):
    with organization_scope(cast.organization.id):
        for key, provider in (("invoice", "groq"), ("receipt", "ollama")):
            spec = cast.publish(key)[key].versions.latest("published_at").spec
            schema_publish(
                organization_id=cast.organization.id, spec=replace(spec, version="2.0", engine={"llm": provider})
            )
    submit(cast, files.sample())
    drain()
    assert clouds.asked() == {"groq": 1}


def test_choice_holds_from_the_next_document_without_a_restart(cast, drain, clouds):
    """Nothing chosen, then by the system, by the organisation on its page, and nothing again."""
    publish(cast, "bill", "")
    office = cast.browser(cast.admin)

    def read() -> dict[str, int]:
        submit(cast, files.sample())
        drain()
        return clouds.asked()

    assert read() == {}
    system.system_settings_change(CONSOLE, {"llm": "gemini"})
    assert read() == {"gemini": 1}
    assert office.post("/organization/providers/", {"llm": "ollama/reader:1b"}).status_code == 302
    assert read() == {"ollama": 1}
    assert office.post("/organization/providers/", {"llm": "builtin"}).status_code == 302
    assert read() == {}


@pytest.mark.slow
@pytest.mark.parametrize("provider", SERVERS)
def test_each_of_the_five_reads_a_document(cast, drain, clouds, provider):
    bills = publish(cast, "bill", provider)
    outcome = Outcome(submit(cast, files.sample(), schema_id=bills.id))
    drain()
    assert clouds.asked() == {provider: 1}
    with organization_scope(cast.organization.id):
        (page,) = outcome.document().pages.all()
        engines = {candidate["provenance"]["engine"] for candidate in page.extraction["candidates"]}
    assert f"{provider}/{clouds.servers[provider].models[0]}" in engines


def test_an_invented_value_is_marked_and_sent_to_a_person(cast, drain, clouds):
    def invents(received: Received) -> Reply:
        answer = json.loads(read_prompt(received).text)
        return Reply(json.dumps(answer | {"case_number": {"value": "AZ-4711", "quote": "Case AZ-4711"}}))

    clouds.servers["openai"].answer = invents
    asked = FieldSpec("case_number", FieldType.IDENTIFIER, "Case number")
    bills = publish(cast, "bill", "openai", asked)
    outcome = Outcome(submit(cast, files.sample(), schema_id=bills.id))
    drain()
    sub_document = outcome.sub_document()
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=sub_document, name="case_number")
    assert (value.value, value.provenance["polygon"]) == ("AZ-4711", None)
    assert sub_document.route == "review" and value.reasons == [NOT_LOCATED(label="Case number")]


def test_local_only_organization_reaches_no_cloud_by_any_choice(cast, drain, clouds):
    bills = publish(cast, "bill", "openai")
    Organization.objects.filter(id=cast.organization.id).update(is_local_only=True)
    outcome = Outcome(submit(cast, files.sample(), schema_id=bills.id))
    drain()
    assert clouds.asked() == {}
    assert (outcome.document().status, outcome.document().error_code) == ("failed", "model_missing")
