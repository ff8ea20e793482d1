"""Rows of accounts: people, sign-in sessions, grants, provider endpoints, audit."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.grants import OrganizationUserObjectPermission, TeamUserObjectPermission
from accounts.models.people import Membership, Organization, Team, User
from accounts.models.providers import ProviderEndpoint
from accounts.models.sessions import SignInSession, SocketTicket

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Membership",
    "Organization",
    "OrganizationUserObjectPermission",
    "ProviderEndpoint",
    "SignInSession",
    "SocketTicket",
    "Team",
    "TeamUserObjectPermission",
    "User",
]
