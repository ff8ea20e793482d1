"""Django admin for super admins: people, organisations, sessions, provider endpoints, system settings, audit trail."""

from accounts.admin import audit, credentials, mail, people, providers, sessions, system
from accounts.admin.base import AuditedAdmin, ReadOnlyAdmin, for_each

__all__ = [
    "AuditedAdmin",
    "ReadOnlyAdmin",
    "audit",
    "credentials",
    "for_each",
    "mail",
    "people",
    "providers",
    "sessions",
    "system",
]
