"""RQ entry points of accounts: ids only."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from accounts import services


def audit_anchors_keep() -> None:
    """Appends what every audit chain says of itself to `AUDIT_ANCHOR_FILE`."""
    services.audit_anchors_export(settings.AUDIT_ANCHOR_FILE)


def reset_link_mail(*, user_id: str, organization_id: str) -> None:
    """E-mails a link to choose a new password."""
    services.reset_link_mail(UUID(user_id), UUID(organization_id))
