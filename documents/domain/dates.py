"""The one grammar of dates: finding them in a line and reading them in the order that the locale writes.

Fields, cells of tables, the desk, a model's answers and questions of the search all use it.

Numeric dates are taken apart by position; dates with a month's name go through dateparser, which is slow, hence the cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import get_date_format, get_month_names

from documents.domain.words import built_in_words

_NUMERIC = r"(?P<a>\d{4}|\d{1,2}) ?(?P<s>[/.\-–,]) ?(?P<b>\d{1,2}) ?(?P=s) ?(?P<c>\d{4}|\d{2})"
NUMERIC_DATE = re.compile(rf"(?<![\d/.,-]){_NUMERIC}(?!\d*[/\-]\d|\d{{3}}|[.,]\d{{2}}\b)(?=\D|$|\d{{1,2}}:\d{{2}})")
_PERIOD = re.compile(
    r"(?<=[/.]\d{2})[-–](?=\d{1,2}([/.])\d{1,2}\1\d{2})|(?<=[/.]\d{4})[-–](?=\d{1,2}([/.])\d{1,2}\2\d{2})"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])")
DATE_LIKE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")  # in no order: to compare pages by
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = r"[^\W\d_]{3,9}\.?"
_BEGINNING = re.compile(
    rf"\d{{1,4}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}})?\b|\d{{1,2}}\.? {_MONTH}(?: \d{{4}})?\b|{_MONTH} \d{{1,2}}(?:,? ?\d{{4}})?\b"
)
_WRITTEN = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])(?:[./-]\d{1,2}(?:T.*)?)?"
    r"|(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_TWO_DIGIT_PIVOT = 70  # 69 is 2069, 70 is 1970, as POSIX strptime does
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "ms", "id")


@lru_cache(maxsize=64)
def _month_pattern(language: str) -> str:
    names: set[str] = set()
    for code in dict.fromkeys((language, *_LANGUAGES)):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names.update(str(name).rstrip(".").lower() for name in get_month_names(width, context, code).values())
    names.update(built_in_words().month)
    letters = {name for name in names if name.isalpha() and len(name) > 2}
    return "|".join(sorted((re.escape(name) for name in letters), key=len, reverse=True))


@lru_cache(maxsize=64)
def named_date_pattern(language: str) -> re.Pattern[str]:
    """Matches dates whose month is written as a word, in the given language or a common one."""
    month = rf"(?:{_month_pattern(language)})(?![a-z])\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er|\.|º)?(?:\s*(?:de|of|day of)\b)?"
    day_first = rf"{day}[\s\-/,.']*{month}(?:\s*de\b)?[\s\-/,.']*(?:\d{{4}}|\d{{2}})\b"
    month_first = rf"\b{month}[\s\-/.]*\d{{1,2}}(?:st|nd|rd|th)?(?!\d)[\s,\-/.]*\d{{4}}\b"
    return re.compile(rf"(?<![\d.,])(?:{day_first}|{month_first})", re.IGNORECASE)


@lru_cache(maxsize=64)
def date_order(locale: str) -> str:
    """`DMY`, `MDY` or `YMD`, as the locale writes short dates."""
    try:
        pattern = get_date_format("short", locale.replace("-", "_")).pattern
    except (LookupError, ValueError, UnknownLocaleError):
        return "DMY"
    order = "".join(dict.fromkeys(letter for letter in pattern.upper() if letter in "DMY"))
    return order if len(order) == 3 else "DMY"


@lru_cache(maxsize=4096)
def read_date(raw: str, locale: str) -> date | None:
    """The day written in `raw`, or None. 12/03/2018 is ambiguous: the locale's order decides; an impossible order is swapped."""
    text = " ".join(raw.split())
    if match := NUMERIC_DATE.search(text):
        return _from_numbers(match["a"], match["b"], match["c"], date_order(locale))
    if match := _COMPACT.fullmatch(text):
        return _build(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := named_date_pattern(_language(locale)).search(text):
        return _from_words(match.group(0), locale)
    return None


@lru_cache(maxsize=64)
def _language(locale: str) -> str:
    """The locale's language; English for one that babel does not know."""
    language = locale.replace("-", "_").split("_")[0].lower()
    try:
        return str(Locale.parse(language).language)
    except (LookupError, ValueError, TypeError, UnknownLocaleError):
        return "en"


def _from_numbers(first: str, second: str, third: str, order: str) -> date | None:
    if len(first) == 4:
        return _build(int(first), int(second), int(third)) or _build(int(first), int(third), int(second))
    if order == "YMD" and len(third) == 2:
        found = _build(_full_year(first), int(second), int(third))
        if found:
            return found
    day, month = (second, first) if order == "MDY" else (first, second)
    year = _full_year(third)
    return _build(year, int(month), int(day)) or _build(year, int(day), int(month))


def _full_year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < _TWO_DIGIT_PIVOT else 1900)


def _build(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_words(text: str, locale: str) -> date | None:
    import dateparser
    from dateparser.data.languages_info import language_order

    spaced = re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", re.sub(r"(?<=\d)(?:st|nd|rd|th|er|º)\b", "", text))
    cleaned = re.sub(r"[\-/,.'\s]+", " ", re.sub(r"\b(?:de|of|day of)\b", " ", spaced)).strip()
    languages = [code for code in dict.fromkeys((_language(locale), *_LANGUAGES)) if code in language_order]
    settings = {
        "DATE_ORDER": date_order(locale),
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
    }
    try:
        found = dateparser.parse(cleaned, languages=languages, settings=settings)
    except (ValueError, OverflowError):
        return None
    return found.date() if found else None


def page_date_order(texts: Iterable[str], locale: str) -> str:
    """The locale's order, unless the page's own dates contradict it and agree with the other: 09/17/2025 is month first."""
    order = date_order(locale)
    if order == "YMD":
        return order
    votes = {"DMY": 0, "MDY": 0}
    for text in texts:
        for match in NUMERIC_DATE.finditer(_apart(text)):
            first, second = int(match["a"]), int(match["b"])
            if len(match["a"]) <= 2 and (first > 12) != (second > 12):
                votes["DMY" if first > 12 else "MDY"] += 1
    other = "MDY" if order == "DMY" else "DMY"
    return other if votes[other] and not votes[order] else order


def is_swappable(raw: str) -> bool:
    """Whether day and month of a numeric date could be exchanged for another day: both at most 12, and different."""
    match = NUMERIC_DATE.search(raw)
    if match is None or len(match["a"]) == 4:
        return False
    return int(match["a"]) <= 12 and int(match["b"]) <= 12 and int(match["a"]) != int(match["b"])


def _apart(text: str) -> str:
    """Of the same length, with a sign between two dates that are printed without a gap: 03/31/20-04/06/20."""
    return _PERIOD.sub("~", text)


def find_dates(text: str, locale: str, order: str = "") -> list[tuple[int, int, date]]:
    """`(start, end, day)` of every date in one line of text; `order` overrides the locale's."""
    found = []
    for match in NUMERIC_DATE.finditer(_apart(text)):
        day = _from_numbers(match["a"], match["b"], match["c"], order or date_order(locale))
        if day:
            found.append((match.start(), match.end(), day))
    if re.search(r"\d", text) and re.search(r"[^\W\d]{3}", text):
        for match in named_date_pattern(_language(locale)).finditer(text):
            day = read_date(match.group(0), locale)
            if day:
                found.append((match.start(), match.end(), day))
    return found


def beginning_date(text: str) -> int:
    """How many characters of a line the date takes that it begins with, 0 without one. The year may be missing, as in

    the lines of an account statement.
    """
    match = _BEGINNING.match(text)
    return match.end() if match else 0


def is_written_date(word: str) -> bool:
    """Whether a word of a question is a day or a month in digits, and nothing else."""
    return _WRITTEN.fullmatch(word) is not None
