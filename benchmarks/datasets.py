"""Labelled documents beside the checkout (not part of the product): reading them, schemas for them, their metrics."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource

DATA = Path(os.environ.get("IDP_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

RECEIPT = SchemaSpec(
    key="benchmark_receipt",
    name="Receipt",
    version="1.0",
    locale="en_MY",
    keywords=("receipt", "tax invoice", "cash", "change", "gst", "cashier"),
    fields=(
        FieldSpec("company", FieldType.NAME, "Company", ("Merchant", "Store"), is_required=True),
        FieldSpec("date", FieldType.DATE, "Date", ("Invoice date", "Bill date"), is_required=True),
        FieldSpec("address", FieldType.ADDRESS, "Address"),
        FieldSpec("total", FieldType.AMOUNT, "Total", ("Grand total", "Amount due", "Total amount"), is_required=True),
    ),
)

INVOICE = SchemaSpec(
    key="benchmark_invoice",
    name="Invoice",
    version="1.0",
    locale="en_US",
    keywords=("invoice", "rechnung", "facture", "factuur", "bill to"),
    fields=(
        FieldSpec("invoice_number", FieldType.IDENTIFIER, "Invoice number",
                  ("Invoice no", "Invoice #", "Invoice", "Rechnungsnummer", "Rechnung Nr", "Factuurnummer", "N° de facture",
                   "Facture n", "Bill no", "Receipt no", "Tax invoice #"), is_required=True),
        FieldSpec("date", FieldType.DATE, "Invoice date",
                  ("Date", "Rechnungsdatum", "Datum", "Factuurdatum", "Date de facture"), is_required=True),
        FieldSpec("date_due", FieldType.DATE, "Due date", ("Vervaldatum", "Zahlbar bis", "Payment due")),
        FieldSpec("amount", FieldType.AMOUNT, "Total",
                  ("Grand total", "Amount due", "Total due", "Gesamtbetrag", "Totaal", "Total TTC", "Rechnungsbetrag"),
                  is_required=True),
        FieldSpec("amount_untaxed", FieldType.AMOUNT, "Subtotal", ("Net amount", "Untaxed amount", "Total HT", "Subtotaal")),
        FieldSpec("currency", FieldType.CURRENCY, "Currency"),
        FieldSpec("iban", FieldType.IBAN, "IBAN"),
        FieldSpec("vat", FieldType.VAT_NUMBER, "VAT number", ("VAT", "BTW-nummer", "USt-IdNr", "TVA intracommunautaire")),
    ),
    tables=(
        TableSpec("lines", "Line items", (
            FieldSpec("name", FieldType.TEXT, "Description",
                      ("Item", "Product", "Omschrijving", "Beschreibung", "Désignation", "Artikel", "Bezeichnung")),
            FieldSpec("qty", FieldType.NUMBER, "Quantity", ("Qty", "Aantal", "Menge", "Quantité")),
            FieldSpec("price_unit", FieldType.AMOUNT, "Unit price", ("Price", "Prijs", "Preis", "Einzelpreis", "Prix unitaire")),
            FieldSpec("price_subtotal", FieldType.AMOUNT, "Amount", ("Total", "Bedrag", "Betrag", "Totaal", "Montant")),
        )),
    ),
    checks=(CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("price_subtotal", "amount"), "lines"),),
)  # fmt: skip


@dataclass(frozen=True)
class LabelledPage:
    """One page with the values that people labelled."""

    id: str
    page_text: PageText
    labels: dict[str, str]


def page_text_from_lines(lines: Sequence[dict[str, Any]], width: float, height: float) -> PageText:
    """Recognised lines with polygons in pixels as a PageText; a line is cut into words in proportion to their letters."""
    built = []
    for line in lines:
        points, text = line["polygon"], line["text"]
        words, offset, length = [], 0, max(1, len(text))
        for word in text.split(" "):
            if word:
                quad = _part_of(points, offset / length, (offset + len(word)) / length)
                words.append((word, Polygon.from_pixels(quad, width=width, height=height), line["confidence"]))
            offset += len(word) + 1
        built.append(words)
    return PageText.from_lines(built, source=TextSource.OCR, engine="cached", engine_version="1")


def _part_of(points: Sequence[Sequence[float]], first: float, last: float) -> list[tuple[float, float]]:
    def along(start: Sequence[float], end: Sequence[float], share: float) -> tuple[float, float]:
        return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

    a, b, c, d = points
    return [along(a, b, first), along(a, b, last), along(d, c, last), along(d, c, first)]


def sroie_lines(limit: int | None = None) -> Iterator[LabelledPage]:
    """Receipts as recognised lines with labels."""
    with gzip.open(DATA / "sroie_lines" / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if limit is not None and number >= limit:
                return
            row = json.loads(line)
            yield LabelledPage(
                row["id"], page_text_from_lines(row["lines"], row["width"], row["height"]), row["labels"]
            )


def sroie_images() -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Receipt scans with labels."""
    labels = json.loads((DATA / "sroie" / "labels.json").read_text())
    for key, expected in labels.items():
        yield key, DATA / "sroie" / "img" / f"{key}.jpg", expected


def invoices() -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Born-digital invoices with expected values; files without their PDF are left out."""
    for labels in sorted((DATA / "invoice2data").glob("*.json")):
        path = labels.with_suffix(".pdf")
        if path.exists():
            yield labels.stem, path, json.loads(labels.read_text())[0]


def entity_key(text: str) -> str:
    """The normalised metric of the set: case, spaces and currency signs do not count."""
    return re.sub(r"rm|[$€£]", "", re.sub(r"\s+", "", text.lower()))
