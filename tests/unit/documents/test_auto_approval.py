"""What forbids an automatic approval however sure the values are."""

from dataclasses import replace

from documents.domain.auto_approval import (
    HELD_OPEN,
    NEVER_AUTOMATIC,
    NOT_EARNED,
    OF_THE_GATE,
    AutoApprovalReason,
    auto_approval_obstacles,
    has_required_field,
    obstacle_reason,
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


def test_only_required_fields_count_as_required() -> None:
    assert has_required_field(RECEIPT)
    assert not any(map(has_required_field, (OPTIONAL, REQUIRED_TABLE, REQUIRED_COLUMN)))


def test_obstacles_are_named_each_by_its_code() -> None:
    assert auto_approval_obstacles(RECEIPT, HELD_OPEN, is_system_on=True, has_value=True) == ()
    found = auto_approval_obstacles(OPTIONAL, NOT_EARNED, is_system_on=True, has_value=False)
    assert found == (
        AutoApprovalReason.NOT_EARNED,
        AutoApprovalReason.NO_REQUIRED_FIELD,
        AutoApprovalReason.NO_VALUE,
    )
    never = auto_approval_obstacles(RECEIPT, NEVER_AUTOMATIC, is_system_on=True, has_value=True)
    assert never == (AutoApprovalReason.NEVER,)
    off = auto_approval_obstacles(RECEIPT, NOT_EARNED, is_system_on=False, has_value=True)
    assert off == (AutoApprovalReason.SYSTEM_OFF,), "the one to change first"


def test_what_speaks_of_the_gate_says_nothing_of_the_document() -> None:
    about_documents = {
        AutoApprovalReason.NO_REQUIRED_FIELD,
        AutoApprovalReason.NO_VALUE,
        AutoApprovalReason.SENT_TO_PERSON,
    }
    assert OF_THE_GATE.isdisjoint(about_documents)
    assert all("Receipt" in obstacle_reason(one, "Receipt").text for one in (NOT_EARNED.reason, NEVER_AUTOMATIC.reason))
