"""Digits, marks and signs as other scripts and printers write them, one for one as ASCII: places in a text stay."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MARKS = {
    "٫": ".", "٬": ",", "．": ".", "，": ",", "：": ":", "／": "/", "＋": "+", "（": "(", "）": ")", "％": "%", "＊": "*",
    "＄": "$", "￥": "¥", "￡": "£", "￦": "₩", "、": ",", "。": ".",
    "−": "-", "–": "-", "—": "-", "‒": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "⁻": "-",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2008": " ", "\u200a": " ", "\u3000": " ",
}  # fmt: skip


class _Signs(dict[int, str]):
    """By code point: what it is in ASCII, else itself. Found when a text first has it, then kept."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        return self[code]


_SIGNS = _Signs({ord(mark): plain for mark, plain in _MARKS.items()})
for _offset in range(26):  # full-width letters: currency codes
    _SIGNS[0xFF21 + _offset], _SIGNS[0xFF41 + _offset] = chr(65 + _offset), chr(97 + _offset)


@lru_cache(maxsize=16384)
def as_ascii_digits(text: str) -> str:
    """`text` with the digits and marks of any script as ASCII, of the same length; letters stay as they are."""
    return text if text.isascii() else text.translate(_SIGNS)
