"""Spaces that a reader puts between characters of scripts that are written without them, or with few, taken out again."""

from __future__ import annotations

from collections.abc import Iterable

from idp_project.core.scripts import Script, letters_by_script
from idp_project.providers.ocr.reading_order import OcrWord

# How wide a gap is at least, in heights of the line, to be a space. Chinese and Japanese have none.
_LEAST_GAP = {
    Script.HAN: 0.6,
    Script.HANGUL: 0.2,
    Script.THAI: 0.3,
    Script.KHMER: 0.3,
    Script.MYANMAR: 0.3,
}


def without_false_spaces(words: Iterable[OcrWord]) -> list[OcrWord]:
    """Words of a line, joined where both sides are of such a script and nearly touch."""
    joined: list[OcrWord] = []
    for word in words:
        if joined and _is_one_word(joined[-1], word):
            before = joined.pop()
            weight, other = len(before.text), len(word.text)
            confidence = (before.confidence * weight + word.confidence * other) / (weight + other)
            quad = (before.quad[0], word.quad[1], word.quad[2], before.quad[3])
            word = OcrWord(before.text + word.text, quad, confidence)
        joined.append(word)
    return joined


def _is_one_word(before: OcrWord, after: OcrWord) -> bool:
    least = min(_least_gap(before.text), _least_gap(after.text))
    if not least:
        return False
    gap = after.quad[0][0] - before.quad[1][0]
    height = max(before.quad[3][1] - before.quad[0][1], after.quad[3][1] - after.quad[0][1])
    return gap < least * height


def _least_gap(text: str) -> float:
    if text.isascii():
        return 0.0
    letters = letters_by_script(text)
    return _LEAST_GAP.get(letters.most_common(1)[0][0], 0.0) if letters else 0.0
