"""Tables of pages without a schema: ruled and unruled, spans, headers, several lines a cell; and what is no table."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from documents.domain.page_layout import PageLayout, join_tables
from extraction.page_steps.layout import analyze_layout
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource
from tests.unit.extraction.pages import page_context

WIDTH, HEIGHT = 1000, 1400
CHAR, TALL = 9, 16  # pixels of a character and a line
Placed = tuple[int, int, str]  # left, top, text


def layout_of(
    texts: Sequence[Placed], *, across: Sequence[tuple[int, int, int]] = (), down: Sequence[tuple[int, int, int]] = ()
) -> PageLayout:
    """Of a page with these texts and lines: across (y, from, to), down (x, from, to)."""
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for y, start, end in across:
        cv2.line(image, (start, y), (end, y), (0, 0, 0), 1)
    for x, start, end in down:
        cv2.line(image, (x, start), (x, end), (0, 0, 0), 1)
    result = analyze_layout(page_context(page_text=printed(texts, image), image=image))
    assert result.layout is not None
    assert PageLayout.from_dict(result.layout.to_dict()) == result.layout
    return result.layout


def printed(texts: Sequence[Placed], image: NDArray[np.uint8]) -> PageText:
    lines: dict[int, list[tuple[str, Polygon, None]]] = {}
    for left, top, text in texts:
        x = left
        for word in text.split(" "):
            right = x + CHAR * len(word)
            corners = ((x, top), (right, top), (right, top + TALL), (x, top + TALL))
            lines.setdefault(top, []).append((word, Polygon.from_pixels(corners, width=WIDTH, height=HEIGHT), None))
            cv2.putText(image, word, (x, top + TALL - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (90, 90, 90), 1)
            x = right + CHAR // 2
    ordered = [sorted(lines[top], key=lambda word: word[1].bounding_box.left) for top in sorted(lines)]
    return PageText.from_lines(ordered, source=TextSource.TEXT_LAYER, engine="pdf_text", engine_version="1")


def rows_of(layout: PageLayout) -> list[list[list[str]]]:
    return [table.lines() for table in join_tables({1: layout})]


def grid(columns: Sequence[int], rows: Sequence[int]) -> dict[str, list[tuple[int, int, int]]]:
    return {
        "across": [(y, columns[0], columns[-1]) for y in rows],
        "down": [(x, rows[0], rows[-1]) for x in columns],
    }


CELLS = [("Country", "1995", "1996"), ("Austria", "12", "13"), ("Belgium", "n.a.", "7"), ("Cyprus", "1,204", "9")]


def placed(cells: Sequence[Sequence[str]], lefts: Sequence[int], top: int = 200, step: int = 30) -> list[Placed]:
    return [
        (left, top + step * row, text)
        for row, texts in enumerate(cells)
        for left, text in zip(lefts, texts, strict=True)
        if text
    ]


def test_ruled_table_keeps_its_cells() -> None:
    texts = placed(CELLS, (110, 410, 560))
    (rows,) = rows_of(layout_of(texts, **grid((100, 400, 550, 700), (192, 222, 252, 282, 312))))
    assert rows == [list(row) for row in CELLS]


def test_table_without_lines_is_found_by_its_gutters() -> None:
    (rows,) = rows_of(layout_of(placed(CELLS, (110, 410, 560))))
    assert rows == [list(row) for row in CELLS]


def test_lines_above_and_below_frame_a_table() -> None:
    caption = [(110, 150, "Table 4: what was sold in the three countries of the survey")]
    note = [(110, 340, "Source: the yearbook of the office; figures of the last year are provisional.")]
    texts = [*caption, *placed(CELLS, (110, 410, 560)), *note]
    (rows,) = rows_of(layout_of(texts, across=[(190, 100, 700), (224, 100, 700), (320, 100, 700)]))
    assert rows == [list(row) for row in CELLS]


def test_title_over_two_columns_spans_them() -> None:
    texts = [(470, 170, "Retail sales"), *placed(CELLS, (110, 410, 560))]
    lines = grid((100, 400, 550, 700), (162, 192, 222, 252, 282, 312))
    lines["down"] = [(x, 192 if x == 550 else 162, end) for x, _, end in lines["down"]]
    (table,) = layout_of(texts, **lines).tables
    title = next(cell for cell in table.cells if cell.text == "Retail sales")
    assert (title.column, title.last_column, title.row) == (1, 2, 0)
    assert table.row_count == 5


def test_cell_of_several_lines_is_one_cell() -> None:
    texts = [
        (110, 200, "Name"), (410, 200, "Duty"),
        (110, 230, "Head of"), (410, 230, "Signs and answers for"), (110, 250, "the office"), (410, 250, "what is sent"),
        (110, 280, "Clerk"), (410, 280, "Files"),
    ]  # fmt: skip
    (rows,) = rows_of(layout_of(texts, **grid((100, 400, 700), (192, 222, 272, 302))))
    assert rows == [["Name", "Duty"], ["Head of the office", "Signs and answers for what is sent"], ["Clerk", "Files"]]


def test_wrapped_label_without_lines_stays_one_row() -> None:
    cells = [
        ("Item", "Net", "Gross"),
        ("Repair of the", "10.00", "11.90"),
        ("western wall", "", ""),
        ("Paint", "5.00", "5.95"),
    ]
    (rows,) = rows_of(layout_of(placed(cells, (110, 410, 560))))
    assert rows == [
        ["Item", "Net", "Gross"],
        ["Repair of the western wall", "10.00", "11.90"],
        ["Paint", "5.00", "5.95"],
    ]


def test_missing_lines_between_rows_do_not_merge_cells() -> None:
    texts = placed(CELLS, (110, 410, 560))
    lines = {"across": [(y, 100, 700) for y in (192, 222, 312)], "down": [(x, 192, 312) for x in (100, 400, 550, 700)]}
    (rows,) = rows_of(layout_of(texts, **lines))
    assert rows == [list(row) for row in CELLS]


def test_title_with_other_columns_begins_another_table() -> None:
    items = [("Item", "Net", "Gross"), ("Paint", "10.00", "11.90"), ("Brush", "5.00", "5.95")]
    taxes = [("Kind", "Base", "Rate", "Tax"), ("Standard", "15.00", "19", "2.85"), ("Reduced", "0.00", "7", "0.00")]
    texts = [*placed(items, (110, 410, 560)), (110, 290, "Taxes by rate:"), *placed(taxes, (110, 330, 480, 700), 320)]
    first, second = rows_of(layout_of(texts))
    assert (first, second) == ([list(row) for row in items], [list(row) for row in taxes])


SENTENCE = "the committee heard that the works would go on until"


@pytest.mark.parametrize(
    "texts",
    [
        [(x, 200 + 24 * row, SENTENCE[: 40 - row % 5]) for row in range(20) for x in (80, 540)],
        [place for row in range(8) for place in ((100, 200 + 26 * row, "•"), (130, 200 + 26 * row, SENTENCE))],
        [(100, 200 + 26 * row, SENTENCE) for row in range(12)],
        [
            place
            for row, label in enumerate(("Name:", "Street:", "Town:", "Country:", "Phone:"))
            for place in ((100, 200 + 30 * row, label), (300, 200 + 30 * row, "Something"))
        ],
    ],
    ids=["two columns of text", "list", "paragraph", "form"],
)
def test_what_is_no_table_is_none(texts: list[Placed]) -> None:
    assert rows_of(layout_of(texts)) == []


def test_scale_of_a_chart_is_no_table() -> None:
    texts = [(150, 200 + 40 * row, str(500 - 100 * row)) for row in range(6)]
    texts += [
        (420, 200 + 40 * row, label)
        for row, label in enumerate(("Spain", "Greece", "Italy", "Malta", "France", "Cyprus"))
    ]
    assert rows_of(layout_of(texts)) == []


def test_labels_and_values_are_paired() -> None:
    texts = [
        (100, 100, "Date:"), (200, 100, "3 May 1999"), (500, 100, "No."), (600, 100, "4711"),
        (100, 140, "Deliver to:"), (260, 140, "Town hall"), (260, 164, "Market square 1"),
        (100, 220, "Remarks:"), (100, 244, "Please ring twice, nobody hears it once"),
    ]  # fmt: skip
    found = {pair.key: pair.value for pair in layout_of(texts).pairs}
    assert found["Date"] == "3 May 1999" and found["No"] == "4711"
    assert found["Deliver to"] == "Town hall Market square 1"
    assert found["Remarks"] == "Please ring twice, nobody hears it once"


def test_underlined_entries_and_boxes_of_forms_are_paired() -> None:
    texts = [
        (100, 100, "Client"), (260, 100, "Paula Baker"),
        (110, 208, "SUPPLIER"), (110, 236, "Miller and Sons"), (510, 208, "TERMS"), (510, 236, "Thirty days"),
    ]  # fmt: skip
    lines = grid((100, 500, 900), (204, 270))
    layout = layout_of(texts, across=[(120, 255, 420), *lines["across"]], down=lines["down"])
    found = {pair.key: pair.value for pair in layout.pairs}
    assert found["Client"] == "Paula Baker"
    assert found["SUPPLIER"] == "Miller and Sons" and found["TERMS"] == "Thirty days"


def test_page_without_words_has_no_layout() -> None:
    assert layout_of([]) == PageLayout()
