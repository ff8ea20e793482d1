"""Where an organisation's AI calls may go."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q

from accounts.models import Organization, ProviderEndpoint


def provider_endpoint_for(organization_id: UUID, purpose: str, provider: str | None = None) -> ProviderEndpoint | None:
    """The organisation's own active endpoint, else the system's; of a local-only organisation only local ones.

    Call it inside the organisation's tenancy scope.
    """
    rows = ProviderEndpoint.objects.filter(
        Q(organization_id=organization_id) | Q(organization__isnull=True), purpose=purpose, is_active=True
    )
    if provider:
        rows = rows.filter(provider=provider)
    if Organization.objects.filter(id=organization_id, is_local_only=True).exists():
        rows = rows.filter(location=ProviderEndpoint.Location.LOCAL)
    return rows.order_by(F("organization_id").asc(nulls_last=True), "-updated_at").first()
