"""What an audit entry is about: every action belongs to one kind, by which people filter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AuditKind(StrEnum):
    """In the order of the filter's menu."""

    SEEN = "seen"
    CHANGED = "changed"
    APPROVED = "approved"
    EXPORTED = "exported"
    SIGNED_IN = "signed_in"
    GRANTED = "granted"
    REFUSED = "refused"
    AI_CALLED = "ai_called"


ACTIONS: Mapping[AuditKind, frozenset[str]] = {
    AuditKind.SEEN: frozenset({"document_seen", "record_seen", "question_asked"}),
    AuditKind.APPROVED: frozenset(
        {
            *("review_approve", "review_reject", "review_return", "review_none_of_ours"),
            *("sub_document_auto_approved", "sub_document_withdrawn"),
        }
    ),
    AuditKind.EXPORTED: frozenset(
        {
            *("original_downloaded", "e_invoice_downloaded", "records_exported", "audit_exported"),
            "seen_entries_opened",
        }
    ),
    AuditKind.SIGNED_IN: frozenset({"signed_in", "signed_out", "session_revoked", "refresh_token_reused"}),
    AuditKind.GRANTED: frozenset(
        {
            *("membership_set", "membership_removed", "share_created", "share_revoked"),
            *("schema_granted", "schema_grant_revoked"),
        }
    ),
    AuditKind.REFUSED: frozenset({"refused", "sign_in_failed", "sign_in_locked"}),
    AuditKind.AI_CALLED: frozenset({"ai_called"}),
}
"""Whatever is in none of the sets changed something."""


def kind_of(action: str) -> AuditKind:
    """`changed` for every action that is not listed."""
    return next((kind for kind, actions in ACTIONS.items() if action in actions), AuditKind.CHANGED)
