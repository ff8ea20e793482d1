"""The rule of a type for the people who review it: by when, and by how many; for managers of the type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.deadline_rules import DEFAULT_RULES, DEFAULT_WORKING_DAYS, DeadlineRule
from documents.models import ReviewRule, Schema
from documents.selectors.drafts import newest_version
from documents.selectors.schemas import schema_managed_by
from idp_project.core.errors import InvalidInput
from review.domain.refusals import RULE_BOUNDS, RULE_FIELD_UNKNOWN

MOST_WORKING_DAYS = 60
AMOUNT_DIGITS = 19  # two of them after the point
_LARGEST = Decimal(10) ** (AMOUNT_DIGITS - 2)


@dataclass(frozen=True)
class WantedRule:
    """What a manager chooses; see `ReviewRule`."""

    deadlines: tuple[DeadlineRule, ...] = DEFAULT_RULES
    working_days: int = DEFAULT_WORKING_DAYS
    is_second_always: bool = False
    second_amount: Decimal | None = None
    second_fields: tuple[str, ...] = ()
    second_percent: int = 0
    is_second_blind: bool = False
    is_second_automatic: bool = False


def rule_of(access: Access, schema_id: UUID) -> tuple[Schema, WantedRule]:
    """What holds for a type now; for its managers."""
    schema = schema_managed_by(access, schema_id)
    rule = ReviewRule.objects.filter(schema=schema).first()
    return schema, _wanted(rule) if rule else WantedRule()


def field_paths(schema: Schema) -> list[tuple[str, str]]:
    """(path, label) of what a second person may be asked for: fields, and columns as table.column."""
    version = newest_version(schema)
    if version is None:
        return []
    spec = version.spec
    columns = [
        (f"{table.name}.{column.name}", f"{table.label}: {column.label}")
        for table in spec.tables
        for column in table.columns
    ]
    return [*((field.name, field.label) for field in spec.fields), *columns]


@transaction.atomic
def review_rule_set(access: Access, schema_id: UUID, wanted: WantedRule) -> ReviewRule:
    """Changes it for documents that are decided, and tasks that are opened, from now on. Audited with before and after.

    Forbidden for those who do not manage the type, InvalidInput for a field that it has not, and for figures out of bounds.
    """
    schema = schema_managed_by(access, schema_id)
    _check(schema, wanted)
    rule = ReviewRule.objects.filter(schema=schema).select_for_update(of=("self",)).first()
    before = _stored(_wanted(rule) if rule else WantedRule())
    rule = rule or ReviewRule(organization_id=schema.organization_id, schema=schema)
    after = _stored(wanted)
    for name, value in after.items():
        setattr(rule, name, value)
    rule.second_amount, rule.changed_by_id = wanted.second_amount, access.user_id
    rule.save()
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        audit_record(
            access,
            "review_rule_changed",
            object_kind="schema",
            object_id=schema.id,
            details={"old": {name: before[name] for name in changed}, "new": {name: after[name] for name in changed}},
        )
    return rule


def _check(schema: Schema, wanted: WantedRule) -> None:
    known = {path for path, _ in field_paths(schema)}
    for path in wanted.second_fields:
        if path not in known:
            raise InvalidInput(RULE_FIELD_UNKNOWN(name=path), code="unknown_field")
    amount = wanted.second_amount
    is_amount = amount is None or (amount.is_finite() and 0 <= amount < _LARGEST)
    if not 0 <= wanted.second_percent <= 100 or not is_amount or not 0 <= wanted.working_days <= MOST_WORKING_DAYS:
        raise InvalidInput(RULE_BOUNDS(), code="out_of_bounds")


def _wanted(rule: ReviewRule) -> WantedRule:
    return WantedRule(
        deadlines=_rules(rule.deadlines),
        working_days=rule.working_days,
        is_second_always=rule.is_second_always,
        second_amount=rule.second_amount,
        second_fields=tuple(rule.second_fields),
        second_percent=rule.second_percent,
        is_second_blind=rule.is_second_blind,
        is_second_automatic=rule.is_second_automatic,
    )


def _rules(stored: Sequence[dict[str, Any]]) -> tuple[DeadlineRule, ...]:
    return tuple(DeadlineRule.from_dict(entry) for entry in stored)


def _stored(wanted: WantedRule) -> dict[str, Any]:
    """As the row has it, and as it is audited."""
    return {
        "deadlines": [rule.to_dict() for rule in wanted.deadlines],
        "working_days": wanted.working_days,
        "is_second_always": wanted.is_second_always,
        "second_amount": str(wanted.second_amount) if wanted.second_amount is not None else None,
        "second_fields": list(wanted.second_fields),
        "second_percent": wanted.second_percent,
        "is_second_blind": wanted.is_second_blind,
        "is_second_automatic": wanted.is_second_automatic,
    }
