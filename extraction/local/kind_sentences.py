"""What sentences say a document is: "we hereby cancel our invoice", "der Betrag wurde bereits bezahlt".

A phrase among the words of a kind that holds "…" or "|" is a cue. "…" stands for at most a few words of the same sentence, and
"paid|settled" for either; a star stands for any ending of a word. What is denied, or only supposed ("if it has been paid"), says
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.document_kinds import REFERRED_TO, DocumentKind, KindEvidence
from documents.domain.plain_text import plain
from documents.domain.words import Words, word_set
from extraction.local.page_view import PageView, Segment

_GAP = re.compile(r"…|\.\.\.")
_MOST_BETWEEN = 5  # words that "…" stands for
_MOST_BEFORE = 14  # words of the sentence that are looked at for "if"
_SAYS = 0.8
_SAYS_LESS = 0.5  # "thank you for your order", "delivered with": an invoice refers to them
_SAYS_INVOICE = 0.55  # "we invoice you" says less than anything else: reminders and confirmations say so too
_WORDS_OF_WAY = 3  # behind "do not pay"
STOPS_PAYMENT = frozenset({DocumentKind.PAID, DocumentKind.VOID})
_LONG_WORD = 2  # letters: a shorter one with a full stop is an abbreviation


@dataclass(frozen=True)
class Token:
    """A word in plain form. `ends`: a sentence ends with it."""

    word: str
    segment: Segment
    ends: bool


@dataclass(frozen=True)
class _Cue:
    """Runs of words with anything between them; each word as the forms that it may have."""

    kind: DocumentKind
    runs: tuple[tuple[re.Pattern[str], ...], ...]


def is_cue(phrase: str) -> bool:
    return bool(_GAP.search(phrase)) or "|" in phrase


def tokens_of(view: PageView) -> list[Token]:
    """The page's words in order, line by line."""
    found, short = [], word_set(view.words, "abbreviation")
    for segment in view.segments:
        for word in segment.words:
            parts = plain(word.text).split()
            stops = word.text.rstrip("\"'”“)").endswith((".", "!", "?"))
            for number, part in enumerate(parts, start=1):
                ends = stops and number == len(parts) and len(part) > _LONG_WORD and part not in short
                found.append(Token(part, segment, ends))
    return found


def sentences_that_say(view: PageView, page_number: int, tokens: Sequence[Token]) -> Iterator[KindEvidence]:
    """One entry per place at which a cue is found."""
    cues = _cues(view.words)
    denials = tuple(plain(word) for word in (*view.words.negation, *view.words.supposing))
    for start, token in enumerate(tokens):
        for cue in cues.get(token.word, ()):
            end = _end_of(cue, tokens, start, denials)
            if end is None or is_supposed(tokens, start, view.words):
                continue
            if cue.kind in STOPS_PAYMENT and is_way_of_paying(tokens, start, end, view.words):
                continue
            strength = said_by_sentence(cue.kind)
            text = " ".join(each.word for each in tokens[start:end])
            yield KindEvidence(cue.kind, text, page_number, token.segment.box.to_polygon(), strength, True)


def said_by_sentence(kind: DocumentKind) -> float:
    """How strongly a sentence says that."""
    if kind is DocumentKind.INVOICE:
        return _SAYS_INVOICE
    return _SAYS_LESS if kind in REFERRED_TO else _SAYS


def is_supposed(tokens: Sequence[Token], start: int, words: Words) -> bool:
    """Whether the sentence, before that word, says "if", "should" or "until": nothing that is so."""
    before: list[str] = []
    for token in reversed(tokens[max(0, start - _MOST_BEFORE) : start]):
        if token.ends:
            break
        before.insert(0, token.word)
    text = f" {' '.join(before)} "
    for phrase in words.so_far:
        text = text.replace(f" {plain(phrase)} ", " ")
    return any(f" {plain(phrase)} " in text for phrase in words.supposing)


def is_way_of_paying(tokens: Sequence[Token], start: int, end: int, words: Words) -> bool:
    """ "Do not pay by cash", "bitte nicht auf das alte Konto überweisen": how it is paid, not whether."""
    said = [token.word for token in tokens[start:end]]
    if not word_set(words, "negation").intersection(said):
        return False
    for token in tokens[end : end + _WORDS_OF_WAY] if not tokens[end - 1].ends else ():
        said.append(token.word)
        if token.ends:
            break
    text = f" {' '.join(said)} "
    return any(f" {plain(phrase)} " in text for phrase in words.way_of_paying)


@lru_cache(maxsize=64)
def _cues(words: Words) -> Mapping[str, tuple[_Cue, ...]]:
    """By each form of the cue's first word, which has no star."""
    found: dict[str, list[_Cue]] = {}
    for kind in DocumentKind:
        for phrase in getattr(words, f"kind_{kind.value}", ()):
            if is_cue(phrase):
                runs = [run.split() for run in _GAP.split(phrase) if run.strip()]
                cue = _Cue(kind, tuple(tuple(map(_pattern, run)) for run in runs))
                for form in runs[0][0].split("|"):
                    found.setdefault(plain(form), []).append(cue)
    return {first: tuple(cues) for first, cues in found.items()}


def _pattern(word: str) -> re.Pattern[str]:
    """Of the forms of one word; an apostrophe or a hyphen within it would make it two, so it is left out."""
    forms = (
        re.escape(plain(form).replace(" ", "")) + (r"\w*" if form.endswith("*") else "") for form in word.split("|")
    )
    return re.compile("|".join(forms))


def _end_of(cue: _Cue, tokens: Sequence[Token], start: int, denials: Sequence[str]) -> int | None:
    """Behind the cue's last word, None where it does not go on like this."""
    at = start
    for number, run in enumerate(cue.runs):
        most = _MOST_BETWEEN if number else 0
        place = next((at + skip for skip in range(most + 1) if _stands(run, tokens, at + skip)), None)
        between = tokens[at:place] if place is not None else ()
        if place is None or any(token.ends for token in (*tokens[at - 1 : at][:number], *between)):
            return None
        text = f" {' '.join(token.word for token in between)} "
        if between and any(f" {denial} " in text for denial in denials):
            return None
        at = place + len(run)
    return at


def _stands(run: Sequence[re.Pattern[str]], tokens: Sequence[Token], at: int) -> bool:
    if at + len(run) > len(tokens):
        return False
    words = tokens[at : at + len(run)]
    return not any(token.ends for token in words[:-1]) and all(
        pattern.fullmatch(token.word) for pattern, token in zip(run, words, strict=True)
    )
