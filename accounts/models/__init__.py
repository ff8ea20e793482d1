"""Rows of accounts: people, sessions, credentials, grants, provider endpoints, system settings, audit, fingerprints of keys."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.credentials import ApiKey, Invitation
from accounts.models.grants import OrganizationUserObjectPermission, TeamUserObjectPermission
from accounts.models.keys import KeyFingerprint
from accounts.models.mail import MailServer
from accounts.models.people import Membership, Organization, Team, User
from accounts.models.providers import ProviderEndpoint
from accounts.models.sessions import SignInSession, SocketTicket
from accounts.models.system import SystemSettings

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "Invitation",
    "KeyFingerprint",
    "MailServer",
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
