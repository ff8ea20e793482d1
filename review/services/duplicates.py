"""What a person decides of a document that was received before: a correction takes the earlier one's place."""

from __future__ import annotations

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.overrides import OverrideCode, OverrideReason
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import SubDocument
from documents.selectors.doors import sub_document_get_for
from documents.selectors.identities import earlier_of
from documents.services.approving.approval import sub_document_withdraw


def corrected_one(sub_document: SubDocument, override: OverrideReason | None) -> SubDocument | None:
    """The earlier sub-document that this decision says to correct, where it has an approved record."""
    if override is None or override.code is not OverrideCode.CORRECTION:
        return None
    earlier = earlier_of(sub_document)
    return earlier.sub_document if earlier and earlier.sub_document.status in APPROVED_STATUSES else None


def corrected_withdraw(access: Access, earlier: SubDocument) -> None:
    """Withdraws the record that a later document corrects. Raises NotFound or Forbidden where the asker may not do that."""
    sub_document_get_for(access, earlier.id, Permission.REVIEW_DOCUMENTS)
    reason = "Corrected by a later document."
    sub_document_withdraw(earlier.id, approver_name=access.display_name, access=access, reason=reason)
