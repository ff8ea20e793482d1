"""When a sub-document may be approved without a person: what its type has earned, and what must have been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from documents.domain import reasons
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.reasons import Reason

BLIND_PERCENT, BLIND_PERCENT_EARNED = 20, 5
"""Of what goes to a person, until automatic approval is earned and after."""


class AutoApproval(StrEnum):
    """What holds for one type. Every type begins with EARNED: nothing is automatic until evidence supports its target.

    A stored state of an earlier release (`by_hand`) means EARNED.
    """

    NEVER = "off"
    EARNED = "earned"
    DEMONSTRATION = "demonstration"  # set by the demonstration's loader; rests on its record, in a demonstration only


class AutoApprovalReason(StrEnum):
    """Why a type, or a sub-document of it, is approved automatically or not."""

    EARNED = "earned"
    DEMONSTRATION = "demonstration"
    SYSTEM_OFF = "system_off"
    NEVER = "never"
    NOT_EARNED = "not_earned"
    NO_REQUIRED_FIELD = "no_required_field"
    NO_VALUE = "no_value"
    SENT_TO_PERSON = "sent_to_person"


@dataclass(frozen=True)
class TypeRule:
    """Whether the gate is open for a sub-document, and why. `rests_on` is the bound and what it comes from, as JSON."""

    is_allowed: bool
    reason: AutoApprovalReason
    rests_on: Mapping[str, Any] = field(default_factory=dict)


NOT_EARNED = TypeRule(False, AutoApprovalReason.NOT_EARNED)
NEVER_AUTOMATIC = TypeRule(False, AutoApprovalReason.NEVER)
HELD_OPEN = TypeRule(True, AutoApprovalReason.EARNED)
"""For benchmarks and tests of what lies behind the gate."""

OF_THE_GATE = frozenset({AutoApprovalReason.SYSTEM_OFF, AutoApprovalReason.NEVER, AutoApprovalReason.NOT_EARNED})
"""Reasons that say nothing of the document."""


def has_required_field(schema: SchemaSpec) -> bool:
    """Whether anything would be noticed to be missing. Required tables and columns do not count: a table with one wrong
    row is not missing."""
    return any(field.is_required for field in schema.fields)


def auto_approval_obstacles(
    schema: SchemaSpec, rule: TypeRule, *, is_system_on: bool, has_value: bool
) -> tuple[AutoApprovalReason, ...]:
    """What forbids to approve a sub-document of the type automatically, however sure its values are; empty for nothing.

    `has_value`: at least one field or cell has a value.
    """
    found = []
    if not is_system_on:
        found.append(AutoApprovalReason.SYSTEM_OFF)
    elif not rule.is_allowed:
        found.append(rule.reason)
    if not has_required_field(schema):
        found.append(AutoApprovalReason.NO_REQUIRED_FIELD)
    if not has_value:
        found.append(AutoApprovalReason.NO_VALUE)
    return tuple(found)


def obstacle_reason(obstacle: AutoApprovalReason, type_name: str) -> Reason:
    """The obstacle for the person who now has to approve."""
    sentence = _REASONS[obstacle]
    return sentence(type=type_name) if sentence.params else sentence()


_REASONS = {
    AutoApprovalReason.SYSTEM_OFF: reasons.SYSTEM_OFF,
    AutoApprovalReason.NEVER: reasons.NEVER_AUTOMATIC,
    AutoApprovalReason.NOT_EARNED: reasons.NOT_EARNED,
    AutoApprovalReason.NO_REQUIRED_FIELD: reasons.NO_REQUIRED_FIELD,
    AutoApprovalReason.NO_VALUE: reasons.NO_VALUE,
    AutoApprovalReason.SENT_TO_PERSON: reasons.SENT_TO_PERSON,
}
