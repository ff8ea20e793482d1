"""The AI models of an organisation, made anew a job or request: endpoint, egress policy, one audit line a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.domain.preferences import Choice
from accounts.models import Organization
from accounts.selectors import preferences_for, provider_endpoint_for, system_settings
from accounts.services.audit import audit_record
from idp_project.core.tenancy import organization_scope
from idp_project.providers.calls import CallRecord, RecordCall
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.embeddings.base import EmbeddingModel
from idp_project.providers.errors import ModelMissing
from idp_project.providers.llm.base import LanguageModel


def language_model_for(
    organization: Organization, schema_engine: Mapping[str, Any] | None = None
) -> LanguageModel | None:
    """None where the built-in engines work alone. Call it inside the organisation's scope.

    Raises ModelMissing where a provider is chosen but no endpoint of it is set up or allowed.
    """
    choice = preferences_for(organization, schema_engine).llm
    if choice.is_built_in:
        return None
    from idp_project.providers.llm.gateway import GatewayModel

    return GatewayModel(
        _endpoint(organization, "llm", choice), egress_policy_of(organization), recorder(organization.id)
    )


def embedding_model_for(organization: Organization) -> EmbeddingModel:
    """The built-in model, loaded at its first use in a process, or the chosen provider's.

    Call it inside the organisation's scope. Raises ModelMissing where there is no endpoint or no weights.
    """
    choice = preferences_for(organization).embeddings
    if choice.is_built_in:
        from idp_project.providers.embeddings.minilm import minilm

        return minilm(Path(settings.DATA_DIR) / "models")
    from idp_project.providers.embeddings.litellm import GatewayEmbeddings

    return GatewayEmbeddings(
        _endpoint(organization, "embedding", choice), egress_policy_of(organization), recorder(organization.id)
    )


def egress_policy_of(organization: Organization) -> EgressPolicy:
    """Local only where the organisation or the whole system says so."""
    return EgressPolicy(local_only=organization.is_local_only or not system_settings().is_cloud_allowed)


def recorder(organization_id: UUID) -> RecordCall:
    """Writes one audit line a call, in a transaction of its own."""

    def record(call: CallRecord) -> None:
        with organization_scope(organization_id):
            audit_record(None, "ai_called", organization_id=organization_id, details=asdict(call))

    return record


def _endpoint(organization: Organization, purpose: str, choice: Choice) -> ProviderEndpoint:
    row = provider_endpoint_for(organization.id, purpose, choice.provider)
    if row is None:
        raise ModelMissing(f"“{choice.value}” is chosen here, but no endpoint of it is set up or allowed.")
    return ProviderEndpoint(row.provider, row.model, row.api_base, row.api_key or "", Location(row.location))
