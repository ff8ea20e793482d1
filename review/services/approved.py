"""What was approved, looked at once more: corrected at the desk, or withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents.domain.reasons import TO_BE_CORRECTED
from documents.domain.statuses import APPROVED_STATUSES
from documents.selectors.doors import sub_document_get_for
from documents.services.approving.approval import approved_reopen, sub_document_withdraw
from documents.services.approving.checks import sub_document_check
from idp_project.core.errors import Conflict
from idp_project.core.reasons import OWN_WORDS
from review.domain.refusals import ONLY_APPROVED_WITHDRAWN
from review.models import ReviewTask
from review.services.tasks import review_task_open


@transaction.atomic
def approved_correct(access: Access, sub_document_id: UUID, *, reason: str = "") -> ReviewTask:
    """Puts an approved (or withdrawn) sub-document on the desk again; gives its task.

    Approving it there makes the next version, rejecting withdraws it; until then the approved version stays as it is.
    Raises Conflict while it is on its way, and where its batch was cancelled.
    """
    sub_document_get_for(access, sub_document_id, Permission.REVIEW_DOCUMENTS)
    sub_document = approved_reopen(sub_document_id)
    sub_document_check(sub_document)
    number = sub_document.approved_version_number
    asked = TO_BE_CORRECTED(next=number + 1, present=number)
    task = review_task_open(sub_document_id, reasons=[asked, *([OWN_WORDS(text=reason)] if reason else [])])
    audit_record(
        access,
        "sub_document_reopened",
        object_kind="sub_document",
        object_id=sub_document_id,
        details={"version": number, "reason": reason},
    )
    return task


@transaction.atomic
def approved_withdraw(access: Access, sub_document_id: UUID, *, reason: str = "") -> None:
    """Withdraws an approved sub-document: it leaves typed views and search, its versions stay in the history.

    Raises Conflict where nothing is approved, and while it is on a desk to be corrected (rejecting withdraws it there).
    """
    sub_document = sub_document_get_for(access, sub_document_id, Permission.REVIEW_DOCUMENTS)
    if sub_document.status not in APPROVED_STATUSES:
        raise Conflict(ONLY_APPROVED_WITHDRAWN(), code="not_approved")
    sub_document_withdraw(sub_document_id, approver_name=access.display_name, access=access, reason=reason)
