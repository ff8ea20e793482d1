"""The language model of an organisation: its endpoint, its egress policy, one audit line a call."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from accounts.models import Organization
from accounts.selectors import provider_endpoint_for
from accounts.services import audit_record
from idp_project.core.tenancy import organization_scope
from idp_project.providers.calls import CallRecord
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.errors import ModelMissing
from idp_project.providers.llm.base import LanguageModel

BUILT_IN = "builtin"


def language_model_for(organization: Organization, provider: str) -> LanguageModel | None:
    """None for the built-in engine alone. Call it inside the organisation's scope.

    Raises ModelMissing where the provider is chosen but no endpoint of it is set up.
    """
    if provider == BUILT_IN:
        return None
    row = provider_endpoint_for(organization.id, "llm", provider)
    if row is None:
        raise ModelMissing(
            f"“{provider}” is chosen for this document type, but no endpoint of it is set up or allowed here."
        )
    from idp_project.providers.llm.gateway import GatewayModel

    endpoint = ProviderEndpoint(row.provider, row.model, row.api_base, row.api_key or "", Location(row.location))
    policy = EgressPolicy(local_only=organization.is_local_only)
    return GatewayModel(endpoint, policy, lambda record: _record(organization.id, record))


def _record(organization_id: UUID, record: CallRecord) -> None:
    with organization_scope(organization_id):
        audit_record(None, "ai_called", organization_id=organization_id, details=asdict(record))
