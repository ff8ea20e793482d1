"""The AI models of an organisation, made again for each job or request: endpoint, egress policy, one "
"audit line a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.domain.preferences import Choice
from accounts.domain.refusals import VISION_WITHOUT_PROVIDER
from accounts.models import Organization, ProviderEndpoint, SystemSettings
from accounts.selectors.providers import provider_endpoint_for
from accounts.selectors.system import local_hosts_allowed, preferences_for, system_settings
from accounts.services.audit.trail import audit_record
from idp_project.core.tenancy import organization_scope
from idp_project.providers.calls import CallRecord, RecordCall
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import EgressPolicy, Location, check_endpoint
from idp_project.providers.egress import ProviderEndpoint as Connection
from idp_project.providers.embeddings.base import EmbeddingModel
from idp_project.providers.errors import ModelMissing
from idp_project.providers.llm.base import LanguageModel


def language_model_for(
    organization: Organization,
    schema_engine: Mapping[str, Any] | None = None,
    system: SystemSettings | None = None,
) -> LanguageModel | None:
    """None where the built-in engines work alone. Call it inside the organisation's scope; `system` is read unless given.

    Raises ModelMissing where a provider is chosen but no endpoint of it is set up or allowed.
    """
    choice = preferences_for(organization, schema_engine, system).llm
    if choice.is_built_in:
        return None
    return language_model_at(provider_endpoint_for(organization, "llm", choice), organization)


def vision_model_for(organization: Organization, schema_engine: Mapping[str, Any] | None = None) -> LanguageModel:
    """The model that reads pages where `vision` is the chosen OCR engine: `vision/provider`, else the language model's.

    Call it inside the organisation's scope. Raises ModelMissing if none exists.
    """
    preferences = preferences_for(organization, schema_engine)
    named = preferences.ocr.model
    choice = Choice(named, preferences.ocr.source) if named else preferences.llm
    if choice.is_built_in:
        raise ModelMissing(VISION_WITHOUT_PROVIDER())
    return language_model_at(provider_endpoint_for(organization, "llm", choice), organization)


def embedding_model_for(organization: Organization) -> EmbeddingModel:
    """The built-in model, loaded at its first use in a process, or the chosen provider's.

    Call it inside the organisation's scope. Raises ModelMissing where there is no endpoint or no weights.
    """
    choice = preferences_for(organization).embeddings
    if choice.is_built_in:
        from idp_project.providers.embeddings.minilm import minilm

        return minilm(Path(settings.DATA_DIR) / "models")
    return embedding_model_at(provider_endpoint_for(organization, "embedding", choice), organization)


def language_model_at(endpoint: ProviderEndpoint, organization: Organization | None) -> LanguageModel:
    """Makes the endpoint's model; without an organisation for the system, whose audit trail gets the lines."""
    from idp_project.providers.llm.gateway import GatewayModel

    policy = _policy_at(endpoint, organization)
    return GatewayModel(connection_of(endpoint), policy, recorder(organization), PROVIDERS)


def embedding_model_at(endpoint: ProviderEndpoint, organization: Organization | None) -> EmbeddingModel:
    """The same for embeddings."""
    from idp_project.providers.embeddings.litellm import GatewayEmbeddings

    policy = _policy_at(endpoint, organization)
    return GatewayEmbeddings(connection_of(endpoint), policy, recorder(organization), PROVIDERS)


def connection_of(endpoint: ProviderEndpoint) -> Connection:
    """The row as the providers' storey takes it."""
    offered = PROVIDERS.get(endpoint.provider)
    return Connection(
        provider=endpoint.provider,
        model=endpoint.model,
        api_base=endpoint.api_base or (offered.cloud_base if offered and endpoint.location == Location.CLOUD else ""),
        api_key=endpoint.api_key or "",
        location=Location(endpoint.location),
        context_tokens=endpoint.context_tokens or (offered.context_tokens if offered else 8192),
    )


def connection_check(endpoint: ProviderEndpoint) -> None:
    """Raises EgressForbidden or EndpointInvalid for an endpoint that will never be called as it is."""
    check_endpoint(connection_of(endpoint), _policy_at(endpoint, endpoint.organization), PROVIDERS)


def egress_policy_of(organization: Organization | None) -> EgressPolicy:
    """Local only where the organisation or the whole system says so; of private hosts those that super
    admins listed."""
    is_local_only = bool(organization and organization.is_local_only)
    system = system_settings()
    return EgressPolicy(is_local_only or not system.is_cloud_allowed, local_hosts_allowed(system))


def _policy_at(endpoint: ProviderEndpoint, organization: Organization | None) -> EgressPolicy:
    """Returns where the endpoint may be. Super admins choose the system's own: the list does not hold for them."""
    policy = egress_policy_of(organization)
    return policy if endpoint.organization_id else replace(policy, local_hosts=None)


def recorder(organization: Organization | None) -> RecordCall:
    """Writes one audit line per call, in a transaction of its own."""
    return lambda call: _record(organization.id if organization else None, call)


def _record(organization_id: UUID | None, call: CallRecord) -> None:
    details = asdict(call)
    if organization_id is None:
        audit_record(None, "ai_called", details=details)
        return
    with organization_scope(organization_id):
        audit_record(None, "ai_called", organization_id=organization_id, details=details)
