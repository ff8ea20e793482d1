"""Filters and page starts of the record list."""

import csv
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from idp_project.core.csv_lines import as_csv, harmless
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
        *((sign + "cmd|'/C calc'!A0", f"'{sign}cmd|'/C calc'!A0") for sign in "=+-@＝＋－＠"),
        *((start + "=1+1", f"'{start}{inner}=1+1") for start, inner in (("\t", "'"), ("\r", "'"), ("\n", "'"))),
        ("\nplain", "'\nplain"),
        (" =1+1", "' =1+1"),
        ("\ufeff=1+1", "'\ufeff=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ('a,"=1+1', "a,\"'=1+1"),
        ("a\n＝1+1", "a\n'＝1+1"),
        ("ada@example.org", "ada@example.org"),
        ("1-2", "1-2"),
        ("a; -12.50; b", "a; -12.50; b"),
        ("+49 30 1234", "'+49 30 1234"),
    ],
)
def test_a_spreadsheet_runs_nothing(cell, written):
    assert harmless(cell) == written


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_of_another_separator_is_a_formula(separator):
    """A spreadsheet of another country opens the file by another separator."""
    hostile = ["a;=1+1", 'b"; =1+1', "c\t@x", "d|+x", "\n=1", "＝1", 'e,"-x']
    lines = "".join(as_csv([hostile, ["plain", *hostile[1:]]])).removeprefix("\ufeff").splitlines()
    cells = [cell for line in csv.reader(lines, delimiter=separator) for cell in line]
    assert [cell for cell in cells if cell.lstrip(' "')[:1] in tuple("=+-@＝＋－＠")] == []


def test_last_day_there_is_narrows_nothing():
    assert RecordFilter(approved_to=date.max).as_arguments()["approved_before"] is None
