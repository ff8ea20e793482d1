"""Where tables are: nets of crossing lines, stretches between long lines, and runs of aligned lines of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extraction.local.page_tables.prints import Print, PrintedLine, PrintedPage
from extraction.local.page_tables.strokes import Ruling, Rulings

_NEAR_BORDER = 0.03  # of a region's width
_POSTLESS = 0.045  # page heights: a title across all columns may stand between two stretches
_WHOLE = 0.9  # of a region's side
TOUCH = 0.006  # page heights: lines that nearly meet, meet


@dataclass(frozen=True)
class Region:
    """A place where a table may be, in page heights; `rulings` are its lines."""

    left: float
    top: float
    right: float
    bottom: float
    rulings: Rulings
    is_net: bool = False
    is_framed: bool = False

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def overlaps(self, other: Region) -> bool:
        """Whether they share half of the smaller one."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0 and down > 0 and across * down > 0.5 * min(self.area, other.area)

    def holds(self, one: Print) -> bool:
        return self.left <= (one.left + one.right) / 2 <= self.right and self.top <= one.middle <= self.bottom


def find_nets(page: PrintedPage) -> list[Region]:
    """Regions of lines across that are crossed by lines down, largest first; what lies inside another one is its part."""
    return _nets(page.rulings.across, page.rulings.down)


def inner_nets(region: Region) -> list[Region]:
    """Nets inside a frame: what is left without the lines that run along all of the region."""
    width, height = region.right - region.left, region.bottom - region.top
    across = [
        rule
        for rule in region.rulings.across
        if rule.length < _WHOLE * width or not _is_border(rule.at, region.top, region.bottom)
    ]
    down = [
        post
        for post in region.rulings.down
        if post.length < _WHOLE * height or not _is_border(post.at, region.left, region.right)
    ]
    if len(across) + len(down) == len(region.rulings.across) + len(region.rulings.down):
        return []
    return _nets(across, down)


def _is_border(at: float, low: float, high: float) -> bool:
    return min(at - low, high - at) < TOUCH


def _nets(across: Sequence[Ruling], down: Sequence[Ruling]) -> list[Region]:
    groups = _Groups(len(across) + len(down))
    for number, line in enumerate(across):
        for other, post in enumerate(down):
            if line.start - TOUCH <= post.at <= line.end + TOUCH and post.start - TOUCH <= line.at <= post.end + TOUCH:
                groups.join(number, len(across) + other)
    found = []
    for members in groups.sets():
        lines = [across[index] for index in members if index < len(across)]
        posts = [down[index - len(across)] for index in members if index >= len(across)]
        if len(lines) >= 2 and len(posts) >= 1 and len(lines) + len(posts) >= 4:
            found += _cut_to_posts(_region_of(lines, posts))
    return _outermost(found)


def _cut_to_posts(region: Region) -> list[Region]:
    """Where lines down stand inside, with the next lines across: a frame may hold a form, a title or notes besides."""
    width = region.right - region.left
    inner = [
        post
        for post in region.rulings.down
        if min(post.at - region.left, region.right - post.at) > _NEAR_BORDER * width
    ]
    stretches: list[list[float]] = []
    for post in sorted(inner, key=lambda one: one.start):
        if stretches and post.start <= stretches[-1][1] + _POSTLESS:
            stretches[-1][1] = max(stretches[-1][1], post.end)
        else:
            stretches.append([post.start, post.end])
    if not inner or (len(stretches) == 1 and stretches[0][1] - stretches[0][0] > 0.8 * (region.bottom - region.top)):
        return [region]
    return [_stretch_of(region, low, high) for low, high in stretches]


def _stretch_of(region: Region, low: float, high: float) -> Region:
    """The part of a region between two heights."""
    across = [rule for rule in region.rulings.across if low - TOUCH <= rule.at <= high + TOUCH]
    down = [post for post in region.rulings.down if post.start < high and low < post.end]
    left = min([*(rule.start for rule in across), *(post.at for post in down)])
    right = max([*(rule.end for rule in across), *(post.at for post in down)])
    return Region(left, low, right, high, Rulings(tuple(across), tuple(down)), is_net=True)


def _region_of(lines: Sequence[Ruling], posts: Sequence[Ruling]) -> Region:
    left = min([*(line.start for line in lines), *(post.at for post in posts)])
    right = max([*(line.end for line in lines), *(post.at for post in posts)])
    top = min([*(line.at for line in lines), *(post.start for post in posts)])
    bottom = max([*(line.at for line in lines), *(post.end for post in posts)])
    rulings = Rulings(tuple(sorted(lines, key=lambda one: one.at)), tuple(sorted(posts, key=lambda one: one.at)))
    return Region(left, top, right, bottom, rulings, is_net=True)


def _outermost(regions: Iterable[Region]) -> list[Region]:
    kept: list[Region] = []
    for region in sorted(regions, key=lambda one: (one.right - one.left) * (one.bottom - one.top), reverse=True):
        if not any(_is_inside(region, other) for other in kept):
            kept.append(region)
    return kept


def _is_inside(region: Region, other: Region) -> bool:
    return (
        other.left - TOUCH <= region.left
        and other.top - TOUCH <= region.top
        and region.right <= other.right + TOUCH
        and region.bottom <= other.bottom + TOUCH
    )


class _Groups:
    """Sets that are joined two by two."""

    def __init__(self, count: int) -> None:
        self.parents = list(range(count))

    def find(self, number: int) -> int:
        while self.parents[number] != number:
            self.parents[number] = self.parents[self.parents[number]]
            number = self.parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        self.parents[self.find(one)] = self.find(other)

    def sets(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self.parents)):
            found.setdefault(self.find(number), []).append(number)
        return [members for members in found.values() if len(members) > 1]


CHUNK_GAP = 1.5  # characters between chunks when runs are looked for
PROSE = 34  # characters: longer chunks without a number are sentences
_FAR = 3.2  # line heights: a wider gap ends a table
_LEAST_LINES = 3
_COLUMNS_OF_A_HEAD = 3


def find_runs(page: PrintedPage, taken: Sequence[Region]) -> list[Region]:
    """Regions of aligned lines outside the `taken` ones: between long lines across where there are some, else by themselves."""
    lines = page.lines(CHUNK_GAP, lambda one: not any(region.holds(one) for region in taken))
    rules = [
        line
        for line in page.rulings.across
        if line.length > 0.2 * page.aspect and not any(r.top - TOUCH <= line.at <= r.bottom + TOUCH for r in taken)
    ]
    found, used = [], set[int]()
    for run in (part for block in _blocks(lines, taken) for part in _runs(lines, block, page)):
        top, bottom = _extended(run, lines, rules, page)
        members = [number for number in range(top, bottom + 1) if number not in used]
        used.update(members)
        if len(members) >= 2:
            found.append(_around([lines[number] for number in members], page))
    return found


def _blocks(lines: Sequence[PrintedLine], taken: Sequence[Region]) -> Iterator[range]:
    """Numbers of the lines between tables that are known already."""
    start = 0
    for number in range(1, len(lines)):
        upper, lower = lines[number - 1].middle, lines[number].middle
        if any(upper < (region.top + region.bottom) / 2 < lower for region in taken):
            yield range(start, number)
            start = number
    yield range(start, len(lines))


def _runs(lines: Sequence[PrintedLine], block: range, page: PrintedPage) -> list[tuple[int, int]]:
    """First and last line of each run of lines that look like rows, with single lines in between."""
    runs: list[tuple[int, int]] = []
    first = last = -1
    for number in block:
        line = lines[number]
        if not looks_like_row(line):
            is_over = last >= 0 and (number - last > 2 or _is_prose(line))
            if is_over or (last > first >= 0 and number + 1 in block and _is_titled(line, lines[number + 1])):
                runs, first, last = [*runs, (first, last)], -1, -1
            continue
        if last >= 0 and line.top - lines[number - 1].bottom > _FAR * page.line_height:
            runs, first = [*runs, (first, last)], number
        first = first if first >= 0 else number
        last = number
    if last >= 0:
        runs.append((first, last))
    return [(a, b) for a, b in runs if _is_long(lines[a : b + 1])]


def _is_titled(title: PrintedLine, line: PrintedLine) -> bool:
    """Whether a title stands above the head of another table: several chunks without a number."""
    return len(title.chunks) == 1 and _is_head(line)


def _is_head(line: PrintedLine) -> bool:
    return len(line.chunks) >= _COLUMNS_OF_A_HEAD and not any(chunk.is_number for chunk in line.chunks)


def _is_long(lines: Sequence[PrintedLine]) -> bool:
    """Enough rows; a head with one row of numbers below it is a table too."""
    count = sum(looks_like_row(line) for line in lines)
    numbers = sum(chunk.is_number for chunk in lines[-1].chunks)
    return count >= _LEAST_LINES or (count == len(lines) == 2 and _is_head(lines[0]) and numbers >= 2)


def looks_like_row(line: PrintedLine) -> bool:
    """At least two chunks, and not those of two columns of running text."""
    if len(line.chunks) < 2:
        return False
    if any(chunk.is_number for chunk in line.chunks[1:]):
        return sum(len(chunk.text) > PROSE for chunk in line.chunks) <= 1
    return all(len(chunk.text) <= PROSE for chunk in line.chunks) or (
        len(line.chunks) >= 3 and sum(len(chunk.text) > PROSE for chunk in line.chunks) <= 1
    )


def _is_prose(line: PrintedLine) -> bool:
    """A line of a paragraph: long, in one chunk."""
    return len(line.chunks) == 1 and len(line.text) > 2.2 * PROSE


def _extended(
    run: tuple[int, int], lines: Sequence[PrintedLine], rules: Sequence[Ruling], page: PrintedPage
) -> tuple[int, int]:
    """The run with its header above and what belongs to it below, up to the lines that are drawn around it."""
    first, last = run
    left, right = _extent(lines[first : last + 1])
    span = [rule for rule in rules if rule.covers(left, right, 0.6)]
    upper = [rule.at for rule in span if rule.at < lines[first].middle]
    lower = [rule.at for rule in span if rule.at > lines[last].middle]
    first = _above(first, lines, upper, (left, right), page)
    if lower:
        last = _below(last, lines, min(lower), page)
    return first, last


def _extent(lines: Sequence[PrintedLine]) -> tuple[float, float]:
    return min(line.left for line in lines), max(line.right for line in lines)


HEADER_LINES = 7


def _above(
    first: int, lines: Sequence[PrintedLine], rules: Sequence[float], extent: tuple[float, float], page: PrintedPage
) -> int:
    """Where the header begins: at the uppermost drawn line that is near, else where short chunks above the columns end."""
    start = first
    for number in range(first - 1, max(-1, first - 1 - HEADER_LINES), -1):
        line = lines[number]
        ruled = [at for at in rules if at < line.middle and line.top - at < _FAR * page.line_height]
        if lines[number + 1].top - line.bottom > _FAR * page.line_height or _is_prose(line):
            break
        if any(line.middle < at for at in rules) and not any(at < line.middle for at in rules):
            break  # the last drawn line lies below it: a caption
        if ruled or any(at < line.middle for at in rules):
            if any(number_at - 0 < line.middle for number_at in rules):
                start = number
            continue
        if not rules and len(line.chunks) >= 2 and all(len(chunk.text) <= PROSE for chunk in line.chunks):
            start = number
            continue
        if not rules:
            break
    return start


def _below(last: int, lines: Sequence[PrintedLine], rule: float, page: PrintedPage) -> int:
    end = last
    for number in range(last + 1, min(len(lines), last + 4)):
        line = lines[number]
        if line.middle > rule or line.top - lines[number - 1].bottom > _FAR * page.line_height or _is_prose(line):
            break
        end = number
    return end if end > last and lines[end].middle < rule else last


def _around(lines: Sequence[PrintedLine], page: PrintedPage) -> Region:
    left, right = _extent(lines)
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    margin = 0.3 * page.line_height
    inside = [line for line in page.rulings.across if top - 2 * margin <= line.at <= bottom + 2 * margin]
    inside = [line for line in inside if min(line.end, right) - max(line.start, left) > 0]
    posts = [post for post in page.rulings.down if left <= post.at <= right and post.start < bottom and post.end > top]
    return Region(
        left - 0.5 * page.em, top - margin, right + 0.5 * page.em, bottom + margin, Rulings(tuple(inside), tuple(posts))
    )
