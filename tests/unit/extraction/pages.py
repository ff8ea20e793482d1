"""Small real inputs for the extraction tests: pages of words at known places, drawn pages, a parser and an OCR engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.domain.library import library_type
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.values import FieldCandidate
from extraction.context import Limits, PageContext, PageSummary
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, TextSource

CHAR, LINE = 0.012, 0.02  # width of a character and height of a line, in page coordinates

RECEIPT = SchemaSpec(
    key="receipt",
    name="Receipt",
    version="1.0",
    locale="en_GB",
    keywords=("receipt", "cashier", "change"),
    fields=(
        FieldSpec("merchant", FieldType.NAME, "Merchant", is_required=True),
        FieldSpec("date", FieldType.DATE, "Date", is_required=True),
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
    ),
    tables=(
        TableSpec(
            "items",
            "Items",
            (
                FieldSpec("description", FieldType.TEXT, "Description", ("Item",)),
                FieldSpec("quantity", FieldType.NUMBER, "Qty"),
                FieldSpec("unit_price", FieldType.AMOUNT, "Price"),
                FieldSpec("amount", FieldType.AMOUNT, "Amount"),
            ),
        ),
    ),
)
INVOICE = SchemaSpec(
    key="invoice",
    name="Invoice",
    version="1.0",
    locale="en_GB",
    keywords=("invoice", "due date", "bill to"),
    fields=(
        FieldSpec("number", FieldType.IDENTIFIER, "Invoice number", ("Invoice no",), is_required=True),
        FieldSpec("date", FieldType.DATE, "Invoice date", is_required=True),
        FieldSpec("due", FieldType.DATE, "Due date"),
        FieldSpec("net", FieldType.AMOUNT, "Net total"),
        FieldSpec("tax", FieldType.AMOUNT, "VAT"),
        FieldSpec("total", FieldType.AMOUNT, "Total due", is_required=True),
        FieldSpec("iban", FieldType.IBAN, "IBAN"),
    ),
)


def page_of(*rows: str, confidence: float | None = 0.99, top: float = 0.05) -> PageText:
    """A row a string, in a fixed-width font: the column of a character is its place, so runs of spaces are gaps."""
    lines = []
    for number, row in enumerate(rows):
        y = top + number * LINE * 1.4
        words, start = [], None
        for column, mark in enumerate(f"{row} "):
            if mark != " " and start is None:
                start = column
            elif mark == " " and start is not None:
                box = BoundingBox.from_pixels(
                    0.05 + start * CHAR, y, 0.05 + column * CHAR, y + LINE, width=1.0, height=1.0
                )
                words.append((row[start:column], box.to_polygon(), confidence))
                start = None
        lines.append(words)
    return PageText.from_lines(lines, source=TextSource.OCR, engine="test", engine_version="1")


def candidate(
    name: str, value: str | None, score: float = 0.9, *, page: int = 1, engine: str = "local", **evidence: float
) -> FieldCandidate:
    """A located candidate; each value has a place of its own."""
    left = (sum(map(ord, f"{name}{value}")) % 60) / 100
    polygon = Polygon(((left, 0.1), (left + 0.1, 0.1), (left + 0.1, 0.12), (left, 0.12)))
    place = Provenance(page, polygon, None, engine, "1")
    known = {"label": 0.9, "reading": 0.99, "type": 1.0} | evidence
    return FieldCandidate(name, value or "?", value, score, place, known)


def summary(number: int, **changes: Any) -> PageSummary:
    """A page of known type on which nothing was found, unless `changes` say otherwise."""
    known: dict[str, Any] = {
        "number": number,
        "schema_key": "invoice",
        "type_score": 0.8,
        "is_first_page": 0.1,
        "is_blank": False,
        "failure": None,
        "candidates": (),
        "rows": (),
        "text_confidence": 0.98,
        "text_source": "ocr",
        "identifiers": {},
    }
    return PageSummary(**(known | changes))


def drawn_page(*lines: str, width: int = 1000, height: int = 1400, ink: int = 0, paper: int = 255) -> NDArray[np.uint8]:
    """An RGB page with printed lines."""
    page = np.full((height, width), paper, np.uint8)
    for number, line in enumerate(lines):
        cv2.putText(page, line, (90, 140 + 44 * number), cv2.FONT_HERSHEY_SIMPLEX, 1.0, ink, 2, cv2.LINE_AA)
    return np.repeat(page[:, :, None], 3, axis=2)


def with_ink(image: NDArray[Any], layer: dict[str, Any]) -> NDArray[Any]:
    """The page with something printed where the layer has words."""
    inked = image.copy()
    across, down = image.shape[1] / layer["width"], image.shape[0] / layer["height"]
    for _, x0, top, x1, bottom, *_ in layer["words"]:
        inked[int(top * down) : int(bottom * down) + 1, int(x0 * across) : int(x1 * across) + 1 : 2] = 0
    return inked


@dataclass
class FakeParser:
    """Gives what it was told; remembers at which resolution it was asked."""

    layer: dict[str, Any] | Exception | None = None
    image: NDArray[Any] = field(default_factory=lambda: drawn_page("Some text on a page"))
    sizes: list[tuple[float, float]] = field(default_factory=lambda: [(595.0, 842.0)])
    facts: dict[str, Any] = field(default_factory=dict)
    rendered_at: list[int] = field(default_factory=list)
    layers_read: int = 0

    def inspect(self, path: str) -> dict[str, Any]:
        return self.facts

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        return self.sizes

    def read_attachments(self, path: str) -> list[Any]:
        return []

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]:
        self.rendered_at.append(dpi)
        return with_ink(self.image, self.layer) if isinstance(self.layer, dict) else self.image

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        self.layers_read += 1
        if isinstance(self.layer, Exception):
            raise self.layer
        assert self.layer is not None
        return self.layer


@dataclass
class FakeOcr:
    """Says that it read `text`."""

    text: PageText = field(default_factory=lambda: page_of("read by OCR"))
    turns: int = 0
    name: str = "fake"
    version: str = "1"
    calls: int = 0

    def recognize(self, image: NDArray[Any]) -> PageText:
        self.calls += 1
        return self.text

    def detect_orientation(self, image: NDArray[Any]) -> int:
        return self.turns


def layer_of(words: Sequence[tuple[str, float, float]] = (), **changes: Any) -> dict[str, Any]:
    """A trustworthy text layer of an A4 page with words at (x, top) in points, unless `changes` say otherwise."""
    placed = [[text, x, top, x + 6.0 * len(text), top + 11.0, 0, 11.0, True] for text, x, top in words]
    known = {
        "width": 595.0,
        "height": 842.0,
        "words": placed,
        "char_count": sum(len(text) for text, _, _ in words),
        "garbage_ratio": 0.0,
        "invisible_ratio": 0.0,
        "image_area": 0.0,
    }
    return known | changes


def page_context(parser: FakeParser | None = None, ocr: FakeOcr | None = None, **changes: Any) -> PageContext:
    """A context of page 1 of a one-page PDF."""
    known: dict[str, Any] = {
        "path": "stored.pdf",
        "content_type": "application/pdf",
        "page_number": 1,
        "page_count": 1,
        "limits": Limits(10**8, 100, 10**8),
        "parser": parser or FakeParser(),
        "ocr": ocr or FakeOcr(),
        "llm": None,
        "llms": {},
        "schemas": (INVOICE, RECEIPT),
        "render_dpi": 200,
        "view_dpi": 110,
        "facts": {},
    }
    return PageContext(**(known | changes))


def demo_schema(key: str) -> SchemaSpec:
    """What is looked for on pages, of one of those types that a new organisation starts with."""
    return library_type(key).spec("en").printed
