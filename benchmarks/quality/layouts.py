"""Tables of icdar2013 and key–value pairs of funsd, found without a schema and judged as the sets' authors do.

Tables: adjacency relations (Göbel et al., ICDAR 2013). Every filled cell is related to the next filled one on its right and
below it; a relation is right when both texts and the direction are. Relations of a document's tables are pooled. Texts are
compared by letters and digits; `alike` counts texts that are alike by 80 % (OCR).

Pairs: a label or a column's title, with its value, against each linked question and answer. A pair is right when both
sides have the same letters and digits, or are alike by 80 %, or their boxes overlap by half (IoU); strict: the same only.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from PIL import Image
from rapidfuzz import fuzz

from benchmarks.datasets import DATA
from benchmarks.quality.reading import page_context, pass_step, read_document
from benchmarks.quality.scoring import Tally
from benchmarks.quality.sets import Labelled, LabelledSet, Tallies
from documents.domain.page_layout import KeyValue, PageLayout, join_tables
from documents.domain.pipeline import PIPELINE, PageStepName
from extraction.page_steps.layout import analyze_layout
from extraction.results import PageStepResult

_BEFORE = (PageStepName.RENDER, PageStepName.CLASSIFY_PAGE, PageStepName.ENHANCE)
_ALIKE = 80.0
_SAME_PLACE = 0.5
Relation = tuple[str, str, str]
Span = tuple[int, int, int, int, str]  # first row, last row, first column, last column, text
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class LayoutSet(LabelledSet):
    """Its documents lie in a folder of their own; judged by the layouts of the pages."""

    def read(self, document: Labelled, *, is_rasterised: bool) -> Tallies:
        layouts = layouts_of(document.path, is_rasterised=is_rasterised)
        return self.judge(cast(Any, layouts), document.labels)

    @property
    def is_there(self) -> bool:
        return next(self.documents(), None) is not None


def layouts_of(path: Path, *, is_rasterised: bool) -> dict[int, PageLayout]:
    """By page number. The text is the kept one; the picture is made again."""
    pages = read_document(path, is_rasterised=is_rasterised)
    found = {}
    for page in pages:
        if page.text is None:
            continue
        context = page_context(path, page.number, len(pages), is_rasterised)
        for name in _BEFORE:
            context = pass_step(context, PIPELINE.step(name))
        result: PageStepResult = analyze_layout(replace(context, page_text=page.text))
        found[page.number] = result.layout or PageLayout()
    return found


def tables_of_icdar() -> Iterator[Labelled]:
    """Each file with the cells of its tables' regions."""
    for path in sorted((DATA / "icdar2013").glob("*-str.xml")):
        document = ElementTree.parse(path).getroot()
        regions = [[_span(cell) for cell in region.iter("cell")] for region in document.iter("region")]
        yield Labelled(path.with_name(path.name.replace("-str.xml", ".pdf")), {"regions": regions})


def _span(cell: ElementTree.Element) -> Span:
    row, column = int(cell.get("start-row", 0)), int(cell.get("start-col", 0))
    content = cell.find("content")
    text = "" if content is None else "".join(content.itertext())
    return row, int(cell.get("end-row") or row), column, int(cell.get("end-col") or column), text


def judge_tables(layouts: Mapping[int, PageLayout], labels: Mapping[str, Any]) -> Tallies:
    """Relations of all tables of the document."""
    true: Counter[Relation] = Counter()
    for region in labels["regions"]:
        true += relations(region)
    found: Counter[Relation] = Counter()
    for layout in layouts.values():
        for table in layout.tables:
            cells = table.cells
            found += relations([(cell.row, cell.last_row, cell.column, cell.last_column, cell.text) for cell in cells])
    exact = sum((true & found).values())
    alike = exact + _alike(list((true - found).elements()), list((found - true).elements()))
    given, labelled = sum(found.values()), sum(true.values())
    return {"adjacency": Tally(exact, given, labelled), "adjacency_alike": Tally(alike, given, labelled)}


def relations(cells: Sequence[Span]) -> Counter[Relation]:
    """Next filled cells to the right and below; blank ones are skipped."""
    grid: dict[tuple[int, int], int] = {}
    for number, (row, last_row, column, last_column, text) in enumerate(cells):
        if plain(text):
            for place in ((r, c) for r in range(row, last_row + 1) for c in range(column, last_column + 1)):
                grid.setdefault(place, number)
    pairs: set[tuple[int, int, str]] = set()
    for direction, order in (("right", (0, 1)), ("below", (1, 0))):
        last: tuple[int, int] | None = None  # the line, and the cell that was met last in it
        for place in sorted(grid, key=lambda one, order=order: (one[order[0]], one[order[1]])):  # type: ignore[misc]
            line, number = place[order[0]], grid[place]
            if last is not None and last[0] == line and last[1] != number:
                pairs.add((last[1], number, direction))
            last = (line, number)
    return Counter((plain(cells[a][4]), plain(cells[b][4]), direction) for a, b, direction in pairs)


def plain(text: str) -> str:
    """Letters and digits; of a text without any, its marks."""
    return "".join(mark for mark in text.casefold() if mark.isalnum()) or re.sub(r"\s", "", text)


def _alike(true: list[Relation], found: list[Relation]) -> int:
    count = 0
    for relation in true:
        match = next((one for one in found if _are_alike(relation, one)), None)
        if match is not None:
            found.remove(match)
            count += 1
    return count


def _are_alike(one: Relation, other: Relation) -> bool:
    return one[2] == other[2] and all(_is_alike(a, b) for a, b in zip(one[:2], other[:2], strict=True))


def _is_alike(one: str, other: str) -> bool:
    return one == other or fuzz.ratio(one, other) >= _ALIKE


def pairs_of_funsd() -> Iterator[Labelled]:
    """Each form with its linked questions and answers: (text, box in pixels) twice."""
    for path in sorted((DATA / "funsd" / "annotations").glob("*.json")):
        entities = {entity["id"]: entity for entity in json.loads(path.read_text())["form"]}
        links = sorted({tuple(link) for entity in entities.values() for link in entity["linking"]})
        pairs = [
            [(entities[number]["text"], entities[number]["box"]) for number in link]
            for link in links
            if [entities[number]["label"] for number in link] == ["question", "answer"]
        ]
        picture = DATA / "funsd" / "images" / f"{path.stem}.png"
        with Image.open(picture) as image:
            yield Labelled(picture, {"pairs": pairs, "size": image.size})


def judge_pairs(layouts: Mapping[int, PageLayout], labels: Mapping[str, Any]) -> Tallies:
    """Pairs of labels, and cells of ruled and framed tables with their titles."""
    width, height = labels["size"]
    found = [pair for layout in layouts.values() for pair in layout.pairs]
    found += [pair for table in join_tables(layouts) if table.score > 0.8 for _, pair in table.pairs()]
    given = len(found)
    right = strict = 0
    for (key, key_box), (value, value_box) in labels["pairs"]:
        sides = ((key, _scaled(key_box, width, height)), (value, _scaled(value_box, width, height)))
        match = next((pair for pair in found if _is_pair(pair, *sides)), None)
        if match is not None:
            found.remove(match)
            right += 1
            strict += plain(match.key) == plain(key) and plain(match.value) == plain(value)
    return {
        "pairs": Tally(right, given, len(labels["pairs"])),
        "pairs_strict": Tally(strict, given, len(labels["pairs"])),
    }


def _scaled(box: Sequence[float], width: float, height: float) -> Box:
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def _is_pair(pair: KeyValue, key: tuple[str, Box], value: tuple[str, Box]) -> bool:
    return _is_side(pair.key, pair.key_box, *key) and _is_side(pair.value, pair.value_box, *value)


def _is_side(text: str, box: Box, true_text: str, true_box: Box) -> bool:
    one, other = plain(text), plain(true_text)
    return (bool(one) and bool(other) and _is_alike(one, other)) or _shared(box, true_box) >= _SAME_PLACE


def _shared(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - across * down
    return across * down / areas if areas > 0 else 0.0


LAYOUT_SETS: tuple[LabelledSet, ...] = (
    LayoutSet("icdar2013", tables_of_icdar, cast(Any, judge_tables)),
    LayoutSet("funsd", pairs_of_funsd, cast(Any, judge_pairs), ways=(True,)),
)
