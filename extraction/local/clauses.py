"""Values in running text: what a sentence says behind the cue words of a field's kind, or behind the field's own label.

A field's labels say what is looked for: a law, a duration, the parties, the day from which a contract holds, or any other
clause, of which the sentence is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from documents.domain.contract_parties import find_defined, find_parties
from documents.domain.dates import find_dates
from documents.domain.durations import find_durations
from documents.domain.field_types.registry import field_type
from documents.domain.laws import find_courts, find_laws
from documents.domain.notation import Notation
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import Words, phrase_pattern, word_set
from extraction.local.candidates import Found
from extraction.local.letters import find_in_letter
from extraction.local.page_view import PageView
from extraction.local.sentences import Prose, prose_of, sentences

_LEAST = 0.15  # strength of a cue, below which nothing is proposed
_LONGEST_CLAUSE = 600
_HEADING_WORDS = 7
_SHORTEST_HEAD = 5  # letters of a word that ends compounds: "Kündigungsfrist"
_POSSIBLE = 0.16  # strength of a duration that is hardly the contract's own
_NEAR = 60  # characters between a cue and its date


class ClauseKind(StrEnum):
    LAW = "law"
    COURT = "court"
    DURATION = "duration"
    PARTY = "party"
    ROLE = "role"  # the one party that the contract calls as the label does
    DAY = "day"
    SENTENCE = "sentence"


@dataclass(frozen=True)
class Clause:
    """`[start, end)` of a block's text, its value where it is not the text itself, and the strength of its cue, 0..1."""

    start: int
    end: int
    cue: float
    value: str | None = None


def find_clauses(view: PageView, spec: FieldSpec, notation: Notation) -> list[Found]:
    """Possible values of a field in the page's running text; none for fields that are no clauses."""
    kind = clause_kind(spec, view.words)
    if kind is None:
        return []
    found: dict[tuple[float, float, str], Found] = {}
    for letter in find_in_letter(view, kind.value, spec, notation):
        found[(letter.place.box.left, letter.place.box.top, letter.value or "")] = letter
    for prose in prose_of(view):
        for clause in clauses_in(prose, kind, spec, notation, view.words):
            value = _found(prose, clause, spec, notation) if clause.cue >= _LEAST else None
            if value is None:
                continue
            key = (value.place.box.left, value.place.box.top, value.value or "")
            if key not in found or found[key].cue < value.cue:
                found[key] = value
    return list(found.values())


@lru_cache(maxsize=512)
def clause_kind(spec: FieldSpec, words: Words) -> ClauseKind | None:
    """What the field's labels ask for; None for a field that running text does not answer."""
    names = " | ".join(plain(label) for label in (spec.name, *spec.labels))

    def says(group: str) -> bool:
        ends = tuple(word for word in word_set(words, group) if len(word) >= _SHORTEST_HEAD)
        return phrase_pattern(words, group).search(names) is not None or any(
            part.endswith(ends) for part in names.split()
        )

    if spec.type is FieldType.NAME:
        return ClauseKind.PARTY if says("party_name") else ClauseKind.ROLE
    if spec.type is FieldType.DATE:
        return ClauseKind.DAY if says("effective_name") else None
    if spec.type not in {FieldType.CLAUSE, FieldType.TEXT}:
        return None
    for group, kind in (
        ("court_name", ClauseKind.COURT),
        ("law_name", ClauseKind.LAW),
        ("party_name", ClauseKind.PARTY),
    ):
        if says(group):
            return kind
    if says("term_name"):
        return ClauseKind.DURATION
    return ClauseKind.SENTENCE if spec.type is FieldType.CLAUSE else None


def clauses_in(prose: Prose, kind: ClauseKind, spec: FieldSpec, notation: Notation, words: Words) -> Iterator[Clause]:
    """The clauses of one kind in a block of text, in its order."""
    match kind:
        case ClauseKind.PARTY:
            yield from (Clause(each.start, each.end, each.strength) for each in find_parties(prose.text, words))
        case ClauseKind.ROLE:
            yield from _role(prose.text, spec, words)
        case ClauseKind.DAY:
            yield from _days(prose.text, notation, words)
        case _:
            heading = ""
            for start, end in sentences(prose.text, words):
                sentence = prose.text[start:end]
                for clause in _in_sentence(sentence, heading, kind, spec, words):
                    yield Clause(start + clause.start, start + clause.end, clause.cue, clause.value)
                heading = sentence if len(sentence.split()) <= _HEADING_WORDS else ""


def _in_sentence(sentence: str, heading: str, kind: ClauseKind, spec: FieldSpec, words: Words) -> Iterator[Clause]:
    share = _label_share(sentence, heading, spec, words)
    match kind:
        case ClauseKind.LAW:
            for start, end, strength in find_laws(sentence, words):
                yield Clause(start, end, strength)
        case ClauseKind.COURT:
            for start, end, strength in find_courts(sentence, words):
                yield Clause(start, end, min(1.0, strength + 0.2 * share))
        case ClauseKind.DURATION:
            for start, end, value in find_durations(sentence, words):
                yield Clause(start, end, _duration_strength(sentence, heading, start, end, share, spec, words), value)
        case _:
            strength = 0.85 if share >= 1 and heading else 0.6 * share
            if share >= _SAID and len(sentence.split()) > _HEADING_WORDS:
                yield Clause(0, min(len(sentence), _LONGEST_CLAUSE), strength)


_SAID = 0.99


def _duration_strength(
    sentence: str, heading: str, start: int, end: int, share: float, spec: FieldSpec, words: Words
) -> float:
    """A label with words of its own ("Notice period") asks for the sentence that has them; a bare "Term" for the sentence in
    which the contract ends.
    """
    if _own_words(spec, words):
        return 0.25 + 0.65 * share if share else 0.0
    ahead = sentence[max(0, start - 3 * _NEAR) : start]
    ends = phrase_pattern(words, "term_cue").search(ahead) is not None
    near = sentence[max(0, start - 2 * _NEAR) : end + _NEAR]
    if phrase_pattern(words, "not_term").search(near) or not ends:
        return _POSSIBLE
    if not phrase_pattern(words, "agreement_name").search(sentence):
        return 2 * _POSSIBLE
    strength = 0.6
    strength += 0.15 if phrase_pattern(words, "term_from").match(sentence[end:].lstrip(" ,'’")) else 0.0
    strength += 0.25 if phrase_pattern(words, "term_name").search(f"{heading} {sentence[:_NEAR]}") else 0.0
    return min(1.0, strength)


def _days(text: str, notation: Notation, words: Words) -> Iterator[Clause]:
    """Dates, the surer the closer a cue stands before them; a sentence of the parties' is better than one of another
    agreement's."""
    for start, end, _ in find_dates(text, notation.locale, notation.date_order):
        ahead = text[max(0, start - _NEAR) : start]
        behind = text[end : end + _NEAR]
        cues = list(phrase_pattern(words, "effective_cue").finditer(ahead))
        strength = 0.6 if cues else 0.0
        strength += 0.25 if phrase_pattern(words, "made_cue").search(text[max(0, start - 250) : start]) else 0.0
        strength += 0.15 if phrase_pattern(words, "effective_name").search(behind) else 0.0
        yield Clause(start, end, strength)


def _role(text: str, spec: FieldSpec, words: Words) -> Iterator[Clause]:
    wanted = {plain(label) for label in spec.labels}
    for party in (*find_parties(text, words), *find_defined(text, words)):
        if plain(party.term).removeprefix("the ") in wanted or plain(party.term) in wanted:
            yield Clause(party.start, party.end, max(0.9, party.strength))


@lru_cache(maxsize=512)
def _own_words(spec: FieldSpec, words: Words) -> tuple[frozenset[str], ...]:
    """Of every label the words that no other clause of its kind has: "notice" of "Notice period". Empty where one label has
    none of its own."""
    common = {part for phrase in (*words.term_name, *words.clause_filler) for part in plain(phrase).split()}
    own = [frozenset(part for part in plain(label).split() if part not in common) for label in spec.labels]
    return tuple(own) if all(own) else ()


def _label_share(sentence: str, heading: str, spec: FieldSpec, words: Words) -> float:
    """Which part of a label's own words the sentence or its heading says, 0..1: of the label that fits best."""
    said = plain(f"{heading} {sentence}")
    own: Sequence[frozenset[str]] = _own_words(spec, words) or tuple(
        frozenset(plain(label).split()) for label in spec.labels
    )
    return max((sum(_stem(word) in said for word in label) / len(label) for label in own if label), default=0.0)


def _stem(word: str) -> str:
    """Without the suffix, by which words of one family differ: "kündig" of "Kündigungsfrist"."""
    return word if len(word) <= _SHORT else word[: max(_SHORT, len(word) * 2 // 5)]


_SHORT = 6


def _found(prose: Prose, clause: Clause, spec: FieldSpec, notation: Notation) -> Found | None:
    raw = prose.text[clause.start : clause.end].strip()
    place = prose.place(clause.start, clause.end)
    if not raw or place is None:
        return None
    value = clause.value or field_type(spec.type).read_in(raw, notation, spec.choices)
    if value is None:
        return None
    stretches = prose.stretches_of(clause.start, clause.end)
    if len(stretches) == 1:
        segment, start, end = stretches[0]
        return Found(raw, value, place, segment, start, end, cue=round(clause.cue, 3))
    return Found(raw, value, place, None, 0, 0, cue=round(clause.cue, 3))
