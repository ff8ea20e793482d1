"""The models that index and answer for an organisation: by its settings, else the system's, bound to its egress policy."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors import provider_endpoint_for
from accounts.services import audit_record
from idp_project.core.tenancy import organization_scope
from idp_project.providers.calls import CallRecord, RecordCall
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.embeddings.base import EmbeddingModel
from idp_project.providers.errors import ModelMissing
from idp_project.providers.llm.base import LanguageModel
from rag.domain.passages import AnswerMode

BUILT_IN = "builtin"


def embedding_model_for(organization: Organization) -> EmbeddingModel:
    """The built-in model, loaded at its first use in a process, or the one of `settings["embeddings"]`.

    Call it inside the organisation's scope. Raises ModelMissing where there is no endpoint or no weights.
    """
    provider = str(organization.settings.get("embeddings") or settings.EMBEDDING_PROVIDER)
    if provider == BUILT_IN:
        from idp_project.providers.embeddings.minilm import minilm

        return minilm(Path(settings.DATA_DIR) / "models")
    from idp_project.providers.embeddings.litellm import GatewayEmbeddings

    return GatewayEmbeddings(
        _endpoint(organization, "embedding", provider), _policy(organization), _recorder(organization.id)
    )


def language_model_for(organization: Organization) -> LanguageModel | None:
    """None where answers are quotations. Call it inside the organisation's scope. Raises ModelMissing."""
    provider = _language_provider(organization)
    if provider == BUILT_IN:
        return None
    from idp_project.providers.llm.gateway import GatewayModel

    return GatewayModel(_endpoint(organization, "llm", provider), _policy(organization), _recorder(organization.id))


def answer_mode_of(access: Access) -> AnswerMode:
    """Which mode the organisation's next answer is meant to have."""
    organization = Organization.objects.get(id=access.required_organization_id)
    return AnswerMode.QUOTATION if _language_provider(organization) == BUILT_IN else AnswerMode.LANGUAGE_MODEL


def _language_provider(organization: Organization) -> str:
    return str(organization.settings.get("llm") or settings.LLM_PROVIDER)


def _endpoint(organization: Organization, purpose: str, provider: str) -> ProviderEndpoint:
    row = provider_endpoint_for(organization.id, purpose, provider)
    if row is None:
        raise ModelMissing(f"“{provider}” is chosen for questions, but no endpoint of it is set up or allowed here.")
    return ProviderEndpoint(row.provider, row.model, row.api_base, row.api_key or "", Location(row.location))


def _policy(organization: Organization) -> EgressPolicy:
    return EgressPolicy(local_only=organization.is_local_only)


def _recorder(organization_id: UUID) -> RecordCall:
    """Writes one audit line a call, in a transaction of its own."""

    def record(call: CallRecord) -> None:
        with organization_scope(organization_id):
            audit_record(None, "ai_called", organization_id=organization_id, details=asdict(call))

    return record
