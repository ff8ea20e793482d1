"""Chromium and the server show the same text for the same moment, number and size, in every format that can be chosen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from idp_project.core import regional
from idp_project.core.regional import LOCALES, Regional, regional_override

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

STATIC = Path(__file__).resolve().parents[2] / "static" / "js"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")
MOMENTS = (
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC),  # the last minute of winter time in Berlin, and the first of summer time
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 9, 5, 0, 5, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
)
SIZES = (0, 999, 14_336, 1_468_006, 5 * 2**30)
PAGE = """<!doctype html><meta charset="utf-8">
<html lang="{language}" data-locale="{locale}" data-time-zone="{zone}" data-hour-cycle="{cycle}" data-group-mark="{mark}">
<title>clock</title><script type="module">import * as i18n from "/js/i18n.js"; window.i18n = i18n;</script></html>"""
SHOWN = """([moments, sizes]) => [
  moments.map(i18n.formatTime), moments.map(i18n.formatClock), sizes.map(i18n.formatBytes),
  [i18n.formatPercent(0.426), i18n.formatNumber(1234567.5),
   i18n.formatAge(new Date(Date.now() - 3 * 86400e3 - 5e3).toISOString())],
]"""


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page()


def shown_by_browser(page: Page, in_force: Regional) -> list[list[str]]:
    html = PAGE.format(
        language=in_force.language,
        locale=in_force.locale,
        zone=in_force.time_zone,
        cycle=in_force.hour_cycle,
        mark=in_force.group_mark,
    )

    def serve(route: Route) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=(STATIC / "i18n.js").read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=html, content_type="text/html")

    page.unroute_all()
    page.route("**/*", serve)
    page.goto("http://clock.localhost/")
    page.wait_for_function("window.i18n")
    return page.evaluate(SHOWN, [[moment.isoformat() for moment in MOMENTS], list(SIZES)])


def shown_by_server(in_force: Regional) -> list[list[str]]:
    with regional_override(in_force):
        return [
            [regional.moment_text(moment) for moment in MOMENTS],
            [regional.clock_text(moment, with_seconds=False) for moment in MOMENTS],
            [regional.bytes_text(size) for size in SIZES],
            [
                regional.percent_text(0.426),
                regional.number_text(1234567.5),
                "vor 3 Tagen" if in_force.language == "de" else "3 days ago",
            ],
        ]


def test_server_and_browser_show_one_clock(page: Page) -> None:
    different = []
    for number, locale in enumerate((*LOCALES, "en", "de")):
        for zone in ZONES if locale in ("en-US", "en-GB", "de-DE") else (ZONES[number % len(ZONES)],):
            in_force = Regional(locale[:2], locale, zone)
            ours, theirs = shown_by_server(in_force), shown_by_browser(page, in_force)
            if ours != theirs:
                different += [(locale, zone, *pair) for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    assert not different
