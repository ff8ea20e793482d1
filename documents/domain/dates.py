"""The one grammar of dates: finding them in a line and reading them in the order that their document writes.

Fields, cells of tables, the desk, a model's answers and questions of the search all use it. Digits of every script are read
as ASCII first; names of months are those of all languages that have a file of words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import get_date_format, get_month_names

from documents.domain.notation import Notation
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.words import Words, languages
from documents.domain.words.in_force import words_in_force

_NUMERIC = r"(?P<a>\d{4}|\d{1,2}) ?(?P<s>[/.\-,]) ?(?P<b>\d{1,2}) ?(?P=s) ?(?P<c>\d{4}|\d{2})"
NUMERIC_DATE = re.compile(rf"(?<![\d/.,-]){_NUMERIC}(?!\d*[/\-]\d|\d{{3}}|[.,]\d{{2}}\b)(?=\D|$|\d{{1,2}}:\d{{2}})")
_EAST_ASIAN = re.compile(r"(?<!\d)(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日일号]?")
_PERIOD = re.compile(
    r"(?<=[/.]\d{2})[-–](?=\d{1,2}([/.])\d{1,2}\1\d{2})|(?<=[/.]\d{4})[-–](?=\d{1,2}([/.])\d{1,2}\2\d{2})"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])")
DATE_LIKE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")  # in no order: to compare pages by
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH_SHAPE = r"[^\W\d_]{3,9}\.?"
_BEGINNING = re.compile(
    r"(?:\d{1,2}|\d{4})[./-]\d{1,2}(?:[./-]\d{2,4}|\.)?(?![\w,])"
    rf"|\d{{1,2}}[.\-/ ]? ?{_MONTH_SHAPE}(?:[ \-/,.]*\d{{4}})?\b"
    rf"|{_MONTH_SHAPE} \d{{1,2}}(?:,? ?\d{{4}})?\b"
)
_WRITTEN = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])(?:[./-]\d{1,2}(?:T.*)?)?"
    r"|(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_TWO_DIGIT_PIVOT = 70  # 69 is 2069, 70 is 1970, as POSIX strptime does
_SHORTEST_NAME = 3
_UNREADABLE = "[\ufffd?□]"  # what stands in the place of a letter that a font or a reader has lost


@lru_cache(maxsize=1)
def _months() -> Mapping[str, Mapping[str, int]]:
    """By the name of a month that CLDR has, in every spelling: its number by language."""
    found: dict[str, dict[str, int]] = {}
    for language in languages():
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    for spelling in _spellings(str(name)):
                        found.setdefault(spelling, {}).setdefault(language, number)
    return found


def _named(spelling: str, words: Words) -> Mapping[str, int] | None:
    return {**_further_months(words).get(spelling, {}), **_months().get(spelling, {})} or None


@lru_cache(maxsize=64)
def _further_months(words: Words) -> Mapping[str, Mapping[str, int]]:
    """The same of names that CLDR does not have, under the language ""."""
    return {spelling: {"": int(number)} for name, number in words.month_name.items() for spelling in _spellings(name)}


def _spellings(name: str) -> set[str]:
    """As written, without accents ("marz"), with e for an umlaut ("maerz"), and without the letters that print may lose."""
    lower = unicodedata.normalize("NFC", name.rstrip(".").lower())
    spellings = {lower}
    if any(mark.isalpha() and "\u00c0" <= mark <= "\u024f" for mark in lower):
        bare = "".join(mark for mark in unicodedata.normalize("NFD", lower) if not unicodedata.combining(mark))
        umlauts = lower.translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
        spellings |= {bare.replace("ı", "i"), umlauts, "".join(mark if mark.isascii() else "\ufffd" for mark in lower)}
    return {spelling for spelling in spellings if _is_name(spelling)}


def _is_name(text: str) -> bool:
    letters = [
        mark for mark in text if mark.isalpha() or unicodedata.category(mark).startswith("M") or mark in " \ufffd"
    ]
    return len(letters) == len(text) and (len(text) >= _SHORTEST_NAME or not text.isascii()) and not text.isdigit()


_NAME = r"[^\s\d.,/\-'()\[\]:;|]{2,14}"  # what may be the name of a month; `month_number` knows
_DAY = r"\d{1,2}"
_BEHIND = r"(?:st|nd|rd|th|er|ère|\.|º|°|-?го)?(?:\s*(?:de|of|day of|dia|d\.)(?=\s))?"
_NAMED = (
    rf"(?P<y3>\d{{4}})[.\s\-/,]*(?:m\.\s*)?(?P<m3>{_NAME})[\s\-/.,]*(?P<d3>{_DAY})(?!\d)",
    rf"(?P<d1>{_DAY}){_BEHIND}[\s\-/,.']*(?P<m1>{_NAME})\.?(?:\s*(?:de|del|do)(?=\s))?[\s\-/,.']*(?P<y1>\d{{4}}|\d{{2}})(?!\d)",
    rf"(?<![^\W\d_])(?P<m2>{_NAME})[\s\-/.]*(?P<d2>{_DAY})(?:st|nd|rd|th)?(?!\d)[\s,\-/.]*(?P<y2>\d{{4}})(?!\d)",
)
_NAMED_DATES = tuple(re.compile(rf"(?<![\d.,]){form}", re.IGNORECASE) for form in _NAMED)
_DAY_MONTH = re.compile(
    rf"(?:(?P<d1>{_DAY})[\s\-/.]*(?P<m1>{_NAME})|(?P<m2>{_NAME})[\s\-/.]*(?P<d2>{_DAY})|(?P<a>{_DAY}) ?[./-] ?(?P<b>{_DAY}))\.?"
)


def _named_dates(text: str, locale: str) -> list[tuple[int, int, date]]:
    """Dates whose month is written as a word; of overlapping ones the one that begins first."""
    found: list[tuple[int, int, date]] = []
    for pattern in _NAMED_DATES:
        position = 0
        while match := pattern.search(text, position):
            day = _from_words(match, locale)
            if day is None or any(start < match.end() and match.start() < end for start, end, _ in found):
                position = match.start() + 1
                continue
            found.append((match.start(), match.end(), day))
            position = match.end()
    return sorted(found)


@lru_cache(maxsize=64)
def date_order(locale: str) -> str:
    """`DMY`, `MDY` or `YMD`, as the locale writes short dates."""
    try:
        pattern = get_date_format("short", locale.replace("-", "_")).pattern
    except (LookupError, ValueError, UnknownLocaleError):
        return "DMY"
    order = "".join(dict.fromkeys(letter for letter in pattern.upper() if letter in "DMY"))
    return order if len(order) == 3 else "DMY"


def read_date(raw: str, locale: str) -> date | None:
    """The day written in `raw`, or None. 12/03/2018 is ambiguous: the locale's order decides; an impossible order is swapped."""
    return read_date_in(raw, Notation(locale))


def read_date_in(raw: str, notation: Notation) -> date | None:
    """The day written in `raw`, in the order of its document; one without a year is of the document's period."""
    return _read_date(raw, notation, words_in_force())


@lru_cache(maxsize=4096)
def _read_date(raw: str, notation: Notation, words: Words) -> date | None:
    """`words` are those in force: a part of the cache's key."""
    text = as_ascii_digits(" ".join(unicodedata.normalize("NFC", raw).split()))
    order = notation.date_order or date_order(notation.locale)
    if match := NUMERIC_DATE.search(text):
        return _from_numbers(match["a"], match["b"], match["c"], order, match["s"])
    if match := _EAST_ASIAN.search(text):
        return _build(int(match["y"]), int(match["m"]), int(match["d"]))
    if match := _COMPACT.fullmatch(text):
        return _build(int(match["y"]), int(match["m"]), int(match["d"]))
    if named := _named_dates(text, notation.locale):
        return named[0][2]
    if notation.period and (match := _DAY_MONTH.fullmatch(text)):
        return _in_period(match, order, notation)
    return _by_dateparser(text, notation.locale)


@lru_cache(maxsize=64)
def _language(locale: str) -> str:
    """The locale's language; English for one that babel does not know."""
    language = locale.replace("-", "_").split("_")[0].lower()
    try:
        return str(Locale.parse(language).language)
    except (LookupError, ValueError, TypeError, UnknownLocaleError):
        return "en"


def _from_numbers(first: str, second: str, third: str, order: str, mark: str = "/") -> date | None:
    if len(first) == 4:
        return _build(int(first), int(second), int(third)) or _build(int(first), int(third), int(second))
    if order == "YMD" and len(third) == 2:
        found = _build(_full_year(first), int(second), int(third))
        if found:
            return found
    is_month_first = order == "MDY" and mark != "."
    day, month = (second, first) if is_month_first else (first, second)
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


def month_number(name: str, locale: str) -> int | None:
    """1 to 12; None for a name that means one month in one language and another in the next, unless the locale's has it."""
    return month_number_in(name, locale, words_in_force())


@lru_cache(maxsize=8192)
def month_number_in(name: str, locale: str, words: Words) -> int | None:
    """The same among the months of `words` and of CLDR."""
    written = unicodedata.normalize("NFC", name).rstrip(". ").lower()
    known = _named(written, words) or _named(re.sub(_UNREADABLE, "\ufffd", written), words)
    if known is None:
        return None
    if (number := known.get(_language(locale))) is not None:
        return number
    common = [known[code] for code in languages()[:_COMMON] if code in known] or list(known.values())
    return common[0] if len(set(common)) == 1 else None


_COMMON = 10  # languages, the common ones of business first


def _from_words(match: re.Match[str], locale: str) -> date | None:
    groups = {name[0]: text for name, text in match.groupdict().items()}
    month = month_number(groups["m"], locale)
    return _build(_full_year(groups["y"]), month, int(groups["d"])) if month else None


def _in_period(match: re.Match[str], order: str, notation: Notation) -> date | None:
    """The one day of that name in the document's period, or the nearest to it within half a year; None where two fit."""
    assert notation.period is not None
    if match["a"]:
        day, month = (int(match["b"]), int(match["a"])) if order == "MDY" else (int(match["a"]), int(match["b"]))
        pairs = [(day, month)] if month <= 12 else [(month, day)]
    else:
        number = month_number(match["m1"] or match["m2"], notation.locale)
        pairs = [(int(match["d1"] or match["d2"]), number)] if number else []
    first, last = notation.period
    days = [
        found
        for day, month in pairs
        for year in range(first.year - 1, last.year + 2)
        if (found := _build(year, month, day))
    ]
    away = sorted((max((first - found).days, (found - last).days, 0), found) for found in days)
    if not away or away[0][0] > _FURTHEST or (len(away) > 1 and away[1][0] == away[0][0]):
        return None
    return away[0][1]


_FURTHEST = 60  # days outside the period


@lru_cache(maxsize=4096)
def _by_dateparser(text: str, locale: str) -> date | None:
    """For months of languages without a file of words: typed by people, or in a cell that must be a date."""
    if not re.fullmatch(r"(?=.*\d{4})(?=.*[^\W\d]{3})[\w\s.,/-]{8,40}", text) or text.isascii():
        return None
    import dateparser

    try:
        settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
        found = dateparser.parse(text, settings={**settings, "DATE_ORDER": date_order(locale)})
    except (ValueError, OverflowError):
        return None
    return found.date() if found else None


def shown_date_order(texts: Iterable[str], locale: str) -> str:
    """`DMY` or `MDY` where dates in the texts can be read in one of them alone; empty where they show nothing or both."""
    votes = {"DMY": 0, "MDY": 0}
    for text in texts:
        for match in NUMERIC_DATE.finditer(_apart(as_ascii_digits(text))):
            first, second = int(match["a"]), int(match["b"])
            if len(match["a"]) <= 2 and (first > 12) != (second > 12) and match["s"] != ".":
                votes["DMY" if first > 12 else "MDY"] += 1
    shown = [order for order, count in votes.items() if count]
    return shown[0] if len(shown) == 1 else ""


def is_swappable(raw: str) -> bool:
    """Whether day and month of a numeric date could be exchanged for another day: both at most 12, and different. Dates with
    points are written day first everywhere."""
    match = NUMERIC_DATE.search(as_ascii_digits(raw))
    if match is None or len(match["a"]) == 4 or match["s"] == ".":
        return False
    return int(match["a"]) <= 12 and int(match["b"]) <= 12 and int(match["a"]) != int(match["b"])


def swapped(raw: str, notation: Notation) -> date | None:
    """The day with day and month exchanged, where `is_swappable`."""
    match = NUMERIC_DATE.search(as_ascii_digits(raw))
    if match is None or not is_swappable(raw):
        return None
    order = notation.date_order or date_order(notation.locale)
    return _from_numbers(match["a"], match["b"], match["c"], "DMY" if order == "MDY" else "MDY", match["s"])


def _apart(text: str) -> str:
    """Of the same length, with a sign between two dates that are printed without a gap: 03/31/20-04/06/20."""
    return _PERIOD.sub("~", text)


def find_dates(text: str, locale: str, order: str = "") -> list[tuple[int, int, date]]:
    """`(start, end, day)` of every date in one line of text; `order` overrides the locale's."""
    found = []
    plain = as_ascii_digits(text)
    for match in NUMERIC_DATE.finditer(_apart(plain)):
        day = _from_numbers(match["a"], match["b"], match["c"], order or date_order(locale), match["s"])
        if day:
            found.append((match.start(), match.end(), day))
    for match in _EAST_ASIAN.finditer(plain):
        if day := _build(int(match["y"]), int(match["m"]), int(match["d"])):
            found.append((match.start(), match.end(), day))
    if re.search(r"\d", plain) and re.search(rf"[^\W\d]{{3}}|[^\x00-\x7f]|{_UNREADABLE}", plain):
        found += _named_dates(plain, locale)
    return found


def beginning_date(text: str) -> int:
    """How many characters of a line the date takes that it begins with, 0 without one. The year may be missing, as in

    the lines of an account statement.
    """
    match = _BEGINNING.match(as_ascii_digits(text))
    return match.end() if match else 0


def is_written_date(word: str) -> bool:
    """Whether a word of a question is a day or a month in digits, and nothing else."""
    return _WRITTEN.fullmatch(word) is not None
