"""Reading credentials: API keys, invitations, and whether a second factor is there or asked for."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import ApiKey, Invitation, Organization, User
from accounts.selectors.access import organization_get_for
from idp_project.core.errors import NotFound
from idp_project.core.tenancy import organization_scope


def api_key_list(access: Access) -> QuerySet[ApiKey]:
    """One's own keys in the present organisation, ended ones too. Call it inside the organisation's scope."""
    if access.user_id is None or access.organization_id is None:
        return ApiKey.objects.none()
    return ApiKey.objects.filter(user_id=access.user_id, organization_id=access.organization_id)


def api_keys_of(access: Access) -> list[ApiKey]:
    """The same, in a scope of its own; none for those who are in no organisation."""
    if access.organization_id is None:
        return []
    with organization_scope(access.organization_id):
        return list(api_key_list(access))


def api_key_get_for(access: Access, key_id: UUID) -> ApiKey:
    """One's own key, or for org admins anybody's in their organisation. Call it inside the organisation's scope."""
    key = ApiKey.objects.select_related("user").filter(id=key_id).first()
    if key is None:
        raise NotFound
    is_managed = access.is_super or access.organization_id == key.organization_id
    if key.user_id == access.user_id or (is_managed and access.can_everywhere(Permission.MANAGE_ORGANIZATION)):
        return key
    raise NotFound


def invitation_list(access: Access, organization_id: UUID) -> QuerySet[Invitation]:
    """For org admins: every invitation into the organisation, the newest first. Call it inside its scope."""
    organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    return Invitation.objects.filter(organization_id=organization_id).select_related("team", "invited_by")


def invitation_get_for(access: Access, invitation_id: UUID) -> Invitation:
    """An invitation the asker may revoke; to all others it does not exist. Call it inside its organisation's scope."""
    invitation = Invitation.objects.filter(id=invitation_id).first()
    is_own = invitation is not None and (access.is_super or access.organization_id == invitation.organization_id)
    if invitation is None or not is_own or not access.can_everywhere(Permission.MANAGE_ORGANIZATION):
        raise NotFound
    return invitation


def is_second_factor_on(user_id: UUID | None) -> bool:
    """Whether the person has an authenticator app enrolled."""
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()


def is_second_factor_required_in(organization_id: UUID | None, user: User) -> bool:
    """Whether that organisation asks for it; of super admins, whose admin pages show them all, whether any does."""
    strict = Organization.objects.filter(is_active=True, is_second_factor_required=True)
    if not user.is_superuser:
        strict = strict.filter(id=organization_id) if organization_id else strict.none()
    return strict.exists()
