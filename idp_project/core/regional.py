"""Language, regional format and time zone: what is in force, and how moments, days, ages and sizes read in it.

Babel and the browser's `Intl` both take their formats from CLDR: static/js/i18n.js shows the same text for the same moment.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_month_names
from babel.numbers import format_decimal, format_percent, get_group_symbol
from django.conf import settings
from django.core.signals import request_finished
from django.utils import timezone, translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

LOCALES = (
    *("en-US", "en-GB", "en-IE", "en-CA", "en-AU", "en-NZ", "en-IN", "en-ZA", "en-DE", "en-AT", "en-CH"),
    *("de-DE", "de-AT", "de-CH", "de-LI", "de-LU"),
)
"""Regional formats that can be chosen. Another language adds its own."""


@dataclass(frozen=True, slots=True)
class RegionalChoice:
    """What a person or an organisation has set; empty means that the next one decides."""

    language: str = ""
    locale: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Regional:
    """What is in force: a language that has a catalogue, a regional format, a time zone by its IANA name."""

    language: str
    locale: str
    time_zone: str

    @property
    def hour_cycle(self) -> str:
        """`h23` or `h12`, as the regional format has it."""
        return "h23" if "H" in _babel(self.locale).time_formats["short"].pattern else "h12"

    @property
    def group_mark(self) -> str:
        """Between thousands. Releases of CLDR differ in it, so browsers are told."""
        return str(get_group_symbol(_babel(self.locale)))

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


_in_force: ContextVar[Regional | None] = ContextVar("regional", default=None)


def languages() -> tuple[str, ...]:
    """Those that can be chosen: each has a catalogue."""
    return tuple(code for code, _ in settings.LANGUAGES)


@cache
def time_zones() -> tuple[str, ...]:
    """IANA names of places, and UTC."""
    names = zoneinfo.available_timezones()
    return tuple(sorted(name for name in names if name == "UTC" or ("/" in name and not name.startswith("Etc/"))))


def is_valid(choice: RegionalChoice) -> bool:
    """Whether everything that is set can be used."""
    return (
        choice.language in ("", *languages())
        and choice.locale in ("", *LOCALES)
        and choice.time_zone in ("", *time_zones())
    )


def regional_of(*choices: RegionalChoice, accepted: str = "") -> Regional:
    """The first setting of the choices, in their order, else what the browser asks for (its Accept-Language header).

    The time zone of the installation is the last one. A stored value that can no longer be used counts as not set.
    """
    language = _first((choice.language for choice in choices), languages()) or _accepted_language(accepted)
    wanted = _first((choice.locale for choice in choices), LOCALES) or _accepted_locale(accepted, language)
    sibling = f"{language}-{wanted.partition('-')[2]}"
    zone = _first((choice.time_zone for choice in choices), time_zones()) or settings.TIME_ZONE
    return Regional(language, sibling if sibling in LOCALES else wanted, zone)


def _first(values: Iterator[str], allowed: tuple[str, ...]) -> str:
    return next((value for value in values if value and value in allowed), "")


def _accepted_language(header: str) -> str:
    for code, _ in parse_accept_lang_header(header.lower()):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _accepted_locale(header: str, language: str) -> str:
    """The browser's format of that language, else the one that CLDR has for the language itself."""
    known = {locale.lower(): locale for locale in LOCALES if locale.startswith(f"{language}-")}
    return next((known[code] for code, _ in parse_accept_lang_header(header.lower()) if code in known), language)


def regional_use(regional: Regional) -> None:
    """Activates them in this thread or task: translations, Django's own formats and its present time zone too."""
    _in_force.set(regional)
    is_british = regional.language == "en" and regional.hour_cycle == "h23"
    translation.activate("en-gb" if is_british else regional.language)
    timezone.activate(regional.zone)


def regional_forget(**_: Any) -> None:
    """Back to the installation's."""
    _in_force.set(None)
    translation.deactivate()
    timezone.deactivate()


request_finished.connect(regional_forget, dispatch_uid="regional")  # threads serve one request after another


@contextmanager
def regional_override(regional: Regional) -> Iterator[None]:
    """For one e-mail: within, this is in force; afterwards what was before."""
    before = _in_force.get()
    with translation.override(regional.language), timezone.override(regional.zone):
        _in_force.set(regional)
        try:
            yield
        finally:
            _in_force.set(before)


def regional_current() -> Regional:
    """What is in force here: outside of requests and e-mails the installation's."""
    return _in_force.get() or Regional(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, settings.TIME_ZONE)


@cache
def _babel(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")


def moment_text(moment: datetime) -> str:
    """Day and time, to the minute."""
    current = regional_current()
    locale = _babel(current.locale)
    local = moment.astimezone(current.zone)
    pattern = str(locale.datetime_formats["medium"])
    text = pattern.replace("{0}", format_time(local, "short", locale=locale)).replace("{1}", day_text(local.date()))
    return _plain(text.replace("'", ""))


def day_text(day: date) -> str:
    """A day; of a moment the day that it is here."""
    current = regional_current()
    if isinstance(day, datetime):
        day = day.astimezone(current.zone).date()
    return _plain(format_date(day, "medium", locale=_babel(current.locale)))


def clock_text(moment: datetime, *, with_seconds: bool = True) -> str:
    """The time of day."""
    current = regional_current()
    length: Literal["medium", "short"] = "medium" if with_seconds else "short"
    return _plain(format_time(moment.astimezone(current.zone), length, locale=_babel(current.locale)))


def age_text(moment: datetime) -> str:
    """ "3 minutes ago", "in 2 days"."""
    seconds = (moment - timezone.now()).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if abs(seconds) >= length:
            return _relative(round(seconds / length) * length, unit)
    return _relative(round(seconds), "second")


def _relative(seconds: int, unit: Any) -> str:
    language = _babel(regional_current().language)
    return format_timedelta(seconds, unit, threshold=1e9, add_direction=True, locale=language)


def number_text(value: float, places: int | None = None) -> str:
    """With the marks of the regional format; with just as many decimal places where that is wanted."""
    pattern = None if places is None else "#,##0." + "0" * places
    return format_decimal(value, pattern, locale=_babel(regional_current().locale))


def percent_text(value: float) -> str:
    """0..1 as a whole percentage."""
    return format_percent(value, locale=_babel(regional_current().locale))


def bytes_text(size: int) -> str:
    """ "1.4 MB"; a megabyte has 1,024 kilobytes, as everywhere in the product."""
    power = min(3, max(0, (max(1, size).bit_length() - 1) // 10))
    value = number_text(round(size / 1024**power, 1 if power else None))
    return f"{value}\N{NO-BREAK SPACE}{('B', 'KB', 'MB', 'GB')[power]}"


def language_name(code: str) -> str:
    """The name of any language, in the language of the page."""
    name = _babel(code).get_display_name(_babel(regional_current().language))
    return str(name or code)


def month_choices() -> list[tuple[str, str]]:
    """Number and name of the twelve months."""
    names = get_month_names("wide", "stand-alone", _babel(regional_current().language))
    return [(str(number), str(name)) for number, name in sorted(names.items())]


def _plain(text: str) -> str:
    """Browsers write an ordinary space where CLDR has a narrow one, before AM and PM."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")
