"""Key–value pairs of a page without a schema: a label and what is written beside it, behind its colon, or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from extraction.local.page_tables.prints import Chunk, Print, PrintedLine, PrintedPage, lines_of
from extraction.local.page_tables.regions import Region
from extraction.local.page_tables.strokes import Ruling

_GAP = 1.7  # characters that part two chunks
_COLON = re.compile(r"[:：]$")
_INNER_COLON = re.compile(r"^([^\W\d][^:：]{1,40})[:：](.+)$")
_MOST_WORDS, _MOST_LETTERS = 7, 60  # of a label
_FAR = 34.0  # characters between a label and the value beside it
_NEXT_LINE = 1.9  # line heights: between the tops of two lines of one value, and of a label and the value below
_NEAR = 20.0  # characters between a label without a colon and its value
_CLOSE = 3.0
_SAME_VALUE = 4.5  # characters between parts of an underlined value
_SHORT = 3  # letters: a cross, a unit; it has no second line
_ABBREVIATED = 2  # words of a label that may end with a point
_A_LIST = 3  # lines that all look like labels below a label: choices, not a value
_BOX = 1.3  # times a label's width: the least width of its box
_RISE = 1.1  # from word to word where the size of the print jumps
_JUMP = 1.35  # times the height: small print beside large is a label beside its value

COLON, UNDERLINE, SMALL_PRINT, BOXED, BESIDE, BELOW = 0.9, 0.8, 0.75, 0.7, 0.6, 0.55


@dataclass
class Part:
    """A stretch of a line that is a label, or something else."""

    prints: tuple[Print, ...]
    line: int
    is_label: bool = False  # by a colon
    is_small: bool = False  # printed smaller than what follows it
    is_used: bool = False

    @property
    def text(self) -> str:
        return Chunk(self.prints).text

    @property
    def left(self) -> float:
        return self.prints[0].left

    @property
    def right(self) -> float:
        return max(one.right for one in self.prints)

    @property
    def top(self) -> float:
        return min(one.top for one in self.prints)

    @property
    def bottom(self) -> float:
        return max(one.bottom for one in self.prints)


@dataclass
class Pair:
    """A label and its value, with how much speaks for it, 0..1."""

    key: Part
    values: list[Part]
    score: float

    @property
    def key_text(self) -> str:
        return self.key.text.rstrip(" :：.…_").strip()

    @property
    def value_text(self) -> str:
        return " ".join(part.text for part in self.values)

    @property
    def value_prints(self) -> list[Print]:
        return [one for part in self.values for one in part.prints]


def find_pairs(page: PrintedPage, tables: Sequence[Region] = ()) -> list[Pair]:
    """Pairs in the order of their labels; what stands in the `tables` is theirs."""
    prints = [one for one in page.prints if not any(region.holds(one) for region in tables)]
    is_whole = len(prints) == len(page.prints)
    lines = page.lines(_GAP, lambda _: True) if is_whole else lines_of(prints, page.em, _GAP)
    return _Finder(page, [list(_parts(line, number)) for number, line in enumerate(lines)]).find()


def _parts(line: PrintedLine, number: int) -> Iterator[Part]:
    """Chunks, cut behind colons and where the size of the print jumps up."""
    for chunk in line.chunks:
        start = 0
        words = chunk.prints
        for index, one in enumerate(words):
            own = words[start : index + 1]
            if _COLON.search(one.text) and _is_label_text(" ".join(word.text for word in own)):
                yield Part(own, number, is_label=True)
                start = index + 1
            elif index + 1 < len(words) and _jumps(own, words[index + 1 :]):
                yield Part(own, number, is_small=True)
                start = index + 1
        if start < len(words):
            yield from _of_one_word(Part(words[start:], number))


def _of_one_word(part: Part) -> Iterator[Part]:
    """ "Date:5/1/90" is a label and a value, though nothing parts them."""
    for index, one in enumerate(part.prints):
        found = _INNER_COLON.match(one.text)
        if found and not one.text[found.end(1) + 1 :].startswith("/") and index < _MOST_WORDS:
            middle = one.left + (one.right - one.left) * (len(found[1]) + 1) / len(one.text)
            label = Print(f"{found[1]}:", one.left, one.top, middle, one.bottom)
            value = Print(found[2], middle, one.top, one.right, one.bottom)
            yield Part((*part.prints[:index], label), part.line, is_label=True)
            yield Part((value, *part.prints[index + 1 :]), part.line)
            return
    yield part


def _jumps(before: Sequence[Print], after: Sequence[Print]) -> bool:
    if after[0].bottom - after[0].top < _RISE * (before[-1].bottom - before[-1].top):
        return False  # most words: asked first, because it is cheap
    small = median(one.bottom - one.top for one in before)
    large = median(one.bottom - one.top for one in after)
    return large > _JUMP * small and _is_label_text(" ".join(one.text for one in before))


def _is_label_text(text: str) -> bool:
    """Few words, mostly letters."""
    bare = text.strip(" :：.…_*#()")
    letters = sum(mark.isalpha() for mark in bare)
    digits = sum(mark.isdigit() for mark in bare)
    return (
        0 < len(bare) <= _MOST_LETTERS
        and len(bare.split()) <= _MOST_WORDS
        and letters >= 2
        and digits <= 0.25 * letters
        and bare[:1].isalnum()
    )


def _may_be_label(part: Part) -> bool:
    """A label without a colon: it begins with a capital letter, and is no sentence."""
    text = part.text
    is_sentence = text.endswith((",", ";")) or (text.endswith(".") and len(text.split()) > _ABBREVIATED)
    starts_large = text.lstrip("(*")[:1].isupper() or part.is_small
    return part.is_label or (_is_label_text(text) and starts_large and not is_sentence)


def _is_entry(text: str) -> bool:
    """A cross, or something with as many digits as letters."""
    digits, letters = sum(mark.isdigit() for mark in text), sum(mark.isalpha() for mark in text)
    return text.casefold() == "x" or (digits > 0 and digits >= letters)


def _is_title(key: Part, values: Sequence[Part]) -> bool:
    """Whether a text at the top of a box names what stands below: in capitals, or in smaller print."""
    text = "".join(mark for mark in key.text if mark.isalpha())
    small = median(one.bottom - one.top for one in key.prints)
    large = median(one.bottom - one.top for part in values for one in part.prints)
    return text.isupper() or large > 1.15 * small


@dataclass
class _Finder:
    page: PrintedPage
    lines: list[list[Part]]
    pairs: list[Pair] = field(default_factory=list)

    def find(self) -> list[Pair]:
        for line in self.lines:
            for index, part in enumerate(line):
                if part.is_label or part.is_small:
                    self._pair(part, line[index + 1 :], COLON if part.is_label else SMALL_PRINT)
        for line in self.lines:
            for index, part in enumerate(line):
                if not part.is_used and not part.is_label and _may_be_label(part) and not self._boxed(part):
                    self._beside(part, line[index + 1 :])
        return sorted(self.pairs, key=lambda pair: (pair.key.line, pair.key.left))

    def _pair(self, key: Part, rest: Sequence[Part], score: float) -> None:
        value = self._next(key, rest)
        if value is not None:
            along = self._along(value, rest[1:])
            self._add(key, [value, *along, *([] if along else self._continued(value, key))], score)
        elif below := self._below(key):
            values = [below, *self._continued(below, key)]
            if len(values) < _A_LIST or not all(_may_be_label(part) for part in values):
                self._add(key, values, BELOW)

    def _next(self, key: Part, rest: Sequence[Part]) -> Part | None:
        value = rest[0] if rest else None
        if value is None or value.is_label or value.is_small or value.is_used:
            return None
        return value if value.left - key.right < _FAR * self.page.em else None

    def _beside(self, key: Part, rest: Sequence[Part]) -> None:
        """A label without a colon counts where its value is underlined, or is a number, or stands alone beside it."""
        value = self._next(key, rest)
        if value is None:
            return
        if self._is_underlined(value) and not self._is_underlined(key):
            along = [value, *self._along(value, rest[1:])]
            self._add(key, along if len(along) > 1 else [value, *self._continued(value, key)], UNDERLINE)
        elif len(rest) == 1 and value.left - key.right < _NEAR * self.page.em and _is_entry(value.text):
            self._add(key, [value], BESIDE)

    def _boxed(self, key: Part) -> bool:
        """A label at the top of a drawn box, and what is written in it below: adds the pair."""
        width = key.right - key.left
        ceiling = [rule for rule in self._rules(key) if 0 <= key.top - rule.at < 0.9 * self._height(key)]
        sides = [post for post in self._posts(key) if abs(post.at - key.left) < 3 * self.page.em or post.at > key.right]
        if not sides or not any(rule.length > _BOX * width for rule in ceiling):
            return False
        floor = min((rule.at for rule in self._rules(key) if rule.at > key.bottom), default=1.0)
        values: list[Part] = []
        right = min((post.at for post in self._posts(key) if post.at > key.left), default=self.page.aspect)
        for line in self.lines[key.line + 1 : key.line + 5]:
            inside = [
                one for one in line if key.left - 2 * self.page.em < one.left < right and one.bottom < floor + 0.003
            ]
            near = (values[-1] if values else key).bottom
            inside = [one for one in inside if one.top - near < 1.2 * self.page.line_height]
            if not inside or any(one.is_label or one.is_used for one in inside):
                break
            values += inside
        if not values or floor == 1.0 or not _is_title(key, values):
            return False
        self._add(key, values, BOXED)
        return True

    def _rules(self, key: Part) -> Iterator[Ruling]:
        return (rule for rule in self.page.rulings.across if rule.covers(key.left, key.right, 0.8))

    def _posts(self, key: Part) -> Iterator[Ruling]:
        return (post for post in self.page.rulings.down if post.start <= key.bottom + 0.004 and key.bottom <= post.end)

    def _along(self, value: Part, rest: Sequence[Part]) -> list[Part]:
        """What stands on the same underline, or close behind."""
        found: list[Part] = []
        for part in rest:
            is_near = part.left - (found[-1] if found else value).right < _SAME_VALUE * self.page.em
            gap = part.left - (found[-1] if found else value).right
            is_same = self._is_underlined(part) or (gap < _CLOSE * self.page.em and not _may_be_label(part))
            if part.is_label or part.is_small or part.is_used or not is_near or not is_same:
                break
            found.append(part)
        return found

    def _add(self, key: Part, values: list[Part], score: float) -> None:
        key.is_used = True
        for part in values:
            part.is_used = True
        self.pairs.append(Pair(key, values, score))

    def _continued(self, value: Part, key: Part) -> list[Part]:
        """Further lines of a value: below it, beginning where it begins, with no label on their left."""
        found: list[Part] = []
        last = value
        if len(value.text) <= _SHORT:
            return found
        for line in self.lines[value.line + 1 : value.line + 6]:
            part = next((one for one in line if abs(one.left - value.left) < 2 * self.page.em), None)
            if part is None or part.is_label or part.is_small or part.is_used:
                break
            if part.top - last.top > _NEXT_LINE * self._height(last) or self._has_label(line, part, key):
                break
            found.append(part)
            last = part
        return found

    def _has_label(self, line: Sequence[Part], part: Part, key: Part) -> bool:
        beside = [one for one in line if one.right <= part.left and one.right > key.left - self.page.em]
        return any(_may_be_label(one) for one in beside)

    def _below(self, key: Part) -> Part | None:
        for line in self.lines[key.line + 1 : key.line + 3]:
            for part in line:
                shared = min(part.right, key.right) - max(part.left, key.left)
                if shared <= 0.3 * min(part.right - part.left, key.right - key.left):
                    continue
                is_free = not part.is_label and not part.is_small and not part.is_used
                is_near = part.top - key.top < (_NEXT_LINE + 0.6) * self._height(key)
                return part if is_free and is_near and part.left > key.left - 3 * self.page.em else None
        return None

    def _height(self, part: Part) -> float:
        return max(part.bottom - part.top, self.page.line_height)

    def _is_underlined(self, part: Part) -> bool:
        height = self._height(part)
        return any(
            part.bottom - 0.35 * height < rule.at < part.bottom + 0.6 * height
            and rule.covers(part.left, part.right, 0.6)
            and rule.length < 0.75 * self.page.aspect
            for rule in self.page.rulings.across
        )
