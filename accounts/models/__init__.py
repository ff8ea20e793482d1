"""Rows of accounts: people, sign-in sessions, grants, provider endpoints, system settings, audit."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.grants import OrganizationUserObjectPermission, TeamUserObjectPermission
from accounts.models.people import Membership, Organization, Team, User
from accounts.models.providers import ProviderEndpoint
from accounts.models.sessions import SignInSession, SocketTicket
from accounts.models.system import SystemSettings

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Membership",
    "Organization",
    "OrganizationUserObjectPermission",
    "ProviderEndpoint",
    "SignInSession",
    "SocketTicket",
    "SystemSettings",
    "Team",
    "TeamUserObjectPermission",
    "User",
]
