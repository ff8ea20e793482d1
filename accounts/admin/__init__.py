"""Django admin for super admins: people, organisations, sessions, provider endpoints, system settings, audit trail."""

from accounts.admin import audit, credentials, mail, people, providers, sessions, system
from accounts.admin.base import AuditedAdmin, ReadOnlyAdmin, confirmed, for_each, related_list, row_link

__all__ = [
    "AuditedAdmin",
    "ReadOnlyAdmin",
    "audit",
    "confirmed",
    "credentials",
    "for_each",
    "mail",
    "people",
    "providers",
    "related_list",
    "row_link",
    "sessions",
    "system",
]
