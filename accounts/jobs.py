"""RQ entry points of accounts."""

from __future__ import annotations

from django.conf import settings

from accounts.services import audit_anchors_export


def audit_anchors_keep() -> None:
    """Appends what every audit chain says of itself to `AUDIT_ANCHOR_FILE`."""
    audit_anchors_export(settings.AUDIT_ANCHOR_FILE)
