"""Overlapping windows over a page's text, cut where words and, if possible, lines end."""

from __future__ import annotations

import re

from idp_project.core.spans import Span

_SPACE = re.compile(r"\s")
_LINE_SHARE = 0.7  # a line's end in the last 30 % of a window is preferred to a longer window


def windows(text: str, *, size: int, overlap: int) -> list[Span]:
    """Spans of at most `size` characters that cover every word of the text, each beginning within the one before.

    No span begins or ends with white space; a text of white space alone has none. A word longer than `size` is cut.
    """
    spans: list[Span] = []
    start = _skip_space(text, 0)
    while start < len(text):
        end = _end(text, start, size)
        span = Span(start, start + len(text[start:end].rstrip()))
        spans.append(span)
        if _skip_space(text, end) >= len(text):
            break
        start = _next_start(text, span, end, overlap)
    return spans


def _end(text: str, start: int, size: int) -> int:
    limit = start + size
    if limit >= len(text):
        return len(text)
    newline = text.rfind("\n", start + int(size * _LINE_SHARE), limit + 1)
    if newline > 0:
        return newline
    for position in range(limit, start, -1):
        if _SPACE.match(text[position]):
            return position
    return limit


def _next_start(text: str, span: Span, end: int, overlap: int) -> int:
    """The beginning of a line, else of a word, within the last `overlap` characters; else right after the window."""
    earliest = max(span.start + 1, end - overlap)
    newline = text.find("\n", earliest - 1, end)
    if newline >= 0 and _skip_space(text, newline) < end:
        return _skip_space(text, newline)
    for position in range(earliest, end):
        if _SPACE.match(text[position - 1]) and not _SPACE.match(text[position]):
            return position
    return _skip_space(text, end)


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and _SPACE.match(text[position]):
        position += 1
    return position
