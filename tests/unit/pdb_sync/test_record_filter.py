"""Filters and page starts of the record list."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from idp_project.core.csv_lines import harmless
from pdb_sync.domain.record_filter import PageStart, RecordFilter


def test_days_are_whole_days_in_utc():
    arguments = RecordFilter(approved_from=date(2026, 3, 1), approved_to=date(2026, 3, 1)).as_arguments()
    assert arguments["approved_from"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert arguments["approved_before"] == datetime(2026, 3, 2, tzinfo=UTC)
    assert RecordFilter().is_empty


def test_a_page_start_survives_the_query_string():
    start = PageStart(datetime(2026, 3, 1, 12, 30, 1, 5, tzinfo=UTC), uuid4())
    assert PageStart.from_text(start.to_text()) == start


@pytest.mark.parametrize("text", ["", "x", "2026-03-01~", "2026-03-01T00:00:00~eb50b8fa-5d4f-43a6-a2fa-bc2890227a8c"])
def test_a_malformed_start_is_the_beginning(text):
    assert PageStart.from_text(text) is None


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-12.50", "-12.50"),
        ("-1+2", "'-1+2"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_spreadsheet_runs_nothing(cell, written):
    assert harmless(cell) == written
