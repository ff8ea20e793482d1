"""Taking a page's fingerprint. Made by page_type and compared by subdocument_detection, so that boundaries need neither the
pages' text nor a known type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from documents.domain.dates import DATE_LIKE
from documents.domain.fingerprint import Fingerprint
from documents.domain.numbers import has_decimals
from documents.domain.plain_text import plain
from documents.domain.words import Words, alternatives, word_set
from extraction.local.document_type import find_page_number
from extraction.local.page_view import PageView, Row
from extraction.local.table_end import is_sum

_WORD = re.compile(r"[^\W\d_]{5,}")
_CODE = re.compile(r"(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d)[\w][\w/-]{4,}")
_BARE_NUMBER = re.compile(r"^\W{0,3}(\d{1,3})\W{0,3}$")
_ITEM = re.compile(r"^\W?(\d{1,2})[.)]\s?[^\W\d]")
_CLOSING = re.compile(
    r"\b(?:sincerely|very truly yours|yours (?:truly|faithfully)|best regards|kind regards|mit freundlichen|cordialement"
    r"|in witness whereof|notary public|subscribed and sworn|signature page|/s/|thank you|vielen dank"
    r"|grand total|amount due|total due|balance due)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:dear (?:sir|madam|mr|ms|mrs|dr)|sehr geehrte|to whom it may concern|this (?:[\w-]+ ){0,6}agreement|exhibit \w"
    r"|ship to|bill to|sold to|remit to|invoice (?:no|number|date|#)|(?:date|from|to|subject|re) ?:)",
    re.IGNORECASE,
)
_MOST_WORDS, _MOST_CODES, _MOST_LINES = 60, 30, 4
_LONGEST_LINE = 60
_TOP_ROWS = 14
_FIRST_ROWS, _FEWEST_HEADS = 5, 4


def take_fingerprint(view: PageView) -> Fingerprint:
    """Of a page with at least one row."""
    text = view.page_text.text
    number = find_page_number(view)
    bare = bare_number(view) if number is None else None
    body = _body(view.rows)
    items = [int(match[1]) for row in view.rows if (match := _ITEM.match(row.text))]
    box = view.text_box
    codes = [code.upper() for code in _CODE.findall(text)]
    return Fingerprint(
        number=number.number if number else bare,
        total=number.total if number else None,
        is_bare_number=bare is not None,
        head=_lines(view.rows[:_MOST_LINES]),
        foot=_lines(view.rows[-_MOST_LINES:]),
        words=_most_frequent(_words(text, view.words), _MOST_WORDS),
        codes=_most_frequent((code for code in codes if not DATE_LIKE.fullmatch(code)), _MOST_CODES),
        dates=_most_frequent(DATE_LIKE.findall(text), _MOST_CODES),
        forms=_most_frequent([form.upper() for form in _form_pattern(view.words).findall(text)], _MOST_CODES),
        letter=round(view.char_width, 5),
        line=round(view.line_height, 5),
        left=round(box.left, 3),
        right=round(box.right, 3),
        bottom=round(box.bottom, 3),
        title=round(_title_size(view), 3),
        word_count=len(view.page_text.words),
        opening=len(set(_OPENING.findall(" ".join(row.text for row in view.rows[:_TOP_ROWS])))),
        closing=len(set(_CLOSING.findall(text))),
        first_item=items[0] if items else None,
        last_item=items[-1] if items else None,
        begins_within=bool(body) and _begins_within(body[0].text),
        has_sums=any(_is_sum(row, view.words) for row in view.rows),
        begins_with_heads=any(_are_heads(row) for row in view.rows[:_FIRST_ROWS]),
        ends_within=bool(body) and not body[-1].text.rstrip(" \"'”)").endswith((".", ":", "!", "?", ";")),
    )


def _is_sum(row: Row, known: Words) -> bool:
    """A line with the words of a total or of a net sum, and an amount."""
    return has_decimals(row.text) and any(is_sum(segment.text, known) for segment in row.segments)


def _are_heads(row: Row) -> bool:
    """Heads of columns: texts side by side, without a digit."""
    return len(row.segments) >= _FEWEST_HEADS and not any(mark.isdigit() for mark in row.text)


def bare_number(view: PageView) -> int | None:
    """A number alone in the first or one of the last two rows: "2", "- 2 -"."""
    for row in (*view.rows[-2:], *view.rows[:1]):
        if match := _BARE_NUMBER.match(row.text.strip()):
            return int(match[1])
    return None


def _lines(rows: Sequence[Row]) -> tuple[str, ...]:
    """Without digits, which change from page to page in running lines."""
    texts = (re.sub(r"\d+", "0", plain(row.text))[:_LONGEST_LINE].strip() for row in rows)
    return tuple(text for text in texts if len(text) > 3)


@lru_cache(maxsize=64)
def _form_pattern(known: Words) -> re.Pattern[str]:
    """Matches the number that a printed form has."""
    names = alternatives(known, "form_number")
    return re.compile(rf"\b(?:{names})\b[\s.:#]{{0,3}}((?=[\w-]*\d)[\w-]{{2,14}})", re.IGNORECASE)


def _words(text: str, known: Words) -> Iterator[str]:
    words = (word.casefold() for word in _WORD.findall(text))
    common = word_set(known, "everyday") | word_set(known, "form_label")
    return (word for word in words if word not in common)


def _most_frequent(items: Iterator[str] | Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(item for item, _ in Counter(items).most_common(most))


def _body(rows: Sequence[Row]) -> list[Row]:
    """Rows of running text: wide enough to be cut by a page's end."""
    return [row for row in rows if len(row.segments) == 1 and row.box.width > 0.5]


def _begins_within(text: str) -> bool:
    """In the middle of a sentence."""
    first = next((mark for mark in text if mark.isalnum()), "")
    return first.islower()


def _title_size(view: PageView) -> float:
    upper = view.text_box.top + view.text_box.height / 3
    sizes = [
        view.relative_size(segment.box)
        for segment in view.segments
        if segment.box.top < upper and 4 <= len(segment.text) <= 60 and segment.text.count(" ") < 9
    ]
    return min(4.0, max(sizes, default=1.0))
