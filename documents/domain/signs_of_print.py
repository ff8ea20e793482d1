"""Digits, marks and signs as other scripts and printers write them, one for one as ASCII: places in a text stay."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

_MARKS = {
    "٫": ".", "٬": ",", "．": ".", "，": ",", "：": ":", "／": "/", "＋": "+", "（": "(", "）": ")", "％": "%", "＊": "*",
    "＄": "$", "￥": "¥", "￡": "£", "￦": "₩", "、": ",", "。": ".",
    "−": "-", "–": "-", "—": "-", "‒": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "⁻": "-",
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2008": " ", "\u200a": " ", "\u3000": " ",
}  # fmt: skip


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    table = {ord(mark): plain for mark, plain in _MARKS.items()}
    for code in range(0x80, sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Nd":
            table[code] = str(unicodedata.digit(chr(code)))
    for offset in range(26):  # full-width letters: currency codes
        table[0xFF21 + offset], table[0xFF41 + offset] = chr(65 + offset), chr(97 + offset)
    return table


@lru_cache(maxsize=16384)
def as_ascii_digits(text: str) -> str:
    """`text` with the digits and marks of any script as ASCII, of the same length; letters stay as they are."""
    return text if text.isascii() else text.translate(_table())
