"""Automatic approval: what a type may earn, and the check at the approval door that no automatic approval leads past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
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
from documents.domain.earned.plan import TARGETS
from documents.domain.reasons import DECIDED, SECOND_PERSON_BY_RULE
from documents.domain.refusals import AUTO_APPROVAL_BY_MANAGERS, BLIND_PERCENT_BOUNDS, TARGET_UNKNOWN
from documents.domain.statuses import Route
from documents.models import FieldValue, Gate, Schema, SubDocument
from documents.policies import may_manage_schema
from documents.selectors.doors import schema_get_for
from documents.selectors.earned import rule_of_sub_document
from documents.services.approving.gates import gates_settle_all, schema_gates_lock
from documents.services.approving.second_person import needs_second_person
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


@dataclass(frozen=True)
class ApprovalSettings:
    """What a manager chooses for a type; None leaves a setting as it is.

    `is_never`: never automatic. `target` in thousandths of documents, one of TARGETS. The percentages are shares of what
    goes to a person. `begins_series`: evidence so far no longer counts, and all planned looks are ahead again.
    """

    is_never: bool | None = None
    target: int | None = None
    blind_percent: int | None = None
    blind_percent_earned: int | None = None
    begins_series: bool = False


@transaction.atomic
def schema_auto_approval_set(access: Access, schema_id: UUID, wanted: ApprovalSettings) -> Schema:
    """Changes what a type may earn, for what is approved from now on. Audited; idempotent except for a new series.

    For managers of the type; Forbidden for others, NotFound where the type is not visible, InvalidInput for a target that
    is not offered and percentages outside 0 to 100. No change opens a gate that the evidence does not support.
    """
    if not may_manage_schema(access, schema_get_for(access, schema_id)):
        raise Forbidden(AUTO_APPROVAL_BY_MANAGERS())
    _check(wanted)
    schema = schema_gates_lock(schema_id)
    old = _settings_of(schema)
    _change(schema, wanted)
    if (new := _settings_of(schema)) == old:
        return schema
    schema.auto_approval_changed_by_id, schema.auto_approval_changed_at = access.user_id, timezone.now()
    schema.save(update_fields=[*new, "auto_approval_changed_by", "auto_approval_changed_at"])
    if wanted.begins_series:
        Gate.objects.filter(schema=schema).delete()
    gates_settle_all(schema)
    changed = [name for name in new if new[name] != old[name]]
    audit_record(
        access,
        "schema_auto_approval_changed",
        object_kind="schema",
        object_id=schema.pk,
        details={
            "schema": schema.key,
            "old": {name: old[name] for name in changed},
            "new": {name: new[name] for name in changed},
        },
        organization_id=schema.organization_id,
    )
    return schema


def _check(wanted: ApprovalSettings) -> None:
    if wanted.target is not None and wanted.target not in TARGETS:
        raise InvalidInput(TARGET_UNKNOWN(), code="target_unknown")
    if any(not 0 <= one <= 100 for one in (wanted.blind_percent, wanted.blind_percent_earned) if one is not None):
        raise InvalidInput(BLIND_PERCENT_BOUNDS(), code="out_of_bounds")


def _settings_of(schema: Schema) -> dict[str, Any]:
    """As audited, too."""
    since = schema.series_started_at
    names = ("auto_approval", "target", "blind_percent", "blind_percent_earned")
    return {name: getattr(schema, name) for name in names} | {"series_started_at": since.isoformat() if since else None}


def _change(schema: Schema, wanted: ApprovalSettings) -> None:
    if wanted.is_never is not None and wanted.is_never != (schema.auto_approval == AutoApproval.NEVER):
        schema.auto_approval = (AutoApproval.NEVER if wanted.is_never else AutoApproval.EARNED).value
    for name in ("target", "blind_percent", "blind_percent_earned"):
        if (chosen := getattr(wanted, name)) is not None:
            setattr(schema, name, chosen)
    if wanted.begins_series:
        schema.series_started_at = timezone.now()


def check_automatic(sub_document: SubDocument) -> Mapping[str, Any]:
    """Raises AutoApprovalRefused unless it was routed automatically and everything that allowed this still holds. Gives
    the bound that the approval rests on, with where that comes from.

    For a locked sub-document of a known type.
    """
    version = sub_document.schema_version
    assert version is not None, "what has no type is refused before"
    values = FieldValue.objects.filter(sub_document=sub_document).values_list("value", flat=True)
    rule = rule_of_sub_document(sub_document)
    obstacles = auto_approval_obstacles(
        version.spec,
        rule,
        is_system_on=system_settings().is_auto_approval_on,
        has_value=any((value or "").strip() for value in values),
    )
    if sub_document.route != Route.AUTO:
        obstacles = (AutoApprovalReason.SENT_TO_PERSON, *obstacles)
    if not obstacles and needs_second_person(sub_document, is_automatic=True):
        raise AutoApprovalRefused(reasons=[SECOND_PERSON_BY_RULE(type=version.schema.name)])
    if obstacles:
        raise AutoApprovalRefused(reasons=[obstacle_reason(obstacle, version.schema.name) for obstacle in obstacles])
    return rule.rests_on
