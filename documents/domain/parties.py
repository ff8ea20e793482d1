"""How much a line of text looks like a name or like a line of an address."""

from __future__ import annotations

import re
from functools import lru_cache

from documents.domain.plain_text import plain
from documents.domain.words import Words, word_set

ADDRESS_LINE = 0.2  # from this shape on a line may be one of an address
_LEAD_IN = re.compile(r"^(?:owned|owner|operated|managed|sold|issued|powered)\s+by\s*:?\s*", re.IGNORECASE)
_REGISTRATION = re.compile(
    r"\s*[(\[（]\s*(?:co\.?\s*(?:reg)?\.?\s*(?:no)?\.?\s*:?)?\s*\d{3,}.{0,6}$|\s+\d{5,}\s?[-–·]\s?[A-Z]\b.*$",
    re.IGNORECASE,
)
_BARE_POSTCODE = re.compile(r"\d{5}[,.]?")
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}-?)?\d{5}(?:-\d{4})?\b|\b\d{4} ?[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{3} ?\d{3}\b"
)
_PHONE_LIKE = re.compile(r"\d{2,4}[- ]?\d{6,8}|\+\d{6,}")
_HOUSE_NUMBER = re.compile(
    r"(?:^|\s)(?:no\.?\s*)?\d{1,5}[A-Za-z]?(?:[-/&,]\s?\d{0,5}[A-Za-z]?)*(?:[\s,.]|$)", re.IGNORECASE
)
_AMOUNT = re.compile(r"\d[.,]\d{2}\b")


def has_company_suffix(text: str, known: Words) -> bool:
    """Whether the text ends like a company's name ("GmbH", "Ltd.")."""
    suffix = known.company_suffix
    return bool(suffix.search(re.sub(r"\s*\([^)]*\)\s*$", "", text)) or suffix.search(text))


def business_words(text: str, known: Words) -> float:
    """Share of words that names of businesses carry, 0..1."""
    words = plain(text).split()
    return sum(word in word_set(known, "business") for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=8192)
def name_shape(text: str, known: Words) -> float:
    """0..1: how much a line of text looks like a name and not like a heading, a label or a sentence."""
    letters = sum(mark.isalpha() for mark in text)
    digits = sum(mark.isdigit() for mark in text)
    words = plain(text).split()
    if letters < 3 or not words or len(text) > 70:
        return 0.0
    shape = letters / (letters + 2 * digits)
    if any(_says(words, phrase) for phrase in known.not_a_name):
        shape *= 0.3
    if re.search(r"[:;?]|\b(?:www|http)|@|\*{2}", text):
        shape *= 0.4
    if len(words) > 8:
        shape *= 0.5
    return shape


def _says(words: list[str], phrase: str) -> bool:
    parts = plain(phrase).split()
    return words[: len(parts)] == parts


def is_only_legal_form(text: str, known: Words) -> bool:
    """ "CO. (M) SDN BHD" is the end of a name, not a name."""
    words = plain(text).split()
    fillers = word_set(known, "legal_form_filler")
    return any(word in known.legal_words for word in words) and all(
        word in known.legal_words or word in fillers for word in words
    )


def ends_name(first: str, second: str, known: Words) -> bool:
    """Whether the second of two lines ends the name that the first one begins."""
    rest = _REGISTRATION.sub("", second)
    if is_only_legal_form(rest, known):
        return True
    is_open = first.rstrip().endswith("&") or rest.startswith(("(", "&"))
    return is_open and len(rest.split()) <= 5 and not any(mark.isdigit() for mark in rest)


def name_span(text: str) -> tuple[int, int]:
    """`[start, end)` of the name without "Owned by" before and a registration number after it."""
    lead, tail = _LEAD_IN.match(text), _REGISTRATION.search(text)
    start = lead.end() if lead else 0
    end = tail.start() if tail and tail.start() > start + 3 else len(text)
    kept = text[start:end].rstrip(" ,;")
    return (start, start + len(kept)) if kept else (0, len(text))


_PARTS = re.compile(r"\s+[-–—|·•]\s+|\s*[|·•]\s*")


def letterhead_name(text: str, known: Words) -> str:
    """The company's name at the beginning of a line of name and address: "Au bon moulin SARL - 1242 chemin …". Empty for any
    other line.
    """
    first, *rest = _PARTS.split(text.strip())
    is_line = bool(rest) and any(mark.isdigit() for part in rest for mark in part)
    return first if is_line and has_company_suffix(first, known) and not is_only_legal_form(first, known) else ""


@lru_cache(maxsize=8192)
def address_shape(text: str, known: Words) -> float:
    """0..1: how much a line looks like a line of an address."""
    words = plain(text).split()
    if not words or len(text) > 90 or is_foreign_line(text, known):
        return 0.0
    score = 0.0
    score += 0.45 if any(word in word_set(known, "street") for word in words) else 0.0
    score += 0.45 if any(word in word_set(known, "place") for word in words) else 0.0
    score += 0.4 if _POSTCODE.search(text) else 0.0
    score += 0.2 if _HOUSE_NUMBER.search(text) else 0.0
    score += 0.2 if "," in text else 0.0
    score += 0.2 if any(word.endswith(known.street_ending) for word in words) else 0.0
    if _AMOUNT.search(text) or ":" in text:
        score -= 0.3
    return max(0.0, min(1.0, score))


def continues_address(line: str, below: str, known: Words) -> bool:
    """Whether the line below one of an address belongs to it."""
    if address_shape(below, known) >= ADDRESS_LINE:
        return True
    if is_foreign_line(below, known):
        return False
    ends_open = line.rstrip().endswith((",", "-", "/")) and not any(mark.isdigit() for mark in below[-3:])
    return ends_open and len(below) < 50


def is_foreign_line(text: str, known: Words) -> bool:
    """Lines near addresses that do not belong to them: phones, registration numbers, names of companies, labels."""
    words = plain(text).split()
    if _BARE_POSTCODE.fullmatch(text.strip()):
        return False
    if not any(len(word) > 1 and word.isalpha() for word in words):
        return True
    if known.code_line.fullmatch(text) and words[-1] not in word_set(known, "place"):  # "57000 KL" is a town
        return True
    if has_company_suffix(text, known) or _REGISTRATION.search(text):
        return True
    if _PHONE_LIKE.search(text) and not _POSTCODE.search(text):
        return True
    return known.contact_line.search(" ".join(words)) is not None
