"""What is printed on a page and is nobody's name: headings, labels, heads of columns, lines of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.numbers import has_decimals, is_numeric
from documents.domain.parties import has_company_suffix
from documents.domain.plain_text import plain
from documents.domain.schema_spec import SchemaSpec
from documents.domain.words import Words, word_set
from extraction.local.labels import LabelHit
from extraction.local.page_view import PageView, Segment

PhrasesOfSchema = tuple[str, ...]

_LABEL_GROUPS = (
    "total", "subtotal", "tax", "payment", "other_amount", "issue_date", "other_date", "recipient_label", "issuer",
    "recipient", "not_a_name", "form_label", "form_number", "heading", "contact", "page", "continued", "table_end",
)  # fmt: skip
_FILLER_GROUPS = ("label_filler", "page_of", "period_joint", "period_begin", "period_end")
_LONGEST_PHRASE = 6  # words
_PURE = 0.9
_FEWEST_LABELS = 2  # of known fields, that make a column of labels
_REACH = 6  # rows up and down in which they stand


@lru_cache(maxsize=64)
def _phrases(schema: PhrasesOfSchema, words: Words) -> tuple[frozenset[str], frozenset[str]]:
    """Phrases that are printed as labels and headings, and words between them."""
    printed = {plain(phrase) for phrase in (*words.of(_LABEL_GROUPS), *schema)}
    fillers = {plain(phrase) for phrase in words.of(_FILLER_GROUPS)}
    return frozenset(printed - {""}), frozenset(fillers)


def phrases_of(schema: SchemaSpec) -> PhrasesOfSchema:
    """Labels of the schema's fields and columns, its keywords and its name."""
    columns = [column for table in schema.tables for column in table.columns]
    labels = [label for spec in (*schema.fields, *columns) for label in spec.labels]
    return tuple(dict.fromkeys((*labels, *schema.keywords, schema.name)))


def is_heading(text: str, schema: PhrasesOfSchema, words: Words) -> bool:
    """Whether a line says nothing but what headings and labels say: "TAX INVOICE", "Account No.", "2. Mahnung". A legal form
    behind other words makes it a name again: "Company Shop Ltd".
    """
    parts = plain(text).split()
    if not parts or text.rstrip().endswith(":"):
        return True
    if len(parts) > 1 and parts[-1] in _bare_forms(words) and parts[0] not in _bare_forms(words):
        return False
    printed, fillers = _phrases(schema, words)
    return _is_covered(tuple(parts), printed, fillers)


@lru_cache(maxsize=64)
def _bare_forms(words: Words) -> frozenset[str]:
    """Last words of legal forms that are no words of everyday language."""
    return frozenset(plain(form).split()[-1] for form in words.legal_form if plain(form)) - word_set(words, "issuer")


def _is_covered(parts: tuple[str, ...], printed: frozenset[str], fillers: frozenset[str]) -> bool:
    has_phrase, position = False, 0
    while position < len(parts):
        for length in range(min(_LONGEST_PHRASE, len(parts) - position), 0, -1):
            if " ".join(parts[position : position + length]) in printed:
                has_phrase, position = True, position + length
                break
        else:
            part = parts[position]
            if part not in fillers and any(mark.isalpha() for mark in part) and len(part) > 1:
                return False
            position += 1
    return has_phrase


_SEPARATED = re.compile(r"(?:^|[:;|.,)\]>=])[^\w]*$")


def is_part_of_name(hit: LabelHit, words: Words) -> bool:
    """Whether what is spelled like a label is a word of a name: in the middle of a line, or in front of it without a mark
    where the line ends in a legal form.
    """
    text = hit.segment.text
    if not _SEPARATED.search(text[: hit.start]) and any(mark.isalpha() for mark in text[: hit.start]):
        return True
    rest = text[hit.end :].lstrip()
    is_marked = not rest or not rest[0].isalnum()
    return not is_marked and has_company_suffix(text, words)


def is_plural(hit: LabelHit) -> bool:
    """ "Merchants" where the label is "Merchant": a word of the firm's name ("Builders Merchants"). No document has several
    labels in one.
    """
    return plain(hit.place.text).replace(" ", "") == plain(hit.label).replace(" ", "") + "s"


@dataclass(frozen=True)
class LabelPlaces:
    """Ids of the segments of a page that are labels, and of those that have their value beside them."""

    labels: frozenset[int]
    answered: frozenset[int]


def label_places(view: PageView, hits: Iterable[LabelHit], phrases: PhrasesOfSchema) -> LabelPlaces:
    """Known labels, and what stands in one column with them beside a value of its own."""
    known = {id(hit.segment): hit.segment for hit in hits if hit.purity >= _PURE and hit.start == 0 and _is_whole(hit)}

    def has_value(segment: Segment) -> bool:
        """In a line of two: the label and its value. Heads of columns have other heads beside them."""
        row = view.rows[segment.row]
        following = row.segments[segment.index + 1] if segment.index + 1 < len(row.segments) else None
        return (
            following is not None and id(following) not in known and not is_heading(following.text, phrases, view.words)
        )

    beside = [segment for segment in known.values() if has_value(segment)]
    found = set(known)
    answered = {
        id(segment)
        for segment in beside
        if segment.text.endswith(":") or any(_is_same_column(view, segment, other) for other in beside)
    }
    for row in view.rows:
        for segment in row.segments[:-1]:
            if id(segment) in known or is_numeric(segment.text) or len(segment.words) > _LONGEST_PHRASE:
                continue
            mates = [other for other in beside if _is_same_column(view, segment, other)]
            if len(mates) >= _FEWEST_LABELS and has_value(segment):
                found.add(id(segment))
                answered.add(id(segment))
    return LabelPlaces(frozenset(found), frozenset(answered))


def _is_whole(hit: LabelHit) -> bool:
    return not any(mark.isalnum() for mark in hit.segment.text[hit.end :])


def _is_same_column(view: PageView, segment: Segment, other: Segment) -> bool:
    if segment is other or abs(segment.row - other.row) > _REACH:
        return False
    return abs(segment.box.left - other.box.left) < view.char_width and _same_next(view, segment, other)


def _same_next(view: PageView, segment: Segment, other: Segment) -> bool:
    one, two = (view.rows[each.row].segments[each.index + 1] for each in (segment, other))
    return abs(one.box.left - two.box.left) < 3 * view.char_width


def item_rows(view: PageView) -> frozenset[int]:
    """Rows of a table: two numbers and more, one of them with decimals."""
    found = []
    for row in view.rows:
        numbers = [segment.text for segment in row.segments if is_numeric(segment.text)]
        if len(numbers) >= 2 and any(has_decimals(text) for text in numbers):
            found.append(row.index)
    return frozenset(found)


def all_labels(schema: SchemaSpec, words: Words) -> Sequence[str]:
    """Every phrase by which something is printed that is not a name, to be looked for at once."""
    return tuple(dict.fromkeys((*phrases_of(schema), *words.of(("recipient_label", "form_label")))))
