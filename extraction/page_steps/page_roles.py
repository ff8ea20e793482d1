"""Pages that are no page of a document: separator sheets, and notices of viewers that cannot show the document."""

from __future__ import annotations

from collections.abc import Iterable

from documents.domain.plain_text import plain
from documents.domain.substance import PageRole, Substance
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView, Row, Segment
from extraction.local.paper import Image
from extraction.page_steps.patch_codes import has_patch_code

_FEW_WORDS = 12  # of a sheet on which a phrase may stand among others
_SOME_WORDS = 60  # of a sheet on which it stands alone in its line
_PRINTED_WORDS = 450  # of a sheet with a patch code, which may carry instructions
_LARGE = 1.8  # times the page's print
_NOTICE_WORDS = 250
_SHORTEST_CODE = 6  # letters that the text of a code has to begin with


def role_of(view: PageView, substance: Substance, image: Image | None, codes: Iterable[str] = ()) -> PageRole:
    """By its words, its patch code and what its bar codes say; pictures are looked at only where there is little text."""
    if substance.is_document or substance.words > _PRINTED_WORDS:
        return PageRole.NONE
    if _says_separator(view, substance.words):
        return PageRole.SEPARATOR
    if substance.words <= _NOTICE_WORDS and _is_notice(view):
        return PageRole.NOTICE
    if image is not None and not substance.amounts and has_patch_code(image):
        return PageRole.SEPARATOR
    if _is_separator_code(codes, view.words):
        return PageRole.SEPARATOR
    return PageRole.NONE


def _says_separator(view: PageView, words: int) -> bool:
    phrases = {_letters(phrase) for phrase in view.words.separator_page}
    lines: tuple[Segment | Row, ...] = (*view.segments, *view.rows)
    for line in lines:
        is_alone = _letters(line.text) in phrases
        if is_alone and (words <= _SOME_WORDS or view.relative_size(line.box) >= _LARGE):
            return True
    text = plain(" ".join(view.texts))
    return 0 < words <= _FEW_WORDS and phrase_pattern(view.words, "separator_page").search(text) is not None


def _is_notice(view: PageView) -> bool:
    text = f" {plain(' '.join(view.texts))} "
    return any(f" {plain(phrase)} " in text for phrase in view.words.viewer_notice)


def _is_separator_code(codes: Iterable[str], words: Words) -> bool:
    phrases = {_letters(phrase) for phrase in words.separator_page}
    begins = tuple(phrase for phrase in phrases if len(phrase) >= _SHORTEST_CODE)
    return any(_letters(code) in phrases or _letters(code).startswith(begins) for code in codes)


def _letters(text: str) -> str:
    return plain(text).replace(" ", "")
