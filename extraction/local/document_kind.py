"""What a page says that its document is: words in titles, stamps and sentences, each with how strongly it says so.

A title stands short and alone near the top, or is printed large. A stamp stands alone anywhere. A phrase of three words
and more may stand within any sentence (`kind_sentences` has those with gaps). The same word as a label ("Delivery note
LS-4711" beside other labels), or within longer text, says nothing; but the label of a number that only invoices have says
that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from documents.domain.document_kinds import REFERRED_TO, STATES, DocumentKind, KindEvidence
from documents.domain.plain_text import plain
from documents.domain.regions import Region, RegionKind
from documents.domain.words import Words, word_set
from extraction.local.kind_sentences import (
    STOPS_PAYMENT,
    Token,
    is_cue,
    is_supposed,
    is_way_of_paying,
    said_by_sentence,
    sentences_that_say,
    tokens_of,
)
from extraction.local.page_view import PageView, Segment, segment_below, union_of
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import Word

_TITLE_ZONE = 0.45  # of the page's height in text: titles stand above
_LONGEST_TITLE = 70  # characters
_MOST_WORDS_BEFORE = 1  # "2nd reminder", "Letzte Mahnung"
_MOST_WORDS_BEHIND = 12  # "credit note CN-9 to invoice KM-40218 of 3 March"
_SENTENCE_WORDS = 3
_MISREAD = 90  # per cent alike: a letter of the word was misread
_SHORTEST_MISREAD = 7  # letters
_MISREAD_SIZE = 1.1  # of the page's letters: smaller text is no title
_LEAST = 0.45
_IN_TITLE = 0.8  # of a phrase that makes up a title with others
_SHORT_LINE = 7  # words
_LARGE = 1.35  # of the page's letters
_OVER_TEXT = 1.6  # of the page's letters: printed over a line of text, and no part of it
_STAMPED = 0.9
_ALIKE_SIZE = 0.6  # of the height of the words of one stamp
_SHEET = 1.41  # height of a sheet by its width: heights in page coordinates look that much smaller than widths
_MOST_IN_LARGE = 5  # words of a large title that ends with its kind: "Friendly payment reminder"
_LABEL = 0.45  # "Invoice No. 4711" says less than a title alone in its line
_LABEL_ZONE = 0.6
_OF_LABELS = {"kind_invoice_label": DocumentKind.INVOICE, "kind_credit_note_label": DocumentKind.CREDIT_NOTE}
_KINDS_OF_LABELS = frozenset({
    DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION, DocumentKind.REMINDER, DocumentKind.PRO_FORMA,
    DocumentKind.CANCELLED, DocumentKind.DEBIT_NOTE, DocumentKind.SELF_BILLED,
})  # fmt: skip  # their number is printed on them alone; other documents are referred to by theirs
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
_NUMBERED = re.compile(r"(?=.*\d)[\w/-]{2,}")


def find_kinds(view: PageView, page_number: int, regions: Sequence[Region] = ()) -> tuple[KindEvidence, ...]:
    """What the page says, the strongest first; at most one entry per kind. `regions`: its stamps are read, whatever else."""
    known, tokens = _phrases(view.words), tokens_of(view)
    found = [*_titles_and_stamps(view, page_number, known), *_labels(view, page_number)]
    found += _printed_over(view, page_number, known)
    found += [*_sentences(view, page_number, known, tokens), *sentences_that_say(view, page_number, tokens)]
    found += [item for region in regions for item in _said_by_stamp(region, page_number, view.words)]
    best: dict[DocumentKind, KindEvidence] = {}
    for evidence in sorted(found, key=lambda item: -item.strength):
        best.setdefault(evidence.code, evidence)
    return tuple(best.values())


@lru_cache(maxsize=64)
def _phrases(words: Words) -> Mapping[str, tuple[DocumentKind, ...]]:
    """Plain phrases to the kinds that they may say; a word of two meanings has two."""
    found: dict[str, list[DocumentKind]] = {}
    for kind in DocumentKind:
        for phrase in getattr(words, f"kind_{kind.value}", ()):
            if not is_cue(phrase):
                found.setdefault(plain(phrase), []).append(kind)
    return {phrase: tuple(kinds) for phrase, kinds in found.items() if phrase}


@lru_cache(maxsize=64)
def _suffixes(words: Words) -> tuple[tuple[str, str], ...]:
    """Of words of which only the end says it ("*rechnung"), the longest first, with the phrase that they mean: an empty one
    for a word that sounds so and says nothing."""
    said = [phrase for kind in DocumentKind for phrase in getattr(words, f"kind_{kind.value}", ())]
    found = [(plain(phrase), plain(phrase)) for phrase in said if phrase.startswith("*") and not is_cue(phrase)]
    found += [(plain(phrase), "") for phrase in words.kind_none]
    return tuple(sorted(found, key=lambda item: -len(item[0])))


@lru_cache(maxsize=64)
def _label_pattern(words: Words, group: str) -> re.Pattern[str]:
    phrases = sorted({_spelt(phrase) for phrase in words.of((group,))}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, phrases))})(?: (?P<rest>.*))?")


@lru_cache(maxsize=64)
def _by_first_word(words: Words, fewest: int) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Phrases of at least `fewest` words, as words, by their first one; the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(_phrases(words), key=len, reverse=True):
        parts = tuple(phrase.split())
        if len(parts) >= fewest:
            found.setdefault(parts[0], []).append(parts)
    return {first: tuple(phrases) for first, phrases in found.items()}


@lru_cache(maxsize=64)
def _without_spaces(words: Words) -> Mapping[str, str]:
    return {phrase.replace(" ", ""): phrase for phrase in _phrases(words)}


def _phrases_in(line: Sequence[str], known: Mapping[str, tuple[tuple[str, ...], ...]]) -> Iterator[tuple[int, int]]:
    """Where a phrase begins and ends among the words, from left to right, the longest at each place."""
    for start, word in enumerate(line):
        for phrase in known.get(word, ()):
            if tuple(line[start : start + len(phrase)]) == phrase:
                yield start, start + len(phrase)
                break


def _titles_and_stamps(
    view: PageView, page_number: int, known: Mapping[str, tuple[DocumentKind, ...]]
) -> list[KindEvidence]:
    found = []
    for segment in view.segments:
        text = _closed_up(segment.text)
        if not 3 <= len(text) <= _LONGEST_TITLE:
            continue
        phrase = _phrase_of(text, view, segment)
        if phrase is None:
            continue
        several = _phrases_of_title(text, view, segment)
        strengths = {phrase: _strength(view, segment, plain(text), phrase, known[phrase])}
        strengths |= {one: max(_IN_TITLE, _strength(view, segment, one, one, known[one])) for one in several}
        polygon = segment.box.to_polygon()
        found += [
            KindEvidence(kind, text, page_number, polygon, round(strength, 3))
            for one, strength in strengths.items()
            for kind in known[one]
            if strength >= _LEAST and not _is_sentence(one, kind)
        ]
    return found


def _is_sentence(phrase: str, kind: DocumentKind) -> bool:
    """ "Thank you for your order" alone in its line is no title."""
    return kind in REFERRED_TO and len(phrase.split()) > _SENTENCE_WORDS


def _phrases_of_title(text: str, view: PageView, segment: Segment) -> list[str]:
    """Two phrases and more that make up a title with nothing but numbers beside them: "Storno - Rechnung 836895"."""
    if view.relative_top(segment.box) > _TITLE_ZONE or view.relative_size(segment.box) < _MISREAD_SIZE:
        return []
    parts = plain(text).split()
    places = list(_phrases_in(parts, _by_first_word(view.words, 1)))
    inside = {number for start, end in places for number in range(start, end)}
    beside = [part for number, part in enumerate(parts) if number not in inside]
    if len(places) < 2 or any(mark.isalpha() for part in beside for mark in part if not _NUMBERED.fullmatch(part)):
        return []
    return [" ".join(parts[start:end]) for start, end in places]


def _said_by_stamp(region: Region, page_number: int, words: Words) -> list[KindEvidence]:
    """Whatever kind its words name; but no invoice: "Invoice received"."""
    if region.kind is not RegionKind.STAMP:
        return []
    known, line = _phrases(words), plain(region.text).split()
    phrases = [" ".join(line[start:end]) for start, end in _phrases_in(line, _by_first_word(words, 1))]
    return [
        KindEvidence(kind, region.text, page_number, region.box.to_polygon(), 1.0)
        for phrase in phrases
        for kind in known[phrase]
        if kind is not DocumentKind.INVOICE
    ]


def _printed_over(
    view: PageView, page_number: int, known: Mapping[str, tuple[DocumentKind, ...]]
) -> Iterator[KindEvidence]:
    """Stamps that are level with lines of text and so read as parts of them: their letters are much larger. Of one that is
    aslant each word may stand in another line.
    """
    for large in _large_words(view):
        text = " ".join(word.text for word, _ in large)
        for kind in known.get(plain(text), ()):
            if kind in STATES:
                yield KindEvidence(kind, text, page_number, union_of([box for _, box in large]).to_polygon(), _STAMPED)


def _large_words(view: PageView) -> Iterator[list[tuple[Word, BoundingBox]]]:
    """The large words within a segment of others; and those that follow each other from left to right across lines."""
    left: list[tuple[Word, BoundingBox]] = []
    for segment in view.segments:
        large = [pair for pair in zip(segment.words, segment.boxes, strict=True) if _is_large(view, pair[1])]
        if 0 < len(large) < len(segment.words):
            yield large
        left += large
    chains: list[list[tuple[Word, BoundingBox]]] = []
    for pair in sorted(left, key=lambda pair: pair[1].left):
        chain = next((chain for chain in chains if _follows(chain[-1][1], pair[1])), None)
        if chain is None:
            chains.append([pair])
        else:
            chain.append(pair)
    yield from (chain for chain in chains if len(chain) > 1)


def _is_large(view: PageView, box: BoundingBox) -> bool:
    return view.relative_size(box) >= _OVER_TEXT


def _follows(before: BoundingBox, box: BoundingBox) -> bool:
    """Whether a word is as large and stands right of the other, by less than two of its letters; aslant at most."""
    size = max(before.height, box.height)
    is_alike = min(before.height, box.height) >= _ALIKE_SIZE * size
    is_near = -_SHEET * size <= box.left - before.right <= 2 * _SHEET * size
    rise = abs(box.center[1] - before.center[1])
    return is_alike and is_near and rise <= size + (box.center[0] - before.center[0]) / _SHEET


def _closed_up(text: str) -> str:
    """A title with its letters apart ("G U T S C H R I F T") as one word."""
    parts = text.split()
    if len(parts) >= 5 and all(len(part) == 1 for part in parts):
        return "".join(parts)
    return text


def _phrase_of(text: str, view: PageView, segment: Segment) -> str | None:
    """The longest phrase in the text that is not one of many words; also with a letter misread where the text is large."""
    line = plain(text)
    known = _phrases(view.words)
    if line in known:
        return line
    if text != segment.text:  # its letters stood apart, and nobody knows where a word ends
        return _without_spaces(view.words).get(line)
    parts = line.split()
    places = sorted(_phrases_in(parts, _by_first_word(view.words, 1)), key=lambda place: place[0] - place[1])
    for start, end in places:
        if len(parts) - end <= _MOST_WORDS_BEHIND and _is_before_title(parts[:start]):
            return " ".join(parts[start:end])
    if parts and (suffix := _suffix_of(parts[0], view.words)) is not None:
        return suffix or None
    if view.relative_size(segment.box) >= _LARGE and len(parts) <= _MOST_IN_LARGE:
        for start, end in places:
            if end == len(parts) and not _refers(parts[:start], view.words):
                return " ".join(parts[start:end])
    if not places and len(line) >= _SHORTEST_MISREAD and view.relative_size(segment.box) >= _MISREAD_SIZE:
        close = process.extractOne(line, known.keys(), scorer=fuzz.ratio, score_cutoff=_MISREAD)
        return str(close[0]) if close else None
    return None


def _suffix_of(word: str, words: Words) -> str | None:
    """The phrase that the end of a compound means ("Stromrechnung"); empty where it means none, None where nothing is known
    of it."""
    return next((phrase for end, phrase in _suffixes(words) if word.endswith(end)), None)


def _refers(before: Sequence[str], words: Words) -> bool:
    """ "Your invoice", "our answer to your invoice": a title about one."""
    return any(
        word in word_set(words, "recipient_possessive") or word in word_set(words, "negation") for word in before
    )


def _labels(view: PageView, page_number: int) -> Iterator[KindEvidence]:
    """Labels of a number that only documents of one kind have, with something beside or below them."""
    for segment in view.segments:
        if view.relative_top(segment.box) > _LABEL_ZONE:
            continue
        for group, kind in _OF_LABELS.items():
            match = _label_pattern(view.words, group).fullmatch(_spelt(segment.text))
            if match and _names_value(view, segment, match["rest"]):
                yield KindEvidence(kind, segment.text, page_number, segment.box.to_polygon(), _LABEL)


def _spelt(label: str) -> str:
    """In plain form, in which "#" would be nothing: "Invoice #" is a label, and "Invoice" is not."""
    return plain(label.replace("#", " no "))


def _names_value(view: PageView, segment: Segment, rest: str | None) -> bool:
    if rest:
        return any(mark.isdigit() for word in rest.split()[:2] for mark in word)
    beside = view.rows[segment.row].segments[segment.index + 1 : segment.index + 2]
    below = segment_below(view, segment)
    return any(mark.isdigit() for other in (*beside, *([below] if below else ())) for mark in other.text)


def _is_before_title(before: list[str]) -> bool:
    return not before or (len(before) <= _MOST_WORDS_BEFORE and (bool(_ORDINAL.fullmatch(before[0]))))


def _strength(view: PageView, segment: Segment, line: str, phrase: str, kinds: tuple[DocumentKind, ...]) -> float:
    """0 where the segment is a label of something, 1 for a large title alone in its row near the top."""
    size, row = view.relative_size(segment.box), view.rows[segment.row]
    is_whole, is_large = line.replace(" ", "") == phrase.replace(" ", ""), size >= _LARGE
    is_alone = len(row.segments) == 1
    is_capital = segment.text.isupper()
    is_top = view.relative_top(segment.box) <= _TITLE_ZONE
    is_state = any(kind in STATES for kind in kinds)
    has_value = _has_value(view, segment)
    if has_value and not (is_large or (is_capital and is_whole and is_top)):
        return 0.5 if is_top and any(kind in _KINDS_OF_LABELS for kind in kinds) else 0.0
    behind = line[line.find(phrase) + len(phrase) :].split()
    if not is_whole and behind and not is_large and not _is_continued_title(behind):
        return 0.0
    if is_state:
        return _strength_of_stamp(is_whole, is_alone, is_capital, is_large)
    if not is_top and not is_large:
        return 0.0
    strength = 0.45 + 0.15 * is_alone + 0.1 * is_capital + 0.1 * is_whole + min(0.25, 0.3 * max(0.0, size - 1.1))
    return min(1.0, strength)


def _strength_of_stamp(is_whole: bool, is_alone: bool, is_capital: bool, is_large: bool) -> float:
    """A stamp says one thing; words of a state within other text do not."""
    if not is_whole and not (is_large and is_capital):
        return 0.0
    return 0.3 + 0.25 * is_alone + 0.25 * is_capital + 0.3 * is_large


def _has_value(view: PageView, segment: Segment) -> bool:
    """Whether something with a digit stands right of it, or it ends like a label."""
    if segment.text.rstrip().endswith((":", "#")) or _ends_as_label(view, segment):
        return True
    right = view.rows[segment.row].segments[segment.index + 1 :]
    return bool(right) and any(mark.isdigit() for mark in right[0].text) and len(right[0].text) <= 30


def _ends_as_label(view: PageView, segment: Segment) -> bool:
    last = plain(segment.text).split()[-1:]
    return bool(last) and last[0] in word_set(view.words, "number_word")


def _is_continued_title(behind: list[str]) -> bool:
    """What may stand behind a title's word: a number, a date, what it refers to."""
    return any(any(mark.isdigit() for mark in word) for word in behind)


def _sentences(
    view: PageView, page_number: int, known: Mapping[str, tuple[DocumentKind, ...]], tokens: Sequence[Token]
) -> list[KindEvidence]:
    """Phrases of four words and more, in any sentence, which may go on in the next line; those of three words only where
    they open a line: "until paid in full" says nothing."""
    found = []
    text = [token.word for token in tokens]
    for start, end in _phrases_in(text, _by_first_word(view.words, _SENTENCE_WORDS)):
        segment = tokens[start].segment
        line = plain(segment.text).split()
        if end - start == _SENTENCE_WORDS and not _opens(segment, line, text[start:end]):
            continue
        if is_supposed(tokens, start, view.words):
            continue
        phrase, is_way = " ".join(text[start:end]), is_way_of_paying(tokens, start, end, view.words)
        found += [
            KindEvidence(kind, phrase, page_number, segment.box.to_polygon(), said_by_sentence(kind), True)
            for kind in known[phrase]
            if not (is_way and kind in STOPS_PAYMENT)
        ]
    return found


def _opens(segment: Segment, line: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a line begins with the phrase and is short, or has it in capitals: "PAID IN FULL 20 May, do not pay again"."""
    count = len(phrase)
    if list(line[:count]) != list(phrase):
        return False
    return len(line) <= _SHORT_LINE or " ".join(segment.text.split()[:count]).isupper()
