"""Statuses change only as their tables allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain import statuses
from documents.domain.statuses import (
    PASSED_STEP_STATUSES,
    STEP_TRANSITIONS,
    SUB_DOCUMENT_TRANSITIONS,
    TERMINAL_STEP_STATUSES,
    StepStatus,
    SubDocumentStatus,
    check_transition,
)
from idp_project.core.errors import IllegalTransition

TABLES = [(STEP_TRANSITIONS, StepStatus), (SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus)]


@pytest.mark.parametrize(("table", "enum"), TABLES, ids=["steps", "sub-documents"])
def test_every_status_has_its_line_and_can_be_left_or_retried(table, enum):
    assert set(table) == set(enum)
    final = {status for status, following in table.items() if not following}
    assert final <= {SubDocumentStatus.CANCELLED}, "a cancelled batch stays cancelled"
    reached = {status for following in table.values() for status in following}
    assert set(enum) - reached <= {SubDocumentStatus.BLANK}, "a blank sheet is blank from the start"


@pytest.mark.parametrize(("table", "enum"), TABLES, ids=["steps", "sub-documents"])
@given(data=st.data())
def test_illegal_transitions_raise_and_legal_ones_do_not(table, enum, data):
    present, wanted = data.draw(st.sampled_from(list(enum))), data.draw(st.sampled_from(list(enum)))
    if wanted in table[present]:
        check_transition(table, present, wanted)
    else:
        with pytest.raises(IllegalTransition, match=wanted.value):
            check_transition(table, present, wanted)


def test_delivered_was_approved_and_rejected_was_in_review():
    before = {
        wanted: {status for status, following in SUB_DOCUMENT_TRANSITIONS.items() if wanted in following}
        for wanted in SubDocumentStatus
    }
    cancelled = {SubDocumentStatus.IN_REVIEW, SubDocumentStatus.PROCESSING}  # as corrections: the earlier record stands
    assert before[SubDocumentStatus.DELIVERED] == {SubDocumentStatus.APPROVED, *cancelled}
    assert before[SubDocumentStatus.REJECTED] == {SubDocumentStatus.IN_REVIEW}
    assert PASSED_STEP_STATUSES < TERMINAL_STEP_STATUSES
    assert {name for name in vars(statuses) if name.endswith("_TRANSITIONS")} == {
        "STEP_TRANSITIONS",
        "SUB_DOCUMENT_TRANSITIONS",
    }
