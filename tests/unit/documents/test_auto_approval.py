"""What the switch of a type means, and what forbids an automatic approval however sure the values are."""

from dataclasses import replace

import pytest

from documents.domain.auto_approval import (
    BY_HAND,
    TYPE_OFF,
    AutoApproval,
    AutoApprovalReason,
    auto_approval_obstacles,
    has_required_field,
    type_rule,
)
from tests.unit.extraction.pages import RECEIPT

OPTIONAL = replace(RECEIPT, fields=tuple(replace(field, is_required=False) for field in RECEIPT.fields))
REQUIRED_TABLE = replace(OPTIONAL, tables=tuple(replace(table, is_required=True) for table in OPTIONAL.tables))
REQUIRED_COLUMN = replace(
    OPTIONAL,
    tables=tuple(
        replace(table, columns=tuple(replace(column, is_required=True) for column in table.columns))
        for table in OPTIONAL.tables
    ),
)


@pytest.mark.parametrize(
    ("state", "is_demonstration", "is_allowed"),
    [
        (AutoApproval.OFF, False, False),
        (AutoApproval.OFF, True, False),
        (AutoApproval.DEMONSTRATION, False, False),
        (AutoApproval.DEMONSTRATION, True, True),
        (AutoApproval.BY_HAND, False, True),
        (AutoApproval.BY_HAND, True, True),
        ("", True, False),
        ("a state of a later release", True, False),
    ],
)
def test_type_rule_allows_only_what_was_switched_on(state: str, is_demonstration: bool, is_allowed: bool) -> None:
    assert type_rule(str(state), is_demonstration=is_demonstration).is_allowed is is_allowed


def test_only_required_fields_count_as_required() -> None:
    assert has_required_field(RECEIPT)
    assert not any(map(has_required_field, (OPTIONAL, REQUIRED_TABLE, REQUIRED_COLUMN)))


def test_obstacles_are_named_each_by_its_code() -> None:
    assert auto_approval_obstacles(RECEIPT, BY_HAND, is_system_on=True, has_value=True) == ()
    found = auto_approval_obstacles(OPTIONAL, TYPE_OFF, is_system_on=True, has_value=False)
    assert found == (
        AutoApprovalReason.TYPE_OFF,
        AutoApprovalReason.NO_REQUIRED_FIELD,
        AutoApprovalReason.NO_VALUE,
    )
    off = auto_approval_obstacles(RECEIPT, TYPE_OFF, is_system_on=False, has_value=True)
    assert off == (AutoApprovalReason.SYSTEM_OFF,), "the one to change first"
