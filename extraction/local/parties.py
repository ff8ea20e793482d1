"""Names of people and companies and address blocks: found by shape, not by label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extraction.local import lexicon
from extraction.local.page_view import PageView, Place, Segment
from extraction.local.roles import plain

_SUFFIX = re.compile(
    r"(?:^|[\s(,.])(?:"
    + "|".join(
        re.escape(ending)
        for ending in sorted((*lexicon.COMPANY_SUFFIXES, *lexicon.INSTITUTION_ENDINGS), key=len, reverse=True)
    )
    + r")\.?\s*$",
    re.IGNORECASE,
)
_LEGAL_WORDS = frozenset(word for suffix in lexicon.COMPANY_SUFFIXES for word in plain(suffix).split()) - frozenset(
    {"trading", "enterprise", "enterprises", "trade", "group", "holdings"}
)
_LEGAL_FILLERS = frozenset({"m", "malaysia", "s", "singapore", "uk", "and", "o", "z"})
_LEAD_IN = re.compile(r"^(?:owned|owner|operated|managed|sold|issued|powered)\s+by\s*:?\s*", re.IGNORECASE)
_REGISTRATION = re.compile(
    r"\s*[(\[（]\s*(?:co\.?\s*(?:reg)?\.?\s*(?:no)?\.?\s*:?)?\s*\d{3,}.{0,6}$|\s+\d{5,}\s?[-–·]\s?[A-Z]\b.*$",
    re.IGNORECASE,
)
_CODE_LINE = re.compile(
    r"\W*(?:(?:co|reg|roc|br|company)?\.?\s*(?:reg|no)?\W*)\d{4,}\s*[-–·.]?\s*[A-Z]{0,2}\W*", re.IGNORECASE
)
_BARE_POSTCODE = re.compile(r"\d{5}[,.]?")
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}-?)?\d{5}(?:-\d{4})?\b|\b\d{4} ?[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{3} ?\d{3}\b"
)
_PHONE_LIKE = re.compile(r"\d{2,4}[- ]?\d{6,8}|\+\d{6,}")
_STREETS = frozenset(lexicon.STREET_WORDS)
_PLACES = frozenset(lexicon.PLACE_WORDS)
_BUSINESS = frozenset(lexicon.BUSINESS_WORDS)
_MAX_ADDRESS_LINES = 6


def has_company_suffix(text: str) -> bool:
    """Whether the text ends like a company's name ("Sdn Bhd", "GmbH", "Ltd.")."""
    return bool(_SUFFIX.search(re.sub(r"\s*\([^)]*\)\s*$", "", text)) or _SUFFIX.search(text))


def business_words(text: str) -> float:
    """Share of words that names of businesses carry, 0..1."""
    words = plain(text).split()
    return sum(word in _BUSINESS for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=8192)
def name_shape(text: str) -> float:
    """0..1: how much a line of text looks like a name and not like a heading, a label or a sentence."""
    letters = sum(mark.isalpha() for mark in text)
    digits = sum(mark.isdigit() for mark in text)
    words = plain(text).split()
    if letters < 3 or not words or len(text) > 70:
        return 0.0
    shape = letters / (letters + 2 * digits)
    if any(_says(words, phrase) for phrase in lexicon.NOT_A_NAME):
        shape *= 0.3
    if re.search(r"[:;?]|\b(?:www|http)|@|\*{2}", text):
        shape *= 0.4
    if len(words) > 8:
        shape *= 0.5
    return shape


def _says(words: list[str], phrase: str) -> bool:
    parts = plain(phrase).split()
    return words[: len(parts)] == parts


def is_only_legal_form(text: str) -> bool:
    """ "CO. (M) SDN BHD" is the end of a name, not a name."""
    words = plain(text).split()
    return (
        bool(words)
        and any(word in _LEGAL_WORDS for word in words)
        and all(word in _LEGAL_WORDS or word in _LEGAL_FILLERS for word in words)
    )


def find_names(view: PageView) -> Iterator[list[Place]]:
    """Lines that could be names, joined with the line below where that is only the legal form."""
    for segment in view.segments:
        if name_shape(segment.text) < 0.25 or is_only_legal_form(segment.text):
            continue
        name = name_place(segment)
        below = segment_below(view, segment)
        if below is not None and not has_company_suffix(segment.text) and _ends_name(segment.text, below.text):
            yield [name, name_place(below)]
        else:
            yield [name]


def _ends_name(first: str, second: str) -> bool:
    rest = _REGISTRATION.sub("", second)
    if is_only_legal_form(rest):
        return True
    is_open = first.rstrip().endswith("&") or rest.startswith(("(", "&"))
    return is_open and len(rest.split()) <= 5 and not any(mark.isdigit() for mark in rest)


def name_place(segment: Segment) -> Place:
    """The segment without "Owned by" before and a registration number after the name."""
    lead, tail = _LEAD_IN.match(segment.text), _REGISTRATION.search(segment.text)
    start = lead.end() if lead else 0
    end = tail.start() if tail and tail.start() > start + 3 else len(segment.text)
    kept = segment.text[start:end].rstrip(" ,;")
    return segment.place(start, start + len(kept)) if kept else segment.whole


def segment_below(view: PageView, segment: Segment, reach: int = 1) -> Segment | None:
    """The segment in one of the next `reach` rows that overlaps horizontally, close below."""
    for row in view.rows[segment.row + 1 : segment.row + 1 + reach]:
        for other in row.segments:
            if (
                other.box.horizontal_overlap(segment.box) > 0.3
                and other.box.top - segment.box.bottom < 1.6 * view.line_height
            ):
                return other
    return None


@lru_cache(maxsize=8192)
def address_shape(text: str) -> float:
    """0..1: how much a line looks like a line of an address."""
    words = plain(text).split()
    if not words or len(text) > 90 or _is_foreign(text, words):
        return 0.0
    score = 0.0
    score += 0.45 if any(word in _STREETS for word in words) else 0.0
    score += 0.45 if any(word in _PLACES for word in words) else 0.0
    score += 0.4 if _POSTCODE.search(text) else 0.0
    score += (
        0.2
        if re.search(r"(?:^|\s)(?:no\.?\s*)?\d{1,5}[A-Za-z]?(?:[-/&,]\s?\d{0,5}[A-Za-z]?)*(?:[\s,.]|$)", text.lower())
        else 0.0
    )
    score += 0.2 if "," in text else 0.0
    score += (
        0.2
        if any(
            re.search(
                r"(?:str|straße|strasse|weg|platz|straat|laan|gasse|ring|allee|damm|ufer|gade|vej|gatan)$",
                word,
            )
            for word in words
        )
        else 0.0
    )
    if re.search(r"\d[.,]\d{2}\b", text) or ":" in text:
        score -= 0.3
    return max(0.0, min(1.0, score))


def _is_foreign(text: str, words: list[str]) -> bool:
    """Lines that stand near addresses and are not part of them: phones, registration numbers, names of companies, labels."""
    joined = " ".join(words)
    if _BARE_POSTCODE.fullmatch(text.strip()):
        return False
    if (
        not any(len(word) > 1 and word.isalpha() for word in words)
        or _CODE_LINE.fullmatch(text)
        or has_company_suffix(text)
    ):
        return True
    if _REGISTRATION.search(text) or (_PHONE_LIKE.search(text) and not _POSTCODE.search(text)):
        return True
    return any(
        re.search(rf"(?:^|\s){re.escape(plain(phrase))}(?:\s|$|\d)", joined) for phrase in lexicon.NOT_IN_ADDRESS[:18]
    ) or any(joined.startswith(plain(phrase)) for phrase in lexicon.NOT_IN_ADDRESS)


def find_addresses(view: PageView) -> Iterator[list[Place]]:
    """Runs of lines one below the other that look like an address, to their natural end; and one line shorter."""
    used: set[tuple[int, int]] = set()
    for segment in view.segments:
        if address_shape(segment.text) < 0.2 or (segment.row, segment.index) in used:
            continue
        run = _run_from(view, segment)
        used.update((part.row, part.index) for part in run)
        while len(run) > 1 and address_shape(run[-1].text) < 0.2:
            run = run[:-1]
        if sum(address_shape(part.text) for part in run) < 0.4:
            continue
        places = [part.whole for part in run]
        yield places
        if len(run) > 2:
            yield places[1:]
            yield places[:-1]


def _run_from(view: PageView, start: Segment) -> list[Segment]:
    run = [start]
    while len(run) < _MAX_ADDRESS_LINES:
        below = segment_below(view, run[-1])
        if below is None or not _continues(run, below):
            break
        run.append(below)
    return run


def _continues(run: list[Segment], below: Segment) -> bool:
    score = address_shape(below.text)
    if score >= 0.2:
        return True
    if _is_foreign(below.text, plain(below.text).split()):
        return False
    ends_open = run[-1].text.rstrip().endswith((",", "-", "/")) and not any(mark.isdigit() for mark in below.text[-3:])
    return ends_open and len(below.text) < 50
