"""Sharing one document or batch with one person, until a day. Nobody shares what their role does not let them do."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import SHARED_PERMISSIONS, Permission
from accounts.grants import object_grant, object_revoke
from accounts.selectors.access import colleague_get_for
from accounts.services.audit.trail import audit_record
from documents.domain.refusals import OWN_SHARE, SHARE_ENDED, SHARE_TOO_LONG, SHARE_WITHOUT_OBJECT, SHARES_MORE_THAN_OWN
from documents.models import Batch, Document, Share
from documents.selectors.doors import batch_get_for, document_get_for, share_get_for
from idp_project.core.errors import Forbidden, InvalidInput

LONGEST_SHARE = timedelta(days=365)


@transaction.atomic
def share_create(
    access: Access,
    *,
    user_id: UUID,
    expires_at: datetime,
    document_id: UUID | None = None,
    batch_id: UUID | None = None,
    may_download: bool = False,
    may_review: bool = False,
) -> Share:
    """Lets a person of the same organisation see one document or batch until then, in place of an earlier share of it.

    Needs `share_documents` on its team, and there every permission that is given: a share itself cannot be passed on.
    InvalidInput for oneself, for a time that is past or more than a year away, and unless exactly one thing is named.
    """
    target = _target(access, document_id, batch_id)
    given = _given(may_download=may_download, may_review=may_review)
    if not all(access.can(permission, team_id=target.team_id) for permission in given):
        raise Forbidden(SHARES_MORE_THAN_OWN(), code="above_own_role")
    check_end(expires_at)
    user = colleague_get_for(access, user_id)
    if user.pk == access.user_id:
        raise InvalidInput(OWN_SHARE(), code="own_share")
    share, _ = Share.objects.update_or_create(
        organization_id=target.organization_id,
        document=target if isinstance(target, Document) else None,
        batch=target if isinstance(target, Batch) else None,
        user=user,
        defaults={
            "shared_by_id": access.user_id,
            "may_download": may_download,
            "may_review": may_review,
            "expires_at": expires_at,
        },
    )
    object_revoke(user, target, SHARED_PERMISSIONS)
    object_grant(user, target, given, expires_at=expires_at)
    _record(access, "share_created", share, until=expires_at.isoformat(), permissions=sorted(given))
    return share


@transaction.atomic
def share_revoke(access: Access, share_id: UUID) -> None:
    """Ends a share; it holds from the person's next request on. For anyone who may share the document or batch."""
    share = share_get_for(access, share_id, Permission.SHARE_DOCUMENTS)
    target = share.document or share.batch
    assert target is not None
    object_revoke(share.user, target, SHARED_PERMISSIONS)
    _record(access, "share_revoked", share)
    share.delete()


def _target(access: Access, document_id: UUID | None, batch_id: UUID | None) -> Document | Batch:
    if document_id and not batch_id:
        return document_get_for(access, document_id, Permission.SHARE_DOCUMENTS)
    if batch_id and not document_id:
        return batch_get_for(access, batch_id, Permission.SHARE_DOCUMENTS)
    raise InvalidInput(SHARE_WITHOUT_OBJECT())


def _given(*, may_download: bool, may_review: bool) -> frozenset[Permission]:
    wanted = {Permission.DOWNLOAD_DOCUMENTS: may_download, Permission.REVIEW_DOCUMENTS: may_review}
    return frozenset({Permission.VIEW_DOCUMENTS, *(permission for permission, is_given in wanted.items() if is_given)})


def check_end(expires_at: datetime) -> None:
    """InvalidInput for a time that is past or more than a year away."""
    now = timezone.now()
    if expires_at <= now:
        raise InvalidInput(SHARE_ENDED(), code="share_ended")
    if expires_at > now + LONGEST_SHARE:
        raise InvalidInput(SHARE_TOO_LONG(), code="share_too_long")


def _record(access: Access, action: str, share: Share, **details: object) -> None:
    audit_record(
        access,
        action,
        object_kind="document" if share.document_id else "batch",
        object_id=share.document_id or share.batch_id,
        details={"user": str(share.user_id), **details},
        organization_id=share.organization_id,
    )
