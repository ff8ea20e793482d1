"""Django admin for super admins: people, organisations, sessions, provider endpoints, the audit trail."""

from accounts.admin import audit, people, providers, sessions
from accounts.admin.base import AuditedAdmin, ReadOnlyAdmin, for_each

__all__ = ["AuditedAdmin", "ReadOnlyAdmin", "audit", "for_each", "people", "providers", "sessions"]
