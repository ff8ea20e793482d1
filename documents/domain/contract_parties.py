"""The parties of a contract in its sentences: "by and between X, a Delaware corporation (the “Seller”), and Y".

A name ends before what describes it. Texts of one block are read; places and pages are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.plain_text import plain
from documents.domain.words import Words, alternatives, phrase_pattern, word_set

_CAPITAL = "A-ZÀ-ÖØ-ÞŠŽČĆŁŚ"
_TOKEN = rf"(?<![\w’'-])(?!\d+\s+(?:and|und|et)\b)[a-z]?[{_CAPITAL}0-9][\w&'’/+.-]*"
_JOINT = r"(?:&|of|de|van|von|der|den|la|le|du|für|and|und|et|y|the)"
_QUOTED = re.compile(r"[“\"„«‘](?P<term>[^”\"“»’()]{1,40}?)[,.]?[”\"“»’]")
_MOST_PARTIES = 8
_FURTHEST = 600  # characters from one party to the next: its description
_BEHIND = 260  # characters from a name to the term that is defined for it
_LONGEST_INITIALS = 5  # of a legal form that may be printed with points
_ENUMERATOR = r"(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s*)?"


@dataclass(frozen=True)
class Party:
    """`[start, end)` of a name, what the contract calls it ("" where nothing), and how much speaks for it, 0..1."""

    start: int
    end: int
    term: str
    strength: float


@lru_cache(maxsize=256)
def find_parties(text: str, words: Words) -> tuple[Party, ...]:
    """The parties that a block of text names, in no order; one may come twice with different strengths. Every field of a
    name asks for them: the latest texts are kept.
    """
    return tuple(_parties(text, words))


def _parties(text: str, words: Words) -> Iterator[Party]:
    terms = {plain(quoted["term"]).removeprefix("the ") for quoted in _QUOTED.finditer(text)}
    for party in _all_parties(text, words):
        first, *others = _joined_names(plain(text[party.start : party.end]), words)
        if not others or others[-1] not in terms or first == others[-1]:  # "SAP and Company", who is the other party
            yield party


def _all_parties(text: str, words: Words) -> Iterator[Party]:
    opening = phrase_pattern(words, "agreement_name")
    for cue in phrase_pattern(words, "party_cue").finditer(text):
        is_opening = opening.search(text[max(0, cue.start() - 300) : cue.start()]) is not None
        found = list(_enumerated(text, cue.end(), words))
        bonus = 0.12 if is_opening and len(found) > 1 else 0.0
        yield from (Party(each.start, each.end, each.term, min(1.0, each.strength + bonus)) for each in found)
    yield from find_defined(text, words)


@lru_cache(maxsize=256)
def find_defined(text: str, words: Words) -> tuple[Party, ...]:
    """Names that the contract gives a term of its own: `Acme Tools Ltd (together, the “Company”)`."""
    return tuple(_defined(text, words))


def _defined(text: str, words: Words) -> Iterator[Party]:
    for quoted in _QUOTED.finditer(text):
        begin = _beginning_of_definition(text, quoted.start(), words)
        if begin is None:
            continue
        name = _nearest_name(text, begin, words)
        term = quoted["term"].strip()
        if name is None or not (strength := _term_strength(term, text[slice(*name)], words)):
            continue
        yield Party(*name, term, strength)


def _enumerated(text: str, position: int, words: Words) -> Iterator[Party]:
    """Names one after the other from `position` on, each with its description skipped."""
    ends = phrase_pattern(words, "party_list_end")
    at = position
    for _ in range(_MOST_PARTIES):
        name = name_at(text, at, words)
        if name is None:
            return
        start, end = name
        following = _next_party(text, end, words)
        if following is None and (pair := _at_joint(text, start, end, words)):
            yield from (Party(*each, "", _list_strength(text, *each, "", words)) for each in pair)
            return
        term = _term_behind(text, end, following[0] if following else min(len(text), end + _FURTHEST))
        yield Party(start, end, term, _list_strength(text, start, end, term, words))
        if following is None or ends.search(text, end, following[0]):
            return
        at = following[1]


def _list_strength(text: str, start: int, end: int, term: str, words: Words) -> float:
    name = text[start:end]
    if ends_in_legal_form(name, words):
        return 0.8
    is_described = _DESCRIPTION.match(text, end) is not None or bool(term)
    return 0.7 if is_described and " " in name else 0.4 if is_person(name) else 0.25


_DESCRIPTION = re.compile(r"\s*(?:,|\(|[-–—])")


def _next_party(text: str, position: int, words: Words) -> tuple[int, int] | None:
    """`(end of the description, beginning of the next name)`: behind an "and" that a name follows, or the next number."""
    limit = min(len(text), position + _FURTHEST)
    for match in _separator(words).finditer(text, position, limit):
        name = name_at(text, match.end(), words)
        if name is None:
            continue
        candidate = text[slice(*name)]
        is_separate = match["number"] is not None or _is_apart(text, position, match.start())
        if ends_in_legal_form(candidate, words) or is_separate or _DESCRIPTION.match(text, name[1]):
            return match.start(), match.end()
    return None


def _is_apart(text: str, end: int, start: int) -> bool:
    """Whether nothing, or a definition in brackets, stands between a name and the "and" behind it."""
    between = text[end:start].strip(" ,")
    return not between or between.endswith((")", "”", '"', "“"))


@lru_cache(maxsize=64)
def _separator(words: Words) -> re.Pattern[str]:
    joints = alternatives(words, "party_joint")
    return re.compile(
        rf"(?:(?<=[\s,;)”\"“])(?:{joints})\s+(?=[\s({_CAPITAL}\d“\"])|(?:^|[\s,;])(?P<number>\((?:\d|[a-z]|i{{1,3}})\)\s+(?=[{_CAPITAL}])))",
        re.IGNORECASE,
    )


def name_at(text: str, position: int, words: Words) -> tuple[int, int] | None:
    """`[start, end)` of the name that begins at `position`, titles and numbers before it left out; None without one."""
    lead = _lead(words).match(text, position)
    start = lead.end() if lead else position
    company = _company(words).match(text, start)
    if company:
        span = _split_at_joint(text, company.start(), company.end(), words)
        return None if _is_role(text[slice(*span)], words) else span
    run = _run().match(text, start)
    if run is None or _is_role(run.group(0), words):
        return None
    end = run.start() + len(run.group(0).rstrip(" ,.&"))
    return (start, end) if end - start > 1 else None


def ends_in_legal_form(name: str, words: Words) -> bool:
    """Whether the last words of a name are a legal form: "Acme Tools Ltd." """
    return _legal_end(words).search(name) is not None


def is_person(name: str) -> bool:
    """Whether two to four words could be the name of a person."""
    names = name.replace(",", " ").split()
    return 2 <= len(names) <= 4 and all(
        each[0].isupper() and not any(mark.isdigit() for mark in each) for each in names
    )


def _split_at_joint(text: str, start: int, end: int, words: Words) -> tuple[int, int]:
    """ "Jane Doe and Acme Tools Ltd" are two: the first of them, where it is a person's name."""
    for match in re.finditer(r"\s+(?:and|und|et|y)\s+", text[start:end]):
        first, rest = text[start : start + match.start()], text[start + match.end() : end]
        head = plain(rest).split()[0] if plain(rest) else ""
        if head in words.legal_words or head in word_set(words, "company_ending"):
            continue
        if is_person(first) and len(plain(rest).split()) > 1 and not phrase_pattern(words, "business").search(first):
            return start, start + match.start()
    return start, end


def _at_joint(text: str, start: int, end: int, words: Words) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The two names of "Acme Tools and Bolt Paper Ltd", where no other party is named; None for one name."""
    for match in re.finditer(r"\s+(?:and|und|et|y)\s+", text[start:end], re.IGNORECASE):
        rest = plain(text[start + match.end() : end]).split()
        if len(rest) > 1 and rest[0] not in words.legal_words and rest[0] not in word_set(words, "company_ending"):
            return (start, start + match.start()), (start + match.end(), end)
    return None


@lru_cache(maxsize=64)
def _legal_form(words: Words) -> str:
    """Any legal form, with points or without: "L.L.C.", "Inc", "GmbH & Co. KG"."""
    spelled = []
    for form in sorted({*words.legal_form, *words.legal_form_in_prose}, key=len, reverse=True):
        spelled.append(r"\.?\s+".join(map(_spelling, form.split())))
    return rf"(?:{'|'.join(spelled)})"


def _spelling(word: str) -> str:
    letters = word.replace(".", "")
    return r"\.?".join(map(re.escape, letters)) if len(word) <= _LONGEST_INITIALS else re.escape(word)


@lru_cache(maxsize=64)
def _legal_end(words: Words) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,.(&])(?=[{_CAPITAL}]|plc\b|e\.|mbH)(?i:{_legal_form(words)})\.?\)?\s*$")


@lru_cache(maxsize=64)
def _company(words: Words) -> re.Pattern[str]:
    """A name up to its legal form, over further forms behind it."""
    form = rf"(?=[{_CAPITAL}]|plc\b|e\.|mbH)(?i:{_legal_form(words)})(?![\w’'-])\.?"
    return re.compile(
        rf"{_TOKEN}(?:\s+(?:(?i:{_JOINT})\s+)?(?:{_TOKEN}|\([{_CAPITAL}][\w ]{{0,18}}\))){{0,7}}?"
        rf",?\s+(?:(?i:&|and|und)\s+)?{form}(?:,?\s*(?:&\s*)?{form})*"
    )


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    """A run of capitalised words: the name of a person, or of a firm without a legal form."""
    joint = r"(?:(?i:&|of|de|van|von|der|den|la|le|du)\s+)?"
    return re.compile(
        rf"[{_CAPITAL}][\w'’.-]*(?:\s+{joint}[{_CAPITAL}][\w'’.-]*){{0,4}}(?:,?\s+(?:Jr|Sr|JR|SR|II|III|IV)\b\.?)?"
    )


@lru_cache(maxsize=64)
def _lead(words: Words) -> re.Pattern[str]:
    titles = alternatives(words, "party_lead")
    return re.compile(rf"[\s:–—-]*{_ENUMERATOR}(?:(?:{titles})\.?,?\s+)*", re.IGNORECASE)


def _is_role(name: str, words: Words) -> bool:
    """ "Company", "the Parties", "Employee" name nobody, "Employment Agreement" neither."""
    said = plain(name)
    roles = word_set(words, "party_term")
    if not said or said in roles or all(name in roles for name in _joined_names(said, words)):
        return True
    if not ends_in_legal_form(name, words) and not roles.isdisjoint(said.removeprefix("the ").split()[:2]):
        return True
    return said.split()[-1] in word_set(words, "agreement_name") or said.split()[0] in words.legal_words


def _joined_names(said: str, words: Words) -> list[str]:
    joints = alternatives(words, "party_joint")
    return [each.strip().removeprefix("the ") for each in re.split(rf"\s(?:{joints})\s", said)]


def _beginning_of_definition(text: str, position: int, words: Words) -> int | None:
    """Where the bracket opens that the quoted term at `position` stands in, or the words that announce it; None elsewhere."""
    depth = 0
    for index in range(position - 1, max(-1, position - 160), -1):
        if text[index] == ")":
            depth += 1
        elif text[index] == "(":
            if depth == 0:
                return index
            depth -= 1
    announced = _announced(words).search(text, max(0, position - 60), position)
    return announced.start() if announced else None


@lru_cache(maxsize=64)
def _announced(words: Words) -> re.Pattern[str]:
    return re.compile(rf"[-–—(,\s]*(?:{alternatives(words, 'defined_as')})[^.;“„\"]{{0,30}}$", re.IGNORECASE)


def _nearest_name(text: str, end: int, words: Words) -> tuple[int, int] | None:
    """The last company named close before `end`, else the person named directly before it."""
    begin = max(0, end - _BEHIND)
    found = [
        _behind_cue(text, *match.span(), words)
        for match in _company(words).finditer(text, begin, end)
        if not _is_role(match.group(0), words) and not _described(words).search(text, 0, match.start())
    ]
    person = _PERSON_BEFORE.search(text, max(0, end - 60), end)
    if (
        person
        and is_person(person["name"])
        and not _is_role(person["name"], words)
        and (not found or _ends_in_joint(words).search(text, found[-1][1], person.start("name")))
    ):
        return person.span("name")
    return _last_of_joint(text, *found[-1], words) if found else None


def _behind_cue(text: str, start: int, end: int, words: Words) -> tuple[int, int]:
    """Without the words that announce it, where a sentence begins with them: "Zwischen der Acme GmbH"."""
    cue = _cue(words).match(text, start, end)
    return (cue.end(), end) if cue else (start, end)


@lru_cache(maxsize=64)
def _cue(words: Words) -> re.Pattern[str]:
    cues, leads = alternatives(words, "party_cue"), alternatives(words, "party_lead")
    return re.compile(rf"(?:{cues})\s+(?:(?:{leads})\.?\s+)*", re.IGNORECASE)


@lru_cache(maxsize=64)
def _ends_in_joint(words: Words) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(words, 'party_joint')})\s+$", re.IGNORECASE)


@lru_cache(maxsize=64)
def _described(words: Words) -> re.Pattern[str]:
    """An article before a legal form: "a Delaware Corporation" describes."""
    return re.compile(rf"(?<!\w)(?:{alternatives(words, 'article')})\s+$", re.IGNORECASE)


_PERSON_BEFORE = re.compile(
    rf"(?P<name>[{_CAPITAL}][\w'’.-]+(?:\s+[{_CAPITAL}][\w'’.-]*){{1,3}}(?:,?\s+(?:Jr|Sr|JR|SR|II|III)\b\.?)?)[\s,]*$"
)


def _last_of_joint(text: str, start: int, end: int, words: Words) -> tuple[int, int]:
    """Behind a person's name and "and" the company: "Jane Doe and Acme Tools Ltd"."""
    first = _split_at_joint(text, start, end, words)
    if first[1] == end:
        return start, end
    name = name_at(text, first[1] + len(re.match(r"\s+\w+\s+", text[first[1] : end]).group(0)), words)  # type: ignore[union-attr]
    return name or (start, end)


def _term_strength(term: str, name: str, words: Words) -> float:
    """A role, the name's own first word, or its initials; 0 for a term that names no party."""
    said, own = plain(term), plain(name).split()
    bare = said.removeprefix("the ").strip()
    if bare in word_set(words, "party_term"):
        return 0.75
    if not own or not bare:
        return 0.0
    first = bare.split()[0]
    if not ends_in_legal_form(name, words):
        return 0.0
    if first in own and bare not in word_set(words, "agreement_name"):
        return 0.75
    initials = "".join(each[0] for each in own)
    return 0.7 if len(bare) > 1 and initials.startswith(bare.replace(" ", "")[: len(initials)]) else 0.0


def _term_behind(text: str, start: int, end: int) -> str:
    quoted = _QUOTED.search(text, start, end)
    return quoted["term"].strip() if quoted else ""
