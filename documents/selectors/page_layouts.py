"""Tables and key–value pairs of pages, as they were read last. The caller has passed a door, or runs inside a job.

What works on a whole document without a schema, the editor "from an example" among it, begins here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from documents.domain.page_layout import DocumentTable, KeyValue, PageLayout, join_tables
from documents.models import Page, PageLayoutRow

PAIR_SOURCES = ("label", "table")


@dataclass(frozen=True)
class DocumentLayout:
    """`tables` joined over pages, `pairs` by page in reading order; `unread_pages` have no layout: an older release read
    them, or they were not read yet."""

    tables: tuple[DocumentTable, ...]
    pairs: tuple[tuple[int, KeyValue], ...]
    unread_pages: tuple[int, ...]

    def table(self, number: int) -> DocumentTable | None:
        return next((table for table in self.tables if table.number == number), None)


def layouts_of(document_id: UUID) -> dict[int, PageLayout]:
    """By page number."""
    rows = PageLayoutRow.objects.filter(page__document_id=document_id).select_related("page")
    return {row.page.number: row.layout for row in rows.only("data", "page__number")}


def layout_of_document(document_id: UUID) -> DocumentLayout:
    """Everything that was found on a document's pages without a schema."""
    layouts = layouts_of(document_id)
    numbers = Page.objects.filter(document_id=document_id).order_by("number").values_list("number", flat=True)
    return DocumentLayout(
        tuple(join_tables(layouts)),
        tuple((number, pair) for number in sorted(layouts) for pair in layouts[number].pairs),
        tuple(number for number in numbers if number not in layouts),
    )


def table_view(table: DocumentTable) -> dict[str, Any]:
    """As JSON: rows and columns count from 0, boxes are [left, top, right, bottom] in fractions of the page."""
    return {
        "number": table.number,
        "first_page": table.first_page,
        "last_page": table.last_page,
        "rows": table.row_count,
        "columns": table.column_count,
        "header_rows": table.header_rows,
        "is_ruled": table.is_ruled,
        "score": table.score,
        "places": [{"page": page, "box": list(box)} for page, box in table.boxes],
        "cells": [
            {
                "row": placed.cell.row,
                "last_row": placed.cell.last_row,
                "column": placed.cell.column,
                "last_column": placed.cell.last_column,
                "text": placed.cell.text,
                "page": placed.page,
                "box": list(placed.cell.box),
            }
            for placed in table.cells
        ],
    }


def pair_views(layout: DocumentLayout) -> list[dict[str, Any]]:
    """Pairs of labels first, then cells of tables with the titles of their columns."""
    of_tables = [_pair_view(page, pair, table.number) for table in layout.tables for page, pair in table.pairs()]
    return label_pair_views(layout) + of_tables


def label_pair_views(layout: DocumentLayout) -> list[dict[str, Any]]:
    """Labels with their values as JSON, page by page."""
    return [_pair_view(page, pair, None) for page, pair in layout.pairs]


def _pair_view(page: int, pair: KeyValue, table: int | None) -> dict[str, Any]:
    return {
        "key": pair.key,
        "value": pair.value,
        "page": page,
        "key_box": list(pair.key_box),
        "value_box": list(pair.value_box),
        "score": pair.score,
        "found_in": PAIR_SOURCES[0] if table is None else PAIR_SOURCES[1],
        "table": table,
    }
