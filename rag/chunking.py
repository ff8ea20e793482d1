"""From a page's text to chunks: windows with their spans, the lines' places, and the text that is embedded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from idp_project.core.geometry import enclosing_box
from idp_project.core.page_text import PageText
from idp_project.core.spans import Span
from rag.domain.ask_settings import AskSettings
from rag.domain.windows import windows

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_SEPARATORS = re.compile(r"[_\-.]+")


@dataclass(frozen=True)
class TextWindow:
    """`span` indexes the page's text; `text` is what it claims there."""

    span: Span
    text: str
    contextualized_text: str
    polygons: list[list[float]]


def page_windows(page_text: PageText, *, file_name: str, page_number: int, settings: AskSettings) -> list[TextWindow]:
    """The windows of one page, in order; each says in its own words which file and page it comes from."""
    title = _SEPARATORS.sub(" ", _EXTENSION.sub("", file_name)).strip()
    spans = windows(page_text.text, size=settings.chunk_characters, overlap=settings.chunk_overlap)
    return [
        TextWindow(
            span=span,
            text=span.of(page_text.text),
            contextualized_text=f"{title}, page {page_number}\n{span.of(page_text.text)}",
            polygons=polygons_of(page_text, span),
        )
        for span in spans
    ]


def polygons_of(page_text: PageText, span: Span) -> list[list[float]]:
    """A box for each line's share of the span, from its words; flat lists in page coordinates."""
    boxes = []
    for line in page_text.lines:
        if line.span.overlaps(span):
            words = [word.polygon for word in page_text.words_of(line) if word.span.overlaps(span)]
            if words:
                boxes.append(enclosing_box(words).to_polygon().to_list())
    return boxes
