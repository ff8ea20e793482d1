"""Tables of a document: stored and read back, joined over pages, and as rows of texts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

from documents.domain.page_layout import KeyValue, PageLayout, PageTable, TableCell, join_tables
from idp_project.core.workbook import as_workbook

BOX = (0.1, 0.1, 0.2, 0.2)
TITLES = ("Item", "Amount")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table_of(*rows: tuple[str, ...], top: float, bottom: float, header_rows: int = 1) -> PageTable:
    cells = [
        TableCell(row, row, column, column, text, BOX)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    return PageTable((0.1, top, 0.9, bottom), (0.1, 0.6, 0.9), header_rows, tuple(cells), is_ruled=True, score=0.9)


def test_layout_is_stored_as_it_was_found() -> None:
    pair = KeyValue("Date", "1 May", BOX, (0.3, 0.1, 0.4, 0.2), 0.9)
    layout = PageLayout((table_of(TITLES, ("Bolt", "2"), top=0.2, bottom=0.4),), (pair,))
    assert PageLayout.from_dict(layout.to_dict()) == layout


def test_table_goes_on_at_the_top_of_the_next_page() -> None:
    upper = table_of(TITLES, ("Bolt", "2"), top=0.5, bottom=0.92)
    lower = table_of(TITLES, ("Nut", "3"), top=0.08, bottom=0.3)
    (joined,) = join_tables({1: PageLayout((upper,)), 2: PageLayout((lower,))})
    assert joined.lines() == [["Item", "Amount"], ["Bolt", "2"], ["Nut", "3"]]
    assert (joined.first_page, joined.last_page, [cell.page for cell in joined.cells][-1]) == (1, 2, 2)


def test_table_without_repeated_header_keeps_every_row() -> None:
    upper = table_of(TITLES, ("Bolt", "2"), top=0.5, bottom=0.92)
    lower = table_of(("Nut", "3"), ("Pin", "4"), top=0.08, bottom=0.3, header_rows=0)
    (joined,) = join_tables({1: PageLayout((upper,)), 2: PageLayout((lower,))})
    assert joined.row_count == 4 and joined.lines()[2] == ["Nut", "3"]


def test_other_columns_or_places_are_other_tables() -> None:
    upper = table_of(TITLES, ("Bolt", "2"), top=0.5, bottom=0.92)
    lower = table_of(TITLES, ("Nut", "3"), top=0.08, bottom=0.3)
    for other in (replace(lower, borders=(0.1, 0.4, 0.9)), replace(lower, box=(0.1, 0.5, 0.9, 0.8))):
        assert len(join_tables({1: PageLayout((upper,)), 2: PageLayout((other,))})) == 2
    assert len(join_tables({1: PageLayout((upper,)), 3: PageLayout((lower,))})) == 2


def test_cells_are_paired_with_the_titles_of_their_columns() -> None:
    (table,) = join_tables({1: PageLayout((table_of(TITLES, ("Bolt", "2"), top=0.2, bottom=0.4),))})
    assert [(pair.key, pair.value) for _, pair in table.pairs()] == [("Item", "Bolt"), ("Amount", "2")]


def test_workbook_holds_texts_at_their_places() -> None:
    content = as_workbook([["a", "", "=1+1"], ["<&>\x01", "é"]], merged=[(0, 1, 0, 0)])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = {cell.get("r"): "".join(cell.itertext()) for cell in sheet.iter(f"{SHEET}c")}
    assert cells == {"A1": "a", "C1": "=1+1", "A2": "<&> ", "B2": "é"}
    assert not list(sheet.iter(f"{SHEET}f"))  # no formula
    assert [merged.get("ref") for merged in sheet.iter(f"{SHEET}mergeCell")] == ["A1:A2"]
