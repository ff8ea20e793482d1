"""Switching figures per person on and off: under a named agreement, audited, and told to everybody whom it concerns."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.models import User
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.reasons import Reason
from review.domain.notices import FIGURES_OFF, FIGURES_ON
from review.domain.refusals import AGREEMENT_IN_FORCE, AGREEMENT_MISSING
from review.models import FiguresAgreement
from review.selectors.figures import agreement_of
from review.services.comments import notify

SHORTEST_NAME = 5


@transaction.atomic
def figures_begin(access: Access, *, agreement: str) -> FiguresAgreement:
    """For org admins. InvalidInput without the agreement's name, Conflict while one is in force."""
    organization = organization_managed_by(access)
    agreement = agreement.strip()[:200]
    if len(agreement) < SHORTEST_NAME:
        raise InvalidInput(AGREEMENT_MISSING(), code="agreement_missing")
    if agreement_of(access):
        raise Conflict(AGREEMENT_IN_FORCE(), code="agreement_in_force")
    begun = FiguresAgreement.objects.create(organization=organization, agreement=agreement, begun_by_id=access.user_id)
    _tell_everybody(access, FIGURES_ON(by=access.display_name, agreement=agreement))
    audit_record(
        access,
        "person_figures_begun",
        object_kind="organization",
        object_id=organization.id,
        details={"agreement": agreement},
    )
    return begun


@transaction.atomic
def figures_end(access: Access) -> None:
    """For org admins; idempotent."""
    organization = organization_managed_by(access)
    present = agreement_of(access)
    if present is None:
        return
    present.ended_at = timezone.now()
    present.save(update_fields=["ended_at"])
    _tell_everybody(access, FIGURES_OFF(by=access.display_name, agreement=present.agreement))
    audit_record(
        access,
        "person_figures_ended",
        object_kind="organization",
        object_id=organization.id,
        details={"agreement": present.agreement},
    )


def _tell_everybody(access: Access, reason: Reason) -> None:
    """All who work in the organisation, not only those who review today."""
    organization_id = access.required_organization_id
    people = User.objects.filter(is_active=True, memberships__organization_id=organization_id).distinct()
    for user_id in people.values_list("id", flat=True):
        notify(user_id, reason, organization_id=organization_id)
