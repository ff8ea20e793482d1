"""When a sub-document may be approved without a person: what its type allows, and what must have been read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from documents.domain import reasons
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.reasons import Reason


class AutoApproval(StrEnum):
    """The switch of one type. Every type begins with OFF."""

    OFF = "off"
    DEMONSTRATION = "demonstration"  # set by the demonstration's loader; counts in a demonstration only
    BY_HAND = "by_hand"  # switched on by an administrator of the organisation, who accepted the risk


class AutoApprovalReason(StrEnum):
    """Why a type, or a sub-document of it, is approved automatically or not."""

    BY_HAND = "by_hand"
    DEMONSTRATION = "demonstration"
    SYSTEM_OFF = "system_off"
    TYPE_OFF = "type_off"
    NO_REQUIRED_FIELD = "no_required_field"
    NO_VALUE = "no_value"
    SENT_TO_PERSON = "sent_to_person"


@dataclass(frozen=True)
class TypeRule:
    """What the switch of a type says, and why."""

    is_allowed: bool
    reason: AutoApprovalReason


TYPE_OFF = TypeRule(False, AutoApprovalReason.TYPE_OFF)
BY_HAND = TypeRule(True, AutoApprovalReason.BY_HAND)


def type_rule(state: str, *, is_demonstration: bool) -> TypeRule:
    """What the stored state of a type's switch means in this installation; an unknown state is off."""
    if state == AutoApproval.BY_HAND:
        return BY_HAND
    if state == AutoApproval.DEMONSTRATION and is_demonstration:
        return TypeRule(True, AutoApprovalReason.DEMONSTRATION)
    return TYPE_OFF


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
    AutoApprovalReason.TYPE_OFF: reasons.TYPE_OFF,
    AutoApprovalReason.NO_REQUIRED_FIELD: reasons.NO_REQUIRED_FIELD,
    AutoApprovalReason.NO_VALUE: reasons.NO_VALUE,
    AutoApprovalReason.SENT_TO_PERSON: reasons.SENT_TO_PERSON,
}
