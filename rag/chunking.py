"""From a page's text to chunks: windows with their spans, the lines' places, and the text that is embedded."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def page_windows(
    page_text: PageText,
    *,
    file_name: str,
    page_number: int,
    settings: AskSettings,
    corrections: Sequence[tuple[str, str]] = (),
) -> list[TextWindow]:
    """The windows of one page, in order; each says in its own words which file and page it comes from.

    `corrections` are (name, value) as a person corrected what stands on the page: the first window is found by those that
    its text does not say.
    """
    title = _SEPARATORS.sub(" ", _EXTENSION.sub("", file_name)).strip()
    spans = windows(page_text.text, size=settings.chunk_characters, overlap=settings.chunk_overlap)
    known = [f"\n{name.replace('_', ' ')}: {value}" for name, value in corrections if value not in page_text.text]
    return [
        TextWindow(
            span=span,
            text=span.of(page_text.text),
            contextualized_text=f"{title}, page {page_number}\n{span.of(page_text.text)}{'' if place else ''.join(known)}",
            polygons=polygons_of(page_text, span),
        )
        for place, span in enumerate(spans)
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
