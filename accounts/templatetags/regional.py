"""Moments, days, ages and sizes on screens, in the language, format and time zone of the request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse

from idp_project.core import regional
from idp_project.core.catalogues import catalogue_version

register = template.Library()


@register.simple_tag
def regional_settings() -> regional.Regional:
    """What is in force, for the page's attributes: the browser formats with the same."""
    return regional.regional_current()


@register.simple_tag
def script_catalogue() -> str:
    """Address of the translations for browser modules; empty for English, which needs none."""
    language = regional.regional_current().language
    if language == settings.LANGUAGE_CODE:
        return ""
    return reverse("javascript-catalog", args=[language, catalogue_version(language, "djangojs")])


@register.filter
def moment(value: datetime | str | None) -> str:
    """Day and time to the minute; of a time in ISO 8601 too."""
    value = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    return regional.moment_text(value) if isinstance(value, datetime) else ""


@register.filter
def moment_with_zone(value: datetime) -> str:
    """For e-mails, whose reader may be elsewhere: `29 Nov 2026, 14:19 (Europe/Berlin)`."""
    return f"{regional.moment_text(value)} ({regional.regional_current().time_zone})"


@register.filter
def day(value: date | None) -> str:
    """A day; of a moment the day that it is in the time zone in force."""
    return regional.day_text(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """The time of day to the second."""
    return regional.clock_text(value) if value else ""


@register.filter
def age(value: datetime | None) -> str:
    """ "3 minutes ago", "in 2 days"."""
    return regional.age_text(value) if value else ""


@register.filter
def size(value: int | None) -> str:
    """ "1.4 MB"."""
    return regional.bytes_text(value or 0)


@register.filter
def number(value: Any) -> str:
    """With the marks of the regional format."""
    return regional.number_text(value)
