"""Whose setting decides, and how moments, days, sizes and shares read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from idp_project.core import regional
from idp_project.core.regional import Regional, RegionalChoice, regional_of, regional_override

SUMMER, WINTER = datetime(2026, 7, 1, 22, 5, 9, tzinfo=UTC), datetime(2026, 12, 1, 13, 5, 9, tzinfo=UTC)
NOTHING = RegionalChoice()
GERMAN = RegionalChoice("de", "de-DE", "Europe/Berlin")
ENGLISH = RegionalChoice("en", "en-US", "America/New_York")


@pytest.mark.parametrize(
    ("person", "organization", "browser", "expected"),
    [
        (ENGLISH, GERMAN, "de", Regional("en", "en-US", "America/New_York")),
        (NOTHING, GERMAN, "en-GB", Regional("de", "de-DE", "Europe/Berlin")),
        (NOTHING, NOTHING, "de-CH,en;q=0.5", Regional("de", "de-CH", "UTC")),
        (NOTHING, NOTHING, "fr-FR,fr;q=0.9,de;q=0.5", Regional("de", "de", "UTC")),
        (NOTHING, NOTHING, "fr", Regional("en", "en", "UTC")),
        (NOTHING, NOTHING, "", Regional("en", "en", "UTC")),
        (NOTHING, NOTHING, "not a header ;;q=x", Regional("en", "en", "UTC")),
        (RegionalChoice(language="en"), GERMAN, "", Regional("en", "en-DE", "Europe/Berlin")),
        (RegionalChoice(time_zone="Asia/Tokyo"), GERMAN, "", Regional("de", "de-DE", "Asia/Tokyo")),
    ],
)
def test_person_then_organization_then_browser(person, organization, browser, expected):
    assert regional_of(person, organization, accepted=browser) == expected


@pytest.mark.parametrize("gone", [RegionalChoice("xx", "xx-XX", "Mars/Base"), RegionalChoice("fr", "fr-FR", "../etc")])
def test_a_value_that_is_not_offered_counts_as_not_set(gone):
    assert not regional.is_valid(gone)
    assert regional_of(gone, GERMAN) == Regional("de", "de-DE", "Europe/Berlin")


@pytest.mark.parametrize(
    ("locale", "zone", "summer", "winter", "seconds", "cycle"),
    [
        ("en-US", "America/New_York", "Jul 1, 2026, 6:05 PM", "Dec 1, 2026, 8:05 AM", "6:05:09 PM", "h12"),
        ("en-GB", "Europe/London", "1 Jul 2026, 23:05", "1 Dec 2026, 13:05", "23:05:09", "h23"),
        ("de-DE", "Europe/Berlin", "02.07.2026, 00:05", "01.12.2026, 14:05", "00:05:09", "h23"),
        ("en", "UTC", "Jul 1, 2026, 10:05 PM", "Dec 1, 2026, 1:05 PM", "10:05:09 PM", "h12"),
    ],
)
def test_moments_are_shown_in_format_and_zone(locale, zone, summer, winter, seconds, cycle):
    """Summer and winter time of the zone; 24 hours where the format has them."""
    in_force = Regional(locale[:2], locale, zone)
    assert in_force.hour_cycle == cycle
    with regional_override(in_force):
        assert (regional.moment_text(SUMMER), regional.moment_text(WINTER)) == (summer, winter)
        assert regional.clock_text(SUMMER) == seconds
        assert regional.moment_text(SUMMER).startswith(regional.day_text(SUMMER))


def test_django_admin_shows_the_same_clock():
    for locale, expected in (
        ("en-US", "Dec 1, 2026, 2:05 PM"),
        ("en-GB", "1 Dec 2026, 14:05"),
        ("de-AT", "01.12.2026, 14:05"),
    ):
        regional.regional_use(Regional(locale[:2], locale, "Europe/Vienna"))
        assert date_format(timezone.localtime(WINTER), "DATETIME_FORMAT") == expected == regional.moment_text(WINTER)
    regional.regional_forget()


@pytest.mark.parametrize(
    ("locale", "share", "size", "number", "age"),
    [
        ("en-GB", "42%", "1.4\u00a0MB", "1,234.5", "3 days ago"),
        ("de-DE", "42\u00a0%", "1,4\u00a0MB", "1.234,5", "vor 3 Tagen"),
        ("de-CH", "42%", "1.4\u00a0MB", "1’234.5", "vor 3 Tagen"),
    ],
)
def test_numbers_sizes_and_ages_follow_the_format(locale, share, size, number, age):
    with regional_override(Regional(locale[:2], locale, "UTC")):
        assert regional.percent_text(0.42) == share
        assert regional.bytes_text(int(1.4 * 2**20)) == size
        assert regional.number_text(1234.5) == number
        assert regional.age_text(timezone.now() - timedelta(days=3, minutes=1)) == age


def test_sizes_step_at_1024():
    sizes = {
        0: "0\u00a0B",
        1023: "1,023\u00a0B",
        1024: "1\u00a0KB",
        2**20 - 1: "1,024\u00a0KB",
        2**30: "1\u00a0GB",
        2**40: "1,024\u00a0GB",
    }
    assert {size: regional.bytes_text(size) for size in sizes} == sizes


def test_outside_of_a_request_the_installation_decides():
    assert regional.regional_current() == Regional("en", "en", "UTC")
    with regional_override(Regional("de", "de-DE", "Europe/Berlin")):
        assert translation.get_language() == "de"
        assert regional.day_text(date(2026, 12, 1)) == "01.12.2026"
    assert regional.regional_current() == Regional("en", "en", "UTC")
    assert translation.get_language() == "en"
