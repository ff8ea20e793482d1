"""Deadlines in working days, and the printed dates that set them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from documents.domain.deadline_rules import (
    DEFAULT_RULES,
    DeadlineRule,
    DeadlineSource,
    WorkingDays,
    deadline_of,
)
from documents.domain.paper_dates import Term, received_on, terms_in
from documents.domain.words.in_force import words_in_force

CHRISTMAS = frozenset({date(2026, 12, 25)})
DAYS = WorkingDays(holidays=CHRISTMAS, ends=time(17), zone="Europe/Berlin")
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
ARRIVED = date(2026, 12, 1)


def decided(rules=DEFAULT_RULES, arrived_at=TUESDAY, working_days=1, opened_at=None, **dates):
    found = {DeadlineSource(name): day for name, day in dates.items()}
    opened_at = opened_at or arrived_at
    return deadline_of(rules, found, DAYS, arrived_at=arrived_at, opened_at=opened_at, working_days=working_days)


def test_what_is_opened_again_later_is_not_late_at_once():
    again = datetime(2026, 12, 29, 9, tzinfo=UTC)
    assert decided(opened_at=again).at.date() == again.date()
    assert decided(opened_at=again, due_date=date(2026, 12, 10)).at.date() == again.date()


def test_working_days_leave_out_weekends_and_holidays():
    assert DAYS.shifted(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert DAYS.shifted(date(2026, 12, 28), -1) == date(2026, 12, 24)
    assert DAYS.on_or_before(date(2026, 12, 27)) == date(2026, 12, 24)
    assert WorkingDays(weekdays=frozenset({5})).shifted(date(2026, 12, 1), 1) == date(2026, 12, 5)


def test_the_earliest_date_of_the_paper_counts():
    found = decided(due_date=date(2026, 12, 28), discount_date=date(2026, 12, 10))
    assert (found.at.date(), found.source) == (date(2026, 12, 9), DeadlineSource.DISCOUNT_DATE)
    assert (found.at.hour, str(found.at.tzinfo)) == (17, "Europe/Berlin")
    assert decided(due_date=date(2026, 12, 28)).at.date() == date(2026, 12, 23), "Christmas is no working day"


def test_without_a_date_working_days_count_from_the_arrival():
    assert decided().at.date() == date(2026, 12, 2)
    friday_night = datetime(2026, 12, 4, 22, tzinfo=UTC)
    assert decided(arrived_at=friday_night).at.date() == date(2026, 12, 8), "Saturday and Sunday do not count"
    assert decided(working_days=0).at.date() == ARRIVED


def test_a_date_that_is_over_makes_the_first_working_day():
    found = decided(due_date=date(2020, 1, 1))
    assert (found.at.date(), found.source, found.day) == (ARRIVED, DeadlineSource.DUE_DATE, date(2020, 1, 1))


def test_calendar_days_end_before_a_day_off():
    rule = DeadlineRule(DeadlineSource.RECEIVED, 4, is_working=False)
    assert decided(rules=[rule], received=ARRIVED).at.date() == date(2026, 12, 4), "the fifth is a Saturday"
    assert DeadlineRule.from_dict(rule.to_dict()) == rule
    with pytest.raises(ValueError):
        DeadlineRule.from_dict({"source": "received", "days": 1000})


@pytest.mark.parametrize(
    "lines",
    [
        ["EINGEGANGEN", "27. Nov. 2026"],
        ["RECEIVED 27 NOV 2026"],
        ["Posteingang: 27.11.2026"],
        ["Date received: 2026-11-27"],
        ["27 NOV 2026", "RECEIVED"],
        ["Reçu le 27/11/2026"],
        ["RECIBIDO", "27/11/2026"],
        ["Ontvangen op 27-11-2026"],
    ],
)
def test_a_stamp_says_when_it_was_received(lines):
    assert received_on(lines, "de_DE", arrived=ARRIVED) == date(2026, 11, 27)


@pytest.mark.parametrize(
    "lines",
    [
        ["Payment received 27/11/2026"],
        ["Received with thanks on 27/11/2026"],
        ["Zahlungseingang 27.11.2026"],
        ["Wareneingang 27.11.2026"],
        ["We have received your letter of 27 November 2026"],
        ["RECEIVED 27.11.2030"],
        ["RECEIVED 27.11.2019"],
        ["Received", "The goods were sent on 27.11.2026 by a carrier of our choice."],
    ],
)
def test_what_was_received_otherwise_is_no_stamp(lines):
    assert received_on(lines, "de_DE", arrived=ARRIVED) is None


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("Please respond within two weeks of receipt.", [Term(2, "weeks", True, False)]),
        ("Payable within 14 days", [Term(14, "days", False, False)]),
        ("Net 30 days", [Term(30, "days", False, False)]),
        ("2% discount within 10 days, net 30 days", [Term(10, "days", False, True), Term(30, "days", False, False)]),
        ("Zahlbar innerhalb von 30 Tagen netto, 10 Tage 2 % Skonto",
         [Term(30, "days", False, False), Term(10, "days", False, True)]),
        ("Zahlbar innerhalb 14 Tagen nach Erhalt", [Term(14, "days", True, False)]),
        ("Gegen den Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch erhoben werden.",
         [Term(1, "months", True, False)]),
        ("À régler sous 30 jours après réception", [Term(30, "days", True, False)]),
        ("Answer within 5 working days of receipt", [Term(5, "days", True, False, is_working=True)]),
        ("Warranty within 90 days", []),
        ("Delivery within 3 weeks", []),
        ("Usage during the last 30 days", []),
        ("The contract runs for two years", []),
    ],
)  # fmt: skip
def test_times_that_are_written_out(line, terms):
    assert terms_in([line], words_in_force()) == terms


def test_a_time_may_be_broken_over_two_lines():
    assert terms_in(["Please pay within", "21 days of receipt."], words_in_force()) == [Term(21, "days", True, False)]
    assert Term(1, "months", True, False).end(date(2026, 1, 31)) == date(2026, 2, 28)
    assert Term(2, "weeks", True, False).end(date(2026, 12, 28)) == date(2027, 1, 11)
