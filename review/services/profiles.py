"""What people say of themselves: the types they know, e-mail, absence and deputy; and that they have read what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.selectors.doors import schema_list
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from review.domain.refusals import ABSENCE_ORDER, NOT_A_REVIEWER
from review.models import Absence, Notification, ReviewerProfile
from review.selectors.people import absences_for, colleagues_for, managed_people, profile_of


@transaction.atomic
def profile_set(access: Access, *, known_types: Sequence[UUID], is_mailed: bool) -> ReviewerProfile:
    """The asker's own; of the types only those that they may see are kept."""
    seen = set(schema_list(access).values_list("id", flat=True))
    profile = profile_of(access)
    profile.known_types = sorted(str(schema_id) for schema_id in set(known_types) & seen)
    profile.is_mailed = is_mailed
    profile.save()
    return profile


@transaction.atomic
def absence_add(
    access: Access, *, user_id: UUID | None, first_day: date, last_day: date, deputy_id: UUID | None
) -> Absence:
    """The asker's own, or of a person in a team that they manage. Audited: it changes whose work is whose."""
    user_id = user_id or access.required_user_id
    if user_id != access.user_id and not managed_people(access).filter(id=user_id).exists():
        raise Forbidden
    if last_day < first_day or last_day < timezone.localdate():
        raise InvalidInput(ABSENCE_ORDER(), code="absence_order")
    if deputy_id and (deputy_id == user_id or not _may_stand_in(access, deputy_id)):
        raise InvalidInput(NOT_A_REVIEWER(), code="not_a_reviewer")
    absence = Absence.objects.create(
        organization_id=access.required_organization_id,
        user_id=user_id,
        first_day=first_day,
        last_day=last_day,
        deputy_id=deputy_id,
    )
    _audit(access, "absence_added", absence)
    return absence


def _may_stand_in(access: Access, deputy_id: UUID) -> bool:
    return deputy_id == access.user_id or colleagues_for(access).filter(id=deputy_id).exists()


@transaction.atomic
def absence_remove(access: Access, absence_id: UUID) -> None:
    """One's own, or one of a person in a team that the asker manages."""
    absence = absences_for(access).filter(id=absence_id).first()
    if absence is None:
        raise NotFound
    _audit(access, "absence_removed", absence)
    absence.delete()


def _audit(access: Access, action: str, absence: Absence) -> None:
    details = {"first_day": str(absence.first_day), "last_day": str(absence.last_day)}
    deputy = {"deputy": str(absence.deputy_id)} if absence.deputy_id else {}
    audit_record(access, action, object_kind="user", object_id=absence.user_id, details=details | deputy)


@transaction.atomic
def notifications_read(access: Access) -> int:
    """Marks all of the asker's own as read; returns their number."""
    own = Notification.objects.filter(organization_id=access.required_organization_id, user_id=access.user_id)  # type: ignore[misc]
    return own.filter(read_at__isnull=True).update(read_at=timezone.now())
