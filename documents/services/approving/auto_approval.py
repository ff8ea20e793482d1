"""Automatic approval: the switch of a type, and the check at the approval door that no automatic approval leads past."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.selectors.system import system_settings
from accounts.services.audit.trail import audit_record
from documents.domain.auto_approval import (
    AutoApproval,
    AutoApprovalReason,
    auto_approval_obstacles,
    obstacle_reason,
)
from documents.domain.reasons import DECIDED
from documents.domain.refusals import AUTO_APPROVAL_OFF_BY_MANAGERS, AUTO_APPROVAL_ON_BY_ADMIN, RISK_NOT_ACCEPTED
from documents.domain.statuses import Route
from documents.models import FieldValue, Schema, SubDocument
from documents.policies import may_manage_schema, may_switch_auto_approval_on
from documents.selectors.auto_approval import type_rule_of
from documents.selectors.doors import schema_get_for
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.reasons import Reason


class AutoApprovalRefused(Conflict):
    """This sub-document is not approved without a person. `reasons` tell that person why."""

    code = "not_approved_automatically"

    def __init__(
        self, message: Reason | str | None = None, *, code: str | None = None, reasons: Sequence[Reason] = ()
    ) -> None:
        super().__init__(message or (DECIDED(said=reasons) if reasons else None), code=code)
        self.reasons = tuple(reasons)


@transaction.atomic
def schema_auto_approval_set(access: Access, schema_id: UUID, *, is_on: bool, is_risk_accepted: bool = False) -> Schema:
    """Switches automatic approval of a type on or off, for what is approved from now on. Audited; idempotent.

    On: for administrators of the organisation, who have to accept the risk (InvalidInput). Off: also for managers of the
    type. Forbidden for others, NotFound where the type is not visible.
    """
    schema_get_for(access, schema_id)
    schema = Schema.objects.select_for_update(of=("self",)).get(id=schema_id)
    _check_may_switch(access, schema, is_on=is_on)
    if is_on and not is_risk_accepted:
        raise InvalidInput(RISK_NOT_ACCEPTED(), code="risk_not_accepted")
    old, new = schema.auto_approval, AutoApproval.BY_HAND if is_on else AutoApproval.OFF
    if old == new:
        return schema
    schema.auto_approval = new.value
    schema.auto_approval_changed_by_id, schema.auto_approval_changed_at = access.user_id, timezone.now()
    schema.save(update_fields=["auto_approval", "auto_approval_changed_by", "auto_approval_changed_at"])
    audit_record(
        access,
        "schema_auto_approval_changed",
        object_kind="schema",
        object_id=schema.pk,
        details={"schema": schema.key, "old": old, "new": new.value},
        organization_id=schema.organization_id,
    )
    return schema


def _check_may_switch(access: Access, schema: Schema, *, is_on: bool) -> None:
    if may_switch_auto_approval_on(access) or (not is_on and may_manage_schema(access, schema)):
        return
    if is_on:
        raise Forbidden(AUTO_APPROVAL_ON_BY_ADMIN())
    raise Forbidden(AUTO_APPROVAL_OFF_BY_MANAGERS())


def check_automatic(sub_document: SubDocument) -> None:
    """Raises AutoApprovalRefused unless it was routed automatically and everything that allowed this still holds.

    For a locked sub-document of a known type.
    """
    version = sub_document.schema_version
    assert version is not None, "what has no type is refused before"
    values = FieldValue.objects.filter(sub_document=sub_document).values_list("value", flat=True)
    obstacles = auto_approval_obstacles(
        version.spec,
        type_rule_of(version.schema),
        is_system_on=system_settings().is_auto_approval_on,
        has_value=any((value or "").strip() for value in values),
    )
    if sub_document.route != Route.AUTO:
        obstacles = (AutoApprovalReason.SENT_TO_PERSON, *obstacles)
    if obstacles:
        raise AutoApprovalRefused(reasons=[obstacle_reason(obstacle, version.schema.name) for obstacle in obstacles])
