"""Labelled amounts on a page that change a sum: "Rabatt 10 %  -12,00", "Tip 4.00", "Shipping  9.90"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from documents.domain.adjustments import Adjustment, AdjustmentKind
from documents.domain.numbers import has_decimals
from documents.domain.plain_text import plain
from documents.domain.schema_spec import CheckKind, FieldSpec, FieldType, SchemaSpec
from documents.domain.words import Words, phrase_pattern
from extraction.local.candidates import Found, find_values
from extraction.local.page_notation import is_account, notation_of
from extraction.local.page_view import PageView

MOST_ON_PAGE = 20
_SUMS = frozenset({CheckKind.SUM_EQUALS, CheckKind.NET_OR_GROSS, CheckKind.COLUMN_SUM_EQUALS})
_ANY_AMOUNT = FieldSpec("adjustment", FieldType.AMOUNT, "Adjustment")
_PURE = 0.55  # of a label's letters, that have to be the phrase where other words stand before it
_LONGEST_LABEL = 60
_MOST_WORDS = 6
_SIMILAR, _SHORTEST_SIMILAR = 86.0, 6  # per cent, and letters, of a label that OCR may have misread
_LETTERS = re.compile(r"[^\W\d_]+(?:[.'/&+-]+[^\W\d_]+)*\.?")
_PER_CENT = re.compile(r"\s*%")
_SUGGESTED = 2  # tips with a rate on one page: a choice of them, and none that was given


def find_adjustments(view: PageView, schema: SchemaSpec) -> list[Adjustment]:
    """Those of one page from top to bottom; none for a type whose sums are not checked. Their `page` is 0 here."""
    if not any(check.kind in _SUMS for check in schema.checks):
        return []
    notation = notation_of(view.texts, schema.locale, is_account=is_account(schema))
    amounts = find_values(view, _ANY_AMOUNT, schema.locale, notation)
    found = [(each, _adjustment(view, each)) for each in sorted(_last_of_rows(amounts), key=lambda each: each.row)]
    known = [(_row_text(view, each), adjustment) for each, adjustment in found if adjustment]
    tips = [text for text, adjustment in known if adjustment.kind is AdjustmentKind.TIP and "%" in text]
    is_choice = len(tips) >= _SUGGESTED
    return [adjustment for text, adjustment in known if not (is_choice and text in tips)][:MOST_ON_PAGE]


def _last_of_rows(amounts: Sequence[Found]) -> Iterator[Found]:
    """The rightmost amount with decimals of each row."""
    last: dict[int, Found] = {}
    for each in amounts:
        if each.segment is None or not has_decimals(each.raw_text) or each.value is None:
            continue
        if _PER_CENT.match(each.segment.text, each.end):
            continue
        if each.row not in last or each.place.box.left > last[each.row].place.box.left:
            last[each.row] = each
    yield from last.values()


def _row_text(view: PageView, found: Found) -> str:
    return view.rows[found.row].text


def _adjustment(view: PageView, found: Found) -> Adjustment | None:
    assert found.segment is not None and found.value is not None
    label = _label_of(view, found)
    if not label or phrase_pattern(view.words, "adjust_offer").search(label):
        return None
    kind = _kind_of(label, view.words, is_exact=found.place.reading is None)
    if kind is None or not any(mark in "123456789" for mark in found.value):
        return None
    if kind is AdjustmentKind.SURCHARGE and _is_tax_line(label, view, found):
        return None
    polygon = tuple(found.place.polygon.to_list())
    return Adjustment(kind, label[:_LONGEST_LABEL].strip(" :"), found.value, 0, polygon)


def _is_tax_line(label: str, view: PageView, found: Found) -> bool:
    """Whether a charge that is called a tax has a rate: "City tax 4.5 %" is one of several lines of tax, "City tax" of a
    hotel is a charge per night.
    """
    return "%" in _row_text(view, found) and bool(phrase_pattern(view.words, "tax_name", "tax").search(label))


def _label_of(view: PageView, found: Found) -> str:
    """The words before the amount in its segment, else the nearest segment to its left that has words."""
    assert found.segment is not None
    before = found.segment.text[: found.start]
    if _LETTERS.search(_without_codes(before)):
        return before
    segments = view.rows[found.row].segments[: found.segment.index]
    return next((segment.text for segment in reversed(segments) if _LETTERS.search(segment.text)), "")


def _without_codes(text: str) -> str:
    """Without the codes of currencies, which stand beside amounts."""
    return re.sub(r"\b[A-Z]{3}\b", "", text)


def _kind_of(label: str, words: Words, *, is_exact: bool) -> AdjustmentKind | None:
    """What the label says by its longest phrase. Where OCR read it, a whole label may be spelled a little otherwise."""
    known = _phrases(words)
    parts = plain(" ".join(_LETTERS.findall(label))).split()
    for count in range(min(_MOST_WORDS, len(parts)), 0, -1):
        for start in range(len(parts) - count + 1):
            phrase = " ".join(parts[start : start + count])
            if phrase in known and _is_label(parts, start, count, words):
                return known[phrase]
    whole = " ".join(parts)
    if is_exact or len(whole) < _SHORTEST_SIMILAR:
        return None
    best = process.extractOne(whole, known.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR)
    return known[best[0]] if best else None


def _is_label(parts: Sequence[str], start: int, count: int, words: Words) -> bool:
    """Whether the phrase is what the label says: it begins it, or makes up most of it, and no sum is named beside it."""
    rest = [*parts[:start], *parts[start + count :]]
    if rest and phrase_pattern(words, "total_name", "subtotal_name", "tax_name").search(" ".join(rest)):
        return False
    own = sum(map(len, parts[start : start + count]))
    return start == 0 or own >= _PURE * sum(map(len, parts))


@lru_cache(maxsize=8)
def _phrases(words: Words) -> Mapping[str, AdjustmentKind]:
    """By the plain form of each phrase; of two kinds with one phrase the first."""
    found: dict[str, AdjustmentKind] = {}
    for kind in AdjustmentKind:
        for phrase in getattr(words, kind.words):
            found.setdefault(plain(phrase), kind)
    return found
