"""How much speaks for a new document between two pages of a stack: features of the pair, weighed to one score 0..1.

A logistic regression over stacks that `benchmarks.quality.fit_boundaries` shuffles from labelled documents; the weights
are in the table below and can be read: above zero speaks for a boundary, below for one document.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz

from documents.domain.fingerprint import Fingerprint
from extraction.context import PageSummary

KNOWN_TYPE = 0.3  # below it a page's type is unknown
WEIGHTS: Final[dict[str, float]] = {
    "unrelated": 3.37, "twin": 3.24, "other_form": 3.06, "no_code": 2.51, "separated": 2.42, "one": 2.41,
    "source": 2.4, "form": 2.28, "no_date": 2.13, "item_one": 1.96, "bare_one": 1.86, "line": 1.62,
    "bare_breaks": 1.54, "ended": 1.54, "other_identifier": 1.15, "closed": 1.05, "breaks": 0.96,
    "type_changes": 0.8, "opening": 0.64, "head": -0.41, "cut_sentence": -0.53, "within": -0.63, "words": -0.72,
    "item_follows": -0.75, "dates": -0.91, "unfinished": -1.45, "follows": -2.14, "bare_follows": -2.26,
    "bias": -3.44,
    "rest_follows": -5.0,  # set by hand: the stacks of the fit hold no such pages
}  # fmt: skip
_TITLE = 1.3  # of the median print: from here on a page has a title


def boundary_score(before: Sequence[PageSummary], page: PageSummary, separated: bool) -> float:
    """0..1: how sure it is that `page` begins a new document after the pages `before`. `separated`: by a blank sheet."""
    features = pair_features(before, page, separated)
    return 1 / (1 + math.exp(-sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())))


def pair_features(before: Sequence[PageSummary], page: PageSummary, separated: bool) -> dict[str, float]:
    """Named features, about 0..1 each. `before` are the pages of the document so far, not empty."""
    features = {"bias": 1.0, "separated": float(separated)}
    features |= _types(before, page) | _identifiers(before, page)
    last = before[-1].fingerprint
    if page.fingerprint is not None:
        features |= _alone(page.fingerprint)
        if page.fingerprint.number is None and _known_type(page):
            features["first_look"] = page.is_first_page - 0.35
    if last is not None:
        features |= {"closed": min(1.0, last.closing / 2), "short": float(last.bottom < 0.7)}
    if last is not None and page.fingerprint is not None:
        first = before[0].fingerprint or last
        features |= _numbers(before, last, page.fingerprint) | _running_lines(last, page.fingerprint)
        features |= (
            _items(last, page.fingerprint) | _contents(before, page.fingerprint) | _measures(last, page.fingerprint)
        )
        features["rest_follows"] = float(_rest_follows(before, page))
        features["twin"] = _twin(first, page.fingerprint)
        features["cut_sentence"] = float(last.ends_within and page.fingerprint.begins_within)
        features["source"] = float(before[-1].text_source != page.text_source)
    return features


def _alone(page: Fingerprint) -> dict[str, float]:
    return {
        "title": min(1.0, max(0.0, page.title - 1.2)),
        "opening": min(1.0, page.opening / 2),
        "within": float(page.begins_within),
        "one": float(page.number == 1 and not page.is_bare_number),
        "bare_one": float(page.number == 1 and page.is_bare_number),
    }


def _numbers(pages: Sequence[PageSummary], before: Fingerprint, page: Fingerprint) -> dict[str, float]:
    """A printed sequence; numbers that stand alone are weaker evidence, since they may be something else."""
    bare = "bare_" if page.is_bare_number or before.is_bare_number else ""
    found: dict[str, float] = {}
    left = _pages_left(pages)
    if left is not None:
        found["ended" if left <= 0 else "unfinished"] = 1.0
    if page.number is None or page.number == 1:
        return found
    if before.number is None:
        return found | {f"{bare}later": 1.0}
    is_next = page.number == before.number + 1 and (page.total == before.total or None in (page.total, before.total))
    return found | {f"{bare}follows" if is_next else f"{bare}breaks": 1.0}


def _pages_left(pages: Sequence[PageSummary]) -> int | None:
    """How many pages the document still has by its last "page n of m"; None where it prints none."""
    for since, summary in enumerate(reversed(pages)):
        fingerprint = summary.fingerprint
        if fingerprint is not None and fingerprint.total and fingerprint.number:
            return fingerprint.total - fingerprint.number - since
    return None


def _items(before: Fingerprint, page: Fingerprint) -> dict[str, float]:
    """Enumerated lines go on over the pages of one document and begin again in the next."""
    if page.first_item is None:
        return {}
    if before.last_item is None:
        return {"item_one": float(page.first_item == 1), "item_later": float(page.first_item > 1)}
    goes_on = page.first_item in (before.last_item, before.last_item + 1)
    return {"item_follows" if goes_on else "item_one" if page.first_item == 1 else "item_breaks": 1.0}


def _rest_follows(before: Sequence[PageSummary], page: PageSummary) -> bool:
    """The page has the table or the sums that the document before it lacks, and nothing that a document begins with."""
    fingerprint = page.fingerprint
    earlier = [summary.fingerprint for summary in before if summary.fingerprint]
    if fingerprint is None or any(each.has_sums for each in earlier):
        return False
    if not fingerprint.has_sums and not fingerprint.begins_with_heads:
        return False
    return not _has_beginning(fingerprint) and any(each.dates for each in earlier)


def _has_beginning(page: Fingerprint) -> bool:
    return bool(page.title >= _TITLE or page.opening or page.number == 1)


def goes_on(before: Sequence[PageSummary], page: PageSummary) -> bool:
    """Whether nothing on the page says that a document of another type, or of the same, begins there."""
    begins = page.fingerprint is not None and _has_beginning(page.fingerprint)
    begins = begins or "other_identifier" in _identifiers(before, page)
    return not begins and _known_type(page) in (None, type_of(before))


def _running_lines(before: Fingerprint, page: Fingerprint) -> dict[str, float]:
    return {"head": _alike(before.head, page.head), "foot": _alike(before.foot, page.foot)}


def _alike(some: Sequence[str], others: Sequence[str]) -> float:
    """0..1: how many of the outermost lines are the same, the best pair counting most."""
    best = sorted((max((fuzz.ratio(one, other) for other in others), default=0.0) for one in some), reverse=True)
    strong = [max(0.0, (ratio - 60) / 40) for ratio in best[:2]]
    return sum(strong) / 2 if strong else 0.0


def _contents(before: Sequence[PageSummary], page: Fingerprint) -> dict[str, float]:
    last = before[-1].fingerprint
    assert last is not None
    earlier = [summary.fingerprint for summary in before if summary.fingerprint]
    codes = {code for fingerprint in earlier for code in fingerprint.codes}
    dates = {date for fingerprint in earlier for date in fingerprint.dates}
    words = _overlap(last.words, page.words)
    forms = {form for fingerprint in earlier for form in fingerprint.forms}
    return {
        "words": words,
        "unrelated": max(0.0, 1 - 6 * words),
        "form": float(bool(page.forms)),
        "other_form": float(bool(forms) and bool(page.forms) and not forms & set(page.forms)),
        "codes": min(1.0, len(codes & set(page.codes)) / 3),
        "no_code": float(len(codes) > 2 and len(page.codes) > 2 and not codes & set(page.codes)),
        "dates": min(1.0, len(dates & set(page.dates)) / 2),
        "no_date": float(bool(dates) and bool(page.dates) and not dates & set(page.dates)),
    }


def _overlap(some: Iterable[str], others: Iterable[str]) -> float:
    one, other = set(some), set(others)
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= 5 else 0.0


def _measures(before: Fingerprint, page: Fingerprint) -> dict[str, float]:
    return {
        "letter": min(1.0, 3 * abs(math.log(page.letter / before.letter))),
        "line": min(1.0, 3 * abs(math.log(page.line / before.line))),
        "margins": min(1.0, 4 * abs(page.left - before.left) + 2 * abs(page.right - before.right)),
        "density": min(1.0, abs(math.log((page.word_count + 20) / (before.word_count + 20))) / 2),
    }


def _twin(first: Fingerprint, page: Fingerprint) -> float:
    """The page begins as its document's first page did: the same form again, or a letterhead on every page."""
    return _alike(first.head, page.head) * _overlap(first.words, page.words)


def _types(before: Sequence[PageSummary], page: PageSummary) -> dict[str, float]:
    type_before, type_here = type_of(before), _known_type(page)
    if not type_before or not type_here:
        return {"type_lost": float(bool(type_before) != bool(type_here))}
    return {"type_changes" if type_before != type_here else "type_stays": page.type_score}


def _known_type(page: PageSummary) -> str | None:
    return page.schema_key if page.type_score >= KNOWN_TYPE else None


def type_of(pages: Sequence[PageSummary]) -> str | None:
    """The type of the first page that has one."""
    return next((page.schema_key for page in pages if _known_type(page)), None)


def _identifiers(before: Sequence[PageSummary], page: PageSummary) -> dict[str, float]:
    known: dict[str, set[str]] = {}
    for earlier in before:
        for name, value in earlier.identifiers.items():
            known.setdefault(name, set()).add(_key(value))
    shared = [name for name in page.identifiers if name in known]
    if not shared:
        return {}
    is_same = any(_key(page.identifiers[name]) in known[name] for name in shared)
    return {"same_identifier" if is_same else "other_identifier": 1.0}


def _key(value: str) -> str:
    return "".join(mark for mark in value.upper() if mark.isalnum())
