"""Pages that are no page of a document: separator sheets, and notices of viewers that cannot show the document."""

from __future__ import annotations

from collections.abc import Iterable

from documents.domain.plain_text import plain
from documents.domain.substance import PageRole, Substance
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView
from extraction.page_steps.bar_codes import codes_on, has_patch_code
from extraction.page_steps.imaging import Image

_FEW_WORDS = 12  # of a sheet on which a phrase may stand among others
_SOME_WORDS = 60  # of a sheet on which it stands alone in its line, and of one whose bar codes are read
_PRINTED_WORDS = 300  # of a sheet with a patch code, which may carry instructions
_LARGE = 1.8  # times the page's print
_NOTICE_WORDS = 250
_SHORTEST_CODE = 6  # letters that the text of a code has to begin with


def role_of(view: PageView, substance: Substance, image: Image | None) -> PageRole:
    """By its words, its patch code and its bar codes; pictures are looked at only where there is little text."""
    if substance.is_document or substance.words > _PRINTED_WORDS:
        return PageRole.NONE
    if _says_separator(view, substance.words):
        return PageRole.SEPARATOR
    if substance.words <= _NOTICE_WORDS and _is_notice(view):
        return PageRole.NOTICE
    if image is not None and not substance.amounts and has_patch_code(image):
        return PageRole.SEPARATOR
    if image is not None and substance.words <= _SOME_WORDS and _is_separator_code(codes_on(image), view.words):
        return PageRole.SEPARATOR
    return PageRole.NONE


def _says_separator(view: PageView, words: int) -> bool:
    phrases = {_letters(phrase) for phrase in view.words.separator_page}
    for segment in view.segments:
        is_alone = _letters(segment.text) in phrases
        if is_alone and (words <= _SOME_WORDS or view.relative_size(segment.box) >= _LARGE):
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
