"""The one grammar of amounts and quantities: finding them in a line and reading them as their document writes them.

Fields, cells of tables, the desk, a model's answers and questions of the search all use it. Digits and marks of every script
are read as ASCII first (`signs_of_print`); what decides between "1.234" and "1,234" is the document's `Notation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from documents.domain.currencies import SIGN
from documents.domain.notation import Notation
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.words import Words, alternatives, built_in_words

_MARK_WORDS = (*built_in_words().credit_mark, *built_in_words().debit_mark)
_ALWAYS = sorted((word for word in _MARK_WORDS if len(word) > 1), key=len, reverse=True)
_LETTERS = "".join(sorted({word.upper() for word in _MARK_WORDS if len(word) == 1}))
_INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,4})?"
_PLAIN = r"\d+(?:[.,] ?\d{1,4})?|[.,]\d{2}"
_NO_CENTS = r"(?:[.,]-{1,2}|/[-=])(?!\d)"  # "25,-", "12,--", "2,500/-"
_AFTER = r"(?![\d%/]|[.,]\d|[:-]\d| ?%)"
DECIMALS = re.compile(r"[.,] ?\d{2}\b|[.,]-{1,2}(?!\d)")


def _grouped(marks: Sequence[str]) -> str:
    """Digits in groups of three by one mark, which is not the one before the decimals."""
    return "|".join(
        rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:[{'.,'.replace(mark, '')}]\d{{1,4}})?" for mark in marks
    )


def _side(letters: bool) -> str:
    words = "|".join(map(re.escape, _ALWAYS))
    single = rf"|[{_LETTERS}]" if letters and _LETTERS else ""
    return rf"(?P<side> ?(?:(?i:{words}){single})\.?(?!\w))?"


@lru_cache(maxsize=8)
def _amount_pattern(groups_by_space: bool, has_side_letters: bool) -> re.Pattern[str]:
    marks = (" ", ",", ".", "'") if groups_by_space else (",", ".", "'")
    digits = rf"{_INDIAN}|{_grouped(marks)}|{_PLAIN}"
    before = (
        r"(?<![\w.,/:-])(?P<open>\( ?)?(?P<lead>[-+*] ?(?=\D)|[+*](?=\d))?"
        rf"(?P<sign>{SIGN} ?:? ?)?(?P<minus>(?<!\d )[-+(] |[-+(])?"
    )
    after = rf"(?:{_NO_CENTS})?{_AFTER}(?P<after> ?{SIGN}(?!\w))?(?P<close> ?\))?(?P<trail> ?[-+](?! ?[\w.,]))?"
    return re.compile(rf"{before}(?P<number>{digits}){after}{_side(has_side_letters)}")


def amount_pattern(notation: Notation) -> re.Pattern[str]:
    """Matches amounts with all that belongs to them: sign, currency, brackets, side of the account. For ASCII digits."""
    return _amount_pattern(notation.groups_by_space, any(len(mark) == 1 for mark in notation.side_marks))


@lru_cache(maxsize=64)
def groups_by_space(locale: str) -> bool:
    """Whether the locale writes 10 500."""
    try:
        return str(get_group_symbol(locale.replace("-", "_"))).isspace()
    except (LookupError, ValueError, UnknownLocaleError):
        return False


_NUMBER_WORD = re.compile(
    rf"\*?\(?[-+]?{SIGN}? ?[-+(]?(?:{_INDIAN}|{_grouped((' ', ',', '.', chr(39)))}|[.,]?\d[\d.,']*)"
    rf"(?:{_NO_CENTS})?(?: ?(?:{SIGN}|%)|[A-Z]{{1,2}})?\)?(?: ?[-+](?!\d))?\*?{_side(True)}"
)
_AT_THE_END = re.compile(rf"{SIGN}? ?-?\d[\d,.' ]*[.,]\d{{2}}$")
_WRITTEN = re.compile(r"\d+(?:[.,'’]\d+)*")


@lru_cache(maxsize=32768)
def is_numeric(text: str) -> bool:
    """Whether a word of a table is a number, perhaps with a sign of currency, per cent or a tax code."""
    plain = as_ascii_digits(text).strip()
    return any(mark.isdigit() for mark in plain) and _NUMBER_WORD.fullmatch(plain) is not None


def has_decimals(text: str) -> bool:
    """Whether the amount in `text` is printed with cents, or with a dash in their place."""
    return DECIMALS.search(as_ascii_digits(text)) is not None


def amount_at_the_end(text: str) -> tuple[int, int] | None:
    """`[start, end)` of the amount with decimals that ends a line."""
    match = _AT_THE_END.search(as_ascii_digits(text))
    return match.span() if match else None


def is_written_number(word: str) -> bool:
    """Whether a word of a question is a number with or without separators, and nothing else."""
    return _WRITTEN.fullmatch(word) is not None


@lru_cache(maxsize=64)
def times_pattern(words: Words) -> re.Pattern[str]:
    """Matches "2 x 3.50", perhaps with a unit or a sign: groups `first` and `second`."""
    number, unit = r"\d+(?:[.,]\d+)?", rf"(?:(?i:{alternatives(words, 'unit')}))?"
    return re.compile(rf"(?P<first>{number})\s*{unit}\s*[xX×@*]\s*(?:{SIGN})?\s*(?P<second>{number})")


@lru_cache(maxsize=64)
def decimal_symbol(locale: str) -> str:
    """The mark before decimals in that locale; a point for an unknown one."""
    try:
        return str(get_decimal_symbol(locale.replace("-", "_")))
    except (LookupError, ValueError, UnknownLocaleError):
        return "."


_RUN = re.compile(r"(?:(?<!\d)(?<!\d )[.,])?\d(?:[\d.,' ]*\d)?")
_SPACES = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,4})?")
_SPLIT_DECIMALS = re.compile(r"(?<=[.,]) (?=\d)|(?<=[.,]\d) (?=\d(?!\d))|(?<=\d) (?=[.,]\d)")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


def read_number(raw: str, locale: str) -> Decimal | None:
    """The number in `raw` as the locale writes it; None where there is not exactly one."""
    return read_number_in(raw, Notation(locale))


@lru_cache(maxsize=8192)
def read_number_in(raw: str, notation: Notation) -> Decimal | None:
    """The number in `raw` (signs of currency are ignored), or None where there is not exactly one, or where only a word
    says on which side of an account it stands and the document does not say what that means.
    """
    text = " ".join(as_ascii_digits(raw).split())
    runs = _RUN.findall(text)
    if len(runs) != 1:
        return None
    before, after = text.split(runs[0], 1)
    dash = re.match(r"([.,])-", after)  # in the place of cents
    value = _unsigned(runs[0], replace(notation, decimal=dash[1]) if dash else notation)
    if value is None:
        return None
    side = re.match(_side(True), re.sub(rf"^(?:{_NO_CENTS})|^ ?{SIGN}|^\)", "", after))
    if side and side["side"]:
        mark = side["side"].strip(" .").lower()
        if mark in notation.side_marks:
            return -value if mark in notation.negative_marks else value
        if len(mark) > 1:
            return None
    return -value if _is_negative(before, after) else value


def _is_negative(before: str, after: str) -> bool:
    if re.search(r"[-(]\s*(?:[^\d\s]{1,4}\.?\s*)?$", before):
        return True
    return bool(re.match(rf" ?(?:{SIGN})? ?-(?!\d)", after)) and not re.match(_NO_CENTS, after)


def _unsigned(run: str, notation: Notation) -> Decimal | None:
    body = run.rstrip(".,")
    if " " in body and not _SPACES.fullmatch(body):
        body = _SPLIT_DECIMALS.sub("", body)
    if " " in body and not _SPACES.fullmatch(body):
        return None
    body = re.sub(r"[ ']", "", body)
    body = re.sub(r"([.,])[.,]+", r"\1", body)  # a speck beside the mark
    if body[:1] in (".", ","):
        body = body[1:] if re.search(r"[.,]", body[1:]) else f"0{body}"
    whole, decimals = _parted(body, notation)
    try:
        return Decimal(f"{re.sub(r'[.,]', '', whole)}.{decimals}" if decimals else re.sub(r"[.,]", "", whole))
    except InvalidOperation:
        return None


def _parted(body: str, notation: Notation) -> tuple[str, str]:
    """Digits before and after the decimal mark. Two kinds of mark: the last is decimal. One kind, repeated: grouping, unless
    the last group has two digits, as where a comma was read as a point. Once: decimal, unless it groups in this notation.
    """
    marks = [mark for mark in body if mark in ".,"]
    if not marks:
        return body, ""
    whole, _, decimals = body.rpartition(marks[-1])
    if len(set(marks)) == 2:
        return whole, decimals
    if len(marks) > 1:
        return (body, "") if _GROUPS.fullmatch(body) or len(decimals) != 2 else (whole, decimals)
    is_group = len(decimals) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    if is_group and marks[0] != (notation.decimal or decimal_symbol(notation.locale)):
        return body, ""
    return whole, decimals


def is_open_number(raw: str, notation: Notation) -> bool:
    """Whether nothing on the document's pages tells 1.234 from 1 234 here: one mark, three digits, the locale's own mark."""
    match = re.search(r"(?<![\d.,'])([1-9]\d{0,2})([.,])\d{3}(?![\d.,'])", as_ascii_digits(raw))
    return match is not None and not notation.decimal and match[2] == decimal_symbol(notation.locale)


_TWO_MARKS = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,' ])\d{3})+([.,])\d{1,2}(?![\d.,]|[/:-]\d)")
_ONE_MARK = re.compile(r"(?<![\d.,/:'-])(?<![\d.,] )\d+([.,])(?:\d{2}|-{1,2})(?![\d.,]|[/:-]\d| ?[.,/]\d| ?%)")
_GROUPS_ALONE = re.compile(r"(?<![\d.,/-])\d{1,3}(?:([.,])\d{3}){2,}(?![\d.,]|[/:-]\d)")
_SURE = 4  # times as many signs for one mark as for the other


def decimal_mark(texts: Iterable[str]) -> str:
    """The mark before decimals that amounts in the texts show; empty where they show none, or both alike."""
    votes = {".": 0, ",": 0}
    for text in map(as_ascii_digits, texts):
        for match in _TWO_MARKS.finditer(text):
            if match[1] != match[2]:
                votes[match[2]] += 2
        for match in _ONE_MARK.finditer(text):
            votes[match[1]] += 1
        for match in _GROUPS_ALONE.finditer(text):
            votes["," if match[1] == "." else "."] += 1
    low, high = sorted(votes.items(), key=lambda item: item[1])
    return high[0] if high[1] > _SURE * low[1] else ""


_SPACED = re.compile(
    rf"(?:.*[^\W\d]\S*[:.]? )?(?:{SIGN} ?)?[-(]?\d{{1,3}}(?: \d{{3}})+[.,](?:\d{{2}}|-{{1,2}})\)?(?: ?-)?(?: ?{SIGN})?(?: ?-)?"
)
_OTHERWISE = re.compile(r"(?<![\d.,])\d{1,3}[.,']\d{3}[.,]\d{2}(?!\d)|(?<![\d.,' ])\d{4,}[.,]\d{2}(?!\d)")


def shows_space_groups(texts: Iterable[str]) -> bool:
    """Whether the document groups by spaces: an amount ends its place and is written so, and none is written otherwise."""
    plain = [as_ascii_digits(text) for text in texts]
    return any(_SPACED.fullmatch(text) for text in plain) and not any(_OTHERWISE.search(text) for text in plain)


def side_marks_in(texts: Iterable[str]) -> frozenset[str]:
    """The words and letters that stand for a side of an account. Letters only where both sides of a language occur."""
    found = set(_ALWAYS)
    if not _LETTERS:
        return frozenset(found)
    letters = {
        match[1].lower()
        for text in texts
        for match in re.finditer(rf"[.,]\d{{2}} ?([{_LETTERS}])(?!\w)", as_ascii_digits(text))
    }
    words = built_in_words()
    if letters & set(words.credit_mark) and letters & set(words.debit_mark):
        found |= letters
    return frozenset(found)


def has_side_mark(text: str, notation: Notation) -> bool:
    """Whether a word behind the amount says on which side of an account it stands."""
    match = re.search(rf"\d\)?{_side(True)}$", as_ascii_digits(text).strip())
    return match is not None and (match["side"] or "").strip(" .").lower() in notation.side_marks


_SHOWN_SIDE = re.compile(rf"^\W*[-+(]|[-+]$|\d\)?(?: ?(?i:{'|'.join(map(re.escape, _ALWAYS))})\.?| ?[{_LETTERS}])$")


def shows_side(text: str) -> bool:
    """Whether an amount is printed with a sign, in brackets, or with the word for a side of the account."""
    return _SHOWN_SIDE.search(as_ascii_digits(text).strip()) is not None


def negative_marks(*, is_account: bool) -> frozenset[str]:
    """On an account what is owed to the bank is negative; on an invoice what is owed to the customer."""
    words = built_in_words()
    return frozenset(words.debit_mark if is_account else words.credit_mark)


def write_number(value: Decimal) -> str:
    """Decimal point, no grouping, the decimals that were read; zeros after the second decimal are left out.

    1.234 becomes 1.2340, because a locale that groups by points would take 1.234 for 1234.
    """
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals[:2] + decimals[2:].rstrip("0")
    if len(decimals) == 3 and whole.lstrip("-") != "0":
        decimals += "0"
    return f"{whole}.{decimals}" if decimals else whole


def to_decimal(value: str | None) -> Decimal | None:
    """A normalised value back as a number."""
    if value is None:
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
