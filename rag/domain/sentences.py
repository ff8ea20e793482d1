"""A text's sentences as spans: prose that runs over lines is joined, lines of forms and tables stand by themselves."""

from __future__ import annotations

import re

from idp_project.core.spans import Span

MOST_CHARACTERS = 400
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Nr|No|St|Str|Dr|Mr|Mrs|Ms|Inc|Ltd|Co|ca|bzw|vs|approx|e\.g|i\.e|z\.B)|\d)\.$"
)


def sentences(text: str) -> list[Span]:
    """Returns the sentences' spans in order, without surrounding white space; together they hold every word of the text."""
    found: list[Span] = []
    for block in _blocks(text):
        found += _split(text, block)
    return found


def _blocks(text: str) -> list[Span]:
    """Lines; a line that goes on in the next (which begins with a small letter) is one with it."""
    blocks: list[Span] = []
    position = 0
    for line in text.split("\n"):
        span = Span(position, position + len(line))
        position = span.end + 1
        if not line.strip():
            continue
        if blocks and _goes_on(blocks[-1].of(text), line) and span.end - blocks[-1].start <= MOST_CHARACTERS:
            blocks[-1] = blocks[-1].union(span)
        else:
            blocks.append(span)
    return blocks


def _goes_on(before: str, line: str) -> bool:
    first = line.lstrip()[:1]
    is_open = before.rstrip()[-1:] not in ".!?:"
    is_prose = len(before.rsplit("\n", 1)[-1].split()) >= 5
    return is_open and is_prose and (first.islower() or before.rstrip().endswith((",", "-")))


def _split(text: str, block: Span) -> list[Span]:
    found, start = [], block.start
    for match in _END.finditer(block.of(text)):
        end = block.start + match.end()
        if not _ABBREVIATION.search(text[start:end]):
            found.append(_stripped(text, Span(start, end)))
            start = end
    found.append(_stripped(text, Span(start, block.end)))
    return [span for span in found if len(span)]


def _stripped(text: str, span: Span) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))
