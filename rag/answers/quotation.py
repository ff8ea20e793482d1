"""The built-in answer: the best sentences of the passages, verbatim; none where the evidence is short."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from idp_project.core.spans import Span
from idp_project.providers.embeddings.base import EmbeddingModel
from rag.answers.evidence import coverage, held, passages_naming, rarities
from rag.domain.ask_settings import AskSettings
from rag.domain.codes import identifiers
from rag.domain.keywords import asked_of, asks_for_figures, folded, keywords
from rag.domain.passages import Passage, Quote, Statement
from rag.domain.sentences import sentences

MOST_EMBEDDED = 48  # sentences whose meaning is compared: the most promising by words and passage
_CLOSE = 0.88  # of the best evidence: further quotations have at least so much
_FIGURELESS = 0.1  # off for a sentence without a digit where a sum, a count or a date is asked for
_LABELS = frozenset(
    {"number", "no", "nr", "nummer", "date", "datum", "ref", "id", "page", "seite"}
)  # say nothing alone
_LONGEST_LINE = 90  # characters: a line of a form, whose next line may hold its value
_MEANING, _PASSAGE, _WORDS, _PAGE = 0.45, 0.1, 0.25, 0.2
_EMPTY = 0.15  # off for a label without its value, a heading, the question's own words


@dataclass(frozen=True)
class _Candidate:
    passage: Passage
    span: Span
    words: float
    page: float
    is_empty: bool
    lacks_figures: bool

    @property
    def text(self) -> str:
        return Quote(self.passage, self.span).text

    @property
    def promise(self) -> float:
        return self.words + self.page + self.passage.similarity


def quotation_answer(
    question: str, passages: Sequence[Passage], model: EmbeddingModel, settings: AskSettings
) -> list[Statement]:
    """At most `settings.statements` quotations, the best first; an empty list is a refusal."""
    chosen: list[tuple[float, _Candidate]] = []
    for evidence, candidate in _ranked(question, passages, model):
        if evidence < settings.relevance or len(chosen) == settings.statements:
            break
        if chosen and evidence < chosen[0][0] * _CLOSE:
            break
        if candidate.is_empty or (chosen and candidate.page < chosen[0][1].page):
            continue  # pages that name less of what the question names are about something else
        if not any(_repeats(candidate, earlier) for _, earlier in chosen):
            chosen.append((evidence, candidate))
    return [Statement(item.text, (Quote(item.passage, item.span),)) for _, item in chosen]


def _ranked(question: str, passages: Sequence[Passage], model: EmbeddingModel) -> list[tuple[float, _Candidate]]:
    named = passages_naming(identifiers(question), passages)
    candidates = sorted(_candidates(question, named), key=lambda item: item.promise, reverse=True)[:MOST_EMBEDDED]
    if not candidates:
        return []
    vectors = model.embed([asked_of(question), *(candidate.text for candidate in candidates)])
    meanings = vectors[1:] @ vectors[0]
    scored = [
        (_evidence(float(meaning), candidate), candidate)
        for meaning, candidate in zip(meanings, candidates, strict=True)
    ]
    return sorted(scored, key=lambda pair: (-pair[0], len(pair[1].span)))


def _evidence(meaning: float, item: _Candidate) -> float:
    return (
        _MEANING * max(0.0, meaning)
        + _PASSAGE * max(0.0, item.passage.similarity)
        + _WORDS * item.words
        + _PAGE * item.page
        - _EMPTY * item.is_empty
        - _FIGURELESS * item.lacks_figures
    )


def _candidates(question: str, passages: Sequence[Passage]) -> list[_Candidate]:
    """Every sentence of the passages once. Names and codes in a question say which page is meant, the other words
    which sentence; of these the rare ones count most."""
    wanted, asked = keywords(question), keywords(asked_of(question))
    pages: dict[object, str] = {}
    for passage in passages:
        pages[passage.page_id] = f"{pages.get(passage.page_id, passage.file_name)}\n{passage.text}"
    covered = {page_id: coverage(wanted, text) for page_id, text in pages.items()}
    places = {(passage.page_id, span): (passage, span) for passage in passages for span in _spans(passage)}
    holds = [held(asked, Quote(passage, span).text) for passage, span in places.values()]
    weights = rarities(asked, holds)
    total = sum(weights.values()) or 1.0
    wants_figures = asks_for_figures(question)
    return [
        _Candidate(
            passage,
            span,
            words=sum(weights[word] for word in words) / total,
            page=covered[passage.page_id],
            is_empty=_is_empty(Quote(passage, span).text, wanted),
            lacks_figures=wants_figures and not any(map(str.isdigit, Quote(passage, span).text)),
        )
        for (passage, span), words in zip(places.values(), holds, strict=True)
    ]


def _is_empty(text: str, wanted: Sequence[str]) -> bool:
    return text.endswith(":") or not set(keywords(text)) - set(wanted) - _LABELS


def _spans(passage: Passage) -> Iterator[Span]:
    """The passage's sentences, and each label together with the line of its value."""
    start = passage.span.start
    found = [Span(span.start + start, span.end + start) for span in sentences(passage.text)]
    yield from found
    for first, second in itertools.pairwise(found):
        if len(second) <= _LONGEST_LINE and _is_label(
            passage.text[first.start - start : first.end - start], second, passage
        ):
            yield first.union(second)


def _is_label(line: str, following: Span, passage: Passage) -> bool:
    """Whether the value of a form's line stands in the next: it ends with a colon, or figures follow words."""
    if len(line) > _LONGEST_LINE:
        return False
    has_figures = any(character.isdigit() for character in line)
    return line.endswith(":") or (not has_figures and Quote(passage, following).text[:1].isdigit())


def _repeats(candidate: _Candidate, earlier: _Candidate) -> bool:
    if candidate.passage.page_id == earlier.passage.page_id and candidate.span.overlaps(earlier.span):
        return True
    return folded(candidate.text) == folded(earlier.text)
