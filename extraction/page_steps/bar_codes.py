"""Bar codes of separator sheets: Code 39 (ISO/IEC 16388), Code 128 (ISO/IEC 15417), QR codes, and patch codes.

Patch codes are four bars across the sheet, two of them wide, which scanners look for. Nothing here is a reader of codes in
general: it looks along a few lines of pages that have little else on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np

from extraction.page_steps.imaging import Image

# Wide elements of bar, space, bar … as bits; the last is the sign that begins and ends a code.
_SIGNS_39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*"
_CODES_39 = (
    "52 289 97 352 49 304 112 37 292 100 265 73 328 25 280 88 13 268 76 28 259 67 322 19 274 82 7 262 70 22 385 193 448 145"
    " 400 208 133 388 196 168 162 138 42 148"
)
_OF_39 = {int(code): sign for code, sign in zip(_CODES_39.split(), _SIGNS_39, strict=True)}
# Widths of bar, space, bar, space, bar, space in modules, by value.
_CODES_128 = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122"
    " 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323"
    " 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131"
    " 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122"
    " 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112"
    " 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141"
    " 411131 211412 211214 211232"
)
_OF_128 = {code: value for value, code in enumerate(_CODES_128.split())}
_STARTS_128, _SETS_128 = {103: "A", 104: "B", 105: "C"}, {101: "A", 100: "B", 99: "C"}
_LINES = 24  # across the page, and as many down
_LEAST_RUNS = 27  # of the shortest code: begin, a sign, end
_QUIET = 3.0  # times the mean width of a run: white before a code
_PATCH_LENGTH = 0.3  # of the page at least
_PATCH_BARS = (0.0035, 0.035)  # thickness of a bar, of the page's longer side
_WIDE = 1.6  # times a narrow bar
_LONGEST = 80


def codes_on(image: Image) -> list[str]:
    """What the codes on an RGB page say, each once; lines and rows are tried in both directions."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    _, dark = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    found: list[str] = []
    for page in (dark, dark.T):
        for line in np.linspace(0, len(page) - 1, _LINES + 2).astype(int)[1:-1]:
            found += [text for runs in _bursts(page[line]) for text in _decoded(runs)]
    return list(dict.fromkeys([*found, *_qr_codes(gray)]))


def has_patch_code(image: Image) -> bool:
    """Whether a patch code stands at one of the page's edges."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, 800 / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = small < 128
    longer = max(dark.shape)
    return any(_is_patch(page, longer) for page in (dark, dark.T))


def _is_patch(dark: Image, longer: int) -> bool:
    """Rows that are black for a good part of the page, as bars below each other."""
    share = _longest_runs(dark) / dark.shape[1]
    bars = _runs_of(share >= _PATCH_LENGTH)
    for four in zip(bars, bars[1:], bars[2:], bars[3:], strict=False):
        thick = [(end - start) / longer for start, end in four]
        gaps = [(after[0] - before[1]) / longer for before, after in pairwise(four)]
        if not all(_PATCH_BARS[0] <= each <= _PATCH_BARS[1] for each in (*thick, *gaps)):
            continue
        narrow, wide = sorted(thick)[:2], sorted(thick)[2:]
        if wide[0] >= _WIDE * narrow[1] and max(gaps) <= 2 * min(gaps) and wide[1] <= 1.5 * wide[0]:
            return True
    return False


def _longest_runs(dark: Image) -> Image:
    """Of each row, how many dark pixels follow each other at most; specks in bars are closed first."""
    closed = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    longest = np.zeros(len(closed))
    current = np.zeros(len(closed))
    for column in closed.T:
        current = (current + 1) * column
        longest = np.maximum(longest, current)
    return longest


def _runs_of(flags: Image) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _bursts(line: Image) -> Iterator[list[int]]:
    """Widths of bars and spaces of what may be a code, a bar first: parts of a line between white stretches."""
    bounds = np.flatnonzero(np.diff(line.astype(np.int8))) + 1
    widths = np.diff(np.concatenate([[0], bounds, [len(line)]])).tolist()
    first = 0 if line[0] else 1
    current: list[int] = []
    for index in range(first, len(widths)):
        is_space = (index - first) % 2 == 1
        mean = sum(current) / len(current) if current else 0.0
        if is_space and len(current) > 2 and widths[index] > max(_QUIET * 3 * mean, 4 * max(current)):
            yield current
            current = []
        elif current or not is_space:
            current.append(widths[index])
    yield current


def _decoded(runs: list[int]) -> Iterator[str]:
    if len(runs) < _LEAST_RUNS or len(runs) > 9 * _LONGEST:
        return
    if len(runs) % 2 == 0:
        runs = runs[:-1]
    for ordered in (runs, runs[::-1]):
        for text in (_code_39(ordered), _code_128(ordered)):
            if text:
                yield text


def _code_39(runs: Sequence[int]) -> str:
    """Nine elements a sign, three of them wide, a narrow space between signs."""
    signs = []
    for start in range(0, len(runs), 10):
        nine = runs[start : start + 9]
        if len(nine) < 9:
            return ""
        limit = (sorted(nine)[5] + sorted(nine)[6]) / 2
        sign = _OF_39.get(sum((width > limit) << (8 - place) for place, width in enumerate(nine)))
        if sign is None:
            return ""
        signs.append(sign)
    text = "".join(signs)
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "*" and "*" not in text[1:-1] else ""


def _code_128(runs: Sequence[int]) -> str:
    """Six elements of eleven modules a value, a check value, and seven elements at the end."""
    values = []
    for start in range(0, len(runs) - 7, 6):
        six = runs[start : start + 6]
        module = sum(six) / 11
        value = _OF_128.get("".join(str(min(4, max(1, round(width / module)))) for width in six))
        if value is None:
            return ""
        values.append(value)
    if len(values) < 3 or values[0] not in _STARTS_128:
        return ""
    check = values[0] + sum(place * value for place, value in enumerate(values[1:-1], start=1))
    return _text_128(values[:-1]) if check % 103 == values[-1] else ""


def _text_128(values: Sequence[int]) -> str:
    letters, known = [], _STARTS_128[values[0]]
    for value in values[1:]:
        if value in _SETS_128 and _SETS_128[value] != known:
            known = _SETS_128[value]
        elif known == "C":
            letters.append(f"{value:02d}")
        elif value < 64 or (value < 95 and known == "B"):
            letters.append(chr(value + 32))
    return "".join(letters)


def _qr_codes(gray: Image) -> list[str]:
    try:
        found, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(gray)
    except cv2.error:  # of odd pictures
        return []
    return [text for text in texts if text] if found else []
