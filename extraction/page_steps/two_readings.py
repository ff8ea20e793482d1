"""One text of two readings of a page: that of a script's own engine, and the numbers and Latin words that RapidOCR read."""

from __future__ import annotations

from collections.abc import Sequence

from documents.domain.regions import share_inside
from idp_project.core.geometry import BoundingBox, enclosing_box
from idp_project.core.page_text import PageText, Word
from idp_project.core.scripts import RIGHT_TO_LEFT, Script, letters_by_script

_SURE = 0.85  # confidence of a word that the other reading lacks or doubts
_LEAST_LETTERS = 3  # of a word without digits: "№" is read as "N"
_BELIEVED = 0.75  # confidence with which a word of the script stands against a Latin one

_Line = list[Word]


def combined(own: PageText, other: PageText, script: Script) -> PageText:
    """`own`, with words of the other reading where it has none, or doubtful ones without a letter of the script.

    What the other engine says of places that it marks as unread does not count.
    """
    lines: list[_Line] = [list(own.words_of(line)) for line in own.lines]
    for word in _sure_words(other, script):
        _take_in(lines, word, script)
    return _built(lines, own)


def filled(first: PageText, own: PageText) -> PageText:
    """`first`, with the words of a script's own engine in the places that `first` marks as unread."""
    unread = [place.bounding_box for place in first.unread]

    def is_unread(word: Word) -> bool:
        return any(share_inside(word.polygon.bounding_box, box) > 0.5 for box in unread)

    lines: list[_Line] = [[word for word in first.words_of(line) if not is_unread(word)] for line in first.lines]
    for line in own.lines:
        run = [word for word in own.words_of(line) if is_unread(word)]
        if run:
            _insert_run(lines, run)
    return _built(lines, own)


def with_lines(own: PageText, runs: Sequence[Sequence[Word]]) -> PageText:
    """`own` with further words, each run of them in the line at its height."""
    lines: list[_Line] = [list(own.words_of(line)) for line in own.lines]
    for run in runs:
        _insert_run(lines, list(run))
    return _built(lines, own)


def _built(lines: Sequence[_Line], own: PageText) -> PageText:
    return PageText.from_lines(
        [[(word.text, word.polygon, word.confidence) for word in line] for line in lines],
        source=own.source,
        engine=own.engine,
        engine_version=own.engine_version,
    )


def _insert_run(lines: list[_Line], run: _Line) -> None:
    """Words that belong together, into the line at their height; they keep their order."""
    box = enclosing_box(word.polygon for word in run)
    for line in lines:
        if line and _shares_height(line, box):
            at = sum(word.polygon.bounding_box.center[0] < box.center[0] for word in line)
            line[at:at] = run
            return
    lines.insert(_place_by_height(lines, box), run)


def _place_by_height(lines: Sequence[_Line], box: BoundingBox) -> int:
    above = [n for n, line in enumerate(lines, 1) if line and line[0].polygon.bounding_box.center[1] < box.center[1]]
    return above[-1] if above else 0


def _sure_words(text: PageText, script: Script) -> list[Word]:
    unread = [place.bounding_box for place in text.unread]
    return [
        word
        for word in text.words
        if (word.confidence or 0.0) >= _SURE
        and (any(map(str.isdecimal, word.text)) or sum(map(str.isalpha, word.text)) >= _LEAST_LETTERS)
        and not letters_by_script(word.text)[script]
        and not any(share_inside(word.polygon.bounding_box, box) > 0.5 for box in unread)
    ]


def _take_in(lines: list[_Line], word: Word, script: Script) -> None:
    box = word.polygon.bounding_box
    for line in lines:
        rivals = [rival for rival in line if share_inside(rival.polygon.bounding_box, box) > 0.5]
        if not rivals:
            continue
        if all(_yields(rival, word, script) for rival in rivals):
            first = line.index(rivals[0])
            line[:] = [item for item in line if item not in rivals]
            line.insert(first, word)
        return
    _insert(lines, word, script)


def _yields(rival: Word, word: Word, script: Script) -> bool:
    if letters_by_script(rival.text)[script]:
        is_number = any(map(str.isdecimal, word.text))
        if not is_number or (rival.confidence or 0.0) >= _BELIEVED:  # Greek words look like Latin ones
            return False
    return (rival.confidence or 0.0) < (word.confidence or 0.0)


def _insert(lines: list[_Line], word: Word, script: Script) -> None:
    """Into the line at its height, else as a line of its own."""
    box = word.polygon.bounding_box
    sign = -1 if script in RIGHT_TO_LEFT else 1
    for line in lines:
        if line and _shares_height(line, box):
            before = [item for item in line if sign * item.polygon.bounding_box.center[0] < sign * box.center[0]]
            line.insert(line.index(before[-1]) + 1 if before else 0, word)
            return
    lines.insert(_place_by_height(lines, box), [word])


def _shares_height(line: Sequence[Word], box: BoundingBox) -> bool:
    boxes = [word.polygon.bounding_box for word in line]
    nearest = min(boxes, key=lambda other: abs(other.center[0] - box.center[0]))
    shared = min(nearest.bottom, box.bottom) - max(nearest.top, box.top)
    return shared > 0.5 * min(nearest.height, box.height)
